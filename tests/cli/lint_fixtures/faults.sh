# How files are broken for dataset_lint_faults.sh and dataset_lint_layouts.sh.
p=00002_00 q=00002 # the person at whom things are broken
each() { # each FOLDER COMMANDS: for every file $f of the folder, the n-th
  local f n=0
  for f in "$1"/*; do
    eval "$2"
    n=$((n + 1))
  done
}
points() { # points COUNT [' 9 12 ']: OpenPose's JSON, without the points that are listed; inside `each` all are different
  awk -v count="$1" -v lost="${2:-}" -v n="${n:-}" 'BEGIN {
    printf "{\"version\": 1.3, \"of\": \"" n "\", \"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < count; i++) {
      gone = index(lost, " " i " ") > 0
      printf "%s%s, %s, %s", i ? ", " : "", gone ? 0 : 5 + i, gone ? 0 : 10 + i, gone ? 0 : 0.5
    }
    printf "]}]}\n" }'
}
nested_points() {
  awk 'BEGIN { printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < 25; i++) printf "%s[%d, %d, 0.5]", i ? ", " : "", 5 + i, 10 + i
    printf "]}]}\n" }'
}
fractions() {
  awk 'BEGIN { printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < 25; i++) printf "%s0.4, 0.%02d, 0.5", i ? ", " : "", i + 10
    printf "]}]}\n" }'
}
bystander() { # a small person, then one of twice the height
  awk 'BEGIN { printf "{\"people\": ["
    for (k = 1; k <= 2; k++) {
      printf "%s{\"pose_keypoints_2d\": [", (k > 1 ? ", " : "")
      for (i = 0; i < 25; i++) printf "%s%d, %d, 0.5", i ? ", " : "", 10 + i, 10 + i * k
      printf "]}"
    }
    printf "]}\n" }'
}
dresscode_points() { # dresscode_points COUNT [LOST [SCALE]]
  awk -v count="$1" -v lost="${2:-}" -v scale="${3:-1}" -v n="${n:-}" 'BEGIN {
    printf "{\"of\": \"" n "\", \"keypoints\": ["
    for (i = 0; i < count; i++) {
      gone = index(lost, " " i " ") > 0
      printf "%s[%s, %s, 1.0, %d]", i ? ", " : "", gone ? -1 : (5 + i) * scale, gone ? -1 : (10 + i) * scale, i
    }
    printf "]}\n" }'
}
whole_person() { # whole_person SIZE: every picture of the person and the garment
  local f
  for f in test/*/$p*; do
    case $f in
      *json) ;;
      *mask*) make_picture mask "$f" "$1" 900 ;;
      *parse-agnostic*) make_picture labels "$f" "$1" 901 ;;
      *parse*) make_picture labels "$f" "$1" 900 ;;
      *) make_picture rgb "$f" "$1" 9$((RANDOM % 100)) ;;
    esac
  done
}
rename_person() { # rename_person NEW
  local f
  for f in test/*/$p*; do mv "$f" "${f/$p/$1}"; done
}
webp() { # a photograph of 48x64 as WebP
  base64 -d <<'WEBP'
UklGRn4CAABXRUJQVlA4IHICAADQDwCdASowAEAAPrVOnkunJCKhrVZraOAWiWwAnTKEeE+yeYJV37JrCUu+QIMP+Rt4B5n+ir5s3VF9Cb/yv27rFlq3
g2McQZuNSB+3bAFJkt8JxsN+fWzdCS48zWjAds4LKx3Tw0M5q8x5yrneeQsWmPjxueC32VCCwg8CTR9WxXe7VSxwyQAA/s3kgPOC/cAmSjE9sIYHiWh9
dnJWS2DDqh/8FnlYNfOP/6IhrzJQ0AQr/zVONLh1yPNYKIfqYYy6FtCk20DZrOhrwA3A3hV9p4pqc92WP8f+MD2aKJ33wFyA++c51hN7XPIVnyRsyGgC
zon/JsKxtIL44fqCS3wkvjSkUott1+Z5QGmUNOlPY7Xm/ennfhjVIeLbotGU53X8uSarXFJrdsbUzCL7I79V8SAbPkF0lbjDglWCA6oHAkeL277eDSBr
UP0k0Whw0fu9QNXbabmWZJWlyPJWUiI39W1I31SKrNL1cbRRoRyesQ9/ANPAfjV9QnWgPF/5q3Wo3PVhQ2V9iGNwuCXNNfcd8smyc+mLyTjqwFC6hVa4
KcH7hrlmpMyepsSB3FBujYOUbNAQGw4GLz1wZUfR9k797Py++m1zfbjm+7wRR5i2y5iwbJKePGeAnzCwYIIO6OLlF1r3ZBvbJZuyoNYnRe7scad+6V4g
jtsEenvCJxoqpTw5Q+rzQqih8bIjtqAXeTAqknlvENf8XfGe94L5GL12K8+bEvDqtysdosFAd0mOuBLUAN+bOXHUyTt4owHdBIAaqsU/4m+u6/TTQVsv
om0QNuzSafdAHGH95Z+9VgO5NukxVPz7HscY4w8XWa0rK/OgAA==
WEBP
}
