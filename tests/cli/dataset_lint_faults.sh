# Single faults of VITON-HD and DressCode, as loaders of public repositories stop at them or misread them: each is found by
# its rule, at the file that is meant, and nothing else is found. Of each line of the table below:
#   trees       hd: VITON-HD as zalando-hd-resized, old: as first published, dc: DressCode, x and xdc: with what single
#               programs make for themselves; "hd:PROGRAMS" with --for PROGRAMS
#   fault       what is broken
#   findings    RULE@PATH, sorted, RULE@FOLDER/* for five and more of one folder; "harmless": loaders read it; "missed": they
#               do not, and lint says nothing, with the reason
#   commands    that break it, run in the dataset
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH

make_dataset viton-hd hd 6
make_dataset viton-hd old 6 old
make_dataset dresscode dc 6
make_dataset viton-hd x 6 extras
make_dataset dresscode xdc 6 extras

. "$SOURCE_DIR/tests/cli/lint_fixtures/faults.sh"
found() { # the findings of $stdout as the table has them
  awk '/"rule":/ { rule = $0; sub(/^.*"rule":\t"/, "", rule); sub(/",?$/, "", rule) }
    /"path":/ { path = $0; sub(/^.*"path":\t"/, "", path); sub(/",?$/, "", path); print rule "@" path }' "$stdout" |
    LC_ALL=C sort -u |
    awk '{ folder = $0; sub(/\/[^\/]*$/, "", folder); count[folder]++; line[NR] = $0; of[NR] = folder }
      END { for (i = 1; i <= NR; i++)
        if (count[of[i]] < 5) print line[i]
        else if (!told[of[i]]++) print of[i] "/*" }' | LC_ALL=C sort | tr '\n' ' '
}
check_fault() { # check_fault TREE FAULT FINDINGS COMMANDS
  local tree=${1%%:*} parse=test/image-parse-v3 skeleton=test/openpose_img json=test/openpose_json
  local -a chosen=()
  [ "$tree" = old ] && parse=test/image-parse skeleton=test/openpose-img json=test/openpose-json
  [ "$tree" = "$1" ] || chosen=(--for "${1#*:}")
  rm -rf d elsewhere photo.jpg
  cp -r "$tree" d
  (cd d && eval "$4") || complain "$1, $2: could not be broken"
  run vtonmetrics-dataset-lint --json "${chosen[@]}" d
  [ "$status" -le 1 ] || complain "$1, $2: the run failed"
  local wanted=$3 got
  case $wanted in harmless* | missed*) wanted= ;; esac
  wanted=${wanted//\$parse/$parse} wanted=${wanted//\$skeleton/$skeleton} wanted=${wanted//\$json/$json}
  got=$(found)
  [ "${got% }" = "$(printf '%s' "$wanted" | LC_ALL=C sed 's/ \([a-z0-9-]*@\)/\n\1/g' | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')" ] ||
    complain "$1, $2: found '${got% }' in place of '$wanted'"
}
faults=0 missed=0
while IFS='|' read -r trees fault findings commands; do
  fault=${fault# } findings=${findings# }
  for tree in $trees; do
    check_fault "$tree" "${fault% }" "${findings% }" "${commands# }"
    faults=$((faults + 1))
    case $findings in missed*) missed=$((missed + 1)) ;; esac
  done
done <<'TABLE'
hd | missing agnostic-mask | sidecar-missing@test/image/00002_00.jpg | rm test/agnostic-mask/${p}_mask.png
hd | missing agnostic-v3.2 | sidecar-missing@test/image/00002_00.jpg | rm test/agnostic-v3.2/$p.jpg
hd | missing densepose | sidecar-missing@test/image/00002_00.jpg | rm test/image-densepose/$p.jpg
hd | missing parse-agnostic | sidecar-missing@test/image/00002_00.jpg | rm test/image-parse-agnostic-v3.2/$p.png
hd old | missing cloth-mask | sidecar-missing@test/cloth/00002_00.jpg | rm test/cloth-mask/$p.jpg
hd old | missing parse | sidecar-missing@test/image/00002_00.jpg | rm $parse/$p.png
hd old | missing pose json | sidecar-missing@test/image/00002_00.jpg | rm $json/${p}_keypoints.json
hd old | missing cloth (person without cloth) | pairs-missing-garment@test_pairs.txt sidecar-orphan@test/cloth-mask/00002_00.jpg | rm test/cloth/$p.jpg
hd old | missing pose img | sidecar-missing@test/image/00002_00.jpg | rm $skeleton/${p}_rendered.png
hd old | missing person photo | pairs-missing-person@test_pairs.txt sidecar-orphan@$json/00002_00_keypoints.json sidecar-orphan@$parse/00002_00.png sidecar-orphan@$skeleton/00002_00_rendered.png sidecar-orphan@test/agnostic-mask/00002_00_mask.png sidecar-orphan@test/agnostic-v3.2/00002_00.jpg sidecar-orphan@test/image-densepose/00002_00.jpg sidecar-orphan@test/image-parse-agnostic-v3.2/00002_00.png | rm test/image/$p.jpg
hd old | cloth-mask .png for .jpg | sidecar-extension@test/cloth-mask/00002_00.png | rm test/cloth-mask/$p.jpg; make_picture mask test/cloth-mask/$p.png 48x64 900
hd | agnostic-mask without _mask | file-unknown@test/agnostic-mask/00002_00.png sidecar-missing@test/image/00002_00.jpg | mv test/agnostic-mask/${p}_mask.png test/agnostic-mask/$p.png
hd | all agnostic-mask without _mask | file-unknown@test/agnostic-mask/* folder-empty@test/agnostic-mask | each test/agnostic-mask 'mv $f ${f/_mask/}'
hd old | all cloth-mask .png for .jpg | sidecar-extension@test/cloth-mask/* | each test/cloth-mask 'rm $f; make_picture mask ${f%.jpg}.png 48x64 90$n'
hd | all densepose .png for .jpg | sidecar-extension@test/image-densepose/* | each test/image-densepose 'rm $f; make_picture rgb ${f%.jpg}.png 48x64 90$n'
hd | densepose .png for .jpg | sidecar-extension@test/image-densepose/00002_00.png | rm test/image-densepose/$p.jpg; make_picture rgb test/image-densepose/$p.png 48x64 900
hd old | photo .png, list says .jpg | pairs-wrong-extension@test_pairs.txt sidecar-extension@test/image/00002_00.png | rm test/image/$p.jpg; make_picture rgb test/image/$p.png 48x64 900
hd old | photo .png, list says .png | sidecar-extension@test/image/00002_00.png | rm test/image/$p.jpg; make_picture rgb test/image/$p.png 48x64 900; sed -i "s/^$p.jpg/$p.png/" test_pairs.txt
hd old | all photos and lists .png | sidecar-extension@test/image/* | each test/image 'rm $f; make_picture rgb ${f%.jpg}.png 48x64 90$n'; sed -i "s/^\([0-9_]*\).jpg/\1.png/" test_pairs.txt
hd old | photo .JPG, list .jpg | pairs-wrong-extension@test_pairs.txt sidecar-extension@test/image/00002_00.JPG | mv test/image/$p.jpg test/image/$p.JPG
hd old | photo and list .JPG | sidecar-extension@test/image/00002_00.JPG | mv test/image/$p.jpg test/image/$p.JPG; sed -i "s/^$p.jpg/$p.JPG/" test_pairs.txt
hd old | photo .jpeg, list .jpg | pairs-wrong-extension@test_pairs.txt sidecar-extension@test/image/00002_00.jpeg | mv test/image/$p.jpg test/image/$p.jpeg
hd | mask _mask.PNG | sidecar-extension@test/agnostic-mask/00002_00_mask.PNG | mv test/agnostic-mask/${p}_mask.png test/agnostic-mask/${p}_mask.PNG
hd old | parse .PNG | sidecar-extension@$parse/00002_00.PNG | mv $parse/$p.png $parse/$p.PNG
hd old | pose .JSON | sidecar-extension@$json/00002_00_keypoints.JSON | mv $json/${p}_keypoints.json $json/${p}_keypoints.JSON
hd old | cloth-mask .JPG | sidecar-extension@test/cloth-mask/00002_00.JPG | mv test/cloth-mask/$p.jpg test/cloth-mask/$p.JPG
hd | mask suffix _MASK.png | file-unknown@test/agnostic-mask/00002_00_MASK.png sidecar-missing@test/image/00002_00.jpg | mv test/agnostic-mask/${p}_mask.png test/agnostic-mask/${p}_MASK.png
hd | agnostic-mask half size | size-differs@test/agnostic-mask/00002_00_mask.png | make_picture mask test/agnostic-mask/${p}_mask.png 24x32 900
hd old | parse half size | size-differs@$parse/00002_00.png | make_picture labels $parse/$p.png 24x32 900
hd | densepose half size | size-differs@test/image-densepose/00002_00.jpg | make_picture rgb test/image-densepose/$p.jpg 24x32 900
hd old | cloth-mask half size | size-differs@test/cloth-mask/00002_00.jpg | make_picture mask test/cloth-mask/$p.jpg 24x32 900
hd old | pose img half size | size-differs@$skeleton/00002_00_rendered.png | make_picture rgb $skeleton/${p}_rendered.png 24x32 900
hd old | photo of another size | size-differs@$parse/00002_00.png size-differs@$skeleton/00002_00_rendered.png size-differs@test/agnostic-mask/00002_00_mask.png size-differs@test/agnostic-v3.2/00002_00.jpg size-differs@test/image-densepose/00002_00.jpg size-differs@test/image-parse-agnostic-v3.2/00002_00.png sizes-vary@test/image/00002_00.jpg | make_picture rgb test/image/$p.jpg 40x60 900
hd old | photo square | size-differs@$parse/00002_00.png size-differs@$skeleton/00002_00_rendered.png size-differs@test/agnostic-mask/00002_00_mask.png size-differs@test/agnostic-v3.2/00002_00.jpg size-differs@test/image-densepose/00002_00.jpg size-differs@test/image-parse-agnostic-v3.2/00002_00.png sizes-vary@test/image/00002_00.jpg | make_picture rgb test/image/$p.jpg 64x64 900
hd old | whole person in half size | pose-outside@$json/00002_00_keypoints.json sizes-vary@test/cloth/00002_00.jpg sizes-vary@test/image/00002_00.jpg | whole_person 24x32
hd old | cloth of another size with its mask | sizes-vary@test/cloth/00002_00.jpg | make_picture rgb test/cloth/$p.jpg 60x60 900; make_picture mask test/cloth-mask/$p.jpg 60x60 900
hd old | parse RGB colours | parse-not-labels@$parse/00002_00.png | make_picture rgb $parse/$p.png 48x64 900
hd old | all parse RGB colours | parse-not-labels@$parse/* | each $parse 'make_picture rgb $f 48x64 90$n'
hd old | parse gray labels x10 | parse-label-range@$parse/00002_00.png | make_picture many-labels $parse/$p.png 48x64 700
hd old | parse label 25 | parse-label-range@$parse/00002_00.png | make_picture labels-25 $parse/$p.png 48x64 900
hd old | parse RGB with r=g=b=label | parse-not-labels@$parse/00002_00.png | make_picture labels-rgb $parse/$p.png 48x64 900
hd old | all parse RGB with r=g=b=label | parse-not-labels@$parse/* sidecar-repeated@$parse/* | each $parse 'make_picture labels-rgb $f 48x64 90$n'
hd old | parse 8-bit gray, others palette, same labels | harmless: numbers are numbers | each $parse 'make_picture labels-palette $f 48x64 90$n'; make_picture labels $parse/$p.png 48x64 900
hd old | parse optimised palette (indices renumbered) | parse-palette@$parse/00002_00.png | each $parse 'make_picture labels-palette $f 48x64 90$n'; make_picture labels-renumbered $parse/$p.png 48x64 901
hd old | parse RGBA | parse-not-labels@$parse/00002_00.png | make_picture rgba $parse/$p.png 48x64 900
hd old | parse 16-bit, same labels | sixteen-bit@$parse/00002_00.png | make_picture sixteen $parse/$p.png 48x64 900
hd | agnostic-mask inverted | mask-inverted@test/agnostic-mask/00002_00_mask.png | make_picture inverted test/agnostic-mask/${p}_mask.png 48x64 900
hd | all agnostic-masks inverted | mask-inverted@test/agnostic-mask | each test/agnostic-mask 'make_picture inverted $f 48x64 900'
hd old | all cloth-masks inverted | mask-inverted@test/cloth-mask | each test/cloth-mask 'make_picture inverted $f 48x64 900'
hd old | cloth-mask inverted | mask-inverted@test/cloth-mask/00002_00.jpg | make_picture inverted test/cloth-mask/$p.jpg 48x64 900
hd old | cloth-mask RGB (3 channels) | color-mode@test/cloth-mask/00002_00.jpg | make_picture mask-rgb test/cloth-mask/$p.jpg 48x64 900
hd old | all cloth-masks RGB (3 channels) | color-mode@test/cloth-mask/* | each test/cloth-mask 'make_picture mask-rgb $f 48x64 900'
hd | agnostic-mask JPEG in .png | extension-mismatch@test/agnostic-mask/00002_00_mask.png | make_picture mask x.jpg 48x64 900; mv x.jpg test/agnostic-mask/${p}_mask.png
hd | agnostic-mask RGB | harmless: loaders convert it | make_picture mask-rgb test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask RGBA opaque | harmless: loaders convert it | make_picture mask-opaque test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask: shape in alpha only | mask-full@test/agnostic-mask/00002_00_mask.png | make_picture mask-alpha test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask 1-bit PNG | harmless: the same black and white | make_picture mask-bit test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask values 0/1 | mask-not-binary@test/agnostic-mask/00002_00_mask.png | make_picture mask-one test/agnostic-mask/${p}_mask.png 48x64 900
hd | all agnostic-masks values 0/1 | mask-not-binary@test/agnostic-mask/* | each test/agnostic-mask 'make_picture mask-one $f 48x64 900'
hd | agnostic-mask 16-bit 0/65535 | sixteen-bit@test/agnostic-mask/00002_00_mask.png | make_picture mask-sixteen test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask gray 127/0 | mask-not-binary@test/agnostic-mask/00002_00_mask.png | make_picture mask-half test/agnostic-mask/${p}_mask.png 48x64 900
hd | agnostic-mask palette 0/1 (black, white) | mask-not-binary@test/agnostic-mask/00002_00_mask.png | make_picture mask-palette test/agnostic-mask/${p}_mask.png 48x64 900
hd | all agnostic-masks palette 0/1 | mask-not-binary@test/agnostic-mask/* | each test/agnostic-mask 'make_picture mask-palette $f 48x64 900'
hd | agnostic-mask black | mask-empty@test/agnostic-mask/00002_00_mask.png | make_picture nothing test/agnostic-mask/${p}_mask.png 48x64 900
hd old | cloth-mask black | mask-empty@test/cloth-mask/00002_00.jpg | make_picture nothing test/cloth-mask/$p.jpg 48x64 900
hd | agnostic-mask white | mask-full@test/agnostic-mask/00002_00_mask.png | make_picture white test/agnostic-mask/${p}_mask.png 48x64 900
hd old | photo grayscale JPEG | color-mode@test/image/00002_00.jpg | make_picture gray test/image/$p.jpg 48x64 900
hd old | cloth grayscale JPEG | color-mode@test/cloth/00002_00.jpg | make_picture gray test/cloth/$p.jpg 48x64 900
hd old | photo CMYK JPEG | color-mode@test/image/00002_00.jpg | make_picture cmyk test/image/$p.jpg 48x64 900
hd old | photo RGBA PNG in .jpg | color-mode@test/image/00002_00.jpg extension-mismatch@test/image/00002_00.jpg | make_picture rgba x.png 48x64 900; mv x.png test/image/$p.jpg
hd old | cloth RGBA PNG in .jpg | color-mode@test/cloth/00002_00.jpg extension-mismatch@test/cloth/00002_00.jpg | make_picture rgba x.png 48x64 900; mv x.png test/cloth/$p.jpg
hd old | cloth palette PNG in .jpg | color-mode@test/cloth/00002_00.jpg extension-mismatch@test/cloth/00002_00.jpg | make_picture palette x.png 48x64 900; mv x.png test/cloth/$p.jpg
hd old | photo EXIF orientation 6 | exif-rotation@test/image/00002_00.jpg | make_picture rotated test/image/$p.jpg 48x64 900
hd old | photo 16-bit gray PNG in .jpg | color-mode@test/image/00002_00.jpg extension-mismatch@test/image/00002_00.jpg sixteen-bit@test/image/00002_00.jpg | make_picture sixteen x.png 48x64 900; mv x.png test/image/$p.jpg
hd old | photo truncated | image-damaged@test/image/00002_00.jpg | truncate -s -400 test/image/$p.jpg
hd old | photo lacks last 2 bytes (EOI) | image-damaged@test/image/00002_00.jpg | truncate -s -2 test/image/$p.jpg
hd old | photo WebP in .jpg | extension-mismatch@test/image/00002_00.jpg | webp >test/image/$p.jpg
hd old | photo lacks last 200 bytes | image-damaged@test/image/00002_00.jpg | truncate -s -200 test/image/$p.jpg
hd old | cloth truncated | image-damaged@test/cloth/00002_00.jpg | truncate -s -300 test/cloth/$p.jpg
hd old | photo 0 bytes | file-empty@test/image/00002_00.jpg | : >test/image/$p.jpg
hd old | parse PNG truncated | image-damaged@$parse/00002_00.png | truncate -s -40 $parse/$p.png
hd old | photo is HTML | image-unreadable@test/image/00002_00.jpg | echo '<html>404</html>' >test/image/$p.jpg
hd old | pose 0 people | pose-nobody@$json/00002_00_keypoints.json | echo '{"people": []}' >$json/${p}_keypoints.json
hd old | pose 18 points, others 25 | pose-form@$json/00002_00_keypoints.json | points 18 >$json/${p}_keypoints.json
hd old | all poses 18 points | pose-form@$json/* | each $json 'points 18 >$f'
hd old | pose 17 points (COCO) | pose-keypoint-count@$json/00002_00_keypoints.json | points 17 >$json/${p}_keypoints.json
hd old | pose nested [[x,y,c],..] | harmless: loaders reshape it | nested_points >$json/${p}_keypoints.json
hd old | pose key pose_keypoints | pose-keypoint-count@$json/00002_00_keypoints.json | sed -i s/pose_keypoints_2d/pose_keypoints/ $json/${p}_keypoints.json
hd old | pose as DressCode {"keypoints":..} | pose-form@$json/00002_00_keypoints.json | dresscode_points 18 >$json/${p}_keypoints.json
hd old | pose fractions | pose-fractions@$json/00002_00_keypoints.json | fractions >$json/${p}_keypoints.json
hd old | pose hips 9,12 not found | pose-points-needed@$json/00002_00_keypoints.json | points 25 ' 9 12 ' >$json/${p}_keypoints.json
hd old | pose two people, bystander first | pose-first-person@$json/00002_00_keypoints.json | bystander >$json/${p}_keypoints.json
hd old | pose legs not found (cropped photo) | missed: photographs that end at the hips are usual; LaDI-VTON alone draws legs | points 25 ' 10 11 13 14 ' >$json/${p}_keypoints.json
hd old | pose one hip not found | pose-points-needed@$json/00002_00_keypoints.json | points 25 ' 9 ' >$json/${p}_keypoints.json
hd old | pose neck and shoulders not found | pose-points-needed@$json/00002_00_keypoints.json | points 25 ' 1 2 5 ' >$json/${p}_keypoints.json
hd old | pose all zero | pose-no-points@$json/00002_00_keypoints.json | points 25 ' 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 ' >$json/${p}_keypoints.json
hd old | pose second person empty {} | harmless: loaders take the first | sed -i 's/]}]}$/]}, {}]}/' $json/${p}_keypoints.json
hd old | pose JSON with NaN for a point | pose-not-finite@$json/00002_00_keypoints.json pose-points-needed@$json/00002_00_keypoints.json | points 25 | sed 's/14, 19, 0.5/NaN, NaN, NaN/' >$json/${p}_keypoints.json
hd old | pose JSON with NaN elsewhere | harmless: Python reads it | sed -i 's/"version": 1.3/"version": NaN/' $json/${p}_keypoints.json
hd old | pose JSON with BOM | pose-form@$json/00002_00_keypoints.json | { printf '\xef\xbb\xbf'; points 25; } >x; mv x $json/${p}_keypoints.json
hd old | pose JSON cut | pose-invalid@$json/00002_00_keypoints.json | truncate -s -20 $json/${p}_keypoints.json
hd old | pose img gray | color-mode@$skeleton/00002_00_rendered.png | make_picture gray $skeleton/${p}_rendered.png 48x64 900
hd old | pose img RGBA | color-mode@$skeleton/00002_00_rendered.png | make_picture rgba $skeleton/${p}_rendered.png 48x64 900
hd | densepose gray | color-mode@test/image-densepose/00002_00.jpg | make_picture gray test/image-densepose/$p.jpg 48x64 900
hd | agnostic-v3.2 gray | color-mode@test/agnostic-v3.2/00002_00.jpg | make_picture gray test/agnostic-v3.2/$p.jpg 48x64 900
hd | parse-agnostic RGB | parse-not-labels@test/image-parse-agnostic-v3.2/00002_00.png | make_picture rgb test/image-parse-agnostic-v3.2/$p.png 48x64 900
hd old | list third column | pairs-form@test_pairs.txt | sed -i 's/$/ upper/' test_pairs.txt
hd old | list third column in one line | pairs-missing-type@test_pairs.txt | sed -i '2s/$/ upper/' test_pairs.txt
hd old | list columns swapped | missed: each name is a person and a garment, so both orders are possible | sed -i 's/\(.*\) \(.*\)/\2 \1/' test_pairs.txt
hd old | list tabs | harmless: who cuts at one space reads another list | sed -i 's/ /\t/' test_pairs.txt
hd old | list two spaces | harmless: who cuts at one space reads another list | sed -i 's/ /  /' test_pairs.txt
x | list tabs, of CatVTON | pairs-gaps@test_pairs_unpaired.txt | sed -i 's/ /\t/' test_pairs_unpaired.txt
x | list two spaces, of CatVTON | pairs-gaps@test_pairs_unpaired.txt | sed -i 's/ /  /' test_pairs_unpaired.txt
hd old | list CRLF | harmless: Python knows the line end | sed -i 's/$/\r/' test_pairs.txt
hd old | list BOM | pairs-form@test_pairs.txt | sed -i '1s/^/\xef\xbb\xbf/' test_pairs.txt
hd old | list CR only | harmless: Python knows the line end | tr '\n' '\r' <test_pairs.txt >x; mv x test_pairs.txt
hd old | list empty last line | pairs-form@test_pairs.txt | echo >>test_pairs.txt
hd old | list blank line inside | pairs-form@test_pairs.txt | sed -i '2s/^/\n/' test_pairs.txt
hd old | list comment line | pairs-form@test_pairs.txt | sed -i '1s/^/# pairs\n/' test_pairs.txt
hd old | list header line | pairs-form@test_pairs.txt pairs-missing-garment@test_pairs.txt pairs-missing-person@test_pairs.txt | sed -i '1s/^/image cloth\n/' test_pairs.txt
hd old | list commas | pairs-form@test_pairs.txt | sed -i 's/ /,/' test_pairs.txt
hd old | list stems (no .jpg) | pairs-form@test_pairs.txt | sed -i 's/\.jpg//g' test_pairs.txt
hd old | list with paths image/.. | pairs-form@test_pairs.txt | sed -i 's|^|image/|; s| | cloth/|' test_pairs.txt
hd old | list no final newline | harmless | truncate -s -1 test_pairs.txt
hd old | list duplicate line | pairs-duplicate-pair@test_pairs.txt | sed -i '2p' test_pairs.txt
hd old | list person twice, other cloth | harmless: two pairs of one person are allowed | echo "$p.jpg 00000_00.jpg" >>test_pairs.txt
hd old | list person does not exist | pairs-missing-person@test_pairs.txt | echo "77777_00.jpg $p.jpg" >>test_pairs.txt
hd old | list .JPG for .jpg | pairs-wrong-extension@test_pairs.txt | sed -i "s/^$p.jpg/$p.JPG/" test_pairs.txt
hd old | list garment does not exist | pairs-missing-garment@test_pairs.txt pairs-unused-garment@test_pairs.txt | sed -i "s/ $p.jpg/ 77777_00.jpg/" test_pairs.txt
hd old | list empty | file-empty@test_pairs.txt | : >test_pairs.txt
hd old | list UTF-16 | pairs-unreadable@test_pairs.txt | iconv -f UTF-8 -t UTF-16 test_pairs.txt >x; mv x test_pairs.txt
hd old | list lacks one person | pairs-unused-garment@test_pairs.txt pairs-unused-person@test_pairs.txt | sed -i "/^$p/d" test_pairs.txt
hd old | list is absent | list-missing@test_pairs.txt | rm test_pairs.txt
hd old | list inside test/ | list-missing@test_pairs.txt | mv test_pairs.txt test/
hd old | name with a space | pairs-form@test_pairs.txt pairs-missing-garment@test_pairs.txt pairs-missing-person@test_pairs.txt pairs-missing-type@test_pairs.txt pairs-unused-garment@test_pairs.txt pairs-unused-person@test_pairs.txt | rename_person "00002 00"; sed -i "s/$p/00002 00/" test_pairs.txt
x | unpaired list named otherwise | missed: told in a note, and found with --for catvton: not every dataset has it | mv test_pairs_unpaired.txt test_unpaired.txt
hd old | train list wants test names | pairs-missing-garment@train_pairs.txt pairs-missing-person@train_pairs.txt pairs-unused-garment@train_pairs.txt pairs-unused-person@train_pairs.txt | cp test_pairs.txt train_pairs.txt
hd | folder agnostic_mask | folder-not-in-set@test/agnostic-mask folder-unknown@test/agnostic_mask | mv test/agnostic-mask test/agnostic_mask
hd | folder openpose-img | folder-spelling@test/openpose-img | mv test/openpose_img test/openpose-img
hd | folder openpose-json | folder-spelling@test/openpose-json | mv test/openpose_json test/openpose-json
hd | folder image-parse | folder-spelling@test/image-parse | mv test/image-parse-v3 test/image-parse
old | folder image-parse-v3 (VITON-HD) | folder-spelling@test/image-parse-v3 | mv test/image-parse test/image-parse-v3
old | folder openpose_img (VITON-HD) | folder-spelling@test/openpose_img | mv test/openpose-img test/openpose_img
hd old | folder Image | folder-missing@test/image folder-unknown@test/Image | mv test/image test/Image
hd old | folder cloth_mask | folder-not-in-set@test/cloth-mask folder-unknown@test/cloth_mask | mv test/cloth-mask test/cloth_mask
hd old | folder images | folder-missing@test/image folder-unknown@test/images | mv test/image test/images
hd old | folder cloth-mask absent | folder-not-in-set@test/cloth-mask | rm -r test/cloth-mask
hd | folder agnostic (StableVITON README) | folder-not-in-set@test/agnostic-v3.2 folder-unknown@test/agnostic | mv test/agnostic-v3.2 test/agnostic
hd | folder openpose_json absent | folder-not-in-set@test/openpose_json | rm -r $json
old | folder openpose_json absent | folder-not-in-set@test/openpose-json | rm -r $json
hd | folder agnostic-mask absent | folder-not-in-set@test/agnostic-mask | rm -r test/agnostic-mask
hd old | test/ folder absent | folder-missing@test | rm -r test
hd old | folder image is a link | harmless | mv test/image ../elsewhere; ln -s ../../elsewhere test/image
hd old | photo is a link | harmless | mv test/image/$p.jpg ../photo.jpg; ln -s ../../../photo.jpg test/image/$p.jpg
hd old | photo is a dangling link | sidecar-orphan@$json/00002_00_keypoints.json sidecar-orphan@$parse/00002_00.png sidecar-orphan@$skeleton/00002_00_rendered.png sidecar-orphan@test/agnostic-mask/00002_00_mask.png sidecar-orphan@test/agnostic-v3.2/00002_00.jpg sidecar-orphan@test/image-densepose/00002_00.jpg sidecar-orphan@test/image-parse-agnostic-v3.2/00002_00.png special-file@test/image/00002_00.jpg | ln -sf nowhere.jpg test/image/$p.jpg
hd old | .DS_Store in image and cloth | file-hidden@test/cloth file-hidden@test/image | : >test/image/.DS_Store; : >test/cloth/.DS_Store
hd old | ._name files (macOS zip) | file-hidden@test/cloth file-hidden@test/image | : >test/image/._$p.jpg; : >test/cloth/._$p.jpg
hd old | Thumbs.db in image and cloth | file-unknown@test/cloth/Thumbs.db file-unknown@test/image/Thumbs.db | : >test/image/Thumbs.db; : >test/cloth/Thumbs.db
hd old | .ipynb_checkpoints in image | file-hidden@test/image | mkdir test/image/.ipynb_checkpoints
hd old | nested test/test/ | folder-missing@test/cloth folder-missing@test/image folder-unknown@test/test | mkdir n; mv test n/; mv n test
hd old | copy "x (1).jpg" in image | image-duplicate@test/image/00002_00 (1).jpg pairs-unused-person@test_pairs.txt sidecar-missing@test/image/00002_00 (1).jpg | cp test/image/$p.jpg "test/image/$p (1).jpg"
hd old | extra person, in no list | pairs-unused-person@test_pairs.txt sidecar-missing@test/image/88888_00.jpg | make_picture rgb test/image/88888_00.jpg 48x64 1235
hd old | photo copied from other person | image-duplicate@test/image/00003_00.jpg | cp test/image/00003_00.jpg test/image/$p.jpg
x | captions lack a person | captions-missing@test_gpt4o.json | sed -i "/\"$p\"/d" test_gpt4o.json
x | captions: no "clothing" | captions-fields@test_gpt4o.json | sed -i "/\"$p\"/s/, \"clothing\": {.*}}/}/" test_gpt4o.json
x | captions: field misspelled | captions-fields@test_gpt4o.json | sed -i "/\"$p\"/s/\"tucking style\"/\"tuck style\"/" test_gpt4o.json
x | captions: field empty | captions-empty@test_gpt4o.json | sed -i "/\"$p\"/s/\"cotton\"/\"\"/" test_gpt4o.json
x | captions: field null | captions-empty@test_gpt4o.json | sed -i "/\"$p\"/s/\"cotton\"/null/" test_gpt4o.json
x | captions: field is a list | captions-fields@test_gpt4o.json | sed -i "/\"$p\"/s/\"cotton\"/[\"cotton\"]/" test_gpt4o.json
x | captions: keys with .jpg | captions-keys@test_gpt4o.json | sed -i 's/_00":/_00.jpg":/' test_gpt4o.json
x | captions absent | list-missing@test_gpt4o.json | rm test_gpt4o.json
x | captions in test/ | list-missing@test_gpt4o.json | mv test_gpt4o.json test/
x | tagged.json absent (IDM) | missed: found with --for idm-vton: not every dataset has it | rm test/vitonhd_test_tagged.json
x | captions BOM | harmless | sed -i '1s/^/\xef\xbb\xbf/' test_gpt4o.json
hd | densepose of other person | sidecar-repeated@test/image-densepose/00003_00.jpg | cp test/image-densepose/00003_00.jpg test/image-densepose/$p.jpg
hd old | parse of other person | sidecar-repeated@$parse/00003_00.png | cp $parse/00003_00.png $parse/$p.png
hd old | all poses of one person | sidecar-repeated@$json/* | each $json 'cp $json/${p}_keypoints.json $f 2>/dev/null || :'
hd | parse maps without garment in place of those with | sidecar-repeated@test/image-parse-agnostic-v3.2/* | cp test/image-parse-agnostic-v3.2/* test/image-parse-v3/
hd old | garments are the photographs | image-in-both@test/cloth/* | cp test/image/* test/cloth/
hd old | a photograph among the garments | image-in-both@test/cloth/00002_00.jpg | cp test/image/$p.jpg test/cloth/
hd | folder unpacked twice | folder-unknown@test/image (1) | cp -r test/image "test/image (1)"
hd old | folder is a file | folder-missing@test/cloth folder-not-in-set@test/cloth-mask | rm -r test/cloth test/cloth-mask; echo >test/cloth
dc | category folder of another case | folder-missing@upper_body folder-unknown@Upper_Body | mv upper_body Upper_Body
x | unpaired list of people in their own garments | pairs-set@test_pairs_unpaired.txt | sed -i 's/^\([^ ]*\) .*/\1 \1/' test_pairs_unpaired.txt
dc | paired and unpaired list are one | pairs-set@upper_body/test_pairs_paired.txt | cp upper_body/test_pairs_unpaired.txt upper_body/test_pairs_paired.txt
hd old | pose JSON UTF-16 | pose-invalid@$json/00002_00_keypoints.json | points 25 | iconv -f UTF-8 -t UTF-16 >$json/${p}_keypoints.json
dc | missing kp | sidecar-missing@dresses/images/00002_0.jpg | rm dresses/keypoints/${q}_2.json
dc | missing lab | sidecar-missing@dresses/images/00002_0.jpg | rm dresses/label_maps/${q}_4.png
dc | missing sk | sidecar-missing@dresses/images/00002_0.jpg | rm dresses/skeletons/${q}_5.jpg
dc | missing de | sidecar-missing@dresses/images/00002_0.jpg | rm dresses/dense/${q}_5.png
dc | missing uv | sidecar-missing@dresses/images/00002_0.jpg | rm dresses/dense/${q}_5_uv.npz
dc | missing cloth | pairs-missing-garment@dresses/test_pairs_paired.txt pairs-missing-garment@dresses/test_pairs_unpaired.txt pairs-missing-garment@test_pairs_paired.txt pairs-missing-garment@test_pairs_unpaired.txt sidecar-orphan@dresses/masks/00002_1.png | rm dresses/images/${q}_1.jpg
dc | missing mask | sidecar-missing@dresses/images/00002_1.jpg | rm dresses/masks/${q}_1.png
dc | missing img | pairs-missing-person@dresses/test_pairs_paired.txt pairs-missing-person@dresses/test_pairs_unpaired.txt pairs-missing-person@test_pairs_paired.txt pairs-missing-person@test_pairs_unpaired.txt sidecar-orphan@dresses/dense/00002_5.png sidecar-orphan@dresses/dense/00002_5_uv.npz sidecar-orphan@dresses/keypoints/00002_2.json sidecar-orphan@dresses/label_maps/00002_4.png sidecar-orphan@dresses/skeletons/00002_5.jpg | rm dresses/images/${q}_0.jpg
dc | keypoints [x,y,c] | pose-keypoint-count@dresses/keypoints/00002_2.json | sed -i 's/, [0-9]*\]/]/g' dresses/keypoints/${q}_2.json
dc | keypoints 25 points | pose-form@dresses/keypoints/00002_2.json | dresscode_points 25 >dresses/keypoints/${q}_2.json
dc | keypoints as OpenPose | pose-form@dresses/keypoints/00002_2.json | points 18 >dresses/keypoints/${q}_2.json
dc | keypoints in pixels of the photograph | pose-outside@dresses/keypoints/00002_2.json | dresscode_points 18 '' 30 >dresses/keypoints/${q}_2.json
dc | all keypoints in pixels of the photograph | pose-outside@dresses/keypoints/* | each dresses/keypoints 'dresscode_points 18 "" 30 >$f'
dc | keypoints empty list | pose-keypoint-count@dresses/keypoints/00002_2.json | echo '{"keypoints": []}' >dresses/keypoints/${q}_2.json
dc | keypoints all -1 | pose-no-points@dresses/keypoints/00002_2.json | dresscode_points 18 ' 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 ' >dresses/keypoints/${q}_2.json
dc | keypoints shoulders -1 | pose-points-needed@dresses/keypoints/00002_2.json | dresscode_points 18 ' 2 5 ' >dresses/keypoints/${q}_2.json
dc | label map RGB | parse-not-labels@dresses/label_maps/00002_4.png | make_picture rgb dresses/label_maps/${q}_4.png 48x64 900
dc | label map gray, same labels | harmless: numbers are numbers | make_picture labels dresses/label_maps/${q}_4.png 48x64 900
dc | label map label 19 (LIP) | parse-label-range@dresses/label_maps/00002_4.png | make_picture many-labels dresses/label_maps/${q}_4.png 48x64 700
dc | label map half size | harmless: loaders scale it | make_picture labels dresses/label_maps/${q}_4.png 24x32 900
dc | uv truncated | array-form@dresses/dense/00002_5_uv.npz | truncate -s 100 dresses/dense/${q}_5_uv.npz
dc | uv key arr_0 | array-form@dresses/dense/00002_5_uv.npz | make_picture array-key dresses/dense/${q}_5_uv.npz 48x64 900
dc | uv .npy in .npz | array-form@dresses/dense/00002_5_uv.npz | make_picture array-bare dresses/dense/${q}_5_uv.npz 48x64 900
dc | uv H,W,2 | array-form@dresses/dense/00002_5_uv.npz | make_picture array-last dresses/dense/${q}_5_uv.npz 48x64 900
dc | uv 0 bytes | file-empty@dresses/dense/00002_5_uv.npz | : >dresses/dense/${q}_5_uv.npz
dc | uv named _uv.npy | file-unknown@dresses/dense/00002_5_uv.npy sidecar-missing@dresses/images/00002_0.jpg | mv dresses/dense/${q}_5_uv.npz dresses/dense/${q}_5_uv.npy
dc | dense .jpg | sidecar-extension@dresses/dense/00002_5.jpg | rm dresses/dense/${q}_5.png; make_picture gray dresses/dense/${q}_5.jpg 48x64 900
dc | dense RGB | color-mode@dresses/dense/00002_5.png | make_picture rgb dresses/dense/${q}_5.png 48x64 900
dc | skeleton .png | sidecar-extension@dresses/skeletons/00002_5.png | rm dresses/skeletons/${q}_5.jpg; make_picture rgb dresses/skeletons/${q}_5.png 48x64 900
dc | skeleton gray | color-mode@dresses/skeletons/00002_5.jpg | make_picture gray dresses/skeletons/${q}_5.jpg 48x64 900
dc | mask inverted | mask-inverted@dresses/masks/00002_1.png | make_picture inverted dresses/masks/${q}_1.png 48x64 900
dc | mask .jpg | sidecar-extension@dresses/masks/00002_1.jpg | rm dresses/masks/${q}_1.png; make_picture mask dresses/masks/${q}_1.jpg 48x64 900
dc | mask palette 0/1 | mask-not-binary@dresses/masks/00002_1.png | make_picture mask-palette dresses/masks/${q}_1.png 48x64 900
dc | garment RGBA PNG in .jpg | color-mode@dresses/images/00002_1.jpg extension-mismatch@dresses/images/00002_1.jpg | make_picture rgba x.png 48x64 900; mv x.png dresses/images/${q}_1.jpg
dc | garment grayscale | color-mode@dresses/images/00002_1.jpg | make_picture gray dresses/images/${q}_1.jpg 48x64 900
dc | list third column | pairs-form@dresses/test_pairs_paired.txt | sed -i "s/\$/ 2/" dresses/test_pairs_paired.txt
dc | list empty last line | pairs-form@dresses/test_pairs_paired.txt | echo >>dresses/test_pairs_paired.txt
dc | list BOM | pairs-form@dresses/test_pairs_paired.txt | sed -i '1s/^/\xef\xbb\xbf/' dresses/test_pairs_paired.txt
dc | list columns swapped | pairs-swapped-columns@dresses/test_pairs_paired.txt | sed -i 's/\(.*\) \(.*\)/\2 \1/' dresses/test_pairs_paired.txt
dc | list of dresses in upper_body | pairs-missing-garment@upper_body/test_pairs_paired.txt pairs-missing-person@upper_body/test_pairs_paired.txt | cp dresses/test_pairs_paired.txt upper_body/
dc | list CRLF | harmless: Python knows the line end | sed -i 's/$/\r/' dresses/test_pairs_paired.txt
dc | unpaired list absent | list-missing@dresses/test_pairs_unpaired.txt | rm dresses/test_pairs_unpaired.txt
dc | lists named test_pairs.txt | list-missing@dresses/test_pairs_paired.txt list-missing@dresses/test_pairs_unpaired.txt | mv dresses/test_pairs_paired.txt dresses/test_pairs.txt; rm dresses/test_pairs_unpaired.txt
dc | category folder absent | folder-missing@lower_body | rm -r lower_body
dc | category folder upper | folder-missing@upper_body folder-unknown@upper | mv upper_body upper
dc | one line of another category | pairs-missing-garment@dresses/test_pairs_paired.txt pairs-missing-person@dresses/test_pairs_paired.txt | head -n 1 upper_body/test_pairs_paired.txt >>dresses/test_pairs_paired.txt
dc | folder label-maps | folder-not-in-set@dresses/label_maps folder-unknown@dresses/label-maps | mv dresses/label_maps dresses/label-maps
dc | folder image | folder-missing@dresses/images folder-unknown@dresses/image | mv dresses/images dresses/image
dc | id with _0 in it (a_013565) | name-replaced@dresses/images/a_000002_0.jpg | for f in dresses/*/${q}_*; do mv "$f" "${f%/*}/a_0${f##*/}"; done; sed -i "s/${q}_/a_0${q}_/g" *.txt dresses/*.txt
dc | upper-case .JPG garment | pairs-wrong-extension@dresses/test_pairs_paired.txt pairs-wrong-extension@dresses/test_pairs_unpaired.txt pairs-wrong-extension@test_pairs_paired.txt pairs-wrong-extension@test_pairs_unpaired.txt sidecar-extension@dresses/images/00002_1.JPG | mv dresses/images/${q}_1.jpg dresses/images/${q}_1.JPG
xdc | dc_caption.txt absent (IDM) | missed: found with --for idm-vton: not every dataset has it | rm dresses/dc_caption.txt
hd:hr-viton | whole test set of another size | size-of-program@test/image size-of-program@train/image | :
old:viton-hd | whole test set of another size | size-of-program@test/image | :
x:idm-vton | tagged.json absent, asked for IDM-VTON | program-need@test/vitonhd_test_tagged.json size-of-program@test/image size-of-program@train/image | rm test/vitonhd_test_tagged.json
xdc:idm-vton | dc_caption.txt absent, asked for IDM-VTON | program-need@dresses/dc_caption.txt | rm dresses/dc_caption.txt
x:catvton | unpaired list named otherwise, asked for CatVTON | program-need@test_pairs_unpaired.txt | mv test_pairs_unpaired.txt test_unpaired.txt
dc | list tabs | harmless: published so; with --for catvton it is told | sed -i 's/ /\t/' dresses/test_pairs_paired.txt
xdc:catvton | list tabs, asked for CatVTON | pairs-gaps@dresses/test_pairs_paired.txt | sed -i 's/ /\t/' dresses/test_pairs_paired.txt
dc | photo lacks last 2 bytes (EOI) | image-damaged@dresses/images/00002_0.jpg | truncate -s -2 dresses/images/${q}_0.jpg
hd old | garment in no list | pairs-unused-garment@test_pairs.txt sidecar-missing@test/cloth/88888_00.jpg | make_picture rgb test/cloth/88888_00.jpg 48x64 1234
hd | folder dwpose lacks one | sidecar-missing@test/image/00002_00.jpg | mkdir test/dwpose; for f in test/image/*; do make_picture rgb test/dwpose/$(basename "${f%.jpg}").png 48x64 7${f:12:5}; done; rm test/dwpose/$p.png
TABLE
echo "$faults faults, $missed missed"
exit 0
