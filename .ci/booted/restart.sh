# Stop, start, crash and hang, with callers in between: sourced by .ci/systemd.

ends 0 inside systemctl stop envgated.service
inside test -S /run/envgate/envgate.sock || wrong "a stop took the socket"
ends 0 as alice envgate status
ends 0 inside systemctl restart envgated.socket
store TOKEN development
proof "a client that comes while nothing runs waits, and starts the daemon"

# A client that connects meanwhile may be told that the daemon stops, never that no daemon runs.
knock() {
  local end=$((SECONDS + 4))
  while ((SECONDS < end)); do
    as alice envgate status || true
  done
}
knock >"$folder/knocks" 2>&1 &
knocking=$!
for _ in 1 2; do ends 0 inside systemctl restart envgated.service; done
wait "$knocking"
! grep -E 'no daemon|stale socket|no permission' "$folder/knocks" || wrong "a client was turned away"
proof "restart: no client found the door shut ($(grep -c running "$folder/knocks") calls answered)"

begin_job waiting 'printf %s "$TOKEN"'
ends 0 inside systemctl restart envgated.service
approve waiting
end_job waiting not-a-real-one
proof "restart: a job that waits for its reviewer goes on waiting"

restarts=$(property NRestarts)
inside systemctl kill --kill-who=main --signal=KILL envgated.service
eventually "the daemon was not started again" has_restarted
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what alice's job got after kill -9"
proof "kill -9: started again, nothing lost"

# The watchdog, in seconds that a test can wait.
drop_in WatchdogSec=2s
ends 0 inside systemctl restart envgated.service
restarts=$(property NRestarts)
sleep 3
is "$(property NRestarts)" "$restarts" "restarts of a daemon that lives"
inside systemctl kill --kill-who=main --signal=STOP envgated.service
eventually "a daemon that hangs was not started again" has_restarted
drop_in
ends 0 inside systemctl restart envgated.service
proof "the watchdog leaves a daemon that serves alone, and starts one that hangs again"
