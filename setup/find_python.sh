#!/bin/sh
# Prints the Python that .venv is made with: the one of a finished .venv, else PYTHON where it is given, else the
# first fit one on PATH. Fit is 3.11 to 3.13 with the venv module. Otherwise: one sentence, exit code 1.

venv=${1:-.venv}

say() { # English, Portuguese
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        pt*) printf '%s\n' "$2" >&2 ;;
        *) printf '%s\n' "$1" >&2 ;;
    esac
}

version_of() { # works in Python 2 too; empty where the program is a shim of nothing
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

is_fit() {
    case "$1" in 3.11 | 3.12 | 3.13) return 0 ;; *) return 1 ;; esac
}

if [ -e "$venv/setup/venv" ] && is_fit "$(version_of "$venv/bin/python")"; then
    printf '%s\n' "$venv/bin/python"
    exit 0
fi

unfit=
bare=
for name in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
    command -v "$name" >/dev/null 2>&1 || continue
    version=$(version_of "$name")
    [ -n "$version" ] || continue
    if ! is_fit "$version"; then
        unfit=${unfit:-$version}
    elif "$name" -c 'import ensurepip, venv' 2>/dev/null; then
        command -v "$name"
        exit 0
    else
        bare=${bare:-$version}
    fi
done

if [ -n "$bare" ]; then
    say "Python $bare is here without its venv module: install it (Debian and Ubuntu: sudo apt-get install python$bare-venv), then run make again." \
        "O Python $bare está aqui sem o módulo venv: instale-o (Debian e Ubuntu: sudo apt-get install python$bare-venv) e execute make de novo."
elif [ -n "$unfit" ]; then
    say "Agent1 needs Python 3.11, 3.12 or 3.13 and found $unfit: install one of them beside it (Debian and Ubuntu: sudo apt-get install python3.11 python3.11-venv; Mac: brew install python@3.12), then run make again." \
        "O Agent1 precisa do Python 3.11, 3.12 ou 3.13 e encontrou o $unfit: instale um deles ao lado (Debian e Ubuntu: sudo apt-get install python3.11 python3.11-venv; Mac: brew install python@3.12) e execute make de novo."
else
    say "Agent1 needs Python 3.11, 3.12 or 3.13 and found no python3: install it (Debian and Ubuntu: sudo apt-get install python3 python3-venv; Mac: brew install python@3.12), then run make again." \
        "O Agent1 precisa do Python 3.11, 3.12 ou 3.13 e não encontrou python3: instale-o (Debian e Ubuntu: sudo apt-get install python3 python3-venv; Mac: brew install python@3.12) e execute make de novo."
fi
exit 1
