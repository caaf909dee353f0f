#!/usr/bin/env bash
# envgate without envgate: client.sh ENVIRONMENT NAME >file; with socat, jq, and the Perl that each Debian has.
#
# Prints a secret, byte for byte. In a protected environment it makes a request, waits for the reviewers, reads, and
# closes the grant. One connection makes the request and reads, so no ticket is needed. Values pass through pipes
# alone: neither a command line nor a here-string, for which bash may write a file.
set -euo pipefail

environment=${1:?name an environment} name=${2:?name a secret}

# Connects and becomes socat. With a full queue a non-blocking connect fails with EAGAIN, and a blocking one could wait
# for ever. The kernel says which account listens. The script trusts root, this account, and a system account that owns
# the socket.
# shellcheck disable=SC2016 # the dollars are Perl's
connect='
  use strict; use Errno "EAGAIN"; use Fcntl; use Socket;
  my ($path, $end, $busy) = ($ARGV[0], time + 30, 0);
  socket(my $vault, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\n";
  fcntl($vault, F_SETFL, O_NONBLOCK) or die "fcntl: $!\n";
  until (connect($vault, pack_sockaddr_un($path))) {
    $! == EAGAIN && time < $end or die "$path: $!\n";
    print STDERR "the daemon is busy; trying again\n" unless $busy++;
    select(undef, undef, undef, 0.1);
  }
  my (undef, $listener) = unpack("iI", getsockopt($vault, SOL_SOCKET, SO_PEERCRED));
  my $owner = (lstat $path)[4];
  $listener == 0 || $listener == $> || $listener < 1000 && $listener == $owner
    or die "$path: uid $listener listens there, which is not the vault\n";
  fcntl($vault, F_SETFL, 0); fcntl($vault, F_SETFD, 0);
  exec "socat", "-", "FD:" . fileno($vault) or die "socat: $!\n";
'
# If the daemon is gone, the call below says so.
trap '' PIPE
coproc VAULT { exec perl -e "$connect" "${ENVGATE_SOCKET:-/run/envgate/envgate.sock}"; }
exec {to}>&"${VAULT[1]}" {from}<&"${VAULT[0]}"

# call METHOD [JQ-OPTION…] PARAMS-AS-JQ: leaves the answer in $reply.
calls=0
call() {
  local method=$1
  shift
  calls=$((calls + 1))
  jq -nc --argjson id "$calls" --arg method "$method" "${@:1:$#-1}" \
    "{jsonrpc: \"2.0\", id: \$id, method: \$method, params: ${!#}}" >&"$to" 2>/dev/null || true
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
# With base64 jq prints every byte of a string. A value that is not UTF-8 arrives as base64.
answer "$found | if type == \"object\" then .base64 else @base64 end" | base64 -d
