# Folders of results as programs write them: below the one that is given, numbered, of garments, several of a person, and
# under names that may mean two people.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
make_dataset viton-hd d 6
make_dataset dresscode dc 6
lint=vtonmetrics-dataset-lint check=vtonmetrics-pairs-check
put() { # put PATTERN NUMBER...: a result for the N-th person; %s stands for the id
  local pattern=$1 name i
  shift
  for i in "$@"; do
    name=${pattern//%s/0000${i}_00}
    mkdir -p "$(dirname "$name")"
    make_picture rgb "$name" 48x64 91$i
  done
}
all='0 1 2 3 4 5'
expect_stdout_lacks() { ! grep -qF -- "$1" "$stdout" || complain "standard output should not contain: $1"; }
expect_all_matched() { # expect_all_matched FOLDER PAIRS
  expect_status 0
  expect_stdout_has "$1 against"
  expect_stdout_has "  pairs         $2, of"
}

# ---- a folder a person, as Magic-TryOn writes ----
put magic/%s/%s_%s.png $all
: >magic/00000_00/00000_00_00000_00_cloth.mp4
mkdir magic/logs
run vtonmetrics fid d/test/image magic --dry-run
expect_all_matched magic 6
expect_stdout_has "  00003_00/00003_00_00003_00.png: shows 00003_00.jpg in the person's own garment 00003_00"
rm -r magic/00002_00
run $lint d --results magic --only result-missing,result-of-nobody,result-repeated
expect_status 1
expect_stdout_has 'magic: no result for 1 of 6 people: 00002_00'
expect_stdout_lacks result-of-nobody
put magic/%s/%s_%s.png 2
run $lint d --results magic
expect_status 0
cp magic/00001_00/00001_00_00001_00.png magic/00002_00/00002_00_00002_00.png
run $lint d --results magic
expect_status 1
expect_stdout_has '  magic/00002_00/00002_00_00002_00.png: is magic/00001_00/00001_00_00001_00.png, pixel for pixel'
# Folders of several models are not one set, and which of them is meant is asked.
put models/model1/%s.png $all && put models/model2/%s.png $all
run vtonmetrics fid d/test/image models --dry-run
expect_status 3
expect_stderr_has 'models: no images in this folder itself, but it has subfolders: give one of them, for example models/model1'
put "strange/%s/%s.png" 1 && put strange/00002_00/other.png 0
run vtonmetrics fid d/test/image strange --dry-run
expect_status 3

# ---- categories as one set ----
for category in dresses lower_body upper_body; do
  mkdir -p out/paired/$category
  while read -r person garment; do
    make_picture rgb "out/paired/$category/$person" 48x64 93$((10#${person%%_*} + 1))
  done <dc/$category/test_pairs_paired.txt
done
run vtonmetrics fid dc out/paired --dry-run # the reference as published, the garments in it left alone
expect_status 0
expect_stdout_has 'out/paired against dc'
people=$(cat dc/*/test_pairs_paired.txt | wc -l)
expect_stdout_has "  pairs         $people, of $people people"
run $check dc --pairs test_pairs_paired.txt --results out/paired
expect_status 0
run $lint dc --results out/paired --only result-missing,result-of-nobody
expect_status 0
run $lint --results out/paired
expect_status 0
rm "out/paired/dresses/$(head -n 1 dc/dresses/test_pairs_paired.txt | cut -d ' ' -f 1)"
run $lint dc --results out/paired --only result-missing,result-of-nobody
expect_status 1
expect_stdout_has 'out/paired/dresses: no result for 1 of'

# ---- TryOffDiff: garments, under the names of photographs ----
mkdir garments tryoff
for i in $all; do
  cp dc/dresses/images/0000${i}_1.jpg garments 2>/dev/null && make_picture rgb tryoff/0000${i}_0.png 48x64 94$i
done
run vtonmetrics lpips garments tryoff --dry-run --match tryoffdiff
expect_all_matched tryoff "$(ls tryoff | wc -l)"
expect_stdout_has '  00001_0.png: shows 00001_1.jpg'
run vtonmetrics lpips garments tryoff
expect_status 3
expect_stderr_has 'If these are results of TryOffDiff (P.png for a garment; ID_0.png for ID_1.jpg): --match tryoffdiff.'
run vtonmetrics lpips dc/dresses/images tryoff --dry-run --match tryoffdiff
expect_stdout_has '  00001_0.png: shows 00001_1.jpg'
run vtonmetrics lpips dc/dresses/images tryoff --dry-run # as results of try-on: nobody asked for garments
expect_stdout_has '  00001_0.png: shows 00001_0.jpg'
put tryoff-hd/%s.png $all
run vtonmetrics lpips d/test/cloth tryoff-hd --dry-run --match tryoffdiff
expect_all_matched tryoff-hd 6

# ---- PromptDresser's repeats, of garments that no person is named like ----
for k in 0 1 2; do put repeats/%s__77777_00_$k.jpg $all; done
run vtonmetrics fid d/test/image repeats --dry-run
expect_all_matched repeats 18
expect_stdout_has '(12 are further results of a person)'
expect_stdout_has '  00001_00__77777_00_2.jpg: shows 00001_00.jpg in garment 77777_00, repeat 2'

# ---- numbers: the i-th pair of a list ----
for i in $all; do put out_hd/out_hd_$i.png $i; done
run $check d --results out_hd --order person-garment
expect_status 0
run $lint d --results out_hd
expect_status 0
rm out_hd/out_hd_4.png
run $lint d --results out_hd --only result-missing
expect_status 1
expect_stdout_has 'out_hd: no result for 1 of 6 people: 00004_00'
run $check d --results out_hd --order person-garment
expect_status 1
expect_stdout_has 'line 5: out_hd: no result of 00004_00.jpg in garment'
# Two lists that say different people: nobody is taken.
tac d/test_pairs.txt >d/test_pairs_unpaired.txt
run $lint d --results out_hd --only result-missing,result-of-nobody
expect_status 1
expect_stdout_has "warning result-of-nobody (5)"
rm d/test_pairs_unpaired.txt

# ---- VITON-HD's own names, of two views of one person ----
mkdir views && for i in 0 1; do put views/%s.jpg $i; cp views/0000${i}_00.jpg views/0000${i}_01.jpg; done
mkdir cut && for name in 00000_77777_00 00001_77777_00; do make_picture rgb cut/$name.jpg 48x64 950; done
run vtonmetrics fid views cut --dry-run
expect_status 0
expect_stdout_has '  matched by    viton-hd: P without its last _00, then _C.jpg may mean either of two people in 2 of 2 names'
expect_stdout_has '  00000_77777_00.jpg: skipped: may show 00000_00.jpg or 00000_01.jpg'
run vtonmetrics lpips views cut
expect_status 3
expect_stderr_has 'cut: 2 of 2 names are ambiguous, and no other leads to a photograph: 00000_77777_00.jpg may show 00000_00.jpg or 00000_01.jpg. Rename the results'
for file in d/test/*/00000_00*; do cp "$file" "${file/00000_00/00000_01}"; done
run $lint d --results cut --only result-ambiguous,result-of-nobody
expect_status 1
expect_stdout_has '  cut/00000_77777_00.jpg: may show 00000_00.jpg or 00000_01.jpg'
expect_stdout_lacks result-of-nobody

# ---- scores of pictures in folders below are those of one folder ----
make_folders 3
mkdir -p below/dresses below/upper_body photographs/dresses/images photographs/upper_body/images
for i in 1 2 3; do
  name=0000${i}_00
  mkdir -p persons/$name && cp LADI/$name.ppm persons/$name/${name}_$name.ppm
  category=dresses && [ $i = 3 ] && category=upper_body
  cp LADI/$name.ppm below/$category && cp image/$name.ppm photographs/$category/images
done
run vtonmetrics lpips image LADI --value
expect_status 0
value=$(cat "$stdout")
for folders in 'image persons' 'image below' 'photographs below'; do
  run vtonmetrics lpips $folders --value --per-image scores.csv
  [ "$status" = 0 ] && [ "$(cat "$stdout")" = "$value" ] || complain "$folders should score $value"
  [ "$(grep -c '0000[123]_00' scores.csv)" -ge 3 ] || complain "$folders: three results should be named"
done
chmod 000 persons/00002_00
if [ "$(id -u)" != 0 ]; then
  run vtonmetrics lpips image persons
  expect_status 3
  expect_stderr_has 'persons/00002_00: cannot open the folder: Permission denied'
fi
chmod 755 persons/00002_00
