#!/usr/bin/env bash
# Signs in to Azure with the service principal from envgate, and runs a command:
#
#     envgate exec -e production --as azure -- azure-run.sh az group list
#
# az keeps the client's secret in plain text in the folder $AZURE_CONFIG_DIR, which is ~/.azure by default. This script
# uses a folder in memory, which only this account can read. It is removed soon after the command ends. In a container
# that ends with the command, it is removed with /dev/shm. Processes that the command leaves running lose the folder
# then.
#
# This script becomes the command (exec), so a signal to it or to its process group reaches the command once.
#
# The secret reaches az through a pipe, because every account on the host can read a command line. az takes
# `--password=@-` for what comes on its stdin, and a secret may begin with a dash.
set -euo pipefail

: "${AZURE_CLIENT_ID:?is not set; run this under: envgate exec --as azure}"
(($#)) || { echo "azure-run.sh: name a command" >&2; exit 64; }

place=/dev/shm
if [[ -n ${XDG_RUNTIME_DIR:-} && -w $XDG_RUNTIME_DIR ]]; then place=$XDG_RUNTIME_DIR; fi
[[ $(stat -f -c %T "$place") == tmpfs ]] || { echo "azure-run.sh: $place is no tmpfs" >&2; exit 69; }
AZURE_CONFIG_DIR=$(mktemp -d "$place/azure-run.XXXXXX")
export AZURE_CONFIG_DIR
# Removes the folder once this process has ended. It is in a session of its own, passes no signal on, and keeps no
# secret, no lock and no output of ours open.
setsid --fork env -i PATH="$PATH" bash -c '
  trap "" HUP INT TERM
  for open in /proc/self/fd/*; do
    open=${open##*/}
    if ((open > 2)); then eval "exec $open>&-"; fi
  done
  tail --pid="$1" -s 0.1 -f /dev/null
  rm -rf "$2"
' azure-run $$ "$AZURE_CONFIG_DIR" </dev/null >/dev/null 2>&1
# Until az has ended, which would write to the folder after it is gone.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Credentials of a sovereign cloud say which; az reads AZURE_CLOUD_NAME by itself.
printf '%s' "$AZURE_CLIENT_SECRET" | az login --service-principal --username "$AZURE_CLIENT_ID" \
  --tenant "$AZURE_TENANT_ID" --password=@- --output none
if [[ -n ${AZURE_SUBSCRIPTION_ID:-} ]]; then az account set --subscription "$AZURE_SUBSCRIPTION_ID"; fi

trap - HUP INT TERM
exec "$@"
