# --interval of fid and lpips: what the formats say of it, and that it changes no value.
source "$(dirname "$0")/lib.sh"
for folder in image GAN LADI PROMPT; do # half of the demo: twelve people
  mkdir -p "demo/$folder"
  cp "$SOURCE_DIR/datasets/demo/$folder"/000{01..12}_00.* "demo/$folder"
done
demo=demo
export VTONMETRICS_STORE=$scratch/store.db
lpips=(vtonmetrics-lpips "$demo/image" "$demo/GAN" "$demo/PROMPT")
fid=(vtonmetrics-fid --protocol alexnet "$demo/image" "$demo/LADI" "$demo/PROMPT")

lacks() { # lacks TEXT: not on standard output
  ! grep -qF -- "$1" "$stdout" || complain "standard output should not contain: $1"
}

run "${lpips[@]}"
lacks '['
lacks 'interval'
run "${lpips[@]}" --json
lacks '"interval"'
lacks '"differences"'

run "${lpips[@]}" --interval
expect_status 0
grep -Eq '^  GAN +0\.26[0-9]{2} \[0\.22[0-9]{2}, 0\.30[0-9]{2}\] ' "$stdout" || complain "a value with its interval was expected"
expect_stdout_has 'PROMPT is ahead of GAN by 0.201 [0.1'
expect_stdout_has '(p < 0.001)'
expect_stdout_has "95 %, Student's t over people, wider on the side of a long tail"
lacks 'of the variance of'

run "${fid[@]}" --interval
expect_status 0
grep -Eq "^  LADI +3\.8[0-9] \[[0-9.]+, [0-9.]+\] " "$stdout" || complain "a value with its interval was expected"
expect_stdout_has "PROMPT and LADI are tied on 12 people (LADI minus PROMPT: 1.3 [-"
expect_stdout_has 'infinitesimal jackknife, wider on the side of a long tail'

# One destroyed result of twenty-four makes the variance: it is named, in all formats.
mkdir destroyed
cp "$SOURCE_DIR"/datasets/demo/PROMPT/* destroyed
rm destroyed/00013_00.jpg
cp "$SOURCE_DIR"/datasets/demo/GAN/00001_00.png destroyed/00013_00.png
for format in text json markdown; do
  run vtonmetrics-lpips "$SOURCE_DIR/datasets/demo/image" destroyed --interval --format $format
  expect_status 0
  expect_stdout_has '1 of 24 people carries 8'
  expect_stdout_has '% of the variance of LPIPS(alex) (00013'
done

# the same bits whatever the threads and the batch, and no other value than without intervals
bits() { # bits COMMAND...: what the JSON says, but for the intervals when --interval is not given
  run "$@" --json
  expect_status 0
  cp "$stdout" "$scratch/bits.json"
}
for command in lpips fid; do
  declare -n words=$command
  bits "${words[@]}" --interval --threads 1
  cp bits.json expected.json
  bits "${words[@]}" --interval --threads 3 --batch 5 --no-store
  cmp -s bits.json expected.json || complain "$command: threads change something"
  run "${words[@]}" --value
  cp "$stdout" values
  run "${words[@]}" --value --interval
  cmp -s values "$stdout" || complain "$command: --interval changes a value"
done
bits "${lpips[@]}" --interval --seed 2
grep -q '"differences"' bits.json || complain "differences were expected"
run "${lpips[@]}" --interval --seed x
expect_error 2 "vtonmetrics lpips: --seed x: a whole number is needed"

# saved features do as well as images, saved statistics have no interval
run vtonmetrics-fid --protocol alexnet "$demo/image" --save-stats stats.npz --save-features rows.npz
expect_status 0
run "${fid[@]}" --interval --value
cp "$stdout" values
run vtonmetrics-fid --protocol alexnet rows.npz "$demo/LADI" "$demo/PROMPT" --interval --value
cmp -s values "$stdout" || complain "features give another value than images"
run vtonmetrics-fid --protocol alexnet stats.npz "$demo/LADI" --interval
expect_status 0
expect_stdout_has 'LADI: no interval: stats.npz holds statistics, an interval needs images or their features'
lacks 'tied'

# One result of each person against two: FID falls with their number, so the difference is of one each, drawn by seed.
mkdir once twice
for name in "$demo"/LADI/*; do
  stem=$(basename "${name%.*}")
  cp "$name" "once/${stem}__${stem}_1.jpg"
  cp "$name" "twice/${stem}__${stem}_1.jpg"
  cp "$name" "twice/${stem}__${stem}_2.jpg"
done
run vtonmetrics-fid --protocol alexnet "$demo/image" once twice --interval --no-lint
expect_status 0
expect_stdout_has 'once and twice: unlike numbers of results, on which FD(alexnet) depends: their difference is of equal numbers'
expect_stdout_has 'twice and once have the same value on the people, and equal numbers of results, that both have'
run vtonmetrics-fid --protocol alexnet "$demo/image" once twice --interval --no-lint --all-images
expect_stdout_has 'cannot be compared: of unlike numbers of images, on which the value depends'
run vtonmetrics-lpips "$demo/image" once twice --interval --no-lint
expect_stdout_has 'once and twice have the same value'

# Where results are drawn the mean of many draws is taken, so that the seed hardly matters.
mkdir mixed
for name in "$demo"/LADI/*; do
  stem=$(basename "${name%.*}")
  cp "$name" "mixed/${stem}__${stem}_1.jpg"
  cp "$demo"/PROMPT/"$stem".* "mixed/${stem}__${stem}_2.jpg"
done
for seed in 1 2; do
  run vtonmetrics-fid --protocol alexnet "$demo/image" once mixed --interval --no-lint --seed $seed --json
  expect_status 0
  grep -A12 '"differences"' "$stdout" | grep -oE '"(value|low|high)":[[:space:]]*[-0-9.e]+' | grep -oE '[-0-9.e]+$' >"seed$seed"
done
paste seed1 seed2 | awk 'NR == 1 { apart = $1 - $2 } NR == 2 { low = $1 } NR == 3 { exit !(apart * apart > 0 && apart * apart < 0.04 * ($1 - low) * ($1 - low)) }' ||
  complain "seeds differ by more than a fifth of the interval: $(paste seed1 seed2 | tr '\n' ' ')"
