# A job that systemd stops: sourced by .ci/systemd.

# A handler that must roll back, and must not be told twice: a second SIGTERM would find it at it. systemd signals each
# process of the unit (control-group) or envgate alone (mixed, process).
cat >"$root/usr/local/bin/handler" <<'EOF'
#!/usr/bin/perl
# Perl, since a shell would take two signals in a row for one.
chdir "/run/handler" or die;
sub note { open my $file, ">>", $_[0] or die; print $file "$_[1]\n" }
$SIG{TERM} = sub { note("told", "TERM"); $told = 1 };
note("got", $ENV{TOKEN});
select undef, undef, undef, 0.05 until $told;
# As long as a second signal could be on its way.
select undef, undef, undef, 0.05 for 1 .. 8;
note("rolled", "back");
EOF
chmod 0755 "$root/usr/local/bin/handler"
for mode in control-group mixed process; do
  inside install -d -o alice -m 0700 /run/handler
  ends 0 inside systemd-run --quiet --unit=handler --uid=alice --gid=envgate -p KillMode="$mode" \
    envgate exec -e development -- /usr/local/bin/handler
  eventually "KillMode=$mode: the handler did not start" inside test -s /run/handler/got
  ends 0 inside systemctl stop handler.service
  is "$(inside cat /run/handler/told)" TERM "KillMode=$mode: what the handler was told"
  is "$(inside cat /run/handler/rolled)" back "KillMode=$mode: what the handler did"
  eventually "KillMode=$mode: a process was left behind" nothing_runs_as alice
  inside rm -r /run/handler
done
proof "systemctl stop: a job is told once and rolls back, by KillMode=control-group, mixed and process"
