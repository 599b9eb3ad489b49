"""A run that is ended at any moment leaves a whole edition at its name, and nothing that the next run does not cure."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import storage
from pipeline.paths import RACINE
from tests.pages import second_network
from tests.support import models

MOMENTS = 100
COMMANDE = [sys.executable, "-m", "pipeline", "rapport"]


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_run_that_is_ended_at_a_hundred_moments(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    options = [
        "--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--base", tmp_path / "base/r.duckdb",
        "--sortie", tmp_path / "output", "--sql", models("par_cfa", "par_filiere"), "--refaire", "--jobs", "2",
    ]  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(RACINE), "PYTHONUTF8": "1"}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMANDE, *map(str, options)], cwd=tmp_path, env=env, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    debut = time.monotonic()
    premiere = start()
    assert premiere.wait() == 0, premiere.stdout.read() if premiere.stdout else ""
    duree, edition = time.monotonic() - debut, tmp_path / "output/2023-2024"
    attendus = {chemin.relative_to(edition) for chemin in edition.rglob("*")}
    tirage = random.Random(20261127)
    for _ in range(MOMENTS):
        signal_envoye = tirage.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        en_cours = start()
        try:
            en_cours.wait(tirage.uniform(0.05, duree))
        except subprocess.TimeoutExpired:
            # All that it started too, as a machine that stops does.
            os.killpg(en_cours.pid, signal_envoye)
            en_cours.wait(60)
        # What the next run does first.
        storage.restore_editions(tmp_path / "output")
        assert {chemin.relative_to(edition) for chemin in edition.rglob("*")} == attendus
        assert json.loads((edition / "manifeste.json").read_text(encoding="utf-8"))["annee"] == "2023-2024"
    derniere = start()
    assert derniere.wait() == 0, derniere.stdout.read() if derniere.stdout else ""
    assert {chemin.relative_to(edition) for chemin in edition.rglob("*")} == attendus
    assert {f.name for f in (tmp_path / "output").iterdir()} == {"2023-2024", "2023-2024.precedente"}
    restes = {f.name for f in (tmp_path / "base").iterdir()}
    assert restes == {"r.duckdb", "r.empreinte.json", "r.verrou", "rejets.csv", "anomalies.csv", "journaux"}
