#!/usr/bin/env bash
# Starts a build again after its request was approved or rejected, for jobs that do not wait. notify-webhook.sh runs it
# as ON_ANSWER.
#
# It starts only jobs whose request has a key that begins with `restart:`. The job of a nightly recipe claims another
# key, because a restart would cancel its approved request.
#
# The job keeps its ticket where the next run finds it, and ends while nobody has answered:
#
#   ticket=/var/lib/deploy/$PROJECT-$JOB.ticket              # by project and job; the folder is the job's alone, 0700
#   [ -s "$ticket.id" ] || envgate request create -e production --key "restart:$PROJECT $JOB" \
#     --ticket-file "$ticket" --json | jq .id >"$ticket.id"
#   id=$(cat "$ticket.id")
#   envgate request wait "$id" --ticket-file "$ticket" --timeout 2m || exit    # 75: nobody yet; 77: no
#   exec envgate exec -e production --request "$id" --ticket-file "$ticket" -- ./deploy.sh
#
# The recipes ask.yml and ask.Jenkinsfile are such jobs, and show when to remove the ticket.
#
# Environment:
#   RUN_BASE        where builds may be started again, such as https://gitlab.example.com/ops/ or
#                   https://github.com/acme/site/. Where a request came from is a claim: nothing else is started, and
#                   whoever may ask can have any build below it started again.
#   RUN_SYSTEM      gitlab, github or jenkins
#   RUN_TOKEN_FILE  a file with the token that may start builds: for jenkins USER:TOKEN. Give it no other right.
#   RUN_API         for gitlab and github the address of the API, where it is not the usual one
#   ANSWER_…        what notify-webhook.sh says of the request
#
# Exits with 0 if there is nothing to do, also for a build that it may not start, and with 1 if it must run again.
set -euo pipefail

say() { echo "restart-build: request ${ANSWER_HOST:+$ANSWER_HOST:}${ANSWER_REQUEST:-?}: $1" >&2; }

for name in RUN_BASE RUN_SYSTEM RUN_TOKEN_FILE ANSWER_REQUEST ANSWER_STATE; do
  [[ -n ${!name:-} ]] || { echo "restart-build: set $name" >&2; exit 64; }
done
[[ -r $RUN_TOKEN_FILE ]] || { say "$RUN_TOKEN_FILE cannot be read"; exit 1; }

if [[ ${ANSWER_KEY:-} != restart:* ]]; then
  say "its key does not begin with restart:, so nothing was started"
  exit 0
fi

# The address must begin with RUN_BASE and have only the characters of such addresses, so that no path leaves it.
url=${ANSWER_RUN_URL:-}
base=${RUN_BASE%/}/
if [[ $url != "$base"* || $url == *..* || ! ${url#"$base"} =~ ^[A-Za-z0-9._~/-]+$ ]]; then
  say "its run is not below $base; nothing was started"
  exit 0
fi

origin=$(sed -E 's,^(https?://[^/]+).*,\1,' <<<"$url")
path=${url#"$origin"/}
token=$(<"$RUN_TOKEN_FILE")
case $RUN_SYSTEM in
  gitlab)
    [[ $path =~ ^(.+)/-/jobs/([0-9]+)$ ]] || { say "$url is no job of GitLab"; exit 0; }
    call=${RUN_API:-$origin/api/v4}/projects/${BASH_REMATCH[1]//\//%2F}/jobs/${BASH_REMATCH[2]}/retry
    secret="header = \"PRIVATE-TOKEN: $token\""
    ;;
  github)
    [[ $path =~ ^([^/]+/[^/]+)/actions/runs/([0-9]+)$ ]] || { say "$url is no run of GitHub"; exit 0; }
    call=${RUN_API:-https://api.github.com}/repos/${BASH_REMATCH[1]}/actions/runs/${BASH_REMATCH[2]}/rerun-failed-jobs
    secret="header = \"Authorization: Bearer $token\""
    ;;
  jenkins)
    [[ $path =~ ^(job/.+)/[0-9]+/?$ ]] || { say "$url is no build of Jenkins"; exit 0; }
    call=$origin/${BASH_REMATCH[1]}/build
    secret="user = \"$token\""
    ;;
  *)
    echo "restart-build: RUN_SYSTEM is gitlab, github or jenkins" >&2
    exit 64
    ;;
esac

# The token stays out of the command line.
code=$(curl --silent --show-error --max-time 20 --output /dev/null --write-out '%{http_code}' --request POST \
  --config <(printf '%s\n' "$secret") "$call") || { say "$call did not answer"; exit 1; }
case $code in
  2??) say "$ANSWER_STATE; started $url again" ;;
  429 | 5??) say "$call answered $code; later again"; exit 1 ;;
  *) say "$call answered $code; nothing was started" ;;
esac
