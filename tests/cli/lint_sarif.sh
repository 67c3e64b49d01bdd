# SARIF: one base for all paths, the working folder, which is the root of a CI server's checkout.
. "$SOURCE_DIR/tests/cli/lib.sh"
command -v python3 >/dev/null || skip 'no Python to read SARIF with'
repository="$scratch/мой проект"
mkdir -p "$repository/data/набор 1/image" "$repository/out/LADI"
cd "$repository" || exit 3
set="data/набор 1"
for i in 0 1 2; do make_image "$set/image/0000${i}_00.ppm" $i; done
: >"$set/image/пусто 1.jpg"
cp "$set/image/00000_00.ppm" out/LADI/00000_00.ppm # the photograph itself: about two files
: >out/LADI/00001_00.jpg
printf 'image/00000_00.ppm image\n' >"$set/test_pairs.txt"

cat >"$scratch/check.py" <<'P'
"""check.py SARIF FOLDER [OUTSIDE]: what SARIF 2.1.0 and GitHub ask for. Every location lies below FOLDER; with OUTSIDE some are
a file:// address. Prints those that are there."""
import json, os, re, sys, urllib.parse
log = json.load(open(sys.argv[1])); folder = sys.argv[2]; outside = 0
assert log['version'] == '2.1.0' and log['$schema'].startswith('https://') and len(log['runs']) == 1
run = log['runs'][0]
assert set(run) <= {'tool', 'originalUriBaseIds', 'results'}, set(run)
driver = run['tool']['driver']
rules = [rule['id'] for rule in driver['rules']]
assert driver['name'] and len(rules) == len(set(rules)) > 0
base = run['originalUriBaseIds']['%SRCROOT%']
assert set(base) == {'description'} and base['description']['text']
seen = set()
for result in run['results']:
    assert result['ruleId'] in rules and result['level'] in ('error', 'warning', 'note') and result['message']['text']
    assert len(result['locations']) == 1
    for location in result['locations'] + result.get('relatedLocations', []):
        artifact = location['physicalLocation']['artifactLocation']
        uri = artifact['uri']
        assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", uri) and '/../' not in uri and '//' not in uri.replace('file:///', ''), uri
        assert location['physicalLocation'].get('region', {}).get('startLine', 1) >= 1
        if uri.startswith('file:///'):
            assert 'uriBaseId' not in artifact
            path = urllib.parse.unquote(uri[7:]); outside += 1
        else:
            assert artifact['uriBaseId'] == '%SRCROOT%' and not uri.startswith(('/', '.')), uri
            path = os.path.join(folder, urllib.parse.unquote(uri)); seen.add(urllib.parse.unquote(uri))
        assert os.path.exists(os.path.dirname(path)), path # the file itself may be what is missing
if len(sys.argv) > 3: assert outside > 0
else: assert outside == 0, 'an address of this machine'
print('\n'.join(path for path in sorted(seen) if os.path.exists(os.path.join(folder, path))))
P
lint() { # lint ARGUMENTS: as SARIF, on standard output which files are spoken of
  run vtonmetrics-dataset-lint "$@" --format sarif --fail-on never
  expect_status 0
  cp "$stdout" "$scratch/log.sarif"
}
check() { run python3 "$scratch/check.py" "$scratch/log.sarif" "$@"; expect_status 0; }

lint "$set" --results out/LADI
check "$repository"
expect_stdout_has "$set/image/пусто 1.jpg"
expect_stdout_has 'out/LADI/00001_00.jpg'
expect_stdout_has "$set/image/00000_00.ppm"
cp "$stdout" "$scratch/expected"
! grep -qF "$scratch" "$scratch/log.sarif" || complain 'no path of this machine'
# however the folders are written
lint "./data//набор 1/" --results "$repository/out/../out/LADI/"
check "$repository"
cmp -s "$stdout" "$scratch/expected" || complain 'the same files with the paths written otherwise'
(cd "$set" && vtonmetrics-dataset-lint . --results "$repository/out/LADI" --format sarif --fail-on never) >"$scratch/log.sarif" 2>"$stderr"
check "$repository/$set" outside
expect_stdout_has 'image/пусто 1.jpg'
# results named as a folder of the dataset is: they are told apart
mkdir image && : >image/00002_00.jpg
lint "$set" --results image
check "$repository"
expect_stdout_has 'image/00002_00.jpg'
