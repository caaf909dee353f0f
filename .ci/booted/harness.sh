# What every part of the booted test says and asks: sourced by .ci/systemd.

skip() {
  if [[ ${CI:-} == true ]] && ((EUID == 0)); then
    echo "systemd: cannot run, and must: $1" >&2
    exit 1
  fi
  echo "systemd: skipped: $1"
  exit 0
}
wrong() {
  echo "systemd: $1" >&2
  exit 1
}
proof() { printf 'systemd: %4ds  %s\n' $((SECONDS - started)) "$1"; }

# A command in the container, as root, with nothing of this shell's environment.
inside() {
  timeout --kill-after=5 60 nsenter -t "$leader" -m -p -u -i -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 NO_COLOR=1 "$@"
}
# The same as another account, with the groups that the account database gives it.
as() {
  local account=$1
  shift
  inside setpriv --reuid="$account" --regid="$account" --init-groups -- "$@"
}
# Waits, bounded, until a command succeeds.
eventually() {
  local what=$1
  shift
  for _ in {1..150}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  wrong "$what"
}
# A command that must end with this code; what it said is in $said.
said=''
ends() {
  local wanted=$1 code=0
  shift
  said=$("$@" 2>&1 </dev/null) || code=$?
  ((code == wanted)) || wrong "exit code $code instead of $wanted: $*: $said"
}
is() { [[ $1 == "$2" ]] || wrong "$3: $1 instead of $2"; }

units=(envgated.socket envgated.service)
property() { inside systemctl show --value -p "$1" envgated.service; }
journal() { inside journalctl --no-pager -o cat -u envgated.service; }
journal_holds() { journal | grep -q -- "$1"; }
roles() { as "$1" envgate status --json | grep -o '"roles":\[[^]]*\]'; }
owner() { inside stat -c '%U:%G %a' "$1"; }
nothing_runs_as() {
  ! inside sh -c 'grep -qsE "^Uid:[[:space:]]*$(id -u "$1")[[:space:]]" /proc/[0-9]*/status' - "$1"
}
is_running() { [[ $(property ActiveState):$(property SubState) == active:running ]]; }
restarts=0
has_restarted() { (($(property NRestarts) > restarts)) && is_running; }

# Settings of the unit that hold until the next call, or until a call without any.
drop_in() {
  local folder=$root/etc/systemd/system/envgated.service.d
  rm -rf "$folder"
  if (($#)); then
    mkdir "$folder"
    printf '%s\n' '[Service]' "$@" >"$folder/test.conf"
  fi
  inside systemctl daemon-reload
}
store() {
  printf 'not-a-real-one' | inside envgate secret set "$1" -e "$2" >/dev/null || wrong "root could not set a secret"
}

# Jobs of alice that go on while something happens: their output, and what they said, are in $folder/jobs/NAME.out and
# .log.
declare -A jobs=() requests=()
job_says() { grep -q -- "$2" "$folder/jobs/$1.$3"; }
begin_job() {
  local name=$1
  shift
  mkdir -p "$folder/jobs"
  as alice envgate exec -e production --reason "$name" -- sh -c "$1" \
    >"$folder/jobs/$name.out" 2>"$folder/jobs/$name.log" </dev/null &
  jobs[$name]=$!
  eventually "the job $name does not wait" job_says "$name" ' waits ' log
  requests[$name]=$(awk '/ waits / { print $3; exit }' "$folder/jobs/$name.log")
}
approve() { ends 0 as bob envgate approve "${requests[$1]}" -m "for $1" --yes --accept-new; }
end_job() {
  wait "${jobs[$1]}" || wrong "the job $1 failed: $(<"$folder/jobs/$1.log")"
  is "$(<"$folder/jobs/$1.out")" "$2" "what the job $1 wrote"
  ends 0 inside envgate request show "${requests[$1]}" --json
  [[ $said == *'"state":"closed"'* ]] || wrong "the request of the job $1: $said"
}
