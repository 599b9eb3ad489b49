"""Tables made by hand, and generated ones: small networks whose tables share their totals as those of an edition do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from pipeline.disclosure.tables import COMPTES, DE_TAUX, ENSEMBLE, PublicTable

ANNEE = "2021-2022"


def table(
    nom: str,
    cle: Sequence[str],
    lignes: Iterable[Mapping[str, Any]],
    attributs: Mapping[str, Sequence[str]] | None = None,
) -> PublicTable:
    """Rows of a table; the year is `ANNEE` where it is not said, `inscrits_actifs` what the others leave."""
    rangees = [{"annee": ANNEE, **ligne} for ligne in lignes]
    comptes = [nom for nom in COMPTES if nom in rangees[0]]
    if {"ruptures_nettes", "effectif"} <= {*comptes}:
        comptes = ["inscrits_actifs", *comptes]
        rangees = [une | {"inscrits_actifs": une["effectif"] - une["ruptures_nettes"]} for une in rangees]
    derivees = DE_TAUX if len(comptes) > 1 else ()
    frame = pl.DataFrame(rangees).select("annee", *cle, *comptes)
    return PublicTable(nom, nom, tuple(cle), tuple(cle), tuple(comptes), derivees, frame, attributs or {})


def counted(personnes: Sequence[Mapping[str, str]], nom: str, cle: Sequence[str], taux: bool) -> PublicTable:
    """The table of these persons by a key: of rates, or of ruptures only."""
    effectifs = Counter((p["annee"], *(p[c] for c in cle)) for p in personnes)
    nettes = Counter((p["annee"], *(p[c] for c in cle)) for p in personnes if p["statut"] == "rupture_nette")
    groupes = sorted(effectifs if taux else nettes)
    lignes = [
        {**dict(zip(("annee", *cle), groupe, strict=True)), "ruptures_nettes": nettes[groupe]}
        | ({"effectif": effectifs[groupe]} if taux else {})
        for groupe in groupes
    ]
    return table(nom, cle, lignes)


def persons(graine: int, cfa: int, annees: Sequence[str] = (ANNEE,), par_cfa: int = 90) -> list[dict[str, str]]:
    """A network of so many CFA, of very unequal sizes; the same for the same seed."""
    hasard = np.random.RandomState(graine)
    types, filieres = ["CAP", "BP", "BAC PRO", "BTS", "MC"], ["Bois", "Fluides", "Gros œuvre"]
    poids = hasard.dirichlet(np.full(cfa, 1.2))
    trouvees = list[dict[str, str]]()
    for annee in annees:
        nombre = par_cfa * cfa
        tires = {
            "uai": hasard.choice(cfa, nombre, p=poids),
            "type_diplome": hasard.choice(5, nombre, p=[0.6, 0.2, 0.12, 0.06, 0.02]),
            "filiere": hasard.choice(3, nombre, p=[0.25, 0.35, 0.4]),
            "periode": hasard.choice(4, nombre, p=[0.3, 0.4, 0.27, 0.03]),
            "mois": hasard.choice(12, nombre),
            "motif": hasard.choice(9, nombre, p=[0.3, 0.2, 0.15, 0.12, 0.1, 0.06, 0.04, 0.02, 0.01]),
            "rompu": hasard.random_sample(nombre) < 0.11,
        }
        for rang in range(nombre):
            trouvees.append(
                {
                    "annee": annee,
                    "uai": f"U{tires['uai'][rang]:04d}",
                    "type_diplome": types[tires["type_diplome"][rang]],
                    "filiere": filieres[tires["filiere"][rang]],
                    "periode": f"p{tires['periode'][rang]}",
                    "mois": f"m{tires['mois'][rang]:02d}",
                    "motif": f"motif {tires['motif'][rang]}",
                    "statut": "rupture_nette" if tires["rompu"][rang] else "actif",
                }
            )
    return trouvees


def edition(personnes: Sequence[Mapping[str, str]]) -> list[PublicTable]:
    """Linked tables of these persons, the network's totals first."""
    des_ruptures = [
        ("periode",),
        ("mois",),
        ("motif",),
        ("uai", "periode"),
        ("motif", "periode"),
        ("periode", "type_diplome"),
    ]
    des_taux = [("uai",), ("type_diplome",), ("filiere",), ("uai", "type_diplome")]
    return [
        counted(personnes, ENSEMBLE, (), True),
        *(counted(personnes, "par_" + "_".join(cle), cle, True) for cle in des_taux),
        *(counted(personnes, "ruptures_par_" + "_".join(cle), cle, False) for cle in des_ruptures),
    ]
