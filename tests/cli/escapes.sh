# Nothing that a file or folder is called reaches a terminal as it is.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 2
escape=$'\033'
remember
name="x${escape}]0;own"$'\a'
cp -r LADI "$name"
mkdir bin
printf '#!/bin/sh\n' >"bin/vtonmetrics-a$escape[1m"
chmod +x bin/*
PATH=$PATH:$PWD/bin
mv "$name/00001_00.ppm" "$name/00001_00.ppm.gone"
cp "$name/00001_00.ppm.gone" "$name/00001_00.ppm"

clean() { # clean COMMAND...: no byte that a terminal obeys, on either stream
  run "$@"
  ! LC_ALL=C grep -q "[$(printf '\001-\010\013\014\016-\037\177')]" "$stdout" "$stderr" || complain 'a control character'
}
for format in text json csv tsv markdown latex value; do
  clean vtonmetrics lpips image "$name" --format $format
  [ $format = value ] || clean vtonmetrics compare --metrics lpips image "$name" GAN --format $format
done
for tool in lpips 'fid --protocol alexnet' compare; do
  clean vtonmetrics $tool image "$name" --dry-run
  clean vtonmetrics $tool image "$name" --dry-run --json
  clean vtonmetrics $tool image "$name/nowhere"
  clean vtonmetrics $tool "$name" image
done
clean vtonmetrics lpips image "$name" -v
clean vtonmetrics lpips image "$name=GAN"
clean vtonmetrics lpips image "$name" --per-image /dev/stdout
clean vtonmetrics compare --metrics lpips image "$name" GAN --per-image /dev/stdout
vtonmetrics fid --protocol alexnet image --save-stats "$name.npz" --quiet >/dev/null
clean vtonmetrics fid --protocol alexnet "$name.npz" GAN --dry-run
clean vtonmetrics fid --protocol alexnet "$name.npz" GAN
clean vtonmetrics --help
clean vtonmetrics "a$escape[2m"
clean vtonmetrics weights "x$escape"
clean vtonmetrics diff "$name" "$name"
clean vtonmetrics pairs-check image "$name"
clean vtonmetrics grid image "$name" --rows "$name"
clean vtonmetrics dataset-lint "$name"
