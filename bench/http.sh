#!/usr/bin/env bash
# Requests a second for a JSON answer of 1 kB from memory: our server beside nginx, same machine, same client, in turn.
#   bench/http.sh HTTP_BENCH_BINARY     prints the median of three rounds each, and the ratio
set -euo pipefail
binary="$1"
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$folder"' EXIT
port=18431 peer=18432
printf '{"items":["%s"]}' "$(head -c 1010 < /dev/zero | tr '\0' x)" > "$folder/answer.json"
"$binary" $port "$folder/answer.json" &
cat > "$folder/nginx.conf" <<CONF
user root; worker_processes 2; pid $folder/nginx.pid; error_log $folder/error.log; daemon off;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 10000000; default_type application/json;
  server { listen 127.0.0.1:$peer; location / { return 200 '$(cat "$folder/answer.json")'; } }
}
CONF
/usr/sbin/nginx -c "$folder/nginx.conf" 2> /dev/null &
for p in $port $peer; do for _ in $(seq 100); do curl -sf "localhost:$p/answer.json" > /dev/null && break; sleep 0.1; done; done
rate() { wrk -t1 -c64 -d4s "http://127.0.0.1:$1/answer.json" | awk '/Requests\/sec/ {print $2}'; }
ours=() theirs=()
for _ in 1 2 3; do ours+=("$(rate $port)"); theirs+=("$(rate $peer)"); done
median() { printf '%s\n' "$@" | sort -n | sed -n 2p; }
a=$(median "${ours[@]}") b=$(median "${theirs[@]}")
echo "http: 1 kB JSON from memory, 64 connections, client on the same cores: jiaoji $a/s, nginx $b/s, ratio $(awk "BEGIN { printf \"%.2f\", $a / $b }") (goal 0.60)"
