"""`ruptures sql`: the database is read and nothing else, and nobody's identifier comes out."""

from __future__ import annotations

import builtins
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipeline import cli

LIGNES = 60  # more than a screen is shown


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of three schemas, one of which breakdowns do not read."""
    chemin = tmp_path_factory.mktemp("base") / "r.duckdb"
    with duckdb.connect(str(chemin)) as con:
        for schema in ("core", "ref", "brut"):
            con.execute(f"create schema {schema}")
        con.execute(
            "create table core.inscriptions as select 'p' || i as id_apprenti, 'Métier ' || i % 3 as filiere, i as age,"
            f" date '2022-08-31' as fin, (i / 4)::decimal(9, 2) as montant from range({LIGNES}) as r(i)"
        )
        con.execute("create table brut.contrats as select 1 as ligne")
    return chemin


def ask(base: Path, *mots: str, entree: str | None = None) -> Result:
    return CliRunner().invoke(cli.app, ["sql", "--base", str(base), *mots], input=entree)


def test_an_answer_on_a_screen_is_a_table(base: Path) -> None:
    resultat = ask(base, "select filiere, sum(age) as ages from core.inscriptions group by filiere order by filiere")
    assert (resultat.exit_code, resultat.stderr) == (0, "")
    assert resultat.stdout == "filiere   ages\nMétier 0   570\nMétier 1   590\nMétier 2   610\n"


def test_programs_and_spreadsheets_read_every_row(base: Path) -> None:
    question = "select * exclude (id_apprenti) from core.inscriptions order by age"
    lues = json.loads(ask(base, question, "--format", "json").stdout)
    assert len(lues) == LIGNES
    assert lues[1] == {"filiere": "Métier 1", "age": 1, "fin": "2022-08-31", "montant": 0.25}
    entete, *lignes = ask(base, question, "--format", "csv").stdout.splitlines()
    assert (entete, lignes[1], len(lignes)) == ("filiere,age,fin,montant", "Métier 1,1,2022-08-31,0.25", LIGNES)


def test_what_is_cut_is_said(base: Path) -> None:
    question = "select age from core.inscriptions order by age"
    resultat = ask(base, question)
    assert len(resultat.stdout.splitlines()) == 51
    assert resultat.stderr == "50 lignes montrées, il y en a d'autres : --lignes en montre davantage.\n"
    assert ask(base, question, "--lignes", str(LIGNES)).stderr == ""
    cent = ask(base, question, "--format", "json", "--lignes", "1")
    assert (json.loads(cent.stdout), cent.stderr[:17]) == ([{"age": 0}], "1 ligne montrée, ")


def test_identifiers_are_not_shown_and_it_is_said(base: Path) -> None:
    for forme in ("texte", "json", "csv"):
        resultat = ask(base, "select * from core.inscriptions limit 1", "--format", forme)
        assert (resultat.exit_code, "p0" in resultat.stdout, "id_apprenti" in resultat.stdout) == (0, False, False)
        assert resultat.stderr.endswith(" : id_apprenti.\n")


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("select * from brut.contrats", "requête:1 : la table « brut.contrats » est refusée. "),
        ("select * from 'ailleurs.csv'", "requête:1 : « ailleurs.csv » est un fichier. "),
        ("select * from read_csv('ailleurs.csv')", "requête:1 : « read_csv » est refusée. "),
        ("select * from duckdb_settings()", "requête:1 : « duckdb_settings » est refusée. "),
        ("select nocontrat from core.lignes", "requête:1 : table inconnue « lignes »"),
        ("select upper(id_apprenti) as qui from core.inscriptions", "requête:1 : DuckDB refuse cette requête : "),
        ("create table core.x as select 1", "requête:1 : instruction CREATE refusée. "),
        ("update core.inscriptions set age = 0", "requête:1 : instruction UPDATE refusée. "),
        ("copy core.inscriptions to 'x.csv'", "requête:1 : instruction COPY refusée. "),
        ("attach 'x.duckdb'", "requête:1 : instruction ATTACH refusée. "),
        ("set memory_limit = '9GB'", "requête:1 : instruction SET refusée. "),
        ("install httpfs", "requête:1 : instruction LOAD refusée. "),
        ("describe core.inscriptions", "requête : « describe » est refusé. Les tables et leurs colonnes : "),
        ("select\n  fillere\nfrom core.inscriptions", "requête:2 : colonne inconnue « fillere ». Les plus proches : "),
        ("select 1;\nselec 2", "requête : SQL illisible à « selec ». "),
        ("select 'x'::integer", "requête:1 : le calcul échoue sur une valeur (ConversionException). "),
        ("  ", "aucune requête. Écrivez un SELECT : "),
    ],
)
def test_nothing_else_than_reading_the_database_is_done(base: Path, question: str, phrase: str) -> None:
    avant = base.read_bytes()
    resultat = ask(base, question)
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    assert resultat.stderr.startswith(f"Erreur : {phrase}")
    assert (base.read_bytes(), sorted(f.name for f in base.parent.iterdir())) == (avant, [base.name])


def test_questions_are_read_on_the_input(base: Path) -> None:
    entree = "select 1 as un; -- puis\nselect ';' as deux;\n"
    assert ask(base, entree=entree).stdout == "un\n 1\ndeux\n;\n"
    refus = ask(base, "--format", "json", entree=entree)
    assert (refus.exit_code, refus.stderr) == (2, "Erreur : 2 requêtes, et --format json. N'en gardez qu'une.\n")


def test_a_prompt_answers_until_the_end_of_the_input(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question may take several lines, or be given up; one that is refused ends nothing."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def typed() -> Iterator[str]:
        yield from ("select 1", "as un;", "select nulle_part;", "select trois")
        raise KeyboardInterrupt

    lignes, invites = typed(), []

    def read(invite: str) -> str:
        invites.append(invite)
        try:
            return next(lignes)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(builtins, "input", read)
    assert cli.app(["sql", "--base", str(base)], prog_name="ruptures", standalone_mode=False) is None
    ecran = capsys.readouterr()
    assert ecran.out.splitlines()[1:] == ["un", " 1", "", ""]
    assert ecran.err.startswith("Erreur : requête:1 : colonne inconnue « nulle_part »")
    assert invites == ["ruptures> ", "     ...> ", "ruptures> ", "ruptures> ", "     ...> ", "ruptures> "]
