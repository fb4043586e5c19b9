#!/bin/sh
# The front door of FLEX: installs what is missing, builds what changed, runs the command line tool.
#
#   ./flex COMMAND ...                       see ./flex --help
#   ./flex test [--fast] [--filter TEXT]     runs the tests of every project
#   ./flex test --soak [--filter TEXT]       runs the tests that take hours instead, and prints what they measured
#
# FLEX_LIBTORCH=DIR   use the libtorch in DIR (newer, or with CUDA) in place of Debian's libtorch-dev
#
# Messages go to standard error; standard output belongs to the tool. Exit status: the tool's own, 1 when set-up fails.
set -eu

root=$(dirname "$(readlink -f "$0")")
build=$root/build
log=$build/setup.log

# To compile the gate and run everything; libtorch-dev and libgloo-dev join unless FLEX_LIBTORCH names another libtorch.
packages='g++ cmake ninja-build libopenblas0-pthread libnetcdf-dev netcdf-bin hdf5-tools gnuplot-nox fonts-dejavu-core'
data_folder=/usr/share/ferret-vis/data

say() {
    printf 'flex: %s\n' "$*" >&2
}

fail() {
    say "$@"
    exit 1
}

# fingerprint PATH...: changes when a source file below the paths is added, removed or edited.
fingerprint() {
    (cd "$root" && find "$@" \( -name bin -o -name obj \) -prune -o -type f -printf '%p %T@ %s\n') \
        | LC_ALL=C sort | sha1sum | cut -c 1-12
}

# logged WHAT COMMAND...: runs the command with its output in the log, which is shown when it fails.
logged() {
    what=$1
    shift
    say "$what"
    "$@" >"$log" 2>&1 </dev/null 9>&- || {
        tail -n 40 "$log" >&2
        fail "failed: $what (all of its output is in $log)"
    }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_update() {
    logged 'apt-get update' as_root apt-get update -q
    apt_update() { :; }
}

# install_packages PACKAGE...: installs those that are missing.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "this is not a Debian system; make sure that these are installed: $*"
        return
    fi
    missing=
    for package in "$@"; do
        installed "$package" || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        say "these Debian packages are missing:$missing"
        [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "there is no sudo; as root, run: apt-get install$missing"
        apt_update
        # shellcheck disable=SC2086  # a list of names
        logged "apt-get install$missing" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy $missing
    fi
}

# find_dotnet: sets dotnet to a host that has an SDK 10.x; fails when there is none.
find_dotnet() {
    for dotnet in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet)" "${HOME:-}/.dotnet/dotnet" \
        /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
        if [ -x "$dotnet" ] && "$dotnet" --list-sdks 2>/dev/null | grep -q '^10\.'; then
            dotnet=$(readlink -f "$dotnet")
            return 0
        fi
    done
    return 1
}

install_dotnet() {
    find_dotnet && return
    say 'no .NET 10 SDK found'
    if command -v apt-get >/dev/null; then
        apt_update
        if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
            logged 'apt-get install dotnet-sdk-10.0' \
                as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy dotnet-sdk-10.0
        fi
    fi
    find_dotnet || fail 'install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and run again;' \
        "it is looked for on PATH, in \$DOTNET_ROOT and in ~/.dotnet"
}

# ready: sets dotnet; true when packages were checked since dpkg last changed anything.
ready() {
    [ -e "$setup_stamp" ] && ! [ /var/lib/dpkg/status -nt "$setup_stamp" ] \
        && read -r dotnet <"$setup_stamp" && [ -x "$dotnet" ]
}

build_gate() {
    mkdir -p "$gate"
    logged 'configuring the gate to libtorch' \
        cmake -G Ninja -S "$root/native/gate" -B "$gate" -DCMAKE_BUILD_TYPE=Release \
        ${FLEX_LIBTORCH:+"-DCMAKE_PREFIX_PATH=$FLEX_LIBTORCH"}
    logged 'building the gate to libtorch' cmake --build "$gate"
    printf '%s\n' "$gate_sources" >"$gate/.sources"
}

# One folder per state of the sources, so that a rebuild never changes the files of a run in progress.
build_cli() {
    rm -rf "$cli.new"
    logged 'building the command line tool (the first time takes a minute or two)' \
        "$dotnet" publish "$root/src/Flex.Cli/Flex.Cli.csproj" -c Release -o "$cli.new" -v quiet -nologo
    mv -T "$cli.new" "$cli"
    find "$build/cli" -mindepth 1 -maxdepth 1 -mtime +14 -exec rm -rf {} +
}

gate_is_current() {
    [ -e "$gate/libflexgate.so" ] && [ -e "$gate/.sources" ] && read -r built <"$gate/.sources" \
        && [ "$built" = "$gate_sources" ]
}

set_up() {
    if ! ready; then
        # shellcheck disable=SC2086  # a list of names
        install_packages $packages
        install_dotnet
        printf '%s\n' "$dotnet" >"$setup_stamp"
    fi
    gate_is_current || build_gate
    [ -x "$cli/flex" ] || build_cli
}

prepare() {
    gate=$build/gate
    if [ -n "${FLEX_LIBTORCH:-}" ]; then
        [ -d "$FLEX_LIBTORCH" ] || fail "FLEX_LIBTORCH=$FLEX_LIBTORCH is not a folder; name an unpacked libtorch"
        FLEX_LIBTORCH=$(readlink -f "$FLEX_LIBTORCH")
        gate=$build/gate-$(printf %s "$FLEX_LIBTORCH" | sha1sum | cut -c 1-12)
    else
        packages="$packages libtorch-dev libgloo-dev"
    fi
    setup_stamp=$gate/.setup-$(printf %s "$packages" | sha1sum | cut -c 1-12)
    gate_sources=$(fingerprint native)
    cli=$build/cli/$(fingerprint src Directory.Build.props Directory.Packages.props)

    export FLEX_GATE="$gate/libflexgate.so" FLEX_HOME="$root"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    # Build servers that outlive the launcher would hold on to its terminal and its lock.
    export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

    if ! { ready && gate_is_current && [ -x "$cli/flex" ]; }; then
        mkdir -p "$gate" "$build/cli"
        exec 9>"$build/.lock"
        flock -n 9 || { say 'waiting for another build to end'; flock 9; }
        set_up
        exec 9>&-
    fi
    export DOTNET_ROOT="${dotnet%/*}"
    unset MSBUILDDISABLENODEREUSE UseSharedCompilation
}

# The winds of docs/winds.md come in a Debian package: a command that names its folder has it installed.
install_data() {
    case " $* " in
        *" $data_folder/"*) [ -d "$data_folder" ] || install_packages ferret-datasets ;;
    esac
}

run_tests() {
    tier='Category!=Soak' limit=25m more=
    while [ $# -gt 0 ]; do
        case $1 in
            --fast) more="$more&Category!=Slow" ;;
            --soak) tier='Category=Soak' limit=12h ;;
            --filter)
                [ $# -ge 2 ] || { say '--filter wants a text that is part of the test names'; exit 2; }
                shift
                text=$(printf %s "$1" | sed 's/[\\()&|=!~]/\\&/g')
                more="$more&FullyQualifiedName~$text"
                ;;
            *) say "unknown option $1; ./flex test takes --fast, --soak and --filter TEXT"; exit 2 ;;
        esac
        shift
    done
    prepare
    exec 9>"$build/.lock"
    flock 9
    MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false \
        logged 'building the tests' "$dotnet" build "$root/Flex.slnx" -c Release -v quiet -nologo
    exec 9>&-

    results=$(mktemp -d "$build/test-results.XXXXXX")
    trap 'rm -rf "$results"' EXIT
    export FLEX_SOAK_REPORT="$results/soak-report"
    for project in "$root"/tests/*.Tests; do
        name=${project##*/}
        say "testing $name"
        status=0
        timeout "$limit" "$dotnet" test "$project/bin/Release/net10.0/$name.dll" --results-directory "$results" \
            --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' \
            --filter "$tier$more" </dev/null || status=$?
        printf '%s\n' "$status" >"$results/$name.exit"
    done
    [ ! -e "$FLEX_SOAK_REPORT" ] || sort "$FLEX_SOAK_REPORT"
    "$root/.ci/sum-tests" "$results"
}

if [ "${1:-}" = test ]; then
    shift
    run_tests "$@"
else
    prepare
    install_data "$@"
    exec "$cli/flex" "$@"
fi
