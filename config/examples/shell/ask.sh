#!/usr/bin/env bash
# Asks, and leaves with 75 while nobody has answered; run it again later, and it goes on with the commit that it asked
# for:
#
#     ask.sh /srv/app.git
#
# The ticket stays on the host in between, in a folder of this repository's own. jq is installed. See one-step.sh for
# the rest.
set -euo pipefail
umask 077
repository=$(realpath "${1:?name a clone of the repository}")

state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
ticket=$state/asked
exec 9>"$state/lock"
flock --nonblock 9 || { echo "ask.sh: another one of $repository is under way" >&2; exit 75; }

if [[ ! -e $ticket ]]; then
  git -C "$repository" fetch --quiet origin main
  commit=$(git -C "$repository" rev-parse FETCH_HEAD)
  envgate request create -e production -s AZURE_CREDENTIALS --reason "deploy $repository" \
    --ref refs/heads/main --commit "$commit" --key "deploy $repository" --ticket-file "$ticket" --json \
    >"$ticket.json"
fi
id=$(jq -r .id "$ticket.json") code=0
envgate request wait "$id" --timeout 1s || code=$?
# 75: nobody has answered yet. Everything else is an answer, and the next run asks anew.
if ((code == 75)); then exit 75; fi
if ((code == 0)); then
  commit=$(envgate request show "$id" --ticket-file "$ticket" --json | jq -r .claimed.commit)
  rm -rf "$state/tree"
  git -C "$repository" worktree prune
  git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"
  cd "$state/tree"
  timeout --foreground --kill-after=10m 1h \
    envgate exec -e production --request "$id" --ticket-file "$ticket" --as azure --mask -- \
    ci/azure-run.sh ci/deploy.sh || code=$?
fi
rm -f "$ticket" "$ticket.json"
exit "$code"
