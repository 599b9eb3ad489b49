"""A table whose rows mostly count one person is a list of persons, whatever it is called: refused.

Rows are few persons each in any table of a small network, or of many small CFA: what makes a list is that they are told
apart by what people are, not by where and what they learn.
"""

from __future__ import annotations

import polars as pl

from pipeline.errors import UsageError
from pipeline.formats import decimal, entier
from pipeline.models.enclosure import Enclosure
from pipeline.models.file import SqlFile, result_line

PERSONNES_MIN = 3  # by row, on average, of the rows that count somebody
SUIVIS_MIN = 1_000  # in a year: with fewer, every crossing is of a few persons a row
COLONNES_MAX = 2  # that tell rows apart, each independently of the others
VALEURS_MAX = 100  # of one of these alone, unless they are structures or diplomas
VALEURS_D_UN_TAUX = frozenset({"non_significatif", "fragile", "solide"})
COMPTES = ("effectif", "ruptures_nettes")
REPERES = (
    "select unnest([uai, structure]) from core.structures union select code_diplome from core.diplomes "
    "union select diplome from core.diplomes"
)


def refuse_person_list(enceinte: Enclosure, modele: SqlFile, resultat: pl.DataFrame) -> None:
    """Raises UsageError when the rows of a year of a result are mostly of one person each."""
    if resultat.is_empty():
        return
    comptees = resultat.with_columns(personnes=counted(resultat, modele.ventilation.cle)).filter(
        pl.col("personnes") > 0
    )
    moyennes = comptees.group_by("annee").agg(pl.len().alias("lignes"), pl.col("personnes").mean()).filter(
        (pl.col("personnes") < PERSONNES_MIN) | (pl.col("lignes") * 2 > SUIVIS_MIN)
    )  # fmt: skip
    if moyennes.is_empty():
        return
    _, suivis = enceinte.fetch("select annee, effectif + sortis_a_terme from core.ruptures_nettes_par_annee")
    suivis_de = dict(suivis)
    for annee, lignes, personnes in moyennes.sort("annee").iter_rows():
        suivis_alors = suivis_de.get(annee) or 0
        if suivis_alors < SUIVIS_MIN:
            continue
        seule = personnes < PERSONNES_MIN
        if not seule and lignes * 2 <= suivis_alors:
            continue
        if is_fine(enceinte, modele, comptees.filter(pl.col("annee") == annee)):
            quoi = (
                f"en {annee}, les {entier(lignes)} lignes du résultat comptent en moyenne {decimal(personnes)} "
                f"personne{'s' if personnes >= 2 else ''}"
                if seule
                else f"en {annee}, le résultat a {entier(lignes)} lignes pour {entier(suivis_alors)} personnes"
            )
            raise UsageError(
                f"{quoi} : c'est une liste de personnes",
                ou=modele.chemin,
                ligne=result_line(modele.arbre),
                faire="Gardez moins de colonnes qui distinguent les lignes, ou regroupez leurs valeurs en tranches.",
            )


def counted(resultat: pl.DataFrame, cle: tuple[str, ...]) -> pl.Expr:
    """How many persons each row counts: one where nothing says it."""
    dits = [nom for nom in COMPTES if nom in resultat.columns][:1] or [
        nom for nom, genre in resultat.schema.items() if genre.is_integer() and nom not in cle
    ]
    return pl.max_horizontal(*map(pl.col, dits)).fill_null(0) if dits else pl.lit(1)


def is_fine(enceinte: Enclosure, modele: SqlFile, lignes: pl.DataFrame) -> bool:
    """Whether the rows of a year are told apart by more than two columns, or by one of many values that is neither a
    structure nor a diploma."""
    distinctes = independent(lignes, modele.ventilation.cle)
    if len(distinctes) > COLONNES_MAX:
        return True
    nombreuses = [nom for nom in distinctes if lignes[nom].n_unique() > max(VALEURS_MAX, len(lignes) / 2)]
    if not nombreuses:
        return False
    reperes = {repere for (repere,) in enceinte.fetch(REPERES)[1]}
    return any(not {*lignes[nom].cast(pl.String).drop_nulls()} <= reperes for nom in nombreuses)


def independent(lignes: pl.DataFrame, cle: tuple[str, ...]) -> list[str]:
    """The columns that tell rows apart, without those that another one determines (the name of a CFA, by its UAI), nor
    those that say what a rate is worth."""
    genres = lignes.schema
    disent = [
        nom
        for nom in lignes.columns
        if nom != "annee"
        and not {*lignes[nom].drop_nulls()} <= VALEURS_D_UN_TAUX
        and (nom in cle or genres[nom] in (pl.String, pl.Date, pl.Boolean))
        and lignes[nom].n_unique() > 1
    ]
    gardees = list[str]()
    for nom in sorted(disent, key=lambda nom: -lignes[nom].n_unique()):
        if all(lignes.select(autre, nom).n_unique() > lignes[autre].n_unique() for autre in gardees):
            gardees.append(nom)
    return gardees
