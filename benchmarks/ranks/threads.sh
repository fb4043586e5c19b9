#!/bin/sh
# Two ranks of one thread each against one process of two threads, in turns, on a machine that does nothing else:
#   benchmarks/ranks/threads.sh [PAIRS]
# Prints samples per second.
. "$(dirname "$(readlink -f "$0")")/common.sh"
pairs=${1:-3}
for pair in $(seq "$pairs"); do
    "$flex" launch -n 2 -- train "$work/train.yaml" --out "$work/two$pair" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$flex" train "$work/train.yaml" --out "$work/one$pair" --set threads=2 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$flex" train "$work/train.yaml" --out "$work/half$pair" --set threads=1 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$flex" train "$work/train.yaml" --out "$work/share$pair" --set threads=1 --set batch=4 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    printf '2 ranks x 1 thread %s, 1 process x 2 threads %s, 1 x 1 %s, with half the batch %s\n' \
        "$(rate "$work/two$pair")" "$(rate "$work/one$pair")" "$(rate "$work/half$pair")" "$(rate "$work/share$pair")"
done
