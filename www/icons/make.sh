#!/usr/bin/env bash
# Draws the icons of the installed page from favicon.svg and maskable.svg, by Chromium.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# NAME SVG SIZE
draw() {
  cp "$2" "$work/icon.svg"
  echo '<style>body{margin:0}img{display:block;width:100vw}</style><img src="icon.svg">' >"$work/icon.html"
  "${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --user-data-dir="$work/profile" --default-background-color=00000000 \
    --window-size="$3,$3" --screenshot="$work/icon.png" "file://$work/icon.html" 2>/dev/null
  mv "$work/icon.png" "../public/icons/$1-$3.png"
}

for size in 192 512; do
  draw icon ../public/favicon.svg "$size"
  draw maskable maskable.svg "$size"
done
