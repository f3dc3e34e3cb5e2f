#!/usr/bin/env bash
# Runs the fuzz targets with libFuzzer, each a number of times, and prints what each ran and found.
#
#   scripts/fuzz.sh [--fast] [RUNS [TARGET...]]    10,000,000 runs of every target unless named
#
# Inputs are up to 200 bytes long, or as long as the longest of the target's corpus.
#
# With AddressSanitizer and UndefinedBehaviorSanitizer, or with --fast without them, which runs some
# ten times as often. Inputs that reach new code are kept in build/PRESET/found/TARGET; what fails is
# left there too, and the exit status is 1.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=fuzz
if [ "${1:-}" = "--fast" ]; then
  preset=fuzz-fast
  shift
fi
runs=${1:-10000000}
targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cc; do
    name=${source##*/}
    targets+=("${name%_fuzz.cc}")
  done
fi
scripts/setup.sh --dev
scripts/build.sh "$preset" "${targets[@]/%/_fuzz}"
# libFuzzer's entropic schedule, off here, spends nine tenths of the time on choosing what to mutate.
failed=0
for target in "${targets[@]}"; do
  found=build/$preset/found/$target
  mkdir -p "$found"
  log=build/$preset/$target.log
  longest=$(find "tests/fuzz/corpus/$target" -type f -printf '%s\n' | sort -n | tail -n 1)
  most=$((longest > 200 ? longest : 200))
  if build/$preset/tests/fuzz/${target}_fuzz "$found" "tests/fuzz/corpus/$target" \
    -runs="$runs" -max_len="$most" -entropic=0 -print_final_stats=1 -artifact_prefix="$found/" \
    >"$log" 2>&1; then
    result="no finding"
  else
    result="FAILED: see $log"
    failed=1
  fi
  printf '%-16s %12s runs %8s a second  %s\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")" "$result"
done
exit $failed
