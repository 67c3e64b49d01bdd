# vtonmetrics NAME runs vtonmetrics-NAME, as git does.
. "$SOURCE_DIR/tests/cli/lib.sh"

run vtonmetrics
expect_error 2 'vtonmetrics: name a tool, for example: vtonmetrics lpips image/ LADI/ (vtonmetrics --help lists the tools)'
run vtonmetrics lpisp
expect_error 2 "vtonmetrics: unknown tool 'lpisp'; did you mean lpips?"
run vtonmetrics something-else
expect_error 2 "vtonmetrics: unknown tool 'something-else'; vtonmetrics --help lists all tools"
run vtonmetrics help lpisp
expect_error 2 "vtonmetrics: unknown tool 'lpisp'; did you mean lpips?"
run vtonmetrics --hlep
expect_error 2 'vtonmetrics: unknown option --hlep; did you mean --help?'
run vtonmetrics $'a\nb'
expect_error 2 "vtonmetrics: unknown tool 'a\\nb'; vtonmetrics --help lists all tools"
run vtonmetrics ../bin/vtonmetrics-fid
expect_status 2

run vtonmetrics --help
expect_stdout_has '  fid           Frechet Inception distance'
expect_stdout_has '  lpips '
cp "$stdout" help
run vtonmetrics help
cmp -s "$stdout" help || complain 'help is --help'
run vtonmetrics help lpips
cp "$stdout" help
run vtonmetrics lpips --help
cmp -s "$stdout" help || complain 'help lpips is lpips --help'

# A tool of somebody else's, on PATH; arguments and exit status pass through.
mkdir tools
cat >tools/vtonmetrics-mine <<'TOOL'
#!/bin/sh
printf '<%s>' "$@"
exit 7
TOOL
chmod +x tools/vtonmetrics-mine
touch tools/vtonmetrics-notexecutable
PATH=$PATH:$scratch/tools
run vtonmetrics mine 'a b' '' --help '*'
expect_status 7
expect_stdout_has '<a b><><--help><*>'
run vtonmetrics --help
expect_stdout_has '  mine'
! grep -q notexecutable "$stdout" || complain 'only executables are tools'
run vtonmetrics mnie
expect_error 2 "vtonmetrics: unknown tool 'mnie'; did you mean mine?"

# Beside itself comes before PATH.
printf '#!/bin/sh\necho wrong\n' >tools/vtonmetrics-lpips
chmod +x tools/vtonmetrics-lpips
PATH=$scratch/tools:$PATH
run vtonmetrics lpips --version
expect_stdout_has 'vtonmetrics lpips '
# Each works on its own, and through a link, from a folder where nothing is on PATH.
ln -s "$BIN_DIR/vtonmetrics" linked
run env -i "$scratch/linked" lpips --version
expect_status 0
run env -i "$BIN_DIR/vtonmetrics-lpips" --version
expect_stdout_has 'vtonmetrics lpips '

# every tool of ours is described in the list
run vtonmetrics --help
for tool in "$BIN_DIR"/vtonmetrics-*; do
  name=${tool##*/vtonmetrics-}
  grep -qE "^  $name +[A-Z]" "$stdout" || complain "$name has no description in the list of tools"
done
