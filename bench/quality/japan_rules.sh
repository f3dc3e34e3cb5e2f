#!/usr/bin/env bash
# What the rules for Japanese ways of writing are worth: one study of three holders, linked with
# them and with every value as written. Filters, weights and thresholds are the same. Prints one
# JSON line a run, then the difference.
#
#   bench/quality/japan_rules.sh [options of musubi-unit link]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
python3 "$here/make_studies.py" --only japan_rules >/dev/null
for rules in on off; do
  "$here/run.sh" "$root/build/quality/japan_rules_$rules" "$@" | tee -a "$lines"
done
python3 - "$lines" <<'PYTHON'
import json, sys
on, off = (json.loads(line) for line in open(sys.argv[1], encoding="utf-8"))
if "refused" in off:
    print(f"rules on: F1 {on['f1']:.4f}; off: refused, {off['refused']}")
else:
    parts = [f"{name} {on[name]:.4f} - {off[name]:.4f} = {on[name] - off[name]:+.4f}"
             for name in ("precision", "recall", "f1")]
    print("rules on - off: " + ", ".join(parts))
PYTHON
