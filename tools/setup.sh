#!/bin/sh
# Makes what the verbs of the Makefile need: the environment in .venv, and packages of Debian or Ubuntu.
#
#   sh tools/setup.sh run      .venv with what a running onshi needs
#   sh tools/setup.sh dev      .venv with what tests and checks need as well
#   sh tools/setup.sh engines  PostgreSQL, Chromium, a Japanese font, smart-card middleware, a key module and LibreOffice, for the tests
#   sh tools/setup.sh wrk      the load generator of the benchmark
#
# As root it installs missing packages; otherwise it prints the line to run, and stops with 1.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
updated=no

say() { printf '%s\n' "$*" >&2; }

update_lists() {
    if [ "$updated" = no ]; then
        say "Updating the package lists…"
        apt-get update -qq
        updated=yes
    fi
}

install_packages() {
    if ! command -v apt-get >/dev/null 2>&1; then
        say "Missing here: $*. Install the equivalents of these Debian packages, then run make again."
        exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
        say "Some packages are missing. Run this line, then make again:"
        say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        exit 1
    fi
    update_lists
    say "Installing $*…"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The first Python that runs and is one of ours: version managers put names on the path that only complain.
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

usable_venv() {
    "$venv/bin/python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

make_venv() {
    if usable_venv; then return 0; fi
    python=$(find_python) || {
        say "Python 3.11, 3.12 or 3.13 is needed."
        install_packages python3 python3-venv
        python=$(find_python) || { say "The Python of this system is too old or too new."; exit 1; }
    }
    # Debian ships Python without ensurepip; the package is named after the version.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if command -v apt-cache >/dev/null 2>&1 && apt-cache show "python$version-venv" >/dev/null 2>&1; then
            install_packages "python$version-venv"
        else
            install_packages python3-venv
        fi
    fi
    say "Making the environment with $("$python" --version)…"
    rm -rf "$venv"
    "$python" -m venv "$venv"
}

pip_install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"
}

# No build step: a line tells Python where our packages are, a small script starts the program. (An editable
# install by pip needs setuptools and wheel in the environment, and Debian's environments lack one or both.)
install_ours() {
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$PWD/src" >"$site/onshi.pth"
    printf '#!/bin/sh\nexec "%s" -m onshi.cli "$@"\n' "$PWD/$venv/bin/python" >"$venv/bin/onshi"
    chmod +x "$venv/bin/onshi"
}

environment() {
    make_venv
    say "Installing what requirements/$1.txt names…"
    pip_install --require-hashes -r "requirements/$1.txt"
    install_ours
    : >"$venv/.$1"
    # What the tests need holds what running needs.
    if [ "$1" = dev ]; then : >"$venv/.run"; fi
}

without() { case ",${ONSHI_TEST_WITHOUT:-}," in *",$1,"*) return 0 ;; *) return 1 ;; esac; }

package_of() { case "$1" in opensc-tool) echo opensc ;; *) echo "$1" ;; esac; }

# The Chromium without a window is two and a half times quicker; not every system has it.
missing_browser() {
    if command -v chromium-headless-shell >/dev/null 2>&1; then return 0; fi
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then echo " chromium-headless-shell"; return 0; fi
    if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then return 0; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then update_lists >&2; fi
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then echo " chromium-headless-shell"; else echo " chromium"; fi
}

engines() {
    missing=
    if ! without postgresql && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
        missing="$missing postgresql"
    fi
    if ! without chromium; then missing="$missing$(missing_browser)"; fi
    # The letters of pages in Chromium and of papers as PDF.
    if ! ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; then missing="$missing fonts-noto-cjk"; fi
    if ! without pcscd; then
        for program in opensc-tool pcscd openssl; do
            command -v $program >/dev/null 2>&1 || missing="$missing $(package_of $program)"
        done
        ls /usr/lib/*/opensc-pkcs11.so >/dev/null 2>&1 || missing="$missing opensc-pkcs11"
        ls /usr/lib/*/engines-3/pkcs11.so >/dev/null 2>&1 || missing="$missing libengine-pkcs11-openssl"
        ls /usr/lib/pcsc/drivers/serial/libifdvpcd.so >/dev/null 2>&1 || missing="$missing vsmartcard-vpcd"
    fi
    if ! without softhsm && ! command -v softhsm2-util >/dev/null 2>&1; then missing="$missing softhsm2"; fi
    if ! without libreoffice; then
        # Without a window: Calc alone, and the way to steer it.
        command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc-nogui"
        /usr/bin/python3 -c 'import uno' 2>/dev/null || missing="$missing python3-uno"
    fi
    # shellcheck disable=SC2086 # a list of words
    if [ -n "$missing" ]; then install_packages $missing; fi
}

case "${1:-}" in
run | dev) environment "$1" ;;
engines) engines ;;
wrk) command -v wrk >/dev/null 2>&1 || install_packages wrk ;;
*) say "usage: sh tools/setup.sh run|dev|engines|wrk"; exit 2 ;;
esac
