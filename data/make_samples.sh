#!/usr/bin/env bash
# Makes the small samples again, into data/samples or the folder given.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="${1:-$here/samples}"
python="${PYTHON:-python3}"
export PYTHONDONTWRITEBYTECODE=1

make_sample() {
  local name="$1"
  shift
  echo "+ generate_people.py $* -o $out/$name"
  "$python" "$here/generate_people.py" "$@" -o "$out/$name" --force
}

make_sample western --style western --persons 600 --holders 2 --seed 1 --overlap 0.65
make_sample japan --style japan --persons 300 --holders 3 --seed 7
