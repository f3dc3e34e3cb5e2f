#!/usr/bin/env bash
# Searches for a contract of clean synthetic people, and prints the frontier of risk against F1.
#
#   bench/privacy/tune.sh western|japan [PEOPLE [SEED]] [-- OPTION...]
#
# 5000 people, seed 1, unless given; options are those of audit --tune, such as --errors none or
# --json.
set -euo pipefail
cd "$(dirname "$0")/../.."
holder=$PWD/build/release/cli/musubi-holder
study=$PWD/build/release/cli/musubi-study

style=$1
shift
people=5000
seed=1
if [ $# -gt 0 ] && [ "$1" != -- ]; then people=$1 && shift; fi
if [ $# -gt 0 ] && [ "$1" != -- ]; then seed=$1 && shift; fi
[ $# -eq 0 ] || shift
case $style in
  western) template=western ;;
  japan) template=japan-hospital ;;
  *) echo "tune.sh: western or japan" >&2 && exit 64 ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -B data/generate_people.py --style "$style" --persons "$people" --holders 1 --overlap 1 \
  --errors 0 --seed "$seed" -o "$folder/people" >&2
"$study" contract new --template "$template" -o "$folder/contract.json" -q
"$holder" secret new --contract "$folder/contract.json" -o "$folder/secret.key" -q
status=0
"$holder" audit "$folder/people/hospital.csv" --contract "$folder/contract.json" \
  --secret "$folder/secret.key" --id-column id --tune "$@" || status=$?
[ "$status" -le 1 ]
