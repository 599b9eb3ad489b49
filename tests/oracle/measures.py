"""The definitions §5 and §6, in plain loops: the indicators side by side, and the cost of the ruptures.

Written from `1-definitions.md` and ADR 0001 only, on the contracts and the years of `oracle`: one function per rule,
in the order of the page, exact fractions until the last line.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.financement import a_distance, en_vigueur, financement, minore
from tests.oracle.oracle import (
    NON_RENSEIGNE,
    Annee,
    Contrat,
    Parametres,
    Resultat,
    debut_de_l_annee,
    dernier_jour,
    est_rupture_brute,
    fin_de_l_annee,
    periode,
    plus_mois,
    statut,
    structure,
    uai,
)
from tests.oracle.previsions import Suivi, prevoir

UN_JOUR = timedelta(days=1)
JOURS_DU_MOIS = Fraction("30.4375")
PAR_JOUR_DEPUIS = date(2025, 7, 1)


@dataclass(slots=True)
class Mesures:
    """What the definitions §5, §6 and §10 say, as tables."""

    definitions: list[dict[str, Any]]
    couts: list[dict[str, Any]]
    par_cout: list[dict[str, Any]]
    financements: list[dict[str, Any]]
    previsions: list[dict[str, Any]]


def mesurer(resultat: Resultat, parametres: Parametres) -> Mesures:
    """The definitions §5, §6 and §10."""
    definitions = [ligne for annee in resultat.fenetres for ligne in indicateurs(annee, resultat, parametres)]
    couts = [cout(annee, contrat, parametres) for annee, contrat in ruptures_nettes(resultat)]
    structures = {contrat.id_contrat: structure(contrat, parametres) for contrat in resultat.registre.values()}
    return Mesures(
        definitions,
        couts,
        par_structure(couts, structures),
        financements(resultat, parametres),
        previsions(resultat, parametres),
    )


def ruptures_nettes(resultat: Resultat) -> list[tuple[Annee, Contrat]]:
    """§3: each net rupture with its year, by its reference contract."""
    annees = {annee.nom: annee for annee in resultat.fenetres}
    return [
        (annees[ligne["annee"]], resultat.registre[ligne["id_contrat"]])
        for ligne in resultat.inscriptions
        if ligne["statut"] == "rupture_nette"
    ]


# --- §5 Other definitions -----------------------------------------------------------------------------------


def indicateurs(annee: Annee, resultat: Resultat, parametres: Parametres) -> list[dict[str, Any]]:
    """§5: one row per indicator and cohort of a year; a row with denominator 0 is left out."""
    commences = [contrat for contrat in resultat.registre.values() if not contrat.jamais_commence]
    totaux = resultat.totaux[annee.nom]
    nettes, effectif = totaux["ruptures_nettes"], totaux["effectif"]
    population = sum(ligne["annee"] == annee.nom for ligne in resultat.inscriptions)
    brutes = [contrat for contrat in commences if est_rupture_brute(contrat, annee)]
    diplomes = sum(
        qui is annee and part_une_fois_diplome(contrat, parametres) for qui, contrat in ruptures_nettes(resultat)
    )
    lignes = [
        rapport("taux_rupture_nette", annee, annee, nettes, effectif),
        rapport("taux_nette_hors_diplome", annee, annee, nettes - diplomes, effectif - diplomes),
        *autres_fins(annee, commences),
        rapport("taux_nette_tous_sortants", annee, annee, nettes, effectif + totaux["sortis_a_terme"]),
        rapport("taux_brut_annee", annee, annee, len({contrat.id_apprenti for contrat in brutes}), population),
    ]
    for cohorte in resultat.fenetres:
        if annee.debut_civil - cohorte.debut_civil in (0, 1):
            lignes += dares(annee, cohorte, commences)
    jours = sum(jours_sous_contrat(contrat, annee) for contrat in commences)
    lignes.append(rapport("pour_1000_mois", annee, annee, len(brutes), jours / JOURS_DU_MOIS, pour=1000))
    quotient = bibb_lq(annee, resultat.fenetres, commences)
    if quotient is not None:
        valeur = {"indicateur": "bibb_lq", "numerateur": None, "denominateur": None, "valeur": float(quotient)}
        lignes.append({"annee": annee.nom, "annee_cohorte": annee.nom} | valeur)
    return [ligne for ligne in lignes if ligne["denominateur"] != 0]


def rapport(
    indicateur: str, annee: Annee, cohorte: Annee, numerateur: int, denominateur: Fraction | int, pour: int = 1
) -> dict[str, Any]:
    """A row: so many for `pour` of the denominator."""
    return {
        "annee": annee.nom,
        "annee_cohorte": cohorte.nom,
        "indicateur": indicateur,
        "numerateur": numerateur,
        "denominateur": float(denominateur),
        "valeur": float(pour * numerateur / Fraction(denominateur)) if denominateur else None,
    }


def autres_fins(annee: Annee, commences: list[Contrat]) -> list[dict[str, Any]]:
    """§5: §3 with the whole window moved to 31 July, to 1 September, and cut off on its own last day."""
    siens: dict[int, list[Contrat]] = {}
    for contrat in commences:
        siens.setdefault(contrat.id_apprenti, []).append(contrat)
    lignes = []
    for nom, mois, jour in (("taux_nette_31_juillet", 7, 31), ("taux_nette_1er_septembre", 9, 1)):
        fin = date(annee.fin.year, mois, jour)
        deplacee = replace(annee, debut=date(fin.year - 1, mois, jour) + UN_JOUR, fin=fin, arrete=fin)
        decisions = [statut(contrats, deplacee) for contrats in siens.values()]
        statuts = [decision[0] for decision in decisions if decision]
        nettes = statuts.count("rupture_nette")
        lignes.append(rapport(nom, annee, annee, nettes, statuts.count("actif") + nettes))
    return lignes


def part_une_fois_diplome(contrat: Contrat, parametres: Parametres) -> bool:
    """§5, ADR 25: one of the two motifs is marked `fin_diplome` in its own list."""
    motifs = {("exprime", contrat.valeurs.get("motifexprime")), ("valide", contrat.valeurs.get("motifvalide"))}
    return bool(motifs & parametres.fins_de_diplome)


def dares(annee: Annee, cohorte: Annee, commences: list[Contrat]) -> list[dict[str, Any]]:
    """§5: `dares_brut_3m`, `_6m`, `_9m` and `dares_net_9m_6m` of one cohort."""
    siens: dict[int, list[Contrat]] = {}
    for contrat in commences:
        siens.setdefault(contrat.id_apprenti, []).append(contrat)
    de_la_cohorte = [contrat for contrat in commences if cohorte.debut <= contrat.debut <= cohorte.fin]

    def echus(mois: int) -> list[Contrat]:
        return [contrat for contrat in de_la_cohorte if plus_mois(contrat.debut, mois) <= annee.fin]

    lignes = []
    for mois in (3, 6, 9):
        rompus = sum(est_rompu_avant(contrat, mois) for contrat in echus(mois))
        lignes.append(rapport(f"dares_brut_{mois}m", annee, cohorte, rompus, len(echus(mois))))
    nets = sum(est_rompu_avant(c, 9) and not est_suivi(c, siens[c.id_apprenti]) for c in echus(15))
    return [*lignes, rapport("dares_net_9m_6m", annee, cohorte, nets, len(echus(15)))]


def est_rompu_avant(contrat: Contrat, mois: int) -> bool:
    """§5: the rupture comes before `date_debut + h months`."""
    return contrat.rupture is not None and contrat.rupture < plus_mois(contrat.debut, mois)


def est_suivi(contrat: Contrat, siens: list[Contrat]) -> bool:
    """§5: a started contract later than this one's start and up to 6 months after its rupture."""
    assert contrat.rupture is not None
    limite = plus_mois(contrat.rupture, 6)
    return any(contrat.debut < autre.debut <= limite for autre in siens)


def bibb_lq(annee: Annee, annees: list[Annee], commences: list[Contrat]) -> Fraction | None:
    """§5, ADR 28 and 29: Σ k=0..3 of L(t, t−k) / N(t−k), where four windows are complete and each has a start."""
    completes = {autre.debut_civil: autre for autre in annees if not autre.provisoire}
    somme = Fraction(0)
    for recul in range(4):
        cohorte = completes.get(annee.debut_civil - recul)
        if cohorte is None or annee.provisoire:
            return None
        debutes = [contrat for contrat in commences if cohorte.debut <= contrat.debut <= cohorte.fin]
        if not debutes:
            return None
        somme += Fraction(sum(est_rupture_brute(contrat, annee) for contrat in debutes), len(debutes))
    return somme


def jours_sous_contrat(contrat: Contrat, annee: Annee) -> int:
    """§5, ADR 27: days of the window under contract, both ends included; §6: the last is the eve of the rupture."""
    premier, dernier = max(contrat.debut, annee.debut), min(dernier_jour(contrat), annee.fin)
    return max(0, (dernier - premier).days + 1)


# --- §6 Cost of ruptures ------------------------------------------------------------------------------------


def cout(annee: Annee, contrat: Contrat, parametres: Parametres) -> dict[str, Any]:
    """§6: one row per year and net rupture; an unknown day first, then an unknown amount."""
    npec = montant(contrat, parametres)
    ligne = {
        "annee": annee.nom,
        "id_contrat": contrat.id_contrat,
        "filiere": parametres.filieres.get(contrat.valeurs["codediplome"], NON_RENSEIGNE),
        "periode": periode(contrat, parametres),
        "npec_retenu": npec,
        "chiffrage": "sans_date" if contrat.jour_inconnu else "sans_npec" if npec is None else "chiffre",
    }
    for hypothese, payes in DERNIERS_JOURS.items():
        for nom, fin in (("perte_annee", min(contrat.fin, annee.fin)), ("perte_totale", contrat.fin)):
            chiffree = npec if not contrat.jour_inconnu else None
            ligne[nom + hypothese] = None if chiffree is None else perte(contrat, chiffree, payes(contrat), fin)
    return ligne


def financements(resultat: Resultat, parametres: Parametres) -> list[dict[str, Any]]:
    """§6: one row per net rupture of a contract concluded under the rules of funding."""
    siens: dict[int, list[Contrat]] = {}
    for contrat in resultat.registre.values():
        siens.setdefault(contrat.id_apprenti, []).append(contrat)
    lignes = []
    for annee, contrat in ruptures_nettes(resultat):
        regles = en_vigueur(conclusion(contrat), parametres)
        if regles is not None:
            npec = montant(contrat, parametres)
            lignes.append(
                {"annee": annee.nom, "id_contrat": contrat.id_contrat}
                | financement(contrat, regles, npec, siens[contrat.id_apprenti], parametres)
            )
    return lignes


def veille(contrat: Contrat) -> date:
    """§6: the last contract day."""
    assert contrat.rupture is not None
    return contrat.rupture - UN_JOUR


def jour_compris(contrat: Contrat) -> date:
    """ADR 43 a: the day of the rupture is paid."""
    assert contrat.rupture is not None
    return contrat.rupture


def maintien(contrat: Contrat) -> date:
    """ADR 43 b: six months are paid; the first day lost is the rupture's, six months later."""
    assert contrat.rupture is not None
    return plus_mois(contrat.rupture, 6) - UN_JOUR


# What the names of the losses end with → the last day paid.
DERNIERS_JOURS = {"": veille, "_jour_compris": jour_compris, "_maintien": maintien}


def conclusion(contrat: Contrat) -> date:
    """§6: `dateconclusion`, else `date_debut`."""
    return contrat.valeurs.get("dateconclusion") or contrat.debut


def montant(contrat: Contrat, parametres: Parametres) -> Decimal | None:
    """§6: the amount, lessened where the training is at a distance."""
    npec, regles = montant_dit(contrat, parametres), en_vigueur(conclusion(contrat), parametres)
    return minore(npec, regles) if npec is not None and regles and a_distance(contrat, regles, parametres) else npec


def montant_dit(contrat: Contrat, parametres: Parametres) -> Decimal | None:
    """§6: from the contract, else the referential by diploma on the conclusion date (ADR 30); never imputed."""
    du_contrat = contrat.valeurs.get("npecannuel")
    if du_contrat is not None:
        return du_contrat
    jour = conclusion(contrat)
    valables = [
        (tarif.debut or date.min, tarif.montant)
        for tarif in parametres.tarifs
        if tarif.code_diplome == contrat.valeurs["codediplome"]
        and (tarif.debut or date.min) <= jour <= (tarif.fin or date.max)
    ]
    return max(valables)[1] if valables else None


def perte(contrat: Contrat, npec: Decimal, paye: date, fin: date) -> Decimal:
    """§6: due until `fin` and not due until the last day paid, which may come after it: nothing is lost then."""
    if paye >= fin:
        return Decimal(0)
    if conclusion(contrat) < PAR_JOUR_DEPUIS:
        annees = Fraction(mois_commences(contrat.debut, fin) - mois_commences(contrat.debut, paye), 12)
    else:
        annees = annees_d_execution(contrat.debut, fin) - annees_d_execution(contrat.debut, paye)
    return au_centime(Fraction(npec) * annees)


def mois_commences(debut: date, jour: date) -> int:
    """§6: number of k ≥ 0 with `date_debut + k months <= jour`."""
    mois = 0
    while plus_mois(debut, mois) <= jour:
        mois += 1
    return mois


def annees_d_execution(debut: date, jour: date) -> Fraction:
    """§6: by day, year of execution by year of execution, 365 or 366 days, both ends included (ADR 31)."""
    somme, rang = Fraction(0), 0
    while plus_mois(debut, 12 * rang) <= jour:
        premier, suivant = plus_mois(debut, 12 * rang), plus_mois(debut, 12 * (rang + 1))
        jours = (min(jour, suivant - UN_JOUR) - premier).days + 1
        somme += Fraction(jours, (suivant - premier).days)
        rang += 1
    return somme


def au_centime(euros: Fraction) -> Decimal:
    """§6: rounded to the cent, half away from zero; no loss is negative."""
    return Decimal(floor(100 * euros + Fraction(1, 2))) / 100


def par_structure(couts: list[dict[str, Any]], structures: dict[int, str]) -> list[dict[str, Any]]:
    """3-outputs, ADR 32: one row per year and structure with net ruptures; no loss where nothing is costed."""
    groupes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for ligne in couts:
        groupes.setdefault((ligne["annee"], structures[ligne["id_contrat"]]), []).append(ligne)
    return [
        {
            "annee": annee,
            "structure": nom,
            "ruptures_nettes": len(lignes),
            "sans_npec": sum(ligne["chiffrage"] == "sans_npec" for ligne in lignes),
            "sans_date": sum(ligne["chiffrage"] == "sans_date" for ligne in lignes),
            "perte_annee": total(lignes, "perte_annee"),
            "perte_totale": total(lignes, "perte_totale"),
        }
        for (annee, nom), lignes in groupes.items()
    ]


def total(lignes: list[dict[str, Any]], colonne: str) -> Decimal | None:
    """The sum of what is costed."""
    connues = [ligne[colonne] for ligne in lignes if ligne[colonne] is not None]
    return sum(connues, Decimal(0)) if connues else None


# --- §10 What is coming --------------------------------------------------------------------------------------


def previsions(resultat: Resultat, parametres: Parametres) -> list[dict[str, Any]]:
    """§10: the forecasts of the published years and of the one under way."""
    if resultat.derniere is None or not resultat.fenetres:
        return []
    premiere, rapport = resultat.fenetres[0].debut_civil, resultat.fenetres[-1].debut_civil
    annees = {
        annee: (debut_de_l_annee(annee, parametres), fin_de_l_annee(annee, parametres))
        for annee in range(premiere, rapport + 2)
    }
    suivis = [
        Suivi(
            contrat.debut,
            contrat.fin,
            contrat.rupture,
            uai(contrat, parametres),
            parametres.diplomes.get(contrat.valeurs["codediplome"], NON_RENSEIGNE),
        )
        for contrat in resultat.registre.values()
        if not contrat.jamais_commence
    ]
    return prevoir(suivis, annees, resultat.derniere, premiere, rapport)
