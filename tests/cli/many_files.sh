# A folder of 100,000 files is listed and matched in a moment.
. "$SOURCE_DIR/tests/cli/lib.sh"
mkdir many more
(cd many && seq -f '%06.0f_00.jpg' 100000 | xargs touch)
(cd more && seq -f '%06.0f_01.png' 100000 | xargs touch)
start=$(date +%s)
run vtonmetrics lpips many more
end=$(date +%s)
expect_status 3
expect_stderr_has 'many has 000001_00.jpg, 000002_00.jpg, 000003_00.jpg ... (100000 images); more has'
# A quadratic match takes minutes; sanitizers and a busy machine take a while too.
[ $((end - start)) -le 60 ] || complain "took $((end - start)) seconds"
