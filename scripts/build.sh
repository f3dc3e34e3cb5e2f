#!/usr/bin/env bash
# Builds one preset (release unless named), all of it or the targets named, and prints nothing but
# errors.
#
#   scripts/build.sh [PRESET [TARGET...]]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
targets=("${@:2}")
log=build/$preset.log
mkdir -p build
build=(cmake --build --preset "$preset")
[ ${#targets[@]} -eq 0 ] || build+=(--target "${targets[@]}")
if ! { cmake --preset "$preset" && "${build[@]}"; } >"$log" 2>&1; then
  tail -n 60 "$log" >&2
  exit 1
fi
