#!/usr/bin/env bash
# Makes a request, waits for the reviewers, and deploys, in one step, from cron, a timer or a terminal:
#
#     one-step.sh /srv/app.git
#
# The argument is a clone of the project's repository on the vault's host. The account is a requester of the
# environment. In the repository ci/azure-run.sh is config/examples/azure-run.sh of envgate, ci/deploy.sh is yours. It
# keeps no ticket, and leaves only the checkout behind.
set -euo pipefail
umask 077
repository=$(realpath "${1:?name a clone of the repository}")

# One folder for each repository, so that two projects do not share files.
state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate/shell$repository
mkdir -p "$state"
# One deployment at a time, until its last process has ended.
exec 9>"$state/lock"
flock --nonblock 9 || { echo "one-step.sh: another one of $repository is under way" >&2; exit 75; }

# The commit that reviewers see, in its own checkout.
git -C "$repository" fetch --quiet origin main
commit=$(git -C "$repository" rev-parse FETCH_HEAD)
rm -rf "$state/tree"
git -C "$repository" worktree prune
git -C "$repository" worktree add --quiet --detach "$state/tree" "$commit"
cd "$state/tree"

# An hour for the reviewers, an hour to deploy, ten minutes to roll back. The clock runs beside envgate, and ends with
# this process, which envgate becomes. A clock above envgate would pass on a signal that systemd or the terminal has
# already sent to all processes, and a deployment that gets it twice may lose its state. Sends this process a signal if
# it still runs then.
after() {
  local code=0
  timeout "$1" tail --pid=$$ -f /dev/null || code=$?
  ((code == 124)) && kill "-$2" $$
}
(after 2h TERM && after 10m KILL) </dev/null >/dev/null 2>&1 9>&- &
exec envgate exec -e production -s AZURE_CREDENTIALS --reason "deploy $repository" --ref refs/heads/main \
  --commit "$commit" --timeout 1h --as azure --mask -- ci/azure-run.sh ci/deploy.sh
