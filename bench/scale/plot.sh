#!/usr/bin/env bash
# Draws how the time of `link` grows with the records, from a file of raw runs of run.sh, into
# bench/scale/scale.svg: the last run of each size.
#
#   bench/scale/plot.sh bench/runs/scale-DATE.jsonl
#
# Makes an environment of its own in build/scale, into which pip installs Matplotlib.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64; }
root=$(cd "$(dirname "$0")/../.." && pwd)
environment=$root/build/scale/plot
if [ ! -x "$environment/bin/python" ]; then
  mkdir -p "$root/build/scale"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet matplotlib==3.10.3
fi
exec "$environment/bin/python" "$root/bench/scale/plot.py" "$1" "$root/bench/scale/scale.svg"
