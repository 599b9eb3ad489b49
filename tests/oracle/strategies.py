"""Whole histories of apprentices, written as deliveries of exports.

One generator, two sources of choice: hypothesis (`petites_histoires`, which shrinks) and `random.Random`
(`histoires`, for campaigns). Dates are drawn from a small pool of awkward days, so that boundaries meet often.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from tests.oracle.oracle import COLONNES_SUIVI, Etablissement, Livraison, plus_mois

T = TypeVar("T")
Ligne = dict[str, str]
UN_JOUR = timedelta(days=1)


# --- Sources of choice --------------------------------------------------------------------------------------


class Tirage(Protocol):
    """Where choices come from; the first value of a sequence and a failed chance are the simplest."""

    def choix(self, valeurs: Sequence[T]) -> T:
        """One of the values."""
        ...

    def chance(self, pourcent: int) -> bool:
        """True so many times in a hundred."""
        ...


class Hasard:
    """Seeded and fast."""

    def __init__(self, graine: int) -> None:
        self._random = random.Random(graine).random

    def choix(self, valeurs: Sequence[T]) -> T:
        return valeurs[int(self._random() * len(valeurs))]

    def chance(self, pourcent: int) -> bool:
        return self._random() * 100 < pourcent


class Hypothese:
    """Drawn by hypothesis, so that a failing history shrinks."""

    def __init__(self, draw: Callable[[st.SearchStrategy], Any]) -> None:
        self._draw = draw

    def choix(self, valeurs: Sequence[T]) -> T:
        return valeurs[self._draw(st.integers(0, len(valeurs) - 1))]

    def chance(self, pourcent: int) -> bool:
        return self._draw(st.integers(0, 99)) >= 100 - pourcent


# --- Referentials -------------------------------------------------------------------------------------------

DIPLOMES = {
    "50023324": "CAP",
    "50025524": "CAP",
    "45022709": "BP",
    "32022709": "BTS",
    "01022701": "MC",
}
NIVEAUX = {"50023324": 3, "50025524": 7, "45022709": 6, "01022701": 5}
PARTS_DISTANCE = {"50025524": "80", "45022709": "79.99", "01022701": "100"}
# Two periods of rules, with other amounts; rule, amount, months, first and last day.
REGLES = tuple(
    (regle, valeur, mois, debut, fin)
    for debut, fin, niveau, seuil in (("2025-07-01", "2025-12-31", "6", "80"), ("2026-01-01", "", "5", "79.99"))
    for regle, valeur, mois in (
        ("participation_niveau", niveau, ""), ("participation", "750", ""), ("participation_reprise", "200", ""),
        ("participation_essai", "50", ""), ("distance_seuil", seuil, ""), ("distance_minoration", "17.5", ""),
        ("distance_plancher", "5500.05", ""), ("versement", "40", "1"), ("versement", "30", "7"),
        ("versement", "20.5", "10"), ("versement", "9.5", "13"),
    )
)  # fmt: skip
FILIERES = {code: f"Filière {code[:3]}" for code in DIPLOMES}
TYPES_DE_DIPLOME = {"CAP": "33", "BP": "38", "BTS": "54", "MC": "MC"}  # the last one, without a digit, is left empty
DIPLOME_INCONNU = "50099998"
ETABLISSEMENTS = (
    Etablissement("0911333E", "77566214100149", "BTP CFA Brétigny-sur-Orge", "CFA", "0911333E"),
    Etablissement("0771654E", "77566214100123", "BTP CFA Nangis", "CFA", "0771654E"),
    Etablissement("0951625A", "77566214100073", "BTP CFA Ermont", "CFA", "0951625A"),
    Etablissement("0949901X", "99999999900011", "ESITC Paris (Arcueil)", "UFA", "0911333E"),
)
MOTIFS = ("", "Démission", "Obtention du diplôme")
# A gap, an overlap, bounds that are not there; one diploma has no amount.
TARIFS = (
    ("50023324", "6400", "2018-01-01", "2020-12-31"),
    ("50023324", "6700.50", "01/03/2021", ""),
    ("50025524", "7100", "", "2021-08-31"),
    ("50025524", "7333.33", "2021-06-01", "2022-03-31"),
    ("50025524", "7000", "2025-01-01", ""),
    ("45022709", "9 000 €", "", ""),
    ("45022709", "9500", "", "2021-07-01"),
    ("01022701", "5000.01", "2024-01-01", "2025-09-15"),
)
DIPLOMES_ENTREE = ("", "CAP", "Aucun diplôme")
UAI_INCONNU = "0932230U"
SITUATIONS = tuple(
    (f"{type_diplome} en {annees} an (année {rang})", type_diplome, 12 * annees, rang)
    for type_diplome in ("CAP", "BP", "BTS", "MC")
    for annees in (1, 2, 3)
    for rang in range(1, annees + 1)
)


def _csv(entete: str, lignes: Sequence[Sequence[object]]) -> str:
    return "\n".join([entete, *(",".join(map(str, ligne)) for ligne in lignes)]) + "\n"


REFERENTIELS = {
    "diplomes.csv": _csv(
        "code_diplome,intitule,type_diplome,niveau,filiere,part_distance,code_fictif",
        [
            (
                code,
                f"{type_} {code}",
                type_,
                NIVEAUX.get(code, ""),
                FILIERES[code],
                PARTS_DISTANCE.get(code, ""),
                "false",
            )
            for code, type_ in DIPLOMES.items()
        ],
    ),
    "etablissements.csv": _csv(
        "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal,identifiant_fictif",
        [
            (e.uai, e.siret, e.nom, e.type_structure, e.rattachement, "Commune", "75001", "false")
            for e in ETABLISSEMENTS
        ],
    ),
    "situations.csv": _csv("libelle,type_diplome,duree_mois,annee_cycle", SITUATIONS),
    "motifs.csv": _csv(
        "motif,liste,regroupement,sensible,fin_diplome",
        [
            (motif, liste, "", "false", str(motif != MOTIFS[1]).lower())
            for motif in MOTIFS[1:]
            for liste in ("exprime", "valide")
        ],
    ),
    "npec.csv": _csv("code_diplome,npec_annuel,debut,fin", TARIFS),
    "regles_financement.csv": _csv(
        "regle,valeur,delai_mois,debut,fin,source", [(*ligne, "Textes d'essai") for ligne in REGLES]
    ),
    "diplomes_entree.csv": _csv("source,libelle", [("33", "CAP"), ("CAP", "CAP"), ("13", "Aucun diplôme")]),
}


# --- Pools --------------------------------------------------------------------------------------------------


def _dates_remarquables() -> tuple[date, ...]:
    """Window ends and starts (15 August, 31 July, 31 August), the days around, month ends, the leap day."""
    dates = {date(2020, 2, 29), date(2020, 2, 28), date(2021, 2, 28), date(2020, 3, 1)}
    for annee in range(2019, 2023):
        for mois, jour in ((8, 15), (7, 31), (8, 31)):
            dates |= {date(annee, mois, jour) + UN_JOUR * ecart for ecart in (-1, 0, 1)}
        dates |= {date(annee, 12, 31), date(annee, 6, 30), date(annee, 5, 31), date(annee, 9, 15)}
        dates |= {date(annee, 10, 31), date(annee, 11, 1)}  # cut-offs
    return tuple(sorted(dates, key=lambda jour: (abs(jour - date(2021, 8, 15)), jour)))


REMARQUABLES = _dates_remarquables()
ANNEE_MOIS_JOUR = re.compile(r"(20\d\d)(-\d\d-\d\d)")
TOUS_LES_JOURS = tuple(date(2019, 6, 1) + UN_JOUR * ecart for ecart in range(1300))
DUREES = (
    "1 an", "1 an", "2 ans", "2 ans", "10 mois", "10 mois moins un jour", "10 mois moins deux jours",
    "6 mois", "2 mois", "3 ans", "un jour", "aucune",
)  # fmt: skip
FICHIERS_DATES = (
    "contrats_2022-08-31.csv", "contrats_2021-08-31.csv", "contrats_2020-09-30.csv", "contrats_2022-10-31.csv",
    "export-20220831-bis.csv", "export 31-08-2021 ter.csv", "contrats_2022-08-15.csv", "contrats_2019-12-31.csv",
)  # fmt: skip
EXTRACTIONS = (
    date(2022, 8, 31), date(2021, 8, 31), date(2020, 9, 30), date(2022, 10, 31),
    date(2022, 8, 31), date(2021, 8, 31), date(2022, 8, 15), date(2019, 12, 31),
)  # fmt: skip
FICHIERS = tuple(zip(FICHIERS_DATES, EXTRACTIONS, strict=True))
FICHIERS_SANS_DATE = (("export_a.csv", None), ("export_b.csv", None), ("export c.csv", None))
FICHIERS_D_ECHANGE = (
    ("apprenants_2021-08-31.csv", date(2021, 8, 31)),
    ("apprenants_2022-08-31.csv", date(2022, 8, 31)),
)
# What a file may not have at all.
SANS_COLONNES = (
    (), (), (), ("situation", "npecannuel", "datedebutformation"), ("siret", "datesignalementrupture"), ("statut",),
    ("idalternant",), ("nom", "prenom", "datenaissance"), ("datenaissance",), ("drfc", "dispositif", "siretemployeur"),
)  # fmt: skip
COLONNES_D_ECHANGE = (
    "nom", "prenom", "datenaissance", "codediplome", "uaicfa", "siret", "datedebutformation", "datefinformation",
    "datedebutcontrat", "datefincontrat", "dateeffetrupture", "motifvalide", "siretemployeur",
)  # fmt: skip
FICHIERS_DE_SUIVI = (
    ("suivi_2022-08-31.csv", date(2022, 8, 31)),
    ("suivi_2021-08-31.csv", date(2021, 8, 31)),
    ("suivi_20220831.csv", date(2022, 8, 31)),
    ("suivi 31122021.csv", date(2021, 12, 31)),
)
# Each name with the ways it is written.
NOMS = (
    ("Petit", "PETIT", "petit "),
    ("Lefèvre", "LEFEVRE", "lefevre", "LEFÈVRE"),
    ("Le Bœuf", "LE BOEUF", "Leboeuf", "LE-BŒUF", "le bœuf"),
    ("D'Almeida", "D ALMEIDA", "DALMEIDA", "d’Almeida"),
    ("Nuñez-Garção", "NUNEZ GARCAO", "Nuñez Garção", "nunez-garçao"),
    ("Lætitien", "LAETITIEN", "LÆTITIEN"),
    ("Łuczak", "LUCZAK", "luczak"),
)
PRENOMS = (
    ("Ali", "ALI", "ali"),
    ("Zoé", "ZOE", "zoe", "ZOÉ"),
    ("Jean-Noël", "JEAN NOEL", "Jeannoël", "jean-noel"),
    ("Œdipe", "OEDIPE", "œdipe"),
    ("N'Golo", "NGOLO", "N’golo"),
)
# Of ten people, one turns 15 and another 36 in the years of the contracts.
PREMIERES_NAISSANCES = {3: date(2006, 8, 15), 8: date(1985, 8, 15)}
PREMIERE_NAISSANCE = date(1996, 1, 1)
NAISSANCES = 3300  # the youngest are born before 2016
NOAVENANTS = ("1", "", "01", "2", "9", "10", "002", "0", "1A", "A")
TYPES_AVENANT = ("36", "31", "33", "34", "38", "37", "32", "35")
TYPES_INITIAUX = ("11", "", "21", "22", "23")


def _siret(base: int) -> str:
    """A SIRET whose Luhn digit is right."""
    chiffres = f"{base:013d}"
    somme = sum(sum(divmod(int(c) * (2 - rang % 2), 10)) for rang, c in enumerate(reversed(chiffres)))
    return f"{chiffres}{-somme % 10}"


EMPLOYEURS = ("", *(_siret(3210000000000 + 7919 * rang) for rang in range(400)))


# --- A world of deliveries ----------------------------------------------------------------------------------


@dataclass
class Monde:
    """The deliveries being written and what the next person may collide with."""

    tirage: Tirage
    fichiers: Sequence[tuple[str, date | None]]
    fichiers_de_suivi: Sequence[tuple[str, date | None]]
    employeurs: Sequence[str]
    sans_colonnes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    echange: Sequence[tuple[str, date | None]] = ()
    lignes: dict[str, list[Ligne]] = field(default_factory=dict)
    suivi: dict[str, list[Ligne]] = field(default_factory=dict)
    contrats: int = 0
    dernier_numero: str = ""
    precedente: "Personne | None" = None
    voisine: "Personne | None" = None
    contrats_de_la_voisine: list[Ligne] = field(default_factory=list)

    def livrer(self, fichier: str, ligne: Ligne) -> None:
        """Append a row to a file, without the columns that it has not."""
        absentes = self.sans_colonnes.get(fichier, ())
        self.lignes.setdefault(fichier, []).append({c: v for c, v in ligne.items() if c not in absentes})

    def livraisons(self) -> tuple[list[Livraison], list[Livraison]]:
        """The files that have rows, in the drawn order; a header that says nobody's would be refused."""
        for lignes in self.lignes.values():
            colonnes = {colonne for ligne in lignes for colonne in ligne}
            if "idalternant" not in colonnes and not colonnes >= {"nom", "prenom", "datenaissance"}:
                lignes[0]["idalternant"] = ""
        return (
            [
                Livraison(nom, jour, self.lignes[nom], (nom, jour) in self.echange)
                for nom, jour in (*self.fichiers, *self.echange)
                if nom in self.lignes
            ],
            [Livraison(nom, jour, self.suivi[nom]) for nom, jour in self.fichiers_de_suivi if nom in self.suivi],
        )


@dataclass
class Personne:
    """An apprentice: the spellings of the triple and one or two `idalternant`."""

    noms: Sequence[str]
    prenoms: Sequence[str]
    naissance: str
    identifiants: tuple[str, ...]
    semblable: bool = False  # to the person before, under another spelling


def inventer_personne(monde: Monde, rang: int) -> Personne:
    """A new triple; now and then the `idalternant` or the triple of the person before."""
    tirage = monde.tirage
    noms, prenoms = NOMS[rang % len(NOMS)], PRENOMS[rang // len(NOMS) % len(PRENOMS)]
    premiere = PREMIERES_NAISSANCES.get(rang % 10, PREMIERE_NAISSANCE)
    naissance = premiere + UN_JOUR * (rang // (len(NOMS) * len(PRENOMS)) % NAISSANCES)
    if rang >= NAISSANCES * len(NOMS) * len(PRENOMS):
        noms = (f"{noms[0]}{chr(97 + rang % 26)}",)
    identifiants = (f"ALT{rang:08d}",)
    if tirage.chance(20):
        identifiants = tirage.choix(((), (f"ALT{rang:08d}", f"BIS{rang:08d}")))
    personne = Personne(noms, prenoms, naissance.isoformat(), identifiants)
    if tirage.chance(5):  # a married name, said on some rows
        personne.noms = (*personne.noms, f"{noms[0]}{chr(97 + rang % 26)}-Durand")
    if monde.precedente and tirage.chance(12):
        collision = tirage.choix(("identifiant", "triple", "naissance", "proche", "inverse"))
        if collision == "identifiant":
            personne.identifiants = monde.precedente.identifiants
        else:
            personne.naissance = monde.precedente.naissance
        personne.semblable = collision in ("proche", "inverse")
        if collision == "triple":
            personne.noms, personne.prenoms = monde.precedente.noms, monde.precedente.prenoms
        if collision == "inverse":
            personne.noms, personne.prenoms = monde.precedente.prenoms, monde.precedente.noms
        if collision == "proche":  # one, two or three edits away
            personne.noms = tuple(nom + "eau"[: 1 + rang % 3] for nom in monde.precedente.noms)
            personne.prenoms = monde.precedente.prenoms
    monde.voisine, monde.precedente = monde.precedente, personne
    return personne


def signer(tirage: Tirage, personne: Personne, ligne: Ligne) -> None:
    """Write an identity on a row: both forms, the triple, `idalternant`, or `idalternant` and a partial triple."""
    forme = tirage.choix(FORMES) if personne.identifiants else "triple"
    if forme != "identifiant":
        ligne["nom"] = tirage.choix(personne.noms)
        ligne["prenom"] = tirage.choix(personne.prenoms)
        ligne["datenaissance"] = personne.naissance
    if forme != "triple":
        ligne["idalternant"] = tirage.choix(personne.identifiants)
        if forme == "partielle":
            ligne[tirage.choix(("datenaissance", "prenom", "nom"))] = ""
        elif tirage.chance(3):
            ligne["idalternant"] = ligne["idalternant"].lower()


FORMES = ("les deux", "les deux", "les deux", "les deux", "triple", "identifiant", "identifiant", "partielle")


# --- Dates --------------------------------------------------------------------------------------------------


def jour_quelconque(tirage: Tirage) -> date:
    """Often an awkward day, sometimes any."""
    return tirage.choix(TOUS_LES_JOURS) if tirage.chance(30) else tirage.choix(REMARQUABLES)


def debut_de_contrat(tirage: Tirage, precedents: list[Ligne]) -> date:
    """Often the day before, of or after something of an earlier contract of the person."""
    if precedents and tirage.chance(65):
        ancien = tirage.choix(precedents)
        repere = ancien[tirage.choix(REPERES)] or ancien["datefincontrat"]
        return date.fromisoformat(repere) + UN_JOUR * tirage.choix((0, 1, -1, 17))
    return jour_quelconque(tirage)


REPERES = ("dateeffetrupture", "dateeffetrupture", "datefincontrat", "datedebutcontrat", "datesignalementrupture")


def fin_de_contrat(tirage: Tirage, debut: date) -> date:
    """A planned end near the lengths that matter, or an awkward day after the start."""
    if tirage.chance(25):
        fin = jour_quelconque(tirage)
        return fin if fin >= debut else debut
    duree = tirage.choix(DUREES)
    if duree == "aucune":
        return debut
    if duree == "un jour":
        return debut + UN_JOUR
    if duree.startswith("10 mois"):
        jours = 1 + ("moins un" in duree) + 2 * ("moins deux" in duree)
        return plus_mois(debut, 10) - UN_JOUR * jours
    nombre, unite = duree.split()
    return plus_mois(debut, int(nombre) * (1 if unite == "mois" else 12)) - UN_JOUR


def jour_de_rupture(tirage: Tirage, debut: date, fin: date) -> date:
    """Around the start, two months later, the planned end, a window's end; or anywhere."""
    autour = tirage.choix(("libre", "libre", "libre", "deux mois", "debut", "fin"))
    ecart = UN_JOUR * tirage.choix((0, 1, -1))
    if autour == "debut":
        return debut + ecart
    if autour == "deux mois":
        return plus_mois(debut, 2) + ecart
    if autour == "fin":
        return fin + ecart
    jour = jour_quelconque(tirage)
    if not debut < jour < fin and (fin - debut).days > 3:
        return debut + (fin - debut) * tirage.choix((1, 2, 3, 5)) // 6
    return jour


# --- Contracts ----------------------------------------------------------------------------------------------

SCENARIOS = (
    "rien", "rien", "rien", "rien", "rien", "rien", "rompu", "rompu", "rompu", "rompu", "rompu sans statut",
    "inconnu", "inconnu sans date", "annulé", "supprimé", "avant début", "corrigé",
)  # fmt: skip


def poser_une_rupture(tirage: Tirage, ligne: Ligne) -> None:
    """Give a row the columns of one of the ways a contract ends, whatever it said before."""
    debut, fin = date.fromisoformat(ligne["datedebutcontrat"]), date.fromisoformat(ligne["datefincontrat"])
    scenario = tirage.choix(SCENARIOS)
    statut, effet, signalement, avant = "", "", "", ""
    if scenario != "rien":
        jour = jour_de_rupture(tirage, debut, fin).isoformat()
        statut = STATUTS.get(scenario, "Rompu")
        if scenario in ("rompu", "rompu sans statut") or tirage.chance(15):
            effet = jour if scenario != "inconnu sans date" else ""
        if scenario == "inconnu" or (scenario != "inconnu sans date" and tirage.chance(30)):
            signalement = jour_de_rupture(tirage, debut, fin).isoformat()
        if scenario == "avant début":
            avant = "true"
    if tirage.chance(10):
        avant = avant or "false"
    if effet and tirage.chance(5):  # a year mistyped
        effet = f"{tirage.choix(('2002', '2012', '2031', '0202'))}{effet[4:]}"
    if signalement and tirage.chance(5):
        signalement = f"2012{signalement[4:]}".replace("02-29", "02-28")
    effet = effet.replace("02-29", "02-28") if effet[:4] in ("2002", "2031", "0202") else effet
    ligne["datesuppression"] = debut.isoformat() if tirage.chance(2) else ""
    ligne["statut"], ligne["dateeffetrupture"] = statut, effet
    ligne["datesignalementrupture"], ligne["rupture_avant_debut"] = signalement, avant


STATUTS = {
    "rompu sans statut": "", "annulé": "Annulé", "supprimé": "Supprimé", "corrigé": "Corrigé", "avant début": "",
}  # fmt: skip


def nouveau_numero(monde: Monde) -> str:
    """A 15-character number whose order is not that of creation; now and then another shape."""
    rang = monde.contrats
    monde.contrats += 1
    if monde.dernier_numero and monde.tirage.chance(3):  # given again, to another or to the same
        return monde.dernier_numero
    monde.dernier_numero = _numero(rang)
    return monde.dernier_numero


def _numero(rang: int) -> str:
    if rang % 23 == 22:
        return f"CT-{rang * 7 % 10**7:07d}"
    departement = ("075", "091", "971", "02A")[rang % 4]
    return f"{departement}{2018 + rang * 3 % 5}{1 + rang // 10**6 % 12:02d}{rang // 10**4 % 100:02d}{rang % 10**4:04d}"


def inventer_contrat(monde: Monde, precedents: list[Ligne]) -> Ligne:
    """The initial row of a contract, without identity."""
    tirage = monde.tirage
    debut = debut_de_contrat(tirage, precedents)
    fin = fin_de_contrat(tirage, debut)
    etablissement = tirage.choix(ETABLISSEMENTS)
    code = tirage.choix(tuple(DIPLOMES))
    jumeau = tirage.choix(precedents) if precedents and tirage.chance(30) else None
    if jumeau and tirage.chance(60):
        debut, fin = date.fromisoformat(jumeau["datedebutcontrat"]), max(fin, debut)
    formation = debut + UN_JOUR * tirage.choix((0, 0, 20, -300, -400)) if tirage.chance(80) else None
    ligne = {
        "nocontrat": nouveau_numero(monde),
        "noavenant": tirage.choix(("", "", "", "0")),
        "typecontrat": tirage.choix(TYPES_INITIAUX),
        "dateconclusion": (debut - UN_JOUR * tirage.choix((0, 10, 60))).isoformat() if tirage.chance(70) else "",
        "datedebutcontrat": debut.isoformat(),
        "datefincontrat": max(fin, debut).isoformat(),
        "dateeffetavenant": "",
        "codediplome": code,
        "typediplome": TYPES_DE_DIPLOME[DIPLOMES[code]],
        "uaicfa": etablissement.uai,
        "siret": etablissement.siret,
        "siretemployeur": jumeau["siretemployeur"] if jumeau else tirage.choix(monde.employeurs),
        "diplomeentree": tirage.choix(DIPLOMES_ENTREE),
        "situation": tirage.choix(("", SITUATIONS[0][0], SITUATIONS[4][0])),
        "datedebutformation": formation.isoformat() if formation else "",
        "datefinformation": "",
    }
    ligne["dispositif"] = (
        tirage.choix(("", "APPR", "CA", "APPR")) if tirage.chance(94) else tirage.choix(("PROF", "POEI"))
    )
    ligne["drfc"] = (
        fin.isoformat() if tirage.chance(50) else (fin - 40 * UN_JOUR).isoformat() if tirage.chance(30) else ""
    )
    if tirage.chance(5):
        ligne["noavenant"] = ligne["nocontrat"]
    if tirage.chance(2):
        ligne["datedebutcontrat"] = f"2004{ligne['datedebutcontrat'][4:]}"
    if formation and tirage.chance(80):
        ligne["datefinformation"] = plus_mois(formation, tirage.choix((12, 24, 36, 22, 10))).isoformat()
    if tirage.chance(30):
        ligne["npecannuel"] = tirage.choix(("7000", "8000.50", "6500"))
    poser_une_rupture(tirage, ligne)
    if ligne["statut"] == "Rompu" and tirage.chance(60):
        ligne["motifexprime"], ligne["motifvalide"] = tirage.choix(MOTIFS), tirage.choix(MOTIFS)
    return ligne


def reprendre(tirage: Tirage, rompu: Ligne, contrat: Ligne) -> None:
    """Make a contract begin where another broke, in its establishment."""
    jour = date.fromisoformat(rompu["dateeffetrupture"] or rompu["datefincontrat"])
    if jour.year in (
        date.fromisoformat(rompu["datedebutcontrat"]).year,
        date.fromisoformat(rompu["datefincontrat"]).year,
    ):
        contrat["datedebutcontrat"] = (jour + UN_JOUR * tirage.choix((0, 1, -1, 20))).isoformat()
        contrat["datefincontrat"] = plus_mois(jour, 12).isoformat()
    contrat["uaicfa"], contrat["siret"] = rompu["uaicfa"], rompu["siret"]


def inventer_avenant(tirage: Tirage, initiale: Ligne) -> Ligne:
    """A later state: most cells as they were, some emptied, some changed, maybe another end or rupture."""
    ligne = dict(initiale)
    ligne["typecontrat"] = tirage.choix(TYPES_AVENANT) if tirage.chance(85) else tirage.choix(TYPES_INITIAUX)
    ligne["noavenant"] = tirage.choix(NOAVENANTS)
    if tirage.chance(70):
        effet = jour_quelconque(tirage) if tirage.chance(50) else date.fromisoformat(initiale["datedebutcontrat"])
        ligne["dateeffetavenant"] = effet.isoformat()
    if tirage.chance(70):
        ligne["statut"] = ligne["dateeffetrupture"] = ligne["datesignalementrupture"] = ""
    while tirage.chance(60):
        tirage.choix(CORRECTIONS)(tirage, ligne)
    return ligne


# --- Corrections: what changes between two states or two deliveries --------------------------------------------


def _vider(tirage: Tirage, ligne: Ligne) -> None:
    ligne[tirage.choix(FACULTATIVES)] = ""


def _changer_la_fin(tirage: Tirage, ligne: Ligne) -> None:
    ligne["datefincontrat"] = fin_de_contrat(tirage, date.fromisoformat(ligne["datedebutcontrat"])).isoformat()


def _changer_le_debut(tirage: Tirage, ligne: Ligne) -> None:
    debut = date.fromisoformat(ligne["datedebutcontrat"]) + UN_JOUR * tirage.choix((1, -1, 30))
    ligne["datedebutcontrat"] = debut.isoformat()
    ligne["datefincontrat"] = max(ligne["datefincontrat"], ligne["datedebutcontrat"])


def _changer_de_structure(tirage: Tirage, ligne: Ligne) -> None:
    etablissement = tirage.choix(ETABLISSEMENTS)
    ligne["uaicfa"] = etablissement.uai if tirage.chance(80) else UAI_INCONNU
    ligne["siret"] = etablissement.siret if tirage.chance(50) else ""


def _changer_de_diplome(tirage: Tirage, ligne: Ligne) -> None:
    ligne["codediplome"] = tirage.choix((*DIPLOMES, DIPLOME_INCONNU))
    ligne["typediplome"] = ""


def _changer_de_motif(tirage: Tirage, ligne: Ligne) -> None:
    ligne[tirage.choix(("motifexprime", "motifvalide"))] = tirage.choix(MOTIFS)


def _changer_le_npec(tirage: Tirage, ligne: Ligne) -> None:
    ligne["npecannuel"] = tirage.choix(("9000", "10000", "7000.00", ""))


def _changer_d_employeur(tirage: Tirage, ligne: Ligne) -> None:
    ligne["siretemployeur"] = tirage.choix(EMPLOYEURS[:3])


def _mal_ecrire(tirage: Tirage, ligne: Ligne) -> None:
    colonne, valeur = tirage.choix(ILLISIBLES)
    ligne[colonne] = valeur


def _changer_de_dispositif(tirage: Tirage, ligne: Ligne) -> None:
    ligne["dispositif"] = tirage.choix(("", "PRO", "Apprentissage"))


def _perdre_le_numero(tirage: Tirage, ligne: Ligne) -> None:
    ligne["nocontrat"] = ""


FACULTATIVES = (
    "dateeffetrupture", "statut", "dateconclusion", "siret", "typediplome", "situation", "diplomeentree",
    "datedebutformation", "siretemployeur", "datesignalementrupture", "noavenant", "dateeffetavenant",
)  # fmt: skip
ILLISIBLES = (
    ("statut", "En attente"), ("dateeffetrupture", "2021-02-30"), ("datesignalementrupture", "1/13/2021"),
    ("rupture_avant_debut", "peut-être"), ("typecontrat", "99"), ("dateeffetavenant", "avant"),
    ("dispositif", "XYZ"), ("datesuppression", "0000-00-00"),
)  # fmt: skip
CORRECTIONS = (
    poser_une_rupture, poser_une_rupture, poser_une_rupture, _vider, _changer_la_fin, _changer_le_debut,
    _changer_de_structure, _changer_de_diplome, _changer_de_motif, _changer_le_npec, _changer_d_employeur,
    _perdre_le_numero, _perdre_le_numero, _mal_ecrire, _changer_de_dispositif,
)  # fmt: skip
REJETS = (
    {"codediplome": ""},
    {"uaicfa": ""},
    {"datefincontrat": ""},
    {"datefincontrat": "2001-01-01"},
    {"datedebutcontrat": "2021-02-30"},
    {"datefincontrat": "5025-06-30"},
    {"idalternant": "", "prenom": ""},
)


def livrer_un_etat(monde: Monde, personne: Personne, etat: Ligne) -> None:
    """One state in one to three deliveries, corrected on the way, repeated, contradicted or rejected."""
    tirage = monde.tirage
    ligne = etat
    fichiers = [tirage.choix(monde.fichiers)[0]]
    while tirage.chance(40) and len(fichiers) < 4:
        fichiers.append(tirage.choix(monde.fichiers)[0])
    for fichier in fichiers:
        ligne = dict(ligne)
        if tirage.chance(30):
            tirage.choix(CORRECTIONS)(tirage, ligne)
            ligne["nocontrat"] = ligne["nocontrat"] if tirage.chance(20) else etat["nocontrat"]
        ecrite = dict(ligne)
        signer(tirage, monde.voisine if monde.voisine and tirage.chance(2) else personne, ecrite)
        if tirage.chance(4):
            ecrite.update(tirage.choix(REJETS))
        monde.livrer(fichier, ecrite)
        if tirage.chance(7):
            monde.livrer(tirage.choix(monde.fichiers)[0], dict(ecrite))
        if tirage.chance(7):
            contredite = dict(ligne)
            tirage.choix(CORRECTIONS)(tirage, contredite)
            signer(tirage, personne, contredite)
            monde.livrer(fichier, contredite)


def suivre(monde: Monde, personne: Personne, contrat: Ligne) -> None:
    """Lines of `suivi/`: agreeing, contradictory, or for no known contract."""
    tirage = monde.tirage
    for _ in range(tirage.choix((1, 1, 2, 3))):
        ligne = {"nocontrat": contrat["nocontrat"] if tirage.chance(85) else tirage.choix(("INCONNU9", "INCONNU", ""))}
        for colonne in COLONNES_SUIVI:
            if tirage.chance(40):
                ligne[colonne] = tirage.choix(VALEURS_DE_SUIVI[colonne])
        if tirage.chance(25):
            signer(tirage, personne, ligne)
        monde.suivi.setdefault(tirage.choix(monde.fichiers_de_suivi)[0], []).append(ligne)


def inscrire(monde: Monde, personne: Personne, contrat: Ligne) -> None:
    """A learner in one delivery of the exchange layout or several, with this contract, another start of it, or none."""
    tirage = monde.tirage
    for fichier, _ in monde.echange[: tirage.choix((1, 2))]:
        ligne = {colonne: contrat.get(colonne, "") for colonne in COLONNES_D_ECHANGE}
        ligne["nom"], ligne["prenom"] = tirage.choix(personne.noms), tirage.choix(personne.prenoms)
        ligne["datenaissance"] = personne.naissance
        if tirage.chance(30):
            ligne |= dict.fromkeys(COLONNES_D_ECHANGE[8:], "")
        elif tirage.chance(30):
            _changer_le_debut(tirage, ligne)
        elif tirage.chance(30):
            ligne["siretemployeur"] = ""
        monde.livrer(fichier, ligne)


VALEURS_DE_SUIVI = {
    "diplomeentree": DIPLOMES_ENTREE,
    "situation": ("", SITUATIONS[1][0], SITUATIONS[2][0]),
    "motifexprime": MOTIFS,
    "motifvalide": MOTIFS,
    "codemotifrupture": ("", "1", "2"),
    "npecannuel": ("", "7000", "7000.00", "12000", "800"),
    "dateeffetrupture": ("", "", "", "2019-12-02", "2020-11-10", "2021-10-10", "2022-03-15", "2012-01-31"),
    "suite_rupture": ("", "Hors réseau", "Abandon", "Inconnu"),
}


def vivre(monde: Monde, rang: int) -> None:
    """One apprentice: one to four contracts, each with its states, each delivered."""
    tirage = monde.tirage
    personne = inventer_personne(monde, rang)
    contrats: list[Ligne] = []
    for _ in range(tirage.choix((1, 1, 2, 2, 3, 4))):
        contrat = inventer_contrat(monde, contrats)
        if personne.semblable and not contrats and tirage.chance(80):
            reprendre(tirage, tirage.choix(monde.contrats_de_la_voisine), contrat)
        contrats.append(contrat)
        if tirage.chance(8):
            contrat = {**contrat, "nocontrat": ""}
        livrer_un_etat(monde, personne, contrat)
        while tirage.chance(25):
            livrer_un_etat(monde, personne, inventer_avenant(tirage, contrat))
        if tirage.chance(10):
            suivre(monde, personne, contrat)
        if monde.echange and tirage.chance(30):
            inscrire(monde, personne, contrat)
    monde.contrats_de_la_voisine = contrats


# --- Another time -------------------------------------------------------------------------------------------


def plus_tard(livraisons: Sequence[Livraison], annees: int) -> list[Livraison]:
    """The same deliveries so many years later; by four, leap days stay leap days."""

    def decaler(texte: str) -> str:
        return ANNEE_MOIS_JOUR.sub(lambda trouve: f"{int(trouve[1]) + annees}{trouve[2]}", texte)

    return [
        Livraison(
            f"plus_tard_{rang}.csv" if jour is None else f"plus_tard_{rang}_{plus_mois(jour, 12 * annees)}.csv",
            jour and plus_mois(jour, 12 * annees),
            [{c: v if c == "datenaissance" else decaler(v) for c, v in ligne.items()} for ligne in source.lignes],
            source.apprenants,
        )
        for rang, source in enumerate(livraisons)
        for jour in (source.date_extraction,)
    ]


# --- Entry points -------------------------------------------------------------------------------------------


def _monde(tirage: Tirage, employeurs: Sequence[str]) -> Monde:
    """A few files of the pool, in a drawn order; two contract files may share a date, or none has one; some lack
    columns, and learners may come in another layout."""
    depart = tirage.choix(range(len(FICHIERS)))
    pas = tirage.choix((1, 3, 7))
    fichiers: list[tuple[str, date | None]] = [
        FICHIERS[(depart + pas * rang) % len(FICHIERS)] for rang in range(tirage.choix((2, 3, 4, 6)))
    ]
    if tirage.chance(12):
        fichiers = list(FICHIERS_SANS_DATE[: len(fichiers)])
    sans = {nom: tirage.choix(SANS_COLONNES) if tirage.chance(40) else () for nom, _ in fichiers}
    echange = FICHIERS_D_ECHANGE if fichiers[0][1] and tirage.chance(30) else ()
    return Monde(tirage, fichiers, FICHIERS_DE_SUIVI[: tirage.choix((1, 2, 4))], employeurs, sans, echange)


def histoires(graine: int, n_apprentis: int) -> tuple[list[Livraison], list[Livraison]]:
    """Seeded: the contract deliveries and the suivi deliveries of so many apprentices."""
    monde = _monde(Hasard(graine), EMPLOYEURS)
    for rang in range(n_apprentis):
        vivre(monde, rang)
    return monde.livraisons()


@st.composite
def petites_histoires(draw: Callable, maximum: int = 6) -> tuple[list[Livraison], list[Livraison]]:
    """A handful of apprentices, every choice drawn by hypothesis: what fails shrinks to a few rows."""
    monde = _monde(Hypothese(draw), EMPLOYEURS[:3])
    for rang in range(draw(st.integers(1, maximum))):
        vivre(monde, rang)
    return monde.livraisons()


def histoires_moyennes(maximum: int = 40) -> st.SearchStrategy[tuple[list[Livraison], list[Livraison]]]:
    """More apprentices than hypothesis can draw one choice at a time, from a drawn seed."""
    return st.builds(histoires, st.integers(0, 10**6), st.integers(7, maximum))


def toutes_histoires() -> st.SearchStrategy[tuple[list[Livraison], list[Livraison]]]:
    """One to forty apprentices."""
    return st.one_of(petites_histoires(), histoires_moyennes())
