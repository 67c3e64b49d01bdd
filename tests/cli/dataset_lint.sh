# dataset-lint: its options, formats, ignore file, layout files, and data that is no dataset.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
lint=vtonmetrics-dataset-lint
make_dataset course whole 6
fresh() {
  rm -rf d
  cp -r whole d
}

# ---- what is no dataset ----
: >file
mkdir empty nothing nothing/models
run $lint file && expect_error 3 "vtonmetrics dataset-lint: file: is a file, the folder of a dataset was expected"
run $lint empty && expect_error 3 "vtonmetrics dataset-lint: empty: the folder is empty, a dataset was expected"
run $lint missing && expect_status 3 && expect_stderr_has "missing: "
run $lint nothing && expect_status 3 && expect_stderr_has "none of the known layouts"
expect_stderr_has "it has models"
run $lint && expect_status 2 && expect_stderr_has "give DATASET"
run $lint whole --layout vitonhd && expect_status 2 && expect_stderr_has "unknown layout 'vitonhd'"
run $lint nothing --layout course && expect_status 3 && expect_stderr_has "none of the folders of the layout"
run $lint --results missing && expect_status 3 && expect_stderr_has "missing: "

# half there: a faulty dataset is findings, not a failure
fresh
rm -r d/cloth d/cloth-mask
run $lint d && expect_status 1 && expect_stdout_has "error folder-missing (1)"
ln -s . d/circle
run $lint d && expect_status 1 && expect_stdout_has "circle: a symbolic link that leads in a circle"

# ---- options ----
run $lint whole && expect_status 0 && expect_stdout_has "no findings"
expect_stdout_has "whole: layout course: it has image, cloth"
fresh
: >d/image-densepose/00001_00.jpg # an error
: >d/image-densepose/notes.txt    # a warning
run $lint d && expect_status 1 && expect_stdout_has "1 error, 1 warning"
run $lint d --quick && expect_status 1 && expect_stdout_has "1 error, 1 warning"
run $lint d --severity error && expect_status 1 && expect_stdout_has "1 error, 0 warnings"
run $lint d --only file-unknown && expect_status 1 && expect_stdout_has "0 errors, 1 warning"
run $lint d --only file-unknown --fail-on error && expect_status 0
run $lint d --ignore file-unknown,file-empty && expect_status 0 && expect_stdout_has "no findings"
run $lint d --fail-on never && expect_status 0 && expect_stdout_has "1 error, 1 warning"
run $lint d --max-findings 1 && expect_stdout_has "... and 1 more"
run $lint d --only file-emty && expect_status 2 && expect_stderr_has "unknown rule 'file-emty'; did you mean file-empty?"
run $lint --explain size-differs && expect_status 0 && expect_stdout_has "fix:"
run $lint --explain size-difers && expect_status 2 && expect_stderr_has "did you mean size-differs?"
run $lint --list-rules && expect_status 0 && expect_stdout_has "sidecar-missing"
run $lint d --verbose && expect_stderr_has "image-densepose/00001_00.jpg: error: has 0 bytes [file-empty]"
run $lint d --output report.txt && expect_status 1 && expect_no_stdout && grep -q "1 error" report.txt ||
  complain "the report should be in report.txt"

run $lint d --sheet sheet.png
if [ "$status" = 3 ]; then
  expect_stderr_has "cairo" # a build without it says so
else
  expect_status 1
  [ "$(head -c 4 sheet.png | tail -c 3)" = PNG ] || complain "the contact sheet should be a PNG"
fi
run $lint d --sheet missing/sheet.png && expect_status 3 && expect_stderr_has "the folder missing does not exist"

# results inside the dataset: named when they are not looked into, and no stranger when they are
mkdir d/LADI
for i in 0 1 2 3 4 5; do make_picture rgb d/LADI/0000${i}_00.jpg 48x64 70$i; done
run $lint d && expect_stdout_has "note: LADI/ seems to hold results and was not checked; to check it: --results d/LADI"
run $lint d --results d/LADI
expect_stdout_has "1 error, 1 warning"
! grep -q "LADI" "$stdout" || complain "LADI should not be spoken of"
rm -r d/LADI

# the same bytes whatever the number of threads
for i in 0 2 4; do rm d/image-densepose/0000${i}_00.jpg; done
run $lint d --json --threads 1 && cp "$stdout" one.json
run $lint d --json --threads 7 && cmp -s one.json "$stdout" || complain "threads change the report"

# ---- formats ----
fresh
printf 'x' >"d/image/a<&\">.txt"
: >"d/image/"$'line\nbreak.jpg'
: >"d/image/"$'latin\xe9.txt'
run $lint d --json && expect_status 1 && expect_stdout_has '"schema":	"vtonmetrics/dataset-lint/2"'
expect_stdout_has 'line\\nbreak.jpg'
expect_stdout_has 'latin\\xe9.txt'
run $lint d --format sarif && expect_status 1 && expect_stdout_has '"version":	"2.1.0"'
expect_stdout_has '"uri":	"d/image/a%3C%26%22%3E.txt"'
expect_stdout_has '"ruleId":	"file-unknown"'
run $lint d --format junit && expect_status 1 && expect_stdout_has 'image/a&lt;&amp;&quot;&gt;.txt: '
expect_stdout_has 'name="name-control"'
run $lint d && expect_stdout_has 'image/line\nbreak.jpg: '
if command -v python3 >/dev/null; then
  for format in json sarif; do
    $lint d --fail-on never --format $format 2>/dev/null | python3 -c 'import json, sys; json.load(sys.stdin)' || complain "$format is not JSON"
  done
  $lint d --fail-on never --format junit 2>/dev/null | python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.stdin)' ||
    complain "junit is not XML"
fi

# ---- programs ----
run $lint --list-programs && expect_status 0 && expect_stdout_has "hr-viton: HR-VITON, datasets of the layout viton-hd"
for program in $(sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$stdout"); do
  grep -qF "| \`$program\` |" "$SOURCE_DIR/docs/datasets.md" || complain "$program should be in docs/datasets.md"
done
run $lint --list-rules && expect_stdout_has "stops: VITON-HD, HR-VITON, LaDI-VTON"
run $lint whole --for hr-vitn
expect_error 2 "vtonmetrics dataset-lint: --for: unknown program 'hr-vitn'; did you mean hr-viton?"
run $lint whole --for hr-viton && expect_status 2 && expect_stderr_has "reads no dataset of the layout 'course'"
make_dataset viton-hd hd 12
rm hd/test/cloth-mask/00001_00.jpg
run $lint hd && expect_status 1
expect_stdout_has "test/cloth-mask/00001_00.jpg is missing; VITON-HD, HR-VITON, StableVITON and DCI-VTON stop here"
run $lint hd --for tryoffdiff && expect_status 0 # which reads no masks of garments
run $lint hd --for stableviton,ladi-vton && expect_stdout_has "00001_00.jpg is missing; StableVITON stops here"
# one fact, not one a file
seed=500
for file in hd/test/openpose_img/*; do make_picture gray "$file" 48x64 $((seed++)); done
run $lint hd --only color-mode && expect_stdout_has "0 errors, 1 warning"
expect_stdout_has "the same holds for all 12 files here, such as 00001_00_rendered.png and 00002_00_rendered.png"

# ---- results by category, of those in a list for testing ----
make_dataset dresscode dc 4
seed=900
mkdir -p out/dresses out/lower_body out/upper_body
for category in dresses lower_body upper_body; do
  for person in $(cut -f 1 dc/$category/test_pairs_paired.txt | cut -d ' ' -f 1); do
    make_picture rgb out/$category/$person 48x64 $((seed++))
  done
done
run $lint dc --results out && expect_status 0 && expect_stdout_has "no findings"
rm out/lower_body/00007_0.jpg
run $lint dc --results out && expect_status 1 && expect_stdout_has "out/lower_body: no result for 1 of 4 people"

# ---- the ignore file ----
fresh
: >d/image-densepose/00001_00.jpg
: >d/image-densepose/00002_00.jpg
printf '\xef\xbb\xbf# what is known\r\nfile-empty  image-densepose/*1_00*\r\n' >d/.vtonlint
run $lint d && expect_status 1 && expect_stdout_has "1 error, 0 warnings" && expect_stdout_has "1 ignored by the ignore file"
run $lint d --ignore-file none && expect_stdout_has "2 errors"
printf '* image-densepose*' >d/.vtonlint
run $lint d && expect_status 0
printf '\n\nfile-emty\n' >d/.vtonlint
run $lint d && expect_error 3 \
  "vtonmetrics dataset-lint: d/.vtonlint: line 3: unknown rule 'file-emty'; did you mean file-empty?"
head -c 100 /dev/zero >d/.vtonlint
run $lint d && expect_status 3 && expect_stderr_has "binary data"
truncate -s 2M d/.vtonlint
run $lint d && expect_status 3 && expect_stderr_has "more than the limit"
rm d/.vtonlint
mkfifo d/.vtonlint
run $lint d && expect_status 3 && expect_stderr_has "is a FIFO"

# ---- a layout of one's own ----
mkdir -p shop/spring/people shop/spring/masks
for i in 1 2 3; do
  make_picture rgb shop/spring/people/p$i.jpg 48x64 $i
  make_picture mask shop/spring/masks/p${i}_m.png 48x64 $i
done
cat >shop.json <<'JSON'
{"name": "shop", "sets": ["spring", "autumn"],
 "parts": [{"folder": ["people", "photos"], "kind": "person", "pattern": "{id}.jpg", "required": true},
           {"folder": "masks", "kind": "mask", "pattern": "{id}_m.png", "of": "person", "same_size": true}]}
JSON
run $lint shop --layout shop.json && expect_status 0 && expect_stdout_has "6 files"
rm shop/spring/masks/p2_m.png
run $lint shop --layout ./shop.json && expect_status 1
expect_stdout_has "spring/people/p2.jpg: spring/masks/p2_m.png is missing"
refuse() { # refuse TEXT MESSAGE
  printf '%s' "$1" >bad.json
  run $lint shop --layout bad.json
  expect_error 3 "vtonmetrics dataset-lint: bad.json: $2"
}
refuse '{"name": "x", "prats": []}' 'unknown key "prats"; did you mean "parts"?'
refuse '{"name": "x", "parts": [{"folder": "a", "kind": "persn", "pattern": "{id}.jpg"}]}' \
  'parts[0]: "kind" must be person, garment, mask, parse, picture, pose, keypoints or array'
refuse '{"name": "x", "parts": [{"folder": "../a", "kind": "person", "pattern": "{id}.jpg"}]}' \
  "parts[0]: \"folder\" must be a name of 1 to 255 letters without '/' and '|', or a list of such names"
refuse '{"name": "x", "parts": [{"folder": "a", "kind": "person", "pattern": "x.jpg"}]}' \
  'parts[0]: "pattern" must hold {id} once and end in an extension: "{id}_mask.png", "{id}.*"'
refuse '{"name": "x", "name": "y"}' '"name" is given twice'
refuse '{"name": "x"}' '"parts" is missing'
refuse '{"name": "x", "parts": [{"folder": "a", "kind": "mask", "pattern": "{id}.png"}]}' \
  'one part must be of kind "person": the photographs'
refuse $'{\n"name": x}' 'line 2: not valid JSON, or nested too deeply'
head -c 1000000 /dev/zero | tr '\0' '[' >bad.json
run $lint shop --layout bad.json && expect_status 3 && expect_stderr_has "nested too deeply"
{ printf '{"name": "' && head -c 100000000 /dev/zero | tr '\0' 'a' && printf '"}'; } >bad.json
run $lint shop --layout bad.json && expect_status 3 && expect_stderr_has "more than the limit"
rm bad.json

# ---- hostile content ----
fresh
head -c 1000000 /dev/zero | tr '\0' '[' >d/openpose_json/00001_00_keypoints.json
{ printf '{"people": "' && head -c 100000000 /dev/zero | tr '\0' 'a' && printf '"}'; } >d/test_gpt4o.json
truncate -s 2G d/test_pairs.txt
run $lint d && expect_status 1 && expect_stdout_has "error pose-invalid (1)"
expect_stdout_has "error captions-invalid (1)"
expect_stdout_has "error pairs-unreadable (1)"
exit 0
