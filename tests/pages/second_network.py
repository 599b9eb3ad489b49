"""A second network, counted on the fingers: another region, two CFA, no UFA, no motifs, other trades,
year ending 31 July.

2023-2024 (1 August 2023 – 31 July 2024): Quimper 40 actifs + 8 ruptures, Vannes 25 actifs + 1 rupture → 9 / 74.
2022-2023: Quimper 30 actifs + 6 ruptures, Vannes 12 actifs + 0 → 6 / 48.

So few ruptures make a short edition; each apprentice three times, 27 / 222 and 18 / 144, a whole one.
"""

from __future__ import annotations

from pathlib import Path

from tests.support import write_csv

CONFIG = """
[reseau]
nom = "Les Ateliers d'Armorique"
territoire = "Bretagne"
source = "Registre des contrats des Ateliers d'Armorique"

[annees]
fin = "07-31"

[[sections]]
cle = "structures"
titre = "Les établissements"

[[sections]]
cle = "diplomes"
titre = "Les diplômes"

[[sections]]
cle = "metiers"
titre = "Les métiers"

[[sections]]
cle = "parcours"
titre = "Les parcours"

[[sections]]
cle = "employeurs"
titre = "Qui rompt"

[[sections]]
cle = "motifs"
titre = "Les motifs"

[[sections]]
cle = "calendrier"
titre = "Le calendrier"

[[sections]]
cle = "periodes"
titre = "Les périodes de la rupture"

[[sections]]
cle = "suites"
titre = "Après la rupture"

[[sections]]
cle = "cout"
titre = "Le coût des ruptures"

[[sections]]
cle = "definitions"
titre = "Les définitions comparées"
"""
REFERENTIELS = {
    "etablissements.csv": (
        "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal\n"
        "0290001A,22222222200001,Atelier de Quimper,CFA,0290001A,Quimper,29000\n"
        "0560001B,22222222200002,Atelier de Vannes,CFA,0560001B,Vannes,56000\n"
    ),
    "diplomes.csv": (
        "code_diplome,intitule,type_diplome,niveau,filiere\n"
        "50022139,CAP Pâtissier,CAP,3,Bouche\n"
        "50033604,CAP Métiers de la coiffure,CAP,3,Soins\n"
    ),
    "motifs.csv": "motif,liste,regroupement,sensible,fin_diplome\n",
    "situations.csv": ("libelle,type_diplome,duree_mois,annee_cycle\nCAP 1re année,CAP,24,1\nCAP 2e année,CAP,24,2\n"),
    "diplomes_entree.csv": "source,libelle\n13,Aucun diplôme\n",
}
# (CFA, diploma, start, planned end, rupture, how many)
CONTRATS = [
    ("0290001A", "50022139", "2022-09-01", "2024-08-31", "", 24),  # actifs both years
    ("0290001A", "50033604", "2022-09-01", "2024-08-31", "2024-01-10", 6),  # actifs, then broken
    ("0290001A", "50022139", "2022-09-01", "2024-08-31", "2023-07-31", 6),  # broken on the last day of 2022-2023
    ("0290001A", "50022139", "2023-08-01", "2025-07-31", "", 16),  # from the first day of 2023-2024
    ("0290001A", "50033604", "2023-09-01", "2025-08-31", "2023-10-15", 2),
    ("0560001B", "50033604", "2022-09-01", "2024-08-31", "", 12),
    ("0560001B", "50033604", "2023-09-01", "2025-08-31", "", 13),
    ("0560001B", "50033604", "2023-09-01", "2025-08-31", "2024-07-31", 1),  # broken on the last day of 2023-2024
    ("0560001B", "50033604", "2023-09-01", "2025-08-31", "2024-08-01", 0),
    ("0560001B", "50033604", "2021-09-01", "2022-07-31", "", 5),  # gone before 2022-2023, which they make complete
]  # fmt: skip


ENTIERE = 3  # times each apprentice, for an edition with all its sections


def rows(fois: int = 1) -> list[dict[str, str]]:
    """The export, each apprentice as many times: required columns, an identifier, the dates of training; no motif, no
    employer."""
    lignes = []
    for uai, diplome, debut, fin, rupture, combien in CONTRATS:
        for _ in range(fois * combien):
            numero = len(lignes)
            lignes.append({
                "nocontrat": f"029{debut[:4]}{debut[5:7]}NC{numero:04d}",
                "datedebutcontrat": debut, "datefincontrat": fin,
                "dateeffetrupture": rupture, "codediplome": diplome, "uaicfa": uai, "idalternant": f"ID{numero}",
                "datedebutformation": debut, "datefinformation": fin, "diplomeentree": "13",
            })  # fmt: skip
    return lignes


def write(
    dossier: Path,
    lignes: list[dict[str, str]],
    export: str = "registre_2024-09-15.csv",
    referentiels: dict[str, str] = REFERENTIELS,
    config: str = CONFIG,
) -> None:
    """`donnees/` and `config.toml` of the network under `dossier`."""
    write_csv(dossier / "donnees/contrats" / export, lignes)
    for nom, texte in referentiels.items():
        chemin = dossier / "donnees/referentiels" / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    (dossier / "config.toml").write_text(config, encoding="utf-8")
