# What Pillow makes of odd and damaged pictures, in tests/golden/corpus.txt, is what the Pillow that is installed says.
# golden.corpus holds the program to that table, without Pillow.
. "$SOURCE_DIR/tests/cli/lib.sh"
python=
for candidate in ${PYTHON:-} python3 /usr/bin/python3; do
  "$candidate" -c 'import PIL' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || skip 'no Python with Pillow to compare with ($PYTHON can name one)'
run "$python" "$SOURCE_DIR/scripts/golden/corpus.py" --check
[ "$status" != 77 ] || skip "$(cat "$stderr")"
expect_status 0
