# Results whose red and blue are exchanged are found where their photographs are at hand, and nothing else is taken for them.
. "$SOURCE_DIR/tests/cli/lib.sh"

# make_coloured FILE SEED [KIND]: 32x48, patches of colour of their own, and noise. KIND: bgr, gray, other (a garment of
# another colour in the middle)
make_coloured() {
  { printf 'P6\n32 48\n255\n' && awk -v seed="$2" -v kind="${3:-}" 'function number() {
      return seed = (seed * 1103 + 12345) % 65536
    }
    BEGIN {
      for (i = 0; i < 24; i++) { r[i] = 120 + number() % 100; g[i] = 70 + number() % 100; b[i] = 20 + number() % 100 }
      for (y = 0; y < 48; y++) for (x = 0; x < 32; x++) {
        i = int(y / 8) * 4 + int(x / 8); noise = number() % 16 + (kind == "" ? 0 : 4)
        red = r[i] + noise; green = g[i] + noise; blue = b[i] + noise
        if (kind == "bgr") { swap = red; red = blue; blue = swap }
        if (kind == "gray") red = blue = green
        if (kind == "other" && x >= 8 && x < 24 && y >= 16 && y < 32) { red = 20; green = 60; blue = 200 }
        printf "%c%c%c", red ? red : 1, green ? green : 1, blue ? blue : 1
      } }'; } >"$1"
}
LC_ALL=C
mkdir image bgr good gray other few half
for i in 1 2 3 4 5 6; do
  make_coloured image/$i.ppm $i
  make_coloured bgr/$i.ppm $i bgr
  make_coloured good/$i.ppm $i near
  make_coloured gray/$i.ppm $i gray
  make_coloured other/$i.ppm $i other
done
cp bgr/[123].ppm few
cp bgr/[123].ppm good/[456].ppm half
[ "$(stat -c %s image/1.ppm)" = $((32 * 48 * 3 + 13)) ] || complain 'the picture is whole'
remember

found='6 of 6 results are nearer to their photograph with red and blue exchanged ('
for tool in 'lpips --size 64' 'fid --protocol alexnet' 'score psnr'; do
  for again in no yes; do # the second time from the store
    run vtonmetrics $tool image bgr --value --quiet
    expect_status 0
    expect_stderr_has "warning: bgr: $found"
  done
  for folder in good gray other few half; do
    run vtonmetrics $tool image $folder --value
    expect_status 0
    expect_stderr_lacks exchanged
  done
done
run vtonmetrics compare --metrics lpips,psnr image bgr good
[ "$(grep -c "Warning: bgr: $found" "$stdout")" = 1 ] || complain 'said once'
! grep -q 'Warning: good' "$stdout" || complain 'nothing of the other model'
run vtonmetrics lpips image bgr --strict
expect_status 3
expect_stderr_has 'red and blue exchanged'
run vtonmetrics lpips image gray --json
! grep -q exchanged "$stdout" || complain 'nothing can be told from gray pictures'
# photographs that are exchanged are the same to results that are not
run vtonmetrics lpips bgr good --value
expect_stderr_has 'the results or the photographs were saved as BGR'
