# Who may do what, for accounts of the host, and two of them through a gate: sourced by .ci/systemd.

ends 0 inside systemctl stop envgated.service
inside test -S /run/envgate/envgate.sock || wrong "a stop took the socket"
ends 0 inside envgate status --json
[[ $said == *'"account":"root"'*'"admin"'*'"memory_locked":true'* ]] || wrong "root: $said"
is_running || wrong "the first caller did not start the daemon"
ends 0 as alice envgate status --json
[[ $said == *"\"uid\":$(inside id -u alice),"*'"roles":[]'* ]] || wrong "alice: $said"
ends 69 as mallory envgate status
[[ $said == *"no permission"* ]] || wrong "mallory: $said"
ends 0 inside envgate environment create development --requester user:alice --unprotected
store TOKEN development
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what alice's job got"
ends 0 inside envgate audit list --json
[[ $said == *'"secret.released"'*'"account":"alice"'* ]] || wrong "the record: $said"
inside usermod -a -G envgate mallory
ends 77 as mallory envgate secret get TOKEN -e development
proof "the socket starts the daemon, and it sees who asks: root, a member of the group, nobody else"

ends 0 inside envgate environment create production --requester user:alice --reviewer user:bob
store TOKEN production
begin_job gate 'printf %s "$TOKEN"'
ends 77 as alice envgate approve "${requests[gate]}" --yes --accept-new
approve gate
end_job gate not-a-real-one
proof "through a gate by two accounts: alice asks and cannot approve, bob approves"
