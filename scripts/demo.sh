#!/usr/bin/env bash
# demo.sh [--no-install]: installs what is missing, builds, and scores the three models of datasets/demo.
# $BUILD_DIR: another build folder than build/release.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  "") scripts/setup.sh build ;;
  --no-install) ;;
  *) echo "usage: scripts/demo.sh [--no-install]" >&2; exit 2 ;;
esac

build "$build_dir" release tools

cd datasets/demo
run() {
  printf '\n$ vtonmetrics %s\n' "$*"
  "$build_dir/bin/vtonmetrics" "$@"
}
run lpips image GAN LADI PROMPT
run fid --protocol alexnet image GAN LADI PROMPT

printf '\nFID itself needs the Inception weights (109 MB, once): vtonmetrics fid --fetch image GAN LADI PROMPT\n'
printf 'The programs are in %s\n' "$build_dir/bin"
