# What is written where: links, descriptors, modes; no output over another, nor over what is read.
source "$(dirname "$0")/lib.sh"
make_folders 3
lpips() { run vtonmetrics lpips image LADI --size 64 "$@"; }

# ---- links, descriptors, modes ----
mkdir shared
echo old >shared/target.json && chmod 600 shared/target.json
ln -s shared/target.json link.json
lpips --json -o link.json
expect_status 0
[ -L link.json ] || complain 'the link stays a link'
grep -q '"metric"' shared/target.json || complain 'its target is written'
[ "$(stat -c %a shared/target.json)" = 600 ] || complain 'the mode is kept'
(umask 027 && lpips --value -o new.txt && [ "$(stat -c %a new.txt)" = 640 ]) || complain 'a new file has the usual mode'
lpips --value
cp "$stdout" value
for name in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
  ln -sf $name to_stdout
  for target in $name to_stdout; do
    echo first >both
    command="lpips -o $target"
    vtonmetrics lpips image LADI --size 64 --value -o $target >>both 2>"$stderr"
    status=$?
    expect_status 0
    { echo first && cat value; } | cmp -s - both || complain 'what is there stays, and the result follows'
  done
  [ -L to_stdout ] || complain 'the link stays a link'
done
vtonmetrics lpips image LADI --size 64 --value -o /dev/fd/3 3>third
cmp -s third value || complain 'any descriptor can be written to'
lpips --value -o /dev/null
expect_status 0

# ---- two outputs, and outputs over inputs ----
lpips -o same.csv --per-image ./same.csv
expect_error 2 'vtonmetrics lpips: ./same.csv: --output and --per-image would both be written to this file'
run vtonmetrics fid --protocol alexnet image --save-stats a.npz --save-features a.npz
expect_status 2
weights=$SOURCE_DIR/weights/lpips-alex.safetensors
cp "$weights" w.safetensors
printf '00001_00.ppm 00001_00.ppm\n' >list.txt
echo '{"reference": "image", "models": {"LADI": "LADI"}, "metrics": {"lpips": {"weights": "w.safetensors"}},
  "output": {"json": "w.safetensors"}}' >config.json
for command in 'lpips image LADI --weights w.safetensors -o w.safetensors' 'lpips image LADI --match pairs:list.txt -o list.txt' \
  'compare --metrics lpips image LADI --weights w.safetensors -o w.safetensors' \
  'compare --metrics lpips image LADI --lpips-weights w.safetensors -o w.safetensors' \
  'compare --metrics lpips image LADI --match pairs:list.txt -o list.txt' 'lpips image x=LADI -o LADI/00001_00.ppm' \
  'compare --config config.json'; do
  run vtonmetrics $command
  expect_status 2
  expect_stderr_has ': would be written over an input of this run'
done
cmp -s "$weights" w.safetensors || complain 'the weights are as they were'
ln -s value again
lpips -o value --per-image again
expect_status 2
cp LADI/00001_00.ppm before.ppm
lpips -o LADI/00001_00.ppm
expect_error 2 'vtonmetrics lpips: LADI/00001_00.ppm: would be written over an input of this run'
cmp -s LADI/00001_00.ppm before.ppm || complain 'the picture is as it was'
run vtonmetrics fid --protocol alexnet image --save-features rows.npz
cp rows.npz rows_before.npz
run vtonmetrics fid --protocol alexnet rows.npz LADI --save-stats rows.npz
expect_status 2
cmp -s rows.npz rows_before.npz || complain 'the features are as they were'
run vtonmetrics compare image LADI GAN --metrics lpips -o x.csv --per-image x.csv
expect_status 2
cat >e.config <<'JSON'
{"reference": "image", "models": {"GAN": "GAN"}, "metrics": {"lpips": {"size": "64"}}, "output": {"json": "a.out", "csv": "a.out"}}
JSON
run vtonmetrics compare --config e.config
expect_error 2 "vtonmetrics compare: a.out: two outputs would be written to this file"
cp e.config kept
sed 's/"a.out", "csv": "a.out"/"e.config"/' kept >e.config
cp e.config kept
run vtonmetrics compare --config e.config
expect_error 2 "vtonmetrics compare: e.config: would be written over an input of this run"
cmp -s e.config kept || complain 'the config is as it was'

run vtonmetrics dataset-lint --results LADI -o x.txt --sheet x.txt
expect_status 2
run vtonmetrics grid image LADI -o LADI/00001_00.ppm
expect_status 2
run vtonmetrics weights convert rows.npz ./rows.npz
expect_error 2 'vtonmetrics weights convert: ./rows.npz: would be written over an input of this run'
lpips --json -o old.json
run vtonmetrics diff old.json old.json -o old.json
expect_status 2

# ---- limits that are none ----
for limit in inf -inf 1e999 nan; do
  lpips --fail-above=$limit
  expect_error 2 "vtonmetrics lpips: --fail-above $limit: a number is needed"
  lpips --fail-below=$limit
  expect_status 2
  run vtonmetrics compare image LADI --metrics lpips --fail-above lpips=$limit
  expect_status 2
done

# ---- fields that a spreadsheet would take for formulas ----
for name in '=1+1' '+x' '-x' '@x'; do
  cp image/00001_00.ppm "image/$name.ppm"
  cp LADI/00001_00.ppm "LADI/$name.ppm"
done
cp -r LADI ./=LADI
run vtonmetrics lpips image ./=LADI --size 64 --per-image out.csv --format csv --no-lint
expect_status 0
expect_stdout_has "'=LADI,"
for name in '=1+1' '+x' '-x' '@x'; do
  grep -qF -- "'=LADI,'$name,0" out.csv || complain "$name is harmless"
done
