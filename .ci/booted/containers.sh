# Callers in containers, and job sockets: sourced by .ci/systemd.

# The daemon is an account without a capability, and sees all the same who lives elsewhere.
ends 0 inside unshare --pid --fork --kill-child envgate status --json
[[ $said == *'"roles":[]'*'pid namespace'* ]] || wrong "root of a pid namespace: $said"
ends 77 inside unshare --pid --fork --kill-child \
  envgate environment create mine --requester any --unprotected
ends 0 as alice unshare --user --map-root-user envgate status --json
[[ $said == *'user namespace'* ]] || wrong "alice in a user namespace: $said"

sed -i 's,// "job_sockets":,"job_sockets":,' "$configuration"
ends 0 inside systemctl restart envgated.service
is "$(owner /run/envgate/jobs)" "envgate:envgate 700" "the folder of job sockets"
is "$(owner /run/envgate/jobs/gitlab)" "envgate:envgate 755" "a job socket's folder"
is "$(owner /run/envgate/jobs/gitlab/envgate.sock)" "envgate:envgate 666" "a job socket"
ends 69 as mallory envgate status --socket /run/envgate/jobs/gitlab/envgate.sock
# What a container runtime does, and what somebody in the container comes to.
contained() {
  local account=$1
  shift
  inside unshare --mount --pid --fork --kill-child sh -c 'mount --bind -o ro /run/envgate/jobs/gitlab /mnt && exec "$@"' - \
    setpriv --reuid="$account" --regid="$account" --clear-groups -- \
    env ENVGATE_SOCKET=/mnt/envgate.sock "$@"
}
for account in root mallory; do
  ends 0 contained "$account" envgate status --json
  [[ $said == *'"uid":null,"account":"socket:gitlab","roles":[]'* ]] || wrong "contained: $said"
done
ends 0 inside envgate environment create jobs --requester socket:gitlab --unprotected
store TOKEN jobs
ends 0 contained mallory envgate exec -e jobs -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what a contained job got"
proof "a container may ask and nothing more, and through a job socket it is that socket"
