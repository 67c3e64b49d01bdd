# Results name no folder of this machine where they need not, and are the same with whatever paths the inputs were given.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
export HOME=$scratch/home
mkdir -p home/data work && cp -r image home/data/ && cp -r LADI image work/
cp "$SOURCE_DIR/weights/lpips-alex.safetensors" home/data/w.safetensors
"$BUILD_DIR/tests/make_picture" rgb odd.png 32x48 1 && mv odd.png home/data/image/odd # warned of, with its folder
cd work || exit 3
F=(--protocol alexnet --weights "$HOME/data/w.safetensors")
lacks_machine() { ! grep -qF "$scratch" "$stdout" || complain "no absolute path: $(grep -F "$scratch" "$stdout" | head -1)"; }

vtonmetrics fid image LADI --protocol alexnet --weights ../home/data/w.safetensors --json -q >expected.json
for format in text json csv tsv markdown latex; do
  run vtonmetrics fid "$PWD/image" "$PWD/LADI" "${F[@]}" --format $format -q
  expect_status 0
  lacks_machine
  run vtonmetrics fid "$HOME/data/image" "$PWD/LADI" "${F[@]}" --format $format -q
  expect_status 0
  lacks_machine
done
run vtonmetrics fid "$PWD/image" "$PWD//LADI" "${F[@]}" --json -q
sed 's|~/data/w|../home/data/w|' "$stdout" | cmp -s - expected.json || complain 'the same as with relative paths'
expect_stdout_has '"weights_file":	"~/data/w.safetensors"'
run vtonmetrics fid "$HOME/data/image" LADI "${F[@]}" --json -q
expect_stdout_has '"reference":	"~/data/image"'
expect_stdout_has '~/data/image: 1 file looks like a picture but was not read'
run vtonmetrics fid "$HOME/data/image" "$PWD/LADI" "${F[@]}" --json -q --absolute-paths
expect_stdout_has "\"reference\":	\"$HOME/data/image\""
expect_stdout_has "\"generated\":	\"$PWD/LADI\""
expect_stdout_has "\"weights_file\":	\"$HOME/data/w.safetensors\""
run vtonmetrics compare "$HOME/data/image" "$PWD/LADI" --fid-weights "$HOME/data/w.safetensors" --protocol alexnet --json -q --report report
expect_stdout_has '"reference":	"~/data/image"'
lacks_machine
! grep -rqF "$scratch" report || complain 'no absolute path in the report'
[ "$(grep -o '<img src="data:image/jpeg' report/report.html | wc -l)" -ge 6 ] || complain 'its pictures are found all the same'
# a folder's own name stays that of the model, and .. behind a link leads where the system says
run vtonmetrics lpips image "$PWD/LADI/" --format csv -q
grep -q '^LADI,' "$stdout" || complain 'the name of the model'
ln -s ../home/data away
run vtonmetrics mse "$PWD/image" "$PWD/away/../data/image" --value --no-lint
expect_stdout 0
# the shell came here by a link
ln -s work ../link
run bash -c 'cd ../link && vtonmetrics fid "$PWD/image" LADI --protocol alexnet --json -q'
expect_stdout_has '"reference":	"image"'
