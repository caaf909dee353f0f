#!/usr/bin/env bash
# Sends one message for each new request to a chat or a mailbox.
#
#   WEBHOOK_URL=https://hooks.slack.com/services/… notify-webhook.sh     # {"text": …}, as Slack takes it
#   MAILTO=reviewers@example.org notify-webhook.sh                       # by sendmail(8)
#   ON_ANSWER=/usr/local/bin/restart-build.sh notify-webhook.sh          # and a program once there is an answer
#
# ON_ANSWER runs when a request without a waiting job is approved or rejected, with ANSWER_HOST, ANSWER_REQUEST,
# ANSWER_ENVIRONMENT, ANSWER_STATE, and ANSWER_RUN_URL and ANSWER_KEY (claims) in its environment; restart-build.sh
# beside this file is one. It runs again later if it does not exit with 0.
#
# More of the environment: ENVGATE_HOST, the hosts whose vaults are watched, separated by commas (else the vault of
# this host, at ENVGATE_SOCKET); WATCH_OPTIONS, such as "-e production"; WATCH_STATE, the file that says how far it has
# come (else under $STATE_DIRECTORY, which systemd sets, else ./notify-webhook.state). Numbers of requests and changes
# are a host's own, so each host has a watch and a state of its own: WATCH_STATE.HOST.
#
# Run it as an account that reviews or audits. It runs until it is stopped, and exits if envgate refuses the options
# (64). After a pause it continues where it was, because it writes its state after each message. Reasons and names come
# from other people, so only jq puts them into JSON, and no shell evaluates them. A message is one line of at most 1500
# characters, with the claims at its end, in quotes. If the web refuses a message for good (4xx except 408 and 429), it
# is sent once more in its shortest form and then skipped.
set -euo pipefail

state=${WATCH_STATE:-${STATE_DIRECTORY:-.}/notify-webhook.state}
client=${ENVGATE:-envgate}
pause=${WATCH_PAUSE:-10}
read -d '' -ra options <<<"${WATCH_OPTIONS:-}" || true
names=${ENVGATE_HOST:-}
read -d '' -ra hosts <<<"${names//,/ }" || true

for tool in jq "$client"; do
  command -v "$tool" >/dev/null || { echo "notify-webhook: $tool is missing" >&2; exit 69; }
done
if [[ -z ${WEBHOOK_URL:-} && -z ${MAILTO:-} && -z ${ON_ANSWER:-} ]]; then
  echo "notify-webhook: set WEBHOOK_URL, MAILTO or ON_ANSWER" >&2
  exit 64
fi

# Turns a line of watch into a sentence. Characters that could control a terminal or break a line become blanks.
sentence() {
  jq -r '
    def plain: tostring | gsub("[\\p{C}\\p{Zl}\\p{Zp}]+"; " ");
    # An unusual blank, or a foreign letter in an ASCII word, is shown by its number.
    def hex: if . < 16 then "0123456789ABCDEF"[.:. + 1] else (. / 16 | floor | hex) + (. % 16 | hex) end;
    def number: "\\u{" + (explode[0] | hex) + "}";
    def legible: gsub("(?<c>[\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}])"; .c | number)
      | gsub("(?<w>[\\p{L}\\p{N}\\p{M}]+)"; .w | if test("[A-Za-z]") then
          gsub("(?<c>[^\\x00-\\x{24F}\\x{1E00}-\\x{1EFF}\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}])"; .c | number)
        else . end);
    def short: plain | if length > 300 then .[:300] + " …" else . end;
    def waits: (if .host then "\(.host | plain): " else "" end)
      + "request \(.id) for \(.environment | plain) waits";
    def answer: ". To answer: `envgate approve " + (if .host then "\(.host | plain):" else "" end) + "\(.id)`.";
    # Ten, and how many more there are.
    def few: if length > 10 then .[:10] + ["\(length - 10) more"] else . end;
    def head: waits + ": "
      + (.request.requester | .account // "uid \(.uid)" | plain) + " asks for "
      + ([.request.secrets[].name] | few | join(", ") | plain)
      + (.request | (.twins | map(.id | tostring)) + (if .more_twins > 0 then ["\(.more_twins) more"] else [] end)
        | if . == [] then "" else ". The same claims are made by request " + (few | join(", ")) end)
      + answer;
    def claims: .request.claimed
      | [["reason", .reason], ["ref", .ref], ["commit", .commit], ["run", .run_url]]
      | map(select(.[1]) | .[0] + " " + (.[1] | short | tojson | legible));
    # As long as the web counts it, which takes some characters for five.
    def fits: (gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;") | length) <= 1500;
    def brief: waits + answer;
    # The claims that fit, in order; then only the sentence; then its shortest form.
    . as $line | head as $head | claims as $claims
      | [range($claims | length; -1; -1) as $count
          | $head + (if $count > 0 then " It says: " + ($claims[:$count] | join(", ")) else "" end)
            + (if $count < ($claims | length) then " It says more than fits here." else "" end)]
      | [$line | brief] as $briefs
      | (map(select(fits)) + $briefs)[0], $briefs[0]
  ' <<<"$1"
}

# Posts a text. Fails with 2 if it was refused for good, and with 1 if it may be accepted later.
post() {
  local body code
  # Slack marks mentions and links with these three.
  body=$(jq -cn --arg text "$1" \
    '{text: ($text | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;"))}') || return 1
  # The address is as good as a password, so it stays out of the command line.
  code=$(curl --silent --show-error --max-time 20 --retry 3 --output /dev/null --write-out '%{http_code}' \
    --header 'Content-Type: application/json' --data-binary @- \
    --config <(printf 'url = "%s"\n' "$WEBHOOK_URL") <<<"$body") || return 1
  case $code in
    2??) return 0 ;;
    408 | 429) return 1 ;;
    4??) echo "notify-webhook: the web refuses a message with $code" >&2; return 2 ;;
    *) return 1 ;;
  esac
}

# Sends a text, or the short form if the web refuses it for good.
tell() {
  local text=$1 brief=$2 code=0
  if [[ -n ${WEBHOOK_URL:-} ]]; then
    post "$text" || code=$?
    if ((code == 2)); then
      code=0
      post "$brief" || code=$?
      if ((code == 2)); then echo "notify-webhook: passed over: $brief" >&2; fi
    fi
    ((code != 1)) || return 1
  fi
  if [[ -n ${MAILTO:-} ]]; then
    # The subject says nothing that somebody else wrote.
    printf 'To: %s\nSubject: envgate: a request waits\nContent-Type: text/plain; charset=utf-8\n\n%s\n' \
      "$MAILTO" "$text" | "${SENDMAIL:-/usr/sbin/sendmail}" -t -oi || return
  fi
}

# Starts ON_ANSWER, where somebody wants to know and no job waits by itself.
answered() {
  local member
  local -a facts=()
  [[ -n ${ON_ANSWER:-} ]] || return 0
  [[ $(jq -r '.request.attended' <<<"$1") == false ]] || return 0
  # Each on a line: what is in it is made plain first.
  while IFS= read -r member; do facts+=("$member"); done < <(jq -r '
    def plain: tostring | gsub("[\\p{C}\\p{Zl}\\p{Zp}]+"; " ");
    (.host // "", .id, .environment, .request.state, .request.claimed.run_url // "", .request.claimed.key // "")
      | plain' <<<"$1")
  ((${#facts[@]} == 6)) || return
  ANSWER_HOST=${facts[0]} ANSWER_REQUEST=${facts[1]} ANSWER_ENVIRONMENT=${facts[2]} \
    ANSWER_STATE=${facts[3]} ANSWER_RUN_URL=${facts[4]} ANSWER_KEY=${facts[5]} "$ON_ANSWER" </dev/null
}

remember() {
  printf '%s\n' "$1" >"$state.new" && mv -f "$state.new" "$state"
}

# Reads lines until there are none, or one could not be told: then watch begins again at that one.
follow() {
  local line event state_now sequence text listed='' part='' code
  while true; do
    code=0
    # What waited at first has one number. Once nothing more comes of it, all of it was told.
    IFS= read -r ${listed:+-t 1} line || code=$?
    line=$part$line
    part=''
    if ((code > 128)) && [[ -n $line ]]; then
      part=$line
      continue
    elif ((code > 128)); then
      remember "$listed" || return
      listed=''
      continue
    fi
    ((code == 0)) || return 0
    read -r event state_now sequence < <(jq -r '"\(.event) \(.state) \(.sequence)"' <<<"$line") || return
    # What waited already when this began for the first time, what was made since and is not decided, and what waits
    # again because whoever approved it has left.
    if [[ $event == request.waiting || "$event $state_now" =~ ^(request\.created|approval\.lost)\ waiting$ ]]; then
      text=$(sentence "$line") && tell "${text%%$'\n'*}" "${text#*$'\n'}" || return
    elif [[ "$event $state_now" =~ ^request\.(approved\ approved|rejected\ rejected)$ ]]; then
      answered "$line" || return
    fi
    if [[ $event == request.waiting ]]; then
      listed=$sequence
    else
      listed=''
      remember "$sequence" || return
    fi
  done
}

# Watches one vault for ever: that of a host, or with no name that of this one.
watch_vault() {
  local host=$1 last after watch code
  local place=("${options[@]}")
  if [[ -n $host ]]; then
    place+=(--host "$host")
    state+=.${host//\//_}
  fi
  # What is named on the command line counts before it; a list of hosts is for this script alone.
  unset ENVGATE_HOST
  while true; do
    after=()
    if [[ -s $state ]]; then
      read -r last <"$state"
      [[ $last =~ ^[0-9]+$ ]] && after=(--after "$last")
    fi
    # Where this ends, watch has no reader any more and ends too.
    exec 3< <(exec "$client" watch --json "${place[@]}" "${after[@]}")
    watch=$!
    follow <&3 || echo "notify-webhook: ${host:+$host: }something was not taken; it is tried again" >&2
    exec 3<&-
    code=0
    wait "$watch" || code=$?
    if ((code == 64)); then
      echo "notify-webhook: envgate watch does not take these options: ${place[*]}" >&2
      exit 64
    fi
    if ((code == 65)) && ((${#after[@]})); then
      echo "notify-webhook: ${host:+$host: }the vault's record is another one now; beginning anew" >&2
      rm -f "$state"
    fi
    sleep "$pause"
  done
}

if ((${#hosts[@]} < 2)); then watch_vault "${hosts[0]:-}"; fi

watches=()
trap '((${#watches[@]} == 0)) || kill "${watches[@]}" 2>/dev/null || true' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
for host in "${hosts[@]}"; do
  (trap - EXIT TERM INT; watch_vault "$host") &
  watches+=("$!")
done
# None of them ends but for good.
code=0
wait -n || code=$?
exit "$code"
