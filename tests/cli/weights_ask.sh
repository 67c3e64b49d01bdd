# Nothing is downloaded unasked: on a terminal the question is put, elsewhere the answer is no, --fetch and --no-fetch decide.
. "$SOURCE_DIR/tests/cli/lib.sh"
command -v script >/dev/null || skip 'script(1) is not installed (Debian package bsdutils)'
script -qec true /dev/null >/dev/null 2>&1 </dev/null || skip 'no pseudo-terminal can be had here'
vtonmetrics --version | grep -q 'libcurl: not built in' && skip 'built without libcurl'
unset VTONMETRICS_OFFLINE VTONMETRICS_WEIGHTS TORCH_HOME XDG_CACHE_HOME no_proxy NO_PROXY
export HOME=$scratch/home XDG_DATA_HOME=$scratch/data
export https_proxy=http://127.0.0.1:9 # nobody is there: a download fails at once, and without network
vtonmetrics weights path inception-torchvision >/dev/null 2>&1 && skip 'the weights are beside the programs'
make_folders 2
file=inception_v3_google-0cc3c7bd.pth
question="$file (inception-torchvision, 109 MB) is not on this machine. Download it from \
https://download.pytorch.org/models/$file into $scratch/data/vtonmetrics/weights? [y/N]"
advice="$file: not found (109 MB, for inception-torchvision). Get it with 'vtonmetrics weights fetch inception-torchvision', \
or name it with --weights FILE. Looked in:"

answer() { # answer TEXT COMMAND: types it on a terminal that shows both streams
  command="$2 (and the answer $(printf '%q' "$1"))"
  printf '%b' "$1" | script -qec "$2" /dev/null >"$stderr" 2>&1
  status=$?
  tr -d '\r' <"$stderr" >"$stdout" && cp "$stdout" "$stderr" && : >"$stdout"
}

run vtonmetrics fid image LADI
expect_status 3
expect_stderr_has "vtonmetrics fid: $advice"
expect_stderr_lacks '[y/N]'
expect_stderr_lacks 'download failed'
for no in '\n' 'n\n' 'no\n' 'maybe yes\n' '\004'; do
  answer "$no" 'vtonmetrics fid image LADI'
  expect_status 3
  expect_stderr_has "vtonmetrics fid: $question"
  expect_stderr_has "$advice"
  expect_stderr_lacks 'download failed'
done
[ ! -e data ] || complain 'no folder is made for what was not wanted'
command='vtonmetrics fid image LADI (and Ctrl-C)'
: >"$stderr"
{
  for _ in $(seq 300); do grep -q 'y/N' "$stderr" && break; sleep 0.1; done
  printf '\003'
} | script -qefc 'vtonmetrics fid image LADI' /dev/null >"$stderr" 2>&1
status=$?
expect_status 130
expect_stderr_has interrupted
for yes in 'y\n' 'Yes\n'; do
  answer "$yes" 'vtonmetrics fid image LADI --quiet'
  expect_status 3
  expect_stderr_has "$question"
  expect_stderr_has "https://download.pytorch.org/models/$file: download failed: "
  expect_stderr_has "$advice"
done
answer 'y\n' 'vtonmetrics kid image LADI --no-fetch'
expect_status 3
expect_stderr_lacks '[y/N]'
expect_stderr_lacks 'download failed'
answer 'y\n' 'vtonmetrics kid image LADI </dev/null' # nobody to answer
expect_status 3
expect_stderr_lacks '[y/N]'
answer 'n\n' 'vtonmetrics kid image LADI --fetch'
expect_stderr_lacks '[y/N]'
expect_stderr_has 'download failed'
run vtonmetrics kid image LADI --fetch
expect_status 3
expect_stderr_has 'download failed'
expect_stderr_has "$advice"
VTONMETRICS_OFFLINE=1 answer 'y\n' 'vtonmetrics fid image LADI' # a question that could only be answered with no
expect_stderr_lacks '[y/N]'
expect_stderr_has "$advice"
# compare asks where the user named the metric, and leaves it out where it was its own choice
answer 'n\n' 'vtonmetrics compare image LADI --metrics fid'
expect_status 3
expect_stderr_has "$question"
expect_stderr_lacks 'download failed'
answer 'n\n' 'vtonmetrics compare image LADI'
expect_status 0
expect_stderr_lacks '[y/N]'
# what is there, is given, or is not needed is not asked for
answer 'y\n' 'vtonmetrics lpips image LADI --value'
expect_status 0
expect_stderr_lacks '[y/N]'
answer 'y\n' 'vtonmetrics fid image LADI --protocol alexnet --value'
expect_status 0
answer 'y\n' 'vtonmetrics fid image nowhere'
expect_status 3
expect_stderr_lacks '[y/N]'
