#!/usr/bin/env bash
# Runs the standard's test kit, where it is at hand: all of level 2 and of level 3 must pass.
set -euo pipefail
kit="${JIAOJI_SHARED:-$(dirname "$0")/../../../shared}/data/dmn-tck"
if [ ! -d "$kit" ]; then
  echo "skipped: the DMN test kit is not at hand"
  exit 77
fi
"$1" "$kit/compliance-level-2"
"$1" "$kit/compliance-level-3"
"$1" "$kit" --rewrite
