"""What faults are made of: small valid exports, one cell or one line of which is then spoilt.

`###` stands for the fault's own number, so that files read together share no contract and no person.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

Ligne = dict[str, str]
Constat = tuple[int, str, str, str]  # line in the file, column, shown value ("" when hidden), reason

ABSENTE = "valeur absente"
ILLISIBLE = "valeur illisible"
CHAMPS = "nombre de champs différent de l'en-tête"
OBJET = "n'a pas la forme d'un contrat : un objet JSON est attendu"
GUILLEMET = "guillemet mal fermé ou mal placé"
FIN_AVANT_DEBUT = "fin avant le début du contrat"
SANS_IDENTITE = "ni identifiant de l'apprenti, ni nom, prénom et date de naissance"
DETRUITE = "valeur détruite par un tableur (1,32E+13)"
RETABLI = "zéro initial perdu, rétabli"
TEL_QUEL = "zéro initial perdu, gardé tel quel"
ECARTEE = "valeur qui peut désigner une personne, écartée"
INCONNU = "libellé absent de motifs.csv"
FORMULE = "formule jamais calculée par un tableur"
SANS_VALEUR, TEXTE_VIDE = 987654321, "987654321"  # in a cell, until they are taken out
NON_MONTRE = "(intitulé non montré)"


@dataclass(frozen=True)
class Lu:
    """The file is read.

    Attributes:
        lues: rows read; those that are not among `rejets` are kept.
        contrats: what `core.contrats` says of the file's contracts (by number, those without one last, then start),
            only the columns that matter; `None` when the fault is about none.
        fichier: other columns of the file's line in `brut.fichiers`.
        suivi: the same of the follow-up file, when the fault is there.
    """

    lues: int
    rejets: Sequence[Constat] = ()
    anomalies: Sequence[Constat] = ()
    doublons: int = 0
    contrats: Sequence[Mapping[str, str | None]] | None = None
    fichier: Mapping[str, object] = field(default_factory=dict)
    suivi: Lu | None = None


@dataclass(frozen=True)
class Refus:
    """The run stops with this exit code; the message has these words and, if a line is at fault, `file:line`."""

    mots: tuple[str, ...]
    ligne: int | None = None
    code: int = 3


@dataclass(frozen=True)
class ErreurDeTableur:
    """A cell that shows an error: `#N/A`, `#REF!`."""

    texte: str


@dataclass(frozen=True)
class Formule:
    """A cell with a formula and what a spreadsheet computed of it: None, nothing yet."""

    texte: str
    valeur: str | int | None = None


@dataclass(frozen=True)
class Classeur:
    """A workbook: rows of cells by sheet name; `cachees` are hidden columns, such as "C:D"; `depuis_1904`, the day its
    serial numbers count from."""

    feuilles: Mapping[str, Sequence[Sequence[Any]]]
    cachees: Sequence[str] = ()
    depuis_1904: bool = False


@dataclass(frozen=True)
class Faute:
    """One fault: what is in `contrats/` (and `suivi/`), and what must come of it.

    Attributes:
        contenu: the file, `None` for a folder in its place.
        config: lines of `config.toml`; `{fichier}` is the name of the file.
        suivi: the follow-up file; when there is one, it is the one at fault.
    """

    nom: str
    contenu: str | bytes | Classeur | None
    attendu: Lu | Refus
    encodage: str = "utf-8"
    fichier: str = "f###_2022-12-31.csv"
    config: str = ""
    suivi: str | None = None


# --- Rows -----------------------------------------------------------------------------------------------------


def ligne(rang: int = 1, /, **valeurs: str) -> Ligne:
    """A valid row of an export; the columns given are added or replaced."""
    return {
        "nocontrat": f"075202109NC###{rang}",
        "codediplome": "50022137",
        "uaicfa": "0010001A",
        "datedebutcontrat": "2021-09-01",
        "datefincontrat": "2023-08-31",
        "dateeffetrupture": "",
        "idalternant": f"A###{rang}",
        **valeurs,
    }


def one_each(colonne: str, *valeurs: str) -> list[Ligne]:
    """A valid row for each value of a column."""
    return [ligne(rang, **{colonne: valeur}) for rang, valeur in enumerate(valeurs, 1)]


def apprenant(rang: int = 1, /, **valeurs: str) -> Ligne:
    """A valid row of the exchange layout: one learner, one contract; `_2` and so on add others."""
    return {
        "nom_apprenant": f"Martin###{rang}",
        "prenom_apprenant": "Zoé",
        "date_de_naissance_apprenant": "2004-03-15",
        "formation_cfd": "50022137",
        "etablissement_formateur_uai": "0010001A",
        "etablissement_formateur_siret": "",
        "date_entree_formation": "2021-09-01",
        "date_fin_formation": "2023-08-31",
        "contrat_date_debut": "2021-09-01",
        "contrat_date_fin": "2023-08-31",
        "contrat_date_rupture": "",
        "cause_rupture_contrat": "",
        "siret_employeur": "",
        **valeurs,
    }


def objet(rang: int = 1, /, **blocs: Any) -> dict[str, Any]:
    """A valid contract as the DECA interface gives it; the fields of a block are added or replaced, what is no block
    stands in its place."""
    contrat: dict[str, Any] = {
        "alternant": {"nom": f"Martin###{rang}", "prenom": "Zoé", "dateNaissance": "2004-03-15", "sexe": "F"},
        "formation": {"codeDiplome": "50022137", "rncp": "RNCP37537"},
        "etablissementFormation": {"siret": "11111111100001"},
        "organismeFormationResponsable": {"uaiCfa": "0010001A", "siret": "11111111100002"},
        "employeur": {"siret": "77566214100123", "naf": "4332A", "adresse": {"codePostal": "73000"}},
        "detailsContrat": {
            "noContrat": f"075202109NC###{rang}", "typeContrat": 11, "statut": "",
            "dateDebutContrat": "2021-09-01", "dateFinContrat": "2023-08-31",
        },
    }  # fmt: skip
    for bloc, valeur in blocs.items():
        contrat[bloc] = {**contrat.get(bloc, {}), **valeur} if isinstance(valeur, dict) else valeur
    return contrat


def interface(*contrats: Any, **metadonnees: Any) -> str:
    """What the DECA interface gives, each contract on a line of its own, from the second."""
    liste = ",\n".join(json.dumps(contrat, ensure_ascii=False) for contrat in contrats)
    return f'{{"metadonnees": {json.dumps(metadonnees)}, "contrats": [\n{liste}\n]}}\n'


def export(*lignes: Ligne | str, sep: str = ";", fin: str = "\n", avant: str = "", dernier_saut: bool = True) -> str:
    """Rows as the text of a file, below their header; a text among them is a line as it is."""
    entete = list(dict.fromkeys(cle for r in lignes if isinstance(r, dict) for cle in r))
    textes = [r if isinstance(r, str) else sep.join(r.get(cle, "") for cle in entete) for r in lignes]
    return avant + fin.join([sep.join(entete), *textes]) + (fin if dernier_saut else "")


def feuille(*lignes: dict[str, Any] | Sequence[Any], avant: Sequence[Sequence[Any]] = ()) -> list[list[Any]]:
    """Rows as the cells of a sheet, below title lines and their header."""
    entete = list(dict.fromkeys(cle for r in lignes if isinstance(r, dict) for cle in r))
    cellules = [[r.get(cle, "") for cle in entete] if isinstance(r, dict) else list(r) for r in lignes]
    return [*map(list, avant), entete, *cellules]


# --- Files ----------------------------------------------------------------------------------------------------


def write_workbook(chemin: Path, classeur: Classeur, numero: str) -> None:
    """An .xlsx file, each cell of the type of its value."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(chemin), {"date_1904": classeur.depuis_1904}) as sortie:
        sortie.set_properties({"created": datetime(2022, 12, 31)})
        jour = sortie.add_format({"num_format": "dd/mm/yyyy"})
        for nom, lignes in classeur.feuilles.items():
            page: Any = sortie.add_worksheet(nom)
            for rang, cellules in enumerate(lignes):
                for colonne, valeur in enumerate(cellules):
                    match valeur:
                        case "" | None:
                            continue
                        case ErreurDeTableur():
                            page.write_formula(rang, colonne, "=NA()", None, valeur.texte)
                        case Formule():
                            calculee = {None: SANS_VALEUR, "": TEXTE_VIDE}.get(valeur.valeur, valeur.valeur)
                            page.write_formula(rang, colonne, valeur.texte, None, calculee)
                        case bool():
                            page.write_boolean(rang, colonne, valeur)
                        case datetime() | date():
                            page.write_datetime(rang, colonne, valeur, jour)
                        case str():
                            page.write_string(rang, colonne, valeur.replace("###", numero))
                        case _:
                            page.write_number(rang, colonne, valeur)
            for colonnes in classeur.cachees:
                page.set_column(colonnes, None, None, {"hidden": True})
    repack(chemin, take_out_values)


def take_out_values(octets: bytes) -> bytes:
    """A sheet as a spreadsheet would write it: formulas of no value, and those whose value is an empty text."""
    return re.sub(rf't="str">(<f>[^<]*</f>)<v>{TEXTE_VIDE}</v>'.encode(), rb't="str">\1<v></v>', octets).replace(
        f"<v>{SANS_VALEUR}</v>".encode(), b""
    )


def repack(chemin: Path, change: Callable[[bytes], bytes]) -> None:
    """Every file of an archive changed."""
    with zipfile.ZipFile(chemin) as archive:
        contenus = {nom: change(archive.read(nom)) for nom in archive.namelist()}
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in contenus.items():
            archive.writestr(nom, octets)


def write_content(chemin: Path, contenu: str | bytes | Classeur | None, numero: str, encodage: str = "utf-8") -> None:
    """The file of a fault; no content at all makes a folder of that name."""
    match contenu:
        case None:
            chemin.mkdir()
        case Classeur():
            write_workbook(chemin, contenu, numero)
        case str():
            chemin.write_bytes(contenu.replace("###", numero).encode(encodage))
        case bytes():
            chemin.write_bytes(contenu.replace(b"###", numero.encode()))


def numbered(fautes: Sequence[Faute]) -> list[tuple[str, Faute]]:
    """Each fault with its own three digits."""
    return [(f"{rang:03d}", faute) for rang, faute in enumerate(fautes, start=1)]
