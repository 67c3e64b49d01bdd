# How to break a dataset for each rule about masks, parse maps, keypoints, descriptions, pictures and results.
agnostic=d/agnostic-mask/00001_00_mask.png
garment_mask=d/cloth-mask/00001_00.jpg
break_mask_not_binary() { make_picture gray $agnostic 48x64 900; }
near_mask_not_binary() { make_picture soft $agnostic 48x64 900; }
break_mask_soft_edges() { make_picture soft $agnostic 48x64 900; }
break_mask_colour() { make_picture red $agnostic 48x64 900; }
break_mask_empty() { make_picture nothing $agnostic 48x64 900; }
break_mask_full() { make_picture white $garment_mask 48x64 900; }
break_mask_inverted() { make_picture inverted $agnostic 48x64 900; }
near_mask_inverted() { make_picture mask $agnostic 48x64 900; }

labels=d/image-parse-v3/00001_00.png
break_parse_not_labels() { make_picture rgb $labels 48x64 901; }
break_parse_label_range() { make_picture many-labels $labels 48x64 700; }
near_parse_label_range() { make_picture labels $labels 48x64 901; }
break_parse_empty() { make_picture nothing $labels 48x64 901; }

break_parse_palette() { # as after pngquant
  local i
  for i in 0 1 2 3 4 5; do make_picture labels-palette d/image-parse-v3/0000${i}_00.png 48x64 90$i; done
  make_picture labels-renumbered $labels 48x64 901
}
near_parse_palette() {
  local i
  for i in 0 1 2 3 4 5; do make_picture labels-palette d/image-parse-v3/0000${i}_00.png 48x64 90$i; done
}
break_sidecar_repeated() { cp d/image-densepose/00002_00.jpg d/image-densepose/00001_00.jpg; }
near_sidecar_repeated() { cp d/cloth-mask/00002_00.jpg d/cloth-mask/00001_00.jpg; } # two garments of one shape
dresscode() {
  rm -r d
  make_dataset dresscode d 6
}
break_array_form() {
  dresscode
  truncate -s 100 d/dresses/dense/00001_5_uv.npz
}
near_array_form() { dresscode; }

body_pose=d/test/openpose_json/00001_00_keypoints.json # where programs read BODY_25
vitonhd() {
  rm -r d
  make_dataset viton-hd d 6
}
break_pose_form() {
  local pose=$body_pose
  vitonhd
  write_pose 10 10 0.5 18
}
near_pose_form() {
  local pose=$body_pose
  vitonhd
  write_pose 10 10 0.5 25
}
break_pose_first_person() {
  local pose=$body_pose
  vitonhd
  sed -i 's/"people": \[/&{"pose_keypoints_2d": ['"$(yes '20, 30, 0.5, 21, 31, 0.5' | head -n 12 | paste -sd,), 22, 32, 0.5"']}, /' $pose
}
near_pose_first_person() { # the bystander second
  local pose=$body_pose
  vitonhd
  sed -i 's/]}]}$/]}, {"pose_keypoints_2d": ['"$(yes '20, 30, 0.5, 21, 31, 0.5' | head -n 12 | paste -sd,), 22, 32, 0.5"']}]}/' $pose
}
break_pose_points_needed() {
  local pose=$body_pose
  vitonhd
  awk 'BEGIN { printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < 25; i++) printf "%s%d, %d, %s", i ? ", " : "", i == 9 ? 0 : 10 + i, i == 9 ? 0 : 30, i == 9 ? 0 : 0.5
    printf "]}]}\n" }' >$pose
}
near_pose_points_needed() { # a knee
  local pose=$body_pose
  vitonhd
  awk 'BEGIN { printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < 25; i++) printf "%s%d, %d, %s", i ? ", " : "", i == 10 ? 0 : 10 + i, i == 10 ? 0 : 30, i == 10 ? 0 : 0.5
    printf "]}]}\n" }' >$pose
}

pose=d/openpose_json/00001_00_keypoints.json
write_pose() { # write_pose X Y CONFIDENCE POINTS
  awk -v x="$1" -v y="$2" -v c="$3" -v n="$4" 'BEGIN {
    printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < n; i++) printf "%s%s, %s, %s", i ? ", " : "", i ? 20 + i : x, i ? 30 : y, c
    printf "]}]}\n" }' >$pose
}
break_pose_invalid() { echo '{"people": [' >$pose; }
break_pose_nobody() { echo '{"version": 1.3, "people": []}' >$pose; }
break_pose_keypoint_count() { write_pose 10 10 0.5 17; }
near_pose_keypoint_count() { write_pose 10 10 0.5 18; }
break_pose_confidence() { write_pose 10 10 1.5 25; }
break_pose_no_points() { write_pose 0 0 0 25; }
break_pose_not_finite() { write_pose NaN -Infinity 0.5 25; }
near_pose_not_finite() { sed -i 's/"version": 1.3/"version": NaN/' $pose; } # a number that nobody reads
break_pose_fractions() {
  awk 'BEGIN { printf "{\"people\": [{\"pose_keypoints_2d\": ["
    for (i = 0; i < 25; i++) printf "%s0.4, 0.%02d, 0.5", i ? ", " : "", i + 10
    printf "]}]}\n" }' >$pose
}
break_pose_outside() { write_pose 400 10 0.5 25; }
near_pose_outside() { write_pose 47.9 63.9 0.5 25; }

captions=d/test_gpt4o.json
break_captions_invalid() { echo '{"00000_00.jpg": ' >$captions; }
break_captions_missing() { sed -i '/"00001_00.jpg"/d' $captions; }
break_captions_empty() { sed -i 's/a garment of pattern 1"/"/' $captions; }
break_captions_fields() { sed -i '/00001_00.jpg/s/"pose"/"poze"/' $captions; }
near_captions_fields() { sed -i 's/"pose"/"poze"/' $captions; } # all alike
break_captions_keys() { # PromptDresser's dataset
  rm -r d
  make_dataset viton-hd d 6 extras
  sed -i 's/_00":/_00.jpg":/' $captions
}
near_captions_keys() { :; } # the course's
break_captions_repeated() { sed -i 's/^  "00001_00.jpg".*/&\n&/' $captions; }
near_captions_repeated() { sed -i 's/a garment of pattern 1"/a garment of pattern 2"/' $captions; }

break_image_duplicate() { cp d/image/00001_00.jpg d/image/00002_00.jpg; }
near_image_duplicate() { make_picture again d/image/00002_00.jpg 48x64 16; }
break_image_near_duplicate() { make_picture again d/image/00002_00.jpg 48x64 16; }
break_image_across_sets() {
  rm -r d
  make_dataset viton-hd d 6
  cp d/test/image/00001_00.jpg d/train/image/00006_00.jpg
}
near_image_across_sets() {
  rm -r d
  make_dataset viton-hd d 6
}
break_image_in_both() { cp d/image/00001_00.jpg d/cloth/00001_00.jpg; }
near_image_in_both() { cp d/image/00001_00.jpg d/cloth/00002_00.jpg; } # somebody else's: who can tell a picture in a picture
break_image_black() { make_picture black d/cloth/00001_00.jpg 48x64 902; }
break_image_one_colour() { make_picture flat d/cloth/00001_00.jpg 48x64 902; }
break_image_flat() { make_picture faint d/cloth/00001_00.jpg 48x64 902; }

make_results() { # what a model returned for each of the six people
  local i
  mkdir r
  for i in 0 1 2 3 4 5; do make_picture rgb r/0000${i}_00.png 48x64 91$i; done
}
arguments_result_strip="d --results r"
break_result_strip() {
  local i
  make_results
  for i in 0 1 2 3 4 5; do make_picture strip r/0000${i}_00.png 48x64 92$i; done
}
near_result_strip() { make_results; }
arguments_result_size="d --results r"
break_result_size() {
  make_results
  make_picture rgb r/00001_00.png 40x64 930
}
also_result_size=sizes-vary
near_result_size() { make_results; }
arguments_result_is_input="d --results r"
break_result_is_input() {
  make_results
  rm r/00001_00.png
  cp d/image/00001_00.jpg r
}
near_result_is_input() { make_results; }
arguments_result_repeated="d --results r"
break_result_repeated() {
  make_results
  cp r/00001_00.png r/00002_00.png
}
arguments_result_missing="d --results r"
break_result_missing() {
  make_results
  rm r/00001_00.png
}
near_result_missing() { make_results; }
arguments_result_of_nobody="d --results r"
break_result_of_nobody() {
  make_results
  make_picture rgb r/77777_00.png 48x64 940
}
near_result_of_nobody() { # the names of PromptDresser: person, garment
  local i
  mkdir r
  for i in 0 1 2 3 4 5; do make_picture rgb r/0000${i}_00__0000$(((i + 1) % 6))_00.jpg 48x64 91$i; done
}
arguments_result_ambiguous="d --results r"
cut_results() { # named as VITON-HD does: 00001_77777_00 for 00001_00, or for 00001_01
  local i file
  mkdir r
  for i in 0 1 3 4 5; do make_picture rgb r/0000${i}_77777_00.png 48x64 91$i; done
  for file in d/*/00002_00*; do mv "$file" "${file/00002_00/$1}"; done
  sed -i "s/00002_00/$1/g" d/test_pairs.txt d/test_gpt4o.json
}
break_result_ambiguous() { cut_results 00001_01; }
also_result_ambiguous=result-missing
near_result_ambiguous() { cut_results 00007_01; }
