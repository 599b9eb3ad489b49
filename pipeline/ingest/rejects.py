"""What was rejected and what could not be read: listed beside the database, refused or bounded when too much."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline import formats
from pipeline.errors import InputError
from pipeline.ingest.cleaning import NON_CALCULEE
from pipeline.ingest.referentials import doubled
from pipeline.ingest.validation import ILLISIBLE
from pipeline.schemas import CONTRATS_PAR_LIGNE

PERTES_MIN = 3  # rows: one or two stop no run
PART_A_DEUX_NAISSANCES = 0.01  # of identifiers
FORMES_DITES = 3
RUPTURE_ELOIGNEE = "rupture plus de 183 jours avant le début du contrat, ou plus d'un an après sa fin"
REPRISE_POSSIBLE = "reprise possible : un autre nom, proche, a la même date de naissance dans la même structure"


def write_rejects(con: duckdb.DuckDBPyConnection, dossier: Path) -> None:
    """`rejets.csv` and `anomalies.csv`, beside the database: file, line, column, value, reason."""
    for table in ("rejets", "anomalies"):
        resultat = con.execute(
            f"select nom, ligne, colonne, valeur, raison from brut.{table} order by nom, ligne, colonne"
        )
        with (dossier / f"{table}.csv").open("w", encoding="utf-8", newline="") as flux:
            sortie = csv.writer(flux)
            sortie.writerow(["fichier", "ligne", "colonne", "valeur", "raison"])
            while lignes := resultat.fetchmany(10_000):
                sortie.writerows([[formats.cell(v) for v in ligne] for ligne in lignes])


@dataclass(frozen=True)
class Losses:
    """What of the rows of `contrats/`, or of `suivi/`, cannot be used: those rejected, and those undecided, whose
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
    """Those of `contrats/` or `suivi/`."""
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
    """Raises InputError when no row, or too small a share of the rows, of `contrats/` or `suivi/` could be used;
    `liste` is where `write_rejects` lists them."""
    for role in ("contrats", "suivi"):
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
            faire="\n".join([f"{remede}.", *undecided(con), *month_first(con), *formulas(con)]),
        )


def undecided(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each decisive column with values that cannot be read: how many, what they look like, where."""
    colonnes = con.execute(
        """
        with formes as (
            select colonne, forme, count(*) as nombre, min((nom, ligne)) as premiere
            from brut.anomalies where forme is not null group by colonne, forme
        )
        select
            colonne, sum(nombre)::bigint, list(forme order by nombre desc, forme), min(premiere)
        from formes group by colonne order by colonne
        """
    ).fetchall()
    return [
        f"{colonne} : {formats.plural(nombre, 'valeur illisible', 'valeurs illisibles')}, de la forme "
        f"{', '.join([f'« {forme} »' for forme in formes[:FORMES_DITES]] + ['…'] * (len(formes) > FORMES_DITES))}, "
        f"à partir de {premiere[0]}:{premiere[1]}."
        for colonne, nombre, formes, premiere in colonnes
    ]


def list_computed(con: duckdb.DuckDBPyConnection) -> None:
    """Into `brut.anomalies`, what only whole contracts tell: ruptures too far from theirs, possible returns."""
    con.execute(
        """
        insert into brut.anomalies
        select
            contrats.fichier, fichiers.nom, contrats.ligne, indecises.colonne, indecises.jour::varchar, ?,
            'valeurs_illisibles', indecises.id_ligne, '9999-99-99'
        from core.lignes_indecises as indecises
        inner join brut.contrats as contrats using (id_ligne)
        inner join brut.fichiers as fichiers using (fichier)
        where indecises.jour is not null
        """,
        [RUPTURE_ELOIGNEE],
    )
    con.execute(
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
    )


def month_first(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file with dates such as 03/15/2022: no day, unless the month comes first."""
    fichiers = con.execute(
        """
        select nom, count(*) as nombre
        from (
            select nom, valeur, raison from brut.rejets union all select nom, valeur, raison from brut.anomalies
        )
        where raison = ? and regexp_matches(valeur, '^(0?[1-9]|1[0-2])[/.-](1[3-9]|2[0-9]|3[01])[/.-][0-9]{2}')
        group by nom order by nom
        """,
        [ILLISIBLE],
    ).fetchall()
    return [
        f"{nom} : {formats.entier(nombre)} {'date illisible' if nombre < 2 else 'dates illisibles'} comme 03/15/2022 ; "
        f'si ce fichier écrit le mois en premier, dites-le dans config.toml : [fichiers] "{nom}" = '
        '{dates = "mois/jour"}.'
        for nom, nombre in fichiers
    ]


def undated(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence where no export has an extraction date and they are several."""
    sans = con.execute(
        "select count(*) from brut.fichiers where role = 'contrats' and date_extraction is null"
    ).fetchall()[0][0]
    if sans < 2:
        return []
    return [
        f"Aucun des {formats.entier(sans)} exports n'a de date d'extraction : ils sont tenus pour du même jour, et "
        "entre deux versions d'un contrat celle qui a une rupture l'emporte. Mettez la date dans leur nom (2022-08-31)."
    ]


def two_births(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence where more identifiers than mistakes explain are those of two birth dates."""
    tous, deux = con.execute(
        "select identifiants, identifiants_a_deux_naissances from brut.comptes_identites"
    ).fetchall()[0]
    if deux <= PART_A_DEUX_NAISSANCES * tous:
        return []
    return [
        f"{formats.plural(deux, 'idalternant est celui', 'idalternant sont ceux')} de deux dates de naissance, sur "
        f"{formats.entier(tous)} : si chaque CFA a sa propre numérotation, dites-le dans config.toml : "
        '[identites] portee = "cfa".'
    ]


def midnights(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file whose dates are midnights of Paris in UTC."""
    fichiers = con.execute("select nom, minuits_utc from brut.fichiers where minuits_utc > 0 order by nom").fetchall()
    return [
        f"{nom} : toutes les heures de ses dates ({formats.entier(nombre)}) sont 22:00 ou 23:00, minuit à Paris en "
        "temps universel ; le jour suivant est lu."
        for nom, nombre in fichiers
    ]


def strays(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file of UTF-8 that has bytes of Windows-1252."""
    fichiers = con.execute(
        "select nom, octets_etrangers, ligne_etrangere from brut.fichiers where octets_etrangers > 0 order by nom"
    ).fetchall()
    return [
        f"{nom}:{ligne} : dans ce fichier en UTF-8, {formats.plural(nombre, 'octet est lu', 'octets sont lus')} en "
        "Windows-1252, à partir de cette ligne."
        for nom, nombre, ligne in fichiers
    ]


def redecoded(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file that has cells of UTF-8 read as Windows-1252."""
    fichiers = con.execute(
        "select nom, cellules_redecodees, ligne_redecodee from brut.fichiers where cellules_redecodees > 0 order by nom"
    ).fetchall()
    return [doubled(*fichier) for fichier in fichiers]


def literal_quotes(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file that has quotes around no field."""
    fichiers = con.execute(
        "select nom, lignes_litterales, ligne_litterale from brut.fichiers where lignes_litterales > 0 order by nom"
    ).fetchall()
    return [
        f"{nom}:{ligne} : {formats.plural(nombre, 'ligne a', 'lignes ont')} des guillemets qui n'entourent pas un "
        f"champ, à partir de celle-ci ; {'lue telle quelle' if nombre < 2 else 'lues telles quelles'}."
        for nom, nombre, ligne in fichiers
    ]


def formulas(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file that has formulas in place of values, with the remedy."""
    fichiers = con.execute(
        "select nom, count(*), min(ligne), arg_min(colonne, ligne) from ("
        "select nom, ligne, colonne, raison from brut.rejets union all "
        "select nom, ligne, colonne, raison from brut.anomalies) where raison = ? group by nom order by nom",
        [NON_CALCULEE],
    ).fetchall()
    return [
        f"{nom}:{ligne}, {colonne} : {formats.plural(nombre, 'formule', 'formules')} sans valeur, à partir de "
        f"celle-ci, qu'aucun tableur n'a {'calculée' if nombre < 2 else 'calculées'} ; ouvrez ce fichier dans un "
        "tableur, enregistrez-le, puis relancez."
        for nom, nombre, ligne, colonne in fichiers
    ]


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
            f"{formats.pourcentage(plancher)} et {formats.pourcentage(plafond)}"
        )
    part = formats.pourcentage(pertes.perdues / pertes.lues)
    return [f"{pertes} sur {formats.entier(pertes.lues)} ({part}){bornes}."]


def summary(con: duckdb.DuckDBPyConnection, dossier: Path) -> str:
    """How many rows were read and rejected, and where the rejected ones are listed."""
    lues, rejetees = con.execute("select sum(lignes_lues), sum(lignes_rejetees) from brut.fichiers").fetchall()[0]
    liste = f", une par une dans {dossier / 'rejets.csv'}" if rejetees else ""
    return f"Lignes lues : {formats.entier(lues)} ; rejetées : {formats.entier(rejetees)}{liste}."
