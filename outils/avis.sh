#!/bin/sh
# Looks the pinned libraries up among the published security advisories, where their source can be reached.
# Called by make lint. AVIS may name another source that answers alike.
set -eu
cd "$(dirname "$0")/.."

AVIS=${AVIS:-https://api.osv.dev/v1/query}
export PIP_AUDIT_LOGLEVEL=error PIP_AUDIT_PROGRESS_SPINNER=off

# Whatever it answers, even that the question is wrong, it can be reached.
if ! .venv/bin/python - "$AVIS" <<'PYTHON'
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], b"{}", timeout=5)
except urllib.error.HTTPError:
    pass
except OSError:
    sys.exit(1)
PYTHON
then
    echo "Avis de sécurité : leur source ne répond pas, les bibliothèques n'ont pas été examinées." >&2
    exit 0
fi
for verrou in requirements.lock requirements-dev.lock requirements-navigateur.lock; do
    .venv/bin/pip-audit --vulnerability-service osv --osv-url "$AVIS" --disable-pip --require-hashes --requirement "$verrou"
done
