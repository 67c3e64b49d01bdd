#!/usr/bin/env bash
# make_readme_charts.sh: draws the charts of the README anew, from datasets/demo into datasets/charts.
# $BUILD_DIR: another build folder than build/release.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build "$build_dir" release vtonmetrics-compare
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
charts=$PWD/datasets/charts
mkdir -p "$charts"
cd datasets/demo
"$build_dir/bin/vtonmetrics-compare" image GAN LADI PROMPT --protocol alexnet --report "$scratch/report" >/dev/null
for metric in fid lpips; do
  cp "$scratch/report/$metric.png" "$charts/$metric.png"
done
ls -l "$charts"
