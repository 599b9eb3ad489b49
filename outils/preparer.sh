#!/bin/sh
# Sets everything up on a fresh machine: virtual environment, pinned libraries, WeasyPrint's system libraries.
# Called by make; may be run again at any time. With --outils, installs what only tests and checks of the code need; with
# names of Debian packages, these only, where it may.
set -eu
cd "$(dirname "$0")/.."

BIBLIOTHEQUES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

arreter() {
    echo "Erreur : $1" >&2
    exit 5
}

# Installs Debian packages when we may; otherwise fails.
installer() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installation de : $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Installs the pinned libraries of a lock file.
installer_verrou() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1" ||
        arreter "les bibliothèques Python n'ont pas pu être installées : vérifiez l'accès au dépôt de paquets."
}

if [ "${1:-}" = --outils ]; then
    echo "Installation de ce que demandent les tests (requirements-dev.lock)"
    installer_verrou requirements-dev.lock
    touch .venv/.outils
    exit 0
fi

if [ $# -gt 0 ]; then
    installer "$@" || echo "Non installé : $* (Debian ou Ubuntu, en administrateur : « apt-get install $* »)." >&2
    exit 0
fi

trouver_python() {
    for nom in python3 python3.13 python3.12 python3.11; do
        if command -v "$nom" >/dev/null &&
            "$nom" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$nom"
            return 0
        fi
    done
    return 1
}

python=$(trouver_python) || { installer python3 python3-venv && python=$(trouver_python); } || arreter \
    "il faut Python 3.11, 3.12 ou 3.13. Debian ou Ubuntu : « apt-get install python3 python3-venv » ; Fedora : « dnf install python3.12 » ; macOS : « brew install python@3.12 »."

creer_environnement() {
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1
}

if ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Création de l'environnement Python (.venv)"
    creer_environnement || { installer python3-venv && creer_environnement; } || arreter \
        "l'environnement Python ne peut pas être créé. Debian ou Ubuntu : « apt-get install python3-venv »."
fi

echo "Installation des bibliothèques Python (requirements.lock), la première fois quelques minutes"
installer_verrou requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    arreter "le projet n'a pas pu être installé dans .venv."

# WeasyPrint does without HarfBuzz-Subset, more slowly: installed where we may, required nowhere.
if ! .venv/bin/python -c 'from weasyprint.text.ffi import harfbuzz_subset as h; exit(not h)' >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    installer $BIBLIOTHEQUES || true
    .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1 || {
        arreter "les bibliothèques système de WeasyPrint manquent. $(
            .venv/bin/python -c 'from pipeline.report.pdf import BIBLIOTHEQUES; print(BIBLIOTHEQUES)'
        )"
    }
fi
touch .venv/.pret
