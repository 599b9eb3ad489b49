"""Editions that do without chapters, breakdowns or amounts: nothing else is missing, and it is said once."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import paths
from tests.pages import second_network
from tests.support import page_text, run

pytestmark = pytest.mark.usefixtures("core_once")
TOUTES = sorted(chemin.stem for chemin in (paths.SQL / "ventilations").glob("*.sql"))


def publish(dossier: Path, exclues: Sequence[str] = (), sans: Sequence[str] = (), *options: str) -> tuple[Path, str]:
    """The edition of the second network, all its sections, without these breakdowns and chapters; what was said."""
    second_network.write(dossier, second_network.rows(second_network.ENTIERE))
    blocs = re.split(r"(?=\[\[)", second_network.CONFIG)
    config = "".join(bloc for bloc in blocs if not any(f'cle = "{cle}"' in bloc for cle in sans))
    (dossier / "config.toml").write_text(
        f"[ventilations]\nexclues = {json.dumps([*exclues])}\n{config}", encoding="utf-8"
    )
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", *options)
    resultat = run("rapport", *chemins, cwd=dossier, cfa=bool(options), laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output/2023-2024", resultat.output


def manifest(edition: Path) -> dict[str, object]:
    return json.loads((edition / "manifeste.json").read_text(encoding="utf-8"))


def test_a_chapter_of_which_the_exports_say_nothing_is_said_in_one_line(tmp_path: Path) -> None:
    """No contract of this network has an amount, a sex or a reason."""
    gardees = ("par_cout", "par_cout_filiere", "cout_sensibilite", "par_sexe", "par_filiere")
    edition, sur_l_ecran = publish(tmp_path, [nom for nom in TOUTES if nom not in gardees])
    page = (edition / "rapport_2023-2024.pdf").read_text(encoding="utf-8")
    assert 'id="section-cout"' not in page and 'id="ventilation-par_cout' not in page
    assert 'id="ventilation-par_filiere"' in page
    assert manifest(edition)["sans_donnees"] == ["Sexe", "le chapitre « Le coût des ruptures »"]
    dit = "es exports ne disent rien de l'année pour : Sexe, le chapitre « Le coût des ruptures »."
    assert f"L{dit}" in page_text(edition / "rapport_2023-2024.pdf") and f"Attention : l{dit}" in sur_l_ecran
    assert {"par_cout.csv", "par_sexe.csv"} <= {c.name for c in (edition / "tables").iterdir()}, "the tables are whole"


def test_an_edition_does_without_most_of_its_breakdowns_and_chapters(tmp_path: Path) -> None:
    """Page 2, the periods and the reports of CFA read breakdowns that are not there: what is left stands."""
    sans = ("structures", "motifs", "periodes", "suites", "cout", "calendrier", "definitions")
    edition, dit = publish(tmp_path, ["par_cfa*", "par_filiere"], sans, "--cfa", "0560001B", "--jobs", "1")
    page = page_text(edition / "rapport_2023-2024.pdf")
    phrase = "Hors de l'édition, par réglage : ventilations exclues : "
    assert phrase in dit and phrase in page
    assert "chapitres absents de config.toml : calendrier (" in dit
    publiees = {chemin.stem for chemin in (edition / "tables").iterdir()}
    ecartees = manifest(edition)["ventilations_ecartees"]
    assert isinstance(ecartees, dict) and publiees == set(TOUTES) - set(ecartees)
    assert ecartees["par_filiere"] == "par_filiere" and ecartees["par_cout"] == "cout"
    assert "par_sexe" in publiees and not any(nom.startswith("par_cfa") for nom in publiees)
    assert [chemin.suffix for chemin in (edition / "cfa").glob("*0560001B*")].count(".pdf") == 1


def test_an_edition_may_have_no_breakdown_at_all(tmp_path: Path) -> None:
    edition, _ = publish(tmp_path, ["*"])
    assert list((edition / "tables").iterdir()) == []
    assert "Les Ateliers d'Armorique" in page_text(edition / "rapport_2023-2024.pdf")


def test_a_text_that_names_a_figure_of_an_excluded_breakdown_is_told_why(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    (tmp_path / "textes").mkdir()
    (tmp_path / "textes/cout.md").write_text("{{ par_filiere[Soins].effectif }} apprentis.", encoding="utf-8")
    entete = '[presentation]\ntextes = "textes"\n[ventilations]\nexclues = ["*"]\n'
    config = tmp_path / "config.toml"
    config.write_text(f"{entete}{second_network.CONFIG}", encoding="utf-8")
    (tmp_path / "textes/metiers.md").write_text("{{ par_filiere[Soins].effectif }} apprentis.", encoding="utf-8")
    (tmp_path / "textes/synthese.md").write_text("{{ par_filiere[Soins].effectif }} apprentis.", encoding="utf-8")
    chemins = ("--donnees", tmp_path / "donnees", "--config", config)
    resultat = run("rapport", *chemins, cwd=tmp_path, laid_out=False)
    assert resultat.exit_code == 2
    assert resultat.stderr == (
        f"Erreur : {tmp_path / 'textes/synthese.md'}:1 : la ventilation « par_filiere » est hors de l'édition, par "
        "réglage. Retirez ce chiffre, ou rendez-la à l'édition dans config.toml.\n"
    )
