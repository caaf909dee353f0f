# A Debian in a folder, and a systemd that boots there: sourced by .ci/systemd.

# Nobody else on the host enters: there are set-uid programs in it.
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/envgate-systemd.XXXXXX")
root=$folder/root log=$folder/log
install -d -m 0755 "$root"
nspawn='' leader=''
finish() {
  local status=$?
  trap - EXIT
  if ((status)) && [[ -n $leader ]]; then
    inside journalctl --no-pager -o cat -u envgated.service -u envgated.socket | tail -n 40 >&2 || true
    inside systemctl --no-pager --failed >&2 || true
  fi
  if [[ -n $nspawn ]]; then
    [[ -z $leader ]] || inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in {1..150}; do
      kill -0 "$nspawn" 2>/dev/null || break
      sleep 0.1
    done
    # The container's first process takes all of them along.
    kill -KILL ${leader:+"$leader"} "$nspawn" 2>/dev/null || true
    wait "$nspawn" 2>/dev/null || true
  fi
  if ((status)) && [[ -s $log ]]; then tail -n 20 "$log" >&2; fi
  rm -rf --one-file-system "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The root is made once for a release and its packages, and again after a month, which has brought other packages.
included=systemd,systemd-sysv,dbus,libssl3,libsqlite3-0
make_root() {
  local cache=$PWD/.build-release/debootstrap mirror kept
  kept=$cache/$release-$(sha256sum <<<"$included" | head -c 8).tar
  mkdir -p "$cache"
  find "$cache" -maxdepth 1 -name '*.tar' -mtime +30 -delete
  if [[ -s $kept ]]; then
    tar -C "$root" --numeric-owner -xpf "$kept"
    proof "a Debian $release, minimal, from an earlier run"
    return
  fi
  # The mirror that apt is set to; what was fetched stays for the next time.
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(LABEL)' 'Created-By: Packages' |
    awk -v release="$release" '$2 == release && $3 == "Debian" { print $1; exit }')
  [[ -n $mirror ]] || skip "apt has no mirror of Debian $release"
  timeout --kill-after=10 400 debootstrap --variant=minbase --cache-dir="$cache" --include="$included" \
    "$release" "$root" "$mirror" >"$log" 2>&1 || wrong "debootstrap failed"
  tar -C "$root" --numeric-owner -cf "$kept.new" . && mv "$kept.new" "$kept"
  proof "a Debian $release, minimal"
}

find_leader() {
  local pid
  for pid in $(<"/proc/$nspawn/task/$nspawn/children"); do
    if [[ $(awk '/^NSpid:/ { print NF - 1, $NF }' "/proc/$pid/status") == "2 1" ]]; then
      leader=$pid
      return
    fi
  done
  return 1
}
is_booted() { [[ $(inside systemctl is-system-running) =~ ^(running|degraded)$ ]]; }
boot() {
  # Without the capability nspawn forbids mlock(2) to all in the container.
  systemd-nspawn --quiet -D "$root" --capability=CAP_IPC_LOCK --machine="envgate-ci-$$" \
    --register=no --keep-unit --boot --resolv-conf=off --timezone=off --link-journal=no \
    --console=read-only </dev/null >>"$log" 2>&1 &
  nspawn=$!
  for _ in {1..100}; do
    find_leader && break
    kill -0 "$nspawn" 2>/dev/null || wrong "the container did not start"
    sleep 0.1
  done
  [[ -n $leader ]] || wrong "the container has no first process"
  eventually "systemd did not come up" is_booted
}
reboot() {
  inside systemctl reboot >/dev/null 2>&1 || true
  # With --keep-unit nspawn leaves with 133 and wants to be started again.
  local code=0
  wait "$nspawn" || code=$?
  nspawn='' leader=''
  ((code == 133)) || wrong "the container ended with $code instead of a reboot"
  boot
}
