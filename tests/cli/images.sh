# Broken images: all are listed, then the run ends; --skip-broken goes on and says so.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 6
head -c 100 image/00001_00.ppm >LADI/00001_00.ppm
: >LADI/00002_00.ppm
echo 'this is a text' >LADI/00003_00.ppm
printf 'P6\n0 48\n255\n' >LADI/00004_00.ppm
printf 'P6\n60000 60000\n255\nabc' >LADI/00005_00.ppm

for tool in lpips 'fid --protocol alexnet'; do
  run vtonmetrics $tool image LADI -o result.txt --per-image p.csv
  [ "$tool" = lpips ] || run vtonmetrics $tool image LADI -o result.txt
  expect_status 3
  expect_no_stdout
  for i in 1 2 3 4 5; do expect_stderr_has "vtonmetrics ${tool%% *}: LADI/0000${i}_00.ppm: "; done
  expect_stderr_lacks 00006_00
  [ "$(wc -l <"$stderr")" = 6 ] || complain 'a line for each broken image and one for the run'
  expect_stderr_has --skip-broken
  [ ! -e result.txt ] && [ ! -e p.csv ] || complain 'no output file after a failure'
done

run vtonmetrics lpips image LADI --skip-broken --value
expect_status 0
value=$(cat "$stdout")
mkdir whole && cp LADI/00006_00.ppm whole
run vtonmetrics lpips image whole --value --quiet
[ "$(cat "$stdout")" = "$value" ] || complain "the value of the one whole pair, $value"
run vtonmetrics lpips image LADI --skip-broken
expect_status 0
for i in 1 2 3 4 5; do expect_stdout_has "LADI/0000${i}_00.ppm"; done
run vtonmetrics lpips image LADI --skip-broken --json
for i in 1 2 3 4 5; do expect_stdout_has "LADI/0000${i}_00.ppm"; done
expect_stderr_has 'warning: '

# One whole image is too little for a distance.
run vtonmetrics fid image LADI --skip-broken --protocol alexnet
expect_status 3
expect_no_stdout
expect_stderr_has 'at least 2'

# Nothing whole.
mkdir broken && cp LADI/0000[1-5]_00.ppm broken
run vtonmetrics lpips image broken --skip-broken
expect_status 3
expect_no_stdout

run vtonmetrics lpips image GAN --max-pixels 100
expect_status 3
expect_stderr_has 'image/00001_00.ppm'
expect_stderr_has --max-pixels

# Pairs of different sizes at --size native
{ printf 'P6\n32 47\n255\n' && tail -c 4512 image/00001_00.ppm; } >GAN/00001_00.ppm
run vtonmetrics lpips image GAN --size native
expect_status 3
expect_no_stdout
expect_stderr_has 32x47
expect_stderr_has 32x48
run vtonmetrics lpips image GAN --size 0x10
expect_status 2
run vtonmetrics lpips image GAN --size big
expect_status 2
