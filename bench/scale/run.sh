#!/usr/bin/env bash
# Makes two holders of N synthetic people each and takes them through the main job: prints a line a
# stage with seconds and peak memory, the pairs compared, and the quality against the truth.
#
#   bench/scale/run.sh N [western|japan] [LINK OPTION...]     for instance: bench/scale/run.sh 100000
#
# People are made once and kept in build/scale (10,000,000 take 3 GB there, and the run 40 GB more
# in the folder for temporary files). Raw figures go to bench/runs/scale-DATE.jsonl.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64; }
root=$(cd "$(dirname "$0")/../.." && pwd)
records=$1
style=${2:-western}
study=$root/build/scale/$style-$records
[ -f "$study/study.json" ] || python3 "$root/bench/scale/make_people.py" "$records" "$style" "$study"
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study
"$root/build/release/cli/musubi-study" contract new --template "${style/japan/japan-hospital}" \
  -o "$study/contract.json" --force -q
"$root/bench/quality/run.sh" "$study" "${@:3}" |
  tee -a "$root/bench/runs/scale-$(date -u +%Y-%m-%d).jsonl" | python3 "$root/bench/scale/show.py"
