"""What `ruptures examiner` says of the files: a screen for each, then all together."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline import formats
from pipeline.errors import UsageError
from pipeline.ingest import examining
from pipeline.ingest.examining import ColumnFacts, Examination, FileFacts, Finding, OutsideReferential, ValueCount
from pipeline.inputs import InputFolders
from pipeline.reading import FAUTES
from pipeline.schemas import INVISIBLE
from pipeline.settings import Settings

LARGEUR, MARGE = 100, 13
COLONNES_DE_FRONT, NOM_DE_COLONNE = 3, 21
FAUTES_DITES = 6
ENCODAGES = {
    "xlsx": "classeur", "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-8, windows-1252": "UTF-8",
    "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
}  # fmt: skip
FORMATS = {
    "deca": "une ligne par contrat ou avenant",
    "echange": "format d'échange, un apprenti par ligne",
    "suivi": "suivi, une ligne par contrat",
    "accompagnement": "journal d'accompagnement, une ligne par trace",
}


def tell(
    donnees: InputFolders,
    fichiers: Sequence[Path],
    reglages: Settings,
    dire: Callable[[str], None],
    attendre: Callable[[str | None], None],
) -> int:
    """Say what the files are, those of the folder if none is named, each as soon as it is read; `attendre` is told of
    the one under way. Returns the exit code.

    Raises:
        UsageError: there is no such file, or none at all.
    """

    def begin(nom: str) -> None:
        attendre(on_a_line(nom))

    def end(fait: FileFacts) -> None:
        attendre(None)
        dire("\n".join([*file_lines(fait), ""]))

    check_arguments(fichiers)
    examen = examining.examine(donnees, fichiers, reglages, begin, end)
    dire("\n".join(conclusion_lines(examen)))
    return examen.conclusion.code_sortie


def write_json(donnees: InputFolders, fichiers: Sequence[Path], reglages: Settings, dire: Callable[[str], None]) -> int:
    """The same as one JSON object (docs/exports.md)."""
    check_arguments(fichiers)
    examen = examining.examine(donnees, fichiers, reglages)
    dire(examen.model_dump_json(indent=2))
    return examen.conclusion.code_sortie


def check_arguments(fichiers: Sequence[Path]) -> None:
    """Raises UsageError when one of these is no file."""
    for chemin in fichiers:
        if not chemin.is_file():
            quoi = "c'est un dossier" if chemin.is_dir() else "fichier introuvable"
            raise UsageError(quoi, ou=chemin, faire="Indiquez un fichier, ou un dossier de données avec --donnees.")


# --- A file ------------------------------------------------------------------------------------------------------


def file_lines(fait: FileFacts) -> Iterator[str]:
    """The lines of a file."""
    yield title(fait)
    if fait.refus is not None:
        ligne = "" if fait.refus.ligne is None else f"ligne {fait.refus.ligne} : "
        yield from entry("Refusé", f"{ligne}{fait.refus.raison}. {fait.refus.remede}")
    if fait.ligne_entete is None:
        return
    yield from entry("Lu comme", reading_words(fait))
    yield from entry("Extraction", extraction_words(fait))
    yield from entry("Lignes", row_words(fait))
    yield from fault_lines("Rejets", fait.rejets)
    yield from fault_lines("Remarques", fait.anomalies)
    yield from referential_lines(fait)
    yield from column_lines(fait)
    yield from entry("Absentes", ", ".join(fait.colonnes_absentes))
    yield from entry("Non lues", ", ".join(map(on_a_line, fait.colonnes_ignorees)))


def title(fait: FileFacts) -> str:
    """The name of a file and its size, over the whole width."""
    taille = f" {size(fait.octets)} ──"
    nom = shortened(on_a_line(fait.fichier), LARGEUR - len(taille) - 6)
    return f"── {nom} ".ljust(LARGEUR - len(taille), "─") + taille


def reading_words(fait: FileFacts) -> str:
    """How a file is read."""
    mots = [ENCODAGES.get(fait.encodage or "", fait.encodage or "")]
    if fait.feuille is not None:
        mots.append(f"feuille « {on_a_line(fait.feuille)} »")
    if fait.separateur is not None:
        mots.append(formats.SEPARATEURS.get(fait.separateur, fait.separateur))
    mots += [f"en-tête ligne {fait.ligne_entete}", FORMATS[fait.format or "deca"]]
    if fait.octets_etrangers:
        octets = formats.plural(fait.octets_etrangers, "octet de Windows-1252", "octets de Windows-1252")
        mots.append(f"{octets}, à partir de la ligne {fait.ligne_etrangere}")
    if fait.minuits_utc:
        mots.append(f"{formats.entier(fait.minuits_utc)} dates à minuit de Paris en temps universel : le jour suivant")
    if fait.depuis_1904:
        mots.append("jours comptés de 1904")
    if fait.cellules_redecodees:
        cellules = formats.plural(fait.cellules_redecodees, "cellule rétablie", "cellules rétablies")
        mots.append(f"{cellules} (« Ã© » pour « é »), à partir de la ligne {fait.ligne_redecodee}")
    if fait.lignes_litterales:
        lignes = formats.plural(fait.lignes_litterales, "ligne", "lignes")
        mots.append(f"{lignes} aux guillemets lus tels quels, à partir de la ligne {fait.ligne_litterale}")
    if fait.formules:
        formules = formats.plural(fait.formules, "formule jamais calculée", "formules jamais calculées")
        mots.append(f"{formules}, à partir de la ligne {fait.ligne_formule} : enregistrez le fichier dans un tableur")
    return ", ".join(mots)


def extraction_words(fait: FileFacts) -> str:
    """When a file was extracted, and what says so."""
    if fait.date_extraction is None:
        return "date inconnue : dites-la dans le nom du fichier (AAAA-MM-JJ) ou dans config.toml, [fichiers]"
    lieu = fait.origine_date if fait.origine_date == "config.toml" else f"le {fait.origine_date}"
    return f"{formats.date_courte(fait.date_extraction)}, selon {lieu}"


def row_words(fait: FileFacts) -> str:
    """How many rows, and what becomes of them."""
    mots = (
        f"{formats.plural(fait.lignes_lues, 'lue', 'lues')} = "
        f"{formats.plural(fait.lignes_retenues, 'retenue', 'retenues')} + "
        f"{formats.plural(fait.lignes_rejetees, 'rejetée', 'rejetées')}"
    )
    if fait.lignes_rejetees:
        mots += f" ({formats.pourcentage(fait.lignes_rejetees / fait.lignes_lues, 2)})"
    if fait.format == "echange":
        mots += f" ; {formats.plural(fait.contrats, 'contrat', 'contrats')}"
        mots += f", {formats.plural(fait.lignes_sans_contrat, 'ligne', 'lignes')} sans contrat"
    return mots


def fault_lines(titre: str, fautes: Sequence[Finding]) -> Iterator[str]:
    """The commonest faults, one a line: how many rows, what, where the first is, the values that may be shown."""
    dites = fautes if len(fautes) <= FAUTES_DITES else fautes[: FAUTES_DITES - 1]
    chiffres = max((len(formats.entier(faute.lignes)) for faute in dites), default=0)
    for rang, faute in enumerate(dites):
        ou = f"{'ligne' if faute.lignes < 2 else 'dès la ligne'} {formats.entier(faute.premiere_ligne)}"
        quoi = "" if faute.colonne in FAUTES else f"{on_a_line(faute.colonne)}, "
        mots = f"{formats.entier(faute.lignes):>{chiffres}}  {quoi}{faute.raison}, {ou}"
        yield from entry("" if rang else titre, mots + value_words(faute.valeurs), suite=chiffres + 2)
    if len(dites) < len(fautes):
        autres = fautes[len(dites) :]
        lignes = formats.plural(sum(faute.lignes for faute in autres), "ligne", "lignes")
        yield from entry("", f"et {len(autres)} autres : {lignes}")


def referential_lines(fait: FileFacts) -> Iterator[str]:
    """What the referentials do not know."""
    titre = "Inconnus"
    if fait.sans_structure:
        mots = f"structure de {formats.plural(fait.sans_structure, 'ligne', 'lignes')}"
        yield from entry(titre, f"{mots} ({share(fait.sans_structure, fait.lignes_retenues)} des retenues)")
        titre = ""
    for colonne in fait.colonnes:
        dehors = colonne.hors_referentiel
        # A motif is among the remarks, with its first line.
        if dehors is not None and dehors.lignes and dehors.referentiel != "motifs.csv":
            yield from entry(titre, outside_words(colonne, dehors))
            titre = ""


def outside_words(colonne: ColumnFacts, dehors: OutsideReferential) -> str:
    """How many values of a column its referential does not know."""
    mots = (
        f"{on_a_line(colonne.colonne)} ({dehors.referentiel}), {formats.plural(dehors.lignes, 'ligne', 'lignes')}, "
        f"{formats.plural(dehors.codes, 'valeur', 'valeurs')}"
    )
    return mots + value_words(dehors.valeurs)


def column_lines(fait: FileFacts) -> Iterator[str]:
    """The share filled of each column, with the span and the shapes of dates; then those that are never filled."""
    remplies = [c for c in fait.colonnes if c.lignes_remplies]
    datees = [c for c in remplies if c.formes_dates is not None]
    nom = max((len(c.colonne) for c in datees), default=0)
    for rang, c in enumerate(datees):
        jours = " " * 23
        if c.premiere is not None and c.derniere is not None:
            jours = f"{formats.date_courte(c.premiere)} – {formats.date_courte(c.derniere)}"
        mots = f"{filled(c, fait):>6}  {on_a_line(c.colonne):<{nom}}  {jours}  {', '.join(c.formes_dates or ())}"
        yield from entry("" if rang else "Dates", mots, une=True)
    autres = [c for c in remplies if c.formes_dates is None]
    for rang in range(0, len(autres), COLONNES_DE_FRONT):
        cases = [
            f"{filled(c, fait):>6}  {shortened(on_a_line(c.colonne), NOM_DE_COLONNE):<{NOM_DE_COLONNE}}"
            for c in autres[rang : rang + COLONNES_DE_FRONT]
        ]
        yield from entry("" if rang else "Autres", "".join(cases), une=True)
    vides = [on_a_line(c.colonne) for c in fait.colonnes if not c.lignes_remplies]
    if fait.lignes_lues:
        yield from entry("Vides", ", ".join(vides))


# --- All of them -------------------------------------------------------------------------------------------------


def conclusion_lines(examen: Examination) -> Iterator[str]:
    """The lines about all the files."""
    fin, referentiels = examen.conclusion, examen.referentiels
    yield "── Ensemble ".ljust(LARGEUR, "─")
    mots = f"{formats.plural(fin.fichiers, 'fichier', 'fichiers')}"
    if fin.fichiers_refuses:
        mots += f", dont {formats.plural(fin.fichiers_refuses, 'refusé', 'refusés')}"
    yield from entry("Fichiers", mots)
    mots = f"{formats.plural(fin.lignes_lues, 'ligne lue', 'lignes lues')}, "
    mots += formats.plural(fin.lignes_rejetees, "rejetée", "rejetées")
    if fin.lignes_rejetees:
        part = formats.pourcentage(fin.lignes_rejetees / fin.lignes_lues, 2)
        mots += f" ({part} ; {formats.pourcentage(fin.part_rejets_max, 2)} admis)"
    if any(fait.role == "contrats" and fait.refus is None for fait in examen.fichiers):
        yield from entry("Contrats", mots)
    yield from entry("Sans date", ", ".join(map(on_a_line, fin.sans_date)))
    yield from entry("Référentiels", on_a_line(referentiels.dossier))
    if referentiels.absents:
        yield from entry("", f"manquent, et ce qui en dépend n'est pas examiné : {', '.join(referentiels.absents)}")
    for phrase in (*referentiels.refus, *referentiels.douteux):
        yield from entry("", on_a_line(phrase))
    for rang, faute in enumerate(fin.configuration):
        ligne = "" if faute.ligne is None else f"ligne {faute.ligne}, "
        yield from entry("" if rang else "config.toml", on_a_line(f"{ligne}{faute.message}"))
    yield from entry("Conclusion", verdict(examen))


def verdict(examen: Examination) -> str:
    """Whether a run would go through, and what would stop it."""
    fin, causes = examen.conclusion, []
    if fin.configuration and fin.code_sortie == 2:
        causes.append("config.toml règle ce qui n'existe pas")
    if examen.referentiels.refus:
        causes.append(formats.plural(len(examen.referentiels.refus), "référentiel refusé", "référentiels refusés"))
    if fin.fichiers_refuses:
        causes.append(formats.plural(fin.fichiers_refuses, "fichier refusé", "fichiers refusés"))
    if fin.arret is not None:
        causes.append(fin.arret)
    if causes:
        return f"un traitement s'arrêterait : {' ; '.join(causes)}"
    if examen.referentiels.absents:
        return "rien, dans ces fichiers, n'arrêterait un traitement ; mais des référentiels manquent"
    return "rien, dans ces fichiers, n'arrêterait un traitement"


# --- Words -------------------------------------------------------------------------------------------------------


def entry(titre: str, texte: str, une: bool = False, suite: int = 0) -> Iterator[str]:
    """A text beside its title, on as many lines as it takes, those that follow the first set in by `suite`, or on `une`
    cut at the width; nothing for no text."""
    if not texte:
        return
    if une:
        lignes = [shortened(texte, LARGEUR - MARGE)]
    else:
        # Lines to paste stay lines.
        coupe = textwrap.TextWrapper(LARGEUR - MARGE, break_on_hyphens=False, subsequent_indent=" " * suite)
        lignes = [ligne for bloc in texte.splitlines() for ligne in coupe.wrap(bloc)]
    for rang, ligne in enumerate(lignes):
        yield f"{'' if rang else titre:<{MARGE}}{ligne}".rstrip()


def shortened(texte: str, largeur: int) -> str:
    """A text that holds in a width, cut if need be."""
    return texte if len(texte) <= largeur else f"{texte[: largeur - 1].rstrip()}…"


def on_a_line(texte: str) -> str:
    """A text of a file without line breaks nor what a terminal would obey."""
    return re.sub(INVISIBLE, "", " ".join(texte.split()))


def value_words(valeurs: Sequence[ValueCount]) -> str:
    """Values, each with its number of rows unless it has but one; nothing for none."""
    mots = (f"{on_a_line(v.valeur)}{f' (×{formats.entier(v.lignes)})' if v.lignes > 1 else ''}" for v in valeurs)
    return f" : {', '.join(mots)}" if valeurs else ""


def filled(colonne: ColumnFacts, fait: FileFacts) -> str:
    """The share of rows that fill a column."""
    return share(colonne.lignes_remplies, fait.lignes_lues)


def share(nombre: int, total: int) -> str:
    """A share as a whole percentage; 0 and 100 % are said of none and of all only."""
    return formats.pourcentage(nombre / total if total else 0, 0)


def size(octets: int) -> str:
    """The size of a file, in the unit that says enough of it."""
    for unite, taille in (("Go", 1e9), ("Mo", 1e6), ("ko", 1e3)):
        if octets >= taille:
            return f"{formats.decimal(octets / taille, 1)} {unite}"
    return f"{octets} o"
