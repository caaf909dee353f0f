# The package, as the guide Operating installs it (.ci/walk compares), and what it makes: sourced by .ci/systemd.

inside useradd alice
inside useradd bob
inside useradd mallory
ln "$package" "$root/envgate.deb" 2>/dev/null || cp "$package" "$root/envgate.deb"
ends 0 inside apt install ./envgate.deb
# What apt shows, it also keeps.
shown=$said$(inside sh -c 'cat /var/log/apt/term.log /var/log/dpkg.log')
inside usermod -a -G envgate alice
inside usermod -a -G envgate bob
is "$(inside dpkg-query -W -f '${db:Status-Status}' envgate)" installed "the package"
is "$(owner /etc/envgate)" "root:root 755" "/etc/envgate"
is "$(owner /etc/envgate/root.key)" "envgate:envgate 600" "the root key"
is "$(owner /var/lib/envgate)" "envgate:envgate 700" "the state directory"
is "$(owner /var/lib/envgate/vault.sqlite3)" "envgate:envgate 600" "the database"
ends 69 inside envgated init --config /etc/envgate/envgated.json
[[ $shown == *"created a vault in /var/lib/envgate"* ]] || wrong "apt's log does not say what was made: $shown"
for secret in "$(od -An -tx1 -v "$root/etc/envgate/root.key" | tr -d ' \n')" \
  "$(base64 -w 0 "$root/etc/envgate/root.key")" egk1_; do
  ! grep -qiF -- "$secret" <<<"$shown" || wrong "apt's log holds a key"
done
proof "apt install: account, folders, vault and root key; nothing of a key was shown"

ends 0 inside systemctl is-enabled "${units[@]}"
ends 0 inside systemctl is-active "${units[@]}"
ends 1 inside systemctl is-enabled envgated-credentials.socket
is "$(owner /run/envgate/envgate.sock)" "envgate:envgate 660" "the socket"
is "$(owner /run/envgate/metrics.prom)" "envgate:envgate 600" "the file of the metrics"
is "$(owner /run/envgate/metrics.sock)" "envgate:envgate 600" "the socket of the metrics"
is "$(property User):$(property StatusText)" "envgate:serving" "the service"
is "$(inside systemctl --failed --no-legend)" "" "failed units"
ends 0 inside systemd-analyze verify "${units[@]}" envgated-credentials.socket
is "$said" "" "systemd-analyze verify"
proof "enabled, active, verified, no failed unit"

ends 0 inside systemd-analyze security --offline=true --no-pager --threshold=6 \
  /usr/lib/systemd/system/envgated.service
exposure=$(grep -o 'Overall exposure level.*' <<<"$said")
# What the kernel says of the process, not the unit.
sandboxed() { grep -q "$1" "$folder/process" || wrong "the daemon's process has not: $1"; }
pid=$(property MainPID)
inside cat "/proc/$pid/status" "/proc/$pid/limits" >"$folder/process"
sandboxed '^NoNewPrivs:.*1$'
sandboxed '^Seccomp:.*2$'
for set in CapInh CapPrm CapEff CapBnd CapAmb; do sandboxed "^$set:.*0000000000000000$"; done
sandboxed "^Uid:.*$(inside id -u envgate)\$"
sandboxed '^Max core file size *0 *0 '
is "$(inside nsenter -t "$pid" -n sh -c 'cd /sys/class/net 2>/dev/null; cat /proc/net/dev | wc -l')" 3 "its network"
for path in /usr /etc /var /home /root /dev; do
  ! inside nsenter -t "$pid" -m setpriv --reuid=envgate --clear-groups test -w "$path" ||
    wrong "the daemon may write to $path"
done
# A host with version 1 of control groups gives the container no accounting.
memory() {
  local bytes
  bytes=$(property MemoryCurrent)
  if [[ $bytes == [0-9]* ]]; then
    printf 'memory %d KiB as systemd accounts it' $((bytes / 1024))
  else
    printf 'memory %d KiB resident, since systemd accounts none on this host' \
      "$(inside awk '/^VmRSS/ { print $2 }' "/proc/$(property MainPID)/status")"
  fi
}
proof "${exposure% *}; no capability, no network, nothing writable; $(memory)"
