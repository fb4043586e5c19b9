#!/bin/sh
# How fast K ranks read their shares of a batch from netCDF or HDF5 files that nobody keeps in memory, side by side:
#   benchmarks/ranks/reading.sh K FILE...
# The files come from the system's cache where they fit: what is measured is finding, unpacking and cutting. Run ./flex once before it.
set -eu
root=$(dirname "$(readlink -f "$0")")/../..
ranks=$1
shift
dotnet build "$root/benchmarks/Flex.Benchmarks" -c Release -v quiet -nologo >/dev/null
export FLEX_GATE="$root/build/gate/libflexgate.so"
for rank in $(seq 0 $((ranks - 1))); do
    dotnet "$root/benchmarks/Flex.Benchmarks/bin/Release/net10.0/Flex.Benchmarks.dll" reading "$rank" "$ranks" 20 "$@" &
done | awk '{ patches += $1; bytes += $3 } END { printf "%.0f patches/s, %.1f MB/s\n", patches, bytes }'
