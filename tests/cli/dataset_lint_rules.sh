# Every rule has a fixture that triggers it, and it alone; without one this test fails. For each rule RULE a file
# in lint_fixtures/ has, with _ for -:
#   break_RULE       breaks the dataset d/ so that this rule finds something
#   also_RULE        other rules that cannot but find something as well
#   arguments_RULE   the command line in place of "d"
#   near_RULE        a change that looks like it, and must not trigger it; the whole dataset must not either
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
chmod 755 "$scratch"
for file in "$SOURCE_DIR"/tests/cli/lint_fixtures/*.sh; do . "$file"; done

lint() { # as an ordinary user: root reads what nobody may read
  if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chown -R 65534:65534 "$scratch"
    run setpriv --reuid=65534 --regid=65534 --clear-groups vtonmetrics-dataset-lint --json "$@"
  else
    run vtonmetrics-dataset-lint --json "$@"
  fi
}
found_rules() { sed -n 's/^\t*{*\t*"rule":\t"\([a-z0-9-]*\)".*/\1/p' "$stdout" | sort -u | tr '\n' ' '; }

make_dataset course whole 6
lint whole
[ "$status" = 0 ] || complain "the whole dataset should lint clean; found: $(found_rules)"

for rule in $(vtonmetrics-dataset-lint --list-rules | sed -n 's/^\([a-z0-9-]\+\) .*/\1/p'); do
  name=${rule//-/_}
  if ! declare -F "break_$name" >/dev/null; then
    command="break_$name"
    complain "the rule $rule has no fixture: write break_$name in tests/cli/lint_fixtures/"
    continue
  fi
  also=also_$name
  arguments=arguments_$name
  for change in break near; do
    declare -F "${change}_$name" >/dev/null || continue
    rm -rf d e e.jpg r
    cp -r whole d
    "${change}_$name" || complain "${change}_$name failed"
    # shellcheck disable=SC2086 # several words are meant
    lint ${!arguments:-d}
    [ "$status" -le 1 ] || complain "$rule: the run failed"
    case $change in
      break)
        expected=$(printf '%s\n' "$rule" ${!also:-} | sort -u | tr '\n' ' ')
        [ "$(found_rules)" = "$expected" ] || complain "$rule: '$(found_rules)' was found in place of '$expected'"
        ;;
      near) case " $(found_rules)" in *" $rule "*) complain "$rule: must not be found here" ;; esac ;;
    esac
    chmod -R u+rwX d 2>/dev/null
  done
done
exit 0
