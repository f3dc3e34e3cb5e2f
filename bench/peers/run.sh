#!/usr/bin/env bash
# Runs every comparison with other programs, one after another.
#
#   bench/peers/run.sh [RECORDS [RUNS]]     each with its own defaults
set -euo pipefail
here=$(dirname "$0")
"$here/run_clkhash.sh" "$@"
"$here/run_joins.sh" "$@"
