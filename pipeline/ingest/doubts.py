"""What is accepted of the files and yet doubtful, in sentences: told where the analyst looks."""

from __future__ import annotations

from typing import Any

import duckdb

from pipeline import formats
from pipeline.ingest.cleaning import NON_CALCULEE
from pipeline.ingest.referentials import doubled
from pipeline.ingest.validation import ILLISIBLE

PART_A_DEUX_NAISSANCES = 0.01  # of identifiers
POSTERIEURES_MIN, PART_POSTERIEURE = 3, 0.01  # of the rows of a file: fewer are typing errors
SANS_CONTRAT = {"suivi": "suivi_sans_contrat", "accompagnement": "trace_sans_contrat"}  # folder → what counts them
FORMES_DITES = 3
ENTETES_DITS = 8  # names told of a file


def all_doubts(con: duckdb.DuckDBPyConnection) -> list[str]:
    """All of them, those on which the figures depend first."""
    dits = (
        undecided, two_births, month_first, undated, after_extraction, of_no_contract, midnights, strays, redecoded,
        literal_quotes, formulas,
    )  # fmt: skip
    return [phrase for dire in dits for phrase in dire(con)]


def by_file(con: duckdb.DuckDBPyConnection, nombre: str, *autres: str) -> list[tuple[Any, ...]]:
    """(name, count, others) of each file that has some of what a column of `brut.fichiers` counts."""
    colonnes = ", ".join(("nom", nombre, *autres))
    return con.execute(f"select {colonnes} from brut.fichiers where {nombre} > 0 order by nom").fetchall()


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


def after_extraction(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each export that tells of contracts concluded, or of ruptures reported, after the day it is
    said to be extracted: that day is wrong, and with it which version wins, and perhaps the report's year."""
    fichiers = con.execute(
        """
        select
            fichiers.nom,
            fichiers.date_extraction,
            count(*) filter (
                where contrats.dateconclusion > fichiers.date_extraction
                    or contrats.datesignalementrupture > fichiers.date_extraction
            ) as posterieures,
            count(*) as lignes
        from brut.contrats as contrats
        inner join brut.fichiers as fichiers using (fichier)
        where fichiers.date_extraction is not null
        group by all having posterieures >= ? and posterieures > ? * lignes order by nom
        """,
        [POSTERIEURES_MIN, PART_POSTERIEURE],
    ).fetchall()
    return [
        f"{nom} : {formats.entier(nombre)} fois sur {formats.entier(lignes)}, la date de conclusion ou de signalement "
        f"est après le {formats.date_courte(jour)}, date d'extraction de ce fichier ; vérifiez celle-ci, dans son nom "
        "ou dans config.toml, [fichiers]."
        for nom, jour, nombre, lignes in fichiers
    ]


def of_no_contract(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each folder beside the exports with lines of contracts that these do not have, more of them than
    typing errors explain: what they say is nowhere, and looks as if nobody had said it."""
    lus = con.execute(
        """
        select dossiers.role, anomalies.nombre, sum(fichiers.lignes_retenues)::bigint as lignes
        from (select unnest(?) as role, unnest(?) as nature) as dossiers
        inner join core.anomalies as anomalies using (nature)
        inner join brut.fichiers as fichiers using (role)
        group by all having anomalies.nombre >= ? and anomalies.nombre > ? * lignes order by dossiers.role
        """,
        [[*SANS_CONTRAT], [*SANS_CONTRAT.values()], POSTERIEURES_MIN, PART_POSTERIEURE],
    ).fetchall()
    return [
        f"{role}/ : {formats.entier(nombre)} lignes sur {formats.entier(lignes)} ne sont d'aucun contrat des exports, "
        "et rien n'en est retenu ; vérifiez leur colonne nocontrat."
        for role, nombre, lignes in lus
    ]


def midnights(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file whose dates are midnights of Paris in UTC."""
    return [
        f"{nom} : toutes les heures de ses dates ({formats.entier(nombre)}) sont 22:00 ou 23:00, minuit à Paris en "
        "temps universel ; le jour suivant est lu."
        for nom, nombre in by_file(con, "minuits_utc")
    ]


def strays(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file of UTF-8 that has bytes of Windows-1252."""
    return [
        f"{nom}:{ligne} : dans ce fichier en UTF-8, {formats.plural(nombre, 'octet est lu', 'octets sont lus')} en "
        "Windows-1252, à partir de cette ligne."
        for nom, nombre, ligne in by_file(con, "octets_etrangers", "ligne_etrangere")
    ]


def redecoded(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file that has cells of UTF-8 read as Windows-1252."""
    return [doubled(*fichier) for fichier in by_file(con, "cellules_redecodees", "ligne_redecodee")]


def literal_quotes(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each file that has quotes around no field."""
    return [
        f"{nom}:{ligne} : {formats.plural(nombre, 'ligne a', 'lignes ont')} des guillemets qui n'entourent pas un "
        f"champ, à partir de celle-ci ; {'lue telle quelle' if nombre < 2 else 'lues telles quelles'}."
        for nom, nombre, ligne in by_file(con, "lignes_litterales", "ligne_litterale")
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


def unread_columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One line for each list of headers that are not read, with the files that have them; those that tell of a person
    stay hidden."""
    fichiers = con.execute(
        "select min(nom), count(*), colonnes_ignorees from brut.fichiers "
        "group by colonnes_ignorees order by min(fichier)"
    ).fetchall()
    lignes = []
    for nom, nombre, ignorees in fichiers:
        noms = [" ".join(entete.split()) for entete in dict.fromkeys(ignorees) if entete.strip()]
        if not noms:
            continue
        autres = f" et {formats.plural(nombre - 1, 'autre fichier', 'autres fichiers')}" if nombre > 1 else ""
        reste = (
            f" … et {formats.plural(len(noms) - ENTETES_DITS, 'autre', 'autres')}" if len(noms) > ENTETES_DITS else ""
        )
        dites = ", ".join(f"« {entete} »" for entete in noms[:ENTETES_DITS])
        lignes.append(
            f"{nom}{autres} : {'colonnes non lues' if len(noms) > 1 else 'colonne non lue'} : {dites}{reste}."
        )
    return lignes
