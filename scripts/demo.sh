#!/usr/bin/env bash
# The whole main job on the samples in data/: holders' CSV files become linked project IDs.
# Installs what is needed and builds first. Each role works in a folder of its own, and only what
# is copied between the folders leaves a role.
#
#   scripts/demo.sh [western|japan]
set -euo pipefail
cd "$(dirname "$0")/.."
style=${1:-western}
sample=data/samples/$style
template=${style/japan/japan-hospital}
[ -d "$sample" ] || { echo "usage: scripts/demo.sh [western|japan]" >&2; exit 64; }

scripts/setup.sh
echo "building build/release ..."
scripts/build.sh release musubi-holder musubi-unit musubi-study
PATH=$PWD/build/release/cli:$PATH
out=build/demo/$style
rm -rf "$out"
mkdir -p "$out"

role() { printf '\n== %s\n' "$*"; }
run() { printf '\n$ %s\n' "$*"; "$@"; }
# name, file and charset of each holder of the sample
holders() {
  python3 -c 'import json, sys
for h in json.load(open(sys.argv[1]))["holders"]: print(h["name"], h["file"], h["charset"])' \
    "$sample/study.json"
}

role "The study: one contract for all"
run musubi-study contract new --template "$template" -o "$out/contract.json"

first=
while read -r holder file charset; do
  mkdir -p "$out/$holder"
  role "Data holder $holder: people in, encodings out"
  if [ -z "$first" ]; then
    first=$holder
    run musubi-holder secret new --contract "$out/contract.json" -o "$out/$holder/study.key"
  else
    printf '\n(%s hands %s the secret in person; the unit never has it)\n' "$first" "$holder"
    cp -p "$out/$first/study.key" "$out/$holder/study.key"
  fi
  run musubi-holder encode "$sample/$file" --contract "$out/contract.json" \
    --secret "$out/$holder/study.key" --holder "$holder" --id-column id --charset "$charset" \
    -o "$out/$holder/$holder.enc" --refs "$out/$holder/$holder.refs.csv"
done < <(holders)

role "Linkage unit: encodings in, project ids out"
mkdir -p "$out/unit"
encodings=()
while read -r holder _; do
  cp "$out/$holder/$holder.enc" "$out/unit/"
  encodings+=("$out/unit/$holder.enc")
done < <(holders)
# Nobody is here to type a passphrase, and the people are made up: a real unit's key has one.
run musubi-unit init "$out/unit/store" --contract "$out/contract.json" --approvals 0 \
  --no-passphrase
run musubi-unit import "$out/unit/store" "${encodings[@]}"
run musubi-unit link "$out/unit/store"
run musubi-unit review list "$out/unit/store" --limit 5
run musubi-unit report "$out/unit/store" -o "$out/unit/report.html"
run musubi-unit project add "$out/unit/store" diabetes-2027
run musubi-unit release "$out/unit/store" --project diabetes-2027 -o "$out/unit/release"

links=()
while read -r holder _; do
  role "Data holder $holder: project ids for its own records"
  cp -p "$out/unit/release/$holder.map.csv" "$out/$holder/"
  run musubi-holder attach "$out/$holder/$holder.map.csv" --refs "$out/$holder/$holder.refs.csv" \
    -o "$out/$holder/links.csv"
  links+=("$out/$holder/links.csv")
done < <(holders)

role "How good is it? The samples are synthetic, so the truth is known"
run musubi-study evaluate --truth "$sample/truth.csv" "${links[@]}"

printf '\nA few lines of %s:\n' "${links[0]}"
head -n 4 "${links[0]}"
printf '\nEverything is in %s: one folder a role.\n' "$out"
