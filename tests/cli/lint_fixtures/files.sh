# How to break a dataset for each rule about files and headers.
break_name_not_utf8() {
  mv d/image/00001_00.jpg d/image/$'caf\xe9.jpg'
  rename_sidecars 00001_00 $'caf\xe9'
}
near_name_not_utf8() {
  mv d/image/00001_00.jpg d/image/café.jpg
  rename_sidecars 00001_00 café
}
break_name_control() {
  mv d/image/00001_00.jpg d/image/$'a\nb.jpg'
  rename_sidecars 00001_00 $'a\nb'
}
rename_sidecars() { # rename_sidecars OLD NEW: everything that belongs to a person
  local old
  for old in d/agnostic-mask/$1* d/image-*/$1* d/openpose*/$1*; do mv "$old" "${old/$1/$2}"; done
  rm d/test_gpt4o.json d/test_pairs.txt # which know the old name
}
break_name_replaced() {
  local file
  rm -r d
  make_dataset dresscode d 6
  for file in d/dresses/*/00001_*; do mv "$file" "${file%/*}/a_0${file##*/}"; done
  sed -i 's/00001_/a_000001_/g' d/*.txt d/dresses/*.txt
}
near_name_replaced() {
  rm -r d
  make_dataset dresscode d 6
}
break_file_empty() { : >d/image-densepose/00001_00.jpg; }
break_file_unreadable() { chmod 000 d/image-densepose/00001_00.jpg; }
break_text_unreadable() { chmod 000 d/openpose_json/00001_00_keypoints.json; }
break_image_unreadable() { echo '<html>404</html>' >d/image-densepose/00001_00.jpg; }
break_image_damaged() { truncate -s -20 d/image-densepose/00001_00.jpg; }
near_image_damaged() { printf 'more' >>d/image-densepose/00001_00.jpg; } # bytes behind the picture hurt nobody
break_extension_mismatch() {
  make_picture rgb x.png 48x64 996
  mv x.png d/image-densepose/00001_00.jpg
}
near_extension_mismatch() { mv d/cloth/00001_00.jpg d/cloth/00001_00.jpeg; }
break_color_mode() { make_picture cmyk d/image-densepose/00001_00.jpg 48x64 995; }
near_color_mode() { make_picture gray d/image-densepose/00001_00.jpg 48x64 995; } # gray is usual there
break_exif_rotation() { make_picture rotated d/image-densepose/00001_00.jpg 48x64 994; }
break_sixteen_bit() { make_picture sixteen d/openpose_img/00001_00_rendered.png 48x64 993; }
near_sixteen_bit() { make_picture gray d/openpose_img/00001_00_rendered.png 48x64 993; }
break_animation() { # an animated PNG: a chunk acTL of two frames before the picture
  make_picture rgb x.png 48x64 992
  { head -c 33 x.png && printf '\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\xf3\x8d\x93\x70' && tail -c +34 x.png; } \
    >d/openpose_img/00001_00_rendered.png
}
break_size_differs() { make_picture rgb d/image-densepose/00001_00.jpg 40x64 991; }
arguments_size_of_program="d --for hr-viton"
break_size_of_program() {
  rm -r d
  make_dataset viton-hd d 6
}
near_size_of_program() {
  rm -r d
  make_dataset viton-hd d 2 768x1024
}
break_sizes_vary() {
  make_picture rgb d/cloth/00001_00.jpg 56x64 990
  make_picture mask d/cloth-mask/00001_00.jpg 56x64 990
}
near_sizes_vary() { # all of them is no variation
  local i
  for i in 0 1 2 3 4 5; do
    make_picture rgb d/cloth/0000${i}_00.jpg 56x64 98$i
    make_picture mask d/cloth-mask/0000${i}_00.jpg 56x64 $((i * 16))
  done
}
