# Datasets of every layout, VITON-HD at its real count, lint clean in each spelling.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH

check() { # check LAYOUT COUNT FILES [old|extras]
  make_dataset "$1" d "$2" ${4:-} || complain "the dataset could not be made"
  run vtonmetrics-dataset-lint d
  expect_status 0
  expect_stdout_has "d: layout $1: "
  expect_stdout_has "$3 files in "
  expect_stdout_has "no findings"
  case $1 in viton-hd | dresscode) check_pairs ;; esac
  [ "${5:-}" = keep ] || rm -rf d
}
check_pairs() {
  run vtonmetrics-pairs-check d
  expect_status 0
  expect_stdout_has "no findings"
  ! grep -qE '[0-9]+ finding' "$stdout" || complain "pairs-check should find nothing"
}
check course 120 962
check viton-hd 100 1112 old
check dresscode 100 2676
check viton-hd 20 518 extras
check dresscode 20 864 extras
check viton 100 502
check viton 100 502 old

# ---- one fault each in 30 places among 51,017 files ----
. "$SOURCE_DIR/tests/cli/lint_fixtures/faults.sh"
check viton-hd 2032 51017 extras keep
cd d/test || exit 1
rm cloth-mask/00010_00.jpg image-densepose/00011_00.jpg openpose_json/00012_00_keypoints.json
mv agnostic-mask/00013_00_mask.png agnostic-mask/00013_00_mask.PNG
: >image/00014_00.jpg
truncate -s -200 image/00015_00.jpg
truncate -s -40 image-parse-v3/00016_00.png
cp image/00017_00.jpg image/00018_00.jpg
cp image-parse-v3/00019_00.png image-parse-v3/00020_00.png
cp image-densepose/00021_00.jpg image-densepose/00022_00.jpg
make_picture gray cloth/00023_00.jpg 48x64 1
make_picture gray openpose_img/00024_00_rendered.png 48x64 2
make_picture mask-rgb cloth-mask/00025_00.jpg 48x64 3
make_picture inverted agnostic-mask/00026_00_mask.png 48x64 4
make_picture nothing agnostic-mask/00027_00_mask.png 48x64 4
make_picture mask-palette agnostic-mask/00028_00_mask.png 48x64 4
make_picture rgb image-parse-v3/00029_00.png 48x64 5
make_picture many-labels image-parse-v3/00030_00.png 48x64 700
make_picture rgb image-densepose/00031_00.jpg 24x32 6
make_picture rotated image/00032_00.jpg 48x64 7
points 18 >openpose_json/00033_00_keypoints.json
points 25 ' 9 ' >openpose_json/00034_00_keypoints.json
dresscode_points 18 >openpose_json/00035_00_keypoints.json
echo '{"people": []}' >openpose_json/00036_00_keypoints.json
fractions >openpose_json/00037_00_keypoints.json
bystander >openpose_json/00038_00_keypoints.json
: >cloth/.DS_Store
cd ..
sed -i '500s/ .*/ 99999_00.jpg/' test_pairs.txt
sed -i '600s/$/\n/' test_pairs_unpaired.txt
sed -i '/"00700_00"/d' test_gpt4o.json
cd ..
run vtonmetrics-dataset-lint d --json
expect_status 1
[ "$(grep -c '"rule":' "$stdout")" = 30 ] || complain "30 findings were expected"
for n in $(seq 10 38); do
  case $n in 17 | 19 | 21) continue ;; esac # what was copied, not what it was copied over
  grep -q "000${n}_00" "$stdout" || complain "000${n}_00 should be named"
done
for place in test/cloth\" test_pairs.txt\" test_pairs_unpaired.txt\" test_gpt4o.json\"; do
  grep -q "\"path\":.*$place" "$stdout" || complain "$place should be named"
done
exit 0
