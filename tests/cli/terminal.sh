# Progress and colours: on a terminal only. script(1) provides the terminal.
. "$SOURCE_DIR/tests/cli/lib.sh"
command -v script >/dev/null || skip 'script(1) is not installed (Debian package bsdutils)'
script -qec true /dev/null >/dev/null 2>&1 </dev/null || skip 'no pseudo-terminal can be had here'
mkdir image LADI
make_image first.ppm 1
make_image second.ppm 2
# Enough that one thread of any processor is at it for several drawings of the bar.
pairs=200
is_sanitized && pairs=24
for i in $(seq $pairs); do
  ln first.ppm "image/$i.ppm"
  ln second.ppm "LADI/$i.ppm"
done
escape=$'\033'

on_terminal() { # on_terminal COMMAND: standard error on a terminal, standard output to a file
  command="$1 (on a terminal)"
  TERM=xterm script -qec "stty cols 100; $1 >'$stdout'" /dev/null >"$stderr" 2>&1 </dev/null
  status=$?
}

on_terminal 'vtonmetrics lpips image LADI --threads 1 --batch 4'
expect_status 0
expect_stderr_has "/$pairs"
expect_stderr_has '/s'
expect_stderr_has 'left'
drawn=$(tr '\r' '\n' <"$stderr" | grep -c "/$pairs")
[ "$drawn" -ge 1 ] || complain 'a bar should be drawn'
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
