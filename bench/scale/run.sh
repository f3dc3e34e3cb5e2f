#!/usr/bin/env bash
# Makes two holders of N synthetic people each and takes them through the main job; prints a JSON
# line with seconds and peak memory per stage, and the quality against the truth.
#
#   bench/scale/run.sh N [western|japan]     for instance: bench/scale/run.sh 100000
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 64; }
root=$(cd "$(dirname "$0")/../.." && pwd)
records=$1
style=${2:-western}
study=$root/build/scale/$style-$records
if [ ! -f "$study/study.json" ]; then
  mkdir -p "$(dirname "$study")"
  # Each holder has six of ten persons of the population, so this makes N records a holder.
  python3 "$root/data/generate_people.py" --style "$style" --persons $((records * 10 / 6)) \
    --holders 2 --overlap 0.6 --seed 1 -o "$study" >&2
fi
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study
"$root/build/release/cli/musubi-study" contract new --template "${style/japan/japan-hospital}" -o "$study/contract.json" \
  --force -q
"$root/bench/quality/run.sh" "$study" | tee -a "$root/bench/runs/scale-$(date -u +%Y-%m-%d).jsonl"
