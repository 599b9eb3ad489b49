"""What an export, a follow-up file and a referential are made of, declared once.

Validation, rejects, minimisation and the tables that `ingest` writes all come from these declarations.
The order of `CONTRATS` is binding: it is the order in which the contents of two versions are compared (definitions §1).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Type = Literal["texte", "code", "numero", "date", "naissance", "entier", "decimal", "booleen", "statut", "sexe"]


@dataclass(frozen=True)
class Colonne:
    """One column of an input file.

    Attributes:
        nom: French name, as in the files and the database.
        type: how its text is cleaned and typed.
        entete: the file is refused without this header.
        obligatoire: the row is rejected when the value is empty or unreadable.
        personnelle: the value never enters the database, a message, a reject or an anomaly.
    """

    nom: str
    type: Type = "texte"
    entete: bool = False
    obligatoire: bool = False
    personnelle: bool = False


CONTRATS: tuple[Colonne, ...] = (
    Colonne("nocontrat", "code", entete=True),
    Colonne("noavenant", "numero"),
    Colonne("typecontrat", "numero"),
    Colonne("statut", "statut"),
    Colonne("dateconclusion", "date"),
    Colonne("datedebutcontrat", "date", entete=True, obligatoire=True),
    Colonne("datefincontrat", "date", entete=True, obligatoire=True),
    Colonne("dateeffetavenant", "date"),
    Colonne("dateeffetrupture", "date", entete=True),
    Colonne("datesignalementrupture", "date"),
    Colonne("rupture_avant_debut", "booleen"),
    Colonne("idalternant", "code", personnelle=True),
    Colonne("nom", personnelle=True),
    Colonne("prenom", personnelle=True),
    Colonne("datenaissance", "naissance", personnelle=True),
    Colonne("sexe", "sexe"),
    Colonne("codediplome", "code", entete=True, obligatoire=True),
    Colonne("rncp", "code"),
    Colonne("intituleouqualification"),
    Colonne("typediplome", "code"),
    Colonne("datedebutformation", "date"),
    Colonne("datefinformation", "date"),
    Colonne("derniereclasse", "code"),
    Colonne("situationavantcontrat", "numero"),
    Colonne("uaicfa", "code", entete=True, obligatoire=True),
    Colonne("siret", "code"),
    Colonne("siretcfa", "code"),
    Colonne("siretemployeur", "code"),
    Colonne("denomination", personnelle=True),
    Colonne("naf", "code"),
    Colonne("codeidcc", "code"),
    Colonne("nombredesalaries", "entier"),
    Colonne("typeemployeur", "code"),
    Colonne("employeurcodepostal", "code", personnelle=True),
    Colonne("adressecodepostal", "code", personnelle=True),
    Colonne("diplomeentree"),
    Colonne("situation"),
    Colonne("motifexprime"),
    Colonne("motifvalide"),
    Colonne("codemotifrupture", "code"),
    Colonne("npecannuel", "decimal"),
)
IDENTITE = ("nom", "prenom", "datenaissance")
# What DECA's own extracts lack and `suivi/` may bring.
COLONNES_DE_SUIVI = frozenset(
    {"diplomeentree", "situation", "motifexprime", "motifvalide", "codemotifrupture", "npecannuel"}
)

SUIVI: tuple[Colonne, ...] = (
    Colonne("nocontrat", "code", entete=True, obligatoire=True),
    *(c for c in CONTRATS if c.nom in COLONNES_DE_SUIVI),
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
}
# What names one row of a referential: two rows of one name would count a contract twice.
CLES_DE_REFERENTIEL: dict[str, tuple[tuple[str, ...], ...]] = {
    "etablissements": (("uai",), ("siret",)),
    "diplomes": (("code_diplome",),),
    "motifs": (("liste", "motif"),),
    "situations": (("type_diplome", "duree_mois", "annee_cycle"),),
    "diplomes_entree": (("source",),),
    "npec": (("code_diplome", "debut"),),
}
REFERENTIELS_FACULTATIFS = frozenset({"npec"})


def header_key(texte: str) -> str:
    """A header or a wording without case, accents, spaces and underscores: how both are compared."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return re.sub(r"[\s_\u0300-\u036f]+", "", decompose)
