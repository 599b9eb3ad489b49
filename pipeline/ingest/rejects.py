"""What was rejected and what could not be read: listed beside the database, refused or bounded when too much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl

from pipeline import formats
from pipeline.errors import InputError
from pipeline.ingest import doubts
from pipeline.inputs import ROLES
from pipeline.schemas import CONTRATS_PAR_LIGNE

LIGNES_DE_LISTE = 100_000  # written at a time
PERTES_MIN = 3  # rows: one or two stop no run
RUPTURE_ELOIGNEE = "rupture plus de 183 jours avant le début du contrat, ou plus d'un an après sa fin"
FORME_DE_JOUR = "9999-99-99"  # as `privacy.shape` tells it
REPRISE_POSSIBLE = "reprise possible : un autre nom, proche, a la même date de naissance dans la même structure"


def write_rejects(con: duckdb.DuckDBPyConnection, dossier: Path) -> None:
    """`rejets.csv` and `anomalies.csv`, beside the database: file, line, column, value, reason."""
    for table in ("rejets", "anomalies"):
        resultat = con.sql(f"select nom, ligne, colonne, valeur, raison from brut.{table} order by nom, ligne, colonne")
        liste = dossier / f"{table}.csv"
        liste.unlink(missing_ok=True)  # one of an earlier run may be readable by others
        with liste.open("wb") as flux:
            flux.write(b"fichier,ligne,colonne,valeur,raison\r\n")
            for lot in resultat.to_arrow_reader(LIGNES_DE_LISTE):
                write_list(pl.DataFrame(lot), flux)


def write_list(lignes: pl.DataFrame, flux: BinaryIO) -> None:
    """Rows as `csv` would write those of `formats.cell`: lists may have as many rows as the exports."""
    texte = pl.col(pl.String)
    formule = texte.str.contains(f"^[{re.escape(''.join(formats.FORMULES))}]")
    ecrits = pl.when(formule).then(pl.lit("'") + texte).when(texte != "").then(texte).name.keep()
    lignes.with_columns(ecrits).write_csv(flux, include_header=False, line_terminator="\r\n")


@dataclass(frozen=True)
class Losses:
    """What of the rows of one of `ROLES` cannot be used: those rejected, and those undecided, whose
    decisive value cannot be read."""

    lues: int
    rejetees: int
    indecises: int

    @property
    def perdues(self) -> int:
        return self.rejetees + self.indecises

    def are_many(self, part_max: float) -> bool:
        """More than this share of the rows, and not by a mere one or two."""
        return self.perdues >= PERTES_MIN and self.perdues > part_max * self.lues

    def __str__(self) -> str:
        """'1 ligne rejetée', '1 234 lignes rejetées et 12 indécises'."""
        dites = [formats.plural(self.rejetees, "ligne rejetée", "lignes rejetées")] if self.rejetees else []
        if self.indecises:
            mots = ("indécise", "indécises") if dites else ("ligne indécise", "lignes indécises")
            dites.append(formats.plural(self.indecises, *mots))
        return " et ".join(dites)


def count_losses(con: duckdb.DuckDBPyConnection, role: str) -> Losses:
    """Those of one of `ROLES`."""
    return Losses(
        *con.execute(
            f"""
            select
                coalesce(sum(lignes_lues), 0)::bigint,
                coalesce(sum(lignes_rejetees), 0)::bigint,
                (
                    select count(distinct id_ligne // {CONTRATS_PAR_LIGNE}) from brut.anomalies
                    where forme is not null and fichier in (select fichier from brut.fichiers where role = ?)
                )
            from brut.fichiers where role = ?
            """,
            [role, role],
        ).fetchall()[0]
    )


def refuse_too_many(
    con: duckdb.DuckDBPyConnection, donnees: Path, liste: Path, part_max: float, accepter: bool
) -> None:
    """Raises InputError when no row, or too small a share of the rows, of one of `ROLES` could be used; `liste` is
    where `write_rejects` lists them."""
    for role in ROLES:
        pertes = count_losses(con, role)
        if pertes.lues == 0 and role == "contrats":
            raise InputError("les exports n'ont aucune ligne", ou=donnees / role, faire="Refaites-les, puis relancez.")
        rien = role == "contrats" and pertes.rejetees == pertes.lues
        if not rien and (accepter or not pertes.are_many(part_max)):
            continue
        nom, ligne, colonne, raison = con.execute(
            """
            select nom, ligne, colonne, raison from (
                select nom, ligne, colonne, raison, 1 as rang from brut.rejets
                union all
                select nom, ligne, colonne, raison, 2 as rang from brut.anomalies where forme is not null
            )
            where starts_with(nom, ?) order by rang, nom, ligne limit 1
            """,
            [f"{role}/"],
        ).fetchall()[0]
        listes = f"{liste} et anomalies.csv" if pertes.indecises else liste
        remede = f"Corrigez les exports (liste complète dans {listes})"
        if not rien:
            remede += ", ou acceptez ces pertes avec --accepter-rejets : le rapport les dira"
        raise InputError(
            f"{pertes} sur {formats.entier(pertes.lues)} ; la première : {nom}:{ligne}, {colonne}, {raison}",
            ou=donnees / role,
            faire="\n".join([f"{remede}.", *doubts.undecided(con), *doubts.month_first(con), *doubts.formulas(con)]),
        )


def list_computed(con: duckdb.DuckDBPyConnection) -> bool:
    """Into `brut.anomalies`, what only whole contracts tell: ruptures too far from theirs, possible returns. Returns
    whether there is any."""
    eloignees = [
        con.execute(
            f"""
            insert into brut.anomalies
            select
                lignes.fichier, fichiers.nom, lignes.ligne, indecises.colonne, indecises.jour::varchar, ?,
                'valeurs_illisibles', indecises.id_ligne, ?
            from core.lignes_indecises as indecises
            inner join brut.{role} as lignes using (id_ligne)
            inner join brut.fichiers as fichiers using (fichier)
            where indecises.jour is not null
            """,
            [RUPTURE_ELOIGNEE, FORME_DE_JOUR],
        ).fetchall()[0][0]
        for role in ("contrats", "suivi")
    ]
    reprises = con.execute(
        """
        insert into brut.anomalies
        select
            contrats.fichier, fichiers.nom, contrats.ligne, 'nom', null, ?, 'reprise_possible', contrats.id_ligne,
            null
        from core.reprises_possibles as reprises
        inner join core.annees as annees using (annee)
        cross join lateral (select unnest([reprises.id_contrat, reprises.id_contrat_suivant]) as id_contrat) as deux
        inner join core.etats as etats on deux.id_contrat = etats.id_contrat
        inner join brut.contrats as contrats on etats.id_ligne = contrats.id_ligne
        inner join brut.fichiers as fichiers on contrats.fichier = fichiers.fichier
        where annees.est_rapport
        """,
        [REPRISE_POSSIBLE],
    ).fetchall()[0][0]
    return sum(eloignees) + reprises > 0


def bounds(con: duckdb.DuckDBPyConnection, part_max: float) -> list[str]:
    """What rejects beyond the accepted share may change, as one sentence with the bounds of the rate; or nothing."""
    pertes = count_losses(con, "contrats")
    if not pertes.are_many(part_max):
        return []
    annee, plancher, plafond, fiabilite = con.execute(
        "select annee, taux_plancher, taux_plafond, fiabilite from core.bornes "
        "inner join core.ruptures_nettes_par_annee using (annee) inner join core.annees using (annee) where est_rapport"
    ).fetchall()[0]
    bornes = ""
    if fiabilite != "non_significatif":
        bornes = (
            f" : quoi qu'elles aient dit, le taux de rupture nette de {annee} est compris entre "
            f"{formats.pourcentage(plancher, 2)} et {formats.pourcentage(plafond, 2)}"
        )
    part = formats.pourcentage(pertes.perdues / pertes.lues, 2)
    return [f"{pertes} sur {formats.entier(pertes.lues)} ({part}){bornes}."]


def summary(con: duckdb.DuckDBPyConnection, dossier: Path) -> str:
    """How many rows were read and rejected, and where the rejected ones are listed."""
    lues, rejetees = con.execute("select sum(lignes_lues), sum(lignes_rejetees) from brut.fichiers").fetchall()[0]
    liste = f", une par une dans {dossier / 'rejets.csv'}" if rejetees else ""
    return f"Lignes lues : {formats.entier(lues)} ; rejetées : {formats.entier(rejetees)}{liste}."
