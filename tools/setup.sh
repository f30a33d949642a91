# Sourced by run and test: installs what is missing from Debian's packages.
# need GROUP…: the groups of tools/packages.txt that must be there.
need() {
  local missing=() package groups=" $* " group=""
  while read -r package; do
    case "$package" in
      "" | \#*) continue ;;
      \[*\]) group="${package:1:-1}"; continue ;;
    esac
    [[ "$groups" == *" $group "* ]] || continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done < tools/packages.txt
  # A newer Node than Debian's, already there, is as good.
  if [[ "$groups" == *" test "* ]] && ! command -v node > /dev/null; then missing+=(nodejs npm); fi
  [ ${#missing[@]} -eq 0 ] && return
  echo "installing: ${missing[*]}"
  local as=()
  [ "$(id -u)" -eq 0 ] || as=(sudo)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# configure PRESET: once, and again when the build files changed (Ninja does that by itself).
configure() {
  [ -f "build/$1/build.ninja" ] || cmake --preset "$1" > /dev/null
}
