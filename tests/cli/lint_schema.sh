# What dataset-lint and pairs-check print with --json is what their schemas in docs/schema promise; and these can refuse.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
python=
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || skip 'no Python with jsonschema 4 to read the schema with (Debian package python3-jsonschema)'

keep() { # keep NAME: the output of the last run
  [ "$status" -le 1 ] || complain "the run failed"
  cp "$stdout" "$1.json"
}
make_dataset viton-hd d 40
run vtonmetrics-dataset-lint --json d && keep lint-clean
rm d/test/cloth-mask/000[0-2]*.jpg
sed -i '2s/$/ upper/; 3s/ .*/ 99999_00.jpg/' d/test_pairs.txt
cp d/test/image/00005_00.jpg d/test/image/00006_00.jpg
mkdir results && make_picture rgb results/00001_00.png 40x40 1 && make_picture rgb results/nobody.png 48x64 2
run vtonmetrics-dataset-lint --json d --results results && keep lint-broken
run vtonmetrics-dataset-lint --json --quick --results results && keep lint-results
run vtonmetrics-pairs-check --json d --results results && keep pairs-broken
run vtonmetrics-pairs-check --json d --order garment-person && keep pairs-order
run vtonmetrics-pairs-check --json d/test/image results && keep pairs-folders
rm d/*.txt
run vtonmetrics-pairs-check --json d && keep pairs-none

command='the outputs against docs/schema'
"$python" - "$SOURCE_DIR/docs/schema" >"$stdout" 2>"$stderr" <<'PYTHON'
import copy, glob, json, sys
import jsonschema

validators = {}
for name, kind in ("dataset-lint", "lint"), ("pairs-check", "pairs"):
    schema = json.load(open(f"{sys.argv[1]}/{name}.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validators[kind] = jsonschema.Draft202012Validator(schema)
outputs = {name[:-5]: json.load(open(name)) for name in glob.glob("*.json")}
validator_of = lambda name: validators[name.split("-")[0]]

for name, output in outputs.items():
    for error in validator_of(name).iter_errors(output):
        print(name, "/".join(map(str, error.path)), error.message[:300])
for name, member in ("lint-broken", "more"), ("lint-broken", "other"), ("lint-broken", "line"), ("pairs-order", "order"):
    if f'"{member}"' not in json.dumps(outputs[name]):
        print(name, "was to show", member)

for name, statement in (
    ("lint-broken", 'output["schema"] = "vtonmetrics/dataset-lint/1"'),
    ("lint-broken", 'del output["findings"][0]["message"]'),
    ("lint-broken", 'output["findings"][0]["severity"] = "fatal"'),
    ("lint-broken", 'output["rules"][0]["count"] = 0'),
    ("lint-broken", 'output["findings"][0]["more"] = "a"'),
    ("lint-results", 'del output["dataset"]'),
    ("pairs-broken", 'output["schema"] = "vtonmetrics/pairs-check/1"'),
    ("pairs-broken", 'output["checks"][0]["findings"][0]["line"] = "2"'),
    ("pairs-broken", 'output["checks"][0]["results"][0].pop("missing")'),
    ("pairs-folders", 'output["checks"][0]["files"][0]["outcome"] = "unclear"'),
):
    output = copy.deepcopy(outputs[name])
    exec(statement)
    if validator_of(name).is_valid(output):
        print(name, "should be refused after", statement)
PYTHON
status=$?
expect_status 0
expect_no_stdout
expect_no_stderr
exit 0
