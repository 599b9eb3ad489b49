"""Contracts of a year, one by one: their number, where the exports tell them, their dates, and why each counts as it
does. On a screen or in a file of the analyst's own; nobody's name nor birth date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats, storage
from pipeline.errors import UsageError, closest
from pipeline.models import checks, rows, years
from pipeline.models.catalog import load_catalog
from pipeline.models.folder import list_models
from pipeline.models.locked import open_locked
from pipeline.settings import Settings
from pipeline.tracing.cells import CellRequest, find_cell
from pipeline.tracing.contributions import contracts_of

STATUTS_DE_L_EFFECTIF = ("actif", "rupture_nette")
SANS_NUMERO = "sans numéro"


@dataclass(frozen=True)
class ListedContract:
    """A contract, as it is listed: the columns of the file.

    Attributes:
        statut: that of its apprentice in the year.
        regle: why the contract counts as it does.
        etats: file and line of each state that is kept, in the order of the states; `autres_lignes`, of the other rows
            that tell the contract; `suivi`, of its lines in follow-ups.
        apport: what it brings to the cell: 1, or an amount of euros.
    """

    nocontrat: str | None
    uai: str
    structure: str
    date_debut: date
    date_fin_prevue: date
    date_rupture: date | None
    jour_inconnu: bool
    statut: str
    regle: str
    etats: tuple[str, ...]
    autres_lignes: tuple[str, ...]
    suivi: tuple[str, ...]
    apport: int | Decimal

    @property
    def values(self) -> list[Any]:
        """Its row in a file."""
        lus = [getattr(self, colonne.name) for colonne in fields(self)]
        return [" ; ".join(valeur) if isinstance(valeur, tuple) else valeur for valeur in lus]

    @property
    def lines(self) -> Iterator[str]:
        """What a screen shows of it."""
        rupture = "" if self.date_rupture is None else f", rompu le {formats.date_courte(self.date_rupture)}"
        yield (
            f"{self.nocontrat or SANS_NUMERO}  {self.structure} ({self.uai})  "
            f"du {formats.date_courte(self.date_debut)} au {formats.date_courte(self.date_fin_prevue)}{rupture}"
        )
        yield f"    {self.statut} : {self.regle}"
        yield f"    {', '.join(self.etats)}"
        for quoi, lignes in (("autres lignes", self.autres_lignes), ("suivi", self.suivi)):
            if lignes:
                yield f"    {quoi} : {', '.join(lignes)}"


@dataclass(frozen=True)
class ListRequest:
    """What the analyst asked for; without `cellule`, all the contracts that decide of a status in the year.

    Attributes:
        statuts: those listed without `cellule`.
        uai: of the only structure listed.
    """

    annee: str | None = None
    cellule: CellRequest | None = None
    statuts: Sequence[str] = STATUTS_DE_L_EFFECTIF
    uai: str | None = None


@dataclass(frozen=True)
class ContractList:
    """The contracts listed, and how many of what they are, in a sentence."""

    contrats: list[ListedContract]
    phrase: str

    def lines(self) -> Iterator[str]:
        """What a screen shows of them."""
        for contrat in self.contrats:
            yield from contrat.lines


def make_request(
    annee: str | None, uai: str | None, statut: str | None, ventilation: str | None, cles: Sequence[str],
    colonne: str | None,
) -> ListRequest:  # fmt: skip
    """What the options of the command ask for. Raises UsageError when they do not go together."""
    if ventilation is not None:
        return ListRequest(annee, CellRequest(ventilation, cles, statut, colonne), uai=uai)
    if cles or colonne is not None:
        nom = "--cle" if cles else "--colonne"
        raise UsageError(f"{nom} est d'une ventilation", faire="Dites laquelle avec --ventilation.")
    return ListRequest(annee, statuts=STATUTS_DE_L_EFFECTIF if statut is None else (statut,), uai=uai)


def list_contracts(
    base: Path, sql: Path, reglages: Settings, demande: ListRequest, propres: Path | None = None
) -> ContractList:
    """The contracts that a figure counts.

    Raises:
        UsageError: no such year, structure, breakdown, row or column; a figure that is not a sum over contracts; a
            database built without a model.
    """
    # Models take longer to read than all the rest.
    catalogue = load_catalog(sql, reglages, propres) if demande.cellule is not None else None
    with open_locked(base) as con:
        lues = {f"core.{chemin.stem}": chemin for chemin in list_models(sql / "core")}
        checks.check_tables(con, catalogue.tables if catalogue is not None else lues, base)
        annee = years.published_year(con, demande.annee)
        if demande.uai is not None:
            check_structure(con, demande.uai)
        if demande.cellule is None or catalogue is None:
            apports, quoi = of_status(con, annee, demande.statuts), f"{annee}, {', '.join(demande.statuts)}"
        else:
            cellule = find_cell(con, catalogue, annee, demande.cellule)
            apports = contracts_of(base, catalogue, cellule, reglages.ventilations.duree_max)
            quoi = f"{annee}, {cellule} : {figure(cellule.valeur)}"
        contrats = describe(con, annee, apports)
    gardes = [contrat for contrat in contrats if demande.uai in (None, contrat.uai)]
    dans = "" if demande.uai is None else f", dont {formats.entier(len(gardes))} de {demande.uai}"
    combien = formats.plural(len(contrats), "contrat", "contrats")
    return ContractList(gardes, f"{quoi} ; {combien}{dans}.")


def figure(valeur: int | Decimal) -> str:
    """A count, or an amount to the cent."""
    return formats.euros(valeur, 2) if isinstance(valeur, Decimal) else formats.entier(valeur)


def check_structure(con: duckdb.DuckDBPyConnection, uai: str) -> None:
    """Raises UsageError when no contract is of that structure."""
    connues = [connue for (connue,) in con.execute("select distinct uai from core.contrats order by uai").fetchall()]
    if uai not in connues:
        quoi = f"aucun contrat n'est de « {uai} »{closest(uai, connues)}"
        raise UsageError(quoi, faire="Donnez l'UAI d'un CFA ou d'une UFA, comme dans les tableaux de structures.")


def of_status(con: duckdb.DuckDBPyConnection, annee: str, statuts: Sequence[str]) -> dict[int, int | Decimal]:
    """The contracts that decide of these statuses, each counted once."""
    return dict(
        con.execute(
            "select id_contrat, 1 from core.statuts where annee = ? and list_contains(?, statut)",
            [annee, list(statuts)],
        ).fetchall()
    )


def describe(con: duckdb.DuckDBPyConnection, annee: str, apports: Mapping[int, int | Decimal]) -> list[ListedContract]:
    """The contracts, in the order of their numbers."""
    lieux = places(con, list(apports))
    resultat = con.execute(
        """
        select
            contrats.id_contrat, contrats.nocontrat, contrats.uai, contrats.structure, contrats.date_debut,
            contrats.date_fin_prevue, contrats.date_rupture, contrats.jour_inconnu, statuts.statut,
            coalesce(statuts.id_contrat = contrats.id_contrat, false) as decide,
            statuts.statut != statuts.statut_provisoire as est_resigne,
            annees.debut, annees.fin_annee, annees.date_arrete
        from core.contrats as contrats
        inner join core.annees as annees on annees.annee = ?
        left join core.statuts as statuts
            on contrats.id_apprenti = statuts.id_apprenti and annees.annee = statuts.annee
        where contrats.id_contrat in (select unnest(?::bigint[]))
        order by contrats.id_contrat
        """,
        [annee, list(apports)],
    )
    noms = [nom for nom, *_ in resultat.description or ()]
    return [make_listed(dict(zip(noms, ligne, strict=True)), lieux, apports[ligne[0]]) for ligne in resultat.fetchall()]


def make_listed(
    lu: Mapping[str, Any], lieux: Mapping[str, Mapping[int, list[str]]], apport: int | Decimal
) -> ListedContract:
    """One contract, from what the database says of it and of its lines."""
    etats, autres, suivi = (
        tuple(lieux[role].get(lu["id_contrat"], ())) for role in ("etats", "autres_lignes", "suivi")
    )
    return ListedContract(
        lu["nocontrat"], lu["uai"], lu["structure"], lu["date_debut"], lu["date_fin_prevue"], lu["date_rupture"],
        lu["jour_inconnu"], lu["statut"] or formats.VIDE, rule(lu), etats, autres, suivi, apport,
    )  # fmt: skip


def rule(lu: Mapping[str, Any]) -> str:
    """Why a contract counts as it does in a year (definitions §3)."""
    fin, jour, rupture = (
        formats.date_courte(lu[nom]) if isinstance(lu[nom], date) else ""
        for nom in ("fin_annee", "date_fin_prevue", "date_rupture")
    )
    rompu = f"rompu, jour inconnu, signalé le {rupture}" if lu["jour_inconnu"] else f"rompu le {rupture}"
    if not lu["decide"]:
        ce = rompu if rupture else f"au terme le {jour}"
        return f"{ce} ; un autre contrat de l'apprenti décide de l'année"
    if lu["est_resigne"]:
        return f"signé après une rupture, avant la date d'arrêté du {formats.date_courte(lu['date_arrete'])}"
    return {
        "actif": f"sous contrat le {fin}",
        "rupture_nette": f"{rompu}, dernière fin de contrat de l'année, aucun contrat le {fin}",
        "sorti_a_terme": f"au terme le {jour}, dernière fin de contrat de l'année, aucun contrat le {fin}",
    }[str(lu["statut"])]


def places(con: duckdb.DuckDBPyConnection, ids: Iterable[int]) -> dict[str, dict[int, list[str]]]:
    """File and line ('contrats/export.csv:12') of the states of these contracts, of their other rows, and of their
    lines in follow-ups, the newest delivery first."""
    lus = con.execute(
        """
        with listes as (
            select unnest(?::bigint[]) as id_contrat
        )
        select
            lignes.id_contrat, if(etats.rang_etat is null, 'autres_lignes', 'etats') as role,
            fichiers.nom || ':' || contrats.ligne as lieu, etats.rang_etat, contrats.date_extraction, contrats.id_ligne
        from core.lignes as lignes
        semi join listes on lignes.id_contrat = listes.id_contrat
        inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
        inner join brut.fichiers as fichiers on contrats.fichier = fichiers.fichier
        left join core.etats as etats on lignes.id_ligne = etats.id_ligne
        union all
        select
            contrats.id_contrat, 'suivi', fichiers.nom || ':' || suivi.ligne, null, suivi.date_extraction,
            suivi.id_ligne
        from core.contrats as contrats
        semi join listes on contrats.id_contrat = listes.id_contrat
        inner join brut.suivi as suivi
            on contrats.nocontrat = suivi.nocontrat and contrats.part_du_numero = suivi.part_du_numero
        inner join brut.fichiers as fichiers on suivi.fichier = fichiers.fichier
        order by 1, 4, 5 desc, 6
        """,
        [list(ids)],
    ).fetchall()
    lieux: dict[str, dict[int, list[str]]] = {"etats": {}, "autres_lignes": {}, "suivi": {}}
    for contrat, role, lieu, *_ in lus:
        lieux[role].setdefault(contrat, []).append(lieu)
    return lieux


def to_csv(contrats: Iterable[ListedContract]) -> bytes:
    """The contracts as a CSV file: UTF-8, comma."""
    colonnes = [colonne.name for colonne in fields(ListedContract)]
    return f"{rows.as_csv(colonnes, [contrat.values for contrat in contrats])}\n".encode()


def write_list(liste: ContractList, chemin: Path, sortie: Path) -> None:
    """The list as a CSV file, out of `sortie`, the folder of the editions. Raises as `storage.write_private`."""
    storage.write_private(chemin, to_csv(liste.contrats), sortie)
