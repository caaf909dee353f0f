#!/usr/bin/env bash
# Asks in the evening, while reviewers are awake, and deploys in the night what they approved: that commit, whatever
# was pushed since. What nobody approved fails at once.
#
#     0 16 * * *   nightly.sh evening /srv/app.git
#     0  1 * * *   nightly.sh night   /srv/app.git
#
# The ticket stays on the host in between, in a folder of this repository's own. Let the environment's approval_ttl
# reach from one to the other. jq is installed. See one-step.sh for the rest.
set -euo pipefail
umask 077
part=${1:?say evening or night}
repository=$(realpath "${2:?name a clone of the repository}")

state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
ticket=$state/nightly
exec 9>"$state/lock"
flock --nonblock 9 || { echo "nightly.sh: another one of $repository is under way" >&2; exit 75; }

case $part in
  evening)
    # Yesterday's, where the night did not use it.
    if [[ -e $ticket ]]; then
      envgate request cancel "$(jq -r .id "$ticket.json")" --ticket-file "$ticket" || true
      rm -f "$ticket" "$ticket.json"
    fi
    git -C "$repository" fetch --quiet origin main
    commit=$(git -C "$repository" rev-parse FETCH_HEAD)
    envgate request create -e production -s AZURE_CREDENTIALS --reason "nightly deployment of $repository" \
      --ref refs/heads/main --commit "$commit" --key "nightly $repository" --ticket-file "$ticket" --json \
      >"$ticket.json"
    ;;
  night)
    id=$(jq -r .id "$ticket.json")
    commit=$(envgate request show "$id" --ticket-file "$ticket" --json | jq -r .claimed.commit)
    rm -rf "$state/tree"
    git -C "$repository" worktree prune
    git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"
    cd "$state/tree"
    timeout --foreground --kill-after=10m 1h \
      envgate exec -e production --request "$id" --ticket-file "$ticket" --timeout 1s --as azure --mask -- \
      ci/azure-run.sh ci/deploy.sh
    rm -f "$ticket" "$ticket.json"
    ;;
  *)
    echo "nightly.sh: say evening or night" >&2
    exit 64
    ;;
esac
