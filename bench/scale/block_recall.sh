#!/usr/bin/env bash
# What blocking loses: links two holders of N synthetic people each (50,000 unless given) by block
# tokens and by comparing every pair, and prints how many of the links of all pairs the blocks have.
# A pair's score does not depend on how it was found, so the blocks' links are among the others; but for a
# model that learns: above some 45,000 records it learns from the pairs that it compares, and two runs'
# weights differ a little.
#
#   bench/scale/block_recall.sh [N [western|japan]]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
records=${1:-50000}
style=${2:-western}
study=$root/build/scale/$style-$records
[ -f "$study/study.json" ] || python3 "$root/bench/scale/make_people.py" "$records" "$style" "$study"
"$root/scripts/setup.sh" >&2
"$root/scripts/build.sh" release musubi-holder musubi-unit musubi-study
programs=$root/build/release/cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$programs/musubi-study" contract new --template "${style/japan/japan-hospital}" -o "$work/contract.json" -q
"$programs/musubi-holder" secret new --contract "$work/contract.json" -o "$work/key" -q
"$programs/musubi-unit" init "$work/store" --contract "$work/contract.json" --no-passphrase -q
python3 - "$study/study.json" <<'PYTHON' | while read -r name file charset; do
import json, sys
for holder in json.load(open(sys.argv[1], encoding="utf-8"))["holders"]:
    print(holder["name"], holder["file"], holder["charset"])
PYTHON
  "$programs/musubi-holder" encode "$study/$file" --contract "$work/contract.json" --secret "$work/key" \
    --holder "$name" --id-column id --charset "$charset" -o "$work/$name.enc" \
    --refs "$work/$name.refs.csv" --rejects "$work/$name.rejects.csv" -q || [ $? -eq 1 ]
  "$programs/musubi-unit" import "$work/store" "$work/$name.enc" -q
done
cp -r "$work/store" "$work/other"
"$programs/musubi-unit" link "$work/store" --candidates blocks --json >"$work/blocks.json"
"$programs/musubi-unit" link "$work/other" --candidates all_pairs --json >"$work/all.json"
python3 - "$work/blocks.json" "$work/all.json" "$style" <<'PYTHON' |
import json, sys
blocks, every = (json.load(open(file, encoding="utf-8")) for file in sys.argv[1:3])
print(json.dumps({"benchmark": "block recall", "style": sys.argv[3], "records": every["records"],
                  "links_of_blocks": blocks["links"], "links_of_all_pairs": every["links"],
                  "recall": blocks["links"] / every["links"],
                  "pairs_of_blocks": blocks["pairs_compared"],
                  "all_pairs": every["pairs_compared"],
                  "compare_seconds": [blocks["stages"]["compare"], every["stages"]["compare"]]}))
PYTHON
  tee -a "$root/bench/runs/scale-$(date -u +%Y-%m-%d).jsonl"
