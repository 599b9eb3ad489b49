"""The rules of funding (`regles_financement.csv`): whole on every day that they speak of, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.errors import InputError, closest
from pipeline.formats import date_longue
from pipeline.schemas import REGLES_DE_FINANCEMENT, VERSEMENT

CONNUES = (*REGLES_DE_FINANCEMENT, VERSEMENT)
CENT = Decimal(100)
# What is a share of a hundred; the others are euros, or a level.
POURCENTAGES = frozenset({"participation_essai", "distance_seuil", "distance_minoration", VERSEMENT})


def refuse_impossible(frames: Mapping[str, pl.DataFrame], chemins: Mapping[str, Path]) -> None:
    """Raises InputError where a share is over a hundred, a rule is none, or the rules of a day are not whole: one that
    is missing or said twice, payments that do not make the whole."""
    if "diplomes" in chemins:
        refuse_shares(frames["diplomes"], "part_distance", chemins["diplomes"])
    if "regles_financement" not in chemins:
        return
    regles, chemin = frames["regles_financement"], chemins["regles_financement"]
    for ligne, regle, delai in regles.select("ligne", "regle", "delai_mois").iter_rows():
        if regle not in CONNUES:
            quoi = f"« {regle} » n'est pas une règle{closest(regle, CONNUES)}"
            raise InputError(quoi, ou=chemin, ligne=int(ligne), faire=f"Écrivez l'une de {', '.join(CONNUES)}.")
        if (delai is None) == (regle == VERSEMENT):
            quoi = "un versement sans son délai" if regle == VERSEMENT else f"un délai pour « {regle} »"
            faire = "delai_mois dit le mois de l'année d'exécution où vient un versement, et rien d'autre."
            raise InputError(quoi, ou=chemin, ligne=int(ligne), faire=faire)
    refuse_shares(regles.filter(pl.col("regle").is_in(POURCENTAGES)), "valeur", chemin)
    for jour in boundaries(regles):
        refuse_not_whole(regles, jour, chemin)


def refuse_shares(frame: pl.DataFrame, colonne: str, chemin: Path) -> None:
    """Raises InputError for a share of more than all."""
    for ligne, valeur in frame.filter(pl.col(colonne) > CENT).select("ligne", colonne).iter_rows():
        quoi = f"{valeur} % dans la colonne {colonne}, c'est plus que tout"
        raise InputError(quoi, ou=chemin, ligne=int(ligne), faire="Écrivez une part de 0 à 100.")


def boundaries(regles: pl.DataFrame) -> list[date]:
    """The days on which the rules in force change."""
    fins = {fin + timedelta(days=1) for fin in regles["fin"].drop_nulls()}
    return sorted({*regles["debut"], *fins})


def refuse_not_whole(regles: pl.DataFrame, jour: date, chemin: Path) -> None:
    """Raises InputError where the rules in force on a day are neither none nor all of them, once each."""
    en_vigueur = regles.filter((pl.col("debut") <= jour) & (pl.col("fin").is_null() | (pl.col("fin") >= jour)))
    nombres = Counter(en_vigueur["regle"])
    if not nombres:
        return
    fautes = [f"{regle} manque" for regle in CONNUES if not nombres[regle]]
    fautes += [f"{regle} est dite {nombres[regle]} fois" for regle in REGLES_DE_FINANCEMENT if nombres[regle] > 1]
    somme = en_vigueur.filter(pl.col("regle") == VERSEMENT)["valeur"].sum()
    if nombres[VERSEMENT] and somme != CENT:
        fautes.append(f"les versements font ensemble {somme} %")
    if fautes:
        raise InputError(
            f"les règles du {date_longue(jour)} ne sont pas entières : {', '.join(fautes)}",
            ou=chemin,
            faire="Complétez-les (docs/referentiels.md les dit toutes), ou corrigez leurs dates.",
        )
