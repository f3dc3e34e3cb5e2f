#!/usr/bin/env bash
# Builds one preset (release unless named) and prints nothing but warnings and errors.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
log=build/$preset.log
mkdir -p build
if ! { cmake --preset "$preset" && cmake --build --preset "$preset"; } >"$log" 2>&1; then
  tail -n 60 "$log" >&2
  exit 1
fi
