#!/usr/bin/env bash
# envgate without envgate: client.sh ENVIRONMENT NAME >file; with socat and jq.
#
# Prints a secret, byte for byte. In a protected environment it asks, waits for the reviewers, reads, and
# ends the grant. One connection makes the request and reads, so no ticket is needed. Values pass through
# pipes alone: neither a command line nor a here-string, for which bash may write a file.
set -euo pipefail

environment=${1:?name an environment} name=${2:?name a secret}
coproc VAULT { exec socat - "UNIX-CONNECT:${ENVGATE_SOCKET:-/run/envgate/envgate.sock}"; }
exec {to}>&"${VAULT[1]}" {from}<&"${VAULT[0]}"

# call METHOD [JQ-OPTION…] PARAMS-AS-JQ: leaves the answer in $reply.
calls=0
call() {
  local method=$1
  shift
  calls=$((calls + 1))
  jq -nc --argjson id "$calls" --arg method "$method" "${@:1:$#-1}" \
    "{jsonrpc: \"2.0\", id: \$id, method: \$method, params: ${!#}}" >&"$to"
  IFS= read -r reply <&"$from" || { echo "the daemon ended the connection" >&2; exit 69; }
  [[ $(answer .id) == "$calls" ]] || { echo "the answer is to another call" >&2; exit 70; }
}
answer() { printf '%s\n' "$reply" | jq -r "$1"; }
must() {
  call "$@"
  [[ $(answer 'has("result")') == true ]] || { answer '.error | "\(.data.reason): \(.message)"' >&2; exit 77; }
}

must server.status '{}'
echo "vault $(answer .result.version)" >&2
call secret.get --arg environment "$environment" --arg name "$name" '{$environment, $name}'
found=.result.value
if [[ $(answer .error.data.reason) == gate.required ]]; then
  must request.create --arg environment "$environment" --arg name "$name" \
    '{$environment, secrets: [$name], attended: true}'
  request=$(answer .result.id) revision=0
  echo "request $request $(answer .result.state)" >&2
  while [[ $(answer .result.state) == waiting ]]; do
    must request.wait --argjson request "$request" --argjson revision "$revision" '{$request, $revision}'
    revision=$(answer .result.revision)
  done
  state=$(answer .result.state)
  [[ $state == approved ]] || { echo "request $request is $state" >&2; exit 77; }
  must grant.activate --argjson request "$request" '{$request}'
  must grant.read --argjson request "$request" '{$request}'
  released=$reply found='.result.items[0].value'
  must grant.close --argjson request "$request" '{$request, outcome: "success"}'
  reply=$released
elif [[ $(answer 'has("result")') != true ]]; then
  answer '.error | "\(.data.reason): \(.message)"' >&2
  exit 77
fi
# As base64 jq prints every byte of a string, and a value that is no UTF-8 comes so.
answer "$found | if type == \"object\" then .base64 else @base64 end" | base64 -d
