#!/usr/bin/env bash
# The console in a real browser: Chromium of the system, driven by Playwright, judged by axe-core; both
# are installed beside the build.
#
# Usage: console_test.sh [BINARY] [OPTIONS OF console_test/run.py...]
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
binary=${1:-$target/debug/adapter-forge}
shift || true
tools=$target/console-test
if [ ! -x "$tools/venv/bin/playwright" ]; then
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet playwright
fi
if [ ! -f "$tools/node_modules/axe-core/axe.min.js" ]; then
    npm install --silent --no-audit --no-fund --prefix "$tools" axe-core
fi
exec "$tools/venv/bin/python" scripts/console_test/run.py "$binary" \
    --axe "$tools/node_modules/axe-core/axe.min.js" "$@"
