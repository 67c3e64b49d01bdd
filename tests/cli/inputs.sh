# What is taken for an input and what is not: two single pictures, files of other kinds, patterns.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
accepted="Accepted are a folder of images; for a distance between sets, such as fid, also an .npz of features ('features') or \
statistics ('mu' and 'sigma'); for a metric of pairs, such as lpips, also two single pictures"

# ---- two single pictures, whatever their names ----
for metric in lpips psnr mse; do
  rm -rf one && mkdir -p one/a one/b && cp image/00001_00.ppm one/a/x.ppm && cp LADI/00002_00.ppm one/b/x.ppm
  run vtonmetrics $metric one/a one/b --value
  expect_status 0
  cp "$stdout" expected
  run vtonmetrics $metric image/00001_00.ppm LADI/00002_00.ppm --value
  expect_status 0
  cmp -s expected "$stdout" || complain "the value of the pair in two folders: $(cat expected)"
done
run vtonmetrics mse image/00001_00.ppm image/00001_00.ppm --value --no-lint
expect_stdout 0
(cd image && vtonmetrics mse 00001_00.ppm "$scratch/LADI/00002_00.ppm" --value) >"$stdout" 2>"$stderr"
cmp -s expected "$stdout" || complain 'pictures in this folder and by a whole path'
run vtonmetrics lpips image/00001_00.ppm LADI/00002_00.ppm --json
expect_status 0
expect_stdout_has '"n_generated":	1,'
expect_stdout_has '"name":	"00001_00"'
run vtonmetrics lpips image/00001_00.ppm LADI/00002_00.ppm --dry-run
expect_status 0
expect_stdout_has '  pairs         1, of 1 people'
# a picture by its content, and one whose content is none
"$BUILD_DIR/tests/make_picture" rgb picture.png 32x48 1 && cp picture.png nameless
run vtonmetrics mse nameless picture.png --value --no-lint
expect_stdout 0
echo nothing >text.png
run vtonmetrics mse image/00001_00.ppm text.png
expect_status 3
expect_stderr_has './text.png: '

# ---- single pictures where they make no sense ----
run vtonmetrics lpips image/*.ppm LADI/*.ppm
expect_error 2 "vtonmetrics lpips: image/00001_00.ppm: is one picture: give folders, or two single pictures and nothing else. Of \
image/*.jpg the shell makes the names of all pictures: give image/"
run vtonmetrics lpips image LADI/00001_00.ppm
expect_status 2
expect_stderr_has 'LADI/00001_00.ppm: is one picture: give folders'
run vtonmetrics fid image/00001_00.ppm LADI/00001_00.ppm --protocol alexnet
expect_error 2 'vtonmetrics fid: image/00001_00.ppm: is one picture, and FID compares sets of pictures: give folders'
run vtonmetrics compare image/00001_00.ppm LADI/00001_00.ppm --metrics lpips,kid --protocol alexnet
expect_status 2
expect_stderr_has 'is one picture, and KID compares sets of pictures: give folders'

# ---- other files ----
for file in rows.npy rows.NPY pictures.zip pictures.tar.gz model.pth stats.pkl clip.mp4 notes.txt; do echo x >$file; done
refused() { # refused FILE WHAT
  run vtonmetrics lpips image "$1"
  expect_error 2 "vtonmetrics lpips: $1: is $2. $accepted"
  run vtonmetrics fid "$1" LADI --protocol alexnet --dry-run
  expect_error 2 "vtonmetrics fid: $1: is $2. $accepted"
}
refused rows.npy 'a single NumPy array, and numpy.savez writes an .npz'
refused rows.NPY 'a single NumPy array, and numpy.savez writes an .npz'
refused pictures.zip 'an archive: unpack it'
refused pictures.tar.gz 'an archive: unpack it'
refused model.pth 'a file of PyTorch: weights are named with --weights, features and statistics are read from an .npz'
refused stats.pkl 'a pickle: features and statistics are read from an .npz'
refused clip.mp4 'a video: save its frames as pictures'
refused notes.txt 'a file of another kind'
refused ./notes.txt 'a file of another kind'
refused 'image/*.jpg' 'a pattern for names of files: give the folder itself'
mkdir 'odd*name' && cp image/* 'odd*name' # a folder may have such a name
run vtonmetrics mse image 'odd*name' --value --no-lint
expect_stdout 0

# ---- names that have nothing in common ----
mkdir numbers && for i in 1 2 3; do cp LADI/0000${i}_00.ppm numbers/$((i + 6)).ppm; done
run vtonmetrics fid image numbers --protocol alexnet
expect_status 3
expect_stderr_has 'or --all-images takes all images of both sides, whatever their names'
run vtonmetrics fid image numbers --protocol alexnet --all-images --value
expect_status 0
run vtonmetrics lpips image numbers
expect_status 3
expect_stderr_lacks '--all-images'

# ---- --dry-run for programs ----
run vtonmetrics lpips image LADI numbers --dry-run --json
expect_status 0
expect_stdout_has '"schema":	"vtonmetrics/plan/1"'
expect_stdout_has '"outcome":	"no-partner"'
cp "$stdout" plan.json
if command -v python3 >/dev/null; then
  run python3 -c 'import json
plan = json.load(open("plan.json"))
print(plan["metric"], plan["reference"])
for m in plan["models"]:
    print(m["generated"], m["saved"], m["scheme"], m["pairs"], m["people"], m["unpaired"], len(m["files"]), len(m["without_result"]))'
  expect_stdout 'lpips image
LADI False stem 3 3 False 3 0
numbers False stem 0 0 None 3 3'
fi
run vtonmetrics fid saved.npz LADI --dry-run --json
expect_status 0
expect_stdout_has '"saved":	true'
run vtonmetrics lpips image LADI --dry-run --value
expect_error 2 'vtonmetrics lpips: --dry-run is written as text or, with --json, as JSON; value has no scores yet'
