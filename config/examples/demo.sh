#!/usr/bin/env bash
# A vault from its first start to its last record, in a folder that is removed afterwards.
#
# As root it uses three accounts that every Debian has: daemon runs the jobs, backup reviews them, and www-data belongs
# to another environment. Without root you have all roles; the environments then allow self-review, and the script says
# what that hides.
set -euo pipefail

bin=$(cd "${ENVGATE_BIN:-$(dirname "$0")/../../.build-release/release}" && pwd)
started=$SECONDS

# -- how it looks -------------------------------------------------------------------------------

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi

number=0
step() {
  number=$((number + 1))
  printf '\n%s%d. %s%s\n' "$bold" "$number" "$1" "$plain"
}
say() { printf '   %s\n' "$@"; }
proof() { printf '   %s✓ %s%s\n' "$green" "$1" "$plain"; }
wrong() {
  printf '   %s✗ %s%s\n' "$red" "$1" "$plain"
  exit 1
}

# -- what must be gone at the end ----------------------------------------------------------------

# The path to a Unix socket is limited to 107 bytes: a short name below the folder for such things.
folder=$(mktemp -d "${TMPDIR:-/tmp}/envgate-demo.XXXXXX")
daemon_pid='' job_pid=''
finish() {
  local status=$?
  trap - EXIT
  for pid in $job_pid $daemon_pid; do
    if kill "$pid" 2>/dev/null; then wait "$pid" 2>/dev/null || true; fi
  done
  if ((status)); then
    printf '\n%sthe demo failed (%d)%s\n' "$red" "$status" "$plain" >&2
    [[ -s $folder/envgated.log ]] && tail -n 20 "$folder/envgated.log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# -- who takes part ------------------------------------------------------------------------------

me=$(id -un 2>/dev/null) || me=''
if ((EUID == 0)) && command -v setpriv >/dev/null; then
  admin=root job=daemon reviewer=backup outsider=www-data
  admin_is=user:root job_is=user:daemon reviewer_is=user:backup staging_requester=user:www-data
  alone=()
else
  # An account database that does not know you can still be asked about your number.
  [[ -n $me ]] && admin_is=user:$me || admin_is=uid:$(id -u)
  admin=${me:-you} job=$admin reviewer=$admin outsider=$admin
  job_is=$admin_is reviewer_is=$admin_is staging_requester=user:daemon
  alone=(--allow-self-review)
fi

# The folder can be passed, not read, by the accounts that take part; the binaries are copied into
# it because they may not be able to reach the checkout.
chmod 0711 "$folder"
mkdir "$folder/bin"
install -m 0755 "$bin/envgate" "$bin/envgated" "$folder/bin/"
cd "$folder"

# A command as one of them, with nothing of this shell's environment but what is named: a CI job's
# variables would otherwise turn up in the requests. Composed apart from running it, so that one in
# the background is the process that `$!` names, and no shell around it.
compose() {
  local who=$1
  shift
  local switch=()
  [[ $who == "$admin" ]] ||
    switch=(setpriv --reuid="$who" --regid="$(id -g "$who")" --init-groups --)
  composed=(env -i PATH="$folder/bin:/usr/bin:/bin" HOME=/ NO_COLOR=1
    ENVGATE_SOCKET="$folder/envgate.sock" "${switch[@]}" "$@")
}
as() {
  compose "$@"
  "${composed[@]}"
}

# Shows the command, who typed it, and what it answered.
show() {
  local who=$1
  shift
  local shown='' word
  for word in "$@"; do
    # `%q` would turn a space into a backslash; quotes are what a person types.
    [[ $word == *[!A-Za-z0-9_./:=,@%+\&-]* ]] && word="'$word'"
    shown+=" $word"
  done
  printf '   %s%s$%s%s\n' "$dim" "$who" "$plain" "$shown"
}
indented() { sed 's/^/   | /'; }
run() {
  show "$@"
  as "$@" </dev/null 2>&1 | indented
}
# The same for a command that must be refused, with the exit code that says so.
refused() {
  local wanted=$1 code=0
  shift
  show "$@"
  as "$@" </dev/null 2>&1 | indented || code=${PIPESTATUS[0]}
  ((code == wanted)) || wrong "expected exit code $wanted, got $code"
  proof "refused, exit code $code"
}

# Waits, bounded, until a command succeeds: 10 seconds.
until_true() {
  local what=$1
  shift
  for _ in {1..200}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  wrong "$what"
}

sum() { sha256sum <"$1" | cut -d ' ' -f 1; }
# What a job printed about the secret that it got, against what was stored.
same_bytes() {
  local output=$1 stored=$2
  grep -q "$(sum "$stored")" "$output" || wrong "the job received other bytes than were stored"
  proof "byte for byte what was stored: sha256 $(sum "$stored" | cut -c 1-16)…"
}

# -- the play ------------------------------------------------------------------------------------

printf '%senvgate: secrets that leave the vault only when the gate is open%s\n' "$bold" "$plain"
say "A daemon, three environments, one secret in each, and who gets it when. In $folder."
if [[ ${#alone[@]} -gt 0 ]]; then
  say "You are not root, so every part is played by you ($admin), and the environments allow" \
    "self-review. That is the one thing not shown here: an approval of one's own request refused."
fi

step "A vault"
say "The configuration says where things are and who is admin. The root key lies outside the state" \
  "directory: a copy of the database alone opens nothing."
# Other accounts take part only as root; else the socket stays 0600, as it is by default.
mode='  // Three accounts take part, so all may connect. A host would use 0660 and a group.
  "socket_mode": "0666",
'
[[ ${#alone[@]} -eq 0 ]] || mode=''
cat >envgated.json <<JSON
{
  "socket": "$folder/envgate.sock",
${mode}  "state_directory": "$folder/state",
  "root_key": { "file": "$folder/root.key" },
  "admins": ["$admin_is"]
}
JSON
chmod 0600 envgated.json
show "$admin" cat envgated.json
indented <envgated.json
run "$admin" envgated init --config envgated.json
show "$admin" envgated --config envgated.json "&"
compose "$admin" envgated --config envgated.json
"${composed[@]}" </dev/null >envgated.log 2>&1 &
daemon_pid=$!
until_true "the daemon did not start" as "$admin" envgate status
run "$admin" envgate status

step "Three environments"
say "development has no gate, and that must be said. staging and production ask a reviewer."
run "$admin" envgate environment create development --requester "$job_is" --unprotected
run "$admin" envgate environment create staging --requester "$staging_requester" \
  --reviewer "$reviewer_is" "${alone[@]}"
reviewers=(--reviewer "$reviewer_is")
[[ ${#alone[@]} -gt 0 ]] || reviewers+=(--reviewer "$job_is")
run "$admin" envgate environment create production --requester "$job_is" \
  "${reviewers[@]}" "${alone[@]}"
run "$admin" envgate environment show production

step "One secret in each: AZURE_CREDENTIALS, ten keys on twelve lines"
say "Values come from stdin, a file or a prompt, never from the command line, where every process" \
  "of the host could read them."
hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
uuid() { printf '%s-%s-4%s-8%s-%s' "$(hex 4)" "$(hex 2)" "$(hex 2 | cut -c 2-)" \
  "$(hex 2 | cut -c 2-)" "$(hex 6)"; }
for environment in development staging production; do
  (
    umask 077
    # printf is the shell's own: nothing of the value becomes an argument of a process.
    printf '{\n  "clientId": "%s",\n  "clientSecret": "%s~%s",\n' "$(uuid)" "$(hex 3)" "$(hex 17)"
    printf '  "subscriptionId": "%s",\n  "tenantId": "%s",\n' "$(uuid)" "$(uuid)"
    printf '  "%s": "%s",\n' \
      activeDirectoryEndpointUrl https://login.microsoftonline.com \
      resourceManagerEndpointUrl https://management.azure.com/ \
      activeDirectoryGraphResourceId https://graph.windows.net/ \
      sqlManagementEndpointUrl https://management.core.windows.net:8443/ \
      galleryEndpointUrl https://gallery.azure.com/
    printf '  "%s": "%s"\n}\n' managementEndpointUrl https://management.core.windows.net/
  ) >"$environment.json"
  run "$admin" envgate secret set AZURE_CREDENTIALS -e "$environment" --file "$environment.json"
done
run "$admin" envgate secret list -e production

step "A development job gets it at once"
cat >job.sh <<'JOB'
#!/bin/sh
# Stands in for a deployment: says what it was given without saying it.
keys=$(printf '%s' "$AZURE_CREDENTIALS" | grep -c '": "')
sum=$(printf '%s' "$AZURE_CREDENTIALS" | sha256sum | cut -d ' ' -f 1)
echo "job: deploying as uid $(id -u); AZURE_CREDENTIALS has $keys keys, sha256 $sum"
JOB
chmod 0755 job.sh
show "$job" envgate exec -e development -- ./job.sh
as "$job" envgate exec -e development -- ./job.sh </dev/null >job.out 2>&1 || {
  indented <job.out
  wrong "the development job failed"
}
indented <job.out
same_bytes job.out development.json

step "A production job waits"
say "Same command, other environment. The gate is closed, so the job stands still and says why."
production=(envgate exec -e production --reason "deploy 4f2c to production" --timeout 2m -- ./job.sh)
show "$job" "${production[@]}" "&"
compose "$job" "${production[@]}"
"${composed[@]}" </dev/null >job.out 2>&1 &
job_pid=$!
waiting() { as "$reviewer" envgate request list -e production --state waiting --json; }
someone_waits() { waiting | grep -q '"id"'; }
until_true "the production job made no request" someone_waits
until_true "the production job says nothing" test -s job.out
id=$(waiting | grep -o '"id": *[0-9]*' | head -n 1 | grep -o '[0-9]*')
indented <job.out
run "$reviewer" envgate request list

if [[ ${#alone[@]} -eq 0 ]]; then
  step "Its own account cannot approve it"
  say "daemon is one of production's reviewers, but this request is its own."
  refused 77 "$job" envgate approve "$id" --yes --accept-new
fi

step "A reviewer looks, and approves"
say "The approval covers the digest of exactly what is shown: this request, these versions, this" \
  "revision of the gate."
run "$reviewer" envgate request show "$id"
show "$reviewer" envgate approve "$id" -m "tests are green" --yes --accept-new
as "$reviewer" envgate approve "$id" -m "tests are green" --yes --accept-new </dev/null >approval.out 2>&1 || {
  indented <approval.out
  wrong "the approval was refused"
}
tail -n 3 approval.out | indented
code=0
wait "$job_pid" || code=$?
job_pid=''
say "and the job that stood still goes on:"
indented <job.out
((code == 0)) || wrong "the production job ended with $code"
same_bytes job.out production.json
say "The grant ended with the job. What was approved was one job, once."

step "A job of another environment is refused"
say "$job may ask production, not staging; and nobody reads a protected secret without a request," \
  "not even the admin who stored it."
refused 125 "$job" envgate exec -e staging -- ./job.sh
refused 77 "$admin" envgate secret get AZURE_CREDENTIALS -e staging
[[ $outsider == "$admin" ]] || refused 77 "$outsider" envgate request show "$id"

step "The record"
say "Each line was on disk before the secret that it speaks of left the daemon."
run "$admin" envgate audit list
run "$admin" envgate audit verify

step "The end"
kill -TERM "$daemon_pid"
code=0
wait "$daemon_pid" || code=$?
daemon_pid=''
((code == 0)) || wrong "the daemon ended with $code"
proof "the daemon finished what it had taken and stopped"
for environment in development staging production; do
  secret=$(grep -o '"clientSecret": "[^"]*' "$environment.json" | cut -d '"' -f 4)
  # A here-string, so that the pattern is no argument of a process.
  if grep -rqaF -f - state envgated.log <<<"$secret"; then
    wrong "the secret of $environment stands in the state directory or the log"
  fi
done
proof "no value in the state directory, none in the log"
printf '\n%sThat was envgate, from first start to last record.%s It took %d s; README.md has it by hand.\n' \
  "$bold" "$plain" "$((SECONDS - started))"
