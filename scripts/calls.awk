# awk -f calls.awk FILE...: "USER DEFINER" for each pair of sources of which the first uses a vtm_ name that the second
# defines. A name that several define is left out: which of them is compiled is decided elsewhere.
function without_comments(line,   at, end) {
  for (;;) {
    if (inside) {
      end = index(line, "*/")
      if (end == 0) return ""
      line = substr(line, end + 2)
      inside = 0
    }
    at = index(line, "/*")
    if (at == 0) return line
    end = index(substr(line, at), "*/")
    if (end == 0) { inside = 1; return substr(line, 1, at - 1) }
    line = substr(line, 1, at - 1) " " substr(line, at + end + 1)
  }
}
FNR == 1 { inside = 0 }
{
  line = without_comments($0)
  if (match(line, /^[a-z][a-z0-9_ *]*[ *]vtm_[a-z0-9_]+(\(|\[| = )/) && line !~ /^(static|typedef|extern) /) {
    name = substr(line, 1, RLENGTH - 1)
    sub(/[\[= ]+$/, "", name); sub(/ =?$/, "", name); sub(/.*[ *]/, "", name)
    homes[name]++
    home[name] = FILENAME
  }
  while (match(line, /vtm_[a-z0-9_]+/)) {
    uses[FILENAME "\t" substr(line, RSTART, RLENGTH)]
    line = substr(line, RSTART + RLENGTH)
  }
}
END {
  for (use in uses) {
    split(use, part, "\t")
    if (homes[part[2]] == 1 && home[part[2]] != part[1]) print part[1], home[part[2]]
  }
}
