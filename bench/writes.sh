#!/usr/bin/env bash
# Durable listing writes over HTTP: 64 clients post listings, each answer after its sync; and 100,000 listings in one import.
#   bench/writes.sh JIAOJI_BINARY
set -euo pipefail
binary="$1"
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$folder"' EXIT
port=18433 base=http://127.0.0.1:18433/api/v1
"$binary" sample --data "$folder/data" --listings 0 --seed 1 -q
"$binary" serve --data "$folder/data" --port $port --calls-a-minute 0 --log none -q 2> /dev/null &
for _ in $(seq 100); do curl -sf "localhost:$port/health/ready" > /dev/null && break; sleep 0.1; done
json() { python3 -c "import json,sys; print(json.load(sys.stdin)$1)"; }
session=$(curl -sf -c "$folder/jar" -H 'content-type: application/json' -d '{"login":"firm-qingdao","password":"jiaoji-sample-2026"}' "$base/session")
party=$(json "['account']['party']" <<< "$session")
token=$(curl -sf -b "$folder/jar" -H "x-csrf-token: $(json "['csrf_token']" <<< "$session")" -H 'content-type: application/json' -d '{"name":"bench"}' "$base/tokens" | json "['secret']")
cat > "$folder/post.lua" <<LUA
local n = 0
local salt = math.random(1e9)
request = function()
  n = n + 1
  return wrk.format("POST", "/api/v1/listings", { ["authorization"] = "Bearer $token", ["content-type"] = "application/json" },
    '{"program":"supply-demand","side":"offer","party":"$party","title":"曲轴锻件 ' .. n .. '","text":"42CrMo 曲轴锻件，调质，动平衡，可先打样；编号 ' .. n .. '","codes":["3670"],"fields":{"capacity":5000,"price":120.5,"lead_days":30}}')
end
local bad = 0
response = function(status) if status ~= 201 then bad = bad + 1; if bad < 3 then io.stderr:write("status " .. status .. "\n") end end end
LUA
rate=$(wrk -t1 -c64 -d8s --latency -s "$folder/post.lua" "http://127.0.0.1:$port" | awk '/Requests\/sec/ {r = $2} / 99%/ {p = $2} END {print r "/s, p99 " p}')
echo "writes: durable listings over HTTP, 64 clients on the same cores: $rate (goal 3,000/s)"

{ echo 单位,编号,标题,说明,行业代码,月产能（件）,参考单价（元）,交期（天）
  awk -v p="$party" 'BEGIN { for (n = 0; n < 100000; ++n) printf "%s,批-%d,曲轴锻件 %d,42CrMo 曲轴锻件，调质，动平衡，直径 %d mm，可先打样；适用于船用柴油机与重型卡车，按图加工，来样定制；编号 %d,3670,%d,%d.50,%d\n", p, n, n, n % 900, n, n % 9000 + 1, n % 500 + 1, n % 90 + 1 }'
} > "$folder/listings.csv"
began=$(date +%s.%N)
job=$(curl -sf -H "Authorization: Bearer $token" -H 'content-type: text/csv' --data-binary "@$folder/listings.csv" "$base/imports/listings?program=supply-demand&side=offer" | json "['id']")
while :; do
  answer=$(curl -sf -H "Authorization: Bearer $token" "$base/jobs/$job")
  case "$(json "['state']" <<< "$answer")" in waiting | running) sleep 0.1 ;; *) break ;; esac
done
echo "import: $(json "['result']['taken']" <<< "$answer") listings in one job in $(awk "BEGIN { printf \"%.1f\", $(date +%s.%N) - $began }") s, upload to searchable"
