#!/usr/bin/env bash
# An officer's inbox and list of cases over HTTP, beside so many open cases and as many closed ones of the same procedure. Cold: the first
# call after a start, which also reads how long closed cases took.   bench/inbox.sh JIAOJI_BINARY CASES_BENCH [CASES]
set -euo pipefail
binary="$1" cases="${3:-100000}"
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$folder"' EXIT
port=18434 base=http://127.0.0.1:18434/api/v1
"$binary" sample --data "$folder/data" --listings 0 --seed 1 -q
"$2" into "$folder/data" "$cases"
"$binary" serve --data "$folder/data" --port $port --calls-a-minute 0 --log none -q 2> /dev/null &
for _ in $(seq 300); do curl -sf "localhost:$port/health/ready" > /dev/null && break; sleep 0.1; done
curl -sf -o /dev/null -c "$folder/jar" -H 'content-type: application/json' -d '{"login":"officer-jinan","password":"jiaoji-sample-2026"}' "$base/session"
cookie=$(awk '/session/ {print $6 "=" $7}' "$folder/jar")
ask() {
  local name="$1" path="$2" cold warm
  cold=$(curl -sf -o /dev/null -w '%{time_total}' -H "cookie: $cookie" "$base/$path" | awk '{printf "%.1f", $1 * 1000}')
  warm=$(for clients in 1 8; do
    wrk -t1 -c$clients -d5s --timeout 10s --latency -H "cookie: $cookie" "$base/$path" | awk -v c=$clients '/Requests\/sec/ {r = $2} / 50%/ {m = $2} / 99%/ {p = $2} /Non-2xx/ {bad = " (" $0 ")"} END {printf ", %d client%s median %s p99 %s%s", c, (c > 1 ? "s" : ""), m, p, bad}'
  done)
  echo "cases over HTTP, $cases open and $cases closed, $name: first call $cold ms$warm"
}
ask "first page of the inbox (goal: p99 50 ms)" "tasks?limit=50"
ask "first page of the cases" "cases?limit=50"
ask "cases by a word that none has" "cases?limit=50&q=nowhere"
