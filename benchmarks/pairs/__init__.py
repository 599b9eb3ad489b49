"""What an analyst would write instead of the project: the same eight tables from the same export, which is trusted.

Each module has `make_tables(donnees, sortie)`, that reads `contrats/*.csv` and `referentiels/` of `donnees` and writes
one CSV a table in `sortie`. Nothing is validated, rejected or counted: an apprentice is an `idalternant`, else a
triple; the last row of a contract says all of it.
"""

from __future__ import annotations

from datetime import date

# The complete years of an export that begins in September 2018; the last one is the report's.
ANNEES = (
    ("2019-2020", date(2019, 8, 16), date(2020, 8, 15)),
    ("2020-2021", date(2020, 8, 16), date(2021, 8, 15)),
    ("2021-2022", date(2021, 8, 16), date(2022, 8, 15)),
)
INCONNU = "Non renseigné"
# The tables of rates, and what each is grouped by beside the year; then those of ruptures only.
TAUX = {
    "par_structure": ["uai", "structure", "type_structure", "cfa_rattachement"],
    "par_diplome": ["code_diplome", "diplome", "type_diplome", "filiere"],
    "par_filiere": ["filiere"],
    "par_situation": ["situation"],
    "par_diplome_entree": ["diplome_entree"],
}
PARTS = {"par_motif_valide": "motif_valide", "par_periode": "periode"}
TABLES = (*TAUX, *PARTS, "par_mois")
MESURES = [
    "inscrits_actifs", "ruptures_nettes", "effectif", "taux_rupture_nette", "taux_bas", "taux_haut", "part_ruptures",
    "part_effectif",
]  # fmt: skip
Z = 1.959963984540054


def rate_columns(table: str) -> list[str]:
    """The columns of a table of rates."""
    return ["annee", *TAUX[table], *MESURES, *(["sortis_a_terme"] if table == "par_structure" else [])]
