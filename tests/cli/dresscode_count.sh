# DressCode with as many people as published, 5,400 for testing and 48,392 for training in three categories: clean, and one
# fault in each category is found and nothing else. Without an argument a sixtieth of them; "slow" has all.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
tests=${1:-30}
make_dataset dresscode d "$tests" full
people=$(ls d/*/images | grep -c _0.jpg)
[ "$tests" != 1800 ] || [ "$people" = 53792 ] || complain "53,792 people were expected, not $people"
for mode in '' --quick; do
  run vtonmetrics-dataset-lint d $mode
  expect_status 0
  expect_stdout_has "$((people * 8 + 12)) files in "
  expect_stdout_has 'no findings'
done
run vtonmetrics-pairs-check d
expect_status 0
rm d/dresses/skeletons/00003_5.jpg
last=$(ls d/lower_body/images | grep _1.jpg | tail -n 1)
: >"d/lower_body/images/$last"
sed -i '2s/$/ 0/' d/upper_body/train_pairs.txt
run vtonmetrics-dataset-lint d --json
expect_status 1
[ "$(grep -c '"rule":' "$stdout")" = 3 ] || complain 'three findings were expected'
expect_stdout_has 'dresses/images/00003_0.jpg'
expect_stdout_has "lower_body/images/$last"
expect_stdout_has 'upper_body/train_pairs.txt'
exit 0
