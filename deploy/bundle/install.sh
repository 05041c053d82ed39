#!/bin/sh
# Install what this folder holds, without a network (docs/operations.md, Without a network):
#   sh install.sh [FOLDER]      FOLDER/VERSION, and FOLDER/current that points at it
# Where VERSION is there from a bundle with other files, this one goes beside it as VERSION-HASH: what
# runs from it is not taken away from under it.
# Nothing but Python is needed, of the version that the bundle was made for.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-/opt/verdibarometer}
say() { echo "install.sh: $*" >&2; exit 1; }
cd "$here"
sha256sum --check --quiet --strict SHA256SUMS || say "this is not the bundle that was made: nothing was installed"
. ./about
found=
if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- "python$python" python3; fi
for one; do
  if "$one" -c "import sys; sys.exit('{}.{}'.format(*sys.version_info) != '$python')" 2>/dev/null; then
    found=$(command -v "$one")
    break
  fi
done
[ -n "$found" ] || say "Python $python was not found: install it, or name it with PYTHON=/path/to/python$python"
mine=$("$found" -c 'import platform; print(platform.system().lower(), platform.machine(), sep="-")')
[ "$mine" = "$platform" ] || say "the bundle is for $platform, and this is $mine"
# whoever installs may keep new files to themselves; services of other users run these
umask 022
mkdir -p "$folder"
bundle=$(sha256sum < SHA256SUMS | cut -c1-64)
name=$version
if [ -e "$folder/$name/.whole" ] && [ "$(cat "$folder/$name/.whole")" != "$bundle" ]; then
  name=$version-$(printf %.12s "$bundle")
fi
target=$(cd "$folder" && pwd)/$name
if [ ! -e "$target/.whole" ]; then
  rm -rf "$target"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$found" -m zipfile -e wheels/uv-*.whl "$work"
  uv=$(echo "$work"/uv-*.data/scripts/uv)
  chmod +x "$uv"
  export UV_CACHE_DIR="$work/cache" UV_LINK_MODE=copy UV_NO_CONFIG=1 UV_OFFLINE=1 UV_PYTHON_DOWNLOADS=never
  "$uv" venv --quiet --python "$found" "$target"
  "$uv" pip sync --quiet --python "$target/bin/python" --no-index --find-links wheels \
    --require-hashes --compile-bytecode requirements.lock
  "$uv" pip install --quiet --python "$target/bin/python" --no-index --find-links . --no-deps \
    --require-hashes --compile-bytecode --requirement product.lock
  echo "$bundle" > "$target/.whole"
fi
ln -sfn "$name" "$folder/current.new"
mv -T "$folder/current.new" "$folder/current"
"$folder/current/bin/barometer" --help > /dev/null
echo "$folder/current/bin/barometer is version $name"
