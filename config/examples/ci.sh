#!/usr/bin/env bash
# A deployment with envgate from plain shell: cron, Buildkite, a terminal. Four ways; take the one that fits.
#
#     ci.sh one-step        ask, wait, deploy
#     ci.sh several-steps   ask once, then run several steps under one grant
#     ci.sh evening         ask for the night's job, and do not wait; then, in the night:
#     ci.sh night           use what was approved
#     ci.sh ask             ask, and leave with 75 while nobody has answered; run it again later
#
# Whoever can read a ticket can act for its request, so tickets of jobs of one account are not safe from
# each other. The one step needs none.
set -euo pipefail
cd "${WORKSPACE:-.}"
umask 077

environment=production
deploy() {
  envgate exec -e "$environment" --as azure --mask "$@"
}
# What outlives a run: the ticket and the number of a request, one of each name.
state=${XDG_STATE_HOME:-$HOME/.local/state}/envgate
mkdir -p "$state"

one_step() {
  deploy -s AZURE_CREDENTIALS --reason "deploy in one step" -- ci/azure-run.sh ci/deploy.sh
}

several_steps() {
  folder=$(mktemp -d) ticket=$folder/ticket id='' outcome=failure
  trap finish EXIT
  envgate request create -e "$environment" -s AZURE_CREDENTIALS --reason "deploy in two steps" \
    --ticket-file "$ticket" --wait --json >"$folder/request.json"
  id=$(jq -r .id "$folder/request.json")
  envgate request activate "$id" --ticket-file "$ticket" --wait
  deploy --request "$id" --ticket-file "$ticket" -- ci/azure-run.sh ci/deploy.sh plan
  deploy --request "$id" --ticket-file "$ticket" -- ci/azure-run.sh ci/deploy.sh apply
  outcome=success
}
# The outcome is told whatever happens.
finish() {
  if [[ -n $id ]]; then
    envgate request close "$id" --ticket-file "$ticket" --outcome "$outcome" \
      || envgate request cancel "$id" --ticket-file "$ticket" || true
  fi
  rm -rf "$folder"
}

evening() {
  local ticket=$state/nightly
  # Yesterday's, where the night did not use it.
  if [[ -e $ticket ]]; then
    envgate request cancel "$(jq -r .id "$ticket.json")" --ticket-file "$ticket" || true
    rm -f "$ticket" "$ticket.json"
  fi
  envgate request create -e "$environment" -s AZURE_CREDENTIALS --reason "nightly deployment" \
    --key nightly --ticket-file "$ticket" --json >"$ticket.json"
}

night() {
  local ticket=$state/nightly id
  id=$(jq -r .id "$ticket.json")
  # Approved by now or not at all: the night waits for nobody.
  deploy --request "$id" --ticket-file "$ticket" --timeout 1s -- ci/azure-run.sh ci/deploy.sh
  rm -f "$ticket" "$ticket.json"
}

ask() {
  local ticket=$state/deploy id code=0
  if [[ ! -e $ticket ]]; then
    envgate request create -e "$environment" -s AZURE_CREDENTIALS --reason "deployment" \
      --key deploy --ticket-file "$ticket" --json >"$ticket.json"
  fi
  id=$(jq -r .id "$ticket.json")
  envgate request wait "$id" --timeout 1s || code=$?
  # 75: nobody has answered yet. Everything else is an answer, and the next run asks anew.
  if ((code == 75)); then exit 75; fi
  if ((code == 0)); then
    deploy --request "$id" --ticket-file "$ticket" -- ci/azure-run.sh ci/deploy.sh || code=$?
  fi
  rm -f "$ticket" "$ticket.json"
  exit "$code"
}

case ${1:-} in
  one-step) one_step ;;
  several-steps) several_steps ;;
  evening) evening ;;
  night) night ;;
  ask) ask ;;
  *) sed -n 's/^#  *//p' "$0" >&2; exit 64 ;;
esac
