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
    "dispositif", "datesuppression", "drfc", "handicap",
    "idalternant", "nom", "prenom", "datenaissance", "sexe",
    "codediplome", "rncp", "intituleouqualification", "typediplome",
    "datedebutformation", "datefinformation", "derniereclasse", "situationavantcontrat",
    "uaicfa", "siret", "siretcfa",
    "siretemployeur", "denomination", "naf", "codeidcc", "nombredesalaries", "typeemployeur",
    "employeurcodepostal", "adressecodepostal",
    "diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel",
    "obtention_diplome_formation", "date_exclusion_formation",
)  # fmt: skip
COLONNES_SUIVI = (
    "diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel", "dateeffetrupture",
    "suite_rupture",
)  # fmt: skip
OBLIGATOIRES = ("datedebutcontrat", "datefincontrat", "codediplome", "uaicfa")
EVENEMENTS = ("dateconclusion", "dateeffetrupture", "datesignalementrupture")
# The headers without which an export is refused: every file has them.
ENTETES_REQUIS = frozenset(
    ("nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa")
)
# §1: these never come from an older date.
JAMAIS_D_AVANT = frozenset(("statut", "datesignalementrupture", "rupture_avant_debut", "dateeffetrupture"))
# 2-inputs: a value there that cannot be read leaves its row undecided.
DECISIVES = (
    "dateeffetrupture", "datesignalementrupture", "statut", "rupture_avant_debut", "typecontrat", "dateeffetavenant",
    "datesuppression", "dispositif",
)  # fmt: skip
IDENTITE = ("nom", "prenom", "datenaissance")
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
    """One delivered file: its rows map DECA column names to clean strings ('' or absent: empty).

    Attributes:
        apprenants: the file is in the exchange layout: a row is a learner, who has a contract or none.
    """

    nom: str
    date_extraction: date | None
    lignes: list[dict[str, str]]
    apprenants: bool = False

    @property
    def colonnes(self) -> frozenset[str]:
        """The columns the file has, filled or not."""
        requises = frozenset[str]() if self.apprenants else ENTETES_REQUIS
        return requises.union(*(ligne.keys() for ligne in self.lignes))


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
class Regles:
    """The lines of `regles_financement.csv` of one period.

    Attributes:
        versements: months of a year of execution → percentage of what is due of it.
    """

    debut: date
    fin: date | None = None
    niveau: int = 6
    participation: Decimal = Decimal(750)
    reprise: Decimal = Decimal(200)
    essai: Decimal = Decimal(50)
    seuil: Decimal = Decimal(80)
    minoration: Decimal = Decimal(20)
    plancher: Decimal = Decimal(4000)
    versements: tuple[tuple[int, Decimal], ...] = tuple(
        (m, Decimal(p)) for m, p in ((1, 40), (7, 30), (10, 20), (13, 10))
    )


@dataclass(frozen=True)
class Parametres:
    """The configuration, the options and the referentials of a run that the definitions speak of.

    Attributes:
        diplomes: type of each diploma of the referential.
        filieres: filière of each, likewise.
        fins_de_diplome: (liste, motif) of the motifs marked `fin_diplome`.
        niveaux, parts_distance: of the diplomas that have one.
    """

    fin: tuple[int, int] = (8, 15)
    fins: dict[str, date] = field(default_factory=dict)
    premiere: str | None = None
    annee: str | None = None
    arrete_au: date | None = None
    portee: str = "reseau"
    essai_mois: int = 2
    post_examen_mois: tuple[int, ...] = (6, 7, 8)
    post_examen_duree_mois: int = 10
    situations: tuple[tuple[str, str, int, int], ...] = ()
    diplomes: dict[str, str] = field(default_factory=dict)
    filieres: dict[str, str] = field(default_factory=dict)
    etablissements: tuple[Etablissement, ...] = ()
    fins_de_diplome: frozenset[tuple[str, str]] = frozenset()
    tarifs: tuple[Tarif, ...] = ()
    niveaux: dict[str, int] = field(default_factory=dict)
    parts_distance: dict[str, Decimal] = field(default_factory=dict)
    regles: tuple[Regles, ...] = ()


@dataclass(slots=True)
class Resultat:
    """What the definitions §1 to §4 say of the deliveries, as tables.

    Attributes:
        registre: the contracts themselves, by `id_contrat`.
        fenetres: the published years themselves.
        derniere: the latest date found.
    """

    contrats: list[dict[str, Any]]
    inscriptions: list[dict[str, Any]]
    annees: list[dict[str, Any]]
    ruptures_brutes: list[tuple[str, int]]
    totaux: dict[str, dict[str, int]]
    bornes: list[dict[str, Any]]
    anomalies: dict[str, int]
    sources: dict[int, list["Ligne"]]
    registre: dict[int, "Contrat"]
    fenetres: list["Annee"]
    derniere: date | None = None


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


def lire_statut(texte: str) -> str | None:
    """2-inputs: a closed list."""
    return texte if texte in ("Corrigé", "Rompu", "Annulé", "Supprimé") else None


def lire_typecontrat(texte: str) -> str | None:
    """2-inputs: a closed list."""
    return texte if texte in ("11", "21", "22", "23") or texte in AVENANTS else None


def lire_dispositif(texte: str) -> str | None:
    """§1: what is in, what is out, anything else is unreadable."""
    if texte in ("APPR", "APP", "CA", "Apprentissage"):
        return "APPR"
    if texte in ("PROF", "PRO", "CP", "Professionnalisation"):
        return "PROF"
    return texte if texte in ("POEC", "POEI") else None


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
    "statut": lire_statut,
    "dispositif": lire_dispositif,
    "datesuppression": lire_date,
    "drfc": lire_date,
    "handicap": lire_booleen,
    "noavenant": lire_noavenant,
    "sexe": lire_sexe,
    "nombredesalaries": lire_nombre,
    "npecannuel": lire_nombre,
    "idalternant": str.upper,
    "nocontrat": lire_code_ponctue,
    "typecontrat": lire_typecontrat,
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
Cle = tuple[Any, ...]  # ("numero", nocontrat, part) or ("secours", apprenti, start, employer)
Etat = tuple[Any, ...]  # class, dateeffetavenant, noavenant


@dataclass(slots=True)
class Ligne:
    """A row: its typed values, and where it comes from.

    Attributes:
        part: of a number that apprentices share, which of them; 0 where they do not.
        jour_de_l_age: start of the row that says when the apprentice was born.
    """

    valeurs: dict[str, Any]
    extraction: date
    fichier: str
    brute: dict[str, str]
    triple: Triple | None = None
    colonnes: frozenset[str] = frozenset()
    apprenant: bool = False
    part: int = 0
    jour_de_l_age: date | None = None

    @property
    def numero(self) -> str | None:
        """The contract number, if the row has one."""
        return self.valeurs.get("nocontrat")


def lire_lignes(livraisons: Iterable[Livraison], parametres: Parametres) -> tuple[list[Ligne], list[Ligne]]:
    """2-inputs: every row is kept or rejected."""
    gardees, rejetees = [], []
    for livraison in livraisons:
        # §1: files without an extraction date come alone, and are of one date.
        extraction, colonnes = livraison.date_extraction or date.min, livraison.colonnes
        for brute in livraison.lignes:
            valeurs = nettoyer(brute)
            if not brute.get("uaicfa", "").strip() and (du_siret := uai_du_siret(valeurs, parametres)):
                valeurs["uaicfa"] = du_siret
            ligne = Ligne(valeurs, extraction, livraison.nom, brute, triple(valeurs), colonnes, livraison.apprenants)
            (rejetees if est_rejetee(ligne) else gardees).append(ligne)
    return gardees, rejetees


def uai_du_siret(valeurs: dict[str, Any], parametres: Parametres) -> str | None:
    """2-inputs: an empty UAI is that of the CFA of the referential entry of `siret`, else of `siretcfa`."""
    for colonne in ("siret", "siretcfa"):
        for etablissement in parametres.etablissements:
            if etablissement.siret == valeurs.get(colonne):
                return etablissement.rattachement or etablissement.uai
    return None


def porte_un_contrat(ligne: Ligne) -> bool:
    """§1: in the exchange layout a learner may have none."""
    return not ligne.apprenant or any(ligne.brute.get(colonne) for colonne in COLONNES_D_UN_CONTRAT)


COLONNES_D_UN_CONTRAT = ("datedebutcontrat", "datefincontrat", "dateeffetrupture", "motifvalide", "siretemployeur")


def illisibles(ligne: Ligne) -> list[str]:
    """2-inputs: the decisive columns of a row that say something which cannot be read."""
    return [c for c in DECISIVES if ligne.brute.get(c, "").strip() and c not in ligne.valeurs]


def est_rejetee(ligne: Ligne) -> bool:
    """2-inputs, the promise: a required value missing, the end before the start, or no identity."""
    valeurs = ligne.valeurs
    if not porte_un_contrat(ligne):
        return False
    if any(colonne not in valeurs for colonne in OBLIGATOIRES):
        return True
    if valeurs["datefincontrat"] < valeurs["datedebutcontrat"]:
        return True
    return ligne.triple is None and "idalternant" not in valeurs


@cache
def simplifier(nom: str) -> str:
    """§1: compared without case, accents, spaces, hyphens and apostrophes, some letters replaced."""
    texte = nom.lower()
    for lettre, autre in (("œ", "oe"), ("æ", "ae"), ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ı", "i"), ("ß", "ss")):
        texte = texte.replace(lettre, autre)
    lettres = (lettre for lettre in unicodedata.normalize("NFD", texte) if unicodedata.category(lettre) != "Mn")
    return "".join(lettre for lettre in lettres if not lettre.isspace() and lettre not in "-‐‑‒–—'’‘ʼ`´")


def triple(valeurs: dict[str, Any]) -> Triple | None:
    """§1: (nom, prénom, date de naissance) where all three are there."""
    if "nom" in valeurs and "prenom" in valeurs and "datenaissance" in valeurs:
        return simplifier(valeurs["nom"]), simplifier(valeurs["prenom"]), valeurs["datenaissance"]
    return None


def groupes(elements: list[Any], liens: Callable[[Any], Iterable[Any]]) -> list[list[Any]]:
    """Elements that share a link, or that a path of such links joins, together."""
    par_lien: dict[Any, list[int]] = {}
    dits = [list(liens(element)) for element in elements]
    for rang, leurs in enumerate(dits):
        for lien in leurs:
            par_lien.setdefault(lien, []).append(rang)
    obtenus, vus = [], set()
    for rang in range(len(elements)):
        if rang in vus:
            continue
        membres, a_suivre = [], [rang]
        vus.add(rang)
        while a_suivre:
            membre = a_suivre.pop()
            membres.append(elements[membre])
            for lien in dits[membre]:
                for voisin in par_lien.pop(lien, []):
                    if voisin not in vus:
                        vus.add(voisin)
                        a_suivre.append(voisin)
        obtenus.append(membres)
    return obtenus


class Identites:
    """§1: who is who, among the kept rows of a run."""

    def __init__(self, gardees: list[Ligne], portee: str):
        self.portee = portee
        self.partages: dict[str, int] = {}
        self.separer_les_numeros(gardees)
        self.reunir_les_triples(gardees)
        self.vus = self.triples_des_identifiants(gardees)
        self.attribuer_les_numeros(gardees)

    def identifiant(self, valeurs: dict[str, Any]) -> Any:
        """`idalternant`, of one `uaicfa` where the configuration says so."""
        identifiant = valeurs.get("idalternant")
        if identifiant is None or self.portee == "reseau":
            return identifiant
        return identifiant, valeurs.get("uaicfa")

    def separer_les_numeros(self, gardees: list[Ligne]) -> None:
        """§1: births and names that both differ, no shared identifier: two contracts, unless a third row is both."""
        par_numero: dict[str, list[Ligne]] = {}
        for ligne in gardees:
            if ligne.numero:
                par_numero.setdefault(ligne.numero, []).append(ligne)

        def traits(ligne: Ligne) -> list[tuple[str, Any]]:
            assert ligne.triple
            dits: list[tuple[str, Any]] = [("naissance", ligne.triple[2]), ("noms", ligne.triple[:2])]
            identifiant = self.identifiant(ligne.valeurs)
            return [*dits, ("identifiant", identifiant)] if identifiant else dits

        for numero, lignes in par_numero.items():
            titulaires = groupes([ligne for ligne in lignes if ligne.triple], traits)
            if len(titulaires) < 2:
                continue
            self.partages[numero] = len(titulaires)
            for ligne in lignes:
                ligne.part = -1
            for part, siennes in enumerate(titulaires, start=1):
                identifiants = {self.identifiant(ligne.valeurs) for ligne in siennes} - {None}
                for ligne in lignes:
                    if ligne in siennes or (not ligne.triple and self.identifiant(ligne.valeurs) in identifiants):
                        ligne.part = part

    def reunir_les_triples(self, gardees: list[Ligne]) -> None:
        """§1: triples of one birth date, seen with one identifier or on one contract, are one person."""
        liens: dict[Triple, set[Any]] = {ligne.triple: set() for ligne in gardees if ligne.triple}
        identifiants_du_contrat: dict[Any, set[Any]] = {}
        for ligne in gardees:
            contrat, identifiant = self.contrat_de(ligne), self.identifiant(ligne.valeurs)
            if contrat and identifiant:
                identifiants_du_contrat.setdefault(contrat, set()).add(identifiant)
        for ligne in gardees:
            if not ligne.triple:
                continue
            naissance, contrat = ligne.triple[2], self.contrat_de(ligne)
            vus = {self.identifiant(ligne.valeurs), *identifiants_du_contrat.get(contrat, ())} - {None}
            liens[ligne.triple] |= {("identifiant", vu, naissance) for vu in vus}
            if contrat:
                liens[ligne.triple].add(("contrat", contrat, naissance))
        self.reunis = groupes([*liens], lambda triple_: [*liens[triple_], triple_])
        self.de: dict[Triple, Triple] = {triple_: min(membres) for membres in self.reunis for triple_ in membres}

    def contrat_de(self, ligne: Ligne) -> Any:
        """The contract that a number says, where it says one."""
        return (ligne.numero, ligne.part) if ligne.numero and ligne.part >= 0 else None

    def triples_des_identifiants(self, gardees: list[Ligne]) -> dict[Any, set[Triple]]:
        """§1: the persons an identifier is seen with, on a row or on two rows of one contract."""
        vus: dict[Any, set[Triple]] = {}
        identifiants_du_contrat: dict[Any, set[Any]] = {}
        triples_du_contrat: dict[Any, set[Triple]] = {}
        for ligne in gardees:
            identifiant, contrat = self.identifiant(ligne.valeurs), self.contrat_de(ligne)
            if identifiant and ligne.triple:
                vus.setdefault(identifiant, set()).add(self.de[ligne.triple])
            if contrat and identifiant:
                identifiants_du_contrat.setdefault(contrat, set()).add(identifiant)
            if contrat and ligne.triple:
                triples_du_contrat.setdefault(contrat, set()).add(self.de[ligne.triple])
        for contrat, identifiants in identifiants_du_contrat.items():
            for identifiant in identifiants:
                vus.setdefault(identifiant, set()).update(triples_du_contrat.get(contrat, ()))
        return vus

    def personne(self, triple_: Triple | None, identifiant: Any) -> Apprenti | None:
        """§1: the triple; else `idalternant`, which stands for the person if all it is seen with are one."""
        if triple_:
            return "triple", self.de.get(triple_, triple_)
        if identifiant is None:
            return None
        vus = self.vus.get(identifiant, set())
        return ("triple", next(iter(vus))) if len(vus) == 1 else ("idalternant", identifiant)

    def de_la_ligne(self, ligne: Ligne) -> Apprenti | None:
        """The person of a row."""
        return self.personne(ligne.triple, self.identifiant(ligne.valeurs))

    def attribuer_les_numeros(self, gardees: list[Ligne]) -> None:
        """§1: of a shared number, rows without a triple follow their person."""
        self.titulaires: dict[tuple[str, Apprenti], int] = {}
        self.par_identifiant: dict[tuple[str, Any], int] = {}
        partagees = [ligne for ligne in gardees if ligne.numero in self.partages]
        for ligne in partagees:
            assert ligne.numero
            if ligne.part > 0 and ligne.triple:
                personne_ = self.de_la_ligne(ligne)
                assert personne_
                self.titulaires[ligne.numero, personne_] = ligne.part
                if identifiant := self.identifiant(ligne.valeurs):
                    self.par_identifiant[ligne.numero, identifiant] = ligne.part
        for ligne in partagees:
            if ligne.part < 0:
                assert ligne.numero
                personne_ = self.de_la_ligne(ligne)
                assert personne_
                if (ligne.numero, personne_) not in self.titulaires:
                    self.partages[ligne.numero] += 1
                    self.titulaires[ligne.numero, personne_] = self.partages[ligne.numero]
                ligne.part = self.titulaires[ligne.numero, personne_]

    def part(self, numero: str, triple_: Triple | None, identifiant: Any) -> int | None:
        """Whose contract a line says that is of none by itself, rejected or of a follow-up; None: it does not say."""
        if numero not in self.partages:
            return 0
        if not triple_ and (numero, identifiant) in self.par_identifiant:
            return self.par_identifiant[numero, identifiant]
        personne_ = self.personne(triple_, identifiant)
        return None if personne_ is None else self.titulaires.get((numero, personne_), -1)


# --- §1 Keys ------------------------------------------------------------------------------------------------


class Cles:
    """§1: the contract of each row."""

    def __init__(self, gardees: list[Ligne], identites: Identites):
        self.identites = identites
        self.employeurs: dict[tuple[Any, Any], set[str]] = {}
        self.numeros: dict[tuple[Any, Any], set[tuple[str, int, str]]] = {}
        for ligne in gardees:
            debut = identites.de_la_ligne(ligne), ligne.valeurs["datedebutcontrat"]
            employeur = ligne.valeurs.get("siretemployeur", "")
            if ligne.numero:
                self.numeros.setdefault(debut, set()).add((ligne.numero, ligne.part, employeur))
            elif employeur:
                self.employeurs.setdefault(debut, set()).add(employeur)

    def cle(self, ligne: Ligne) -> Cle:
        """§1: `nocontrat`; where it is empty the fallback key, unless it is that of the only numbered contract."""
        if ligne.numero:
            return "numero", ligne.numero, ligne.part
        debut = self.identites.de_la_ligne(ligne), ligne.valeurs.get("datedebutcontrat")
        employeur = ligne.valeurs.get("siretemployeur", "")
        remplis = self.employeurs.get(debut, set())
        if not employeur and len(remplis) == 1:  # those with an empty employer belong to the only filled one
            (employeur,) = remplis
        candidats = {
            (numero, part)
            for numero, part, autre in self.numeros.get(debut, set())
            if not employeur or autre == employeur
        }
        if len(candidats) == 1:
            return "numero", *next(iter(candidats))
        return "secours", *debut, employeur


# --- §1 Versions --------------------------------------------------------------------------------------------


def etat(ligne: Ligne) -> Etat:
    """§1: rows of one key with the same class, `dateeffetavenant` and `noavenant` are one state."""
    valeurs = ligne.valeurs
    avenant = valeurs.get("typecontrat", "11") in AVENANTS  # ADR 6: empty is 11, for the class
    effet, noavenant = valeurs.get("dateeffetavenant"), valeurs.get("noavenant")
    if not avenant:  # what an initial row repeats of its contract is empty
        effet = None if effet == valeurs.get("datedebutcontrat") else effet
        noavenant = None if noavenant and repete_le_numero(noavenant, valeurs.get("nocontrat", "")) else noavenant
    return avenant, effet, noavenant


def repete_le_numero(noavenant: tuple[int, int, str], nocontrat: str) -> bool:
    """§1: dashes, dots and leading zeros apart."""
    _, nombre, texte = noavenant
    ecrit = texte.replace("-", "").replace(".", "") or str(nombre)
    return bool(nocontrat) and ecrit.lstrip("0") == nocontrat.lstrip("0")


def contenu(ligne: Ligne) -> tuple[Any, ...]:
    """§1: the cleaned content, columns in the order of 2-inputs.md, empty smallest."""
    valeurs = ligne.valeurs
    return tuple((1, valeurs[colonne]) if colonne in valeurs else (0,) for colonne in COLONNES)


def statut_effectif(valeurs: dict[str, Any]) -> str | None:
    """§1: `Supprimé` where `datesuppression` is filled."""
    return "Supprimé" if "datesuppression" in valeurs else valeurs.get("statut")


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


def version_retenue(versions: list[Ligne]) -> Ligne:
    """§1: the latest delivery wins whole; same date: a rupture beats none, then the greatest cleaned content; its empty
    cells are filled by the next rows of its date, its missing columns by the newest date that has them."""
    if len(versions) == 1:
        return versions[0]
    ordre = sorted(versions, key=lambda v: (anciennete(v), porte_une_rupture(v), contenu(v)), reverse=True)
    dates = sorted({anciennete(version) for version in ordre}, reverse=True)
    gagnante = ordre[0]

    def chercher(nom: str, a_la_colonne: Callable[[Ligne], bool], remplie: Callable[[Ligne], bool]) -> Ligne | None:
        for rang, jour in enumerate(dates):
            if rang and nom in JAMAIS_D_AVANT:
                return None
            du_jour = [version for version in ordre if anciennete(version) == jour]
            trouvee = next(filter(remplie, du_jour), None)
            if trouvee or any(map(a_la_colonne, du_jour)):
                return trouvee
        return None

    valeurs: dict[str, Any] = {}
    for colonne in COLONNES:
        source = chercher(colonne, lambda v, c=colonne: c in v.colonnes, lambda v, c=colonne: c in v.valeurs)
        if source and colonne not in IDENTITE:
            valeurs[colonne] = source.valeurs[colonne]
    # What tells the state is not completed: in an initial row it may be empty by rule.
    for colonne, valeur in zip(("dateeffetavenant", "noavenant"), etat(gagnante)[1:], strict=True):
        valeurs.pop(colonne, None)
        valeurs |= {} if valeur is None else {colonne: valeur}
    # The triple is whole or is not (ADR 0001).
    entiere = chercher("", lambda v: v.colonnes.issuperset(IDENTITE), lambda v: v.triple is not None)
    nee = chercher("", lambda v: "datenaissance" in v.colonnes, lambda v: "datenaissance" in v.valeurs)
    partielle = chercher(
        "",
        lambda v: not v.colonnes.isdisjoint(IDENTITE),
        lambda v: v.triple is None and any(colonne in v.valeurs for colonne in IDENTITE),
    )
    qui = entiere or nee
    if entiere:
        valeurs |= {colonne: entiere.valeurs[colonne] for colonne in IDENTITE}
    elif partielle:
        valeurs["nom"] = "?"  # some part of it is there
    if qui and (entiere or partielle):
        valeurs["datenaissance"] = qui.valeurs["datenaissance"]
    reunie = Ligne(valeurs, gagnante.extraction, gagnante.fichier, gagnante.brute, triple(valeurs), part=gagnante.part)
    reunie.jour_de_l_age = qui.valeurs["datedebutcontrat"] if qui else None
    return reunie


def sont_contradictoires(recentes: list[Ligne]) -> bool:
    """§1: two filled cells of the latest date differ, names compared as persons are."""
    return any(
        len({simplifier(v.valeurs[c]) if c in ("nom", "prenom") else v.valeurs[c] for v in recentes if c in v.valeurs})
        > 1
        for c in COLONNES
    )


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
    etats: list[Ligne]
    debut: date
    fin: date
    rupture: date | None = None
    jour_inconnu: bool = False
    jamais_commence: bool = False
    rupture_au_terme: bool = False
    rupture_apres_la_fin: bool = False
    rupture_sans_date: bool = False
    debut_de_l_identite: date | None = None
    illisibles: list[tuple[Ligne, str]] = field(default_factory=list)
    id_contrat: int = 0
    id_apprenti: int = 0

    @property
    def terme(self) -> date:
        """§2: coalesce(date_rupture, date_fin_prevue)."""
        return self.rupture or self.fin


def assembler(cle: Cle, retenues: list[Ligne], lignes: list[Ligne], identites: Identites) -> Contrat:
    """§1: one contract from the versions kept of its states."""
    etats = sorted(retenues, key=rang_de_l_etat)
    valeurs = derniers_non_vides(etats)
    statuts = [(etat(ligne)[0], statut_effectif(ligne.valeurs)) for ligne in etats]
    initiaux = [dit for avenant, dit in statuts if dit and not avenant]
    tous = [dit for _, dit in statuts if dit]
    # The statut of the initial state only cancels a contract.
    annule = bool(initiaux) and initiaux[-1] in ("Annulé", "Supprimé")
    valeurs["statut"] = initiaux[-1] if annule else tous[-1] if tous else None
    apprenti = identites.personne(triple(valeurs), identites.identifiant(valeurs))  # ADR 12
    assert apprenti is not None, "a kept row has an identity"
    contrat = Contrat(cle, apprenti, valeurs, lignes, etats, valeurs["datedebutcontrat"], valeurs["datefincontrat"])
    poser_la_rupture(contrat)
    for ligne in etats:
        if any(colonne in ligne.valeurs for colonne in GROUPES[2]):
            contrat.debut_de_l_identite = ligne.jour_de_l_age or ligne.valeurs["datedebutcontrat"]
    return contrat


def est_lisible(jour: date, contrat: Contrat) -> bool:
    """§1: no more than 183 days before the start, but if it says so; no more than a year after the planned end."""
    if jour < contrat.debut - timedelta(days=183) and not contrat.valeurs.get("rupture_avant_debut"):
        return False
    return jour <= plus_mois(contrat.fin, 12)


def poser_la_rupture(contrat: Contrat, du_suivi: date | None = None) -> None:
    """§1: `date_rupture`, kept only before the planned end; an unknown day has `datesignalementrupture`. The last
    readable day of the states counts, unless a follow-up says one; the rows that hold another are undecided. Then
    whether the contract ever started."""
    contrat.illisibles, contrat.rupture, contrat.jour_inconnu = [], None, False
    contrat.rupture_au_terme = contrat.rupture_apres_la_fin = contrat.rupture_sans_date = False
    dater_la_rupture(contrat, du_suivi)
    contrat.jamais_commence = n_a_jamais_commence(contrat)


def dater_la_rupture(contrat: Contrat, du_suivi: date | None) -> None:
    """The rupture of `poser_la_rupture`."""

    def dernier_lisible(colonne: str) -> date | None:
        jours = [ligne.valeurs[colonne] for ligne in contrat.etats if colonne in ligne.valeurs]
        lisibles = [jour for jour in jours if est_lisible(jour, contrat)]
        contrat.illisibles += [
            (ligne, colonne)
            for ligne in contrat.lignes
            if colonne in ligne.valeurs and not est_lisible(ligne.valeurs[colonne], contrat)
        ]
        return lisibles[-1] if lisibles else None

    des_exports = dernier_lisible("dateeffetrupture")
    rupture = du_suivi or des_exports
    inconnu = rupture is None and contrat.valeurs.get("statut") == "Rompu"
    if inconnu:
        rupture = dernier_lisible("datesignalementrupture")
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
        "duree_superieure_a_cinq_ans": sum(dure_plus_de_cinq_ans(c) for c in contrats),
        "fin_reelle_sans_rupture": sum(
            c.valeurs.get("drfc", date.max) < c.fin and not (c.rupture or c.rupture_sans_date or c.jamais_commence)
            for c in contrats
        ),
    }


def dure_plus_de_cinq_ans(contrat: Contrat) -> bool:
    """§2: such a contract decides of no year."""
    return plus_mois(contrat.debut, 60) <= contrat.fin


# --- §1 Order and numbers ---------------------------------------------------------------------------------


def numeroter_les_contrats(cles: dict[Cle, list[Ligne]]) -> dict[Cle, int]:
    """ADR 5: `id_contrat` is the rank of a key, those that are in no count included."""

    def rang(cle: Cle) -> tuple[Any, ...]:
        if cle[0] == "numero":
            partage = cle[2] > 0
            return 0, cle[1], min(contenu(ligne) for ligne in cles[cle] if ligne.numero) if partage else ()
        _, _, debut, employeur = cle
        return 1, debut, employeur, min(contenu(ligne) for ligne in cles[cle])

    return {cle: numero for numero, cle in enumerate(sorted(cles, key=rang), start=1)}


def numeroter_les_apprentis(contrats: list[Contrat]) -> None:
    """ADR 5: `id_apprenti` is the rank of each person's smallest `id_contrat`."""
    personnes: dict[Apprenti, int] = {}
    for contrat in sorted(contrats, key=lambda contrat: contrat.id_contrat):
        contrat.id_apprenti = personnes.setdefault(contrat.apprenti, len(personnes) + 1)


# --- Suivi (2-inputs.md) ------------------------------------------------------------------------------------


def appliquer_le_suivi(
    contrats: list[Contrat], suivi: list[Livraison], identites: Identites, connus: set[Cle]
) -> tuple[dict[str, int], list[Cle]]:
    """2-inputs: a non-empty value of `suivi/` wins; latest extraction date, then greatest; counted. And the contracts
    of its days of rupture that are too far from them, once a line."""
    par_cle = {contrat.cle: contrat for contrat in contrats if contrat.cle[0] == "numero"}
    sans_contrat = 0
    valeurs_vues: dict[tuple[Cle, str], list[tuple[date, Any]]] = {}
    for livraison in suivi:
        extraction = livraison.date_extraction or date.min
        for brute in livraison.lignes:
            valeurs = nettoyer(brute)
            numero = valeurs.get("nocontrat")
            if numero is None:
                continue  # rejected: empty key
            identifiant = valeurs.get("idalternant") if identites.portee == "reseau" else None
            part = identites.part(numero, triple(valeurs), identifiant)
            if part is None:
                continue  # rejected: it does not say whose it is
            cle = "numero", numero, part
            if cle not in connus:
                sans_contrat += 1
            if cle not in par_cle:
                continue
            for colonne in COLONNES_SUIVI:
                if colonne in valeurs:
                    valeurs_vues.setdefault((cle, colonne), []).append((extraction, valeurs[colonne]))
    eloignees: list[Cle] = []
    for (cle, colonne), vues in valeurs_vues.items():
        contrat, retenue = par_cle[cle], max(vues)[1]
        if colonne != "dateeffetrupture":
            contrat.valeurs[colonne] = retenue
            continue
        eloignees += [cle for _, jour in vues if not est_lisible(jour, contrat)]
        if est_lisible(retenue, contrat):
            poser_la_rupture(contrat, retenue)
    contradictoires = sum(len({valeur for _, valeur in vues}) > 1 for vues in valeurs_vues.values())
    return {"suivi_sans_contrat": sans_contrat, "suivi_contradictoire": contradictoires}, eloignees


# --- §1 What is in no count -----------------------------------------------------------------------------------


def sont_hors_champ(retenues: dict[Cle, list[Ligne]]) -> set[Cle]:
    """§1: the last filled `dispositif` of the states is not apprenticeship."""
    derniers = {cle: derniers_non_vides(sorted(etats, key=rang_de_l_etat)) for cle, etats in retenues.items()}
    return {cle for cle, valeurs in derniers.items() if valeurs.get("dispositif", "APPR") != "APPR"}


def sont_remplaces(par_cle: dict[Cle, list[Ligne]], sans_contrat: list[Ligne], identites: Identites) -> set[Cle]:
    """§1: of the deliveries of the exchange layout that have one learner, only the latest counts."""

    def etat_de(ligne: Ligne) -> tuple[Any, ...]:
        return identites.de_la_ligne(ligne), ligne.valeurs.get("uaicfa"), ligne.valeurs.get("codediplome")

    derniers: dict[tuple[Any, ...], date] = {}
    for ligne in [*sans_contrat, *(ligne for lignes in par_cle.values() for ligne in lignes)]:
        if ligne.apprenant:
            derniers[etat_de(ligne)] = max(derniers.get(etat_de(ligne), date.min), ligne.extraction)
    return {
        cle
        for cle, lignes in par_cle.items()
        if all(ligne.apprenant and ligne.extraction < derniers[etat_de(ligne)] for ligne in lignes)
    }


# --- §1 All of it -------------------------------------------------------------------------------------------


def construire_contrats(
    toutes: list[Ligne], rejetees: list[Ligne], suivi: list[Livraison], portee: str
) -> tuple[list[Contrat], dict[str, int], Identites, list["Perte"]]:
    """§1: from export rows to contracts, with what is counted on the way."""
    gardees = [ligne for ligne in toutes if porte_un_contrat(ligne)]
    sans_contrat = [ligne for ligne in toutes if not porte_un_contrat(ligne)]
    identites = Identites(toutes, portee)
    cles = Cles(gardees, identites)
    par_cle: dict[Cle, list[Ligne]] = {}
    for ligne in gardees:
        par_cle.setdefault(cles.cle(ligne), []).append(ligne)
    rejets_par_cle: dict[Cle, list[Ligne]] = {}
    pertes = []
    for ligne in rejetees:
        if ligne.numero:
            ligne.part = identites.part(ligne.numero, ligne.triple, identites.identifiant(ligne.valeurs)) or 0
            if ligne.numero in identites.partages and ligne.part < 1:
                ligne.part = -1
        cle = cles.cle(ligne)
        rejets_par_cle.setdefault(cle, []).append(ligne)
        copie = ligne.numero or frozenset(ligne.valeurs.items())
        pertes.append(Perte(ligne.valeurs.get("datedebutcontrat"), cle if cle in par_cle else None, copie))

    retenues: dict[Cle, dict[Etat, Ligne]] = {}
    contradictoires: dict[Cle, int] = {}
    annules: dict[Cle, int] = {}
    for cle, lignes in par_cle.items():
        retenues[cle], contradictoires[cle], annules[cle] = {}, 0, 0
        for etat_, versions in ranger_par_etat(lignes).items():
            version = version_retenue(versions)
            if etat_[0] and statut_effectif(version.valeurs) in ("Annulé", "Supprimé"):
                annules[cle] += 1
                continue
            retenues[cle][etat_] = version
            contradictoires[cle] += sont_contradictoires(plus_recentes(versions))
    hors_champ = sont_hors_champ({cle: list(etats.values()) for cle, etats in retenues.items()})
    remplaces = sont_remplaces(par_cle, sans_contrat, identites) - hors_champ
    comptes = set(par_cle) - hors_champ - remplaces
    numeros = numeroter_les_contrats(par_cle)
    contrats, rejets_recents = [], 0
    for cle in comptes:
        if not retenues[cle]:
            continue  # a cancelled avenant says nothing
        contrat = assembler(cle, list(retenues[cle].values()), par_cle[cle], identites)
        contrat.id_contrat = numeros[cle]
        contrats.append(contrat)
        rejets_recents += len(etats_au_rejet_plus_recent(rejets_par_cle.get(cle, []), retenues[cle]))
    contrats.sort(key=lambda contrat: contrat.id_contrat)
    numeroter_les_apprentis(contrats)
    suivi_lu, eloignees = appliquer_le_suivi(contrats, suivi, identites, set(par_cle))
    indecises = [(ligne, cle) for cle, lignes in par_cle.items() for ligne in lignes for _ in illisibles(ligne)]
    indecises += [(ligne, contrat.cle) for contrat in contrats for ligne, _ in contrat.illisibles]
    pertes += [Perte(ligne.valeurs["datedebutcontrat"], cle, None) for ligne, cle in indecises]
    pertes += [Perte(None, cle, None) for cle in eloignees]
    anomalies = {
        "cle_de_secours": sum(contrat.cle[0] == "secours" for contrat in contrats),
        "versions_contradictoires": sum(contradictoires[cle] for cle in comptes),
        "avenants_annules": sum(annules[cle] for cle in comptes),
        "hors_champ": len(hors_champ),
        "contrats_remplaces": len(remplaces),
        "numero_partage": len(identites.partages),
        "version_recente_rejetee": rejets_recents,
        "rupture_au_terme": sum(contrat.rupture_au_terme for contrat in contrats),
        "jamais_commence": sum(contrat.jamais_commence for contrat in contrats),
        "rupture_sans_date": sum(contrat.rupture_sans_date for contrat in contrats),
        "identite_incertaine": sum(len(triples) > 1 for triples in identites.vus.values()),
        "identite_reunie": sum(len(triples) > 1 for triples in identites.reunis),
        "valeurs_decisives_illisibles": len(indecises) + len(eloignees),
    }
    return contrats, anomalies | anomalies_de_sens(contrats) | suivi_lu, identites, pertes


@dataclass(frozen=True, slots=True)
class Perte:
    """2-inputs: a row that is rejected or undecided, for the bounds of the rate: its start, the contract it may change
    or, where none is known, what tells it from another."""

    debut: date | None
    cle: Cle | None
    copie: Any


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


def annees_des_exports(contrats: list[Contrat], parametres: Parametres) -> list[int]:
    """§2: the unbroken run of windows, around the one of most starts, that have a twentieth of its number."""
    debuts: dict[int, int] = {}
    for contrat in contrats:
        if contrat.jamais_commence or dure_plus_de_cinq_ans(contrat):
            continue
        annee = contrat.debut.year
        while contrat.debut > fin_de_l_annee(annee, parametres):
            annee += 1
        while contrat.debut < debut_de_l_annee(annee, parametres):
            annee -= 1
        debuts[annee] = debuts.get(annee, 0) + 1
    if not debuts:
        return []
    plus_fournie = max(debuts, key=lambda annee: (debuts[annee], annee))
    maximum = debuts[plus_fournie]
    seuil = max(-(-maximum // 20), 2 if maximum >= 10 else 1)
    premiere = derniere = plus_fournie
    while debuts.get(premiere - 1, 0) >= seuil:
        premiere -= 1
    while debuts.get(derniere + 1, 0) >= seuil:
        derniere += 1
    return list(range(premiere, derniere + 1))


def derniere_date_trouvee(
    contrats: list[Contrat], livraisons: list[Livraison], exports: list[int], parametres: Parametres
) -> tuple[date | None, int]:
    """§2: the latest extraction date or, where no file is dated, the latest event found; and how many events lie after
    the window that follows the last year of the exports."""
    dates = [livraison.date_extraction for livraison in livraisons if livraison.date_extraction]
    if dates or not exports:
        return max(dates, default=None), 0
    limite = fin_de_l_annee(exports[-1] + 1, parametres)
    evenements = [
        ligne.valeurs[colonne]
        for contrat in contrats
        for ligne in contrat.lignes
        for colonne in EVENEMENTS
        if colonne in ligne.valeurs
    ]
    return max((jour for jour in evenements if jour <= limite), default=None), sum(j > limite for j in evenements)


def annees_publiees(
    contrats: list[Contrat], exports: list[int], derniere: date | None, parametres: Parametres
) -> list[Annee]:
    """§2: from the first complete year to the report's; §3: each cut off the same number of days after its end."""
    dites = [annee for annee in exports if not parametres.premiere or annee >= int(parametres.premiere[:4])]
    finies = [annee for annee in dites if derniere and fin_de_l_annee(annee, parametres) <= derniere]
    if parametres.annee:
        rapport = int(parametres.annee[:4])
        commencee = rapport in dites or (derniere is not None and debut_de_l_annee(rapport, parametres) <= derniere)
        plancher = int(parametres.premiere[:4]) if parametres.premiere else min(dites, default=rapport + 1)
        if not commencee or rapport < plancher:
            return []
    elif dites:
        rapport = finies[-1] if finies else dites[0]
    else:
        return []
    premiere = int(parametres.premiere[:4]) if parametres.premiere else min(exports[0] + 1, rapport)
    fin_rapport = fin_de_l_annee(rapport, parametres)
    delai = (parametres.arrete_au or fin_rapport) - fin_rapport
    if delai < timedelta(0):
        raise ArreteRefuseError(f"{parametres.arrete_au} < {fin_rapport}")
    annees = []
    for debut_civil in range(premiere, rapport + 1):
        debut, fin = debut_de_l_annee(debut_civil, parametres), fin_de_l_annee(debut_civil, parametres)
        provisoire = derniere is None or fin > derniere
        annees.append(Annee(debut_civil, debut, fin, fin + delai, debut_civil == rapport, provisoire))
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
    if debut is None or fin is None or fin <= debut:
        return None  # an end that does not come after its start is no length
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
    gardees, rejetees = lire_lignes(livraisons, parametres)
    contrats, anomalies, identites, pertes = construire_contrats(gardees, rejetees, suivi, parametres.portee)
    exports = annees_des_exports(contrats, parametres)
    derniere, anomalies["date_hors_periode"] = derniere_date_trouvee(contrats, livraisons, exports, parametres)
    annees = annees_publiees(contrats, exports, derniere, parametres)

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
    totaux_ = {annee.nom: totaux(annee, inscriptions, brutes) for annee in annees}
    registre = {contrat.id_contrat: contrat for contrat in contrats}
    reprises = reprises_possibles(gardees, inscriptions, registre, annees, identites, parametres)
    anomalies["reprise_possible"] = sum(reprises[annee.nom] for annee in annees if annee.est_rapport)
    return Resultat(
        contrats=[ligne_de_contrat(contrat) for contrat in contrats],
        inscriptions=inscriptions,
        annees=[ligne_d_annee(annee) for annee in annees],
        ruptures_brutes=brutes,
        totaux=totaux_,
        bornes=[bornes(annee, totaux_[annee.nom], pertes, reprises[annee.nom]) for annee in annees],
        anomalies=anomalies,
        sources={contrat.id_contrat: contrat.lignes for contrat in contrats},
        registre=registre,
        fenetres=annees,
        derniere=derniere,
    )


# --- §1 Bounds ----------------------------------------------------------------------------------------------


def bornes(annee: Annee, comptes: dict[str, int], pertes: list[Perte], reprises: int) -> dict[str, Any]:
    """2-inputs: the bounds of the rate, whatever the rows lost said; §1: its lower bound if the returns are."""
    siennes = [perte for perte in pertes if perte.debut is None or perte.debut <= annee.fin]
    connus = len({perte.cle for perte in siennes if perte.cle})
    inconnus = len({perte.copie for perte in siennes if not perte.cle})
    nettes, effectif = comptes["ruptures_nettes"], comptes["effectif"]
    possible = effectif + inconnus
    return {
        "annee": annee.nom,
        "contrats_indecis": connus + inconnus,
        "taux_plancher": max(nettes - connus, 0) / possible if possible else None,
        "taux_plafond": min(nettes + connus + inconnus, possible) / possible if possible else None,
        "reprises_possibles": reprises,
        "taux_sans_reprises": (nettes - reprises) / effectif if effectif else None,
    }


def distance(un: str, autre: str) -> int:
    """Levenshtein: letters changed, added or left out."""
    ligne = list(range(len(autre) + 1))
    for i, lettre in enumerate(un, start=1):
        precedente, ligne = ligne, [i]
        for j, vue in enumerate(autre, start=1):
            ligne.append(min(precedente[j] + 1, ligne[-1] + 1, precedente[j - 1] + (lettre != vue)))
    return ligne[-1]


def sont_proches(un: Triple, autre: Triple) -> bool:
    """§1: nom and prénom exchanged, or at most two edits apart."""
    if un[:2] == (autre[1], autre[0]):
        return True
    return distance(un[0], autre[0]) + distance(un[1], autre[1]) <= 2


def reprises_possibles(
    gardees: list[Ligne],
    inscriptions: list[dict],
    registre: dict[int, Contrat],
    annees: list[Annee],
    identites: Identites,
    parametres: Parametres,
) -> dict[str, int]:
    """§1: net ruptures whose apprentice may be another person of the same birth date and `uai`, by year."""
    triples: dict[Apprenti, set[Triple]] = {}
    for ligne in gardees:
        if ligne.triple and porte_un_contrat(ligne):
            triples.setdefault(("triple", identites.de[ligne.triple]), set()).add(ligne.triple)
    par_naissance: dict[date, list[Contrat]] = {}
    for contrat in registre.values():
        if contrat.apprenti[0] == "triple" and not contrat.jamais_commence:
            par_naissance.setdefault(contrat.apprenti[1][2], []).append(contrat)
    comptes = dict.fromkeys((annee.nom for annee in annees), 0)
    fenetres = {annee.nom: annee for annee in annees}
    for ligne in inscriptions:
        rompu = registre[ligne["id_contrat"]]
        if ligne["statut"] != "rupture_nette" or rompu.apprenti[0] != "triple":
            continue
        assert rompu.rupture
        comptes[ligne["annee"]] += any(
            autre.apprenti != rompu.apprenti
            and uai(autre, parametres) == uai(rompu, parametres)
            and rompu.rupture <= autre.debut <= fenetres[ligne["annee"]].arrete
            and any(sont_proches(un, deux) for un in triples[rompu.apprenti] for deux in triples[autre.apprenti])
            for autre in par_naissance.get(rompu.apprenti[1][2], [])
        )
    return comptes


def uai(contrat: Contrat, parametres: Parametres) -> str:
    """2-inputs: the UAI of the row of the contract's `siret`, else its `uaicfa`."""
    for etablissement in parametres.etablissements:
        if etablissement.siret == contrat.valeurs.get("siret"):
            return etablissement.uai
    return contrat.valeurs["uaicfa"]
