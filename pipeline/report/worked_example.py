"""« Lecture » : the first printed row of a table, read in a sentence, by rule from the columns printed. Pure.

What a column says is in the glossary, or in the header that has the column (`lecture`); one that says nothing is read
by its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline import formats
from pipeline.formats import FINE, sentence
from pipeline.models.header import PrintedColumn
from pipeline.report import printed
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.printed import AddedColumn

TAUX = ("effectif", "ruptures_nettes", "taux_rupture_nette")
SANS_VALEUR = {"", formats.VIDE, formats.NON_SIGNIFICATIF}  # what a cell without a value has
CODE = re.compile(r"\d\w{0,2}")  # a département, a number of months
PARTS_DES_RUPTURES = {"part_ruptures": "de celles du réseau", "part_du_cfa": "de celles du CFA"}


def example(annuelle: BreakdownYear, ligne: ResultRow, ajouts: Sequence[AddedColumn] = ()) -> str:
    """The first printed row in a sentence; `ajouts` are the columns that the table has more."""
    colonnes, tous = annuelle.entete.colonnes, row_names(annuelle, ligne)
    noms = at_the_crossing(tous) if len(tous) > 1 else quoted(tous)
    lues = [nom for nom, colonne in colonnes.items() if colonne.format in formats.NUMERIQUES]
    if {*TAUX} <= {*lues} and None not in (ligne.get(nom) for nom in TAUX[:2]):
        debut = of_apprentices(ligne, noms if len(tous) > 1 else f"de {noms}")
        suite = [nom for nom in lues if nom not in TAUX]
    elif "ruptures_nettes" in lues and ligne.get("ruptures_nettes") is not None:
        debut = f"{noms}{',' if len(tous) > 1 else ' compte'} {some_ruptures(ligne['ruptures_nettes'])}"
        for nom, dit in PARTS_DES_RUPTURES.items():
            if nom in lues and ligne.get(nom) is not None:
                debut += f", soit {formats.pourcentage(ligne[nom])} {dit}"
        suite = [nom for nom in lues if nom not in {"ruptures_nettes", *PARTS_DES_RUPTURES}]
    else:
        debut, suite = f"{quoted(tous)} :", lues
    siens = ", ".join(fragments(colonnes, suite, ligne))
    morceaux = [*filter(None, [siens]), *added(ajouts)]
    if not morceaux:
        return sentence(debut) if not debut.endswith(":") else ""
    return sentence(f"{debut}{' ' if debut.endswith(':') else ' ; '}{' ; '.join(morceaux)}")


def crossed_example(annuelle: BreakdownYear, valeur: str, ligne: ResultRow, entiere: float | None) -> str:
    """The first cell of a crossed table; `entiere` is what its count is a share of, where the table prints it."""
    noms, colonnes = at_the_crossing(row_names(annuelle, ligne)), annuelle.entete.colonnes
    if valeur == TAUX[-1] and None not in (ligne.get(nom) for nom in TAUX[:2]):
        return sentence(of_apprentices(ligne, noms))
    if valeur == "ruptures_nettes":
        part = f", soit {formats.pourcentage(ligne[valeur] / entiere, 0)} de la ligne" if entiere else ""
        return sentence(f"{noms}, {some_ruptures(ligne[valeur])}{part}")
    return sentence(f"{noms}, {', '.join(fragments(colonnes, [valeur], ligne)) or 'rien'}")


def row_names(annuelle: BreakdownYear, ligne: ResultRow) -> list[str]:
    """What tells a row, as its table prints it: one thing, or what its key has more, but for the CFA of a report."""
    entete = annuelle.entete
    cle = [nom for nom in entete.cle if nom != "uai" or annuelle.ventilation.uai is None]
    dimensions = entete.dimensions[:1] if len(cle) == 1 or "regroupees" in ligne else entete.dimensions[: len(cle)]
    return [named(entete.colonnes[nom], ligne[nom]) for nom in dimensions]


def named(colonne: PrintedColumn, valeur: object) -> str:
    """A value as its table prints it; a code says nothing without its column: 'Département : 75'."""
    texte = formats.written(colonne.format, valeur)
    return f"{colonne.libelle} : {texte}" if CODE.fullmatch(texte) else texte


def quoted(noms: Iterable[str]) -> str:
    """'« Bois », « Nord »'."""
    return ", ".join(f"« {nom} »" for nom in noms)


def at_the_crossing(noms: Sequence[str]) -> str:
    """'à la croisée de « Bois » et de « Nord »', or of one name on both sides."""
    if len({*noms}) == 1:
        return f"à la croisée de « {noms[0]} » avec lui-même"
    return f"à la croisée de {' et de '.join(f'« {nom} »' for nom in noms)}"


def of_apprentices(ligne: ResultRow, lesquels: str) -> str:
    """'parmi les 1 564 apprentis suivis de « 1re année », 214 sont en rupture nette, soit un taux de 13,68 %'."""
    suivis, nettes = ligne["effectif"], ligne["ruptures_nettes"]
    if not suivis:
        return f"aucun apprenti suivi {lesquels}"
    parmi = f"parmi les {formats.entier(suivis)} apprentis suivis" if suivis > 1 else "pour le seul apprenti suivi"
    rompus = "aucun n'est" if not nettes else "1 est" if nettes == 1 else f"{formats.entier(nettes)} sont"
    if ligne["fiabilite"] == "non_significatif":
        taux = ", trop peu pour un taux (n.s.)"
    else:
        fragile = ", fragile" if ligne["fiabilite"] == "fragile" else ""
        if ligne.get("taux_bas") is not None:
            fragile += (
                f" (intervalle à 95{FINE}% : {formats.intervalle(ligne['taux_bas'], ligne['taux_haut'], suivis)})"
            )
        taux = f", soit un taux de {formats.taux(ligne['taux_rupture_nette'], suivis)}{fragile}"
    return f"{parmi} {lesquels}, {rompus} en rupture nette{taux}"


def some_ruptures(nombre: int) -> str:
    """'aucune rupture nette', '1 rupture nette', '82 ruptures nettes'."""
    return formats.plural(nombre, "rupture nette", "ruptures nettes") if nombre else "aucune rupture nette"


def fragments(colonnes: dict[str, PrintedColumn], noms: Sequence[str], ligne: ResultRow) -> list[str]:
    """What each column says of a row, in the words of the glossary; bounds two by two, nothing of what is empty."""
    dits, bornes = [], [nom for nom in noms if colonnes[nom].format == "borne"]
    for nom in noms:
        texte = printed.cell(colonnes, nom, ligne)
        if nom in bornes or ligne.get(nom) is None or texte in SANS_VALEUR:
            continue
        fragile = ", fragile" if texte.endswith("*") else ""
        dits.append(read_column(colonnes[nom], ligne[nom], texte.rstrip("*")) + fragile)
    limites = [printed.cell(colonnes, nom, ligne) for nom in bornes]
    if len(limites) == 2 and not SANS_VALEUR & {*limites}:
        dits.append(f"intervalle à 95{FINE}% de {' à '.join(limites)}")
    return dits


def read_column(colonne: PrintedColumn, valeur: float, texte: str) -> str:
    """A value in the words of its column: those before the bar, if any, of less than two."""
    if colonne.lecture is None:
        return f"{texte} sous « {colonne.libelle} »"
    un, _, plusieurs = colonne.lecture.partition("|")
    return (un if valeur < 2 or not plusieurs else plusieurs).replace("{}", texte)


def added(ajouts: Sequence[AddedColumn]) -> list[str]:
    """What the columns added to a table say of its first row."""
    return [
        ajout.lecture
        or f"{formats.minuscule(ajout.libelle)}{f' : {ajout.textes[0]}' if ajout.nombre else f' « {ajout.textes[0]} »'}"
        for ajout in ajouts
        if ajout.textes and ajout.textes[0] not in {"", formats.VIDE}
    ]
