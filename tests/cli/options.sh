# What the option parser says, and that --help and --version come from the same tables.
. "$SOURCE_DIR/tests/cli/lib.sh"

run vtonmetrics lpips
expect_error 2 'vtonmetrics lpips: give REFERENCE RESULTS..., for example: vtonmetrics lpips image/ LADI/'
run vtonmetrics lpips image
expect_error 2 "vtonmetrics lpips: a folder of results is needed"
run vtonmetrics lpips a b --thread 2
expect_error 2 'vtonmetrics lpips: unknown option --thread; did you mean --threads?'
run vtonmetrics fid a b --protcol clean-fid
expect_error 2 'vtonmetrics fid: unknown option --protcol; did you mean --protocol?'
run vtonmetrics fid a b --prot=clean-fid
expect_error 2 'vtonmetrics fid: unknown option --prot; did you mean --protocol?'
run vtonmetrics fid a b --zzzzzz
expect_error 2 'vtonmetrics fid: unknown option --zzzzzz; --help lists the options'
run vtonmetrics fid a b -x
expect_status 2
expect_stderr_has 'vtonmetrics fid: unknown option -x'
run vtonmetrics fid a b -protocol=clean-fid
expect_status 2
run vtonmetrics fid a b -protocol clean-fid
expect_error 2 'vtonmetrics fid: unknown option -protocol; did you mean --protocol?'
run vtonmetrics lpips a b --threads
expect_error 2 'vtonmetrics lpips: --threads: its value is missing; --threads N is needed'
run vtonmetrics lpips a b --threads --quiet
expect_error 2 'vtonmetrics lpips: --threads: its value is missing, --quiet follows; a value that starts with '\''-'\'' is written --threads=--quiet'
run vtonmetrics lpips a b --threads 0
expect_error 2 'vtonmetrics lpips: --threads 0: at least 1 is needed'
run vtonmetrics lpips a b --threads=-3
expect_error 2 'vtonmetrics lpips: --threads -3: at least 1 is needed'
run vtonmetrics lpips a b --threads 99999999999999999999
expect_error 2 'vtonmetrics lpips: --threads 99999999999999999999: at most 1024 is possible'
for wrong in many 2.5 2x ' ' 0x10; do
  run vtonmetrics lpips a b --threads "$wrong"
  expect_error 2 "vtonmetrics lpips: --threads $wrong: a whole number is needed"
done
run vtonmetrics lpips a b --output=
expect_error 2 'vtonmetrics lpips: --output: its value is empty; --output FILE is needed'
run vtonmetrics lpips a b --format jsno
expect_error 2 'vtonmetrics lpips: --format jsno: did you mean json? Possible are text, json, csv, tsv, markdown, latex, value'
run vtonmetrics lpips a b --format html5strict
expect_status 2
expect_stderr_has 'possible are text, json'
run vtonmetrics fid a b --protocol fid
expect_status 2
expect_stderr_has 'torch-fidelity'
run vtonmetrics lpips a b --json=yes
expect_error 2 "vtonmetrics lpips: --json: takes no value, 'yes' was given"
run vtonmetrics lpips a b --json --value
expect_error 2 'vtonmetrics lpips: only one of --format, --json and --value can be given'
run vtonmetrics lpips a b --fail-above high
expect_error 2 'vtonmetrics lpips: --fail-above high: a number is needed'
run vtonmetrics lpips a b --color sometimes
expect_status 2
run vtonmetrics lpips a b --device gpu
expect_status 2
expect_stderr_has "unknown device 'gpu': known are auto, cpu"
run vtonmetrics lpips a b --cpu-mask sse9
expect_status 2
expect_stderr_has "unknown instruction set 'sse9'"
run vtonmetrics fid a b --per-image x.csv # fid has no values of single images
expect_status 2

# A name with a terminal's control characters does no harm.
run vtonmetrics lpips $'\033[2Ja' b
expect_status 3
expect_stderr_has '\x1b[2Ja'
expect_stderr_lacks $'\033'

for tool in '' fid lpips; do
  run vtonmetrics $tool --help
  expect_status 0
  expect_no_stderr
  expect_stdout_has "usage: vtonmetrics"
  expect_stdout_has 'Exit status:'
  expect_stdout_has 'Examples:'
  [ "$(awk '{ if (length($0) > 100) n++ } END { print n + 0 }' "$stdout")" = 0 ] || complain 'lines of at most 100 columns'
  cp "$stdout" help
  run vtonmetrics $tool -h
  cmp -s "$stdout" help || complain '-h is --help'
  run vtonmetrics $tool --version
  expect_status 0
  grep -Eq '^vtonmetrics( [a-z]+)? [0-9]+\.[0-9]+\.[0-9]+$' "$stdout" || complain 'the version in the first line'
  expect_stdout_has libzip
done
run vtonmetrics fid --help
for option in protocol weights fetch pillow all-images save-stats save-features skip-broken lint no-lint strict max-pixels match batch \
  exact precision format json value output fail-above device threads cpu-mask quiet verbose color help version; do
  expect_stdout_has "--$option"
done
run vtonmetrics lpips --help
expect_stdout_has '--per-image FILE'
run vtonmetrics lpips --help-man
expect_status 0
expect_stdout_has '.TH "vtonmetrics\-lpips" 1'
expect_stdout_has '.SH EXIT STATUS'
expect_stdout_has '\fB\-\-per\-image\fR \fIFILE\fR'

command='vtonmetrics --help >/dev/full'
vtonmetrics --help >/dev/full 2>"$stderr"
status=$?
: >"$stdout"
expect_error 3 'vtonmetrics: standard output: cannot write the result: No space left on device'
command='vtonmetrics --help >&-'
vtonmetrics --help >&- 2>"$stderr"
status=$?
expect_error 3 'vtonmetrics: standard output: cannot write the result: Bad file descriptor'

# ---- what a newcomer tries ----
make_folders 2
run vtonmetrics -V
expect_status 0
expect_stdout_has 'vtonmetrics '
run vtonmetrics lpips -V
expect_status 0
expect_error_of() { # expect_error_of STATUS TEXT COMMAND...
  local want=$1 text=$2
  shift 2
  run "$@"
  expect_status "$want"
  expect_stderr_has "$text"
}
expect_error_of 2 "did you mean --version?" vtonmetrics version
expect_error_of 2 "unknown tool 'lint'; did you mean dataset-lint?" vtonmetrics lint
expect_error_of 2 'a command is needed: list, ' vtonmetrics weights
touch weights.pth
VTONMETRICS_WEIGHTS=$PWD/weights.pth expect_error_of 3 'weights.pth (a file, a folder was expected)' vtonmetrics fid image LADI
[ "$(vtonmetrics --help | awk 'length($0) > 80' | wc -l)" -le 1 ] || complain 'the list of tools is as wide as a terminal'
[ "$(vtonmetrics grid --help | grep -c '^Exit status')" = 1 ] || complain 'the exit status is explained once'
# names of models, and folders in the wrong order
run vtonmetrics lpips image ours=LADI GAN
expect_status 0
expect_stdout_has '  ours '
run vtonmetrics fid --protocol alexnet image ours=LADI --format csv
grep -q '^ours,' "$stdout" || complain 'the name in CSV'
cp -r LADI a=b
run vtonmetrics lpips image a=b --format csv
grep -q '^a=b,' "$stdout" || complain 'a folder with that name is that folder'
run vtonmetrics lpips LADI image --value
expect_stderr_has 'image: a folder of that name mostly holds photographs'
mkdir cloth
cp LADI/* cloth
run vtonmetrics lpips image cloth --value
expect_stderr_has 'cloth: a folder of that name mostly holds garments'
