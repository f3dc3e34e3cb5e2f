#!/usr/bin/env bash
# Joins the same filters with join_bench, anonlink 0.15.3 and FAISS, checks that they find the same
# pairs and times them: exactly and by locality-sensitive hashing, at two thresholds, under two
# contracts.
#
#   bench/peers/run_joins.sh [RECORDS [RUNS]]     100,000 records, medians of 5 runs by default
#
# Makes an environment of its own in build/peers, into which pip installs the other programs: they
# are no dependency of anything else. Prints tables; raw figures go to bench/runs/joins-DATE.jsonl.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
records=${1:-100000}
runs=${2:-5}
packages=(anonlink==0.15.3 faiss-cpu==1.15.1 numpy==2.4.6)
environment=$root/build/peers/anonlink
if [ ! -x "$environment/bin/python" ]; then
  mkdir -p "$root/build/peers"
  python3 -m venv "$environment"
fi
"$environment/bin/python" -I -c 'import anonlink.similarities, faiss' 2>/dev/null ||
  "$environment/bin/pip" install --quiet "${packages[@]}"
study=$root/build/peers/japan-$records
if [ ! -f "$study/study.json" ]; then
  # The insurer between the two hears little of addresses.
  python3 "$root/bench/scale/make_people.py" "$records" japan "$study" --holders 3 --part 200000
fi
work=$root/build/peers/joins-$records
mkdir -p "$work"
exec "$environment/bin/python" "$root/bench/peers/compare_joins.py" --study "$study" \
  --runs "$runs" --programs "${MUSUBI_PROGRAMS:-$root/build/release/cli}" \
  --join-bench "${MUSUBI_JOIN_BENCH:-$root/build/release/bench/join_bench}" \
  --peers "${packages[*]}" --work "$work" --log "$root/bench/runs/joins-$(date -u +%Y-%m-%d).jsonl"
