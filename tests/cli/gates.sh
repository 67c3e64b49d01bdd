# What --fail-if-worse and its companions let pass, over made-up scores: a table of situations and the status of each.
. "$SOURCE_DIR/tests/cli/lib.sh"

# scores FILE [VARIABLE=VALUE ...]: scores of twenty people by LPIPS and FID, as compare --json writes them. Variables:
#   people, first    how many, from which number on
#   results          of each person
#   shift            added to each pair's value and to the distance
#   noise            added to every other pair, and taken from the others
#   ruined           the value of the first pair
#   models           their names
#   metrics          of lpips and fid
#   device, decoder, resize, influences=no, value (of all models, as text), task
scores() {
  local file=$1
  shift
  LC_ALL=C awk -v people=20 -v first=1 -v results=1 -v shift=0 -v noise=0 -v ruined= -v models=A -v metrics="lpips fid" \
    -v device="cpu avx2" -v decoder=libjpeg -v resize=none -v influences=yes -v value= -v task= "${@/#/-v}" '
    function number(v) { return v > 1e308 ? "1e999" : sprintf("%.17g", v) }
    function pair(p, r, v) { return sprintf("{\"name\": \"p%02d_%d\", \"person\": \"p%02d.jpg\", \"value\": %s}", p, r, p, number(v)) }
    function value_of(p, r, m) {
      if (ruined != "" && p == first && r == 1) return ruined + 0
      return 0.2 + 0.001 * ((p * 7) % 13) + 0.02 * m + shift + (p % 2 ? noise : -noise)
    }
    function row(name, m, metric,   p, r, list, n, sum, v, mean, own) {
      for (p = first; p < first + people; p++)
        for (r = 1; r <= results; r++) { v = value_of(p, r, m); sum += v; list = list (n++ ? ", " : "") pair(p, r, v) }
      mean = sum / n
      own = metric == "fid" ? 30 + 100 * shift : mean
      list = ""; n = 0
      for (p = first; p < first + people; p++)
        for (r = 1; r <= results; r++) {
          v = value_of(p, r, m)
          list = list (n++ ? ", " : "") pair(p, r, metric == "fid" ? (v - mean) * 10 : v)
        }
      if (value != "") own = value
      else own = sprintf("%.17g", own)
      return sprintf("{\"name\": \"%s\", \"value\": %s, \"n_reference\": %d, \"n_generated\": %d, \"generated\": \"%s\", %s \"warnings\": []}",
        name, own, people, n, name, metric == "fid" ? (influences == "yes" ? "\"interval\": {\"low\": 20, \"high\": 40, \"standard_error\": 5}, \"influences\": [" list "]," : "") \
                                                     : "\"pairs\": [" list "],")
    }
    BEGIN {
      count = split(models, model, " ")
      kinds = split(metrics, metric, " ")
      text = "{\"schema\": \"vtonmetrics/3\", "
      if (task != "") text = text "\"tasks\": [{\"name\": \"" task "\", "
      text = text "\"reference\": \"image\", \"notes\": [], \"metrics\": ["
      for (k = 1; k <= kinds; k++) {
        text = text (k > 1 ? ", " : "") sprintf("{\"metric\": \"%s\", \"label\": \"%s\", \"lower_is_better\": true, \"reference\": \"image\", ", metric[k], toupper(metric[k]))
        text = text sprintf("\"protocol\": {\"resize\": \"%s\", \"decoder\": \"%s\", \"device\": \"%s\"}, \"warnings\": [], \"notes\": [], \"results\": [", resize, decoder, device)
        for (m = 1; m <= count; m++) text = text (m > 1 ? ", " : "") row(model[m], m, metric[k])
        text = text "], \"ranking\": [], \"sentences\": []}"
      }
      print text "]" (task != "" ? "}]" : "") "}"
    }' >"$file"
}

situations=0
# gate STATUS TEXT [OPTION ...] -- the status of diff before.json now.json, and what it says (nothing: TEXT is -)
gate() {
  local status=$1 text=$2
  shift 2
  situations=$((situations + 1))
  local quiet=()
  if [ "$text" = - ]; then quiet=(--quiet); fi
  run vtonmetrics diff before.json now.json "$@" "${quiet[@]}" -o /dev/null
  expect_status "$status"
  if [ "$text" = - ]; then expect_no_stderr; else expect_stderr_has "$text"; fi
}
worse=--fail-if-worse

scores before.json
# ---- the same, better, worse
scores now.json
gate 0 - $worse
scores now.json shift=-0.05
gate 0 - $worse
scores now.json shift=0.05
gate 1 'A: LPIPS got worse by 0.05 [' $worse
gate 1 'A: FID got worse by 5 [' $worse
gate 0 -
gate 0 - $worse --tolerance lpips=0.06 --tolerance fid=6
gate 1 'A: FID got worse by 5, from 30 to 35; 4 is tolerated' $worse --tolerance lpips=0.06 --tolerance fid=4
gate 1 'LPIPS got worse by 0.05, from ' $worse --tolerance lpips=0.04 --tolerance fid=6
gate 0 - $worse --tolerance A:lpips=0.06 --tolerance A:fid=6
gate 3 'the limit B:lpips=0.06 is of no score that both runs have' $worse --tolerance B:lpips=0.06
gate 2 'X must be 0 or more' $worse --tolerance lpips=-1
gate 0 - $worse --tolerance lpips=0.01 --tolerance A:lpips=0.06 --tolerance fid=6
gate 1 'A: LPIPS got worse by 0.05, from' $worse --tolerance lpips=1 --tolerance A:lpips=0.01 --tolerance fid=6
gate 2 '--tolerance goes with --fail-if-worse' --tolerance lpips=1
gate 2 'METRIC=NUMBER or MODEL:METRIC=NUMBER is needed' $worse --tolerance lpips
gate 2 'METRIC=NUMBER or MODEL:METRIC=NUMBER is needed' $worse --tolerance lpips=inf
gate 2 'there is no metric of that name' $worse --tolerance A:lpip=1
# ---- within what chance may do
scores now.json noise=0.05 shift=0.004
gate 0 - $worse --tolerance fid=9
# ---- single pictures
scores now.json ruined=0.9
gate 0 - $worse --tolerance fid=9
gate 1 'A: LPIPS got worse for 1 of 20 results by more than 0.1: most for p01_1' --fail-if-image-worse lpips=0.1
gate 1 'most for p01_1, from 0.227 to 0.9' $worse --tolerance fid=9 --fail-if-image-worse lpips=0.1
gate 0 - --fail-if-image-worse lpips=0.7
gate 0 'warning: A: LPIPS passed, 0.2259 before' $worse --tolerance fid=9
gate 0 '1 of 20 results got worse, p01_1 most, by 0.673' --fail-if-image-worse lpips=0.7
gate 3 'the limit B:lpips=0.1 is of no score' --fail-if-image-worse B:lpips=0.1
gate 3 'the limit psnr=3 is of no score' --fail-if-image-worse psnr=3
gate 1 'for 1 of 20' --fail-if-image-worse lpips=1 --fail-if-image-worse A:lpips=0.1
gate 2 'fid scores sets of images' --fail-if-image-worse fid=1
# ---- what was scored before and is not now
scores before.json "models=A B"
scores now.json
gate 3 'B, LPIPS: was scored before and is not now' $worse
gate 3 'B, FID: was scored before and is not now' --fail-if-image-worse lpips=1
scores now.json "models=A B" metrics=lpips
gate 3 'FID: was scored before and is not now' $worse
scores now.json "models=A B C"
gate 0 - $worse
gate 0 'warning: C, LPIPS: was not scored before: nothing to hold it against' $worse
scores before.json metrics=lpips
scores now.json "metrics=lpips fid"
gate 0 - $worse
scores before.json task=full
scores now.json task=full
gate 0 - $worse
scores now.json task=color
gate 3 'full, the task: was scored before and is not now' $worse
scores now.json
gate 3 'full, the task: was scored before' $worse
scores before.json metrics=lpips
scores now.json metrics=fid
gate 3 'LPIPS: was scored before and is not now' $worse
# ---- other people
scores before.json metrics=lpips
scores now.json metrics=lpips people=12
gate 3 'A: LPIPS lacks 8 of the results that were scored before' $worse
scores now.json metrics=lpips people=30
gate 0 - $worse
gate 0 'A: LPIPS has 10 results that were not scored before: nothing to hold them against' $worse
scores now.json metrics=lpips first=15
gate 3 'lacks 14 of the results' $worse
scores now.json metrics=lpips first=15 shift=0.01
gate 3 'A: LPIPS cannot be decided: fewer than 10 people; --tolerance lpips=X' $worse
gate 3 'lacks 14 of the results' $worse --tolerance lpips=1
scores now.json metrics=lpips first=50
gate 3 'A: LPIPS cannot be compared with what it was: no person is in both' $worse
scores before.json metrics=fid
scores now.json metrics=fid people=12
gate 3 'A: FID cannot be compared with what it was: 20 photographs and 20 results before, 12 and 12 now' $worse
scores now.json metrics=fid first=5
gate 3 'the distances are of different people' $worse
scores now.json metrics=fid influences=no shift=0.01
gate 3 'the influence of each pair is not known to both' $worse
gate 0 - $worse --tolerance fid=2
scores now.json metrics=fid influences=no
gate 0 - $worse
# ---- few people: a change can't be told from chance, no change is no change
scores before.json metrics=lpips people=9
scores now.json metrics=lpips people=9
gate 0 - $worse
scores now.json metrics=lpips people=9 shift=0.1
gate 3 'cannot be decided: fewer than 10 people' $worse
gate 1 'got worse by 0.1' $worse --tolerance lpips=0.05
# ---- several results of a person are no more people
scores before.json metrics=lpips people=4 results=5
scores now.json metrics=lpips people=4 results=5 shift=0.1
gate 3 'cannot be decided: fewer than 10 people' $worse
# ---- computed otherwise
scores before.json
scores now.json "device=cpu avx512" shift=0.000001
gate 0 - $worse
scores now.json shift=0.000001
gate 1 'LPIPS got worse by 1e-06' $worse
scores now.json "device=cpu avx512" shift=0.05
gate 1 'LPIPS got worse by 0.05' $worse
scores now.json decoder=other shift=0.05
gate 3 'LPIPS cannot be decided: another decoder may have moved it as much' $worse
scores now.json decoder=other
gate 0 - $worse
scores now.json resize=256
gate 3 'A: LPIPS cannot be compared with what it was: resize differs' $worse
gate 3 'resize differs' $worse --tolerance lpips=1 --tolerance fid=9
# ---- what is no number
scores before.json metrics=fid value=null
scores now.json metrics=fid
gate 3 'A: FID cannot be compared with what it was: the earlier score is no number' $worse
gate 3 'the earlier score is no number' $worse --tolerance fid=9
scores before.json metrics=fid
scores now.json metrics=fid value=null
gate 3 'the later score is no number' $worse
scores before.json metrics=fid value=NaN
gate 3 'before.json: no valid JSON' $worse
scores before.json metrics=lpips ruined=1e999 value=1e999
scores now.json metrics=lpips
gate 3 'A: LPIPS cannot be compared with what it was: the earlier score is no number' $worse
# ---- a file that contradicts itself
scores before.json metrics=lpips value=0.1
scores now.json metrics=lpips
gate 3 'A: "value" is 0.1, but the mean of its pairs is ' $worse
sed 's/"lower_is_better": true/"lower_is_better": false/' now.json >before.json
gate 3 '"lower_is_better" is false, but lower scores of lpips are better' $worse
# ---- what cannot be decided outranks what is worse
scores before.json "models=A B"
scores now.json shift=0.05
gate 3 'A: LPIPS got worse by 0.05' $worse
[ "$situations" -ge 45 ] || complain "$situations situations"
