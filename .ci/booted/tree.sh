# What `make install` puts into a folder, and `make uninstall` takes away: sourced by .ci/systemd.

tree=$folder/tree
in_tree() { make --no-print-directory "$1" DESTDIR="$tree" >>"$log" 2>&1 || wrong "make $1 failed"; }
in_tree install
for name in envgate envgated; do
  ! readelf --sections --wide "$tree"/usr/*bin/$name | grep -q '\.symtab' || wrong "$name is not stripped"
done
for name in man/man1/envgate.1 man/man5/envgated.json.5 man/man8/envgated.8 \
  bash-completion/completions/envgate zsh/vendor-completions/_envgate fish/vendor_completions.d/envgate.fish; do
  [[ -s $tree/usr/share/$name ]] || wrong "$name is not there"
done
while read -r example; do
  installed=$tree/usr/share/doc/envgate/examples/$example
  cmp -s "config/examples/$example" "$installed" || wrong "the recipe $example is not installed"
  [[ ! -x config/examples/$example || -x $installed ]] || wrong "the recipe $example cannot be run"
done < <(find config/examples -type f ! -name demo.sh ! -path '*/vault-client/*' -printf '%P\n')
[[ -x $tree/usr/share/doc/envgate/examples/shell/one-step.sh ]] || wrong "no recipes are installed"
cmp -s config/envgated.json "$tree/etc/envgate/envgated.json" || wrong "another configuration"
echo '// mine' >>"$tree/etc/envgate/envgated.json"
in_tree install
grep -q '^// mine$' "$tree/etc/envgate/envgated.json" || wrong "make install has overwritten a configuration"
in_tree uninstall
left=$(cd "$tree" && find . -name '*envgate*' -type f)
is "$left" "./etc/envgate/envgated.json" "what uninstall left"
rm -r "$tree"
proof "make install: programs, units, pages, recipes, a configuration where there is none; and uninstall"
