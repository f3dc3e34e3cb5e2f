#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test; ends with ctest's summary.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
echo "building build/release ..."
scripts/build.sh release
ctest --preset release
