#!/usr/bin/env bash
# A whole study on the western sample: keys, an application, its approval, an audit and its override,
# sealed encodings, linkage, a sealed release, the researcher's table, a person who leaves, an approval that is taken back, and what
# the audit log says of it all. Installs what is needed and builds first. Each role works in a folder of
# its own; "-->" is a file that is handed over.
#
#   scripts/demo_study.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
echo "building build/release ..."
scripts/build.sh release musubi-holder musubi-unit musubi-study
PATH=$PWD/build/release/cli:$PATH
sample=$PWD/data/samples/western
out=build/demo/study
rm -rf "$out"
mkdir -p "$out"/{hospital,insurer,unit,board,ethics,researcher}
cd "$out"

role() { printf '\n== %s\n' "$*"; }
run() { printf '\n$ %s\n' "$*"; "$@"; }
# Runs what must be refused.
refused() {
  printf '\n$ %s\n' "$*"
  ! "$@" || { echo "this should have been refused" >&2; exit 70; }
}
give() { # FILE FOLDER...
  for folder in "${@:2}"; do
    printf '%s --> %s\n' "$1" "$folder"
    cp "$1" "$folder/"
  done
}

role "Everyone makes a key; certificates go round, and their fingerprints are compared aloud"
# Nobody is here to type a passphrase, and the people are made up: real keys have one.
run musubi-holder keygen --name hospital -o hospital --no-passphrase
run musubi-holder keygen --name insurer -o insurer --no-passphrase -q
run musubi-unit keygen --name unit -o unit --no-passphrase -q
run musubi-study keygen --role review --name board -o board --no-passphrase -q
run musubi-study keygen --role review --name ethics -o ethics --no-passphrase -q
run musubi-study keygen --role researcher --name researcher -o researcher --no-passphrase -q
for party in hospital insurer unit board ethics researcher; do
  for other in hospital insurer unit board ethics researcher; do
    [ "$party" = "$other" ] || cp "$party/$party.crt" "$other/"
  done
done

role "The holders agree on a contract, and share a secret that the unit never has"
run musubi-study contract new --template western -o hospital/contract.json
give hospital/contract.json insurer unit board researcher
run musubi-holder secret new --contract hospital/contract.json -o hospital/study.secret
run musubi-holder secret wrap hospital/study.secret --contract hospital/contract.json \
  --sign hospital/hospital.key --to hospital/insurer.crt -o hospital/secret.pkg
give hospital/secret.pkg insurer
run musubi-holder secret unwrap insurer/secret.pkg --contract insurer/contract.json \
  --key insurer/insurer.key --trust insurer/hospital.crt -o insurer/study.secret

role "The researcher applies, and the review body approves"
run musubi-study apply --project stroke-2027 --purpose "Does early rehabilitation shorten care?" \
  --legal-basis "Act 28 of 2017" --contract researcher/contract.json \
  --holder hospital=diagnosis --holder insurer=costs --recipient researcher/researcher.crt \
  --environment "the university's closed room" --id-scope project --expires 2099-12-31 \
  -o researcher/stroke.json
give researcher/stroke.json board
run musubi-study approve board/stroke.json --key board/board.key --conflict-of-interest none \
  -o board/stroke.approved
give board/stroke.approved unit

role "Data holders: nothing leaves before its audit passed, and a sample is too small to pass"
seal() { # HOLDER: the words that seal its records to the unit, but for what lets them leave
  seal=(musubi-holder encode "$sample/$1.csv" --contract "$1/contract.json" --secret
    "$1/study.secret" --holder "$1" --id-column id --sign "$1/$1.key" --to "$1/unit.crt"
    -o "$1/$1.pkg" --refs "$1/refs.csv" -q)
}
for holder in hospital insurer; do
  run musubi-holder audit "$sample/$holder.csv" --contract "$holder/contract.json" \
    --secret "$holder/study.secret" --id-column id --sample 64 -o "$holder/$holder.audit" -q ||
    [ $? -eq 1 ] # it did not pass
  seal "$holder"
  refused "${seal[@]}" --audit "$holder/$holder.audit"
  give "$holder/$holder.audit" board
done

role "Two review bodies let them leave all the same, for the people are made up; the unit will log it"
for holder in hospital insurer; do
  run musubi-study override "board/$holder.audit" --holder "$holder" --reason "made-up people" \
    --expires "$(date -u -d '+30 days' +%F)" --key board/board.key -o "board/$holder.override-1" -q
  give "board/$holder.override-1" ethics "$holder"
  run musubi-study override "ethics/$holder.override-1" --key ethics/ethics.key \
    -o "ethics/$holder.override-2" -q
  give "ethics/$holder.override-2" "$holder"
done

role "Data holders: people in, sealed encodings out"
for holder in hospital insurer; do
  seal "$holder"
  run "${seal[@]}" --override "$holder/$holder.override-1" \
    --override "$holder/$holder.override-2" --trust "$holder/board.crt" \
    --trust "$holder/ethics.crt"
  give "$holder/$holder.pkg" unit
done

role "Linkage unit: nothing leaves it without the approval"
run musubi-unit init unit/store --contract unit/contract.json --no-passphrase \
  --trust unit/hospital.crt --trust unit/insurer.crt --trust unit/board.crt --trust unit/ethics.crt
run musubi-unit import unit/store unit/hospital.pkg unit/insurer.pkg --key unit/unit.key
run musubi-unit link unit/store
refused musubi-unit release unit/store --project stroke-2027 --key unit/unit.key -o unit/first
run musubi-unit project add unit/store unit/stroke.approved
run musubi-unit release unit/store --project stroke-2027 --key unit/unit.key -o unit/first
give unit/first/manifest.json researcher

# A holder's rows, from its own table: VARIABLE of each person.
rows() { # HOLDER VARIABLE
  awk -F, -v name="$2" 'NR == 1 {print "id," name; next} {print $1 "," (NR * 7919) % 97}' \
    "$sample/$1.csv" >"$1/rows.csv"
}

role "Data holders: their rows under project ids, sealed to the researcher past the unit"
rows hospital diagnosis
rows insurer costs
for holder in hospital insurer; do
  give "unit/first/$holder.map.pkg" "$holder"
  run musubi-holder attach "$holder/$holder.map.pkg" --refs "$holder/refs.csv" \
    --key "$holder/$holder.key" --trust "$holder/unit.crt" --trust "$holder/board.crt" \
    --payload "$holder/rows.csv" --id-column id --contract "$holder/contract.json" \
    --identifiers "$sample/$holder.csv" --to "$holder/researcher.crt" -o "$holder/rows-$holder.pkg"
  give "$holder/rows-$holder.pkg" researcher
done

role "Researcher: one table, checked against the unit's manifest"
run musubi-study open researcher/rows-hospital.pkg researcher/rows-insurer.pkg \
  --key researcher/researcher.key --trust researcher/hospital.crt --trust researcher/insurer.crt \
  --trust researcher/unit.crt --manifest researcher/manifest.json -o researcher/table.csv
run head -n 4 researcher/table.csv

role "A patient leaves: the hospital asks, the unit erases and gives a receipt"
printf 'id\n%s\n' "$(sed -n '2s/,.*//p' "$sample/hospital.csv")" >hospital/leaving.csv
run musubi-holder withdraw --ids hospital/leaving.csv --id-column id --refs hospital/refs.csv \
  --scope all --by patient --suppressed hospital/suppressed.csv \
  --contract hospital/contract.json --sign hospital/hospital.key --to hospital/unit.crt \
  -o hospital/leave.pkg
give hospital/leave.pkg unit
run musubi-unit withdraw unit/store unit/leave.pkg --key unit/unit.key -o unit/receipt.pkg
give unit/receipt.pkg hospital
run musubi-holder receipt hospital/receipt.pkg --key hospital/hospital.key \
  --trust hospital/unit.crt
run musubi-unit release unit/store --project stroke-2027 --key unit/unit.key \
  --to unit/researcher.crt -o unit/second

role "The review body takes its approval back, and no release is made any more"
run musubi-study revoke board/stroke.json --key board/board.key --conflict-of-interest none \
  --reason "the protocol was not kept" -o board/stroke.revoked
give board/stroke.revoked unit
run musubi-unit project revoke unit/store unit/stroke.revoked
refused musubi-unit release unit/store --project stroke-2027 --key unit/unit.key \
  --to unit/researcher.crt -o unit/third

role "What the unit did, and refused, is in a log that anyone can verify"
run musubi-unit log show unit/store
run musubi-unit log export unit/store --key unit/unit.key -o unit/log
cp -r unit/log board/
run musubi-unit log verify board/log --cert board/unit.crt

printf '\nEverything is in %s: one folder a role.\n' "$out"
