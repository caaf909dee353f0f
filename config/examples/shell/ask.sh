#!/usr/bin/env bash
# Makes a request, and exits with 75 until reviewers answer. Run it again later; it continues with the same commit:
#
#     ask.sh /srv/app.git
#
# The ticket stays on the host in between, by the repository and this script's own name: an approval for one does not
# count for another. The recipe removes it after the deployment has run, or was refused (77). After another failure the
# next run continues. jq is installed. See one-step.sh for the rest.
set -euo pipefail
umask 077
repository=$(realpath "${1:?name a clone of the repository}")

state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
name=${0##*/}
ticket=$state/$name.asked
exec 9>"$state/lock"
flock --nonblock 9 || { echo "ask.sh: another one of $repository is under way" >&2; exit 75; }

if [[ ! -s $ticket.json ]]; then
  rm -f "$ticket"
  git -C "$repository" fetch --quiet origin main
  commit=$(git -C "$repository" rev-parse FETCH_HEAD)
  envgate request create -e production -s AZURE_CREDENTIALS --reason "deploy $repository" \
    --ref refs/heads/main --commit "$commit" --key "$name $repository" --ticket-file "$ticket" --json \
    >"$ticket.json"
fi

# An hour to deploy, ten minutes to roll back. Sends this script a signal if it still runs then.
after() {
  local code=0
  timeout "$1" tail --pid=$$ -f /dev/null || code=$?
  ((code == 124)) && kill "-$2" $$
}
(after 1h TERM && after 10m USR1) </dev/null >/dev/null 2>&1 9>&- &
clock=$!
# The running step is told to end once, and the script waits for it. A signal to all processes has ended the clock and
# has reached the step. A signal to this script alone is passed on.
told='' running=''
hear() {
  told=$1
  [[ -n $running ]] || return 0
  sleep 0.3 || true
  if kill -0 "$clock" 2>/dev/null; then kill -TERM "$running" 2>/dev/null || true; fi
}
trap 'hear 129' HUP
trap 'hear 130' INT
trap 'hear 143' TERM
trap 'if [[ -n $running ]]; then kill -KILL "$running" 2>/dev/null || true; fi' USR1
run() {
  local code=0
  [[ -z $told ]] || return "$told"
  "$@" &
  running=$!
  if [[ -n $told ]]; then kill -TERM "$running" 2>/dev/null || true; fi
  wait "$running" || code=$?
  # A signal ends the wait, but not the process.
  while kill -0 "$running" 2>/dev/null; do
    code=0
    wait "$running" || code=$?
  done
  running=''
  return "$code"
}

id=$(jq -r .id "$ticket.json") code=0 over=false
envgate request wait "$id" --timeout 1s || code=$?
# 75: no answer yet. 77: the request was refused, and the next run makes a new one.
if ((code == 77)); then over=true; fi
if ((code == 0)); then
  commit=$(envgate request show "$id" --ticket-file "$ticket" --json | jq -r .claimed.commit)
  rm -rf "$state/tree"
  git -C "$repository" worktree prune
  git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"
  cd "$state/tree"
  rm -f "$ticket.status"
  run envgate exec -e production --request "$id" --ticket-file "$ticket" --status-file "$ticket.status" \
    --exit-codes --as azure --mask -- ci/azure-run.sh ci/deploy.sh || code=$?
  over=$(jq '.ran or .code == 77' "$ticket.status") || true
fi
if [[ $over == true ]]; then rm -f "$ticket" "$ticket.json" "$ticket.status"; fi
exit "$code"
