.DEFAULT_GOAL := help
RUPTURES := .venv/bin/ruptures
DEMO := data/processed/demonstration/ruptures.duckdb

.PHONY: help report test pages test-long tableur navigateur lint bench lock demo dictionnaire

help: ## cette liste
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | awk -F: '{printf "  make %-16s%s\n", $$1, $$2}'

.venv/.pret: requirements.lock pyproject.toml outils/preparer.sh
	@sh outils/preparer.sh

.venv/.outils: .venv/.pret requirements-dev.lock
	@sh outils/preparer.sh --outils

report: .venv/.pret ## le rapport (ANNEE=2021-2022 pour en choisir l'année, PROFIL=externe pour l'édition publique)
	@$(RUPTURES) rapport $(if $(ANNEE),--annee $(ANNEE)) $(if $(PROFIL),--profil $(PROFIL))

test: .venv/.outils ## les tests
	@.venv/bin/python -m pytest

test-long: .venv/.outils tableur navigateur ## les campagnes lentes
	@.venv/bin/python -m pytest -m long --dist load

tableur: ## LibreOffice, où test-long ouvre le classeur (installé sur Debian, sinon le test le dit)
	@command -v soffice >/dev/null || sh outils/preparer.sh libreoffice-calc-nogui

navigateur: .venv/.navigateur ## Chromium et ce qui le conduit, pour les tests des pages d'écran

.venv/.navigateur: .venv/.outils requirements-navigateur.lock outils/navigateur.sh
	@sh outils/navigateur.sh

pages: .venv/.outils ## comment sont remplies les pages des rapports de cinq réseaux
	@.venv/bin/python -m tests.pages.layout

lint: .venv/.outils ## style, types, avis de sécurité sur les bibliothèques
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports && .venv/bin/sqlfluff lint sql benchmarks && .venv/bin/basedpyright && sh outils/avis.sh

bench: .venv/.outils ## temps et mémoire, dans benchmarks/resultats.md (QUOI="ingestion", TAILLES="100000 5000000", CFA="100 3000", RAPPORTS=1000)
	@.venv/bin/python -m benchmarks $(if $(QUOI),--quoi $(QUOI)) $(if $(TAILLES),--tailles $(TAILLES)) $(if $(CFA),--cfa $(CFA)) $(if $(RAPPORTS),--rapports $(RAPPORTS))

VERROU := .venv/bin/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet

lock: .venv/.outils ## refait les requirements*.lock depuis pyproject.toml
	@.venv/bin/python -m pip install --quiet uv
	@$(VERROU) pyproject.toml --group clone --output-file requirements.lock
	@$(VERROU) pyproject.toml --group clone --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	@$(VERROU) --group navigateur --constraint requirements-dev.lock --output-file requirements-navigateur.lock

demo: .venv/.pret ## refait les données fictives de data/raw/demo
	@$(RUPTURES) exemple --sortie data/raw/demo

dictionnaire: .venv/.pret ## refait docs/dictionnaire.md sur les données fictives
	@$(RUPTURES) construire --donnees data/raw/demo --base $(DEMO) && $(RUPTURES) dictionnaire --base $(DEMO) --sortie docs/dictionnaire.md
