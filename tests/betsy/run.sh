#!/usr/bin/env bash
# Runs the suite of executable BPMN, where it is at hand: every supported case must pass.
set -euo pipefail
suite="${JIAOJI_SHARED:-$(dirname "$0")/../../../shared}/data/betsy-bpmn"
if [ ! -d "$suite" ]; then
  echo "skipped: the suite of executable BPMN is not at hand"
  exit 77
fi
"$1" "$suite" "$suite/expected.json"
