"""What tools leave in a good export changes no figure, or the run says what is lost: two hundred alterations drawn at
random, several in one file."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import Result

from tests.oracle.strategies import ETABLISSEMENTS, REFERENTIELS, histoires
from tests.support import construct, write_project

APPRENTIS, ALTERATIONS, PAR_FICHIER = 40, 200, 4
REQUISES = ("nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa")
CODES = ("nocontrat", "uaicfa", "siret", "codediplome", "siretemployeur")
DATES = ("datedebutcontrat", "datefincontrat", "dateeffetrupture", "datesignalementrupture", "datenaissance")
FICHIER = "export_2022-08-31.csv"
CONFIG = '[annees]\npremiere = "2019-2020"\n'
Row = dict[str, str]
Alteration = Callable[[random.Random, Row], None]


def good_rows() -> list[Row]:
    """Rows without a fault, of which a run says nothing: every column that matters is filled as DECA fills it."""
    contrats, _ = histoires(3, APPRENTIS)
    colonnes = list(dict.fromkeys([*REQUISES, *(c for source in contrats for ligne in source.lignes for c in ligne)]))
    lignes = [dict.fromkeys(colonnes, "") | ligne for source in contrats for ligne in source.lignes]
    return [ligne for ligne in lignes if is_good(ligne)]


def is_good(ligne: Row) -> bool:
    """Whether nothing is to be said of a row."""
    debut, fin = ligne["datedebutcontrat"], ligne["datefincontrat"]
    complete = all(ligne[c] for c in ("nocontrat", *REQUISES[1:3], *REQUISES[4:], "idalternant", "nom", "prenom"))
    jours = [jour for c, jour in ligne.items() if c.startswith("date") and jour]
    vrais = all(re.fullmatch(r"(19|20)\d\d-[01]\d-[0-3]\d", jour) and "02-30" not in jour for jour in jours)
    ruptures = [ligne[c] for c in ("dateeffetrupture", "datesignalementrupture") if ligne[c]]
    proches = all(debut[:4] <= jour[:4] <= fin[:4] for jour in ruptures) and debut > "2018" and debut <= fin
    lues = ligne["statut"] in ("", "Rompu", "Annulé", "Supprimé", "Corrigé") and ligne["dispositif"] in (
        "",
        "APPR",
        "CA",
    )
    lues = lues and ligne["rupture_avant_debut"] in ("", "true", "false") and ligne["typecontrat"] != "99"
    return complete and vrais and proches and lues and ligne["uaicfa"] in {e.uai for e in ETABLISSEMENTS}


def any_filled(hasard: random.Random, ligne: Row, colonnes: tuple[str, ...]) -> str | None:
    """One of these columns that a row fills."""
    remplies = [c for c in colonnes if ligne.get(c)]
    return hasard.choice(remplies) if remplies else None


def on(colonnes: tuple[str, ...], *ecritures: Callable[[str], str]) -> Alteration:
    """Write a cell of these columns in another way."""

    def alter(hasard: random.Random, ligne: Row) -> None:
        if colonne := any_filled(hasard, ligne, colonnes):
            ligne[colonne] = hasard.choice(ecritures)(ligne[colonne])

    return alter


def day(forme: str) -> Callable[[str], str]:
    """A day in another shape: the names are those of its parts, with and without their zeros."""

    def write(jour: str) -> str:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", jour):
            return jour  # another tool wrote it first
        a, m, j = jour.split("-")
        mois = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
        return forme.format(a=a, m=m, j=j, m0=int(m), j0=int(j), mois=mois[int(m) - 1])

    return write


def eve(jour: str) -> str:
    """The last minute of the day before."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", jour):
        return jour
    return f"{date.fromisoformat(jour) - timedelta(days=1)} 23:59:16"


# What tools write of a cell: each keeps what it says.
CELLULES: dict[str, Alteration] = {
    "spaces and no-break spaces": on(
        CODES + DATES, lambda t: f" {t}\u00a0", lambda t: f"{t}\u202f", lambda t: f"\t{t}"
    ),
    "invisible characters": on(
        (*CODES, *DATES, "statut", "nom", "prenom"),
        lambda t: f"\u200b{t}", lambda t: f"{t[:2]}\u200e{t[2:]}", lambda t: f"\ufeff{t}",
    ),
    "what Excel cannot write": on((*CODES, *DATES, "statut"), lambda t: f"{t}_x000D_", lambda t: f"{t}_x000A_"),
    "a formula that keeps zeros": on(CODES, lambda t: f'="{t}"'),
    "a leading apostrophe": on((*CODES, *DATES), lambda t: f"'{t}", lambda t: f"\u2019{t}"),
    "a number that was a float": on(
        ("siret", "siretemployeur", "codediplome", "typecontrat"), lambda t: f"{t}.0" if t.isdigit() else t
    ),
    "dots, dashes and spaces in a code": on(
        ("siret", "siretemployeur", "nocontrat"),
        lambda t: " ".join((t[:3], t[3:6], t[6:])), lambda t: f"{t[:5]}-{t[5:]}", lambda t: f"{t[:3]}.{t[3:]}",
    ),
    "lower case": on(("uaicfa", "nocontrat"), str.lower),
    "another shape of date": on(
        DATES, *map(day, ("{j}/{m}/{a}", "{j0}/{m0}/{a}", "{j}-{m}-{a}", "{j}.{m}.{a}", "{a}{m}{j}", "{j0} {mois} {a}"))
    ),
    "a time after the day": on(
        DATES,
        lambda t: f"{t} 00:00:00", lambda t: f"{t}T00:00:00.000",
        lambda t: f"{t} 12:34:56", lambda t: f"{t} 09:00:00+02:00",
    ),
    "a midnight that lost a minute": on(("dateeffetrupture",), eve),
    "case and gender of a status": on(
        ("statut",), str.upper, lambda t: f"{t}s", lambda t: f"{t}e" if t[-1] == "é" else t
    ),
    "a label after its code": on(("typecontrat",), lambda t: f"{t} - Contrat", lambda t: f"{t}: type {t}"),
    "another word of a boolean": on(
        ("rupture_avant_debut",),
        lambda t: {"true": "oui", "false": "non"}.get(t, t), lambda t: {"true": "O", "false": "N"}.get(t, t),
        str.capitalize,
    ),
    "another word of the scheme": on(("dispositif",), lambda t: {"APPR": "Apprentissage", "CA": "appr"}.get(t, t)),
    "names in another case, with other signs": on(
        ("nom", "prenom"), str.upper, lambda t: t.replace("'", "\u2019"), lambda t: t.replace("-", "\u2013")
    ),
}  # fmt: skip


# What empties a cell that was empty.
VIDES = ("NULL", "null", "NA", "N/A", "#N/A", "nan", "None", r"\N", "-", "--", "(vide)")


def empty_mark(hasard: random.Random, ligne: Row) -> None:
    """A mark of emptiness in a cell that holds nothing, no name."""
    vides = [c for c, texte in ligne.items() if not texte and c not in ("nom", "prenom")]
    if vides:
        ligne[hasard.choice(vides)] = hasard.choice(VIDES)


# What losing says: the console tells of it, with the column.
PERTES: dict[str, Alteration] = {
    "a code in scientific notation": on(("siretemployeur",), lambda _: "1,32E+13"),
    "a status that is none": on(("statut",), lambda _: "En attente de 3e avis"),
    "a rupture that is no day": on(("dateeffetrupture",), lambda _: "31/02/2022", lambda _: "2202-13-45"),
}


def write_file(hasard: random.Random, lignes: list[Row], colonnes: list[str]) -> bytes:
    """The rows as one of the tools writes them: delimiter, encoding, line ends, title lines, header, footer."""
    separateur = hasard.choice(";,\t|")
    fin = hasard.choice(("\n", "\r\n"))
    tampon = io.StringIO(newline="")
    entete = [hasard.choice((c, c.upper(), f" {c} ", f"{c} *", c.replace("date", "Date_"))) for c in colonnes]
    sortie = csv.writer(tampon, delimiter=separateur, lineterminator=fin)
    sortie.writerow(entete)
    sortie.writerows([ligne[c] for c in colonnes] for ligne in lignes)
    texte = tampon.getvalue()
    if hasard.random() < 0.3:
        texte = f"sep={separateur}{fin}{texte}"
    elif hasard.random() < 0.3:
        texte = f"Extraction des contrats{fin}{fin}{texte}"
    texte += hasard.choice(("", fin, f"({len(lignes)} rows){fin}", f"{len(lignes)} contrats", "\x1a"))
    encodage = hasard.choice(("utf-8", "utf-8-sig", "utf-16"))
    return texte.encode(encodage) if encodage != "utf-16" else codecs.BOM_UTF16_LE + texte.encode("utf-16-le")


def build(dossier: Path, octets: bytes) -> tuple[Result, dict[str, list[tuple[Any, ...]]]]:
    """(what the command says, the contracts and the statuses of each apprentice)."""
    donnees = write_project(dossier, {}, {}, CONFIG, REFERENTIELS)
    (donnees / "contrats").mkdir(exist_ok=True)
    (donnees / "contrats" / FICHIER).write_bytes(octets)
    base = dossier / "base.duckdb"
    resultat = construct(dossier, "--annee", "2021-2022", "--base", base, "--accepter-rejets")
    if resultat.exit_code:
        return resultat, {}
    with duckdb.connect(str(base), read_only=True) as con:
        return resultat, {nom: con.execute(sql).fetchall() for nom, sql in FIGURES.items()}


FIGURES = {
    "contrats": "select nocontrat, date_debut, date_fin_prevue, date_rupture, jamais_commence, statut, typecontrat, "
    "uai, siret, siretemployeur, codediplome, age_debut, dispositif, id_apprenti "
    "from core.contrats order by id_contrat",
    "inscriptions": "select annee, id_apprenti, statut, id_contrat from core.statuts order by all",
    "identites": "select nature, nombre from core.anomalies where nature like 'identite%' order by nature",
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Row], list[str], dict[str, list[tuple[Any, ...]]]]:
    """(rows, columns, figures) of the good export."""
    lignes = good_rows()
    colonnes = list(lignes[0])
    resultat, figures = build(tmp_path_factory.mktemp("bon"), write_plain(lignes, colonnes))
    assert resultat.exit_code == 0, resultat.output
    assert "illisible" not in resultat.output
    assert len(figures["contrats"]) > APPRENTIS // 2
    return lignes, colonnes, figures


def write_plain(lignes: list[Row], colonnes: list[str]) -> bytes:
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=";", lineterminator="\n").writerows(
        [colonnes, *([ligne[c] for c in colonnes] for ligne in lignes)]
    )
    return tampon.getvalue().encode()


@pytest.mark.parametrize("graine", range(ALTERATIONS // PAR_FICHIER // 25))
def test_the_marks_of_tools_change_no_figure(export: Any, tmp_path: Path, graine: int) -> None:
    altered(export, tmp_path, graine)


@pytest.mark.long
@pytest.mark.parametrize("graine", range(100, 100 + ALTERATIONS // PAR_FICHIER))
def test_two_hundred_alterations_change_no_figure(export: Any, tmp_path: Path, graine: int) -> None:
    altered(export, tmp_path, graine)


def altered(export: Any, dossier: Path, graine: int) -> None:
    """Several kinds of marks in one file, on one row of two: the same figures."""
    lignes, colonnes, attendues = export
    hasard = random.Random(graine)
    natures = hasard.sample(sorted(CELLULES), PAR_FICHIER)
    alterees = [dict(ligne) for ligne in lignes]
    for ligne in alterees:
        for nature in natures:
            if hasard.random() < 0.5:
                CELLULES[nature](hasard, ligne)
        if hasard.random() < 0.3:
            empty_mark(hasard, ligne)
    resultat, obtenues = build(dossier, write_file(hasard, alterees, colonnes))
    assert resultat.exit_code == 0, resultat.output
    assert obtenues == attendues, natures


@pytest.mark.parametrize("nature", PERTES)
def test_what_is_lost_is_told(export: Any, tmp_path: Path, nature: str) -> None:
    """A value that no reading gives back: the run says so, or its lists do, and no row is lost."""
    lignes, colonnes, _ = export
    alterees = [dict(ligne) for ligne in lignes]
    hasard = random.Random(1)
    touchees = [
        ligne for ligne in alterees if ligne["statut"] and ligne["dateeffetrupture"] and ligne["siretemployeur"]
    ][:3]
    assert len(touchees) == 3
    for ligne in touchees:
        PERTES[nature](hasard, ligne)
    resultat, _ = build(tmp_path, write_plain(alterees, colonnes))
    assert resultat.exit_code == 0
    liste = (tmp_path / "anomalies.csv").read_text(encoding="utf-8").splitlines()
    assert len([ligne for ligne in liste if "illisible" in ligne or "détruite" in ligne]) == 3
    if nature != "a code in scientific notation":
        assert "3 valeurs illisibles" in resultat.output
