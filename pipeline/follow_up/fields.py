"""The fields of the lists of a month, declared once: the files come from them, and docs/listes.md says the same.

Their order is that of the CSV. A workbook shows in a sheet the fields that say something of its list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["texte", "jour", "entier", "oui/non"]
CAS_OUVERT, ROMPU, SIGNE, RESULTAT = "cas_ouvert", "rompu", "signe", "resultat"
# Each list, in the order in which a contract that could be in two is looked for, and the sheet that has it.
LISTES = {CAS_OUVERT: "Cas ouverts", ROMPU: "Rompus", SIGNE: "Signés", RESULTAT: "Résultats"}
ROMPUS = frozenset({CAS_OUVERT, ROMPU})
TOUTES = frozenset(LISTES)
OUI, NON, NON_ETABLI = "oui", "non", "non établi"
# Bands of days since the rupture: the last day of each.
TRANCHES = ((44, "moins de 45 jours"), (90, "de 45 à 90 jours"), (180, "de 91 à 180 jours"))
AU_DELA = "plus de 180 jours"


@dataclass(frozen=True)
class ListField:
    """A field.

    Attributes:
        libelle: what a sheet calls it.
        dit: what it says, as the workbook tells it.
        feuilles: the lists whose sheets show it.
    """

    nom: str
    type: FieldType
    libelle: str
    largeur: int
    dit: str
    feuilles: frozenset[str] = TOUTES


NOMS = (
    ListField("nom", "texte", "Nom", 18, "Nom de l'apprenti, tel que l'export l'écrit."),
    ListField("prenom", "texte", "Prénom", 16, "Prénom de l'apprenti, tel que l'export l'écrit."),
)
CLE = (
    ListField("nocontrat", "texte", "No contrat", 18, "Numéro du contrat, la clé ; vide tant qu'il n'en a pas."),
    ListField(
        "numero_partage", "entier", "Apprenti du numéro", 10,
        "Si deux apprentis ont reçu le même numéro, le rang de celui-ci ; sinon 0.", frozenset(),
    ),
)  # fmt: skip
AUTRES = (
    ListField(
        "liste", "texte", "Liste", 12, "La seule liste où est le contrat : cas_ouvert, sinon rompu, sinon signe, sinon "
        "resultat.", frozenset(),
    ),
    ListField("partenaire", "texte", "Partenaire", 24, "À qui va le contrat, ou « sans partenaire ».", frozenset()),
    ListField("signe_dans_le_mois", "oui/non", "Signé ce mois", 9, "Signé dans le mois.", ROMPUS),
    ListField(
        "rompu_dans_le_mois", "oui/non", "Rompu ce mois", 9,
        "Rompu dans le mois, d'un jour connu : ce que compte le rapport.", frozenset({CAS_OUVERT}),
    ),
    ListField("cfa", "texte", "CFA", 26, "CFA du contrat, ou auquel son UFA est rattachée."),
    ListField("uai_cfa", "texte", "UAI du CFA", 11, "UAI de ce CFA.", frozenset()),
    ListField("structure", "texte", "Structure", 26, "Établissement du contrat : le CFA, ou l'UFA.", frozenset()),
    ListField("uai", "texte", "UAI", 11, "UAI de cet établissement."),
    ListField("code_diplome", "texte", "Code diplôme", 11, "Code de la formation (CFD).", frozenset()),
    ListField("diplome", "texte", "Diplôme préparé", 32, "Nom du diplôme préparé."),
    ListField("type_diplome", "texte", "Type", 10, "Type de ce diplôme.", frozenset()),
    ListField(
        "date_signature", "jour", "Signé le", 11, "Jour de conclusion, sinon premier jour du contrat.",
        frozenset({SIGNE}),
    ),
    ListField("date_debut", "jour", "Premier jour", 11, "Premier jour du contrat."),
    ListField("date_fin_prevue", "jour", "Terme prévu", 11, "Dernier jour prévu.", frozenset({SIGNE, RESULTAT})),
    ListField(
        "date_rupture", "jour", "Rompu le", 11, "Jour de la rupture ; vide s'il n'y en a pas, ou de jour inconnu.",
        TOUTES - {RESULTAT},
    ),
    ListField(
        "jour_inconnu", "oui/non", "Jour inconnu", 9, "Rompu un jour que les exports ne disent pas : le cas est suivi "
        "depuis son signalement.", frozenset({CAS_OUVERT}),
    ),
    ListField(
        "jours_depuis_rupture", "entier", "Jours depuis", 8, "Jours de la rupture au jour de la liste ; vide sans "
        "rupture, ou de jour inconnu.", frozenset({CAS_OUVERT}),
    ),
    ListField(
        "tranche", "texte", "Depuis", 18, "Moins de 45 jours, de 45 à 90, de 91 à 180 ; « non établi » si le jour est "
        "inconnu.", frozenset({CAS_OUVERT}),
    ),
    ListField(
        "fin_six_mois", "jour", "Fin des six mois", 11, "Dernier des six mois qui suivent la rupture.",
        frozenset({CAS_OUVERT}),
    ),
    ListField(
        "resigne", "oui/non", "Signé de nouveau", 9, "Un autre contrat de l'apprenti suit, dans les exports ; « non » "
        "ne dit rien hors du réseau ; vide sans rupture.", ROMPUS,
    ),
    ListField("date_suite", "jour", "Suite le", 11, "Premier jour de cet autre contrat.", ROMPUS),
    ListField(
        "suite", "texte", "Ce qui a suivi", 26, "Délai de cet autre contrat, sinon ce qu'en a dit le CFA (suivi/), "
        "sinon « non établi » ; vide sans rupture.", ROMPUS,
    ),
    ListField("mineur", "oui/non", "Mineur", 9, "Moins de 18 ans au jour de la liste ; « non établi » sans naissance."),
    ListField("de_16_a_25", "oui/non", "16-25 ans", 9, "De 16 à 25 ans révolus au jour de la liste ; de même."),
    ListField("departement", "texte", "Département", 11, "Début du code postal de l'apprenti, sinon « non établi »."),
    ListField(
        "code_postal", "texte", "Code postal", 9, "Code postal de l'apprenti, si --avec-code-postal l'a demandé (vide "
        "sinon) ; « non établi » si l'export ne le dit pas.",
    ),
    ListField(
        "diplome_obtenu", "oui/non", "Diplôme obtenu", 9, "Selon les résultats déposés ou l'export, sinon « non "
        "établi ».",
    ),
)  # fmt: skip


def fields(avec_noms: bool) -> tuple[ListField, ...]:
    """The fields of a file, in order."""
    return (*CLE, *(NOMS if avec_noms else ()), *AUTRES)


def band(jours: int) -> str:
    """The band of days since a rupture."""
    return next((nom for dernier, nom in TRANCHES if jours <= dernier), AU_DELA)
