# How to break a dataset for each rule about pair lists. The list has the garment first.
pairs=d/test_pairs.txt
break_pairs_unreadable() { head -c 3000 /dev/zero >$pairs; }
break_pairs_empty_list() { echo '# nothing yet' >$pairs; }
break_pairs_malformed_line() { echo '00001_00.jpg' >>$pairs; }
near_pairs_malformed_line() { printf '\n# a comment\n' >>$pairs; }
break_pairs_form() {
  rm -r d
  make_dataset viton-hd d 6
  echo >>d/test_pairs.txt
}
near_pairs_form() { sed -i '1s/^/# of the course\n/' $pairs; } # of a layout of which no program is known
break_pairs_gaps() {
  rm -r d
  make_dataset viton-hd d 6 extras
  sed -i 's/ /\t/' d/test_pairs_unpaired.txt
}
near_pairs_gaps() { # a list that nobody cuts at one space
  rm -r d
  make_dataset viton-hd d 6 extras
  sed -i 's/ /\t/' d/test_pairs.txt
}
break_pairs_set() {
  rm -r d
  make_dataset viton-hd d 6 extras
  sed -i 's/^\([^ ]*\) .*/\1 \1/' d/test_pairs_unpaired.txt
}
near_pairs_set() { # a list of people in their own garments whose name says nothing
  rm -r d
  make_dataset viton-hd d 6
  sed -i 's/^\([^ ]*\) .*/\1 \1/' d/test_pairs.txt
}
break_pairs_missing_person() { echo '00001_00.jpg 77777_00.jpg' >>$pairs; }
break_pairs_missing_garment() { echo '77777_00.jpg 00001_00.jpg' >>$pairs; }
break_pairs_wrong_extension() { sed -i 's/00001_00.jpg$/00001_00.png/' $pairs; }
near_pairs_wrong_extension() { sed -i 's/\.jpg//g' $pairs; }
break_pairs_duplicate_pair() { head -n 1 $pairs >>$pairs.2 && cat $pairs.2 >>$pairs && rm $pairs.2; }
near_pairs_duplicate_pair() { echo '00000_00.jpg 00002_00.jpg' >>$pairs; } # a second garment for one person
name_garments() { # so that the order of the columns can be seen
  local file
  for file in d/cloth/* d/cloth-mask/*; do mv "$file" "${file%/*}/g${file##*/}"; done
  sed -i 's/^/g/' $pairs
}
swap_columns() { sed -i "$1s/^\([^ ]*\) \(.*\)\$/\2 \1/" $pairs; }
break_pairs_mixed_order() {
  name_garments
  swap_columns 2
}
near_pairs_mixed_order() { swap_columns 2; } # the names say nothing
break_pairs_swapped_columns() {
  name_garments
  swap_columns 1,6
}
near_pairs_swapped_columns() { name_garments; }
break_pairs_missing_type() { sed -i '1s/$/ upper/' $pairs; }
near_pairs_missing_type() { sed -i 's/$/ upper/' $pairs; }
break_pairs_unused_person() { sed -i 's/00001_00.jpg$/00002_00.jpg/' $pairs; }
break_pairs_unused_garment() { sed -i 's/^00001_00.jpg/00002_00.jpg/' $pairs; }
near_pairs_unused_garment() { # two lists together use everyone
  rm -r d
  make_dataset dresscode d 6
}
break_pairs_near_name() {
  local file
  for file in d/agnostic-mask/00001_00* d/image*/00001_00* d/openpose*/00001_00*; do mv "$file" "${file/00001/a1}"; done
  rm d/test_gpt4o.json
  sed -i 's/00001_00.jpg$/A1_00.jpg/' $pairs
}
also_pairs_near_name=pairs-unused-person
