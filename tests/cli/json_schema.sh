# What fid, lpips and compare print with --json is what docs/schema/scores.json promises; and the schema can refuse.
. "$SOURCE_DIR/tests/cli/lib.sh"
python=
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || skip 'no Python with jsonschema 4 to read the schema with (Debian package python3-jsonschema)'

keep() { # keep NAME: standard output of the last run as NAME.json
  expect_status 0
  cp "$stdout" "$1.json"
}
make_folders 10 # with so many there are intervals
F=(--protocol alexnet)
L=(--size 64)
run vtonmetrics fid image LADI "${F[@]}" --json --quiet
keep fid
run vtonmetrics fid image LADI GAN "${F[@]}" --json --quiet --interval
keep fid-interval
run vtonmetrics lpips image LADI "${L[@]}" --json --quiet --interval
keep lpips
run vtonmetrics lpips image LADI GAN "${L[@]}" --json --quiet
keep lpips-models
vtonmetrics fid image --save-stats stats.npz "${F[@]}" >/dev/null
run vtonmetrics fid stats.npz LADI "${F[@]}" --json --quiet
keep saved
run vtonmetrics compare image LADI GAN "${F[@]}" "${L[@]}" --json --quiet
keep compare
run vtonmetrics compare image LADI --metrics lpips "${L[@]}" --no-interval --json --quiet
keep compare-one
cat >tasks.config <<'JSON'
{"tasks": {"full": {"reference": "image", "models": {"LADI": "LADI", "GAN": "GAN"}},
           "other": {"reference": "image", "models": {"GAN": "GAN"}}},
 "metrics": {"fid": {"protocol": "alexnet"}, "lpips": {"size": "64"}}, "seconds_per_image": {"GAN": 0.5}}
JSON
run vtonmetrics compare --config tasks.config --json --quiet
keep tasks
vtonmetrics compare image LADI "${F[@]}" "${L[@]}" --quiet --report report >/dev/null
cp report/scores.json report-scores.json

command='the outputs against docs/schema/scores.json'
"$python" - "$SOURCE_DIR/docs/schema/scores.json" >"$stdout" 2>"$stderr" <<'PYTHON'
import copy, glob, json, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
outputs = {name[:-5]: json.load(open(name)) for name in glob.glob("*.json")}

def show(title, scores):
    for error in validator.iter_errors(scores):
        print(title, error.message[:300])
        for inner in sorted(error.context or [], key=lambda e: -len(e.path))[:5]:
            print("  at", "/".join(map(str, inner.path)), inner.message[:200])

def changed(name, statement):
    scores = copy.deepcopy(outputs[name])
    exec(statement)
    return scores

for name, scores in outputs.items():
    show(name, scores)
for member, name in ("differences", "fid-interval"), ("influences", "fid-interval"), ("layers", "lpips"), ("tasks", "tasks"), ("made", "report-scores"):
    if f'"{member}"' not in json.dumps(outputs[name]):
        print(name, "was to show", member)

for name, statement in (
    ("fid", 'del scores["results"]'),
    ("fid", 'scores["value"] = "0.5"'),
    ("fid", 'scores["results"][0]["n_generated"] = 0'),
    ("fid", 'scores["schema"] = "vtonmetrics/1"'),
    ("report-scores", 'del scores["made"]["date"]'),
    ("fid-interval", 'del scores["differences"][0]["interval"]["low"]'),
    ("lpips", 'scores["pairs"][0]["layers"] = 3'),
    ("compare", 'del scores["metrics"][1]["ranking"]'),
    ("compare", 'scores["metrics"][0]["results"][0]["warnings"] = None'),
    ("tasks", 'scores["tasks"][0]["metrics"] = []'),
):
    if validator.is_valid(changed(name, statement)):
        print(name, "should be refused after", statement)

# Metrics and members of a later version are welcome.
show("later", changed("compare", 'scores["metrics"][0].update(metric="kid", later=1, terms={"mmd": 0.5})'))
show("later", changed("lpips", 'scores.update(metric="psnr"); scores["pairs"][0]["window"] = 11'))
PYTHON
status=$?
expect_status 0
expect_no_stdout
expect_no_stderr
