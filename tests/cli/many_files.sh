# A folder of 100,000 files is listed and matched in a moment.
. "$SOURCE_DIR/tests/cli/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
mkdir many more
many_files many _00.jpg 100000 && many_files more _01.png 20000 || complain 'the files could not be made'
TIMEFORMAT=%U
{ time run vtonmetrics lpips many more; } 2>seconds
expect_status 3
expect_stderr_has 'many has 000001_00.jpg, 000002_00.jpg, 000003_00.jpg ... (100000 images); more has'
# Of the processor, so that a busy machine does not matter. What is quadratic takes minutes for so many.
limit=4
is_sanitized && limit=40
awk -v limit=$limit '{ exit !($1 < limit) }' seconds || complain "took $(cat seconds) s of a processor, more than $limit"
