# Folders that cannot be used, and unusual names that can.
. "$SOURCE_DIR/tests/cli/lib.sh"
extensions='.jpg .jpeg .jpe .jfif .png .apng .gif .bmp .dib .webp .ppm .pgm .pnm .pbm .tif .tiff .tga .icb .vda .vst'
make_folders 3

run vtonmetrics lpips image nowhere
expect_error 3 'vtonmetrics lpips: nowhere: no such folder'
run vtonmetrics lpips nowhere LADI
expect_error 3 'vtonmetrics lpips: nowhere: no such folder'
run vtonmetrics lpips image LAID/
expect_error 3 'vtonmetrics lpips: LAID/: no such folder; did you mean LADI?'
run vtonmetrics lpips image ''
expect_error 2 'vtonmetrics lpips: the name of a folder is empty: is a variable of your script not set?'
mkdir empty
run vtonmetrics fid image empty --protocol alexnet
expect_error 3 "vtonmetrics fid: empty: the folder is empty; looked for $extensions"
mkdir texts && touch texts/a.txt texts/b
run vtonmetrics lpips texts LADI
expect_error 3 "vtonmetrics lpips: texts: no images among its 2 files; looked for $extensions"
run vtonmetrics lpips . LADI
expect_status 3
expect_stderr_has 'vtonmetrics lpips: .: no images in this folder itself, but it has subfolders: give one of them, for example ./GAN'

# Several models: the one that is missing is found before any work is done.
run vtonmetrics lpips image LADI GNA
expect_error 3 'vtonmetrics lpips: GNA: no such folder; did you mean GAN?'

mkdir others && cp image/00001_00.ppm others/out_1.ppm
run vtonmetrics lpips image others
expect_status 3
expect_no_stdout
expect_stderr_has 'vtonmetrics lpips: others: no image has the same name (extension left out) as one of image: image has 00001_00.ppm, 00002_00.ppm, 00003_00.ppm; others has out_1.ppm'

mkdir twins && cp image/00001_00.ppm twins && cp image/00002_00.ppm twins/00001_00.png && cp image/00003_00.ppm twins
run vtonmetrics lpips image twins
expect_status 3
expect_stderr_has "vtonmetrics lpips: twins: two images have one name, '00001_00.png' and '00001_00.ppm'"

mkdir single && cp image/00001_00.ppm single
run vtonmetrics fid image single --protocol alexnet
expect_status 3
expect_no_stdout
expect_stderr_has 'at least 2'
run vtonmetrics lpips image single --quiet # one pair is a mean of one value
expect_status 0

# Root may read everything, so somebody else tries.
mkdir private && cp image/*.ppm private && chmod 000 private
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$scratch"
  if setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN_DIR/vtonmetrics-lpips" --version >/dev/null 2>&1; then
    run setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN_DIR/vtonmetrics-lpips" image private
    expect_error 3 'vtonmetrics lpips: private: cannot open the folder: Permission denied'
    run setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN_DIR/vtonmetrics-lpips" image LADI -o image/x.txt
    expect_error 3 'vtonmetrics lpips: image/x.txt: cannot be written: image: Permission denied'
  fi
else
  run vtonmetrics lpips image private
  expect_error 3 'vtonmetrics lpips: private: cannot open the folder: Permission denied'
fi
chmod 755 private

# ---- what has to work ----
run vtonmetrics lpips image LADI --value
expect_status 0
expect_no_stderr
value=$(cat "$stdout")
expect_value() { [ "$status" = 0 ] && [ "$(cat "$stdout")" = "$value" ] || complain "the value $value was expected"; }

cp -r LADI 'my results' && cp -r LADI ./-results && cp -r LADI 'résultats 日本' && cp -r LADI $'new\nline'
run vtonmetrics lpips image 'my results' --value
expect_value
run vtonmetrics lpips --value -- image -results
expect_value
run vtonmetrics lpips image ./-results --value
expect_value
run vtonmetrics lpips image -results --value
expect_status 2
expect_stderr_has 'a name that starts with '\''-'\'' is written after --, or as ./-results'
run vtonmetrics lpips image 'résultats 日本' --value
expect_value
run vtonmetrics lpips image 'résultats 日本'
expect_stdout_has '  résultats 日本 '
run vtonmetrics lpips image $'new\nline'
expect_stdout_has '  new\nline '
run vtonmetrics lpips image $'new\nline' --json
expect_stdout_has '"new\nline"'

# File names: spaces, a leading '-', UTF-8, a newline.
mkdir odd-a odd-b
i=0
for name in 'a b' '-c' 'é日本' $'d\ne' '.x' 'f.g.h'; do
  i=$((i + 1))
  cp image/00001_00.ppm "odd-a/$name.ppm"
  cp LADI/00001_00.ppm "odd-b/$name.PPM"
done
run vtonmetrics lpips odd-a odd-b --json
expect_status 0
expect_stdout_has '"n_generated":	5' # .x is hidden
expect_stdout_has '"d\ne"'
run vtonmetrics lpips odd-a odd-b --per-image odd.csv
expect_status 0
grep -q "^odd-b,'-c," odd.csv || complain 'odd.csv should have the pair -c, harmless to a spreadsheet'
grep -q '^odd-b,"d$' odd.csv || complain 'odd.csv should quote the name with a newline'

# Links to files and to folders, read-only folders, entries that are no images.
mkdir linked
for name in 00001_00 00002_00 00003_00; do ln -s "../LADI/$name.ppm" "linked/$name.ppm"; done
ln -s LADI link
mkfifo linked/00009_00.jpg
mkdir linked/folder.jpg
touch linked/.00001_00.ppm linked/Thumbs.db
for folder in linked link link/; do
  run timeout 20 vtonmetrics lpips image $folder --value
  expect_value
done
chmod 555 LADI image
run vtonmetrics lpips image LADI --value
expect_value
chmod 755 LADI image

# A dangling link is a file that cannot be read, not one that is missing.
ln -sf nowhere.ppm linked/00002_00.ppm
run vtonmetrics lpips image linked
expect_status 3
expect_stderr_has 'linked/00002_00.ppm'

# Unmatched images are left out, and the report says so.
rm LADI/00002_00.ppm
make_image LADI/00007_00.ppm 7
run vtonmetrics lpips image LADI
expect_status 0
expect_stdout_has 'Warning: LADI: 1 of 3 photographs has no result, for example 00002_00.ppm'
expect_stdout_has 'Warning: LADI: 1 of 3 results has no photograph, for example 00007_00.ppm'
