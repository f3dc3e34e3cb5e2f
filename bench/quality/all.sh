#!/usr/bin/env bash
# Makes every study that can be made here, runs each, keeps the raw lines in bench/runs/, and
# prints the table of bench/quality/README.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study
raw=$root/bench/runs/quality-$(date -u +%Y-%m-%d).jsonl
: >"$raw"
python3 "$root/bench/quality/make_studies.py" "$@" | while read -r folder; do
  "$root/bench/quality/run.sh" "$folder" | tee -a "$raw" >/dev/null
  echo "ran ${folder##*/}" >&2
done
python3 - "$raw" <<'PYTHON'
import json, sys
print("| study | holders | records | precision | recall | F1 | pairs compared | link s | peak MiB |")
print("|---|---|---|---|---|---|---|---|---|")
for line in open(sys.argv[1], encoding="utf-8"):
    r = json.loads(line)
    print(f"| {r['study']} | {r['holders']} | {r['records']:,} | {r['precision']:.4f} | "
          f"{r['recall']:.4f} | {r['f1']:.4f} | {r['pairs_compared']:,} | "
          f"{r['seconds']['link']:.1f} | {r['peak_bytes'] / 2**20:.0f} |")
PYTHON
