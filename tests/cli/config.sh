# compare --config: experiments in a file.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
remember
mkdir exp
mv image LADI GAN exp
cp -r exp/image exp/photos
echo ' 0.25 ' >exp/time.txt
cat >exp/e.json <<'JSON'
{
  "tasks": {
    "full": {"reference": "image", "models": {"LADI": "LADI", "GAN": "GAN"}},
    "rec": {"reference": "photos", "models": {"GAN": "GAN"}}
  },
  "metrics": {"fid": {"protocol": "alexnet"}, "lpips": {}},
  "seconds_per_image": {"GAN": "time.txt", "LADI": 3},
  "output": {"csv": "table.csv", "markdown": "table.md", "json": "scores.json"},
  "per_image": "pairs.csv",
  "fail_above": {"lpips": 99}
}
JSON

run vtonmetrics compare --config exp/e.json
expect_status 0
expect_no_stderr
expect_stdout_has 'full: 2 models against exp/image, 3 images each'
expect_stdout_has 'rec: 1 model against exp/photos, 3 images'
expect_stdout_has 's/image'
[ "$(head -1 exp/table.csv | cut -d, -f1-4)" = 'model,seconds_per_image,full_FD(alexnet)_rank,full_FD(alexnet)' ] || complain 'headings'
grep -q '^GAN,0.25,' exp/table.csv || complain 'seconds from a file'
grep -q '^| model | s/image | full<br>FD(alexnet) | full<br>LPIPS(alex) | rec<br>FD' exp/table.md || complain 'table.md'
[ "$(grep -c ^rec,GAN, exp/pairs.csv)" = 3 ] || complain 'pairs.csv with tasks'
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } $1 == "GAN" { print $c }' exp/table.csv; }
[ "$(column "full_FD(alexnet)")" = "$(vtonmetrics fid --protocol alexnet exp/image exp/GAN --value -q)" ] || complain 'full_fid'
[ "$(column "rec_LPIPS(alex)")" = "$(vtonmetrics lpips exp/photos exp/GAN --value -q)" ] || complain 'rec_lpips'
run vtonmetrics diff exp/scores.json exp/scores.json
expect_status 0
expect_stdout_has '  rec   LPIPS(alex)  GAN'
run vtonmetrics compare --config exp/e.json --format latex --fail-above fid=0
expect_status 1
expect_stdout_has '\multicolumn{2}{c}{full} & \multicolumn{2}{c}{rec} \\'
expect_stdout_has '\cmidrule(lr){3-4}'
expect_stderr_has 'vtonmetrics compare: rec: GAN: FD(alexnet) is '
run vtonmetrics compare --config exp/e.json --report exp/report
expect_status 0
[ -s exp/report/full/report.html ] && [ -s exp/report/rec/report.html ] || complain 'a report for each task'
run vtonmetrics compare --config exp/e.json --dry-run
expect_status 0
expect_stdout_has 'rec:'

run vtonmetrics compare --config exp/e.json image
expect_error 2 "vtonmetrics compare: 'image': with --config the folders stand in the file"
run vtonmetrics compare --config exp/e.json --metrics fid
expect_status 2
run vtonmetrics compare --config nowhere.json
expect_error 3 'vtonmetrics compare: nowhere.json: cannot open: No such file or directory'
sed 's/"rec"/"full"/' exp/e.json >exp/bad.json
run vtonmetrics compare --config exp/bad.json
expect_error 3 'vtonmetrics compare: exp/bad.json: line 4: two of them are called "full": a task needs a name of its own'
sed 's/"per_image"/"per_imge"/' exp/e.json >exp/bad.json
run vtonmetrics compare --config exp/bad.json
expect_error 3 'vtonmetrics compare: exp/bad.json: line 9: unknown key "per_imge" of the experiment; did you mean "per_image"?'
sed 's,"pairs.csv","../pairs.csv",' exp/e.json >exp/bad.json
run vtonmetrics compare --config exp/bad.json
expect_error 3 "vtonmetrics compare: exp/bad.json: line 9: \"per_image\": ../pairs.csv lies outside this file's folder; --outside allows to write there"
run vtonmetrics compare --config exp/bad.json --outside -q
expect_status 0
[ -s pairs.csv ] || complain '--outside'
sed 's,"pairs.csv","pairs\\u0000.csv",' exp/e.json >exp/bad.json
run vtonmetrics compare --config exp/bad.json
expect_error 3 'vtonmetrics compare: exp/bad.json: no valid JSON: a text with a character of code 0, at which it would end, line 9, column 16'
# a link that leads out, which its letters do not say
mkdir victim && ln -s ../victim exp/link && ln -s ../victim/new.csv exp/pairs.link
for path in link/pairs.csv pairs.link link; do
  sed "s,\"pairs.csv\",\"$path\"," exp/e.json >exp/bad.json
  run vtonmetrics compare --config exp/bad.json
  expect_error 3 "vtonmetrics compare: exp/bad.json: line 9: \"per_image\": $path lies outside this file's folder; --outside allows to write there"
done
expect_files victim
rm exp/link exp/pairs.link
echo x >exp/time.txt
run vtonmetrics compare --config exp/e.json
expect_error 3 'vtonmetrics compare: exp/e.json: line 7: exp/time.txt must hold one number, the seconds an image takes'
