#!/usr/bin/env bash
# Makes a request in the evening, while reviewers are awake, and deploys at night. It deploys the commit that they
# approved, even if another was pushed later. Without an approval it fails at once.
#
#     0 16 * * *   nightly.sh evening /srv/app.git
#     0  1 * * *   nightly.sh night   /srv/app.git
#
# The ticket stays on the host in between, by the repository and this script's own name. The environment's approval_ttl
# must be long enough for both. jq is installed. See one-step.sh for the rest.
set -euo pipefail
umask 077
part=${1:?say evening or night}
repository=$(realpath "${2:?name a clone of the repository}")

state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
name=${0##*/}
ticket=$state/$name.nightly
exec 9>"$state/lock"
flock --nonblock 9 || { echo "nightly.sh: another one of $repository is under way" >&2; exit 75; }

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

case $part in
  evening)
    # Yesterday's ticket, if the night did not use it.
    if [[ -s $ticket.json ]]; then
      code=0
      envgate request cancel "$(jq -r .id "$ticket.json")" --ticket-file "$ticket" || code=$?
      # The daemon did not answer, so keep the ticket.
      case $code in 69 | 70 | 74 | 75) exit "$code" ;; esac
    fi
    rm -f "$ticket" "$ticket.json"
    git -C "$repository" fetch --quiet origin main
    commit=$(git -C "$repository" rev-parse FETCH_HEAD)
    envgate request create -e production -s AZURE_CREDENTIALS --reason "nightly deployment of $repository" \
      --ref refs/heads/main --commit "$commit" --key "$name $repository" --ticket-file "$ticket" --json \
      >"$ticket.json"
    ;;
  night)
    id=$(jq -r .id "$ticket.json")
    commit=$(envgate request show "$id" --ticket-file "$ticket" --json | jq -r .claimed.commit)
    rm -rf "$state/tree"
    git -C "$repository" worktree prune
    git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"
    cd "$state/tree"
    run envgate exec -e production --request "$id" --ticket-file "$ticket" --timeout 1s --as azure --mask -- \
      ci/azure-run.sh ci/deploy.sh
    rm -f "$ticket" "$ticket.json"
    ;;
  *)
    echo "nightly.sh: say evening or night" >&2
    exit 64
    ;;
esac
