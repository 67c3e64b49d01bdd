# The outputs that the pages show are what the programs print in datasets/demo: the same words, and the same numbers but for
# what another processor rounds.
source "$(dirname "$0")/lib.sh"

# blocks PAGE: writes each "$ vtonmetrics METRIC ..." of the page with the output shown below it to block.1, block.2, ...
blocks() {
  rm -f block.*
  awk '/^```/ { file = "" ; inside = !inside; next }
       inside && /^\$ / { file = /^\$ vtonmetrics (fid|kid|lpips|psnr|mse|compare) / ? "block." ++count : "" }
       file != "" { print > file }' "$1"
}

# agree SHOWN PRINTED: the lines of SHOWN begin PRINTED. A number may be off by one in its last digit, or by 2.4e-5 of itself.
agree() {
  awk 'function number(text) { return text ~ /^-?[0-9]+(\.[0-9]+)?$/ }
       function unit(text) { return index(text, ".") ? 10 ^ -(length(text) - index(text, ".")) : 1 }
       { gsub(/[][(),:;]/, " & ") }
       NR == FNR { shown[FNR] = $0; lines = FNR; next }
       FNR <= lines {
         compared++
         fields = split(shown[FNR], a)
         bad = fields != NF
         for (i = 1; i <= NF && !bad; i++) {
           off = a[i] - $i
           if (off < 0) off = -off
           size = $i < 0 ? -$i : $i
           bad = number(a[i]) && number($i) ? off > 1.01 * unit(a[i]) + 2.4e-5 * size : a[i] != $i
         }
         if (bad) { print "shown:   " shown[FNR]; print "printed: " $0; wrong = 1 }
       }
       END { exit wrong || compared != lines }' "$1" "$2"
}

checked=0
for page in "$SOURCE_DIR"/README.md "$SOURCE_DIR"/docs/statistics.md; do
  blocks "$page"
  for block in block.*; do
    [ -e "$block" ] || { complain "${page#"$SOURCE_DIR"/} shows no output"; continue; }
    command=$(head -1 "$block" | sed 's/^\$ //')
    tail -n +2 "$block" | sed '$ { /^$/d }' >shown
    # shellcheck disable=SC2086 # the page's command line has no quotes
    (cd "$SOURCE_DIR/datasets/demo" && $command) >"$stdout" 2>"$stderr"
    status=$?
    expect_status 0
    agree shown "$stdout" >differences || { complain "${page#"$SOURCE_DIR"/} shows what is not printed" && cat differences; }
    checked=$((checked + 1))
  done
done
[ $checked = 4 ] || complain "four outputs are shown, $checked were found"
