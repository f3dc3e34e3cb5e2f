#!/usr/bin/env bash
# Takes a study folder through the released programs, from CSV to links.csv, and prints one JSON
# line: precision, recall and F1 over pairs (all, within and across holders), pairs compared,
# seconds per stage, peak memory.
#
#   bench/quality/run.sh FOLDER [options of musubi-unit link]
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 64; }
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -x "$root/build/release/cli/musubi-unit" ]; then
  "$root/scripts/setup.sh" >&2
  "$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study
fi
exec python3 "$root/bench/quality/run.py" "$@"
