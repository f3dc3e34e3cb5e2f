#!/usr/bin/env bash
# Audits clean synthetic people under five contracts, and prints what was found.
#
#   bench/privacy/run.sh [PEOPLE [SEED]]     5000 people, seed 1, unless given; --json: raw reports
#
# Exit code 1 where plain filters withstand an attack that must break them, or SAUL does not
# withstand what it must.
set -euo pipefail
cd "$(dirname "$0")/../.."

json=()
if [ "${1:-}" = --json ]; then
  json=(--json)
  shift
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -B data/generate_people.py --style western --persons "${1:-5000}" --holders 1 \
  --overlap 1 --errors 0 --seed "${2:-1}" -o "$folder/people" >&2
python3 -B bench/privacy/audits.py "$folder/people/hospital.csv" "${json[@]}"
