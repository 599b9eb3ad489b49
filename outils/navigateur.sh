#!/bin/sh
# Installs what the tests of the pages for the screen need: the libraries that drive a browser, and Chromium.
# Called by make test-long; without Chromium these tests are skipped, and say so.
set -eu
cd "$(dirname "$0")/.."

echo "Installation de ce qui conduit un navigateur (requirements-navigateur.lock)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-navigateur.lock || {
    echo "Erreur : ces bibliothèques n'ont pas pu être installées : vérifiez l'accès au dépôt de paquets." >&2
    exit 5
}
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installation de : chromium"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
        >/dev/null; } || true
fi
command -v chromium >/dev/null || echo "Chromium manque : les tests des pages d'écran seront passés. Debian ou Ubuntu : « apt-get install chromium »."
touch .venv/.navigateur
