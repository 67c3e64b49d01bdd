# Pictures that a folder holds but that are not read: refused by name, or said with their number; never gone.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 6
remember

run vtonmetrics fid --protocol alexnet image LADI --value
expect_status 0
six=$(tail -n 1 "$stdout")

# Extensions of formats that are read count like any other: all six pairs, and the value of six.
for folder in image LADI; do
  cp -r $folder odd-$folder
  for pair in 1:jfif 2:jpe 3:dib 4:apng 5:tif 6:TIFF; do
    mv odd-$folder/0000${pair%:*}_00.ppm "odd-$folder/0000${pair%:*}_00.${pair#*:}"
  done
done
run vtonmetrics fid --protocol alexnet odd-image odd-LADI --value
expect_status 0
[ "$(tail -n 1 "$stdout")" = "$six" ] || complain "the value of six pairs was expected: $six"

# TIFF is read, with the pixels of the same picture in another format: so is the value.
mkdir plain-image plain-LADI
for folder in image LADI; do
  cp "$SOURCE_DIR"/tests/golden/pixels/tiff-turned-raw-1.tif plain-$folder/1.tif
  cp "$SOURCE_DIR"/tests/golden/pixels/tiff-turned-lzw-3.tif plain-$folder/2.tif
done
run vtonmetrics lpips plain-image plain-LADI --value
expect_status 0
expect_stdout 0
cp "$SOURCE_DIR"/tests/golden/pixels/tiff-RGB-deflate.tif plain-LADI/2.tif # as 2.tif was before it was turned by half
run vtonmetrics lpips plain-image plain-LADI --per-image turned.csv --value
expect_status 0
! grep -q '^2.*,0$' turned.csv || complain 'the orientation of a TIFF is heeded'
head -c 500 plain-LADI/1.tif >cut.tif && mv cut.tif plain-LADI/1.tif
run vtonmetrics lpips plain-image plain-LADI
expect_status 3
expect_stderr_has 'plain-LADI/1.tif: truncated TIFF at byte 500'
# what libtiff itself would say is printed by nobody
expect_stderr_lacks TIFFRead

# Formats that are not read end the run, each named with what to do; --skip-broken says what it leaves out.
refused() { # refused EXTENSION BYTES WORDS
  rm -rf left right && cp -r image left && cp -r LADI right
  mv left/00005_00.ppm "left/00005_00.$1" && rm right/00006_00.ppm
  printf "$2" >"right/00006_00.$1"
  run vtonmetrics lpips left right
  expect_status 3
  expect_no_stdout
  expect_stderr_has "right/00006_00.$1: is $3, which is not read: save it as PNG, for example with '"
  run vtonmetrics lpips left right --skip-broken --json
  expect_status 0
  expect_stdout_has "right/00006_00.$1: is $3, which is not read"
  expect_stdout_has '"n_generated":	5'
  run vtonmetrics pairs-check left right
  expect_status 1
  expect_stdout_has 'image-unread (2)'
  expect_stdout_has "right: 1 of 6 pictures are not read, for example 00006_00.$1"
  run vtonmetrics pairs-check left right --json
  expect_status 1
  expect_stdout_has '"rule":	"image-unread"'
}
refused avif '\0\0\0\030ftypmif1\0\0\0\0avifmiaf' 'an AVIF image'
refused heic '\0\0\0\024ftypheic\0\0\0\0' 'a HEIC image'
refused jxl '\0\0\0\014JXL \r\n\207\n' 'a JPEG XL image'
refused jp2 '\0\0\0\014jP  \r\n\207\n' 'a JPEG 2000 image'

# By their bytes too: an extension of another format does not help them, none does not hide them.
cp -r LADI disguised && printf '\0\0\0\014JXL \r\n\207\n' >disguised/00001_00.ppm
run vtonmetrics lpips image disguised
expect_status 3
expect_stderr_has 'disguised/00001_00.ppm: is a JPEG XL image, which is not read'
cp -r LADI unnamed && mv unnamed/00001_00.ppm unnamed/00001_00 && printf '\211PNG\r\n\032\n' >unnamed/00001_00
printf '\377\330\377\340' >unnamed/00002_00.jpg.part
printf 'GIF89a' >unnamed/.00003_00
touch unnamed/sketch.psd unnamed/notes.txt unnamed/._00004_00.ppm
said='unnamed: 4 files look like pictures but were not read, for example .00003_00: the name ends in no extension of a format that is read'
for tool in 'fid --protocol alexnet' lpips 'compare --metrics lpips --no-interval'; do
  run vtonmetrics $tool image unnamed
  expect_status 0
  expect_stdout_has "$said"
  run vtonmetrics $tool image unnamed --json
  expect_status 0
  expect_stdout_has "$said"
  run vtonmetrics $tool unnamed image
  expect_stdout_has "$said"
done
run vtonmetrics fid --protocol alexnet image unnamed --all-images
expect_stdout_has "$said"
run vtonmetrics pairs-check image unnamed
expect_status 1
expect_stdout_has 'unnamed: 4 more files look like pictures but are passed over, for example .00003_00'
mkdir none && cp unnamed/00001_00 none
run vtonmetrics lpips image none
expect_status 3
expect_stderr_has 'none: no images among its 1 files, but 1 look like pictures, for example 00001_00'
