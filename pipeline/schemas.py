"""What an export, a follow-up file and a referential are made of, declared once.

Validation, rejects, minimisation and the tables that `ingest` writes all come from these declarations.
The order of `CONTRATS` is binding: it is the order in which the contents of two versions are compared (definitions §1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# What prints nothing and is no blank: control characters but tabs and line ends, and those that only format.
INVISIBLE = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# What surrounds a value and is none of it: blanks, no-break ones included, and what prints nothing; as a pattern, and
# as the characters themselves.
ESPACE = rf"[\s{INVISIBLE[1:-1]}]"
ESPACES = "".join(re.findall(ESPACE, "".join(map(chr, range(0x10000)))))
# A character that a workbook cannot hold, as Excel writes it: _x000D_; those that are blanks, then the others.
BLANC_ECRIT, CONTROLE_ECRIT = "_x00(?:09|0[AaDd]|[Aa]0)_", "_x00[01][0-9A-Fa-f]_"
# One sign for each: typographic apostrophes, dashes.
APOSTROPHES, TIRETS = "\u2018\u2019\u02bc\u00b4\u0060", "\u2010\u2011\u2012\u2013\u2014\u2212"
SIGNES = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(TIRETS, "-")})
# A contract number (DECA): department 3, year 4, month 2, two digits or NC, sequence 4; as patterns that Python, polars
# and DuckDB read alike.
NUMERO_APRES_LE_DEPARTEMENT = "20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-9]{2}|NC)[0-9]{4}"
# In place of a formula that no spreadsheet has computed: a private character, that no file has.
FORMULE = "\ue001"
ANNEE_MIN, ANNEE_MAX = 2000, 2060  # of the days of a contract and of an extraction
InputType = Literal[
    "texte", "code", "numero", "date", "naissance", "entier", "decimal", "booleen", "statut", "sexe",
    "numero_contrat", "uai", "siret", "cfd", "code_postal", "identifiant", "nom", "typecontrat", "liste",
    "dispositif", "suite", "action", "resultat",
]  # fmt: skip


@dataclass(frozen=True)
class InputColumn:
    """One column of an input file.

    Attributes:
        nom: French name, as in the files and the database.
        type: how its text is cleaned and typed.
        entete: the file is refused without this header.
        obligatoire: the row is rejected when the value is empty or unreadable.
        personnelle: the value never enters the database, a message, a reject or an anomaly.
        decisive: the figures depend on it: a row whose value cannot be read is undecided, and counts as a rejected one.
    """

    nom: str
    type: InputType = "texte"
    entete: bool = False
    obligatoire: bool = False
    personnelle: bool = False
    decisive: bool = False


CONTRATS: tuple[InputColumn, ...] = (
    InputColumn("nocontrat", "numero_contrat", entete=True),
    InputColumn("noavenant", "numero"),
    InputColumn("typecontrat", "typecontrat", decisive=True),
    InputColumn("statut", "statut", decisive=True),
    InputColumn("dateconclusion", "date"),
    InputColumn("datedebutcontrat", "date", entete=True, obligatoire=True),
    InputColumn("datefincontrat", "date", entete=True, obligatoire=True),
    InputColumn("dateeffetavenant", "date", decisive=True),
    InputColumn("dateeffetrupture", "date", entete=True, decisive=True),
    InputColumn("datesignalementrupture", "date", decisive=True),
    InputColumn("rupture_avant_debut", "booleen", decisive=True),
    InputColumn("dispositif", "dispositif", decisive=True),
    InputColumn("datesuppression", "date", decisive=True),
    InputColumn("drfc", "date"),
    InputColumn("handicap", "booleen"),
    InputColumn("idalternant", "identifiant", personnelle=True),
    InputColumn("nom", "nom", personnelle=True),
    InputColumn("prenom", "nom", personnelle=True),
    InputColumn("datenaissance", "naissance", personnelle=True),
    InputColumn("sexe", "sexe"),
    InputColumn("codediplome", "cfd", entete=True, obligatoire=True),
    InputColumn("rncp", "code"),
    InputColumn("intituleouqualification"),
    InputColumn("typediplome", "code"),
    InputColumn("datedebutformation", "date"),
    InputColumn("datefinformation", "date"),
    InputColumn("derniereclasse", "code"),
    InputColumn("situationavantcontrat", "numero"),
    InputColumn("uaicfa", "uai", entete=True, obligatoire=True),
    InputColumn("siret", "siret"),
    InputColumn("siretcfa", "siret"),
    InputColumn("siretemployeur", "siret"),
    InputColumn("denomination", "nom", personnelle=True),
    InputColumn("naf", "code"),
    InputColumn("codeidcc", "code"),
    InputColumn("nombredesalaries", "entier"),
    InputColumn("typeemployeur", "code"),
    InputColumn("employeurcodepostal", "code_postal", personnelle=True),
    InputColumn("adressecodepostal", "code_postal", personnelle=True),
    InputColumn("diplomeentree"),
    InputColumn("situation"),
    InputColumn("motifexprime"),
    InputColumn("motifvalide"),
    InputColumn("codemotifrupture", "code"),
    InputColumn("npecannuel", "decimal"),
    InputColumn("obtention_diplome_formation", "booleen"),
    InputColumn("date_exclusion_formation", "date"),
)
IDENTITE = ("nom", "prenom", "datenaissance")
# Columns of the database, ours and the exports', that name one apprentice, one contract, one row or one employer.
IDENTIFIANTS = frozenset(
    {
        "id_apprenti",
        "id_contrat",
        "id_contrat_suivant",
        "id_ligne",
        "id_version",
        "nocontrat",
        "siretemployeur",
        "personne",
        "personne_triplet",
        "personne_alternant",
    }
)
# What DECA's own extracts lack and `suivi/` may bring; where two apprentices share a number, it says whose a line is.
COLONNES_DE_SUIVI = frozenset(
    {"diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel"}
)

SUIVI: tuple[InputColumn, ...] = (
    InputColumn("nocontrat", "numero_contrat", entete=True, obligatoire=True),
    *(c for c in CONTRATS if c.nom in ("idalternant", *IDENTITE)),
    *(c for c in CONTRATS if c.nom in COLONNES_DE_SUIVI),
    # What a CFA is asked to validate (`ruptures a-valider`), with the motif.
    InputColumn("dateeffetrupture", "date", decisive=True),
    InputColumn("suite_rupture", "suite"),
    # Who got the diploma, where a file of results, and not the exports, says it.
    InputColumn("obtention_diplome_formation", "booleen"),
)
# What a CFA may say of what followed a net rupture.
SUITES = ("Hors réseau", "Abandon", "Scolaire", "Emploi", "Inconnu")

# The journal of support: what a CFA did for whom, and when; its words are of closed lists, nothing is free text.
ACCOMPAGNEMENT: tuple[InputColumn, ...] = (
    InputColumn("nocontrat", "numero_contrat", entete=True, obligatoire=True),
    *(c for c in CONTRATS if c.nom in ("idalternant", *IDENTITE)),
    InputColumn("date", "date", entete=True, obligatoire=True),
    InputColumn("action", "action", entete=True, obligatoire=True),
    InputColumn("resultat", "resultat"),
)
ACTIONS = ("Contact", "Visite", "Médiation", "Stagiaire FP", "Mission locale", "Entretien de sortie")
# What came of it; the last ones say how the case ended.
ISSUES = ("Nouveau contrat", "Scolaire", "Emploi", "Abandon")
RESULTATS = ("Réalisé", "Sans réponse", "Refusé", "Maintien du contrat", *ISSUES)
# What the folders that complete the exports hold.
COLONNES_DES_COMPLEMENTS = {"suivi": SUIVI, "accompagnement": ACCOMPAGNEMENT}


def header_key(texte: str) -> str:
    """A header or a wording without case, accents, blanks, underscores, final punctuation and marks of tools (stars,
    what prints nothing, one sign for all apostrophes, one for all dashes): how both are compared."""
    ecrit = re.sub(f"{BLANC_ECRIT}|{CONTROLE_ECRIT}|{INVISIBLE}", "", texte).translate(SIGNES)
    decompose = unicodedata.normalize("NFKD", ecrit.casefold())
    return re.sub(r"[\s_*\u0300-\u036f]+", "", decompose).rstrip(".,;:")


# Columns of the workbooks of `ruptures a-valider` that remind of a contract: not read, nor told as such.
RAPPELS = (
    "Rappel : pourquoi", "Rappel : structure", "Rappel : diplôme", "Rappel : premier jour", "Rappel : terme prévu",
    "Rappel : rupture connue", "Rappel : motif de l'entreprise", "Rappel : motif du CFA", "Rappel : lignes des exports",
)  # fmt: skip
CLES_DES_RAPPELS = frozenset(map(header_key, RAPPELS))


def same(*cles: str) -> dict[str, str]:
    """Keys that stand for themselves."""
    return dict(zip(cles, cles, strict=True))


@dataclass(frozen=True)
class Layout:
    """A layout with one learner a row and several contracts in it.

    Attributes:
        apprenant: its header → our column, said once for the learner; of two headers of one column, the first is read,
            and the second where the first is empty.
        contrat: its header → our column, said for each contract: as it stands, then with each of `suffixes`.
        requis: our columns without which a file is not of this layout.
        sans_emploi: its headers that no column of ours takes.
    """

    apprenant: dict[str, str]
    contrat: dict[str, str]
    suffixes: tuple[str, ...]
    requis: tuple[str, ...]
    sans_emploi: tuple[str, ...]

    @property
    def entetes(self) -> frozenset[str]:
        """Keys of all its headers."""
        contrats = (nom + suffixe for nom in self.contrat for suffixe in self.suffixes)
        return frozenset(header_key(nom) for nom in (*self.apprenant, *contrats, *self.sans_emploi))

    def lacking(self, cles: list[str], autres: Mapping[str, str]) -> list[str]:
        """The headers that a header with these keys lacks to be of this layout; `autres`, headers → columns, may say
        what the learner's are called."""
        connus = {header_key(nom): colonne for nom, colonne in (self.apprenant | self.contrat).items()}
        propres = {colonne: cle for cle, colonne in autres.items() if colonne in self.apprenant.values()}
        presents = {connus[cle] for cle in cles if cle in connus} | {c for c, cle in propres.items() if cle in cles}
        noms = {colonne: nom for nom, colonne in reversed((self.apprenant | self.contrat).items())}
        return [noms[colonne] for colonne in self.requis if colonne not in presents]

    def positions(self, cles: list[str], autres: Mapping[str, str]) -> tuple[dict[str, int], ...]:
        """For each contract of a row, our columns and the index of their fields; `autres`, headers → columns, are
        read for every contract where the layout itself has not the column."""
        rang = {cle: index for index, cle in enumerate(cles)}
        communes = {colonne: rang[cle] for cle, colonne in autres.items() if cle in rang}
        communes |= {colonne: rangs[0] for colonne, rangs in self.places(rang).items()}
        groupes = [
            {c: rang[header_key(nom + s)] for nom, c in self.contrat.items() if header_key(nom + s) in rang}
            for s in self.suffixes
        ]
        return tuple(communes | groupe for groupe in groupes if "datedebutcontrat" in groupe)

    def stand_ins(self, cles: list[str]) -> dict[str, int]:
        """Our columns that a second header says, and the index of its field."""
        rang = {cle: index for index, cle in enumerate(cles)}
        return {colonne: rangs[1] for colonne, rangs in self.places(rang).items() if len(rangs) > 1}

    def places(self, rang: Mapping[str, int]) -> dict[str, list[int]]:
        """The learner's columns and the indices of their fields, those read first before."""
        lues: dict[str, list[int]] = {}
        for nom, colonne in self.apprenant.items():
            if header_key(nom) in rang:
                lues.setdefault(colonne, []).append(rang[header_key(nom)])
        return lues

    def missing(self, cles: list[str]) -> list[str]:
        """Headers of starts and ends that the contracts named in a header lack."""
        dates = [nom for nom, c in self.contrat.items() if c in ("datedebutcontrat", "datefincontrat")]
        return [
            nom + s
            for s in self.suffixes
            if any(header_key(nom + s) in cles for nom in self.contrat)
            for nom in dates
            if header_key(nom + s) not in cles
        ]

    @property
    def colonnes_de_contrat(self) -> tuple[str, ...]:
        """Our columns that tell whether a row has an nth contract: one of them filled is enough."""
        return tuple(self.contrat.values())


CONTRATS_PAR_LIGNE = 8  # room left to number the contracts of a row
# The exchange layout of CFA software and of the State's upload template: no contract number, up to four contracts a
# learner (2-inputs.md, ADR 0003).
APPRENANTS = Layout(
    apprenant={
        "nom_apprenant": "nom",
        "prenom_apprenant": "prenom",
        "date_de_naissance_apprenant": "datenaissance",
        "sexe_apprenant": "sexe",
        "formation_cfd": "codediplome",
        "formation_rncp": "rncp",
        "etablissement_responsable_uai": "uaicfa",
        "etablissement_formateur_uai": "uaicfa",
        "etablissement_formateur_siret": "siret",
        "date_entree_formation": "datedebutformation",
        "date_fin_formation": "datefinformation",
        "obtention_diplome_formation": "obtention_diplome_formation",
        "date_exclusion_formation": "date_exclusion_formation",
    },
    contrat={
        "contrat_date_debut": "datedebutcontrat",
        "contrat_date_fin": "datefincontrat",
        "contrat_date_rupture": "dateeffetrupture",
        "cause_rupture_contrat": "motifvalide",
        "siret_employeur": "siretemployeur",
    },
    suffixes=("", "_2", "_3", "_4"),
    requis=(
        "nom", "prenom", "datenaissance", "codediplome", "uaicfa",
        "datedebutcontrat", "datefincontrat", "dateeffetrupture",
    ),
    sans_emploi=("annee_formation",),
)  # fmt: skip

# The blocks of a contract as the DECA interface gives it: block → field → our column, as keys. Our own names are known
# in the block of their column: `siret` is the employer's or the training site's, and `nom` never a tutor's.
BLOCS: dict[str, dict[str, str]] = {
    "alternant": {
        **same("nom", "prenom", "datenaissance", "sexe", "idalternant", "handicap", "derniereclasse"),
        **same("situationavantcontrat", "diplomeentree", "situation", "adressecodepostal"),
        "adresse.codepostal": "adressecodepostal",
    },
    "formation": {
        **same("datedebutformation", "datefinformation", "codediplome", "rncp", "intituleouqualification"),
        **same("typediplome", "obtentiondiplomeformation", "dateexclusionformation"),
    },
    "etablissementformation": same("siret"),
    "organismeformationresponsable": {**same("uaicfa", "siretcfa"), "siret": "siretcfa"},
    "employeur": {
        **same("siretemployeur", "denomination", "naf", "codeidcc", "nombredesalaries", "typeemployeur"),
        **same("employeurcodepostal"),
        "siret": "siretemployeur",
        "adresse.codepostal": "employeurcodepostal",
    },
    "detailscontrat": {
        **same("nocontrat", "noavenant", "typecontrat", "statut", "dispositif", "dateconclusion", "datedebutcontrat"),
        **same("datefincontrat", "dateeffetavenant", "datesuppression", "ruptureavantdebut", "npecannuel"),
    },
    "rupture": {
        **same("dateeffetrupture", "datesignalementrupture", "motifexprime", "motifvalide", "codemotifrupture"),
        **same("ruptureavantdebut"),
        "daterupture": "dateeffetrupture",
        "datesignalement": "datesignalementrupture",
    },
    "suiviasp": same("drfc"),
}
AUTRES_BLOCS = {
    "apprenti": "alternant", "apprenant": "alternant", "contrat": "detailscontrat",
    "organismeformation": "organismeformationresponsable",
}  # fmt: skip
# Required columns that the interface leaves out where a contract has none, and a word that is in all their names.
ABSENCES = {"dateeffetrupture": "rupture", "uaicfa": "uai"}


def field_key(cle: str) -> str:
    """The key of a header; that of the column for the path of a field of the DECA interface."""
    bloc, _, champ = cle.partition(".")
    return BLOCS.get(AUTRES_BLOCS.get(bloc, bloc), {}).get(champ, cle)


# `entete`: the file is refused without this column; `obligatoire`: each row has a value there. A column that is none of
# these may be missing, and is then empty.
REFERENTIELS: dict[str, tuple[InputColumn, ...]] = {
    "etablissements": (
        InputColumn("uai", "uai", entete=True, obligatoire=True),
        InputColumn("siret", "siret"),
        InputColumn("nom", entete=True, obligatoire=True),
        InputColumn("type_structure"),
        InputColumn("uai_cfa_rattachement", "uai"),
        InputColumn("commune"),
        InputColumn("code_postal", "code_postal"),
        InputColumn("remplace"),
    ),
    "diplomes": (
        InputColumn("code_diplome", "cfd", entete=True, obligatoire=True),
        InputColumn("intitule"),
        InputColumn("type_diplome", entete=True),
        InputColumn("niveau"),
        InputColumn("filiere", entete=True),
        InputColumn("remplace"),
        InputColumn("part_distance", "decimal"),
    ),
    "motifs": (
        InputColumn("motif", entete=True, obligatoire=True),
        InputColumn("liste", "liste", entete=True, obligatoire=True),
        InputColumn("regroupement"),
        # Without it, what is to be named nowhere but in totals would be named everywhere.
        InputColumn("sensible", "booleen", entete=True),
        InputColumn("fin_diplome", "booleen"),
        InputColumn("initiative"),
        InputColumn("famille"),
    ),
    "situations": (
        InputColumn("libelle", entete=True, obligatoire=True),
        InputColumn("type_diplome", entete=True, obligatoire=True),
        InputColumn("duree_mois", "entier", entete=True, obligatoire=True),
        InputColumn("annee_cycle", "entier", entete=True, obligatoire=True),
    ),
    "types_diplome": (
        InputColumn("type_diplome", entete=True, obligatoire=True),
        InputColumn("libelle", entete=True, obligatoire=True),
    ),
    "diplomes_entree": (
        InputColumn("source", entete=True, obligatoire=True),
        InputColumn("libelle", entete=True),
    ),
    "naf": (
        InputColumn("division", entete=True, obligatoire=True),
        InputColumn("secteur", entete=True, obligatoire=True),
    ),
    "conventions": (
        InputColumn("codeidcc", "code", entete=True, obligatoire=True),
        InputColumn("convention", entete=True, obligatoire=True),
    ),
    "npec": (
        InputColumn("code_diplome", "cfd", entete=True, obligatoire=True),
        InputColumn("npec_annuel", "decimal", entete=True),
        InputColumn("debut", "date"),
        InputColumn("fin", "date"),
    ),
    "reperes_nationaux": (
        InputColumn("indicateur", entete=True, obligatoire=True),
        InputColumn("perimetre", entete=True),
        InputColumn("cohorte", entete=True),
        InputColumn("pourcentage", "decimal", entete=True),
        InputColumn("publication", entete=True),
        InputColumn("annee_publication", "entier", entete=True),
        InputColumn("types_diplome"),
    ),
    "reperes_cfa": (
        InputColumn("uai", "uai", entete=True, obligatoire=True),
        InputColumn("annee", entete=True, obligatoire=True),
        InputColumn("indicateur", entete=True, obligatoire=True),
        InputColumn("valeur", "decimal", entete=True, obligatoire=True),
        InputColumn("source", entete=True, obligatoire=True),
    ),
    "regles_financement": (
        InputColumn("regle", entete=True, obligatoire=True),
        InputColumn("valeur", "decimal", entete=True, obligatoire=True),
        InputColumn("delai_mois", "entier", entete=True),
        InputColumn("debut", "date", entete=True, obligatoire=True),
        InputColumn("fin", "date"),
        InputColumn("source", entete=True, obligatoire=True),
        InputColumn("hypothese"),
    ),
    # Of the three places, each row has one (`ingest.partners`).
    "partenaires": (
        InputColumn("partenaire", entete=True, obligatoire=True),
        InputColumn("code_postal", "code_postal"),
        InputColumn("departement", "code"),
        InputColumn("uai", "uai"),
    ),
    # What is aimed at, and done about it (docs/objectifs.md): `pipeline/ingest/targets.py` says what they may name.
    "objectifs": (
        InputColumn("portee", entete=True, obligatoire=True),
        InputColumn("groupe", entete=True),
        InputColumn("indicateur", entete=True, obligatoire=True),
        InputColumn("socle", "decimal"),
        InputColumn("jalon", "decimal"),
        InputColumn("annee_jalon"),
        InputColumn("cible", "decimal", entete=True, obligatoire=True),
        InputColumn("annee", entete=True, obligatoire=True),
    ),
    "indicateurs": (
        InputColumn("annee", entete=True, obligatoire=True),
        InputColumn("portee", entete=True, obligatoire=True),
        InputColumn("groupe", entete=True),
        InputColumn("indicateur", entete=True, obligatoire=True),
        InputColumn("numerateur", "entier", entete=True, obligatoire=True),
        InputColumn("denominateur", "entier", entete=True, obligatoire=True),
    ),
    "actions": (
        InputColumn("recommandation", entete=True, obligatoire=True),
        InputColumn("acteur", entete=True, obligatoire=True),
        InputColumn("echeance", "date"),
        InputColumn("echelon", entete=True, obligatoire=True),
        InputColumn("portee", entete=True, obligatoire=True),
        InputColumn("groupe", entete=True),
        InputColumn("indicateur"),
        InputColumn("annee_avant"),
        InputColumn("annee_apres"),
    ),
}
# What names one row of a referential: two rows of one name would count a contract twice.
CLES_DE_REFERENTIEL: dict[str, tuple[tuple[str, ...], ...]] = {
    "etablissements": (("uai",), ("siret",)),
    "diplomes": (("code_diplome",),),
    "motifs": (("liste", "motif"),),
    "situations": (("type_diplome", "duree_mois", "annee_cycle"),),
    "types_diplome": (("type_diplome",), ("libelle",)),
    "diplomes_entree": (("source",),),
    "naf": (("division",),),
    "conventions": (("codeidcc",),),
    "npec": (("code_diplome", "debut"),),
    "reperes_nationaux": (("indicateur", "perimetre", "cohorte"),),
    "reperes_cfa": (("uai", "annee", "indicateur"),),
    "regles_financement": (("regle", "debut", "delai_mois"),),
    "partenaires": (("code_postal",), ("departement",), ("uai",)),
    "objectifs": (("portee", "groupe", "indicateur"),),
    "indicateurs": (("annee", "portee", "groupe", "indicateur"),),
    "actions": (("recommandation", "portee", "groupe"),),
}
REFERENTIELS_FACULTATIFS = frozenset(
    {
        "situations",
        "types_diplome",
        "diplomes_entree",
        "naf",
        "conventions",
        "npec",
        "reperes_nationaux",
        "reperes_cfa",
        "regles_financement",
        "partenaires",
        "objectifs",
        "indicateurs",
        "actions",
    }
)
# The rules of `regles_financement.csv` that a day has once each, then that of which it has several, one a payment.
REGLES_DE_FINANCEMENT = (
    "participation_niveau", "participation", "participation_reprise", "participation_essai",
    "distance_seuil", "distance_minoration", "distance_plancher",
)  # fmt: skip
VERSEMENT = "versement"
# Wordings that group rows: two of them that are equal like headers are one, printed as it is first written.
LIBELLES_DE_REFERENTIEL: dict[str, tuple[str, ...]] = {
    "etablissements": ("type_structure",),
    "diplomes": ("type_diplome", "niveau", "filiere"),
    "motifs": ("regroupement", "initiative", "famille"),
    "situations": ("libelle", "type_diplome"),
    "types_diplome": ("type_diplome",),
    "diplomes_entree": ("libelle",),
    "naf": ("secteur",),
    "conventions": ("convention",),
    "partenaires": ("partenaire",),
}
