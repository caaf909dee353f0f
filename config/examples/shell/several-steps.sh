#!/usr/bin/env bash
# Makes one request, then runs several steps under its grant, and reports their outcome:
#
#     several-steps.sh /srv/app.git
#
# Prefer one-step.sh where you can: it has no ticket. jq is installed. See one-step.sh for the rest.
set -euo pipefail
umask 077
repository=$(realpath "${1:?name a clone of the repository}")

state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
exec 9>"$state/lock"
flock --nonblock 9 || { echo "several-steps.sh: another one of $repository is under way" >&2; exit 75; }

# The commit that reviewers see, in its own checkout.
git -C "$repository" fetch --quiet origin main
commit=$(git -C "$repository" rev-parse FETCH_HEAD)
rm -rf "$state/tree"
git -C "$repository" worktree prune
git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"

# The ticket of this run only. The outcome is reported in every case.
folder=$(mktemp -d "$state/run.XXXXXX") ticket=$folder/ticket id='' outcome=failure
finish() {
  trap '' HUP INT TERM
  # After a signal or a failure no step runs, and close reports it. An approved request that was not activated is
  # cancelled.
  if [[ -z $id && -s $folder/request.json ]]; then id=$(jq -r .id "$folder/request.json"); fi
  if [[ -n $id ]]; then
    envgate request close "$id" --ticket-file "$ticket" --outcome "$outcome" \
      || envgate request cancel "$id" --ticket-file "$ticket" || true
  fi
  rm -rf "$folder"
}
trap finish EXIT

# An hour for the reviewers, three for its turn and its steps, ten minutes to roll back. Sends this script a signal if
# it still runs then.
after() {
  local code=0
  timeout "$1" tail --pid=$$ -f /dev/null || code=$?
  ((code == 124)) && kill "-$2" $$
}
(after 4h TERM && after 10m USR1) </dev/null >/dev/null 2>&1 9>&- &
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

step() {
  run envgate exec -e production --request "$id" --ticket-file "$ticket" --as azure --mask -- \
    ci/azure-run.sh ci/deploy.sh "$@"
}

cd "$state/tree"
run envgate request create -e production -s AZURE_CREDENTIALS --reason "deploy $repository in two steps" \
  --ref refs/heads/main --commit "$commit" --ticket-file "$ticket" --wait --with-parent --timeout 1h --json \
  >"$folder/request.json"
id=$(jq -r .id "$folder/request.json")
run envgate request activate "$id" --ticket-file "$ticket" --wait
step plan
step apply
outcome=success
