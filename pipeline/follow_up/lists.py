"""The contracts of a month, each in one list: signed, broken, open cases, results; for each partner, its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats, paths
from pipeline.errors import UsageError, closest
from pipeline.follow_up.fields import CAS_OUVERT, LISTES, NON, NON_ETABLI, OUI, RESULTAT, band, fields
from pipeline.follow_up.partners import Partners, read_partners
from pipeline.follow_up.people import PERSONNE, Apprentice, read_people
from pipeline.inputs import InputFolders
from pipeline.models import checks, rows
from pipeline.models.locked import open_locked
from pipeline.report.breakdowns import select
from pipeline.settings import Settings

SQL = paths.SQL / "listes"
ListedRow = Mapping[str, Any]


@dataclass(frozen=True)
class MonthRequest:
    """What the analyst asked for.

    Attributes:
        mois: as it was typed.
        cfa: UAI of the only structure listed; that of a CFA stands for its UFA too.
        partenaire: the only one listed.
    """

    mois: str
    cfa: str | None = None
    partenaire: str | None = None
    avec_noms: bool = False
    avec_code_postal: bool = False


@dataclass(frozen=True)
class Month:
    """A month, and the day on which its contracts are looked at: its last or, where they end before, that of the
    exports.

    Attributes:
        connu: the last day that the exports know; None where nothing tells it.
    """

    debut: date
    fin: date
    connu: date | None

    @property
    def jour(self) -> date:
        return self.fin if self.connu is None else min(self.fin, self.connu)

    @property
    def nom(self) -> str:
        """2026-10, in file names."""
        return f"{self.debut:%Y-%m}"

    @property
    def dit(self) -> str:
        """'octobre 2026', in sentences."""
        return formats.mois(self.nom)

    @property
    def de(self) -> str:
        """'d'octobre 2026', likewise."""
        return formats.de(self.dit)


@dataclass(frozen=True)
class MonthLists:
    """The contracts of a month.

    Attributes:
        lignes: partner → its contracts, those of nobody last.
        calendrier: the months of the calendar (see `read_months`).
        resultats: whether some result of a diploma is known, of this month or not: without any there is no such list.
        attention: what must be known of them, in sentences.
    """

    mois: Month
    lignes: Mapping[str, Sequence[ListedRow]]
    calendrier: Sequence[dict[str, Any]]
    resultats: bool
    fictives: bool
    attention: Sequence[str]

    @property
    def toutes(self) -> list[ListedRow]:
        return [ligne for lignes in self.lignes.values() for ligne in lignes]

    @property
    def listes(self) -> list[str]:
        """The lists that there are."""
        return [liste for liste in LISTES if liste != RESULTAT or self.resultats]


def read_lists(base: Path, demande: MonthRequest, donnees: InputFolders, reglages: Settings) -> MonthLists:
    """The contracts of the month that is asked for.

    Raises:
        UsageError: no such month, CFA or partner; a database built without a model.
        InputError: an export is not there any more, or is not the one that the database was made of.
    """
    debut = parse_month(demande.mois)
    with open_locked(base) as con:
        checks.check_tables(con, {"core.cas": paths.SQL / "core/cas.sql"}, base)
        mois = place_month(con, debut)
        if demande.cfa is not None:
            check_cfa(con, demande.cfa)
        partenaires = read_partners(con)
        seul = None if demande.partenaire is None else partenaires.named(demande.partenaire)
        lus = [lu for lu in read_contracts(con, mois) if demande.cfa in (None, lu["uai"], lu["uai_cfa"])]
        personnes = read_people(con, donnees, reglages, [lu["id_contrat"] for lu in lus])
        resultats, fictives = con.execute(
            "select (select count(obtention_diplome_formation) > 0 from core.contrats), donnees_fictives "
            "from ref.parametres"
        ).fetchall()[0]
        attention, calendrier = [*told_of_month(con, mois)], read_months(con)
    lignes: dict[str, list[ListedRow]] = {nom: [] for nom in partenaires.noms if seul in (None, nom)}
    for lu in lus:
        ligne = make_row(lu, personnes.get(lu["id_contrat"], PERSONNE), partenaires, mois, demande)
        lignes.get(ligne["partenaire"], []).append(ligne)
    attention += told_of_contracts([ligne for siennes in lignes.values() for ligne in siennes], partenaires)
    return MonthLists(mois, lignes, calendrier, resultats, fictives, attention)


def parse_month(dit: str) -> date:
    """The first day of a month written 2026-10. Raises UsageError otherwise."""
    trouve = re.fullmatch(r"(\d{4})-(\d\d)", dit)
    if trouve and 1 <= int(trouve[2]) <= 12 and int(trouve[1]) > 0:
        return date(int(trouve[1]), int(trouve[2]), 1)
    numero, an = "0?[1-9]|1[0-2]", r"[12]\d{3}"
    voulu = re.fullmatch(rf"(?P<mois>{numero})[/.-](?P<annee>{an})|(?P<a>{an})[/.-]?(?P<m>{numero})", dit)
    annee, numero = ("2026", "10") if voulu is None else (voulu["annee"] or voulu["a"], voulu["mois"] or voulu["m"])
    faire = f"Écrivez {'par exemple ' if voulu is None else ''}--mois {annee}-{int(numero):02d}."
    raise UsageError(f"« {dit} » n'est pas un mois", faire=faire)


def place_month(con: duckdb.DuckDBPyConnection, debut: date) -> Month:
    """The month and what the exports know of it. Raises UsageError where they do not reach it."""
    fin = (debut + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    connu = con.execute("select derniere_date from core.evenements").fetchall()[0][0]
    mois = Month(debut, fin, connu)
    if connu is not None and connu < debut:
        quoi = f"les exports ne disent rien {mois.de} : ils vont jusqu'au {formats.date_courte(connu)}"
        faire = "Demandez un mois d'avant, ou déposez un export plus récent et reconstruisez : ruptures construire."
        raise UsageError(quoi, faire=faire)
    return mois


def told_of_month(con: duckdb.DuckDBPyConnection, mois: Month) -> Iterable[str]:
    """What the exports may lack of a month, in sentences."""
    premier = con.execute("select min(debut) from core.annees").fetchall()[0][0]
    if mois.connu is None:
        yield f"Rien ne dit jusqu'à quand vont les exports : {mois.dit} y est peut-être incomplet."
    elif mois.connu < mois.fin:
        yield (
            f"Les exports ne vont que jusqu'au {formats.date_courte(mois.connu)} : {mois.dit} n'y est qu'en partie, et "
            "les listes sont à ce jour."
        )
    if mois.debut < premier:
        yield (
            f"Les exports ne sont tenus pour complets qu'à partir du {formats.date_courte(premier)} : des contrats "
            f"{mois.de} peuvent manquer."
        )


def told_of_contracts(lignes: Sequence[ListedRow], partenaires: Partners) -> Iterable[str]:
    """What the lists cannot say, in sentences."""
    if len(partenaires.noms) == 1:
        yield "partenaires.csv ne nomme personne : tous les contrats sont dans une seule liste (docs/referentiels.md)."
    sans_numero = sum(ligne["nocontrat"] is None for ligne in lignes)
    if sans_numero:
        combien = formats.plural(sans_numero, "contrat n'a", "contrats n'ont")
        yield f"{combien} pas encore de numéro, et donc pas de clé."
    sans_age = sum(ligne["mineur"] == NON_ETABLI for ligne in lignes)
    if sans_age:
        combien = formats.plural(sans_age, "contrat", "contrats")
        yield f"L'âge n'est pas établi pour {combien} : les exports n'en disent pas la naissance."


def check_cfa(con: duckdb.DuckDBPyConnection, uai: str) -> None:
    """Raises UsageError when no contract is of that CFA or structure."""
    connus = [
        connu
        for (connu,) in con.execute(
            "select uai from core.contrats union select structures.uai_cfa_rattachement from core.contrats as contrats "
            "inner join core.structures as structures on contrats.uai = structures.uai order by 1"
        ).fetchall()
        if connu is not None
    ]
    if uai not in connus:
        quoi = f"aucun contrat n'est de « {uai} »{closest(uai, connus)}"
        raise UsageError(quoi, faire="Donnez l'UAI d'un CFA ou d'une UFA, comme dans les tableaux de structures.")


def read_contracts(con: duckdb.DuckDBPyConnection, mois: Month) -> list[dict[str, Any]]:
    """What the database says of the contracts of a month, each in one list (sql/listes/contrats.sql)."""
    for nom, jour in (("debut", mois.debut), ("fin", mois.fin), ("jour", mois.jour)):
        con.execute(f"set variable {nom} = ?::date", [jour])
    return select(con, (SQL / "contrats.sql").read_text(encoding="utf-8"))


def read_months(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The months of the calendar, those that are critical marked (sql/listes/mois_critiques.sql); none where the report
    does not count them."""
    try:
        return select(con, (SQL / "mois_critiques.sql").read_text(encoding="utf-8"))
    except duckdb.CatalogException:  # without the breakdown that counts them
        return []


def make_row(
    lu: Mapping[str, Any], qui: Apprentice, partenaires: Partners, mois: Month, demande: MonthRequest
) -> dict[str, Any]:
    """A contract as the files of a partner have it."""
    age, est_rompu = qui.age(mois.jour), lu["resigne"] is not None
    jours = lu["jours_depuis_rupture"]
    dites = {
        "partenaire": partenaires.of(qui.code_postal, lu["departement"], lu["uai"], lu["uai_cfa"]),
        "tranche": band(jours) if jours is not None else NON_ETABLI if lu["liste"] == CAS_OUVERT else None,
        "resigne": yes(lu["resigne"]) if est_rompu else None,
        "suite": (lu["suite"] or NON_ETABLI) if est_rompu else None,
        "mineur": yes(None if age is None else age < 18),
        "de_16_a_25": yes(None if age is None else 16 <= age <= 25),
        "departement": lu["departement"] or NON_ETABLI,
        "code_postal": (qui.code_postal or NON_ETABLI) if demande.avec_code_postal else None,
        "diplome_obtenu": yes(lu["diplome_obtenu"]),
        **{nom: yes(lu[nom]) for nom in ("signe_dans_le_mois", "rompu_dans_le_mois", "jour_inconnu")},
    }
    if demande.avec_noms:
        dites |= {"nom": qui.nom or NON_ETABLI, "prenom": qui.prenom or NON_ETABLI}
    return {un.nom: dites.get(un.nom, lu.get(un.nom)) for un in fields(demande.avec_noms)}


def yes(vrai: bool | None) -> str:
    """A condition as a cell says it."""
    return NON_ETABLI if vrai is None else OUI if vrai else NON


def counts(lignes: Iterable[ListedRow]) -> Counter[str]:
    """How many contracts each list has; under `signe_dans_le_mois` and `rompu_dans_le_mois`, how many were so, whatever
    their list."""
    comptes: Counter[str] = Counter()
    for ligne in lignes:
        comptes[ligne["liste"]] += 1
        comptes.update(nom for nom in ("signe_dans_le_mois", "rompu_dans_le_mois") if ligne[nom] == OUI)
    return comptes


def to_csv(lignes: Iterable[ListedRow], avec_noms: bool) -> bytes:
    """Contracts as a CSV file: UTF-8, comma, every field."""
    noms = [un.nom for un in fields(avec_noms)]
    return f"{rows.as_csv(noms, [[ligne[nom] for nom in noms] for ligne in lignes])}\n".encode()
