"""The page that sums the lists of a month up: how many, of which CFA and partner, since when; the critical months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import formats
from pipeline.follow_up.fields import CAS_OUVERT, LISTES, NON_ETABLI, TRANCHES
from pipeline.follow_up.lists import ListedRow, MonthLists, counts
from pipeline.ingest.partners import SANS_PARTENAIRE
from pipeline.report import pdf, templates
from pipeline.report.pages import FICTIF
from pipeline.settings import Settings

PAGE = "listes/resume.html.jinja"
LIGNES_MAX = 10  # of a table: the page is one
LES_AUTRES = "Les autres"


@dataclass(frozen=True)
class Scope:
    """Whose the lists are: a sentence for the head of the page."""

    titre: str
    precise: str = ""


def make_page(listes: MonthLists, reglages: Settings, de_qui: Scope) -> bytes:
    """The PDF of one page.

    Raises:
        UsageError: a wrong template.
        MachineError: WeasyPrint's system libraries are missing.
    """
    toutes, mois, calendrier = listes.toutes, listes.mois, listes.calendrier
    critiques = [ligne for ligne in calendrier if ligne["est_critique"]]
    contexte = {
        "titre": de_qui.titre,
        "precise": de_qui.precise,
        "mois": mois,
        "source": f"Source : {reglages.reseau.source}.",
        "couleur": reglages.presentation.couleur,
        "fictif": FICTIF if listes.fictives else "",
        "cree": f"{mois.jour.isoformat()}T00:00:00Z",
        "extraites": formats.extraites(mois.connu),
        "attention": listes.attention,
        "listes": {liste: LISTES[liste] for liste in listes.listes},
        "comptes": counts(toutes),
        "tranches": bands(toutes),
        "tables": [
            ("CFA", by(toutes, "cfa")),
            *([("Partenaire", by(toutes, "partenaire"))] if len(listes.lignes) > 1 else []),
        ],
        "calendrier": [
            ligne | {"court": formats.day(date(mois.debut.year, rang, 1), "LLL")}
            for rang, ligne in enumerate(calendrier, start=1)
        ],
        "moyenne": calendrier[0]["moyenne"] if calendrier else None,
        "nommes": [ligne["mois_du_calendrier"] for ligne in critiques],
        "fragile": any(ligne["ruptures_brutes"] < formats.COMPTE_SOLIDE for ligne in critiques),
    }
    return pdf.lay_out(templates.render(PAGE, contexte, []))


def bands(lignes: Iterable[ListedRow]) -> list[tuple[str, int]]:
    """How many open cases each band has; those of unknown day where there are some."""
    comptes = Counter(ligne["tranche"] for ligne in lignes if ligne["liste"] == CAS_OUVERT)
    noms = [*(nom for _, nom in TRANCHES), *([NON_ETABLI] if comptes[NON_ETABLI] else [])]
    return [(nom, comptes[nom]) for nom in noms]


def by(lignes: Sequence[ListedRow], champ: str) -> list[tuple[str, Mapping[str, int]]]:
    """The counts of each value of a field, in alphabetical order: of many, the largest, then the others together."""
    par_valeur: dict[str, list[ListedRow]] = {}
    for ligne in lignes:
        par_valeur.setdefault(ligne[champ], []).append(ligne)
    tries = sorted(par_valeur, key=lambda valeur: (-len(par_valeur[valeur]), formats.alphabetical(valeur)))
    gardes = tries if len(tries) <= LIGNES_MAX else tries[: LIGNES_MAX - 1]
    dans_l_ordre = sorted(gardes, key=lambda valeur: (valeur == SANS_PARTENAIRE, formats.alphabetical(valeur)))
    comptes = [(valeur, counts(par_valeur[valeur])) for valeur in dans_l_ordre]
    autres = [ligne for valeur in tries[len(gardes) :] for ligne in par_valeur[valeur]]
    return [*comptes, *([(f"{LES_AUTRES} ({len(tries) - len(gardes)})", counts(autres))] if autres else [])]
