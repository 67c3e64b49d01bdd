# How to break a dataset for each rule about presence. The dataset is in d/, of the layout "course".
break_folder_missing() { rm -r d/cloth d/cloth-mask; }
near_folder_missing() { rm -r d/cloth-mask; } # a folder that not every dataset has
break_folder_empty() { rm d/image-densepose/*; }
break_folder_unknown() { mkdir d/extras; }
break_folder_not_in_set() {
  rm -r d
  make_dataset viton-hd d 6
  rm -r d/test/cloth-mask
}
near_folder_not_in_set() { # training needs more than testing has to have
  rm -r d
  make_dataset viton-hd d 6
  rm -r d/train/cloth-mask
}
break_list_missing() {
  rm -r d
  make_dataset viton-hd d 6
  mv d/test_pairs.txt d/test/
}
near_list_missing() {
  rm -r d
  make_dataset viton-hd d 6
  cp d/test_pairs.txt d/test/
}
break_file_hidden() {
  rm -r d
  make_dataset viton-hd d 6
  : >d/test/cloth/.DS_Store
}
near_file_hidden() {
  rm -r d
  make_dataset viton-hd d 6
  : >d/test/cloth-mask/.DS_Store # nobody lists this folder
}
break_folder_spelling() {
  rm -r d
  make_dataset viton-hd d 6
  mv d/test/openpose_json d/test/openpose-json
}
near_folder_spelling() {
  rm -r d
  make_dataset viton-hd d 6 old
}
arguments_program_need="d --for promptdresser,catvton"
break_program_need() { # CatVTON reads one list, which VITON-HD does not have
  rm -r d
  make_dataset viton-hd d 6
}
near_program_need() {
  rm -r d
  make_dataset viton-hd d 6 extras
}
near_folder_unknown() { mkdir d/LADI && cp d/image/* d/LADI; } # results of a model
break_folder_unreadable() { chmod 000 d/image-densepose; }
near_folder_unreadable() { chmod 500 d/image-densepose; }
break_file_unknown() { : >d/image/notes.txt; }
near_file_unknown() { : >d/image/.notes.txt; } # hidden files are the system's own
break_sidecar_missing() { rm d/image-densepose/00002_00.jpg; }
break_sidecar_orphan() { make_picture rgb d/image-densepose/99999_00.jpg 48x64 999; }
break_sidecar_extension() { mv d/image-densepose/00002_00.jpg d/image-densepose/00002_00.JPG; }
near_sidecar_extension() { mv d/cloth/00002_00.jpg d/cloth/00002_00.JPG; } # any picture is a garment there
break_duplicate_name() { make_picture rgb d/image-densepose/00002_00.png 48x64 997; }
also_duplicate_name=sidecar-extension
break_link_loop() { ln -s ../image d/image/loop; }
near_link_loop() { mv d/image-densepose e && ln -s ../e d/image-densepose; } # elsewhere is allowed
break_special_file() { mkfifo d/image/00007_00.jpg; }
near_special_file() { mv d/image-densepose/00001_00.jpg e.jpg && ln -s ../../e.jpg d/image-densepose/00001_00.jpg; }
