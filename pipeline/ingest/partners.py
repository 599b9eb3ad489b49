"""`partenaires.csv`: to whom the contracts of a place go; what could make two answers is refused."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from pipeline.errors import InputError
from pipeline.schemas import header_key

LIEUX = ("code_postal", "departement", "uai")
SANS_PARTENAIRE = "sans partenaire"  # the list of the contracts that no row gives to anybody
# As postal codes begin: Corsica is 20.
DEPARTEMENT = r"0[1-9]|[1-8]\d|9[0-5]|97\d|98\d"


def check_partners(frame: pl.DataFrame, par_code: pl.DataFrame, chemin: Path) -> None:
    """Each row says one place, and no place has two partners, be it under the codes of an establishment and of one that
    it replaces (`par_code`: code → uai). That no code is there twice is checked with the other referentials.

    Raises:
        InputError: the first row that does not.
    """
    actuels, vus = dict(par_code.select("code", "uai").iter_rows()), dict[str, int]()
    for numero, partenaire, *lieux in frame.select("ligne", "partenaire", *LIEUX).iter_rows():
        ligne, (_, departement, uai) = int(numero), lieux
        if header_key(partenaire) == header_key(SANS_PARTENAIRE):
            quoi, faire = f"« {SANS_PARTENAIRE} » est la liste de ce qui n'a personne", "Donnez-lui un autre nom."
            raise InputError(quoi, ou=chemin, ligne=ligne, faire=faire)
        if sum(lieu is not None for lieu in lieux) != 1:
            quoi = "une ligne dit un lieu, et un seul : code_postal, departement ou uai"
            faire = "Remplissez l'une de ces trois colonnes ; un autre lieu du partenaire a sa propre ligne."
            raise InputError(quoi, ou=chemin, ligne=ligne, faire=faire)
        if departement is not None and not re.fullmatch(DEPARTEMENT, departement):
            quoi = f"« {departement} » n'est pas le début d'un code postal"
            faire = "Écrivez le département en deux chiffres (01), trois outre-mer (974) ; la Corse est 20."
            raise InputError(quoi, ou=chemin, ligne=ligne, faire=faire)
        if uai is None:
            continue
        premiere = vus.setdefault(actuels.get(uai, uai), ligne)
        if premiere != ligne:
            quoi = f"« {uai} » est aujourd'hui l'établissement de la ligne {premiere}"
            raise InputError(quoi, ou=chemin, ligne=ligne, faire="Gardez une seule de ces deux lignes.")
