#!/bin/sh
# Ranks in network namespaces with limited bandwidth and added latency: the time of a step against the model of docs/scale.md, as root:
#   benchmarks/ranks/network.sh K RATE/DELAY...      RATE as tc has it (100mbit) or "free", DELAY in ms, one way
# The first condition must be free/0: its step is the compute time C of the model. No frame leaves this machine.
. "$(dirname "$(readlink -f "$0")")/common.sh"
size=$1
shift
last=$((size - 1))
gradients=24.6e6 buckets=6 encoders=0.26      # docs/scale.md, size tiny

dotnet build "$here/Switch.cs" -c Release -o "$work/switch" -v quiet -nologo >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }

close() {
    kill "$switch" 2>/dev/null || :
    for rank in $(seq 0 "$last"); do ip netns del "flex$rank" 2>/dev/null || :; done
}
switch=
cleanup="close; $cleanup"

# open_network RATE DELAY
open_network() {
    : >"$work/switch.out"
    # shellcheck disable=SC2046  # names
    "$work/switch/Switch" "$2" $(seq -f 'flextap%g' 0 "$last") >"$work/switch.out" & switch=$!
    until grep -q ready "$work/switch.out"; do sleep 0.1; done
    for rank in $(seq 0 "$last"); do
        ip netns add "flex$rank"
        ip link set "flextap$rank" netns "flex$rank"
        ip -n "flex$rank" link set lo up
        ip -n "flex$rank" link set "flextap$rank" mtu 9000 txqueuelen 1000 up
        ip -n "flex$rank" address add "10.77.0.$((rank + 1))/24" dev "flextap$rank"
        [ "$1" = free ] || tc -n "flex$rank" qdisc add dev "flextap$rank" root tbf rate "$1" burst 128kb latency 200ms
    done
}

# train RUN: one rank in each namespace.
train() {
    ranks=
    for rank in $(seq 0 "$last"); do
        RANK=$rank WORLD_SIZE=$size LOCAL_RANK=$rank MASTER_ADDR=10.77.0.1 MASTER_PORT=29500 GLOO_SOCKET_IFNAME=flextap$rank OMP_NUM_THREADS=1 \
            ip netns exec "flex$rank" "$flex" train "$work/train.yaml" --out "$1" --set batch=12 --set steps=20 --set log_every=1 \
            >"$work/rank$rank" 2>&1 & ranks="$ranks $!"
    done
    for pid in $ranks; do wait "$pid" || { tail -n 3 "$work"/rank*; exit 1; }; done
}

compute=
for condition in "$@"; do
    rate=${condition%/*} delay=${condition#*/}
    open_network "$rate" "$delay"
    train "$work/run-$rate-$delay"
    close
    step=$(rate "$work/run-$rate-$delay" | awk '{ print 12000 / $1 }')
    compute=${compute:-$step}
    awk -v K="$size" -v rate="$rate" -v delay="$delay" -v T="$step" -v C="$compute" -v S="$gradients" -v n="$buckets" -v E="$encoders" 'BEGIN {
        B = rate == "free" ? 1e30 : rate ~ /gbit/ ? rate * 1e9 / 8 : rate * 1e6 / 8
        R = n * 2 * (K - 1) * (delay / 1000 + S / n / (K * B)) * 1000
        hidden = R - C * E * 2 / 3; least = R / n
        printf "| %d | %s | %s | %.0f | %.0f | %.0f | %.0f | %+.0f %% |\n", K, rate, delay, C, R, C + (hidden > least ? hidden : least), T, \
            100 * (T / (C + (hidden > least ? hidden : least)) - 1)
    }'
done
