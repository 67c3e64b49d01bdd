# DressCode: people and garments of one folder are told apart by the pair lists; a category, and all with one command.
. "$SOURCE_DIR/tests/cli/lib.sh"

# dc: of each category two people of the test set and two for training, with their garments. out: results of the former
seed=0 number=0
for category in dresses lower_body upper_body; do
  number=$((number + 1))
  mkdir -p "dc/$category/images" "out/$category" "people/$category"
  for i in 1 2 3 4; do
    id=0$((number * 10 + i))
    seed=$((seed + 10))
    make_image "dc/$category/images/${id}_0.ppm" $seed
    make_image "dc/$category/images/${id}_1.ppm" $((seed + 1))
    list=test_pairs_paired.txt
    [ $i -gt 2 ] && list=train_pairs.txt
    printf '%s_0.ppm\t%s_1.ppm\n' $id $id | tee -a "dc/$list" >>"dc/$category/$list"
    [ $i -gt 2 ] && continue
    make_image "out/$category/${id}_0.ppm" $((seed + 2))
    cp "dc/$category/images/${id}_0.ppm" "people/$category"
    mkdir -p flat people/all
    cp "out/$category/${id}_0.ppm" flat
    cp "dc/$category/images/${id}_0.ppm" people/all
  done
done
cp -r out other
cp other/dresses/*1_0.ppm other/dresses/$(cd other/dresses && ls *2_0.ppm)
remember
value() { vtonmetrics "$@" --value --quiet 2>/dev/null; }

for metric in 'lpips --size 64' 'fid --protocol alexnet'; do
  all=$(value $metric people/all flat)
  # one category, by its own folder or by its images: as with a folder of the people alone
  for category in dresses lower_body upper_body; do
    want=$(value $metric people/$category out/$category)
    for reference in dc/$category dc/$category/ dc/$category/images; do
      run vtonmetrics $metric $reference out/$category --value
      expect_status 0
      [ "$(cat "$stdout")" = "$want" ] || complain "$want was expected"
      expect_stderr_lacks 'no result'
      expect_stderr_lacks 'no photograph'
    done
  done
  # all three, in their folders and in one
  for results in out flat; do
    run vtonmetrics $metric dc $results --value
    expect_status 0
    [ "$(cat "$stdout")" = "$all" ] || complain "$all was expected"
    expect_stderr_lacks 'no result'
  done
  run vtonmetrics $metric dc out --format csv
  header=$(head -1 "$stdout")
  for category in dresses lower_body upper_body all; do
    grep -qE "(^|,)${category}_[^,_]*(,|\$)" <<<"$header" || complain "$category has a column"
  done
  want=$(value $metric people/lower_body out/lower_body)
  awk -F, -v want="$want" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^lower_body_[^_]*$/) c = i }
    NR == 2 { exit $c == want ? 0 : 1 }' "$stdout" || complain "lower_body: $want was expected"
done
run vtonmetrics lpips --size 64 dc out
expect_stdout_has 'Note: all: dc: the 6 people of the test set'"'"'s pair lists, of 24 images'
run vtonmetrics lpips --size 64 dc out --fail-above 0 --quiet
expect_status 1
run vtonmetrics fid --protocol alexnet dc out --all-images --value
[ "$(cat "$stdout")" = "$(value fid --protocol alexnet people/all flat)" ] || complain 'garments are no photographs'
run vtonmetrics fid --protocol alexnet dc --save-stats s.npz
expect_status 0
vtonmetrics fid --protocol alexnet people/all --save-stats p.npz --quiet >/dev/null
run vtonmetrics fid --protocol alexnet s.npz flat --value
[ "$(cat "$stdout")" = "$(value fid --protocol alexnet p.npz flat)" ] || complain 'statistics of all people'

run vtonmetrics compare --metrics lpips --size 64 dc out other --json
expect_status 0
[ "$(grep -c '"task":' "$stdout")" = 0 ] && [ "$(grep -cE '"name":.*"(dresses|lower_body|upper_body|all)"' "$stdout")" -ge 4 ] ||
  complain 'a task for each category and one for all'
run vtonmetrics compare --metrics lpips --size 64 dc out other --report rep --quiet
expect_status 0
expect_files rep all dresses lower_body upper_body
grep -q 'data:image' rep/all/report.html || complain 'the report shows pictures of the tree'
run vtonmetrics compare dc out --dry-run
expect_stdout_has 'of 6 people'

# results of the training set: the list says so
mkdir train
for f in dc/dresses/images/*[34]_0.ppm; do cp "$f" train/; done
run vtonmetrics lpips --size 64 dc/dresses train --match pairs:dc/dresses/train_pairs.txt
expect_status 0
expect_stdout_has '  train  '
! grep -q 'no result' "$stdout" || complain 'all have a result'
run vtonmetrics lpips --size 64 dc/dresses train
expect_status 3
expect_stderr_has "only the people are taken whom a list names, here by the test set's pair lists"
# without lists names tell people from garments
cp -r dc bare
find bare -name '*.txt' -delete
mkdir everybody
cp dc/*/images/*_0.ppm everybody
[ "$(value fid --protocol alexnet bare flat --all-images)" = "$(value fid --protocol alexnet everybody flat --all-images)" ] ||
  complain 'garments are no photographs here either'
run vtonmetrics lpips --size 64 bare flat
expect_stdout_has 'bare: the 12 people of the names that end in _0, of 24 images'
# pictures beside the folders of categories: which are meant?
cp -r out mixed
cp flat/011_0.ppm mixed
for tool in 'lpips --size 64' 'fid --protocol alexnet' 'compare --metrics lpips'; do
  run vtonmetrics $tool dc mixed
  expect_status 3
  expect_stderr_has 'mixed: holds 1 pictures itself and 6 in folders of categories'
done
# a folder of that name whose lists are of nothing in it is an ordinary folder
mkdir -p plain/images
cp people/all/* plain/images
printf 'x_0.ppm\ty_1.ppm\n' >plain/test_pairs_paired.txt
[ "$(value lpips --size 64 plain/images flat)" = "$(value lpips --size 64 people/all flat)" ] || complain 'an ordinary folder'
