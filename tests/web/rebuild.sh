#!/usr/bin/env bash
# The committed page is what its source builds, byte for byte; the client is what api/openapi.yaml says; no word is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/web" "$copy/api"
cp -r web/{src,public,index.html,finish.mjs,package.json,svelte.config.js,tsconfig.json,vite.config.ts} "$copy/web"
cp api/openapi.yaml "$copy/api"
ln -s "$PWD/web/node_modules" "$copy/web/node_modules"
cd "$copy/web"
npx openapi-typescript ../api/openapi.yaml -o generated.ts > /dev/null
cmp generated.ts src/api/schema.ts || { echo "web/src/api/schema.ts is not what api/openapi.yaml gives: cd web && npm run api"; exit 1; }
rm generated.ts
npm run --silent check
npm run --silent build
diff -r dist "$OLDPWD/web/dist" || { echo "web/dist is not what web/src builds: cd web && npm run build, and commit it"; exit 1; }
echo "1 passed, 0 failed"
