# Where the root key comes from, and what a unit does that cannot start: sourced by .ci/systemd.

credential=LoadCredentialEncrypted=envgate.root-key:/etc/envgate/root.key.cred
# The host's key; a TPM, where the host has one.
inside systemd-creds encrypt --name=envgate.root-key /etc/envgate/root.key /etc/envgate/root.key.cred \
  2>/dev/null
key=$(base64 "$root/etc/envgate/root.key")
drop_in "$credential"
sed -i 's,"root_key": {[^}]*},"root_key": { "credential": "envgate.root-key" },' "$configuration"
ends 0 inside systemctl reload envgated.service
eventually "a new place of the root key was not told" journal_holds 'setting=root_key'
ends 0 inside systemctl restart envgated.service
rm "$root/etc/envgate/root.key"
ends 0 inside systemctl restart envgated.service
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what alice's job got by a credential"
proof "the root key as a credential that systemd decrypts, after a restart that the reload asked for"

# The daemon cannot start with what stands now: one try, one sentence, one exit code.
refuses() {
  local code=$1 sentence=$2 cursor
  inside systemctl stop "${units[@]}"
  inside systemctl reset-failed "${units[@]}" 2>/dev/null || true
  cursor=$(inside journalctl -n 0 --show-cursor --no-pager | sed -n 's/^-- cursor: //p')
  ! inside systemctl start envgated.service >/dev/null 2>&1 || wrong "started in spite of: $sentence"
  # As long as it takes to try again, and somewhat more.
  sleep 1.5
  is "$(property ActiveState):$(property ExecMainStatus):$(property NRestarts)" "failed:$code:0" "the unit: $sentence"
  inside journalctl --no-pager -o cat --after-cursor="$cursor" -u envgated.service >"$folder/refusal"
  is "$(grep -c -- "$sentence" "$folder/refusal")" 1 "lines of the journal with: $sentence: $(<"$folder/refusal")"
}
good=$(<"$configuration")
drop_in
refuses 78 'systemd passes no credential envgate.root-key'
drop_in "$credential"
head -c 32 /dev/urandom >"$root/run-key"
inside systemd-creds encrypt --name=envgate.root-key /run-key /etc/envgate/other.cred 2>/dev/null
rm "$root/run-key"
drop_in "${credential/root.key.cred/other.cred}"
refuses 65 'another vault'
printf 'nonsense' >"$root/etc/envgate/other.cred"
refuses 243 'status=243/CREDENTIALS'
# Sealed by a TPM, which this host does not have: the head of such a credential, and nothing that anybody could open.
{
  printf '\x0c\x7c\xc0\x7b\x11\x76\x45\x91\x9c\x4b\x0b\xea\x08\xbc\x20\xfe\x20\0\0\0\x01\0\0\0\x0c\0\0\0\x10\0\0\0'
  head -c 16 /dev/zero
  printf '\x80\0\0\0\0\0\0\0\x0b\0\x23\0\x40\0\0\0\x20\0\0\0'
  head -c 200 /dev/zero
} | base64 -w 0 >"$root/etc/envgate/other.cred"
refuses 243 'status=243/CREDENTIALS'
rm "$root/etc/envgate/other.cred"
drop_in "$credential"
sed -i 's,"admins":,"admin": [] \, "admins":,' "$configuration"
refuses 78 'unknown key'
printf '%s\n' "${good/\"\/var\/lib\/envgate\"/\"\/srv\/other\"}" >"$configuration"
inside install -d -o alice -m 0700 /srv/other
refuses 78 '/srv/other'
printf '%s\n' "$good" >"$configuration"
# Where callers knock all the time, systemd soon stops trying.
drop_in
inside systemctl reset-failed "${units[@]}" 2>/dev/null || true
ends 0 inside systemctl start envgated.socket
ends 69 as alice envgate status
[[ $said != *'not-a-real-one'* ]] || wrong "a secret: $said"
drop_in "$credential"
inside systemctl reset-failed "${units[@]}" 2>/dev/null || true
ends 0 inside systemctl start "${units[@]}"
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
proof "no credential, a wrong one, a damaged one, one of a TPM that is not there, an unknown key, a foreign directory: one sentence, no second try"
