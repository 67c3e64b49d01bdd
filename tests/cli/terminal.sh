# Progress and colours: on a terminal only. script(1) provides the terminal.
. "$SOURCE_DIR/tests/cli/lib.sh"
command -v script >/dev/null || skip 'script(1) is not installed (Debian package bsdutils)'
script -qec true /dev/null >/dev/null 2>&1 </dev/null || skip 'no pseudo-terminal can be had here'
mkdir image LADI image-many LADI-many
make_image image/1.ppm 1
make_image LADI/1.ppm 2
# Enough that one thread of any processor is at it for several drawings of the bar, six a second.
pairs=120
is_sanitized && pairs=24
for i in $(seq $pairs); do
  ln image/1.ppm "image-many/$i.ppm"
  ln LADI/1.ppm "LADI-many/$i.ppm"
done
escape=$'\033'

on_terminal() { # on_terminal COMMAND: standard error on a terminal, standard output to a file
  command="$1 (on a terminal)"
  TERM=xterm script -qec "stty cols 100; $1 >'$stdout'" /dev/null >"$stderr" 2>&1 </dev/null
  status=$?
}

on_terminal 'vtonmetrics lpips image-many LADI-many --threads 1 --batch 4'
expect_status 0
# Whole bars, each further than the one before, for example: LPIPS  [###......]  40/200  61/s  0:03 left
tr '\r' '\n' <"$stderr" | sed "s/^$escape\[K//" |
  sed -nE "s|^[^ ]+( [^ ]+)*  \[#*\.*\]  ([0-9]+)/$pairs  [0-9.]+/s  [0-9]+:[0-9]{2} left\$|\2|p" >bars
[ "$(wc -l <bars)" -ge 2 ] || complain "a bar should be drawn several times, here $(wc -l <bars)"
sort -nu bars | cmp -s - bars || complain "the bar should grow with each drawing: $(tr '\n' ' ' <bars)"
# Nothing of it stays: the last thing written is the order to erase the line.
[ "$(tail -c 4 "$stderr" | tr -d '\r\n')" = "${escape}[K" ] || complain 'the bar should be erased at the end'
! grep -q "$escape" "$stdout" || complain 'no colours in a file'

on_terminal 'vtonmetrics lpips image LADI --quiet'
expect_status 0
expect_no_stderr
TERM=dumb run vtonmetrics lpips image LADI
expect_status 0
expect_no_stderr # not a terminal: no bar
! grep -q "$escape" "$stdout" || complain 'no colours in a file'
run vtonmetrics lpips image LADI --color always
grep -q "$escape" "$stdout" || complain 'colours were asked for'

TERM=xterm script -qec 'vtonmetrics lpips image LADI --quiet' /dev/null >"$stdout" 2>&1 </dev/null
grep -q "$escape" "$stdout" || complain 'colours on a terminal'
NO_COLOR=1 TERM=xterm script -qec 'vtonmetrics lpips image LADI --quiet' /dev/null >"$stdout" 2>&1 </dev/null
! grep -q "$escape" "$stdout" || complain 'NO_COLOR means no colours'
run vtonmetrics lpips image nowhere --color always
expect_stderr_has "$escape[1;31mvtonmetrics lpips: $escape[0mnowhere"

# ---- what comes last stays on the screen ----
make_image image/3.ppm 3
make_image LADI/3.ppm 4
on_screen() { # on_screen COMMAND: both on a terminal
  command="$1 (on a screen)"
  TERM=dumb script -qec "stty cols 100; $1" /dev/null </dev/null 2>&1 | tr -d '\r' >"$stdout"
  : >"$stderr"
}
count_lines() { grep -c "$1" "$stdout"; }
for tool in lpips 'compare --metrics lpips'; do
  on_screen "vtonmetrics $tool image LADI"
  [ "$(count_lines 'Computed with')" = 1 ] && [ "$(count_lines '^Computed with lpips-alex; .*-v tells all$')" = 1 ] ||
    complain 'one line of what it was computed with'
  tail -1 "$stdout" | grep -qE '^  LADI .*0\.[0-9]' || complain 'the scores come last'
  ! grep -q weights_sha256 "$stdout" || complain 'not all of it'
  on_screen "vtonmetrics $tool image LADI -v"
  [ "$(count_lines '^  weights_sha256 ')" = 1 ] || complain 'with -v all of it'
done
vtonmetrics lpips image LADI --json -o a.json
on_screen 'vtonmetrics diff a.json a.json'
tail -1 "$stdout" | grep -q 'LADI' || complain 'diff: the scores come last'
vtonmetrics lpips image LADI >file
grep -q '^  weights_sha256 ' file || complain 'a file has all'
sed -n 4p file | grep -q LADI || complain 'and the scores first'

# ---- what was written is said to who looks on, and to nobody else ----
wrote() { # wrote PATH COMMAND
  on_screen "$2"
  [ "$(count_lines ": wrote $1\$")" = 1 ] || complain "wrote $1"
  on_screen "$2 --quiet --force"
  on_screen "$2 --quiet"
  [ "$(count_lines '^vtonmetrics.*: wrote ')" = 0 ] || complain 'quiet'
}
wrote out.csv 'vtonmetrics lpips image LADI --format csv -o out.csv'
wrote pairs.csv 'vtonmetrics lpips image LADI --per-image pairs.csv'
wrote s.npz 'vtonmetrics fid --protocol alexnet image --save-stats s.npz'
wrote table.tex 'vtonmetrics compare --metrics lpips image LADI --format latex -o table.tex'
if ! vtonmetrics grid image LADI 2>&1 >/dev/null | grep -q 'built without'; then
  wrote grid.png 'vtonmetrics grid image LADI'
fi
on_screen 'vtonmetrics compare --metrics lpips image LADI --report rep'
[ "$(count_lines ': wrote rep/report.html$')" = 1 ] || complain 'the page of the report'
run vtonmetrics lpips image LADI --format csv -o out.csv
expect_no_stderr

# ---- many broken files are ten lines and a count ----
mkdir broken
for i in $(seq 1 23); do
  make_image "image/b$i.ppm" "$i"
  head -c 100 "image/b$i.ppm" >"broken/b$i.ppm"
done
cp LADI/*.ppm broken
run vtonmetrics lpips image broken
expect_status 3
[ "$(grep -c 'broken/b' "$stderr")" = 10 ] || complain 'ten files'
expect_stderr_has 'vtonmetrics lpips: and 13 more; -v names them'
run vtonmetrics lpips image broken -v
[ "$(grep -c 'lpips: broken/b[0-9]*.ppm: [^s]' "$stderr")" -ge 23 ] || complain 'all files'
for tool in lpips 'fid --protocol alexnet' 'compare --metrics lpips'; do
  run vtonmetrics $tool image broken --skip-broken --json --quiet
  expect_status 0
  [ "$(grep -o 'left out with its partner: broken/b[0-9]*.ppm' "$stdout" | sort -u | wc -l)" = 23 ] || complain 'JSON has all'
  [ "$(grep -c 'left out with its partner' "$stderr")" = 10 ] || complain 'not even --quiet hides that files are broken'
  expect_stderr_has 'warning: broken: 13 more are left out; -v names them'
done
on_screen 'vtonmetrics lpips image broken --skip-broken'
[ "$(count_lines 'left out with its partner')" = 10 ] || complain 'ten files on the screen'
[ "$(count_lines '13 more are left out; -v names them')" = 1 ] || complain 'and how many more'
run vtonmetrics lpips image broken --skip-broken
[ "$(count_lines 'left out with its partner')" = 23 ] || complain 'a file has all'
