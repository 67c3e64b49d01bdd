# The report in a browser: nothing broken, nothing wider than the screen, light and dark, on paper.
. "$(dirname "$0")/lib.sh"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  skip "no Chromium here to look at the report with (Debian package chromium)"
browser() { # browser ARGUMENTS...: without a sandbox, which needs rights that a container lacks
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
    "$@" 2>>"$scratch/browser.log"
}
echo '<p>here' >trivial.html
browser --dump-dom "file://$scratch/trivial.html" | grep -q '<p>here' || skip "Chromium does not run here"

demo=$SOURCE_DIR/datasets/demo
for language in en ru; do
  run vtonmetrics-compare "$demo/image" "$demo/GAN" "$demo/LADI" "$demo/PROMPT" --protocol alexnet \
    --garments "$demo/cloth" --lang $language --report $language
  expect_status 0
done

# How wide the page becomes in a frame of some width, and how many of its pictures cannot be shown. The report itself
# forbids scripts, so that is asked of a copy.
measure() { # measure LANGUAGE WIDTH
  { grep -v 'Content-Security-Policy' "$1/report.html" &&
    echo '<script>addEventListener("load", () => parent.postMessage([innerWidth, document.documentElement.scrollWidth,
      [...document.images].filter(i => !i.naturalWidth).length, document.images.length > 20].join(" "), "*"))</script>'; } >copy.html
  echo "<script>addEventListener('message', e => document.title = e.data)</script>
    <iframe src=copy.html style='border:0;width:$2px;height:800px'></iframe>" >frame.html
  browser --allow-file-access-from-files --virtual-time-budget=20000 --dump-dom "file://$scratch/frame.html" |
    sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p'
}
for page in 'en 360' 'en 800' 'en 1400' 'ru 360'; do
  command="width of the page: $page" status=
  found=$(measure $page)
  [ "$found" = "${page#* } ${page#* } 0 true" ] || complain "width, width needed, broken pictures, many: $found"
done

shoot() { # shoot NAME ARGUMENTS...
  browser --window-size=1000,1400 --screenshot="$scratch/$1.png" "${@:2}" "file://$scratch/en/report.html" >/dev/null
  [ "$(wc -c <"$1.png")" -gt 30000 ] || complain "$1.png is empty"
}
shoot light
shoot dark --blink-settings=preferredColorScheme=0
! cmp -s light.png dark.png || complain "there is no dark page"
browser --no-pdf-header-footer --print-to-pdf="$scratch/paper.pdf" "file://$scratch/ru/report.html" >/dev/null
pages=$(grep -ac '/Type */Page$\|/Type */Page[^s]' paper.pdf)
[ "$pages" -ge 2 ] && [ "$pages" -le 9 ] || complain "the report takes $pages pages of paper"
exit 0
