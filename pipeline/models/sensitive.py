"""What is told of the whole network only (definitions §8): the motifs as they are worded, who is disabled.

A query that names such a column names no other attribute of an apprentice, and its rows are told by that column:
nothing is crossed with it. Where a wording may come without its column being named, the values of the result decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from pipeline.errors import UsageError
from pipeline.models.file import SqlFault, SqlFile, line_of, result_line
from pipeline.schemas import IDENTIFIANTS

if TYPE_CHECKING:
    import polars as pl

    from pipeline.models.enclosure import Enclosure

# Columns that may stand together in a table: under their names, and as the exports have them.
MOTIFS = frozenset({"motif_exprime", "motif_valide"})
HANDICAP = frozenset({"handicap"})
D_OU_ELLES_VIENNENT = {
    MOTIFS: MOTIFS | {"motifexprime", "motifvalide", "codemotifrupture"},
    HANDICAP: HANDICAP,
}
SENSIBLES = frozenset[str]().union(*D_OU_ELLES_VIENNENT.values())
# What else such a query may name: whom it counts and compares, what the macros count.
COMMUNES = IDENTIFIANTS | {
    "annee", "statut", "strate", "jamais_commence", "inscrits_actifs", "ruptures_nettes", "effectif", "sortis_a_terme",
    "taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite", "part_ruptures", "part_effectif",
    "rapport_public_egal", "rapport_bas", "rapport_haut",
}  # fmt: skip
# Tables that have the wordings under other names, or crossed with something already.
TABLES_DE_MOTIFS = frozenset({"ref.motifs", "core.motifs"})
CE_QUI_LES_REMPLACE = (
    "Prenez motif_exprime_groupe, motif_valide_groupe ou une famille de motifs, ou gardez le motif, sous son nom, et "
    "annee."
)
REMEDES = {
    MOTIFS: CE_QUI_LES_REMPLACE,
    HANDICAP: "C'est une donnée de santé : un tableau a la colonne handicap et annee, rien d'autre.",
}


def sensitive_faults(modele: SqlFile) -> Iterator[SqlFault]:
    """Where a query crosses what is told of the whole network only."""
    nommees = [nom for nom in modele.arbre.find_all(exp.Identifier) if nom.name.lower() in SENSIBLES]
    if not nommees:
        return
    premiere = nommees[0].name.lower()
    ensemble = next(e for e, noms in D_OU_ELLES_VIENNENT.items() if premiere in noms)
    permises = D_OU_ELLES_VIENNENT[ensemble] | COMMUNES | aliases(modele.arbre)
    for colonne in modele.arbre.find_all(exp.Column):
        if not colonne.is_star and colonne.name.lower() not in permises:
            yield line_of(colonne), crossed(premiere, colonne.name), REMEDES[ensemble]
    for cle in modele.ventilation.cle:
        if cle not in ensemble:
            yield line_of(nommees[0]), crossed(premiere, cle), REMEDES[ensemble]


def crossed(sensible: str, autre: str) -> str:
    return f"« {sensible} », réservé aux totaux du réseau, est croisé avec « {autre} »"


def aliases(arbre: exp.Query) -> frozenset[str]:
    """The names that a query gives to what it computes: those of columns told otherwise are none."""
    return frozenset(
        alias.alias.lower() for alias in arbre.find_all(exp.Alias) if not isinstance(alias.this, exp.Column)
    )


def refuse_sensitive(enceinte: Enclosure, modele: SqlFile, resultat: pl.DataFrame) -> None:
    """Raises UsageError when a result has a column that is told of the whole network only, or the wording of a
    sensitive motif, in a table whose rows are told by something else; `enceinte` has `ref.motifs`."""
    cle = {*modele.ventilation.cle}
    for ensemble, noms in D_OU_ELLES_VIENNENT.items():
        for nom in resultat.columns:
            if nom.lower() in noms and not cle <= ensemble:
                autre = min(cle - ensemble)
                raise UsageError(
                    crossed(nom, autre), ou=modele.chemin, ligne=result_line(modele.arbre), faire=REMEDES[ensemble]
                )
    if cle <= MOTIFS or not may_have_wordings(modele):
        return
    _, lus = enceinte.fetch("select motif from ref.motifs where sensible")
    libelles = [libelle for (libelle,) in lus]
    for valeurs in resultat.iter_columns():
        if str(valeurs.dtype) == "String" and valeurs.is_in(libelles).any():
            quoi = f"la colonne « {valeurs.name} » nomme un motif sensible, réservé aux totaux du réseau"
            raise UsageError(quoi, ou=modele.chemin, ligne=result_line(modele.arbre), faire=CE_QUI_LES_REMPLACE)


def may_have_wordings(modele: SqlFile) -> bool:
    """Whether a wording may come into the result without its column being named."""
    return any(table in TABLES_DE_MOTIFS or table.startswith("ventilations.") for table in modele.parents)
