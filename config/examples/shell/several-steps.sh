#!/usr/bin/env bash
# Asks once, then runs several steps under one grant, which ends with their outcome:
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

# The commit that reviewers are shown, in a checkout of its own.
git -C "$repository" fetch --quiet origin main
commit=$(git -C "$repository" rev-parse FETCH_HEAD)
rm -rf "$state/tree"
git -C "$repository" worktree prune
git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"

# The ticket of this run alone; the outcome is told whatever happens.
folder=$(mktemp -d "$state/run.XXXXXX") ticket=$folder/ticket id='' outcome=failure
finish() {
  if [[ -n $id ]]; then
    envgate request close "$id" --ticket-file "$ticket" --outcome "$outcome" \
      || envgate request cancel "$id" --ticket-file "$ticket" || true
  fi
  rm -rf "$folder"
}
trap finish EXIT

step() {
  timeout --foreground --kill-after=10m 1h \
    envgate exec -e production --request "$id" --ticket-file "$ticket" --as azure --mask -- \
    ci/azure-run.sh ci/deploy.sh "$@"
}

cd "$state/tree"
envgate request create -e production -s AZURE_CREDENTIALS --reason "deploy $repository in two steps" \
  --ref refs/heads/main --commit "$commit" --ticket-file "$ticket" --wait --timeout 1h --json \
  >"$folder/request.json"
id=$(jq -r .id "$folder/request.json")
envgate request activate "$id" --ticket-file "$ticket" --wait
step plan
step apply
outcome=success
