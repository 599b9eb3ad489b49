"""Who breaks: what is told of employers, and families of motifs (definitions §7, §8). One rule a test."""

from __future__ import annotations

import duckdb
import pytest

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import rows

EMPLOYEUR, AUTRE = "11111111100001", "22222222200002"
ROMPU = {"dateeffetrupture": "2022-03-10"}


def apprentice(numero: int, employeur: str = EMPLOYEUR, debut: str = "2021-09-01", **autres: str) -> dict[str, str]:
    """The contract of one more apprentice."""
    return contrat(str(numero), debut, idalternant=f"A{numero}", siretemployeur=employeur, **autres)


def known(con: duckdb.DuckDBPyConnection) -> dict[str, bool | None]:
    """Contract → whether its apprentice is the first of the employer."""
    lus = rows(
        con,
        "select c.nocontrat, p.premier_apprenti from core.contrats as c left join core.premiers_apprentis as p "
        "using (id_contrat) where c.nocontrat is not null",
    )
    return dict(lus)  # type: ignore[arg-type]


def histories(*lignes: dict[str, str], debut: str = "2018-09-01") -> dict[str, list[dict[str, str]]]:
    """Rows, beside as many contracts a year as make the exports go from this day on."""
    annees = range(int(debut[:4]), 2022)
    temoins = [
        contrat(f"9{annee}", f"{annee}-09-01", f"{annee + 1}-08-31", idalternant=f"T{annee}") for annee in annees
    ]
    return {"contrats_2022-12-31.csv": [*temoins, *lignes]}


SANS_PREMIERE = '[annees]\nfin = "08-15"\n'


def test_the_first_apprentice_of_an_employer_is_the_one_whose_first_contract_there_is_earliest(
    own_database: Base,
) -> None:
    con = own_database(
        histories(
            apprentice(1),
            apprentice(2, debut="2021-10-01"),
            # A second contract of the first apprentice, another employer's.
            contrat("3", "2022-02-01", idalternant="A1", siretemployeur=EMPLOYEUR),
            apprentice(4, AUTRE, debut="2021-12-01"),
        ),
        config=SANS_PREMIERE,
    )
    lus = known(con)
    assert (lus["1"], lus["2"], lus["3"], lus["4"]) == (True, False, True, True)


def test_three_years_of_exports_are_needed_before_an_arrival_and_an_employer(own_database: Base) -> None:
    con = own_database(
        histories(apprentice(1, debut="2021-08-15"), apprentice(2, AUTRE, debut="2021-08-16"), apprentice(3, "")),
        config=SANS_PREMIERE,
    )
    lus = known(con)
    assert (lus["1"], lus["2"], lus["3"]) == (None, True, None)


def test_exports_that_go_back_less_say_nothing(own_database: Base) -> None:
    con = own_database(histories(apprentice(1), debut="2019-09-01"), config=SANS_PREMIERE)
    assert known(con)["1"] is None
    assert rows(con, "select distinct rang_apprenti from ventilations.par_premier_apprenti") == [("Non renseigné",)]


def test_a_contract_that_never_started_is_of_no_apprentice(own_database: Base) -> None:
    con = own_database(
        histories(apprentice(1, statut="Annulé"), apprentice(2, debut="2021-10-01")), config=SANS_PREMIERE
    )
    assert known(con)["2"] is True


def test_nothing_of_the_employer_is_in_the_table(own_database: Base) -> None:
    con = own_database(histories(apprentice(1)), config=SANS_PREMIERE)
    assert [nom for nom, *_ in rows(con, "describe core.premiers_apprentis")] == ["id_contrat", "premier_apprenti"]


@pytest.mark.parametrize(
    ("salaries", "tranche"),
    [
        ("", "Non renseigné"), ("0", "0 salarié"), ("1", "De 1 à 4 salariés"), ("4", "De 1 à 4 salariés"),
        ("5", "De 5 à 9 salariés"), ("10", "De 10 à 49 salariés"), ("249", "De 50 à 249 salariés"),
        ("250", "250 salariés et plus"),
    ],
)  # fmt: skip
def test_employers_are_told_by_size(database: Base, salaries: str, tranche: str) -> None:
    con = database(one_delivery(apprentice(1, nombredesalaries=salaries)))
    assert rows(
        con,
        "select taille_employeur, effectif from ventilations.par_taille_employeur "
        f"where annee = '2021-2022' and taille_employeur = '{tranche}'",
    ) == [(tranche, 1)]


def test_sizes_come_in_their_order(database: Base) -> None:
    tailles = ("300", "7", "", "0", "60", "2", "20")
    con = database(one_delivery(*(apprentice(n, nombredesalaries=taille) for n, taille in enumerate(tailles, start=1))))
    lues = rows(con, "select taille_employeur from ventilations.par_taille_employeur where annee = '2021-2022'")
    assert [nom for (nom,) in lues] == [
        "0 salarié", "De 1 à 4 salariés", "De 5 à 9 salariés", "De 10 à 49 salariés", "De 50 à 249 salariés",
        "250 salariés et plus", "Non renseigné",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("combien", "attendues"),
    [
        (
            [1] * 5 + [2] * 4 + [3] * 3 + [4, 5, 9],
            [("1 rupture", 5, 5), ("2 ruptures", 4, 8), ("3 ruptures", 3, 9), ("4 ruptures et plus", 3, 18)],
        ),
        # Fewer than three employers are told with the others.
        (
            [1] * 5 + [2] * 4 + [3] * 2 + [7, 8],
            [("1 rupture", 5, 5), ("2 ruptures", 4, 8), ("3 ruptures et plus", 4, 21)],
        ),
        ([1] * 5 + [2] * 2 + [4, 5, 9], [("De 1 à 3 ruptures", 7, 9), ("4 ruptures et plus", 3, 18)]),
        ([1] * 2 + [3] * 3, [("1 rupture et plus", 5, 11)]),
        ([1] * 2 + [2] * 3 + [4] * 3, [("De 1 à 3 ruptures", 5, 8), ("4 ruptures et plus", 3, 12)]),
        ([1, 1, 2, 5], [("1 rupture et plus", 4, 9)]),
        ([1, 2], [("1 rupture et plus", None, 3)]),
    ],
)  # fmt: skip
def test_employers_by_their_net_ruptures(
    database: Base, combien: list[int], attendues: list[tuple[str, int | None, int]]
) -> None:
    siret = [f"{n:014d}" for n in range(10, 10 + len(combien))]
    lignes = [s for s, n in zip(siret, combien, strict=True) for _ in range(n)] + [""] * 2
    con = database(
        one_delivery(*(apprentice(n, s, **ROMPU) for n, s in enumerate(lignes, start=1)), apprentice(90, siret[0]))
    )
    assert rows(
        con,
        "select ruptures_par_employeur, employeurs, ruptures_nettes from ventilations.employeurs_par_ruptures "
        "where annee = '2021-2022'",
    ) == [*attendues, ("Non renseigné", None, 2)]


def test_a_sector_is_that_of_the_division_and_the_others_are_not_told(database: Base) -> None:
    con = database(
        one_delivery(
            apprentice(1, naf="4322A"), apprentice(2, naf="43.99C"), apprentice(3, naf="0111Z"), apprentice(4)
        ),
        referentiels={"naf.csv": "division,secteur\n43,Travaux\n"},
    )
    assert rows(
        con, "select secteur, effectif from ventilations.par_secteur where annee = '2021-2022' order by secteur"
    ) == [("Non renseigné", 2), ("Travaux", 2)]


def test_an_agreement_has_its_name_or_its_code(database: Base) -> None:
    con = database(
        one_delivery(apprentice(1, codeidcc="1596"), apprentice(2, codeidcc="2609"), apprentice(3)),
        referentiels={"conventions.csv": "codeidcc,convention\n1596,Ouvriers\n"},
    )
    assert rows(con, "select convention from ventilations.par_convention where annee = '2021-2022' order by 1") == [
        ("IDCC 2609",), ("Non renseigné",), ("Ouvriers",),
    ]  # fmt: skip


# --- Families of motifs --------------------------------------------------------------------------------------------

MOTIFS = {
    "motifs.csv": (
        "motif,liste,regroupement,sensible,fin_diplome,initiative,famille\n"
        "Santé,valide,,true,false,,Santé\n"
        "Grossesse,valide,Vie privée,true,false,,Santé\n"
        "Papiers,valide,,true,false,,Situation\n"
        "Logement,valide,,false,false,,Situation\n"
        "Départ,valide,,false,false,apprenti,Orientation\n"
        "Erreur,exprime,,false,false,apprenti,Orientation\n"
        "Sans famille,valide,,false,false,,\n"
    )
}


def broken(numero: int, valide: str = "", exprime: str = "", **autres: str) -> dict[str, str]:
    return apprentice(numero, motifvalide=valide, motifexprime=exprime, **{**ROMPU, **autres})


@pytest.mark.parametrize(
    ("motif", "famille"),
    [
        ("Départ", "Orientation"), ("Logement", "Situation"), ("Papiers", "Situation"), ("Santé", "Départ, et autres"),
        ("Grossesse", "Départ, et autres"), ("Sans famille", "Non renseigné"), ("dit par téléphone", "Non renseigné"),
        ("", "Non renseigné"),
    ],
)  # fmt: skip
def test_a_family_of_sensitive_motifs_only_is_not_named(database: Base, motif: str, famille: str) -> None:
    con = database(one_delivery(broken(1, motif)), referentiels=MOTIFS)
    assert rows(con, "select famille_motif_valide, ruptures_nettes from ventilations.par_famille_motif") == [
        (famille, 1)
    ]


def test_a_family_has_its_dry_ruptures_among_those_followed_six_months(database: Base) -> None:
    """To 15 August 2022: a rupture of 15 February is followed six months to the day, one of the 16th is not."""
    secs = [broken(n, "Départ", dateeffetrupture="2022-02-15") for n in range(1, 20)]
    suivie = broken(20, "Départ", dateeffetrupture="2021-12-01")
    suite = contrat("21", "2022-01-15", idalternant="A20", siretemployeur=EMPLOYEUR)
    tard = broken(22, "Départ", dateeffetrupture="2022-02-16")
    con = database(one_delivery(*secs, suivie, suite, tard), referentiels=MOTIFS)
    assert rows(
        con,
        "select ruptures_nettes, suivies_six_mois, part_sans_suite from ventilations.par_famille_motif "
        "where annee = '2021-2022'",
    ) == [(20, 20, 19 / 20)]


def test_the_two_families_make_a_square_table(database: Base) -> None:
    con = database(
        one_delivery(broken(1, "Départ", "Erreur"), broken(2, "Logement", "Erreur"), broken(3)), referentiels=MOTIFS
    )
    assert rows(
        con,
        "select famille_motif_exprime, famille_motif_valide, ruptures_nettes from ventilations.concordance_motifs",
    ) == [
        ("Orientation", "Orientation", 1), ("Orientation", "Situation", 1), ("Orientation", "Non renseigné", 0),
        ("Situation", "Orientation", 0), ("Situation", "Situation", 0), ("Situation", "Non renseigné", 0),
        ("Non renseigné", "Orientation", 0), ("Non renseigné", "Situation", 0), ("Non renseigné", "Non renseigné", 1),
    ]  # fmt: skip
