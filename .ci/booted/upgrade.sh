# A package of a higher version on top of one that works: sourced by .ci/systemd. It has the same programs: no earlier
# version was ever given to anybody.

next=$folder/next
dpkg-deb --raw-extract "$package" "$next"
sed -i 's/^Version: .*/&+next/' "$next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$next" "$root/next.deb" >>"$log"
rm -r "$next"

begin_job held 'until [ -e /run/upgraded ]; do sleep 0.1; done; printf %s "$TOKEN"'
approve held
is_active() { inside envgate request show "${requests[held]}" --json | grep -q '"state":"active"'; }
eventually "the job held has no grant" is_active
begin_job queued 'printf %s "$TOKEN"'
sockets=$(inside systemctl show --value -p ActiveEnterTimestampMonotonic envgated.socket)
pid=$(property MainPID)
mine=$(sha256sum <"$configuration")
ends 0 inside env DEBIAN_FRONTEND=noninteractive apt install ./next.deb
[[ $(property MainPID) != "$pid" ]] || wrong "the upgrade did not restart the daemon"
[[ $(inside dpkg-query -W -f '${Version}' envgate) == *+next ]] || wrong "not upgraded: $said"
is "$(inside systemctl show --value -p ActiveEnterTimestampMonotonic envgated.socket)" "$sockets" "the socket's start"
is "$(sha256sum <"$configuration")" "$mine" "the edited configuration"
is_active || wrong "the grant did not survive the upgrade"
inside touch /run/upgraded
end_job held not-a-real-one
approve queued
end_job queued not-a-real-one
# Some admins do not want it to run.
ends 0 inside systemctl disable --now "${units[@]}"
ends 0 inside dpkg --install /next.deb
ends 3 inside systemctl is-active "${units[@]}"
ends 0 inside systemctl enable --now "${units[@]}"
proof "upgrade: the daemon restarts, a waiting request and a held grant live on; what is disabled stays so"
