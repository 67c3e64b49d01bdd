# Datasets of every layout, VITON-HD at its real count, lint clean in each spelling.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH

check() { # check LAYOUT COUNT FILES [old|extras]
  make_dataset "$1" d "$2" ${4:-} || complain "the dataset could not be made"
  run vtonmetrics-dataset-lint d
  expect_status 0
  expect_stdout_has "d: layout $1: "
  expect_stdout_has "$3 files in "
  expect_stdout_has "no findings"
  case $1 in viton-hd | dresscode) check_pairs ;; esac
  rm -rf d
}
check_pairs() {
  run vtonmetrics-pairs-check d
  expect_status 0
  expect_stdout_has "no findings"
  ! grep -qE '[0-9]+ finding' "$stdout" || complain "pairs-check should find nothing"
}
check course 120 962
check viton-hd 2032 22362
check viton-hd 100 1112 old
check dresscode 100 2676
check viton-hd 20 518 extras
check dresscode 20 864 extras
check viton 100 502
check viton 100 502 old
exit 0
