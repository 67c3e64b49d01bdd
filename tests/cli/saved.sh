# Saved statistics and features are used beside what was made alike, and of the same images; else it is said.
source "$(dirname "$0")/lib.sh"
remember
demo=$SOURCE_DIR/datasets/demo
mkdir image LADI
for n in 00001_00 00002_00 00003_00 00004_00 00005_00 00006_00; do
  cp "$demo/image/$n.jpg" image
  cp "$demo/LADI/$n.jpg" LADI
done
"$BUILD_DIR/tests/make_weights" alexnet safetensors other.safetensors || exit 1
alexnet() { run vtonmetrics fid --protocol alexnet "$@"; }
alexnet image LADI --value
folder=$(cat "$stdout")

# ---- how it was made ----
alexnet image --save-stats stats.npz --save-features rows.npz
expect_status 0
for saved in stats.npz rows.npz; do
  alexnet $saved LADI
  expect_status 0
  expect_stderr_lacks Warning
  ! grep -q 'another\|origin' "$stdout" || complain 'nothing differs'
  alexnet $saved LADI --weights other.safetensors
  expect_status 3
  expect_stderr_has "$saved: was made with another weights_sha256: '"
  alexnet LADI $saved --weights other.safetensors
  expect_status 3
  alexnet $saved LADI --pillow 13
  expect_status 3
  expect_stderr_has "$saved: was made with another resize: 'Pillow bicubic to 256x256, passes in the order of Pillow <= 12', this run with 'Pillow bicubic to 256x256, passes in the order of Pillow 13'"
  alexnet $saved LADI --exact # fast forms of convolution round otherwise, no more
  expect_status 0
  alexnet $saved LADI --cpu-mask avx512,avx2
  expect_status 0
  expect_stdout_has "$saved: was made with another device: '"
done
alexnet image --save-stats exact.npz --cpu-mask avx512,avx2 --exact
alexnet exact.npz LADI --json
expect_status 0
expect_stdout_has 'exact.npz: was made with another device'
# statistics made of features are of the features' origin, whatever this run would have made
alexnet rows.npz --save-stats of_rows.npz --weights other.safetensors
expect_status 0
alexnet of_rows.npz LADI --value
expect_status 0
awk -v a="$(cat "$stdout")" -v b="$folder" 'BEGIN { exit !(a - b < 1e-9 && b - a < 1e-9) }' || complain "$folder was expected"
# two files, no image
alexnet image --save-stats other.npz --weights other.safetensors
alexnet other.npz rows.npz
expect_status 3
expect_stderr_has "rows.npz: was made with another weights_sha256: '"
expect_stderr_has "', other.npz with '"
run vtonmetrics compare --protocol alexnet --metrics fid stats.npz LADI --weights other.safetensors
expect_status 3
expect_stderr_has "stats.npz: was made with another weights_sha256: '"

# ---- weights whose names all begin with what wraps the network ----
for format in safetensors torch-zip; do
  "$BUILD_DIR/tests/make_weights" alexnet $format wrapped prefix || exit 1
  alexnet image LADI --weights wrapped
  expect_status 0
  expect_stdout_has "the names in the weights wrapped begin with 'module._orig_mod.', which was left out"
  alexnet image LADI --weights wrapped --value
  wrapped=$(cat "$stdout")
  alexnet image LADI --weights other.safetensors --value
  expect_stdout "$wrapped"
done

# ---- which images it is of ----
rm LADI/00005_00.jpg LADI/00006_00.jpg
alexnet stats.npz LADI
expect_status 0
expect_stdout_has 'stats.npz holds statistics of other images than it is compared with: of 6 photographs 4 have a result, and of 4 results 0 belong to none'
alexnet image LADI --save-stats matched.npz # of the four
alexnet matched.npz LADI
! grep -q 'other images' "$stdout" || complain 'the images are the same'
for f in LADI/*; do mv "$f" "${f%.jpg}_00009_00.jpg"; done # the way of HR-VITON
alexnet matched.npz LADI
! grep -q 'other images' "$stdout" || complain 'the people are the same'
