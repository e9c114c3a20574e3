#!/bin/sh
# What `make engines` drives, all from packages: Firefox and WebKit of Debian, Chromium of npm.
# Where one cannot be had, its walk says so and is skipped.
set -eu
cd "$(dirname "$0")"

has_all() {
  for command in "$@"; do
    if ! command -v "$command" >/dev/null 2>&1; then return 1; fi
  done
}

bring() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || true
}

if [ "$(id -u)" = 0 ] && has_all apt-get && ! has_all firefox-esr WebKitWebDriver Xvfb; then
  timeout 90 apt-get update -qq || true
  has_all firefox-esr || bring firefox-esr
  has_all WebKitWebDriver Xvfb || bring webkit2gtk-driver xvfb
fi
# Their driver is not wanted.
if [ ! -d node_modules/chromium106 ]; then
  npm ci --no-audit --no-fund --ignore-scripts --legacy-peer-deps --loglevel=error || true
fi
