"""What targets and actions say: where a year stands, what a target would spare, what an action is seen to do. Pure.

A verdict is the database's (`sql/macros.sql`): nothing is decided again here. (docs/objectifs.md)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline import formats
from pipeline.formats import FINE, decimal, entier
from pipeline.models.header import BreakdownHeader
from pipeline.report.blocks import EFFECTIF_PETIT
from pipeline.report.breakdowns import ResultRow
from pipeline.report.printed import cell
from pipeline.report.standing import listed

ANNEES_IMPRIMEES = 4  # of a trajectory: the latest
ATTEINT, NON_ATTEINT, NON_TRANCHE = "atteint", "non atteint", "non tranché"
EFFETS = {"mesuré": "mesurés", "non établi": "non établis", "à venir": "à venir"}
FRAGILE = (
    f"* : fragile, effectif de {formats.EFFECTIF_MIN} à {formats.EFFECTIF_SOLIDE - 1} ou, pour la rupture nette, moins "
    f"de {formats.COMPTE_SOLIDE} ruptures ou moins de {formats.COMPTE_SOLIDE} apprentis sans rupture."
)


def name_of(ligne: ResultRow) -> tuple[str, str, str]:
    """What tells a target within a year."""
    return ligne["portee"], ligne["groupe"], ligne["indicateur"]


def years_of(historique: Sequence[ResultRow]) -> list[str]:
    """The years that a trajectory is printed of, the earliest first."""
    return sorted({ligne["annee"] for ligne in historique})[-ANNEES_IMPRIMEES:]


def trajectories(historique: Sequence[ResultRow]) -> Mapping[tuple[str, str, str], Mapping[str, ResultRow]]:
    """Target → year → its row."""
    suivies = dict[tuple[str, str, str], dict[str, ResultRow]]()
    for ligne in historique:
        suivies.setdefault(name_of(ligne), {})[ligne["annee"]] = ligne
    return suivies


def target_sentences(lignes: Sequence[ResultRow], entete: BreakdownHeader) -> list[str]:
    """How many targets of a year are met, then what each that is not would have spared; `lignes`: a year of them."""
    if not lignes:
        return []
    de_verdict = {dit: [ligne for ligne in lignes if ligne["verdict"] == dit] for dit in VERDICTS}
    # Those that have a sentence of their own are not named before.
    dus = [ligne for ligne in de_verdict[NON_ATTEINT] if ligne["ruptures_evitees"]]
    dites = [
        f"{formats.plural(len(siens), un, plusieurs)}{names([x for x in siens if dit != NON_TRANCHE and x not in dus])}"
        for (dit, siens), (un, plusieurs) in zip(de_verdict.items(), VERDICTS.values(), strict=True)
        if siens
    ]
    quoi = "Le seul objectif" if len(lignes) == 1 else f"Des {entier(len(lignes))} objectifs"
    phrases = [f"{quoi}, en {lignes[0]['annee']} : {' ; '.join(dites)}."]
    phrases += [spared_sentence(ligne, entete) for ligne in dus]
    if len(dus) > 1:
        phrases.append("Des groupes se recoupent : ce que chacun éviterait ne s'additionne pas.")
    return phrases


VERDICTS = {
    ATTEINT: ("atteint", "atteints"),
    NON_ATTEINT: ("non atteint", "non atteints"),
    NON_TRANCHE: ("non tranché", "non tranchés"),
}


def names(lignes: Sequence[ResultRow]) -> str:
    """' (« CAP : rupture nette » et « BP : rupture nette »)', or nothing of none."""
    if not lignes:
        return ""
    return f" ({listed([quoted(ligne['objectif']) for ligne in lignes])})"


def quoted(nom: str) -> str:
    """A name that has a colon, in a sentence."""
    return f"« {nom} »"


def spared_sentence(ligne: ResultRow, entete: BreakdownHeader) -> str:
    """'« CAP : rupture nette » est à 15,2 % (13,1 à 17,5), pour une cible de 12 % en 2023-2024 : à la cible, environ 31
    ruptures nettes en moins dans l'année, soit environ 62 000 €.'"""
    evitees = ligne["ruptures_evitees"]
    combien = "moins d'une rupture nette" if evitees < 1 else f"environ {plural_of(evitees)}"
    euros = ""
    if ligne["euros_gardes"] is not None:
        euros = f", soit environ {formats.euros(round(ligne['euros_gardes'], -2))}"
    return (
        f"{quoted(ligne['objectif'])} est à {cell(entete.colonnes, 'valeur', ligne)} ({interval(ligne)}), pour une "
        f"cible de {target(ligne['cible'])} en {ligne['annee_cible']} : à la cible, "
        f"{combien} en moins dans l'année{euros}."
    )


def plural_of(nombre: float) -> str:
    """'31 ruptures nettes'."""
    rond = round(nombre)
    return f"{decimal(nombre, 0)} {'ruptures nettes' if rond >= 2 else 'rupture nette'}"


def interval(ligne: ResultRow) -> str:
    """'13,1 à 17,5', or nothing where there is none."""
    if ligne["valeur_basse"] is None or ligne["fiabilite"] == "non_significatif":
        return ""
    return formats.intervalle(ligne["valeur_basse"], ligne["valeur_haute"], ligne["denominateur"])


def target(valeur: float | None) -> str:
    """A target as it may have been written: '12 %', '12,5 %'."""
    if valeur is None:
        return formats.VIDE
    return f"{formats.shortest(formats.hundredfold(round(valeur, 6)))}{FINE}%"


def action_sentences(lignes: Sequence[ResultRow]) -> list[str]:
    """How many actions are seen to have an effect, and that this is no proof; `lignes`: a year of them."""
    demandees = [ligne for ligne in lignes if ligne["effet"] in EFFETS]
    if not demandees:
        return []
    nombres = {dit: sum(ligne["effet"] == dit for ligne in demandees) for dit in EFFETS}
    dits = [formats.plural(nombre, dit, EFFETS[dit]) for dit, nombre in nombres.items() if nombre]
    quoi = f"Des {entier(len(demandees))} effets cherchés" if len(demandees) > 1 else "Le seul effet cherché"
    return [
        f"{quoi} : {', '.join(dits)}. « Non établi » n'est pas « sans effet » ; chaque action est examinée seule, par "
        f"l'intervalle de Newcombe à 95{FINE}%."
    ]


def signs(lignes: Sequence[ResultRow], *fiabilites: str) -> str:
    """What the signs of the values of these rows mean, `fiabilites` being the columns of what they are worth."""
    vues = {ligne[nom] for ligne in lignes for nom in fiabilites}
    dits = {"fragile": FRAGILE, "non_significatif": EFFECTIF_PETIT}
    return " ".join(dit for vaut, dit in dits.items() if vaut in vues)


def action_example(lignes: Sequence[ResultRow], entete: BreakdownHeader) -> str:
    """The first effect of a table in a sentence; '' without any."""
    premiere = next((ligne for ligne in lignes if ligne["ecart"] is not None), None)
    if premiere is None:
        return ""
    avant, apres = (
        f"{cell(entete.colonnes, f'valeur_{quand}', premiere)} en {premiere[f'annee_{quand}']}"
        for quand in ("avant", "apres")
    )
    return (
        f"pour « {premiere['recommandation']} », {quoted(premiere['objectif'])} est de {avant} et de {apres}, un écart "
        f"{premiere['effet']}."
    )


def effect(ligne: ResultRow, entete: BreakdownHeader) -> tuple[str, str]:
    """What is measured of an action, in two lines: '2019-2020 : 15,2 %, 2021-2022 : 12,1 %', then '−3,1 points (−5,0 à
    −1,2), mesuré : baisse'."""
    if ligne["effet"] not in EFFETS:
        return ligne["pourquoi"] or "aucun effet cherché", ""
    if ligne["effet"] == "à venir":
        return f"{ligne['annee_avant']}, puis {ligne['annee_apres']}", "à venir"
    valeurs = ", ".join(
        f"{ligne[f'annee_{quand}']} : {cell(entete.colonnes, f'valeur_{quand}', ligne)}" for quand in ("avant", "apres")
    )
    if ligne["ecart"] is None:
        return valeurs, f"non établi : {ligne['pourquoi']}"
    decimales = formats.precision(ligne["denominateur_avant"], ligne["denominateur_apres"])
    bas, haut = (formats.signe(ligne[borne], decimales) for borne in ("ecart_bas", "ecart_haut"))
    ecart = f"{formats.points(ligne['ecart'], decimales)} ({bas} à {haut})"
    return valeurs, f"{ecart}, {ligne['effet']}{direction(ligne)}"


def direction(ligne: ResultRow) -> str:
    """' : baisse' of an effect that is measured."""
    return f" : {ligne['sens_de_l_ecart']}" if ligne["sens_de_l_ecart"] else ""
