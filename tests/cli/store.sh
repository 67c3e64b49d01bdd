# Nothing computed twice, and the same bytes with a cold, warm, half-filled, damaged or absent store.
. "$SOURCE_DIR/tests/cli/lib.sh"
vtonmetrics --version | grep -q '^sqlite3 [0-9]' || skip 'this build has no SQLite'
PATH=$BUILD_DIR/tests:$PATH
images=4
make_folders $images
mkdir stores
find image LADI GAN -type f -exec touch -d '1 hour ago' {} + # ctime is now: files are hashed again for three seconds
W=(--protocol alexnet)
L=(--size 64) # of LPIPS: small, since this is not about its digits

compare() { vtonmetrics compare image LADI GAN "${W[@]}" "${L[@]}" --json --quiet "$@"; }
rows() { vtonmetrics store info --store "$1" --json | sed -n 's/^\t"rows":\t\([0-9]*\),$/\1/p'; }
expect_same() { # expect_same FILE: as without a store, and nothing said
  cmp -s "$1" "$scratch/.expected" || complain "$1 should be what is printed without a store"
}

run compare --no-store
expect_status 0
cp "$stdout" "$scratch/.expected"

# cold, warm, and by another name of the file
for state in cold warm warmer; do
  run compare --store stores/one.sqlite
  expect_status 0
  expect_no_stderr
  cp "$stdout" "$scratch/$state" && expect_same "$scratch/$state"
done
expect_files stores one.sqlite
run vtonmetrics store verify --store stores/one.sqlite
expect_status 0
before=$(rows stores/one.sqlite)
[ "$before" = $((3 * images + 2 * images + 3 * images + 2)) ] ||
  complain "features, pairs, pictures and weights should be rows: $before"

# Single commands find what compare computed, and give what they give without.
for metric in fid lpips; do
  options=("${L[@]}") && [ $metric = fid ] && options=("${W[@]}")
  vtonmetrics $metric image LADI GAN "${options[@]}" --no-store --json --quiet >"$scratch/alone"
  run vtonmetrics $metric image LADI GAN "${options[@]}" --store stores/one.sqlite --json --quiet
  cmp -s "$stdout" "$scratch/alone" || complain "$metric should print the same with and without a store"
done
[ "$(rows stores/one.sqlite)" = "$before" ] || complain 'nothing was to be computed'

# Renamed and copied files are known; a changed byte is not.
mkdir renamed && cp LADI/00001_00.ppm renamed/00001_00.ppm && mv LADI/00002_00.ppm renamed/ && cp renamed/00002_00.ppm LADI/
run vtonmetrics fid image renamed "${W[@]}" --store stores/one.sqlite --quiet
expect_status 0
[ "$(rows stores/one.sqlite)" = "$before" ] || complain 'a copied file was computed again'
overwrite GAN/00003_00.ppm 01 100
run compare --store stores/one.sqlite
cp "$stdout" "$scratch/changed"
run compare --no-store
cmp -s "$stdout" "$scratch/changed" || complain 'a changed byte was not seen'
[ "$(rows stores/one.sqlite)" = $((before + 3)) ] || complain 'one picture, its features and its pair were to be added'
cp "$stdout" "$scratch/.expected"

# A byte changed and the times set back: ctime tells.
touch -r image/00001_00.ppm "$scratch/.time"
overwrite GAN/00004_00.ppm 02 100
touch -r "$scratch/.time" GAN/00004_00.ppm
compare --store stores/one.sqlite >"$scratch/changed"
compare --no-store >"$scratch/.expected"
expect_same "$scratch/changed"

# half-filled
vtonmetrics fid image LADI "${W[@]}" --store stores/half.sqlite --quiet >/dev/null
compare --store stores/half.sqlite >"$scratch/half" && expect_same "$scratch/half"
compare --store stores/half.sqlite --rehash >"$scratch/rehash" && expect_same "$scratch/rehash"

# Warnings about the pictures come from the store too.
cp image/00001_00.ppm LADI/00001_00.ppm && cp GAN/00002_00.ppm GAN/00003_00.ppm && cp GAN/00004_00.ppm GAN/00001_00.png
rm GAN/00001_00.ppm
for state in absent cold warm; do
  option=(--store stores/warn.sqlite) && [ $state = absent ] && option=(--no-store)
  run vtonmetrics compare image LADI GAN "${W[@]}" "${L[@]}" "${option[@]}"
  cat "$stdout" "$stderr" >"$scratch/$state"
  expect_stdout_has 'the photograph itself, pixel for pixel'
  expect_stdout_has 'the same picture as another result'
  expect_stdout_has 'another format than the file'
  cmp -s "$scratch/$state" "$scratch/absent" || complain "the report should not depend on the store ($state)"
done

# A broken image is named each time, and never kept; --skip-broken gives the same.
make_image LADI/00007_00.ppm 9 && cp LADI/00007_00.ppm image && cp LADI/00007_00.ppm GAN
truncate -s 3000 LADI/00007_00.ppm
for state in absent cold warm; do
  option=(--store stores/broken.sqlite) && [ $state = absent ] && option=(--no-store)
  run compare "${option[@]}"
  expect_status 3
  expect_stderr_has 'LADI/00007_00.ppm: truncated'
  run vtonmetrics compare image LADI GAN "${W[@]}" "${L[@]}" "${option[@]}" --skip-broken
  cat "$stdout" "$stderr" >"$scratch/$state"
  expect_stdout_has 'left out'
  cmp -s "$scratch/$state" "$scratch/absent" || complain "the report should not depend on the store ($state)"
done
rm image/00007_00.ppm LADI/00007_00.ppm GAN/00007_00.ppm
compare --no-store >"$scratch/.expected"

# ---- what may be wrong with it ----
one() { vtonmetrics lpips image LADI "${L[@]}" --json "$@"; }
one --no-store --quiet >"$scratch/.one"
expect_without() { # expect_without WORDS STORE [COMMAND]: a warning, and the right result of `one` or `compare`
  local what=${3:-one}
  if [ "$what" = one ]; then
    run one --store "$2"
  else
    run vtonmetrics compare image LADI GAN "${W[@]}" "${L[@]}" --json --store "$2"
  fi
  expect_status 0
  expect_stderr_has "$1"
  cp "$stdout" "$scratch/got"
  if [ "$what" = one ]; then
    cmp -s "$scratch/got" "$scratch/.one" || complain 'what is printed without a store was expected'
  else
    expect_same "$scratch/got"
  fi
}
echo 'milk and bread, and all else that a person has to buy who wants a file longer than a hundred bytes, eggs' >list.txt
cp list.txt list.copy
expect_without 'not a store of vtonmetrics, and left unchanged' list.txt
cmp -s list.txt list.copy || complain 'the text file was changed'
expect_without 'is a folder' image
expect_without 'cannot create a store' nowhere/store.sqlite
expect_without 'warning: ' /proc/store.sqlite
expect_without 'not a regular file' /dev/null
cp stores/one.sqlite stores/later.sqlite
overwrite stores/later.sqlite 09 63
expect_without 'later version' stores/later.sqlite

cp stores/one.sqlite stores/cut.sqlite && truncate -s 5000 stores/cut.sqlite
expect_without 'it was set aside as stores/cut.sqlite.damaged-1' stores/cut.sqlite
run vtonmetrics store verify --store stores/cut.sqlite
expect_status 0
cp stores/one.sqlite stores/flipped.sqlite
overwrite stores/flipped.sqlite a5 150 397 # every row of features, wherever it lies
run vtonmetrics store verify --store stores/flipped.sqlite
expect_status 1
expect_stderr_has 'the store is damaged'
expect_without 'flipped.sqlite.damaged-1' stores/flipped.sqlite compare
expect_stderr_lacks 'damaged-2'
run vtonmetrics store verify --store stores/flipped.sqlite
expect_status 0

# ---- the user's own folder, and looking after it ----
mkdir home
own() { env -u VTONMETRICS_STORE XDG_CACHE_HOME="$scratch/home/cache" "$@"; }
run own vtonmetrics lpips image LADI "${L[@]}" --quiet
expect_files home/cache/vtonmetrics store.sqlite
run own vtonmetrics store info
expect_stdout_has 'whose hash is known'
echo rubbish >home/cache/vtonmetrics/store.sqlite
run own vtonmetrics lpips image LADI "${L[@]}"
expect_stderr_has 'store.sqlite.damaged-1, and a new one is created'
run own vtonmetrics store clear
expect_stdout_has ' rows dropped'
run vtonmetrics store prune --store stores/one.sqlite --max-size 0
expect_status 0
[ "$(rows stores/one.sqlite)" = 0 ] || complain 'all rows were to be dropped'
run vtonmetrics store prune --store stores/one.sqlite --max-size many
expect_error 2 "vtonmetrics store prune: 'many' is not a size: give bytes, or a number with K, M, G or T"
run vtonmetrics store verify --store nothing.sqlite
expect_error 3 'vtonmetrics store verify: nothing.sqlite: store not found'
run vtonmetrics store info
expect_status 3
expect_stderr_has 'VTONMETRICS_STORE turns it off'
VTONMETRICS_STORE_SIZE=huge run vtonmetrics lpips image LADI "${L[@]}" --store stores/size.sqlite
expect_stderr_has 'VTONMETRICS_STORE_SIZE'

# ---- a full disk and one that cannot be written to ----
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=300k none disk 2>/dev/null; then
  dd if=/dev/zero of=disk/filler bs=1k count=180 status=none
  expect_without 'warning: ' disk/store.sqlite compare
  mount -o remount,ro disk
  expect_without 'warning: ' disk/store.sqlite
  umount disk
else
  echo 'not tested: a full disk, which needs root and mount'
fi
