"""Models that must not be published: each refusal names the file, and the database that existed is as it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.build import BuildRequest, build_database
from pipeline.errors import CheckError, PipelineError, UsageError
from pipeline.models import checks
from pipeline.models.checks import Check
from pipeline.models.locked import TimeLimit
from tests.pages import second_network
from tests.support import models_named_in


@pytest.fixture
def demande(core_once: None, tmp_path: Path) -> BuildRequest:
    """A project of its own, with a copy of the models and of the breakdowns named here."""
    second_network.write(tmp_path, second_network.rows())
    shutil.copytree(models_named_in(__file__), tmp_path / "sql")
    base = tmp_path / "base/ruptures.duckdb"
    base.parent.mkdir()
    base.write_bytes(b"la base d'avant")
    return BuildRequest(donnees=tmp_path / "donnees", base=base, config=tmp_path / "config.toml", sql=tmp_path / "sql")


def edit(demande: BuildRequest, fichier: str, avant: str, apres: str) -> Path:
    chemin = demande.sql / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")
    return chemin


def refused(demande: BuildRequest, famille: type[PipelineError], message: str) -> None:
    with pytest.raises(famille) as erreur:
        build_database(demande, lambda _: None)
    assert message in erreur.value.message
    assert demande.base.read_bytes() == b"la base d'avant"
    assert not list(demande.base.parent.glob("*.nouveau*"))


def test_a_singular_check_that_returns_rows(demande: BuildRequest) -> None:
    chemin = demande.sql / "controles/personne_a_vannes.sql"
    chemin.write_text("select * from core.inscriptions where structure = 'Atelier de Vannes'", encoding="utf-8")
    refused(demande, CheckError, f"{chemin}:1 : contrôle personne_a_vannes : 38 lignes\nPour tout voir")


def test_models_that_read_each_other_in_a_circle(demande: BuildRequest) -> None:
    edit(demande, "core/diplomes.sql", "from core.contrats", "from core.inscriptions")
    refused(demande, UsageError, "les fichiers se lisent en rond : ")


@pytest.mark.parametrize(
    ("declaree", "faute"),
    [
        ("", None),
        (", vides: true", None),
        (", vides: false", "somme_egale : perte_annee par annee : 2 lignes"),
    ],
)
def test_an_empty_value_of_a_sum_is_a_fault_unless_it_stands_for_nothing(
    demande: BuildRequest, declaree: str, faute: str | None
) -> None:
    """Nothing is costed in this network: the total of amounts is not asked of what is empty."""
    somme = f"{{somme_egale: {{colonne: perte_annee, par: annee, total: core.couts_par_annee{declaree}}}}}, "
    edit(demande, "ventilations/par_cout.sql", "controles: [", f"controles: [{somme if declaree else ''}")
    if faute is None:
        build_database(demande, lambda _: None)
    else:
        refused(demande, CheckError, faute)


def test_a_cost_that_is_not_the_networks(demande: BuildRequest) -> None:
    fichier = "ventilations/par_cout_filiere.sql"
    edit(demande, fichier, "select *, par", "select * replace (5::decimal(18, 2) as perte_annee), par")
    refused(demande, CheckError, "somme_egale : perte_annee par annee : 2 lignes")


def declared(*requetes: str) -> list[Check]:
    """Checks with these queries, one a line of a file."""
    fichier = Path("essai.sql")
    return [Check(f"contrôle {n}", fichier, n, sql, frozenset({"n"})) for n, sql in enumerate(requetes, start=1)]


TENU, RATE, SANS_FIN = "select 1 as n where false", "select range as n from range(7)", "select 'sans fin' as n"


class Answers:
    """An enclosure that keeps its queries, and in which one of them never ends."""

    duree = 3600

    def __init__(self) -> None:
        self.con, self.requetes = duckdb.connect(), []

    def fetch(self, requete: str, **_: bool) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        self.requetes.append(requete)
        if SANS_FIN in requete:
            raise TimeoutError
        resultat = self.con.execute(requete)
        return tuple(colonne[0] for colonne in resultat.description or ()), resultat.fetchall()


def run(enceinte: Answers, *requetes: str) -> tuple[int, list[checks.FailedCheck]]:
    return checks.failures(enceinte, declared(*requetes))  # type: ignore[arg-type]


@pytest.mark.parametrize("nombre", [1, checks.PAR_REQUETE, checks.PAR_REQUETE + 1])
def test_checks_that_hold_take_one_query_a_batch(nombre: int) -> None:
    enceinte = Answers()
    assert run(enceinte, *[TENU] * nombre) == (nombre, [])
    assert len(enceinte.requetes) == (1 if nombre <= checks.PAR_REQUETE else 2)


def test_only_what_fails_is_looked_at_in_the_order_of_the_checks() -> None:
    enceinte = Answers()
    nombre, ratees = run(enceinte, *[TENU] * 60, RATE, TENU, f"{RATE} where range > 2 -- un commentaire", *[TENU] * 40)
    assert nombre == 103
    assert [(r.check.ligne, r.nombre, r.colonnes, r.lignes) for r in ratees] == [
        (61, 7, ("n",), [(0,), (1,), (2,), (3,), (4,)]),
        (63, 4, ("n",), [(3,), (4,), (5,), (6,)]),
    ]
    assert len(enceinte.requetes) == 3 + 2 * 2


@pytest.mark.parametrize(
    ("fautif", "phrase"),
    [
        (SANS_FIN, "le calcul dépasse 3600 secondes. Allégez la requête"),
        ("select absente from range(2)", "colonne inconnue « absente ». "),
        ("select n from (select 1 as n", "SQL illisible à "),
        ("select 'abc'::date as n", "le calcul échoue sur une valeur (ConversionException)"),
    ],
)
def test_a_check_that_stops_the_query_of_many_is_named(fautif: str, phrase: str) -> None:
    with pytest.raises(UsageError) as erreur:
        run(Answers(), RATE, TENU, fautif, TENU)
    assert erreur.value.message.startswith(f"essai.sql:3 : {phrase}")


def test_a_query_that_never_ends_is_stopped_and_the_next_one_runs() -> None:
    with duckdb.connect() as con, TimeLimit(con, 0.01) as limite:
        with pytest.raises(duckdb.InterruptException), limite.query():
            con.execute("select count(*) from range(1000000) a, range(1000000) b, range(1000000) c").fetchall()
        limite.duree = 3600
        with limite.query():
            assert con.execute(RATE).fetchall() == [(n,) for n in range(7)]
