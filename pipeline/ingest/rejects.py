"""What was rejected and what could not be read: listed beside the database, refused or bounded when too much."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from pipeline import formats
from pipeline.errors import InputError
from pipeline.ingest.cleaning import NON_CALCULEE
from pipeline.ingest.referentials import doubled
from pipeline.ingest.validation import ILLISIBLE


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


def refuse_too_many(
    con: duckdb.DuckDBPyConnection, dossier: Path, liste: Path, part_max: float, accepter: bool
) -> None:
    """Raises InputError when no row, or too small a share of the rows of `contrats/`, could be kept; `liste` is where
    `write_rejects` lists them."""
    lues, rejetees = count_rows(con)
    if lues == 0:
        raise InputError("les exports n'ont aucune ligne", ou=dossier, faire="Refaites-les, puis relancez.")
    accepte = accepter or rejetees <= part_max * lues
    if accepte and rejetees < lues:
        return
    nom, ligne, colonne, raison = con.execute(
        "select nom, ligne, colonne, raison from brut.rejets where nom like 'contrats/%' order by nom, ligne limit 1"
    ).fetchall()[0]
    remede = f"Corrigez les exports (liste complète dans {liste})"
    if rejetees < lues:
        remede += ", ou acceptez ces pertes avec --accepter-rejets : le rapport les dira"
    remede = "\n".join([f"{remede}.", *month_first(con), *formulas(con)])
    raise InputError(
        f"{rejected(rejetees)} sur {formats.entier(lues)} ; la première : {nom}:{ligne}, {colonne}, {raison}",
        ou=dossier,
        faire=remede,
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
    """One sentence for each file without extraction date where others of its folder have one: older than they are."""
    fichiers = con.execute(
        "select nom from brut.fichiers as sans where date_extraction is null and exists "
        "(from brut.fichiers as avec where avec.role = sans.role and avec.date_extraction is not null) order by nom"
    ).fetchall()
    return [
        f"{nom} : ce fichier n'a pas de date d'extraction, d'autres en ont une ; il est tenu pour le plus ancien. "
        f'Sinon, dites sa date : dans son nom (AAAA-MM-JJ), ou dans config.toml : [fichiers] "{nom}" = AAAA-MM-JJ.'
        for (nom,) in fichiers
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
    lues, rejetees = count_rows(con)
    if rejetees <= part_max * lues:
        return []
    annee, plancher, plafond, fiabilite = con.execute(
        "select annee, taux_plancher, taux_plafond, fiabilite from core.bornes "
        "inner join core.ruptures_nettes_par_annee using (annee) inner join core.annees using (annee) where est_rapport"
    ).fetchall()[0]
    bornes = ""
    if fiabilite != "non_significatif":
        dit = "quoi qu'elle ait dit" if rejetees < 2 else "quoi qu'elles aient dit"
        bornes = (
            f" : {dit}, le taux de rupture nette de {annee} est compris entre "
            f"{formats.pourcentage(plancher)} et {formats.pourcentage(plafond)}"
        )
    return [f"{rejected(rejetees)} sur {formats.entier(lues)} ({formats.pourcentage(rejetees / lues)}){bornes}."]


def count_rows(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """(rows read, rows rejected) of `contrats/`."""
    return con.execute(
        "select coalesce(sum(lignes_lues), 0)::bigint, coalesce(sum(lignes_rejetees), 0)::bigint "
        "from brut.fichiers where role = 'contrats'"
    ).fetchall()[0]


def rejected(nombre: int) -> str:
    """'1 ligne rejetée', '1 234 lignes rejetées'."""
    return f"{formats.entier(nombre)} {'ligne rejetée' if nombre < 2 else 'lignes rejetées'}"


def summary(con: duckdb.DuckDBPyConnection, dossier: Path) -> str:
    """How many rows were read and rejected, and where the rejected ones are listed."""
    lues, rejetees = con.execute("select sum(lignes_lues), sum(lignes_rejetees) from brut.fichiers").fetchall()[0]
    liste = f", une par une dans {dossier / 'rejets.csv'}" if rejetees else ""
    return f"Lignes lues : {formats.entier(lues)} ; rejetées : {formats.entier(rejetees)}{liste}."
