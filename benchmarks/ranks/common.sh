# Read by the scripts beside it: a folder to work in, the data, and what a run's log says.
set -eu
here=$(dirname "$(readlink -f "$0")")
flex=$here/../../flex
work=$(mktemp -d)
cleanup='rm -rf "$work"'
trap 'eval "$cleanup"' EXIT
trap 'exit 130' INT TERM
cp "$here/train.yaml" "$work"
"$flex" simulate turbulence --size 256 --times 0.1:0.4:0.1 --reynolds 60 --out "$work/flow.nc" >"$work/log" 2>&1

# rate RUN: the median over its log of samples per second, without the first ten steps.
rate() {
    sed -n 's/.*"samples_per_second":\([0-9.]*\).*/\1/p' "$1/metrics.jsonl" | tail -n +3 | sort -g \
        | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
