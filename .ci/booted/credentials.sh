# Secrets that units get by LoadCredential=: sourced by .ci/systemd.

# A unit that writes down what it got, made of the example.
consumer() {
  sed -e "s,^LoadCredential=database:,LoadCredential=$2:," -e "s,%d/database,%d/$2,g" \
    -e "s,^ExecStart=.*,ExecStart=/bin/sh -c \"cat %d/$2 >/run/got-$1\"," \
    -e '/^DynamicUser=/d' -e '/^Restart/d' -e 's,^\[Service\],[Service]\nType=oneshot,' \
    config/examples/systemd/web.service >"$root/etc/systemd/system/$1.service"
  inside systemctl daemon-reload
}
fails_by_credentials() {
  ! inside systemctl start "$1.service" >/dev/null 2>&1 || wrong "$2"
  is "$(inside systemctl show --value -p ExecStartPre "$1.service" | grep -o 'status=[0-9]*')" status=243 "$2"
  ! inside test -e "/run/got-$1" || wrong "$2: it ran"
}
ends 0 inside envgate environment create web --requester user:root --unprotected
ends 0 inside envgate environment create guarded --requester user:root --reviewer user:alice
for environment in web guarded; do
  printf '{"password":"not-a-real-one"}' |
    inside envgate secret set DATABASE -e "$environment" >/dev/null || wrong "root could not set a secret"
done
sed -i 's,// "credentials": .*,"credentials": { "web.service": { "database": { "environment": "web"\, "secret": "DATABASE"\, "field": "password" } }\, "late.service": { "locked": { "environment": "guarded"\, "secret": "DATABASE" } } }\,,' \
  "$root/etc/envgate/envgated.json"
ends 0 inside systemctl stop envgated.service
ends 0 inside systemctl enable --now envgated-credentials.socket
is "$(owner /run/envgate/credentials.sock)" "root:root 600" "the socket for credentials"
# Nothing runs: the unit itself starts the daemon.
consumer web database
ends 0 inside systemctl start web.service
is "$(inside cat /run/got-web)" "not-a-real-one" "what the unit got"
consumer thief database
fails_by_credentials thief "a unit that has no credential"
consumer late locked
fails_by_credentials late "a unit whose environment has reviewers"
# A reviewer lets it stand, and takes it back.
ends 0 inside envgate request create -e guarded --unit late.service --credential locked --for 30d
standing=$(awk '$1 == "request" { print $2; exit }' <<<"$said")
fails_by_credentials late "a unit whose standing approval waits"
ends 0 as alice envgate approve "$standing" --yes --accept-new
ends 0 inside systemctl start late.service
is "$(inside cat /run/got-late)" '{"password":"not-a-real-one"}' "what the unit with a standing approval got"
ends 0 as alice envgate request show "$standing"
[[ $said == *"active"*"late.service, credential locked"* ]] || wrong "the standing approval: $said"
ends 0 as alice envgate revoke "$standing"
inside rm /run/got-late
fails_by_credentials late "a unit whose standing approval was revoked"
ends 0 inside envgate audit list --json
[[ $said == *'"secret.released"'*'"unit:web.service"'*'"credential":"database"'* ]] || wrong "the record: $said"
[[ $said == *'"unit:late.service"'*'"gate.required"'* ]] || wrong "the record: $said"
[[ $(inside journalctl --no-pager -o cat ENVGATE_UNIT=thief.service) == "credential refused "* ]] ||
  wrong "the journal has no field for the unit"
proof "LoadCredential=: delivered, by a standing approval too, refused so that the unit fails, and on the record; the unit starts the daemon"
