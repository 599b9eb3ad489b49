"""What a breakdown finds, short enough for the title of its section: by the rules of its reading (`readings`). Pure.

'' where its kind has no rule, or where nothing can be compared: the title of its file then stands alone.
"""

from __future__ import annotations

from pipeline import formats
from pipeline.formats import ALPHA, EFFECTIF_MIN
from pipeline.report.amounts import RUPTURES_MIN
from pipeline.report.breakdowns import BreakdownYear
from pipeline.report.readings import (
    DE_COUT,
    Contrast,
    bounded_share,
    contrasts,
    homogeneous,
    is_of_rates,
    is_read,
    is_told_by_one,
    large_groups,
    main_rows,
    name,
    of_ruptures,
    rate,
    the_other,
    titled,
    uncosted,
)
from pipeline.report.standing import equal_public

LONGUEUR_MAX = 95  # letters that a title has at most: two lines


def message(annuelle: BreakdownYear) -> str:
    """The message of a year of a breakdown."""
    if not annuelle.lignes:
        return ""
    if {*annuelle.colonnes} >= DE_COUT and is_told_by_one(annuelle):
        dit = of_costs(annuelle)
    elif is_of_rates(annuelle):
        dit = of_rates(annuelle)
    elif is_read(annuelle) and (compte := of_ruptures(annuelle)) is not None:
        dit = of_counts(annuelle, *compte)
    else:
        dit = ""
    return dit if len(dit) <= LONGUEUR_MAX else ""


def of_rates(annuelle: BreakdownYear) -> str:
    """'1re année : 13,7 % de rupture nette, contre 7,9 % pour les autres'; that nothing is established."""
    groupes = large_groups(annuelle)
    if (p := homogeneous(groupes)) is None or not any(groupe["ruptures_nettes"] for groupe in groupes):
        return ""
    titre = annuelle.entete.titre
    if not (trouves := contrasts(annuelle)):
        return f"{titre} : aucun écart établi" if p >= ALPHA else f"{titre} : des écarts, sans groupe à part"
    return of_contrast(annuelle, trouves[0])


def of_contrast(annuelle: BreakdownYear, c: Contrast) -> str:
    """A contrast, and whether it holds at equal public."""
    autres = formats.taux_en_mots(*c.autres)
    qui = the_other(annuelle, c) or "pour les autres"
    rapport, doute = equal_public(c.ligne), ""
    if rapport is not None and not c.tient:
        reste = "rien d'établi" if rapport.bas <= 1 <= rapport.haut else "l'inverse"
        doute = f" ; à public égal, {reste}"
    return f"{titled(annuelle, c.ligne)} : {rate(c.ligne)} de rupture nette, contre {autres} {qui}{doute}"


def of_counts(annuelle: BreakdownYear, compte: str, quoi: str) -> str:
    """'Motif exprimé par l'entreprise : trois réunissent 65 % des ruptures nettes'."""
    total = sum(ligne[compte] or 0 for ligne in annuelle.lignes)
    nommees = main_rows(annuelle, compte)
    if not nommees or total < EFFECTIF_MIN:
        return ""
    part = bounded_share(annuelle, nommees, compte, quoi, est_titre=True)
    if len(nommees) == 1:
        return f"{annuelle.entete.titre} : « {name(annuelle, nommees[0])} », {part}"
    return f"{annuelle.entete.titre} : {formats.en_lettres(len(nommees))} réunissent {part}"


def of_costs(annuelle: BreakdownYear) -> str:
    """'Au moins 1 153 000 € perdus dans l'année'."""
    total = sum(ligne["perte_annee"] or 0 for ligne in annuelle.lignes)
    sans = sum(map(uncosted, annuelle.lignes))
    if not total or sum(ligne["ruptures_nettes"] for ligne in annuelle.lignes) - sans < RUPTURES_MIN:
        return ""
    perdus = f"{formats.euros(total)} perdus dans l'année"
    return f"{annuelle.entete.titre} : {'au moins ' if sans else ''}{perdus}"
