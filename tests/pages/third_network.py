"""A third network, of another region still: three CFA, texts of its own, motifs and amounts, year ending 15 August, and
enough contracts of a CFA that its referentials do not know for a warning.

2023-2024 (16 August 2023 – 15 August 2024): Vourles 60 actifs + 40 ruptures, Péaugres 60 + 3, Cublize 40 + 5, and 20
apprentices of the unknown one.
"""

from __future__ import annotations

from pathlib import Path

from tests.pages import second_network

EXPORT = "registre_2024-11-05.csv"
CONFIG = (
    second_network.CONFIG
    .replace("Les Ateliers d'Armorique", "Les Campus du Sillon")
    .replace("Bretagne", "Auvergne-Rhône-Alpes")
    .replace("Registre des contrats des Ateliers d'Armorique", "Registre des contrats du Sillon")
    .replace('fin = "07-31"', 'fin = "08-15"')
    + '\n[presentation]\ntextes = "textes"\n'
)  # fmt: skip
# UAI → name, commune.
CFA = {
    "0690001A": ("Campus de la Soie", "Vourles"),
    "0070002B": ("Campus des Vergers", "Péaugres"),
    "0420003C": ("Campus du Tissage", "Cublize"),
}
INCONNU = "0740009Z"
REFERENTIELS = {
    **second_network.REFERENTIELS,
    "etablissements.csv": "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal\n"
    + "".join(
        f"{uai},3333333330000{rang},{nom},CFA,{uai},{commune},{uai[1:3]}000\n"
        for rang, (uai, (nom, commune)) in enumerate(CFA.items())
    ),
    "motifs.csv": (
        "motif,liste,regroupement,sensible,fin_diplome\n"
        "Départ,exprime,,non,non\nDiplôme obtenu,exprime,,non,oui\n"
    ),
}  # fmt: skip
TEXTES = {
    "synthese": "Nos équipes ont rencontré {{ ruptures_nettes }} familles du Sillon.",
    "focus_post_examen": "Ce que le Sillon dit de ces mois.",
    "2023-2024/cout": "Le Sillon a repris ses propres comptes.",
}
# (CFA, start, planned end, rupture, motif, how many)
CONTRATS = [
    ("0690001A", "2022-09-01", "2024-08-31", "", "", 30),
    ("0690001A", "2023-09-01", "2025-08-31", "", "", 30),
    ("0690001A", "2023-09-01", "2025-08-31", "2023-10-10", "Départ", 25),
    ("0690001A", "2022-09-01", "2024-08-31", "2023-08-25", "Départ", 4),  # in the summer that the year begins in
    ("0690001A", "2022-09-01", "2024-08-31", "2024-07-03", "Diplôme obtenu", 11),
    ("0070002B", "2023-09-01", "2025-08-31", "", "", 60),
    ("0070002B", "2023-09-01", "2025-08-31", "2024-06-20", "Départ", 3),
    ("0420003C", "2023-09-01", "2025-08-31", "", "", 40),
    ("0420003C", "2023-09-01", "2025-08-31", "2024-02-02", "Départ", 5),
    (INCONNU, "2023-09-01", "2025-08-31", "", "", 20),
    ("0420003C", "2021-09-01", "2022-07-31", "", "", 20),  # gone before 2022-2023, which they make complete
]  # fmt: skip


def rows() -> list[dict[str, str]]:
    """The export."""
    lignes = []
    for uai, debut, fin, rupture, motif, combien in CONTRATS:
        for _ in range(combien):
            numero = len(lignes)
            lignes.append({
                "nocontrat": f"069{debut[:4]}{debut[5:7]}NC{numero:04d}",
                "datedebutcontrat": debut, "datefincontrat": fin, "dateeffetrupture": rupture, "motifexprime": motif,
                "codediplome": "50022139", "uaicfa": uai, "idalternant": f"ID{numero}", "npecannuel": "6000",
                "datedebutformation": debut, "datefinformation": fin, "diplomeentree": "13",
            })  # fmt: skip
    return lignes


def write(dossier: Path) -> None:
    """`donnees/`, `config.toml` and `textes/` of the network under `dossier`."""
    second_network.write(dossier, rows(), EXPORT, REFERENTIELS, CONFIG)
    for nom, texte in TEXTES.items():
        chemin = dossier / "textes" / f"{nom}.md"
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
