# Reload with a good and a bad configuration: sourced by .ci/systemd.

pid=$(property MainPID)
sed -i 's,// "auditors": \["user:root"\],"auditors": ["user:alice"],' "$configuration"
ends 0 inside systemctl reload envgated.service
eventually "a good configuration was not taken" journal_holds '^configuration reloaded'
is "$(roles alice)" '"roles":["auditor"]' "alice's roles"
ends 0 as alice envgate audit list --json
[[ $said == *'"configuration.reloaded"'*'"auditors":"user:alice"'* ]] || wrong "the record: $said"

good=$(<"$configuration")
echo '{ "auditors": [' >"$configuration"
ends 1 inside systemctl reload envgated.service
ends 0 inside systemctl kill --kill-who=main --signal=HUP envgated.service
eventually "a bad configuration was not told" journal_holds 'the daemon keeps the previous one'
is "$(roles alice)" '"roles":["auditor"]' "alice's roles"
is_running || wrong "a bad configuration ended the daemon"
[[ $(property StatusText) == *"previous configuration"*":1:"* ]] ||
  wrong "systemctl status does not tell the fault: $(property StatusText)"
printf '%s\n' "$good" >"$configuration"
is "$(property MainPID)" "$pid" "the process"
proof "reload: a good configuration is taken, by a bad one nothing changes"
