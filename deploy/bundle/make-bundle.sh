#!/bin/sh
# `make bundle`: one file from which Verdibarometer is installed without a network, on machines with the
# system, the processor and the Python of this one. Everything in it is the locks', by hash.
set -eu
pip="$1 -m pip" folder=dist
wheel=$(ls "$folder"/verdibarometer-*-py3-none-any.whl)
version=$(basename "$wheel" | cut -d- -f2)
python=$("$1" -c 'import sys; print("{}.{}".format(*sys.version_info))')
platform=$("$1" -c 'import platform; print(platform.system().lower(), platform.machine(), sep="-")')
name=verdibarometer-$version-$platform-python$python
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022
to=$stage/$name
mkdir -p "$to/wheels" "$to/deploy"
for lock in requirements.lock requirements-uv.lock; do
  $pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --requirement "$lock" --dest "$to/wheels"
done
cp "$wheel" requirements.lock LICENSE docs/operations.md deploy/bundle/install.sh "$to"
# what is filled in for one installation stays here
for part in alarms.yml grafana-dashboard.json make-secrets.sh nginx.conf systemd; do
  cp -R "deploy/$part" "$to/deploy"
done
hash=$(sha256sum "$wheel" | cut -d' ' -f1)
printf 'verdibarometer==%s --hash=sha256:%s\n' "$version" "$hash" > "$to/product.lock"
printf 'version=%s\npython=%s\nplatform=%s\n' "$version" "$python" "$platform" > "$to/about"
(cd "$to" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum > SHA256SUMS)
tar --create --file "$folder/$name.tar" --directory "$stage" --sort=name --owner=0 --group=0 \
  --numeric-owner --mtime=@0 --mode=go-w "$name"
(cd "$folder" && sha256sum "$name.tar")
