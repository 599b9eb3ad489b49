"""What JSON files announce of themselves: how many contracts, and of which extraction they are a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from pipeline import formats
from pipeline.errors import InputError
from pipeline.reading import Source

REMEDE = "Des contrats manquent ou sont en trop : refaites l'extraction."


def announced(source: Source) -> int | None:
    """How many contracts a file says it holds, which is true; None where it does not say, or is a page of several."""
    enveloppe = source.enveloppe
    return enveloppe.total if enveloppe is not None and enveloppe.elements == enveloppe.total else None


def is_page(source: Source) -> bool:
    """Whether a file is one of the pages of an extraction."""
    enveloppe = source.enveloppe
    return enveloppe is not None and announced(source) is None and (enveloppe.pages or 1) > 1


def check_pages(sources: Iterable[tuple[Source, date | None]]) -> None:
    """Raises InputError when files, with their extraction dates, hold another number of contracts than they announce,
    or when a page of an extraction is missing."""
    en_pages = []
    for source, extraction in sources:
        enveloppe = source.enveloppe
        if enveloppe is None or announced(source) is not None:
            continue
        if is_page(source):
            dossier, total = source.chemin.parent.name, enveloppe.total
            en_pages.append(((dossier, str(extraction), enveloppe.pages, -1 if total is None else total), source))
        elif enveloppe.total is not None:
            raise mismatch(source, enveloppe.total, enveloppe.elements)
    for _, groupe in groupby(sorted(en_pages, key=lambda page: page[0]), key=lambda page: page[0]):
        check_extraction([source for _, source in groupe])


def check_extraction(sources: Sequence[Source]) -> None:
    """Raises InputError when the pages of one extraction are not all there, or not whole; one may be there twice."""
    pages = {s.enveloppe.page: s.enveloppe.elements for s in sources if s.enveloppe is not None}
    premiere, enveloppe = sources[0], sources[0].enveloppe
    assert enveloppe is not None
    assert enveloppe.pages is not None
    depart = 0 if 0 in pages else 1
    absentes = [n for n in range(depart, depart + enveloppe.pages) if n not in pages]
    if absentes:
        dites = ", ".join(map(str, absentes[:10])) + (" …" if len(absentes) > 10 else "")
        sujet = "la page {} n'est" if len(absentes) == 1 else "les pages {} ne sont"
        raise InputError(
            f"{sujet.format(dites)} pas là, sur {enveloppe.pages} que compte cette extraction",
            ou=premiere.chemin,
            faire="Déposez dans le dossier toutes ses pages, un fichier chacune, ou refaites l'extraction.",
        )
    if enveloppe.total is not None and sum(pages.values()) != enveloppe.total:
        raise mismatch(premiere, enveloppe.total, sum(pages.values()), " avec ses autres pages")


def mismatch(source: Source, annonce: int, lus: int, quoi: str = "") -> InputError:
    contrats = formats.plural(annonce, "contrat", "contrats")
    return InputError(f"le fichier annonce {contrats} et en contient {lus}{quoi}", ou=source.chemin, faire=REMEDE)
