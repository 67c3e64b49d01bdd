# The demo dataset is clean, and a copy of it broken in twenty ways yields exactly those twenty findings.
. "$(dirname "$0")/lib.sh"
PATH=$BUILD_DIR/tests:$PATH
demo=$SOURCE_DIR/datasets/demo
run vtonmetrics-dataset-lint "$demo"
expect_status 0
expect_stdout_has "no findings"

cp -r "$demo" d
chmod -R u+w d
cd d || exit 1
# sidecars, which the demo has none of
mkdir image-densepose openpose_img agnostic-mask
for i in $(seq -w 1 24); do
  make_picture rgb "image-densepose/000${i}_00.jpg" 384x512 "1$i"
  make_picture rgb "openpose_img/000${i}_00_rendered.png" 384x512 "2$i"
  make_picture mask "agnostic-mask/000${i}_00_mask.png" 384x512 "3$i"
done
cd ..
run vtonmetrics-dataset-lint d
expect_status 0
expect_stdout_has "no findings"

break_it() { # break_it RULE PATH COMMAND...: PATH is where the finding must be
  printf '%s %s\n' "$1" "$2" >>../expected
  shift 2
  "$@" || complain "a fault could not be made: $*"
}
write() { printf '%s\n' "$1" >"$2"; }
disguise() { # a PNG named .jpg
  make_picture rgb x.png 384x512 4 && mv x.png "$1"
}
save_as_png() { make_picture rgb "$1.png" 384x512 11 && rm "$1.jpg"; }
cd d || exit 1
break_it image-damaged cloth/00001_00.jpg truncate -s 9000 cloth/00001_00.jpg
break_it file-empty image-densepose/00002_00.jpg truncate -s 0 image-densepose/00002_00.jpg
break_it image-unreadable image/00003_00.jpg write '<html>404 Not Found</html>' image/00003_00.jpg
break_it extension-mismatch cloth/00004_00.jpg disguise cloth/00004_00.jpg
break_it color-mode image/00005_00.jpg make_picture gray image/00005_00.jpg 384x512 5
break_it exif-rotation image/00006_00.jpg make_picture rotated image/00006_00.jpg 384x512 6
break_it sixteen-bit openpose_img/00007_00_rendered.png make_picture sixteen openpose_img/00007_00_rendered.png 384x512 7
break_it sizes-vary cloth/00008_00.jpg make_picture rgb cloth/00008_00.jpg 380x512 8
break_it size-differs image-densepose/00009_00.jpg make_picture rgb image-densepose/00009_00.jpg 384x500 9
break_it special-file image/00099_00.jpg mkfifo image/00099_00.jpg
break_it link-loop image/again ln -s ../image image/again
break_it folder-unknown images-old mkdir images-old
break_it folder-empty cloth-mask mkdir cloth-mask
break_it file-unknown image/notes.txt write notes image/notes.txt
break_it sidecar-missing image/00010_00.jpg rm image-densepose/00010_00.jpg
break_it sidecar-orphan openpose_img/00098_00_rendered.png \
  make_picture rgb openpose_img/00098_00_rendered.png 384x512 98
break_it sidecar-extension image-densepose/00011_00.png save_as_png image-densepose/00011_00
break_it image-black cloth/00013_00.jpg make_picture black cloth/00013_00.jpg 384x512 13
break_it mask-inverted agnostic-mask/00012_00_mask.png \
  make_picture inverted agnostic-mask/00012_00_mask.png 384x512 12
break_it pairs-duplicate-pair test_pairs.txt write "$(cat test_pairs.txt && head -n 1 test_pairs.txt)" test_pairs.txt
cd ..

run vtonmetrics-dataset-lint d --json
expect_status 1
sed -n -e 's/.*"rule":\t"\(.*\)",$/\1/p' -e 's/^\t*"path":\t"\(.*\)",$/\1/p' "$stdout" | paste -d ' ' - - | sort >found
sort expected | cmp -s - found || {
  complain "exactly the faults made should be found"
  sort expected | diff - found
}
[ "$(wc -l <expected)" = 20 ] || complain "there should be twenty faults"
exit 0
