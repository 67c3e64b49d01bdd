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
