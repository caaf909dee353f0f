#!/usr/bin/env bash
# Runs a command that is signed in to Azure, with the service principal that envgate hands over:
#
#     envgate exec -e production --as azure -- azure-run.sh az group list
#
# az keeps what it signs in with, the client's secret in plain text, in the folder $AZURE_CONFIG_DIR, which
# is ~/.azure where nobody says another. Here it is one in memory, for this account alone, and gone with
# this script. Only where that is killed (SIGKILL) it stays, until the next boot or the end of the session.
#
# The secret reaches az through a pipe: every account of the host can read a command line. az takes
# `--password=@-` for what comes on its stdin, and a secret may begin with a dash.
set -euo pipefail

: "${AZURE_CLIENT_ID:?is not set; run this under: envgate exec --as azure}"
(($#)) || { echo "azure-run.sh: name a command" >&2; exit 64; }

place=/dev/shm
if [[ -n ${XDG_RUNTIME_DIR:-} && -w $XDG_RUNTIME_DIR ]]; then place=$XDG_RUNTIME_DIR; fi
[[ $(stat -f -c %T "$place") == tmpfs ]] || { echo "azure-run.sh: $place is no tmpfs" >&2; exit 69; }
AZURE_CONFIG_DIR=$(mktemp -d "$place/azure-run.XXXXXX")
export AZURE_CONFIG_DIR
trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Credentials of a sovereign cloud say which; az reads AZURE_CLOUD_NAME by itself.
printf '%s' "$AZURE_CLIENT_SECRET" | az login --service-principal --username "$AZURE_CLIENT_ID" \
  --tenant "$AZURE_TENANT_ID" --password=@- --output none
if [[ -n ${AZURE_SUBSCRIPTION_ID:-} ]]; then az account set --subscription "$AZURE_SUBSCRIPTION_ID"; fi

# Behind the shell, which would otherwise keep a signal to itself until the command has ended.
"$@" <&0 &
command=$!
trap 'kill -TERM "$command" 2>/dev/null || true' HUP INT TERM
code=0
wait "$command" || code=$?
while kill -0 "$command" 2>/dev/null; do
  code=0
  wait "$command" || code=$?
done
exit "$code"
