"""What the contracts name and the referentials lack: told, or too much to go on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipeline import formats, privacy
from pipeline.errors import InputError
from pipeline.ingest.referentials import AUTRE_LIBELLE
from pipeline.inputs import InputFolders

# Share of the contracts without a known structure or diploma that is told, and that stops the run (2-inputs.md).
PART_DITE, PART_MAX = 0.05, 0.5
CODES_DITS = 5
CONTRATS = """
    with contrats as (
        select
            contrats.uai,
            contrats.code_diplome,
            structures.uai is null as sans_structure,
            not diplomes.est_au_referentiel as sans_diplome
        from core.contrats as contrats
        inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
        left join core.structures as structures on contrats.uai = structures.uai
    )
"""
# Referential → what it lacks, and the code that it would know.
MANQUES = {"etablissements.csv": ("sans_structure", "uai"), "diplomes.csv": ("sans_diplome", "code_diplome")}
# How many things lack what an optional file or column of the referentials would have given, their name, the sentence;
# what has no tariff is counted in the report.
LACUNES = (
    (
        "select count(distinct contrats.uai) from core.contrats as contrats "
        "inner join core.structures as structures on contrats.uai = structures.uai "
        "where structures.type_structure is null",
        ("structure", "structures"),
        "etablissements.csv : {} sans type_structure, dans aucun tableau des CFA.",
    ),
    (
        "select count(*) from core.contrats where coalesce(motifexprime, motifvalide) is not null "
        "and not exists (from ref.motifs where fin_diplome is not null)",
        ("contrat a un motif", "contrats ont un motif"),
        "motifs.csv : fin_diplome n'est jamais rempli, {}, et aucun ne compte comme fin après l'obtention du diplôme.",
    ),
    (
        "select count(*) from core.inscriptions where situation = 'Non renseigné' and annee_cycle is not null "
        "and duree_cycle_mois is not null and not exists (from ref.situations)",
        ("inscription", "inscriptions"),
        "situations.csv : absent ou vide, {} sans situation, qui en aurait été tirée.",
    ),
    (
        "select count(*) from core.contrats where diplomeentree is not null and not exists (from ref.diplomes_entree)",
        ("contrat", "contrats"),
        "diplomes_entree.csv : absent ou vide, le diplôme d'entrée de {} reste tel que l'export l'écrit.",
    ),
)


def refuse_unknown(con: duckdb.DuckDBPyConnection, dossier: Path) -> None:
    """Raises InputError when more than half of the contracts have no known structure or no known diploma: these are
    not the referentials, in `dossier`, of this network."""
    inconnus, contrats = count_unknown(con)
    if inconnus > PART_MAX * contrats:
        raise InputError(
            f"{share_unknown(inconnus, contrats)} ; {commonest(con)}",
            ou=dossier,
            faire="Mettez dans referentiels/, à côté de contrats/, les établissements et les diplômes de ce réseau "
            "(docs/referentiels.md) ; un code remplacé se dit dans la colonne remplace.",
        )


def tell_gaps(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What contracts lack of the referentials: how many are of codes that they do not know, where there are many; what
    an optional file or column would have given. No code: readers of a CFA's report would learn of others."""
    inconnus, contrats = count_unknown(con)
    phrases = [f"{share_unknown(inconnus, contrats)}."] if inconnus > PART_DITE * contrats else []
    for sql, (un, plusieurs), phrase in LACUNES:
        ((nombre,),) = con.execute(sql).fetchall()
        if nombre:
            phrases.append(phrase.format(formats.plural(nombre, un, plusieurs)))
    return phrases


def codes_to_add(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The commonest codes that the referentials do not know, where there are many, as one sentence for the analyst; or
    nothing."""
    inconnus, contrats = count_unknown(con)
    dits = commonest(con) if inconnus > PART_DITE * contrats else ""
    return [f"Attention : {dits}."] if dits else []


def count_unknown(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """(contracts without a known structure or diploma, contracts)."""
    return con.execute(
        f"{CONTRATS} select count(*) filter (where sans_structure or sans_diplome), count(*) from contrats"
    ).fetchall()[0]


def share_unknown(inconnus: int, contrats: int) -> str:
    """'5 contrats sur 9 (55,56 %) sans structure ou sans diplôme connu'."""
    sur = f"{formats.plural(inconnus, 'contrat', 'contrats')} sur {formats.entier(contrats)}"
    return f"{sur} ({formats.pourcentage(inconnus / contrats, 2)}) sans structure ou sans diplôme connu"


def commonest(con: duckdb.DuckDBPyConnection) -> str:
    """The commonest of the codes that the referentials do not know, each with its contracts."""
    dits = []
    for fichier, (manque, code) in MANQUES.items():
        lus = con.execute(
            f"{CONTRATS} select {code}, count(*) as nombre from contrats where {manque} "
            f"group by {code} order by nombre desc, {code}"
        ).fetchall()
        if lus:
            montres = privacy.shown(pl.Series([valeur for valeur, _ in lus[:CODES_DITS]]))
            codes = [
                f"{montre or '(non montré)'} ({formats.entier(nombre)})"
                for montre, (_, nombre) in zip(montres, lus[:CODES_DITS], strict=True)
            ]
            autres = len(lus) - CODES_DITS
            suite = f" et {formats.plural(autres, 'autre', 'autres')}" if autres > 0 else ""
            dits.append(f"absents de {fichier} : {', '.join(codes)}{suite}")
    return " ; ".join(dits)


def outside_referentials(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Contracts without a known structure or diploma, as one sentence; or nothing."""
    structures, diplomes, contrats = con.execute(
        "select coalesce(max(nombre) filter (where nature = 'structure_hors_referentiel'), 0), "
        "coalesce(max(nombre) filter (where nature = 'diplome_hors_referentiel'), 0), "
        "(select count(*) from core.contrats) from core.anomalies"
    ).fetchall()[0]
    comptes = [
        f"{formats.entier(nombre)} sans {quoi} ({referentiel}.csv)"
        for nombre, quoi, referentiel in (
            (structures, "structure connue", "etablissements"),
            (diplomes, "diplôme connu", "diplomes"),
        )
        if nombre
    ]
    return [f"Contrats : {' et '.join(comptes)}, sur {formats.entier(contrats)}."] if comptes else []


def unpublished_figures(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The rows of `indicateurs.csv` that are of no published year, as one sentence; or nothing."""
    lus = con.execute(
        "select annee, count(*) from ref.indicateurs anti join core.annees using (annee) group by annee order by annee"
    ).fetchall()
    if not lus:
        return []
    lignes = formats.plural(sum(nombre for _, nombre in lus), "ligne n'est imprimée", "lignes ne sont imprimées")
    annees = ", ".join(annee for annee, _ in lus)
    return [f"Attention : indicateurs.csv : {lignes} nulle part, d'années qui ne sont pas publiées ({annees})."]


def unknown_motifs(con: duckdb.DuckDBPyConnection, dossier: Path) -> list[str]:
    """Rows whose motif has no wording of the referential, what they are of the ruptures of the report's year, and where
    they are listed, as one sentence; or nothing. `dossier` is where the lists are."""
    lignes, annee, ruptures, autres = con.execute(
        "select (select nombre from core.anomalies where nature = 'libelles_inconnus'), annee, count(id_contrat), "
        "count(*) filter (where motifexprime = $1 or motifvalide = $1) "
        "from core.annees left join core.ruptures_brutes using (annee) "
        "left join core.contrats using (id_contrat) where est_rapport group by annee",
        [AUTRE_LIBELLE],
    ).fetchall()[0]
    if not lignes:
        return []
    return [
        f"Motifs : {formats.plural(lignes, 'libellé absent', 'libellés absents')} de motifs.csv, "
        f"« {AUTRE_LIBELLE} » pour {formats.entier(autres)} des {formats.plural(ruptures, 'rupture', 'ruptures')} de "
        f"{annee}, ligne par ligne dans {dossier / 'anomalies.csv'}."
    ]


def whose(donnees: InputFolders) -> list[str]:
    """Whose referentials were used, where they are not those of the data folder; or nothing."""
    if donnees.referentiels.parent == donnees.dossier:
        return []
    return [f"Référentiels : ceux de {donnees.referentiels}, {donnees.dossier} n'en ayant pas."]
