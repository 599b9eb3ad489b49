"""Breakdowns, run on a locked connection one file at a time; what they give back is looked at, then stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from pipeline import details
from pipeline.errors import UsageError, closest
from pipeline.models.chart_header import LUES_EN_PLUS
from pipeline.models.enclosure import Enclosure, enclosed
from pipeline.models.file import SqlFile, result_line
from pipeline.models.header import LIMITES_DU_RAPPORT, LUES_PAR_COMPARAISON, LUES_PAR_EVOLUTION, BreakdownHeader
from pipeline.models.header_file import NOM
from pipeline.models.inside import KeysToldError
from pipeline.models.locked import explained
from pipeline.models.person_lists import refuse_person_list
from pipeline.models.sensitive import refuse_sensitive
from pipeline.schemas import IDENTIFIANTS

ENTIERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
DECIMAUX = frozenset({"FLOAT", "DOUBLE", "DECIMAL"})
TYPES_SIMPLES = ENTIERS | DECIMAUX | {"VARCHAR", "BOOLEAN", "DATE"}
TYPES_DU_FORMAT = {
    "texte": TYPES_SIMPLES, "entier": ENTIERS, "mois": frozenset({"VARCHAR"}), "periode": frozenset({"VARCHAR"}),
    "date": frozenset({"DATE"}),
}  # fmt: skip
FORMATS_DE_TAUX = frozenset({"taux", "borne", "rapport"})
# How the result gets the columns that say what a rate is worth.
MACROS = {
    "fiabilite": "fiabilite(ruptures_nettes, effectif)",
    "taux_rupture_nette": "part(ruptures_nettes, effectif)",
    "taux_bas": "wilson_bas(ruptures_nettes, effectif)",
    "taux_haut": "wilson_haut(ruptures_nettes, effectif)",
}


def run_breakdowns(base: Path, modeles: Iterable[SqlFile], macros: str, duree: int, temporaire: Path) -> None:
    """Run the breakdowns of a database that has all the rest, and store their results in it; `macros`: SQL of those
    that their queries may use.

    A breakdown that reads another runs after it is stored.

    Raises:
        UsageError: a query that fails or takes more than `duree` seconds, or gives back what it may not.
    """
    for generation in generations(modeles):
        with enclosed(base, macros, temporaire, duree) as enceinte:
            resultats = {modele.table: run(enceinte, modele) for modele in generation}
        with duckdb.connect(str(base)) as con:
            con.begin()
            for table, resultat in resultats.items():
                con.register("resultat", resultat)
                con.execute(f"create table {table} as select * from resultat")
                con.unregister("resultat")
            con.commit()


def generations(modeles: Iterable[SqlFile]) -> Iterator[list[SqlFile]]:
    """Breakdowns in groups that read the groups before them only; `modeles` has parents first."""
    restants = list(modeles)
    while restants:
        noms = {modele.table for modele in restants}
        prets = [modele for modele in restants if not noms & modele.parents.keys()]
        yield prets
        restants = [modele for modele in restants if modele not in prets]


def run(enceinte: Enclosure, modele: SqlFile) -> pa.Table:
    """The result of a breakdown, in its order; what is wrong with its columns is said before it is computed.

    Raises:
        UsageError: see `run_breakdowns`.
    """
    with details.timed(modele.table), explained(enceinte.duree, modele.chemin, decalage=modele.decalage):
        colonnes = enceinte.describe(modele.corps)
        check_result(modele, [(nom, type_name(genre)) for nom, genre in colonnes])
        try:
            resultat = enceinte.compute(modele.corps)
        except KeysToldError as erreur:
            raise keys_told(modele, erreur.colonne) from None
    frame = pl.DataFrame(resultat)
    refuse_sensitive(enceinte, modele, frame)
    refuse_person_list(enceinte, modele, frame)
    for valeurs in frame.select(pl.selectors.float()):
        if not valeurs.is_finite().all():
            quoi = f"la colonne « {valeurs.name} » a une valeur infinie ou indéfinie"
            faire = "Divisez avec part(a, b), vide quand b est 0."
            raise UsageError(quoi, ou=modele.chemin, ligne=result_line(modele.arbre), faire=faire)
    # Sums of integers are HUGEINT, which Arrow can only give back as decimals.
    sommes = {nom for nom, genre in colonnes if genre == "HUGEINT"}
    return resultat.cast(
        pa.schema([champ.with_type(pa.int64()) if champ.name in sommes else champ for champ in resultat.schema])
    )


def keys_told(modele: SqlFile, colonne: str) -> UsageError:
    """What to raise where a result depends on who somebody is."""
    quoi = f"la colonne « {colonne} » du résultat change" if colonne else "le nombre de lignes du résultat change"
    return UsageError(
        f"{quoi} avec les numéros tirés au sort pour les apprentis, les contrats et les employeurs",
        ou=modele.chemin,
        ligne=result_line(modele.arbre),
        faire="Ces numéros servent à joindre et à compter : ne rendez rien qui en dépende (valeur, rang, ordre).",
    )


def type_name(genre: str) -> str:
    """DECIMAL(10,2) → DECIMAL."""
    return genre.split("(", maxsplit=1)[0]


def check_result(modele: SqlFile, colonnes: list[tuple[str, str]]) -> None:
    """Raises UsageError when the columns of a result (name, type) are not a breakdown's, or not those of its header."""
    ligne = result_line(modele.arbre)
    noms = [nom for nom, _ in colonnes]
    for nom, genre in colonnes:
        quoi = faire = ""
        if nom.lower() in IDENTIFIANTS:
            quoi = f"le résultat rend l'identifiant « {nom} »"
            faire = "Retirez-le : il désigne une personne, un contrat ou un employeur."
        elif not NOM.fullmatch(nom):
            quoi = f"la colonne « {nom} » du résultat n'a pas de nom utilisable"
            faire = "Nommez-la avec « as », en minuscules sans accent."
        elif noms.count(nom) > 1:
            quoi, faire = f"deux colonnes du résultat s'appellent « {nom} »", "Gardez-en une."
        elif genre not in TYPES_SIMPLES:
            quoi = f"la colonne « {nom} », du type {genre}, n'entre pas dans un tableau"
            faire = "Rendez un texte, un nombre, une date ou un booléen."
        if quoi:
            raise UsageError(quoi, ou=modele.chemin, ligne=ligne, faire=faire)
    if colonnes[0] != ("annee", "VARCHAR"):
        faire = "Rendez toutes les années publiées, annee en premier, telle que dans core.inscriptions."
        raise UsageError("la première colonne du résultat n'est pas annee", ou=modele.chemin, ligne=ligne, faire=faire)
    check_header(modele, dict(colonnes))


def check_header(modele: SqlFile, types: dict[str, str]) -> None:
    """Raises UsageError when the header names a column that the result has not, or with a format it cannot have."""
    entete = modele.ventilation
    nommes: list[tuple[tuple[int | str, ...], str]] = [(("colonnes", nom), nom) for nom in entete.colonnes]
    for lieu, controle in entete.every_control():
        nommes += [((*lieu, controle.genre), nom) for nom in controle.colonnes]
    for lieu, nom in nommes:
        if nom not in types:
            quoi = f"le résultat n'a pas de colonne « {nom} »{closest(nom, types)}"
            raise modele.fault(quoi, *lieu, faire=f"Ses colonnes : {', '.join(types)}.")
    for nom, colonne in entete.colonnes.items():
        if types[nom] not in TYPES_DU_FORMAT.get(colonne.format, ENTIERS | DECIMAUX):
            quoi = f"la colonne « {nom} », du type {types[nom]}, ne s'écrit pas au format {colonne.format}"
            raise modele.fault(quoi, "colonnes", nom, faire="Changez le format, ou convertissez la colonne.")
    for nom, cle, quoi in needed_columns(entete):
        if nom not in types:
            faire = f"Ajoutez au résultat « {MACROS[nom]} as {nom} »." if nom in MACROS else "Ajoutez-la au résultat."
            raise modele.fault(f"il manque au résultat « {nom} », que demande {quoi}", cle, faire=faire)


def needed_columns(entete: BreakdownHeader) -> Iterator[tuple[str, str, str]]:
    """Columns that the result must have without the header naming them: each with the key that asks for it and what
    a message calls it."""
    for colonne in entete.colonnes.values():
        if colonne.format in FORMATS_DE_TAUX:
            yield colonne.temoins[0], "colonnes", "un taux"
            if colonne.effectif is not None:
                yield colonne.effectif, "colonnes", "un taux"
    if any(colonne.format == "rapport" for colonne in entete.colonnes.values()):
        for nom in LIMITES_DU_RAPPORT:
            yield nom, "colonnes", "un rapport"
    if entete.graphique is not None:
        for nom in LUES_EN_PLUS.get(entete.graphique.type, ()):
            yield nom, "graphique", "un graphique"
    if entete.evolution:
        for nom in LUES_PAR_EVOLUTION:
            yield nom, "evolution", "evolution"
    if entete.comparaison is not None:
        for nom in LUES_PAR_COMPARAISON:
            yield nom, "comparaison", "une comparaison"
