"""The definitions §1 to §4, in plain loops.

A second implementation, written from `1-definitions.md`, `2-inputs.md` and ADR 0001 only: one function per rule,
in the order of the page. It is slow, obvious, and shares no line with the pipeline.
"""

import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

# --- What goes in ----------------------------------------------------------------------------------------

# The columns, in the order of 2-inputs.md: the order in which contents are compared.
COLONNES = (
    "nocontrat", "noavenant", "typecontrat", "statut",
    "dateconclusion", "datedebutcontrat", "datefincontrat",
    "dateeffetavenant", "dateeffetrupture", "datesignalementrupture",
    "rupture_avant_debut",
    "idalternant", "nom", "prenom", "datenaissance", "sexe",
    "codediplome", "rncp", "intituleouqualification", "typediplome",
    "datedebutformation", "datefinformation", "derniereclasse", "situationavantcontrat",
    "uaicfa", "siret", "siretcfa",
    "siretemployeur", "denomination", "naf", "codeidcc", "nombredesalaries", "typeemployeur",
    "employeurcodepostal", "adressecodepostal",
    "diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel",
    "obtention_diplome_formation", "date_exclusion_formation",
)  # fmt: skip
COLONNES_SUIVI = ("diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel")
OBLIGATOIRES = ("datedebutcontrat", "datefincontrat", "codediplome", "uaicfa")
EVENEMENTS = (
    "dateconclusion", "datedebutcontrat", "dateeffetavenant", "dateeffetrupture", "datesignalementrupture",
)  # fmt: skip
# §1: "these moving together from the last state where one is filled".
GROUPES = (
    ("siret", "uaicfa", "siretcfa"),
    ("codediplome", "intituleouqualification", "rncp", "typediplome"),
    ("nom", "prenom", "datenaissance"),
)
LES_PLUS_ANCIENNES = ("datedebutcontrat", "dateconclusion")
AVENANTS = frozenset(str(code) for code in range(31, 39))
NON_RENSEIGNE = "Non renseigné"


@dataclass(frozen=True)
class Livraison:
    """One delivered file: its rows map DECA column names to clean strings ('' or absent: empty)."""

    nom: str
    date_extraction: date | None
    lignes: list[dict[str, str]]


@dataclass(frozen=True)
class Etablissement:
    """One line of `etablissements.csv`."""

    uai: str
    siret: str
    nom: str
    type_structure: str = "CFA"
    rattachement: str = ""


@dataclass(frozen=True)
class Tarif:
    """One line of `npec.csv`; a bound that is not there is none."""

    code_diplome: str
    montant: Decimal
    debut: date | None = None
    fin: date | None = None


@dataclass(frozen=True)
class Parametres:
    """The configuration, the options and the referentials of a run that the definitions speak of.

    Attributes:
        diplomes: type of each diploma of the referential.
        filieres: filière of each, likewise.
        fins_de_diplome: (liste, motif) of the motifs marked `fin_diplome`.
    """

    fin: tuple[int, int] = (8, 15)
    fins: dict[str, date] = field(default_factory=dict)
    premiere: str | None = None
    annee: str | None = None
    arrete_au: date | None = None
    essai_mois: int = 2
    post_examen_mois: tuple[int, ...] = (6, 7, 8)
    post_examen_duree_mois: int = 10
    situations: tuple[tuple[str, str, int, int], ...] = ()
    diplomes: dict[str, str] = field(default_factory=dict)
    filieres: dict[str, str] = field(default_factory=dict)
    etablissements: tuple[Etablissement, ...] = ()
    fins_de_diplome: frozenset[tuple[str, str]] = frozenset()
    tarifs: tuple[Tarif, ...] = ()


@dataclass(slots=True)
class Resultat:
    """What the definitions §1 to §4 say of the deliveries, as tables.

    Attributes:
        registre: the contracts themselves, by `id_contrat`.
        fenetres: the published years themselves.
    """

    contrats: list[dict[str, Any]]
    inscriptions: list[dict[str, Any]]
    annees: list[dict[str, Any]]
    ruptures_brutes: list[tuple[str, int]]
    totaux: dict[str, dict[str, int]]
    anomalies: dict[str, int]
    sources: dict[int, list["Ligne"]]
    registre: dict[int, "Contrat"]
    fenetres: list["Annee"]


class ArreteRefuseError(ValueError):
    """§3: a cut-off before `fin_annee` is refused."""


# --- Cleaning (2-inputs.md, ADR 8) ------------------------------------------------------------------------


@cache
def lire_date(texte: str, premiere: int = 2000, derniere: int = 2060) -> date | None:
    """2-inputs: no known shape, no real day or outside the years allowed is unreadable."""
    try:
        jour = date.fromisoformat(texte)
    except ValueError:
        return None
    return jour if premiere <= jour.year <= derniere else None


def lire_naissance(texte: str) -> date | None:
    """2-inputs: births 1940–2015."""
    return lire_date(texte, 1940, 2015)


def lire_nombre(texte: str) -> Decimal | None:
    """A number, compared as a number."""
    try:
        return Decimal(texte)
    except InvalidOperation:
        return None


def lire_booleen(texte: str) -> bool | None:
    """`true` or `false`."""
    return {"true": True, "false": False}.get(texte)


def lire_code(texte: str) -> str | None:
    """2-inputs: in capitals; a text without a digit may be a name and is left empty."""
    return texte.upper() if any(c.isdecimal() for c in texte) else None


def lire_code_ponctue(texte: str) -> str | None:
    """2-inputs: spaces, dots and dashes inside SIRET, UAI, CFD and contract numbers are nothing."""
    return lire_code("".join(c for c in texte if c not in " .-"))


def lire_noavenant(texte: str) -> tuple[int, int, str] | None:
    """ADR 7: digits lose their leading zeros, compare as numbers, below texts."""
    if texte.isdecimal():
        return 0, int(texte), ""
    code = lire_code(texte)
    return None if code is None else (1, 0, code)


def lire_sexe(texte: str) -> str | None:
    """2-inputs: `H`/`F`, `M`/`F`, `1`/`2`."""
    return {"H": "H", "M": "H", "1": "H", "F": "F", "2": "F"}.get(texte.upper())


LECTEURS: dict[str, Callable[[str], Any]] = {
    "dateconclusion": lire_date,
    "datedebutcontrat": lire_date,
    "datefincontrat": lire_date,
    "dateeffetavenant": lire_date,
    "dateeffetrupture": lire_date,
    "datesignalementrupture": lire_date,
    "datedebutformation": lire_date,
    "datefinformation": lire_date,
    "datenaissance": lire_naissance,
    "rupture_avant_debut": lire_booleen,
    "noavenant": lire_noavenant,
    "sexe": lire_sexe,
    "nombredesalaries": lire_nombre,
    "npecannuel": lire_nombre,
    "idalternant": str.upper,
    "nocontrat": lire_code_ponctue,
    "typecontrat": lire_code,
    "codediplome": lire_code_ponctue,
    "typediplome": lire_code,
    "uaicfa": lire_code_ponctue,
    "siret": lire_code_ponctue,
    "siretcfa": lire_code_ponctue,
    "siretemployeur": lire_code_ponctue,
    "codemotifrupture": lire_code,
    "obtention_diplome_formation": lire_booleen,
    "date_exclusion_formation": lire_date,
}


def nettoyer(ligne: dict[str, str]) -> dict[str, Any]:
    """The typed non-empty values of a row; an unreadable value is an empty one."""
    valeurs = {}
    for colonne, texte in ligne.items():
        texte = texte.strip()  # noqa: PLW2901
        if texte:
            lecteur = LECTEURS.get(colonne)
            valeur = lecteur(texte) if lecteur else texte
            if valeur is not None:
                valeurs[colonne] = valeur
    return valeurs


# --- §1 Rows ------------------------------------------------------------------------------------------------

Triple = tuple[str, str, date]
Apprenti = tuple[str, Any]  # ("triple", Triple) or ("idalternant", text)
Cle = tuple[Any, ...]  # ("numero", nocontrat) or ("secours", apprenti, start, employer)
Etat = tuple[Any, ...]  # class, dateeffetavenant, noavenant


@dataclass(slots=True)
class Ligne:
    """A row: its typed values, and where it comes from."""

    valeurs: dict[str, Any]
    extraction: date
    fichier: str
    brute: dict[str, str]
    triple: Triple | None = None

    @property
    def numero(self) -> str | None:
        """The contract number, if the row has one."""
        return self.valeurs.get("nocontrat")


def lire_lignes(livraisons: Iterable[Livraison]) -> tuple[list[Ligne], list[Ligne]]:
    """2-inputs: every row is kept or rejected."""
    gardees, rejetees = [], []
    for livraison in livraisons:
        # §1: all files without an extraction date are of one date, older than any other.
        extraction = livraison.date_extraction or date.min
        for brute in livraison.lignes:
            valeurs = nettoyer(brute)
            ligne = Ligne(valeurs, extraction, livraison.nom, brute, triple(valeurs))
            (rejetees if est_rejetee(ligne) else gardees).append(ligne)
    return gardees, rejetees


def est_rejetee(ligne: Ligne) -> bool:
    """2-inputs, the promise: a required value missing, the end before the start, or no identity."""
    valeurs = ligne.valeurs
    if any(colonne not in valeurs for colonne in OBLIGATOIRES):
        return True
    if valeurs["datefincontrat"] < valeurs["datedebutcontrat"]:
        return True
    return ligne.triple is None and "idalternant" not in valeurs


@cache
def simplifier(nom: str) -> str:
    """§1: compared without case, accents, spaces, hyphens and apostrophes (œ = oe, æ = ae)."""
    texte = nom.lower().replace("œ", "oe").replace("æ", "ae")
    lettres = (lettre for lettre in unicodedata.normalize("NFD", texte) if unicodedata.category(lettre) != "Mn")
    return "".join(lettre for lettre in lettres if not lettre.isspace() and lettre not in "-‐‑‒–—'’‘ʼ`´")


def triple(valeurs: dict[str, Any]) -> Triple | None:
    """§1: (nom, prénom, date de naissance) where all three are there."""
    if "nom" in valeurs and "prenom" in valeurs and "datenaissance" in valeurs:
        return simplifier(valeurs["nom"]), simplifier(valeurs["prenom"]), valeurs["datenaissance"]
    return None


def triples_des_identifiants(gardees: list[Ligne]) -> dict[str, set[Triple]]:
    """§1: the triples an `idalternant` is seen with, on a row or on two rows of one contract."""
    vus: dict[str, set[Triple]] = {}
    identifiants_du_contrat: dict[str, set[str]] = {}
    triples_du_contrat: dict[str, set[Triple]] = {}
    for ligne in gardees:
        identifiant = ligne.valeurs.get("idalternant")
        if identifiant and ligne.triple:
            vus.setdefault(identifiant, set()).add(ligne.triple)
        if ligne.numero and identifiant:
            identifiants_du_contrat.setdefault(ligne.numero, set()).add(identifiant)
        if ligne.numero and ligne.triple:
            triples_du_contrat.setdefault(ligne.numero, set()).add(ligne.triple)
    for numero, identifiants in identifiants_du_contrat.items():
        for identifiant in identifiants:
            vus.setdefault(identifiant, set()).update(triples_du_contrat.get(numero, ()))
    return vus


def personne(triple_: Triple | None, identifiant: str | None, vus: dict[str, set[Triple]]) -> Apprenti | None:
    """§1: the triple; else `idalternant`, which stands for the triple if it is seen with exactly one."""
    if triple_:
        return "triple", triple_
    if identifiant is None:
        return None
    triples = vus.get(identifiant, set())
    if len(triples) == 1:
        return "triple", next(iter(triples))
    return "idalternant", identifiant


# --- §1 Keys ------------------------------------------------------------------------------------------------


def trois_parties(ligne: Ligne, vus: dict[str, set[Triple]]) -> Cle:
    """§1: the triple apprentice, `datedebutcontrat`, `siretemployeur` (an empty employer is a value)."""
    valeurs = ligne.valeurs
    apprenti = personne(ligne.triple, valeurs.get("idalternant"), vus)
    return "secours", apprenti, valeurs.get("datedebutcontrat"), valeurs.get("siretemployeur", "")


def numeros_par_cle_de_secours(
    gardees: list[Ligne], rejetees: list[Ligne], vus: dict[str, set[Triple]]
) -> dict[Cle, set[str]]:
    """ADR 3: the numbered contracts that have, on any kept row, the three parts of a fallback key."""
    cherchees = {trois_parties(ligne, vus) for ligne in [*gardees, *rejetees] if not ligne.numero}
    numeros: dict[Cle, set[str]] = {}
    for ligne in gardees:
        if ligne.numero and (cle := trois_parties(ligne, vus)) in cherchees:
            numeros.setdefault(cle, set()).add(ligne.numero)
    return numeros


def cle_du_contrat(ligne: Ligne, vus: dict[str, set[Triple]], numeros: dict[Cle, set[str]]) -> Cle:
    """§1: `nocontrat`; where it is empty the fallback key, unless it is that of exactly one numbered contract."""
    if ligne.numero:
        return "numero", ligne.numero
    cle = trois_parties(ligne, vus)
    candidats = numeros.get(cle, set())
    return ("numero", next(iter(candidats))) if len(candidats) == 1 else cle


# --- §1 Versions --------------------------------------------------------------------------------------------


def etat(ligne: Ligne) -> Etat:
    """§1: rows of one key with the same class, `dateeffetavenant` and `noavenant` are one state."""
    valeurs = ligne.valeurs
    avenant = valeurs.get("typecontrat", "11") in AVENANTS  # ADR 6: empty is 11, for the class
    effet, noavenant = valeurs.get("dateeffetavenant"), valeurs.get("noavenant")
    if not avenant:  # what an initial row repeats of its contract is empty
        effet = None if effet == valeurs.get("datedebutcontrat") else effet
        noavenant = None if noavenant == lire_noavenant(valeurs.get("nocontrat", "")) else noavenant
    return avenant, effet, noavenant


def contenu(ligne: Ligne) -> tuple[Any, ...]:
    """§1: the cleaned content, columns in the order of 2-inputs.md, empty smallest."""
    valeurs = ligne.valeurs
    return tuple((1, valeurs[colonne]) if colonne in valeurs else (0,) for colonne in COLONNES)


def porte_une_rupture(ligne: Ligne) -> bool:
    """§1: a row with a rupture (`dateeffetrupture`, or `statut` `Rompu`)."""
    return "dateeffetrupture" in ligne.valeurs or ligne.valeurs.get("statut") == "Rompu"


def anciennete(ligne: Ligne) -> tuple[bool, date]:
    """§1: the latest extraction date wins; ADR 4: after any numbered row, whatever the dates."""
    return ligne.numero is not None, ligne.extraction


def plus_recentes(versions: list[Ligne]) -> list[Ligne]:
    """§1: the rows of the newest version, several when one date was delivered more than once."""
    derniere = max(anciennete(ligne) for ligne in versions)
    return [ligne for ligne in versions if anciennete(ligne) == derniere]


def version_retenue(recentes: list[Ligne]) -> Ligne:
    """§1: same date, different content: a rupture beats none, then the greatest cleaned content."""
    if len(recentes) == 1:
        return recentes[0]
    return max(recentes, key=lambda ligne: (porte_une_rupture(ligne), contenu(ligne)))


def sont_contradictoires(recentes: list[Ligne]) -> bool:
    """ADR 9: the latest delivery date carries at least two different contents."""
    return len(recentes) > 1 and len({contenu(ligne) for ligne in recentes}) > 1


def ranger_par_etat(lignes: list[Ligne]) -> dict[Etat, list[Ligne]]:
    """The rows of a contract, by state."""
    etats: dict[Etat, list[Ligne]] = {}
    for ligne in lignes:
        etats.setdefault(etat(ligne), []).append(ligne)
    return etats


def etats_au_rejet_plus_recent(rejetees: list[Ligne], retenues: dict[Etat, Ligne]) -> set[Etat]:
    """§1: the states whose newest version was rejected; ADR 4 and 10: a number first, then the extraction date."""
    return {
        etat(rejetee)
        for rejetee in rejetees
        if etat(rejetee) in retenues and anciennete(rejetee) > anciennete(retenues[etat(rejetee)])
    }


# --- §1 States ----------------------------------------------------------------------------------------------


def rang_de_l_etat(ligne: Ligne) -> tuple[Any, ...]:
    """ADR 11: initial first; effective date, `noavenant`, an empty `dateeffetavenant` before a filled one."""
    avenant, effet, noavenant = etat(ligne)
    return (
        avenant,
        effet or ligne.valeurs["datedebutcontrat"],
        (0,) if noavenant is None else (1, noavenant),
        effet is not None,
    )


def derniers_non_vides(etats: list[Ligne]) -> dict[str, Any]:
    """§1: each column takes its last non-empty value, groups move together, two dates take their earliest."""
    valeurs: dict[str, Any] = {}
    for ligne in etats:
        for groupe in GROUPES:
            if any(colonne in ligne.valeurs for colonne in groupe):
                for colonne in groupe:
                    valeurs.pop(colonne, None)
        anciennes = {colonne: valeurs[colonne] for colonne in LES_PLUS_ANCIENNES if colonne in valeurs}
        valeurs.update(ligne.valeurs)
        for colonne, ancienne in anciennes.items():
            valeurs[colonne] = min(valeurs[colonne], ancienne)
    return valeurs


@dataclass(slots=True)
class Contrat:
    """A contract, once its states are put together."""

    cle: Cle
    apprenti: Apprenti
    valeurs: dict[str, Any]
    lignes: list[Ligne]
    debut: date
    fin: date
    rupture: date | None = None
    jour_inconnu: bool = False
    jamais_commence: bool = False
    rupture_au_terme: bool = False
    rupture_apres_la_fin: bool = False
    rupture_sans_date: bool = False
    debut_de_l_identite: date | None = None
    id_contrat: int = 0
    id_apprenti: int = 0

    @property
    def terme(self) -> date:
        """§2: coalesce(date_rupture, date_fin_prevue)."""
        return self.rupture or self.fin


def assembler(cle: Cle, retenues: list[Ligne], lignes: list[Ligne], vus: dict[str, set[Triple]]) -> Contrat:
    """§1: one contract from the versions kept of its states."""
    valeurs = derniers_non_vides(sorted(retenues, key=rang_de_l_etat))
    apprenti = personne(triple(valeurs), valeurs.get("idalternant"), vus)  # ADR 12
    assert apprenti is not None, "a kept row has an identity"
    contrat = Contrat(cle, apprenti, valeurs, lignes, valeurs["datedebutcontrat"], valeurs["datefincontrat"])
    poser_la_rupture(contrat)
    contrat.jamais_commence = n_a_jamais_commence(contrat)
    for ligne in sorted(retenues, key=rang_de_l_etat):
        if any(colonne in ligne.valeurs for colonne in GROUPES[2]):
            contrat.debut_de_l_identite = ligne.valeurs["datedebutcontrat"]
    return contrat


def poser_la_rupture(contrat: Contrat) -> None:
    """§1: `date_rupture`, kept only before the planned end; an unknown day has `datesignalementrupture`."""
    rupture = contrat.valeurs.get("dateeffetrupture")
    inconnu = rupture is None and contrat.valeurs.get("statut") == "Rompu"
    if inconnu:
        rupture = contrat.valeurs.get("datesignalementrupture")
        contrat.rupture_sans_date = rupture is None
    if rupture is None:
        return
    if rupture < contrat.fin:
        contrat.rupture, contrat.jour_inconnu = rupture, inconnu
    else:
        contrat.rupture_au_terme = True
        contrat.rupture_apres_la_fin = rupture > contrat.fin


def n_a_jamais_commence(contrat: Contrat) -> bool:
    """§1: `Annulé`, `Supprimé`, `rupture_avant_debut`, or `date_rupture <= date_debut`."""
    if contrat.valeurs.get("statut") in ("Annulé", "Supprimé"):
        return True
    if contrat.valeurs.get("rupture_avant_debut"):
        return True
    return contrat.rupture is not None and contrat.rupture <= contrat.debut


# --- Semantic anomalies: counted, never corrected -----------------------------------------------------------


def dernier_jour(contrat: Contrat) -> date:
    """The last day under contract: the eve of the rupture, else the planned end."""
    return contrat.rupture - timedelta(days=1) if contrat.rupture else contrat.fin


def se_chevauchent(un: Contrat, autre: Contrat) -> bool:
    """Two contracts have a day in common."""
    return max(un.debut, autre.debut) <= min(dernier_jour(un), dernier_jour(autre))


def a_un_age_inhabituel(contrat: Contrat) -> bool:
    """Under 15 or over 35 on the start of the state that says who the apprentice is; unknown without a birth date."""
    naissance, debut = contrat.valeurs.get("datenaissance"), contrat.debut_de_l_identite
    if naissance is None or debut is None:
        return False
    return debut < plus_mois(naissance, 15 * 12) or plus_mois(naissance, 36 * 12) <= debut


def anomalies_de_sens(contrats: list[Contrat]) -> dict[str, int]:
    """How many contracts say what can hardly be."""
    commences: dict[int, list[Contrat]] = {}
    for contrat in contrats:
        if not contrat.jamais_commence:
            commences.setdefault(contrat.id_apprenti, []).append(contrat)
    return {
        "rupture_avant_le_debut": sum(c.rupture is not None and c.rupture < c.debut for c in contrats),
        "rupture_apres_la_fin": sum(c.rupture_apres_la_fin for c in contrats),
        "contrats_chevauchants": sum(
            any(autre is not contrat and se_chevauchent(contrat, autre) for autre in siens)
            for siens in commences.values()
            for contrat in siens
        ),
        "age_inhabituel": sum(a_un_age_inhabituel(c) for c in contrats),
        "duree_superieure_a_quatre_ans": sum(plus_mois(c.debut, 48) <= c.fin for c in contrats),
    }


# --- §1 Order and numbers ---------------------------------------------------------------------------------


def rang_du_contrat(contrat: Contrat) -> tuple[Any, ...]:
    """ADR 5: numbers as text, then fallback keys by start, employer and smallest content."""
    if contrat.cle[0] == "numero":
        return 0, contrat.cle[1]
    _, _, debut, employeur = contrat.cle
    return 1, debut, employeur, min(contenu(ligne) for ligne in contrat.lignes)


def numeroter(contrats: list[Contrat]) -> None:
    """ADR 5: `id_contrat` is the rank; `id_apprenti` the rank of each person's smallest `id_contrat`."""
    contrats.sort(key=rang_du_contrat)
    personnes: dict[Apprenti, int] = {}
    for rang, contrat in enumerate(contrats, start=1):
        contrat.id_contrat = rang
        contrat.id_apprenti = personnes.setdefault(contrat.apprenti, len(personnes) + 1)


# --- Suivi (2-inputs.md) ------------------------------------------------------------------------------------


def appliquer_le_suivi(contrats: list[Contrat], suivi: list[Livraison]) -> dict[str, int]:
    """2-inputs: a non-empty value of `suivi/` wins; latest extraction date, then greatest; counted."""
    par_numero = {contrat.cle[1]: contrat for contrat in contrats if contrat.cle[0] == "numero"}
    sans_contrat = 0
    valeurs_vues: dict[tuple[str, str], list[tuple[date, Any]]] = {}
    for livraison in suivi:
        extraction = livraison.date_extraction or date.min
        for brute in livraison.lignes:
            valeurs = nettoyer(brute)
            numero = valeurs.get("nocontrat")
            if numero is None:
                continue  # rejected: empty key
            if numero not in par_numero:
                sans_contrat += 1
                continue
            for colonne in COLONNES_SUIVI:
                if colonne in valeurs:
                    valeurs_vues.setdefault((numero, colonne), []).append((extraction, valeurs[colonne]))
    for (numero, colonne), vues in valeurs_vues.items():
        par_numero[numero].valeurs[colonne] = max(vues)[1]
    contradictoires = sum(len({valeur for _, valeur in vues}) > 1 for vues in valeurs_vues.values())
    return {"suivi_sans_contrat": sans_contrat, "suivi_contradictoire": contradictoires}


# --- §1 All of it -------------------------------------------------------------------------------------------


def construire_contrats(
    gardees: list[Ligne], rejetees: list[Ligne], suivi: list[Livraison]
) -> tuple[list[Contrat], dict[str, int]]:
    """§1: from export rows to contracts, with what is counted on the way."""
    vus = triples_des_identifiants(gardees)
    numeros = numeros_par_cle_de_secours(gardees, rejetees, vus)
    par_cle: dict[Cle, list[Ligne]] = {}
    for ligne in gardees:
        par_cle.setdefault(cle_du_contrat(ligne, vus, numeros), []).append(ligne)
    rejets_par_cle: dict[Cle, list[Ligne]] = {}
    for ligne in rejetees:
        rejets_par_cle.setdefault(cle_du_contrat(ligne, vus, numeros), []).append(ligne)

    contrats, contradictoires, rejets_recents = [], 0, 0
    for cle, lignes in par_cle.items():
        retenues: dict[Etat, Ligne] = {}
        for etat_, versions in ranger_par_etat(lignes).items():
            recentes = plus_recentes(versions)
            retenues[etat_] = version_retenue(recentes)
            contradictoires += sont_contradictoires(recentes)
        rejets_recents += len(etats_au_rejet_plus_recent(rejets_par_cle.get(cle, []), retenues))
        contrats.append(assembler(cle, list(retenues.values()), lignes, vus))

    numeroter(contrats)
    anomalies = {
        "cle_de_secours": sum(contrat.cle[0] == "secours" for contrat in contrats),
        "versions_contradictoires": contradictoires,
        "version_recente_rejetee": rejets_recents,
        "rupture_au_terme": sum(contrat.rupture_au_terme for contrat in contrats),
        "jamais_commence": sum(contrat.jamais_commence for contrat in contrats),
        "rupture_sans_date": sum(contrat.rupture_sans_date for contrat in contrats),
        "identite_incertaine": sum(len(triples) > 1 for triples in vus.values()),
    }
    return contrats, anomalies | anomalies_de_sens(contrats) | appliquer_le_suivi(contrats, suivi)


# --- §2 The training year -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Annee:
    """A training year, named after the calendar year in which it begins."""

    debut_civil: int
    debut: date
    fin: date
    arrete: date
    est_rapport: bool = False
    provisoire: bool = False

    @property
    def nom(self) -> str:
        """For example `2021-2022`."""
        return nom_de_l_annee(self.debut_civil)


def nom_de_l_annee(debut_civil: int) -> str:
    """`annee`, for example `2021-2022`."""
    return f"{debut_civil}-{debut_civil + 1}"


def fin_de_l_annee(debut_civil: int, parametres: Parametres) -> date:
    """§2: `fin_annee` is 15 August of the second calendar year unless `[annees]` says otherwise."""
    exception = parametres.fins.get(nom_de_l_annee(debut_civil))
    return exception or date(debut_civil + 1, *parametres.fin)


def debut_de_l_annee(debut_civil: int, parametres: Parametres) -> date:
    """§2: `debut` is the day after the previous year's `fin_annee`."""
    return fin_de_l_annee(debut_civil - 1, parametres) + timedelta(days=1)


def derniere_date_trouvee(gardees: list[Ligne], livraisons: list[Livraison]) -> date | None:
    """§2, ADR 14: latest extraction or event date; an event after its extraction is announced, not found.

    The deliveries of contracts only: a later `suivi/` has not seen the summer's contracts.
    """
    dates = {livraison.date_extraction for livraison in livraisons if livraison.date_extraction}
    for ligne in gardees:
        limite = date.max if ligne.extraction == date.min else ligne.extraction
        for colonne in EVENEMENTS:
            jour = ligne.valeurs.get(colonne)
            if jour is not None and jour <= limite:
                dates.add(jour)
    return max(dates, default=None)


def premiere_annee(contrats: list[Contrat], parametres: Parametres) -> int:
    """§2: the one configured; else the first whose whole window is later than the earliest start found."""
    if parametres.premiere:
        return int(parametres.premiere[:4])
    plus_ancien = min(contrat.debut for contrat in contrats)
    annee = plus_ancien.year - 2
    while debut_de_l_annee(annee, parametres) <= plus_ancien:
        annee += 1
    return annee


def annee_du_rapport(derniere: date, parametres: Parametres) -> int:
    """§2: the one asked for; else the latest whose window had ended at the latest date found (ADR 15)."""
    if parametres.annee:
        return int(parametres.annee[:4])
    annee = derniere.year + 1
    while fin_de_l_annee(annee, parametres) > derniere:
        annee -= 1
    return annee


def annees_publiees(contrats: list[Contrat], derniere: date | None, parametres: Parametres) -> list[Annee]:
    """§2: from the first complete year to the report's; §3: each cut off the same number of days after its end.

    None where the report's year begins after the latest date found: the exports say nothing of it.
    """
    if not contrats or derniere is None:
        return []
    rapport = annee_du_rapport(derniere, parametres)
    if debut_de_l_annee(rapport, parametres) > derniere:
        return []
    fin_rapport = fin_de_l_annee(rapport, parametres)
    delai = (parametres.arrete_au or fin_rapport) - fin_rapport
    if delai < timedelta(0):
        raise ArreteRefuseError(f"{parametres.arrete_au} < {fin_rapport}")
    annees = []
    for debut_civil in range(premiere_annee(contrats, parametres), rapport + 1):
        debut, fin = debut_de_l_annee(debut_civil, parametres), fin_de_l_annee(debut_civil, parametres)
        annees.append(Annee(debut_civil, debut, fin, fin + delai, debut_civil == rapport, fin > derniere))
    return annees


def dans_la_population(contrat: Contrat, annee: Annee) -> bool:
    """§2: a started contract that meets the window."""
    return not contrat.jamais_commence and contrat.debut <= annee.fin and contrat.terme >= annee.debut


# --- §3 Status of an apprentice in a year -------------------------------------------------------------------


def est_sous_contrat(contrat: Contrat, jour: date) -> bool:
    """§3.1: `date_debut <= jour <= date_fin_prevue` and no rupture on or before that day."""
    return contrat.debut <= jour <= contrat.fin and not est_rompu(contrat, jour)


def est_rompu(contrat: Contrat, jour: date) -> bool:
    """§3: itself broken on or before a day."""
    return contrat.rupture is not None and contrat.rupture <= jour


def departage(contrat: Contrat) -> tuple[date, int]:
    """§3: several candidates: latest `date_debut`, then greatest key."""
    return contrat.debut, contrat.id_contrat


def statut_a_la_fin(contrats: list[Contrat], annee: Annee) -> tuple[str, Contrat]:
    """§3.1 and §3.2: status and reference contract, from the contracts that meet the window."""
    en_cours = [contrat for contrat in contrats if est_sous_contrat(contrat, annee.fin)]
    if en_cours:
        return "actif", max(en_cours, key=departage)
    finis = [contrat for contrat in contrats if annee.debut <= contrat.terme <= annee.fin]
    dernier = max(finis, key=lambda contrat: (contrat.terme, contrat.rupture is None, *departage(contrat)))
    return ("sorti_a_terme" if dernier.rupture is None else "rupture_nette"), dernier


def contrat_resigne(contrats: list[Contrat], rompu: Contrat, annee: Annee) -> Contrat | None:
    """§3.3, ADR 19: the earliest started contract signed again by the cut-off, then the greatest key."""
    assert rompu.rupture is not None
    candidats = [
        contrat
        for contrat in contrats
        if not contrat.jamais_commence
        and rompu.rupture <= contrat.debut <= annee.arrete
        and not est_rompu(contrat, annee.arrete)
    ]
    return min(candidats, key=lambda contrat: (contrat.debut, -contrat.id_contrat), default=None)


def statut(contrats: list[Contrat], annee: Annee) -> tuple[str, Contrat] | None:
    """§3: status of an apprentice in a year and the contract that decided, if in the population."""
    presents = [contrat for contrat in contrats if dans_la_population(contrat, annee)]
    if not presents:
        return None
    decision, reference = statut_a_la_fin(presents, annee)
    if decision == "rupture_nette" and annee.arrete > annee.fin:
        resigne = contrat_resigne(contrats, reference, annee)
        if resigne:
            return "actif", resigne
    return decision, reference


def inscription(id_apprenti: int, decision: str, contrat: Contrat, annee: Annee, parametres: Parametres) -> dict:
    """§3: one row per year and apprentice; all attributes are those of the reference contract."""
    rompue = decision == "rupture_nette"
    jour = contrat.rupture if rompue and contrat.rupture is not None else annee.fin
    cycle = annee_cycle(contrat, jour)
    return {
        "annee": annee.nom,
        "id_apprenti": id_apprenti,
        "statut": decision,
        "id_contrat": contrat.id_contrat,
        "annee_cycle": cycle,
        "periode": periode(contrat, parametres) if rompue else None,
        "mois": mois(contrat) if rompue else None,
        "situation": situation(contrat, cycle, annee, parametres),
        "structure": structure(contrat, parametres),
    }


def annee_cycle(contrat: Contrat, jour: date) -> int | None:
    """§3, ADR 17: 1 + full years from `datedebutformation`; none has passed before the training begins."""
    debut = contrat.valeurs.get("datedebutformation")
    if debut is None:
        return None
    annees = 0
    while plus_mois(debut, 12 * (annees + 1)) <= jour:
        annees += 1
    return 1 + annees


def situation(contrat: Contrat, cycle: int | None, annee: Annee, parametres: Parametres) -> str:
    """§3, 2-inputs: the export's for the report's year; empty or earlier: derived through `situations.csv`."""
    ecrite = contrat.valeurs.get("situation")
    if ecrite and annee.est_rapport:
        return ecrite
    duree = duree_du_cycle(contrat)
    if duree is None:
        return NON_RENSEIGNE
    type_diplome = parametres.diplomes.get(contrat.valeurs["codediplome"], NON_RENSEIGNE)
    for libelle, type_, duree_mois, rang in parametres.situations:
        if (type_, duree_mois, rang) == (type_diplome, duree, cycle):
            return libelle
    return NON_RENSEIGNE


def duree_du_cycle(contrat: Contrat) -> int | None:
    """ADR 18: months between the two training dates, to the nearest number of years, at least one."""
    debut = contrat.valeurs.get("datedebutformation")
    fin = contrat.valeurs.get("datefinformation")
    if debut is None or fin is None or fin < debut:
        return None  # an end before its start is no length
    ecoules = 0
    while plus_mois(debut, ecoules + 1) <= fin:
        ecoules += 1
    return 12 * max(1, (ecoules + 6) // 12)


def structure(contrat: Contrat, parametres: Parametres) -> str:
    """2-inputs: the row of the contract's `siret`, else of `uaicfa`, else a structure named after the UAI."""
    for etablissement in parametres.etablissements:
        if etablissement.siret == contrat.valeurs.get("siret"):
            return etablissement.nom
    for etablissement in parametres.etablissements:
        if etablissement.uai == contrat.valeurs["uaicfa"]:
            return etablissement.nom
    return contrat.valeurs["uaicfa"]


def totaux(annee: Annee, inscriptions: list[dict], brutes: list[tuple[str, int]]) -> dict[str, int]:
    """§3: the counts of a year."""
    statuts = [ligne["statut"] for ligne in inscriptions if ligne["annee"] == annee.nom]
    ruptures_brutes = sum(nom == annee.nom for nom, _ in brutes)
    nettes = statuts.count("rupture_nette")
    return {
        "effectif": statuts.count("actif") + nettes,
        "inscrits_actifs": statuts.count("actif"),
        "ruptures_nettes": nettes,
        "sortis_a_terme": statuts.count("sorti_a_terme"),
        "ruptures_brutes": ruptures_brutes,
        "resignees": ruptures_brutes - nettes,
    }


def est_rupture_brute(contrat: Contrat, annee: Annee) -> bool:
    """§3: a contract whose `date_rupture` lies in the window; §1: never started is in no numerator."""
    if contrat.jamais_commence or contrat.rupture is None:
        return False
    return annee.debut <= contrat.rupture <= annee.fin


# --- §4 Period of a rupture ---------------------------------------------------------------------------------


@cache
def plus_mois(jour: date, mois_ajoutes: int) -> date:
    """§5: months added are cut to the month's end."""
    annees, rang = divmod(jour.month - 1 + mois_ajoutes, 12)
    annee, mois_ = jour.year + annees, rang + 1
    return date(annee, mois_, min(jour.day, monthrange(annee, mois_)[1]))


def mois(contrat: Contrat) -> str:
    """§1: every table by month shows an unknown day as `Non renseigné`."""
    return NON_RENSEIGNE if contrat.jour_inconnu else f"{contrat.rupture:%Y-%m}"


def periode(contrat: Contrat, parametres: Parametres) -> str:
    """§4: `essai`, else `post_examen`, else `intermediaire`; §1: `Non renseigné` for an unknown day."""
    if contrat.jour_inconnu:
        return NON_RENSEIGNE
    assert contrat.rupture is not None
    if contrat.rupture < plus_mois(contrat.debut, parametres.essai_mois):
        return "essai"
    duree = plus_mois(contrat.debut, parametres.post_examen_duree_mois)
    longue = duree <= contrat.fin + timedelta(days=1)
    if longue and contrat.rupture.month in parametres.post_examen_mois:
        return "post_examen"
    return "intermediaire"


# --- What comes out -----------------------------------------------------------------------------------------

COLONNES_DU_CONTRAT = (
    "statut", "typecontrat", "dateconclusion", "codediplome", "uaicfa", "siret", "siretemployeur", "situation",
    "motifexprime", "motifvalide", "diplomeentree", "npecannuel", "datedebutformation", "datefinformation",
)  # fmt: skip


def ligne_de_contrat(contrat: Contrat) -> dict[str, Any]:
    """One row of `core.contrats`."""
    secours = contrat.cle[0] == "secours"
    return {
        "id_contrat": contrat.id_contrat,
        "nocontrat": None if secours else contrat.cle[1],
        "cle_de_secours": secours,
        "id_apprenti": contrat.id_apprenti,
        "date_debut": contrat.debut,
        "date_fin_prevue": contrat.fin,
        "date_rupture": contrat.rupture,
        "jour_inconnu": contrat.jour_inconnu,
        "jamais_commence": contrat.jamais_commence,
    } | {colonne: contrat.valeurs.get(colonne) for colonne in COLONNES_DU_CONTRAT}


def ligne_d_annee(annee: Annee) -> dict[str, Any]:
    """One row of `core.annees`."""
    return {
        "annee": annee.nom,
        "debut": annee.debut,
        "fin_annee": annee.fin,
        "date_arrete": annee.arrete,
        "est_rapport": annee.est_rapport,
        "provisoire": annee.provisoire,
    }


def calculer(
    livraisons: list[Livraison], suivi: list[Livraison] | None = None, parametres: Parametres | None = None
) -> Resultat:
    """The definitions §1 to §4, from the deliveries to the counts."""
    suivi, parametres = suivi or [], parametres or Parametres()
    gardees, rejetees = lire_lignes(livraisons)
    contrats, anomalies = construire_contrats(gardees, rejetees, suivi)
    derniere = derniere_date_trouvee(gardees, livraisons)
    annees = annees_publiees(contrats, derniere, parametres)

    contrats_par_apprenti: dict[int, list[Contrat]] = {}
    for contrat in contrats:
        contrats_par_apprenti.setdefault(contrat.id_apprenti, []).append(contrat)
    inscriptions = []
    for annee in annees:
        for id_apprenti, siens in contrats_par_apprenti.items():
            decision = statut(siens, annee)
            if decision:
                inscriptions.append(inscription(id_apprenti, *decision, annee, parametres))
    brutes = [
        (annee.nom, contrat.id_contrat) for annee in annees for contrat in contrats if est_rupture_brute(contrat, annee)
    ]
    return Resultat(
        contrats=[ligne_de_contrat(contrat) for contrat in contrats],
        inscriptions=inscriptions,
        annees=[ligne_d_annee(annee) for annee in annees],
        ruptures_brutes=brutes,
        totaux={annee.nom: totaux(annee, inscriptions, brutes) for annee in annees},
        anomalies=anomalies,
        sources={contrat.id_contrat: contrat.lignes for contrat in contrats},
        registre={contrat.id_contrat: contrat for contrat in contrats},
        fenetres=annees,
    )
