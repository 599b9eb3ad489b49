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
FORME_DU_NUMERO = f"[0-9][0-9][0-9AB]{NUMERO_APRES_LE_DEPARTEMENT}"
# In place of a formula that no spreadsheet has computed: a private character, that no file has.
FORMULE = "\ue001"
ANNEE_MIN, ANNEE_MAX = 2000, 2060  # of the days of a contract and of an extraction
InputType = Literal[
    "texte", "code", "numero", "date", "naissance", "entier", "decimal", "booleen", "statut", "sexe",
    "numero_contrat", "uai", "siret", "cfd", "code_postal", "identifiant", "nom", "typecontrat",
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
    """

    nom: str
    type: InputType = "texte"
    entete: bool = False
    obligatoire: bool = False
    personnelle: bool = False


CONTRATS: tuple[InputColumn, ...] = (
    InputColumn("nocontrat", "numero_contrat", entete=True),
    InputColumn("noavenant", "numero"),
    InputColumn("typecontrat", "typecontrat"),
    InputColumn("statut", "statut"),
    InputColumn("dateconclusion", "date"),
    InputColumn("datedebutcontrat", "date", entete=True, obligatoire=True),
    InputColumn("datefincontrat", "date", entete=True, obligatoire=True),
    InputColumn("dateeffetavenant", "date"),
    InputColumn("dateeffetrupture", "date", entete=True),
    InputColumn("datesignalementrupture", "date"),
    InputColumn("rupture_avant_debut", "booleen"),
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
)
IDENTITE = ("nom", "prenom", "datenaissance")
# Columns of the database, ours and the exports', that name one apprentice, one contract, one row or one employer.
IDENTIFIANTS = frozenset(
    {"id_apprenti", "id_contrat", "id_ligne", "nocontrat", "siretemployeur", "personne_triplet", "personne_alternant"}
)
# What DECA's own extracts lack and `suivi/` may bring.
COLONNES_DE_SUIVI = frozenset(
    {"diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel"}
)

SUIVI: tuple[InputColumn, ...] = (
    InputColumn("nocontrat", "numero_contrat", entete=True, obligatoire=True),
    *(c for c in CONTRATS if c.nom in COLONNES_DE_SUIVI),
)


def header_key(texte: str) -> str:
    """A header or a wording without case, accents, blanks, underscores, final punctuation and marks of tools (stars,
    what prints nothing, one sign for all apostrophes, one for all dashes): how both are compared."""
    ecrit = re.sub(f"{BLANC_ECRIT}|{CONTROLE_ECRIT}|{INVISIBLE}", "", texte).translate(SIGNES)
    decompose = unicodedata.normalize("NFKD", ecrit.casefold())
    return re.sub(r"[\s_*\u0300-\u036f]+", "", decompose).rstrip(".,;:")


@dataclass(frozen=True)
class Layout:
    """A layout with one learner a row and several contracts in it.

    Attributes:
        apprenant: its header → our column, said once for the learner.
        contrat: its header → our column, said for each contract: as it stands, then with each of `suffixes`.
        requis: headers without which a file is not of this layout.
    """

    apprenant: dict[str, str]
    contrat: dict[str, str]
    suffixes: tuple[str, ...]
    requis: frozenset[str]

    @property
    def entetes(self) -> frozenset[str]:
        """Keys of all its headers."""
        contrats = (nom + suffixe for nom in self.contrat for suffixe in self.suffixes)
        return frozenset(header_key(nom) for nom in (*self.apprenant, *contrats))

    def fits(self, cles: list[str]) -> bool:
        """Whether a header with these keys is of this layout."""
        return {header_key(nom) for nom in self.requis} <= set(cles)

    def positions(self, cles: list[str], autres: Mapping[str, str]) -> tuple[dict[str, int], ...]:
        """For each contract of a row, our columns and the index of their fields; `autres`, headers → columns, are
        read for every contract where the layout itself has not the column."""
        rang = {cle: index for index, cle in enumerate(cles)}
        communes = {colonne: rang[cle] for cle, colonne in autres.items() if cle in rang}
        communes |= {c: rang[header_key(nom)] for nom, c in self.apprenant.items() if header_key(nom) in rang}
        groupes = [
            {c: rang[header_key(nom + s)] for nom, c in self.contrat.items() if header_key(nom + s) in rang}
            for s in self.suffixes
        ]
        return tuple(communes | groupe for groupe in groupes if "datedebutcontrat" in groupe)

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
# The exchange layout of CFA software: no contract number, up to four contracts a learner (2-inputs.md, ADR 0003).
APPRENANTS = Layout(
    apprenant={
        "nom_apprenant": "nom",
        "prenom_apprenant": "prenom",
        "date_de_naissance_apprenant": "datenaissance",
        "formation_cfd": "codediplome",
        "etablissement_formateur_uai": "uaicfa",
        "etablissement_formateur_siret": "siret",
        "date_entree_formation": "datedebutformation",
        "date_fin_formation": "datefinformation",
    },
    contrat={
        "contrat_date_debut": "datedebutcontrat",
        "contrat_date_fin": "datefincontrat",
        "contrat_date_rupture": "dateeffetrupture",
        "cause_rupture_contrat": "motifvalide",
        "siret_employeur": "siretemployeur",
    },
    suffixes=("", "_2", "_3", "_4"),
    requis=frozenset(
        [
            "nom_apprenant",
            "prenom_apprenant",
            "date_de_naissance_apprenant",
            "formation_cfd",
            "etablissement_formateur_uai",
            "contrat_date_debut",
            "contrat_date_fin",
            "contrat_date_rupture",
        ]
    ),
)

REFERENTIELS: dict[str, tuple[str, ...]] = {
    "etablissements": (
        "uai",
        "siret",
        "nom",
        "type_structure",
        "uai_cfa_rattachement",
        "commune",
        "code_postal",
    ),
    "diplomes": ("code_diplome", "intitule", "type_diplome", "niveau", "filiere"),
    "motifs": ("motif", "liste", "regroupement", "sensible", "fin_diplome"),
    "situations": ("libelle", "type_diplome", "duree_mois", "annee_cycle"),
    "diplomes_entree": ("source", "libelle"),
    "npec": ("code_diplome", "npec_annuel", "debut", "fin"),
    "reperes_nationaux": ("indicateur", "perimetre", "cohorte", "pourcentage", "publication", "annee_publication"),
}
# What names one row of a referential: two rows of one name would count a contract twice.
CLES_DE_REFERENTIEL: dict[str, tuple[tuple[str, ...], ...]] = {
    "etablissements": (("uai",), ("siret",)),
    "diplomes": (("code_diplome",),),
    "motifs": (("liste", "motif"),),
    "situations": (("type_diplome", "duree_mois", "annee_cycle"),),
    "diplomes_entree": (("source",),),
    "npec": (("code_diplome", "debut"),),
    "reperes_nationaux": (("indicateur", "perimetre", "cohorte"),),
}
REFERENTIELS_FACULTATIFS = frozenset({"npec", "reperes_nationaux"})
# Their columns that are no plain texts: what an export writes so may be written so in a referential.
TYPES_DE_REFERENTIEL: dict[str, dict[str, InputType]] = {
    "etablissements": {"uai": "uai", "siret": "siret", "uai_cfa_rattachement": "uai", "code_postal": "code_postal"},
    "diplomes": {"code_diplome": "cfd"},
    "motifs": {"sensible": "booleen", "fin_diplome": "booleen"},
    "situations": {"duree_mois": "entier", "annee_cycle": "entier"},
    "npec": {"code_diplome": "cfd", "npec_annuel": "decimal", "debut": "date", "fin": "date"},
    "reperes_nationaux": {"pourcentage": "decimal", "annee_publication": "entier"},
}
