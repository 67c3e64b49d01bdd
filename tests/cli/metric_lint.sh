# What the metrics notice about results while they score them, and --no-lint and --strict.
. "$SOURCE_DIR/tests/cli/lib.sh"

make_sized() { # make_sized FILE WIDTH HEIGHT SEED
  { printf 'P6\n%d %d\n255\n' "$2" "$3" && awk -v n=$(($2 * $3 * 3)) -v seed="$4" 'BEGIN {
      for (i = 0; i < n; i++) { seed = (seed * 1103 + 12345) % 65536; printf "%c", 33 + int(seed / 256) % 90 } }'; } >"$1"
}
make_filled() { # make_filled FILE LETTER: 32x48 of one gray, the letter's code
  { printf 'P6\n32 48\n255\n' && head -c 4608 /dev/zero | tr '\0' "$2"; } >"$1"
}
make_folder() { # make_folder NAME: a copy of LADI to be broken
  rm -rf "$1"
  cp -r LADI "$1"
}
make_folders 5

store=none
lints() { # lints FOLDER: what was noticed, one a line; the same by both metrics, whatever the threads, the batch and the store
  local folder=$1 options
  rm -f first
  for options in 'lpips --size 64 --threads 3 --batch 3' "fid --protocol alexnet --threads 1 --batch 1 --store $store"; do
    run vtonmetrics ${options%% *} image "$folder" --value ${options#* }
    expect_status 0
    sed -n "s/.*: warning: $folder: //p" "$stderr" >found
    [ -e first ] || cp found first
    cmp -s found first || complain "the same findings as lpips has"
  done
}
expect_lint() { # expect_lint FOLDER LINE...: exactly these
  lints "$1"
  shift
  printf '%s\n' "$@" | cmp -s - found || complain "expected: $*; found: $(cat found)"
}
expect_no_lint() {
  lints "$1"
  [ ! -s found ] || complain "nothing was expected; found: $(cat found)"
}

expect_no_lint LADI
expect_no_lint GAN
remember # what FID computed: the photographs, and results that were in another folder before
store=$VTONMETRICS_STORE
for model in LADI GAN PROMPT; do
  for tool in 'lpips --size 64' 'fid --protocol alexnet'; do
    run vtonmetrics $tool "$SOURCE_DIR/datasets/demo/image" "$SOURCE_DIR/datasets/demo/$model" --value --strict
    expect_status 0
    expect_stderr_lacks "warning: $model"
  done
done

export VTONMETRICS_STORE=none

# ---- the photograph itself ----
make_folder copied
cp image/00002_00.ppm copied
expect_lint copied "1 of 5 results is the photograph itself, pixel for pixel, for example 00002_00.ppm: nothing was tried on there, and the score looks too good"
cp image/00004_00.ppm copied
expect_lint copied "2 of 5 results are the photograph itself, pixel for pixel, for example 00002_00.ppm: nothing was tried on there, and the score looks too good"
run vtonmetrics fid image copied --protocol alexnet --all-images
expect_stdout_has "Warning: copied: 2 of 5 results are among the reference's photographs, pixel for pixel, for example 00002_00.ppm: the score looks too good"
make_folder swapped
cp image/00003_00.ppm swapped/00002_00.ppm
expect_lint swapped '1 of 5 results is the photograph of somebody else, pixel for pixel, for example 00002_00.ppm: nothing was tried on there; have names or numbers been shifted?'
cp image/00003_00.ppm swapped/00001_00.ppm
expect_lint swapped '2 of 5 results are the photograph of somebody else, pixel for pixel, for example 00001_00.ppm: nothing was tried on there; have names or numbers been shifted?'
whole='all results (5 of 5) are photographs of the reference, pixel for pixel: is this a folder compared with itself?'
expect_lint image "$whole"
cp -r image again
cp image/00001_00.ppm again/00002_00.ppm # one of them is somebody else
expect_lint again "4 of 5 results are the photograph itself, pixel for pixel, for example 00001_00.ppm: nothing was tried on there, and the score looks too good
1 of 5 results is the photograph of somebody else, pixel for pixel, for example 00002_00.ppm: nothing was tried on there; have names or numbers been shifted?"

# ---- one picture under several names ----
make_folder repeated
cp LADI/00001_00.ppm repeated/00004_00.ppm
expect_lint repeated '2 of 5 results are the same picture as another result, pixel for pixel, for example 00001_00.ppm and 00004_00.ppm: the model did not run for each of them'
cp LADI/00002_00.ppm repeated/00003_00.ppm
expect_lint repeated '4 of 5 results are the same picture as another result, pixel for pixel, for example 00001_00.ppm and 00004_00.ppm: the model did not run for each of them'

# ---- nothing to be seen; not told again as repeated ----
make_folder dark
make_filled dark/00002_00.ppm '\000'
expect_lint dark '1 of 5 results is black, for example 00002_00.ppm: run the model on it again'
make_filled dark/00005_00.ppm '\001'
make_filled dark/00003_00.ppm '\165'
make_filled dark/00004_00.ppm '\165'
expect_lint dark '2 of 5 results are black, for example 00002_00.ppm: run the model on them again' \
  '2 of 5 results are of one colour, for example 00003_00.ppm: run the model on them again'

# ---- strips and sizes ----
make_folder strips
make_sized strips/00003_00.ppm 96 48 9
expect_lint strips '1 of 5 results looks like a strip of several pictures, for example 00003_00.ppm: 96x48, 3 times the shape of its photograph of 32x48; cut the result out'
make_sized strips/00001_00.ppm 32 96 8
expect_lint strips '2 of 5 results look like a strip of several pictures, for example 00001_00.ppm: 32x96, 2 times the shape of its photograph of 32x48; cut the result out'
make_folder mixed
make_sized mixed/00004_00.ppm 64 96 7
expect_lint mixed 'results of mixed sizes: 00001_00.ppm is 32x48, 00004_00.ppm is 64x96'
run vtonmetrics lpips image mixed --size native
expect_status 3
run vtonmetrics fid image mixed --protocol alexnet --all-images
expect_stdout_has 'Warning: mixed: results of mixed sizes: 00001_00.ppm is 32x48, 00004_00.ppm is 64x96'
mkdir larger squares
for i in 1 2 3 4 5; do
  make_sized larger/0000${i}_00.ppm 64 96 "$i"
  make_sized squares/0000${i}_00.ppm 48 48 "$i"
done
expect_no_lint larger # many models do that: a note
run vtonmetrics lpips image larger
expect_stdout_has 'Note: larger: the results have another size than their photographs, for example 00001_00.ppm: 64x96, not 32x48'
expect_no_lint squares
run vtonmetrics fid image squares --protocol alexnet
expect_stdout_has 'Note: squares: the results have another shape than their photographs, for example 00001_00.ppm: 48x48, not 32x48: right only if they were stretched to it, not cut'
# Photographs of several sizes, and results that follow them.
mkdir various-image various half
for i in 1 2 3; do
  make_sized various-image/$i.ppm $((i * 20 + 20)) $((i * 20 + 40)) "$i"
  make_sized various/$i.ppm $((i * 20 + 20)) $((i * 20 + 40)) "$((i + 50))"
  make_sized half/$i.ppm $((i * 10 + 10)) $((i * 10 + 20)) "$((i + 70))"
done
for folder in various half; do
  for options in '' --all-images; do
    run vtonmetrics fid various-image $folder --protocol alexnet --strict $options
    expect_status 0
    ! grep -q "Warning: $folder" "$stdout" || complain 'results may follow their photographs'
  done
done

# ---- saved features: what can be seen without photographs ----
run vtonmetrics fid image --protocol alexnet --save-features image.npz
run vtonmetrics fid image --protocol alexnet --save-stats stats.npz
for saved in image.npz stats.npz; do
  for folder in repeated mixed; do
    run vtonmetrics fid $saved $folder --protocol alexnet
    expect_status 0
    expect_stdout_has "Warning: $folder: "
  done
  run vtonmetrics fid $saved LADI --protocol alexnet --strict
  expect_status 0
done

# ---- --no-lint and --strict ----
for folder in copied image repeated dark strips mixed; do
  run vtonmetrics lpips image $folder --value --size 64
  cp "$stdout" value
  expect_stderr_has "warning: $folder: "
  run vtonmetrics lpips image $folder --value --size 64 --no-lint
  expect_status 0
  expect_no_stderr
  cmp -s value "$stdout" || complain 'the same digits without looking'
  run vtonmetrics lpips image $folder --size 64 --strict
  expect_status 3
  expect_no_stdout
  expect_stderr_has "vtonmetrics lpips: $folder: "
  expect_stderr_has 'and --strict: no score is given'
done
run vtonmetrics fid image copied LADI image --protocol alexnet --strict --save-stats never.npz
expect_status 3
expect_no_stdout
expect_stderr "vtonmetrics fid: copied: 2 of 5 results are the photograph itself, pixel for pixel, for example 00002_00.ppm: nothing was tried on there, and the score looks too good
vtonmetrics fid: image: $whole
vtonmetrics fid: 2 faults in the results, and --strict: no score is given; fix them, or go on with a warning without --strict"
[ ! -e never.npz ] || complain 'nothing is written of a run that fails'
run vtonmetrics fid image LADI --protocol alexnet --strict # warnings of other kinds do not count
expect_status 0
run vtonmetrics lpips image LADI --strict --no-lint
expect_error 2 'vtonmetrics lpips: --strict is about what --no-lint turns off: give one of them only'
