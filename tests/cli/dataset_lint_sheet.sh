# --sheet draws the pictures with findings; without cairo, or where it cannot be written, it says so.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH

make_dataset course d 6
cp d/image/00001_00.jpg d/image/00003_00.jpg
make_picture black d/cloth/00002_00.jpg 48x64 1

run vtonmetrics-dataset-lint d --sheet sheet.png
if grep -q 'cairo was not found' "$stderr"; then
  [ "$status" = 3 ] || complain "without cairo the exit status should be 3, it is $status"
  [ ! -e sheet.png ] || complain "without cairo nothing should be written"
  exit 0
fi
[ "$status" = 1 ] || complain "findings should exit with 1, not $status: $(cat "$stderr")"
[ "$(head -c 4 sheet.png | tail -c 3)" = PNG ] || complain "sheet.png should be a PNG"
with_two=$(stat -c %s sheet.png)

make_dataset course whole 6
run vtonmetrics-dataset-lint whole --sheet sheet.png
[ "$status" = 0 ] || complain "a whole dataset should exit with 0, not $status"
[ "$(stat -c %s sheet.png)" -lt "$with_two" ] || complain "a sheet without pictures should be smaller"

run vtonmetrics-dataset-lint d --sheet missing/sheet.png
[ "$status" = 3 ] || complain "a sheet in a missing folder should exit with 3, not $status"
grep -q 'missing' "$stderr" || complain "the message should name the folder: $(cat "$stderr")"
exit 0
