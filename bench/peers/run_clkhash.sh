#!/usr/bin/env bash
# Encodes the same records with clkhash 0.18.3 and with musubi-holder encode-clks, compares the
# files byte for byte and times both, and musubi-holder encode with five filters of 512 bits too.
#
#   bench/peers/run_clkhash.sh [RECORDS [RUNS [SCHEMAS]]]
#
# 10,000 records, medians of 5 runs and 300 random schemas by default. First come the schemas.
#
# Makes an environment of its own in build/peers, into which pip installs clkhash: it is no
# dependency of anything else. Prints a table; the raw figures go to bench/runs/peers-DATE.jsonl.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
records=${1:-10000}
runs=${2:-5}
schemas=${3:-300}
environment=$root/build/peers/clkhash
if [ ! -x "$environment/bin/python" ]; then
  mkdir -p "$root/build/peers"
  python3 -m venv "$environment"
fi
"$environment/bin/python" -I -c 'import clkhash.clk' 2>/dev/null ||
  "$environment/bin/pip" install --quiet 'clkhash==0.18.3'
study=$root/build/peers/western-$records
if [ ! -f "$study/study.json" ]; then
  python3 "$root/data/generate_people.py" --style western --persons $((records * 10 / 6 + 1)) \
    --holders 2 --overlap 0.6 --seed 1 -o "$study" >&2
fi
programs=${MUSUBI_PROGRAMS:-$root/build/release/cli}
"$environment/bin/python" "$root/bench/peers/random_schemas.py" --schemas "$schemas" \
  --programs "$programs" --work "$root/build/peers"
exec "$environment/bin/python" "$root/bench/peers/compare_clkhash.py" --study "$study" \
  --records "$records" --runs "$runs" --programs "$programs" --work "$root/build/peers" \
  --log "$root/bench/runs/peers-$(date -u +%Y-%m-%d).jsonl"
