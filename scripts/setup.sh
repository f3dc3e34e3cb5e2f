#!/usr/bin/env bash
# Installs what Musubi is built from and tested with, on Debian 12. The one list of packages.
#
#   scripts/setup.sh          what building, testing and the demo need
#   scripts/setup.sh --dev    also the linters, clang's fuzzer and the profiler
#
# Does nothing, and needs no network, where all of it is there already.
set -euo pipefail

packages=(
  # tools
  g++ cmake ninja-build pkg-config python3 ca-certificates
  # libraries, each with what it is for
  libtbb-dev                    # threads: pipelines, parallel loops, sorting
  libxxhash-dev                 # hashing that protects nothing
  libssl-dev                    # HMAC, HKDF, SHA-256, certificates, CMS, secure memory, randomness
  librocksdb-dev                # the unit's store
  libboost-program-options-dev  # command lines
  libboost-dev                  # whole numbers of any size, for clkhash's schemas
  libpcre2-dev                  # regular expressions, for clkhash's schemas
  libicu-dev                    # Unicode normalisation, CP932
  nlohmann-json3-dev            # JSON
  libvalijson-dev               # JSON Schema
  libcsv-dev                    # CSV
  libarchive-dev                # tar
  libspdlog-dev                 # logs
  liblemon-dev                  # matchings of most weight
  libeigen3-dev                 # linear algebra, for the attacks of an audit
  # tests and benchmarks
  libgtest-dev libgmock-dev libbenchmark-dev
  chromium                      # opens the pages as their readers do
  poppler-utils                 # reads what a page prints
  openssl                       # that others can read our certificates, keys and messages
  strace                        # kills commands at each of their system calls
)
# Node builds the pages. One from elsewhere is as good, and may not go with Debian's npm.
node_version=$(node --version 2>/dev/null || echo v0)
node_major=${node_version#v}
if ! command -v npm >/dev/null || [ "${node_major%%.*}" -lt 18 ]; then
  packages+=(nodejs npm)
fi
if [ "${1:-}" = "--dev" ]; then
  packages+=(clang clang-tidy clang-format libclang-rt-14-dev linux-perf shellcheck)
elif [ $# -gt 0 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
# Earlier releases of OpenSSL 3.0 have known faults in what we use; cmake/dependencies.cmake asks
# for the same version.
openssl=$(dpkg-query -W -f '${Version}' libssl-dev 2>/dev/null || echo 0)
dpkg --compare-versions "$openssl" ge 3.0.22 || missing+=(libssl-dev libssl3)
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "run scripts/setup.sh as root: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get -q update
"${as_root[@]}" apt-get -q -y --no-install-recommends install "${missing[@]}"
