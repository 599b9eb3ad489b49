"""What `objectifs.csv`, `indicateurs.csv` and `actions.csv` may say: whom they name, of what, in which order.

The one place where a group is resolved, and where it stands which indicators there are, on which side of its target
each is to be (`ref.indicateurs_connus`, that the SQL reads).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import InputError, closest
from pipeline.formats import shortest
from pipeline.schemas import header_key
from pipeline.settings import check_annee

PORTEES = ("reseau", "type_diplome", "filiere", "diplome", "cfa")
ECHELONS = ("local", "national")
RESEAU = "Réseau"
BAISSE, HAUSSE = "baisse", "hausse"
DES_EXPORTS = "taux_rupture_nette"


@dataclass(frozen=True)
class Indicator:
    """What a target may be about.

    Attributes:
        mesure: what it is called in print.
        sens: where it is to go.
        de_personnes: whether it is a share of persons, that has an interval; hours are not drawn one by one.
    """

    mesure: str
    sens: str
    de_personnes: bool = True


INDICATEURS = {
    DES_EXPORTS: Indicator("rupture nette", BAISSE),
    "reussite": Indicator("réussite", HAUSSE),
    "insertion": Indicator("insertion", HAUSSE),
    "satisfaction": Indicator("satisfaction", HAUSSE),
    "heures": Indicator("heures réalisées", HAUSSE, de_personnes=False),
}


def known_indicators() -> pl.DataFrame:
    """`ref.indicateurs_connus`."""
    return pl.DataFrame(
        [(nom, un.mesure, un.sens, un.de_personnes) for nom, un in INDICATEURS.items()],
        schema={"indicateur": pl.String, "mesure": pl.String, "sens": pl.String, "de_personnes": pl.Boolean},
        orient="row",
    )


@dataclass(frozen=True)
class Network:
    """What a group may be: scope → key of what is written → its one name; each word that names a CFA, with its UAI."""

    groupes: Mapping[str, Mapping[str, str]]
    noms_de_cfa: Mapping[str, str]

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame], par_code: Mapping[str, pl.DataFrame]) -> Network:
        """From the referentials."""
        diplomes, etablissements = frames["diplomes"], frames["etablissements"]
        types = named(diplomes["type_diplome"])
        mots = frames["types_diplome"].select("libelle", "type_diplome").iter_rows()
        actuels = dict(par_code["etablissements_par_code"].iter_rows())
        cfa = {
            uai: nom
            for uai, nom, genre in etablissements.select("uai", "nom", "type_structure").iter_rows()
            if genre == "CFA"
        }
        return cls(
            {
                "reseau": {header_key(RESEAU): RESEAU},
                "type_diplome": {header_key(dit): un for dit, un in mots if header_key(un) in types} | types,
                "filiere": named(diplomes["filiere"]),
                "diplome": {header_key(code): un for code, un in par_code["diplomes_par_code"].iter_rows()},
                "cfa": {header_key(code): uai for code, uai in actuels.items() if uai in cfa},
            },
            {mot: actuels[uai] for uai, nom in cfa.items() for mot in (nom, uai)},
        )


def named(textes: pl.Series) -> dict[str, str]:
    """Key → text, of those that are there."""
    return {header_key(texte): texte for texte in textes.drop_nulls().unique(maintain_order=True)}


def settle(
    frames: Mapping[str, pl.DataFrame], par_code: Mapping[str, pl.DataFrame], chemins: Mapping[str, Path]
) -> dict[str, pl.DataFrame]:
    """The three referentials, what they name by its one name.

    Raises:
        InputError: a row that names nothing known, or whose years or values are in no order.
    """
    reseau = Network.of(frames, par_code)
    regles: dict[str, Callable[[TargetRow, Network], dict[str, object]]] = {
        "objectifs": read_target, "indicateurs": read_measure, "actions": read_action,
    }  # fmt: skip
    reglees = dict[str, pl.DataFrame]()
    for nom, regle in regles.items():
        frame = frames[nom]
        lignes = [
            valeurs | regle(TargetRow(valeurs, chemins[nom]), reseau) for valeurs in frame.iter_rows(named=True)
        ]  # fmt: skip
        reglees[nom] = pl.DataFrame(lignes, schema=frame.schema, orient="row")
    return reglees


def without_measure(frames: Mapping[str, pl.DataFrame], chemins: Mapping[str, Path]) -> list[str]:
    """A sentence for each line of a target that nothing measures."""
    mesures = frames["indicateurs"].select("portee", "groupe", "indicateur").unique()
    seules = frames["objectifs"].filter(pl.col("indicateur") != DES_EXPORTS).join(
        mesures, ["portee", "groupe", "indicateur"], "anti"
    )  # fmt: skip
    return [
        f"{chemins['objectifs'].parent.name}/{chemins['objectifs'].name}:{ligne}, indicateur {nom}, sans mesure dans "
        "indicateurs.csv pour ce groupe : son verdict est « non tranché »."
        for ligne, nom in seules.select("ligne", "indicateur").iter_rows()
    ]


@dataclass(frozen=True)
class TargetRow:
    """A row of one of these files."""

    valeurs: Mapping[str, Any]
    chemin: Path

    def __getitem__(self, nom: str) -> Any:
        return self.valeurs[nom]

    def fault(self, quoi: str, faire: str) -> InputError:
        """What is wrong with it."""
        return InputError(quoi, ou=self.chemin, ligne=int(self.valeurs["ligne"]), faire=faire)

    def one_of(self, nom: str, connus: tuple[str, ...]) -> str:
        """Its value, one of these whatever its case and accents."""
        dits = {header_key(connu): connu for connu in connus}
        if (trouve := dits.get(header_key(self[nom]))) is None:
            raise self.fault(
                f"« {self[nom]} » n'est pas une valeur de la colonne {nom}{closest(self[nom], connus)}",
                f"Écrivez {', '.join(connus[:-1])} ou {connus[-1]}.",
            )
        return trouve

    def year(self, nom: str) -> str | None:
        """Its value, a training year."""
        if self[nom] is None:
            return None
        try:
            return check_annee(self[nom])
        except ValueError as erreur:
            raise self.fault(f"colonne {nom}, {erreur}", "Corrigez cette année.") from None


# What a group that is not known is not.
INCONNUS = {
    "reseau": "la portée reseau n'a pas de groupe",
    "type_diplome": "aucun diplôme de diplomes.csv n'est de ce type",
    "filiere": "aucun diplôme de diplomes.csv n'est de cette filière",
    "diplome": "ce n'est pas un code de diplomes.csv",
    "cfa": "ce n'est pas l'UAI d'un CFA d'etablissements.csv",
}


def read_group(ligne: TargetRow, reseau: Network) -> dict[str, object]:
    """Whom a row is about."""
    portee = ligne.one_of("portee", PORTEES)
    connus = reseau.groupes[portee]
    if ligne["groupe"] is None and portee != "reseau":
        faire = f"Écrivez de quel groupe de portée {portee} il s'agit, ou la portée reseau."
        raise ligne.fault("la colonne groupe est vide", faire)
    dit = str(ligne["groupe"] or RESEAU)
    if (groupe := connus.get(header_key(dit))) is None:
        faire = "Corrigez le groupe ou la portée, ou complétez ce référentiel."
        raise ligne.fault(f"groupe « {dit} » : {INCONNUS[portee]}{closest(dit, connus.values())}", faire)
    return {"portee": portee, "groupe": groupe}


def read_target(ligne: TargetRow, reseau: Network) -> dict[str, object]:
    """A target: its group, and its values in the order in which they come."""
    indicateur = ligne.one_of("indicateur", tuple(INDICATEURS))
    annee, annee_jalon = ligne.year("annee"), ligne.year("annee_jalon")
    paliers = {nom: ligne[nom] for nom in ("socle", "jalon", "cible") if ligne[nom] is not None}
    for nom, valeur in paliers.items():
        if not 0 <= valeur <= 100:
            raise ligne.fault(f"{nom} de {shortest(valeur)}, hors de 0 à 100", "Écrivez-le en pour cent.")
    baisse = INDICATEURS[indicateur].sens == BAISSE
    for (nom, valeur), (suivant, autre) in zip([*paliers.items()], [*paliers.items()][1:], strict=False):
        if autre > valeur if baisse else autre < valeur:
            cote = "plus haut" if baisse else "plus bas"
            raise ligne.fault(
                f"{suivant} de {shortest(autre)} {cote} que le {nom} de {shortest(valeur)}, alors que {indicateur} "
                f"doit {'baisser' if baisse else 'monter'}",
                "Remettez socle, jalon et cible dans cet ordre.",
            )
    if annee_jalon is not None and (ligne["jalon"] is None or annee_jalon >= (annee or "")):
        quoi = "annee_jalon sans jalon" if ligne["jalon"] is None else f"jalon en {annee_jalon}, et cible en {annee}"
        raise ligne.fault(quoi, "Donnez au jalon une valeur, et une année d'avant celle de la cible.")
    return {**read_group(ligne, reseau), "indicateur": indicateur}


def read_measure(ligne: TargetRow, reseau: Network) -> dict[str, object]:
    """A figure that the exports do not have."""
    ligne.year("annee")
    indicateur = ligne.one_of("indicateur", tuple(INDICATEURS))
    if indicateur == DES_EXPORTS:
        raise ligne.fault(f"{DES_EXPORTS} est compté dans les exports", "Retirez cette ligne.")
    compte, sur = ligne["numerateur"], ligne["denominateur"]
    if sur <= 0 or compte < 0 or (compte > sur and INDICATEURS[indicateur].de_personnes):
        faire = "Le numérateur est compté parmi le dénominateur : des personnes, ou des heures parmi celles prévues."
        raise ligne.fault(f"numerateur de {compte} pour un denominateur de {sur}", faire)
    return {**read_group(ligne, reseau), "indicateur": indicateur}


def read_action(ligne: TargetRow, reseau: Network) -> dict[str, object]:
    """An action: whom it is for, and between which years it is to be seen."""
    groupe = read_group(ligne, reseau)
    echelon = ligne.one_of("echelon", ECHELONS)
    indicateur = None if ligne["indicateur"] is None else ligne.one_of("indicateur", tuple(INDICATEURS))
    avant, apres = ligne.year("annee_avant"), ligne.year("annee_apres")
    if (avant is None) != (apres is None) or (avant is not None and indicateur is None):
        faire = "Donnez ensemble indicateur, annee_avant et annee_apres, ou aucune de ces deux années."
        raise ligne.fault("un effet se mesure d'un indicateur, entre deux années", faire)
    if avant is not None and apres is not None and avant >= apres:
        raise ligne.fault(f"annee_avant {avant} n'est pas avant annee_apres {apres}", "Corrigez ces années.")
    refuse_other_cfa(ligne, reseau, str(groupe["groupe"]))
    return {**groupe, "echelon": echelon, "indicateur": indicateur}


def refuse_other_cfa(ligne: TargetRow, reseau: Network, groupe: str) -> None:
    """Raises InputError when an action names a CFA that is not its own: others would read of it in their reports."""
    for mot, uai in reseau.noms_de_cfa.items():
        nomme = (re.search(rf"(?<!\w){re.escape(mot)}(?!\w)", ligne[c], re.IGNORECASE) for c in TEXTES)
        if uai != groupe and any(nomme):
            raise ligne.fault(
                f"cette action nomme un CFA, « {mot} », et elle est imprimée dans le rapport d'autres CFA",
                "Retirez ce nom, ou donnez-lui la portée cfa et l'UAI de ce CFA.",
            )


TEXTES = ("recommandation", "acteur")
