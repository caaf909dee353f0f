# A boot with all of it in place, then the end of the package: sourced by .ci/systemd.

reboot
is "$(inside systemctl --failed --no-legend)" "" "failed units after a boot"
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what alice's job got after a boot"
ends 0 inside envgate audit verify
proof "boot: no failed unit, and the vault serves what it had; $(memory)"

# As a file again, for the package that comes back.
base64 -d <<<"$key" | inside install -o envgate -g envgate -m 0600 /dev/stdin /etc/envgate/root.key
rm "$root/etc/envgate/root.key.cred"
drop_in
silently() { inside env DEBIAN_FRONTEND=noninteractive "$@"; }
vault() { (cd "$root" && sha256sum etc/envgate/root.key var/lib/envgate/vault.sqlite3 && ls -A var/lib/envgate); }
ends 0 silently apt remove -y envgate
ends 3 inside systemctl is-active "${units[@]}" envgated-credentials.socket
kept=$(vault)
ends 0 silently apt purge -y envgate
[[ $said == *"kept the vault in /var/lib/envgate and the root key /etc/envgate/root.key"* ]] || wrong "purge: $said"
is "$(vault)" "$kept" "what a purge left"
[[ ! -e $configuration ]] || wrong "a purge left the configuration"
ends 0 silently apt install ./next.deb
ends 0 inside envgate audit verify
ends 0 as alice envgate exec -e development -- sh -c 'printf %s "$TOKEN"'
is "$said" "not-a-real-one" "what alice's job got after a purge that kept the vault"
proof "remove and purge keep the vault and its key and say where; a new installation opens it"

echo 'envgate envgate/destroy boolean true' | inside debconf-set-selections
ends 0 silently apt purge -y envgate
left=$(cd "$root" && find etc/envgate var/lib/envgate run/envgate lib/systemd usr -name '*envgate*' 2>/dev/null || true)
is "$left" "" "what is left of a vault that was to go"
proof "purge with the answer yes: the vault, its key and the folder are gone"
