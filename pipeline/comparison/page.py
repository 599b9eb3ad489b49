"""The page of the report that says what changed since another edition: its sentences and its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipeline import formats
from pipeline.comparison.compare import Comparison, Pair, effects
from pipeline.comparison.published import PublishedEdition, Row
from pipeline.comparison.words import COMPTES_DITS, network_rate, signed, sorted_pairs, worded

STRUCTURES = 15


@dataclass(frozen=True)
class ComparisonPage:
    """What the page says.

    Attributes:
        ancre: what tells it from another of the same report.
        annee: the year that is explained.
        phrases: what the figures of that year became; why, where nothing tells it; what differs.
        annees: year → figures of the network as published, then now: apprentices followed, net ruptures, rate.
        exemple: the first of them, read.
        causes: cause → apprentices counted otherwise, then the difference of each count; `somme`, of all.
        structures: name → figures as published, then now; `autres`, how many more changed.
        taux: the rows whose rates are printed, whatever the edition.

    An edition of few ruptures has neither causes nor structures: they would show persons.
    """

    ancre: str
    titre: str
    annee: str
    phrases: list[str]
    annees: list[tuple[str, ...]]
    exemple: str
    causes: list[tuple[str, ...]]
    somme: tuple[str, ...]
    structures: list[tuple[str, ...]]
    autres: int
    taux: list[Row]
    signes: list[str] = field(default_factory=list)


def make_page(comparaison: Comparison, rang: int) -> ComparisonPage:
    """The page of a comparison, the `rang`-th of the report."""
    lignes = (comparaison.reseau.avant, comparaison.reseau.apres)
    est_courte = any((ligne or {}).get("ruptures_nettes", 0) < formats.RUPTURES_DETAILLEES for ligne in lignes)
    changees = [] if est_courte else sorted_pairs(comparaison.structures)
    causes = {} if est_courte else comparaison.causes or {}
    dites = [(cause, effects(effet.total), effet.apprentis) for cause, effet in causes.items()]
    sommes = [sum(siens[compte] for _, siens, _ in dites) for compte in COMPTES_DITS]
    imprimees = [*comparaison.annees, *changees[:STRUCTURES]]
    return ComparisonPage(
        ancre=f"comparaison-{rang}",
        titre=f"Ce qui a changé depuis {edition_name(comparaison)}",
        annee=comparaison.annee,
        phrases=sentences(comparaison, est_courte),
        annees=[(paire.nom, *figures(paire)) for paire in comparaison.annees],
        exemple=example(comparaison.annees[0]),
        causes=[
            (capital(worded(cause, comparaison)), formats.entier(apprentis), *(signed(siens[c]) for c in COMPTES_DITS))
            for cause, siens, apprentis in dites
        ],
        somme=("Ensemble", formats.entier(sum(apprentis for *_, apprentis in dites)), *map(signed, sommes)),
        structures=[(paire.nom, *figures(paire)) for paire in changees[:STRUCTURES]],
        autres=len(changees[STRUCTURES:]),
        taux=[ligne for paire in imprimees for ligne in (paire.avant, paire.apres) if ligne is not None],
    )


def capital(mots: str) -> str:
    """Words that begin a row."""
    return mots[:1].upper() + mots[1:]


def edition_name(comparaison: Comparison) -> str:
    """The edition compared to, by what tells it from this one: its year, its cut-off, or the days of its files."""
    avant, apres = comparaison.avant, comparaison.apres
    arrete, jour = avant.manifeste.get("arrete_au"), last_day(avant)
    if avant.annee != apres.annee:
        return f"l'édition {avant.annee}"
    if arrete and arrete != apres.manifeste.get("arrete_au"):
        return f"l'édition arrêtée au {formats.date_longue(date.fromisoformat(arrete))}"
    if jour is not None and jour != last_day(apres):
        return f"l'édition des données du {formats.date_longue(jour)}"
    return "l'édition précédente"


def sentences(comparaison: Comparison, est_courte: bool) -> list[str]:
    """What the year was and is; why it is not the same, where nothing tells it; why a published year may change."""
    paire, annee = comparaison.reseau, comparaison.annee
    avant, apres = paire.avant or {}, paire.apres or {}
    dites = [
        f"{capital(edition_name(comparaison))} comptait en {annee} {net(avant)} ; celle-ci, {net(apres)}."
        if paire.est_changee
        else f"Les deux éditions comptent en {annee} {net(apres)}."
    ]
    jours = [last_day(edition) for edition in (comparaison.avant, comparaison.apres)]
    if None not in jours and jours[0] != jours[1]:
        une, autre = (formats.date_longue(jour) for jour in jours if jour)
        dites.append(f"Ses fichiers étaient extraits jusqu'au {une}, ceux de celle-ci jusqu'au {autre}.")
    if comparaison.causes is None:
        dites.append(comparaison.sans_causes)
    elif comparaison.causes and not est_courte:
        dites.append(
            "Un apprenti compté autrement l'est pour une seule cause : ses lignes si elles ont changé, sinon la date "
            "d'arrêté, sinon ce qui diffère d'autre ; les causes s'ajoutent à l'unité près."
        )
    differe = what_differs(comparaison)
    dites.append(
        "Chaque édition recalcule toutes les années : un chiffre publié change quand ce dont il est fait a changé. "
        + (f"Entre les deux diffèrent : {', '.join(differe)}." if differe else "Entre les deux, rien n'en a changé.")
    )
    return dites


def what_differs(comparaison: Comparison) -> list[str]:
    """What the figures are made of that is not the same."""
    entrees = comparaison.entrees
    differe = {
        "la date d'arrêté": len({*comparaison.arretes()}) > 1,
        "les fichiers lus": entrees.autres_lignes,
        "les référentiels": bool(entrees.referentiels),
        "les réglages": entrees.autres_reglages,
        "la version de l'outil": entrees.autre_version,
    }
    return [mots for mots, oui in differe.items() if oui]


def last_day(edition: PublishedEdition) -> date | None:
    """The latest day of extraction of its files; None where none has one."""
    jours = [
        date.fromisoformat(f["date_extraction"]) for f in edition.manifeste["fichiers"] if f.get("date_extraction")
    ]
    return max(jours, default=None)


def net(ligne: Row) -> str:
    """'326 ruptures nettes pour 2 984 apprentis suivis (10,9 %)'."""
    nettes = formats.plural(ligne["ruptures_nettes"], "rupture nette", "ruptures nettes")
    suivis = formats.plural(ligne["effectif"], "apprenti suivi", "apprentis suivis")
    taux = network_rate(ligne)
    return f"{nettes} pour {suivis}" + ("" if taux is None else f" ({formats.taux(taux, ligne['effectif'])})")


def example(paire: Pair) -> str:
    """The first row of the table of the years, read."""
    avant, apres = ((ligne or {})["ruptures_nettes"] for ligne in (paire.avant, paire.apres))
    nettes = formats.plural(avant, "rupture nette", "ruptures nettes")
    return f"en {paire.nom}, {nettes} dans l'édition comparée, {formats.entier(apres)} dans celle-ci."


def figures(paire: Pair) -> list[str]:
    """Followed, net ruptures, rate: each as published, then now."""
    lignes = (paire.avant, paire.apres)
    comptes = [formats.entier((ligne or {}).get(c)) for c in ("effectif", "ruptures_nettes") for ligne in lignes]
    return [*comptes, *map(written_rate, lignes)]


def written_rate(ligne: Row | None) -> str:
    """A rate as every table prints it; an older manifest does not say how far the network's is to be trusted."""
    if ligne is None or not ligne["effectif"]:
        return formats.VIDE
    fiabilite = ligne.get("fiabilite")
    if ligne["effectif"] < formats.EFFECTIF_MIN:
        fiabilite = "non_significatif"
    return formats.written("taux", ligne["ruptures_nettes"] / ligne["effectif"], fiabilite, ligne["effectif"])
