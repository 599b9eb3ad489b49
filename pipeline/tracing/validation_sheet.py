"""The workbook of a CFA: its contracts to validate, cells to fill in with their lists, what `suivi/` reads back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.schemas import RAPPELS, SUITES
from pipeline.sheets import LETTRES, LIGNE, lines, set_page

A_VALIDER, LISTES, SANS_RETOUR = "À valider", "Listes", "Sans retour"
# What the CFA fills in: the columns of `suivi/` (`schemas.SUIVI`), in words that its headers are recognised by.
A_REMPLIR = ("Motif validé", "Date effet rupture", "Suite rupture")
NUMERO = "No contrat"
LARGEURS = (20, 44, 28, 34, 13, 13, 13, 26, 26, 40)
LARGEURS_A_REMPLIR = (30, 16, 16)
CREE = datetime(2000, 1, 1)  # the same bytes for the same contracts
MODE_D_EMPLOI = (
    "Remplissez ce que vous savez des trois colonnes de couleur, sans toucher aux autres ; une case laissée vide ne "
    "change rien. Renvoyez ce classeur à l'analyste du réseau, qui le dépose tel quel dans suivi/.",
    "Date effet rupture : le jour de la rupture, s'il manque ou s'il est faux. Suite rupture : ce qui a suivi "
    "(un contrat hors du réseau, un abandon, un retour scolaire, un emploi), ou Inconnu si personne ne le sait.",
)


@dataclass(frozen=True)
class ValidationRow:
    """A contract to validate.

    Attributes:
        revient: whether its number tells a follow-up whose the line is.
        est_nette: whether it is a net rupture of the year; else it is doubtful.
        pourquoi: why it is asked about.
        date_rupture: None where there is none, or its day is unknown.
        motif_exprime, motif_valide: sensitive ones grouped.
        lignes: file and line of its states.
    """

    nocontrat: str | None
    revient: bool
    est_nette: bool
    pourquoi: Sequence[str]
    structure: str
    diplome: str
    date_debut: date
    date_fin_prevue: date
    date_rupture: date | None
    motif_exprime: str | None
    motif_valide: str | None
    lignes: Sequence[str]

    @property
    def reminders(self) -> tuple[str | date | None, ...]:
        """What reminds of it, in the order of `RAPPELS`."""
        return (
            " ; ".join(self.pourquoi), self.structure, self.diplome, self.date_debut, self.date_fin_prevue,
            self.date_rupture, self.motif_exprime, self.motif_valide, ", ".join(self.lignes),
        )  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What the lists of the cells to fill in propose."""

    motifs: Sequence[str]
    suites: Sequence[str] = SUITES


def make_workbook(nom: str, uai: str, annee: str, lignes: Sequence[ValidationRow], reponses: Answers) -> bytes:
    """The workbook of a CFA. Every text stays a text, whatever it looks like."""
    octets = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(octets, options) as classeur:
        classeur.set_properties({"title": f"Ruptures à valider, {nom}, {annee}", "created": CREE})
        feuille = classeur.add_worksheet(A_VALIDER)
        titre = classeur.add_format({"bold": True, "font_size": 14})
        feuille.write_string(0, 0, f"Ruptures de contrats à valider, {annee} : {nom} ({uai})", titre)
        for rang, phrase in enumerate(MODE_D_EMPLOI, start=1):
            feuille.write_string(rang, 0, phrase)
        premiere = len(MODE_D_EMPLOI) + 2
        reviennent = [ligne for ligne in lignes if ligne.revient]
        write_rows(classeur, feuille, premiere, reviennent, (NUMERO, *RAPPELS, *A_REMPLIR))
        if reviennent:
            write_lists(classeur.add_worksheet(LISTES), reponses)
            validate(feuille, premiere + 1, reviennent, reponses)
        if muettes := [ligne for ligne in lignes if not ligne.revient]:
            feuille = classeur.add_worksheet(SANS_RETOUR)
            feuille.write_string(0, 0, "Contrats sans numéro, ou dont le numéro est celui de deux apprentis : ils se "
                                 "corrigent dans l'outil de gestion, et reviennent par l'export suivant.")  # fmt: skip
            # Its first head is of no column of ours: only the first sheet is read back.
            write_rows(classeur, feuille, 2, muettes, ("Numéro", *RAPPELS))
    return octets.getvalue()


def write_rows(
    classeur: Workbook, feuille: Worksheet, premiere: int, lignes: Sequence[ValidationRow], tetes: Sequence[str]
) -> None:
    """The rows under their heads, which are at the row `premiere`; the columns beyond the reminders stay empty."""
    tete = classeur.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    texte = classeur.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    jour = classeur.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
    vides = [
        classeur.add_format({"num_format": forme, "bg_color": "#fff3c4", "border": 1, "border_color": "#c9d3dc"})
        for forme in ("@", "dd/mm/yyyy", "@")
    ]
    for rang, (nom, largeur) in enumerate(zip(tetes, (*LARGEURS, *LARGEURS_A_REMPLIR), strict=False)):
        feuille.set_column(rang, rang, largeur)
        feuille.write_string(premiere, rang, nom, tete)
    set_height(feuille, premiere, tetes)
    for place, ligne in enumerate(lignes, start=premiere + 1):
        write_row(feuille, place, (ligne.nocontrat, *ligne.reminders), texte, jour)
        for rang, vide in zip(range(1 + len(RAPPELS), len(tetes)), vides, strict=False):
            feuille.write_blank(place, rang, None, vide)
        set_height(feuille, place, (ligne.nocontrat, *ligne.reminders))
    set_page(feuille)
    feuille.repeat_rows(premiere)
    feuille.freeze_panes(premiere + 1, 1)
    feuille.autofilter(premiere, 0, premiere + max(1, len(lignes)), len(tetes) - 1)


def set_height(feuille: Worksheet, place: int, valeurs: Sequence[str | date | None]) -> None:
    """Open a row to the height of its texts: programs other than Excel do not."""
    dits = zip(valeurs, (*LARGEURS, *LARGEURS_A_REMPLIR), strict=False)
    hauteurs = [lines(dit, LETTRES * largeur) for dit, largeur in dits if isinstance(dit, str)]
    feuille.set_row(place, LIGNE * max(hauteurs))


def write_row(
    feuille: Worksheet, place: int, valeurs: Sequence[str | date | None], texte: CellFormat, jour: CellFormat
) -> None:
    """One row: texts and days."""
    for rang, valeur in enumerate(valeurs):
        if isinstance(valeur, date):
            feuille.write_datetime(place, rang, datetime.combine(valeur, time()), jour)
        elif valeur:
            feuille.write_string(place, rang, valeur, texte)


def write_lists(feuille: Worksheet, reponses: Answers) -> None:
    """What may be answered, one list a column: too long for a cell's own."""
    for rang, (tete, liste) in enumerate((("Motifs", reponses.motifs), ("Suites", reponses.suites))):
        feuille.set_column(rang, rang, 40)
        for place, valeur in enumerate((tete, *liste)):
            feuille.write_string(place, rang, valeur)


def validate(feuille: Worksheet, premiere: int, lignes: Sequence[ValidationRow], reponses: Answers) -> None:
    """What the cells to fill in accept; a day out of the contract is doubted, not refused."""
    derniere, motif = premiere + len(lignes) - 1, 1 + len(RAPPELS)
    for rang, lettre, liste in ((motif, "A", reponses.motifs), (motif + 2, "B", reponses.suites)):
        if liste:
            source = f"={LISTES}!${lettre}$2:${lettre}${1 + len(liste)}"
            dit = {"error_title": "Hors de la liste", "error_message": "Choisissez une des réponses de la liste."}
            feuille.data_validation(premiere, rang, derniere, rang, {"validate": "list", "source": source, **dit})
    for place, ligne in enumerate(lignes, start=premiere):
        debut, fin = (formats.date_courte(jour) for jour in (ligne.date_debut, ligne.date_fin_prevue))
        regle = {
            "validate": "date", "criteria": "between", "minimum": ligne.date_debut, "maximum": ligne.date_fin_prevue,
            "error_type": "warning", "error_title": "Jour hors du contrat",
            "error_message": f"Le contrat va du {debut} au {fin}.",
        }  # fmt: skip
        feuille.data_validation(place, motif + 1, place, motif + 1, regle)
