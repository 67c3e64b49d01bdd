# Too little memory is an error like any other.
. "$SOURCE_DIR/tests/cli/lib.sh"
is_sanitized && skip 'sanitizers need the address space that this test takes away'
make_folders 2

succeeded=no
# KiB: too little for the libraries, the weights, what is packed of them, the maps; and enough.
for limit in 30000 85000 95000 160000 3000000; do
  command="ulimit -v $limit; vtonmetrics lpips"
  (ulimit -v $limit && exec timeout 60 "$BIN_DIR/vtonmetrics-lpips" image LADI --value --size 64 --threads 1 -o out.txt) >"$stdout" 2>"$stderr"
  status=$?
  expect_no_stdout
  case $status in
    0) succeeded=yes && rm out.txt ;;
    3) expect_stderr_has 'vtonmetrics lpips: ' ;;
    127) ;; # the libraries themselves could not be loaded
    130) expect_stderr_has 'OpenBLAS blas_thread_init' ;; # nor started: it ends the program before ours begins
    *) complain 'success or status 3 was expected' ;;
  esac
  expect_files . .stderr .stdout GAN LADI image
done
[ $succeeded = yes ] || complain 'the last limit is enough'
