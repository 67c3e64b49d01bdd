# Datasets of every layout, VITON-HD at its real count, lint clean in each spelling.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH

check() { # check LAYOUT COUNT FILES [old]
  make_dataset "$1" d "$2" ${4:-} || complain "the dataset could not be made"
  run vtonmetrics-dataset-lint d
  expect_status 0
  expect_stdout_has "d: layout $1: "
  expect_stdout_has "$3 files in "
  expect_stdout_has "no findings"
  rm -rf d
}
check course 120 962
check viton-hd 2032 22362
check viton-hd 100 1112 old
check dresscode 100 2673
check viton 100 502
check viton 100 502 old
exit 0
