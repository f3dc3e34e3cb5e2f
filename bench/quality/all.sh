#!/usr/bin/env bash
# Makes every study that can be made here, runs each and the same model on clear text, keeps the raw
# lines in bench/runs/, and prints the table of bench/quality/README.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study clear_text_bench
raw=$root/bench/runs/quality-$(date -u +%Y-%m-%d).jsonl
clear=$root/bench/runs/clear-text-$(date -u +%Y-%m-%d).jsonl
: >"$raw"
: >"$clear"
python3 "$root/bench/quality/make_studies.py" "$@" | while read -r folder; do
  "$root/bench/quality/run.sh" "$folder" | tee -a "$raw" >/dev/null
  if grep -q fellegi_sunter "$folder/contract.json"; then
    "$root/build/release/bench/clear_text_bench" "$folder" >>"$clear"
  fi
  echo "ran ${folder##*/}" >&2
done
python3 "$root/bench/quality/table.py" "$raw" "$clear"
