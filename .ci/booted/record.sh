# The record, and what the journal holds of it: sourced by .ci/systemd.

ends 0 inside envgate audit verify --json
head=$(grep -o '"signed_through":[0-9]*' <<<"$said")
[[ $said == *'"verified":true'* ]] || wrong "the record does not verify: $said"
eventually "the journal has no signed head" \
  journal_holds "^audit head signed .*sequence=${head#*:} signature=[0-9a-f]\\{128\\}"
! journal | grep -q 'not-a-real-one' || wrong "the journal has a secret"
proof "the journal has the signed head through record ${head#*:}, and no secret"

# The lines of the guide Auditing; a file of the host's side lies in the container's first folder.
inside envgate audit key >"$root/audit.key"
ends 0 inside envgate audit export audit.jsonl
(
  cd "$root"
  inside journalctl -o json -u envgated > heads.jsonl
)
ends 0 inside envgate audit verify --against-journal
[[ $said == *"signed through record"* ]] || wrong "the record against the journal: $said"
ends 0 inside envgate audit verify --file audit.jsonl --public-key audit.key --journal heads.jsonl
rm "$root"/{audit.key,audit.jsonl,heads.jsonl}
proof "the record agrees with the heads in the journal: by the daemon, and from files"

ends 0 inside systemctl stop "${units[@]}"
last=$(journal | grep -o '^audit head signed\|^stopped$' | tail -n 2 | tr '\n' ,)
is "$last" 'audit head signed,stopped,' "the last words"
ends 69 as alice envgate status
proof "stopped, with the signed head as the last words"
