#!/bin/sh
# What PDFs need and pip cannot bring: Pango, and the fonts that papers are set in.
# Without them everything else works, and `ebok doctor` says what is missing.
set -eu
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core"

has_pango() {
  { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true; } | grep -q libpangoft2-1.0 ||
    ls /opt/homebrew/lib/libpangoft2* /usr/local/lib/libpangoft2* >/dev/null 2>&1
}
has_fonts() {
  [ -e /usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf ] ||
    fc-list : family 2>/dev/null | grep -q "Noto Serif"
}

if has_pango && has_fonts; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
else
  echo "PDFs cannot be made here yet. What is missing, by its name in Debian: $packages" >&2
  echo "  Debian, Ubuntu:  sudo apt-get install $packages" >&2
  echo "  macOS:           brew install pango font-noto-serif font-noto-sans" >&2
fi
