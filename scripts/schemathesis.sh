#!/usr/bin/env bash
# Calls a running server in every way that its OpenAPI document allows and in many that it does not,
# with all checks of schemathesis, which is installed beside the build.
#
# Usage: schemathesis.sh [BINARY] [OPTIONS OF `schemathesis run`...]
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
binary=${1:-$target/debug/adapter-forge}
shift || true
venv=$target/schemathesis
if [ ! -x "$venv/bin/schemathesis" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet schemathesis
fi

folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
FORGE__SERVER__PORT=0 FORGE__DATABASE__URL="sqlite://$folder/forge.db" FORGE__LOG__FILTER=error \
    "$binary" serve >"$folder/stdout" 2>"$folder/stderr" &
server=$!
for _ in $(seq 300); do
    grep -q 'only this once' "$folder/stdout" && break
    sleep 0.1
done
base=$(sed -n 's/.*listens on //p' "$folder/stdout")
key=$(sed -n 's/.*only this once: //p' "$folder/stdout")

# All checks are on where nothing is said; schemathesis.toml says what they cannot know. One worker: in
# threads of its own, its generator meets a fault of some versions of Python.
status=0
"$venv/bin/schemathesis" run "$base/openapi.json" --header "X-Api-Key: $key" --workers 1 \
    --no-color --warnings off "$@" || status=$?
cat "$folder/stderr"
exit "$status"
