"""Numbers and dates as French readers write them: one source for text, tables and charts.

U+202F (narrow no-break space) between thousands, before % and €, decimal comma (Babel's `fr_FR`, read when something
is first written: who only checks the name of a format does without); halves rounded away from zero.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pipeline.typography import FINE

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

# How the values of a column may be written.
Format = Literal[
    "texte",
    "entier",
    "decimal",
    "euros",
    "pourcentage",
    "taux",
    "borne",
    "repere",
    "rapport",
    "date",
    "mois",
    "periode",
]
LOCALE = "fr_FR"
VIDE = "–"
NON_SIGNIFICATIF = "n.s."
# Apprentices under whom a rate or a share means nothing, and under whom a rate is fragile; net ruptures, or apprentices
# without one, under whom it is too (definitions §7): what the macro fiabilite says, as a test holds.
EFFECTIF_MIN, EFFECTIF_SOLIDE, COMPTE_SOLIDE = 20, 50, 5
RUPTURES_DETAILLEES = 20  # net ruptures under which a table by group would show single persons
EFFECTIF_DECIMALE = 100  # under as many apprentices, a decimal of a rate would be less than a tenth of one of them
ALPHA = 0.05  # of every test (definitions §7)
P_MIN = 0.001  # under it, a p-value is not written
PRESQUE_UN = Decimal(1) - Decimal("1e-9")  # a sum of shares is 1 but for its last bits
# When a rate is fragile, in words.
FRAGILE = (
    f"de {EFFECTIF_MIN} à {EFFECTIF_SOLIDE - 1} apprentis suivis, ou moins de {COMPTE_SOLIDE} ruptures nettes, "
    f"ou moins de {COMPTE_SOLIDE} apprentis sans rupture nette"
)
NON_RENSEIGNE = "Non renseigné"  # as the macro renseigne (sql/macros.sql) writes it
PERIODES = {
    "essai": "Période d'essai (convention du rapport)",
    "intermediaire": "Période intermédiaire",
    "post_examen": "Juin à août (convention du rapport)",
}
LETTRES = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}


def number(valeur: float | Decimal, motif: str) -> str:
    """A number by a pattern of Babel's, rounded half away from zero as French readers do: 22.5 → '23'. (Babel rounds
    as the current context of decimals says, half to even unless told otherwise.)"""
    with localcontext(rounding=ROUND_HALF_UP):
        return read_pattern(motif).apply(valeur, read_locale())


@cache
def read_locale() -> Locale:
    """The locale, read once: each number would look it up five times."""
    from babel import Locale  # noqa: PLC0415 (see above)

    return Locale.parse(LOCALE)


@cache
def read_pattern(motif: str) -> NumberPattern:
    """A pattern of Babel's, read once."""
    from babel.numbers import parse_pattern  # noqa: PLC0415 (see above)

    return parse_pattern(motif)


def day(jour: date, motif: str) -> str:
    """A day by a pattern of Babel's."""
    from babel.dates import format_date  # noqa: PLC0415 (see above)

    return format_date(jour, format=motif, locale=LOCALE)


def entier(valeur: float | None) -> str:
    """2984 → '2 984' (narrow no-break space)."""
    return VIDE if valeur is None else number(valeur, pattern(0))


def decimal(valeur: float | Decimal | None, decimales: int = 1) -> str:
    """A number with a fixed number of decimals and a decimal comma: 51.468 → '51,5'."""
    return VIDE if valeur is None else number(valeur, pattern(decimales))


def shortest(valeur: float | Decimal) -> str:
    """A number as somebody may have written it, of two decimals at most: '12', '12,5'."""
    return decimal(valeur, 2).rstrip("0").rstrip(",")


def pourcentage(valeur: float | None, decimales: int = 1) -> str:
    """A fraction of 1 as a percentage: 0.10924 → '10,9 %'. What is not nothing is not written as 0, nor what is not all
    as 100: '< 0,1 %', '> 99 %'."""
    if valeur is None:
        return VIDE
    pas = Decimal(1).scaleb(-decimales - 2)  # the least that is written
    lue = Decimal(str(valeur))
    if 0 < lue < pas / 2:
        return f"<{FINE}{percent(pas, decimales)}"
    if 1 - pas / 2 <= lue < PRESQUE_UN:
        return f">{FINE}{percent(1 - pas, decimales)}"
    return percent(valeur, decimales)


def percent(valeur: float | Decimal, decimales: int) -> str:
    """A fraction of 1 in hundredths, as it rounds."""
    return number(valeur, f"{pattern(decimales)}%").replace("%", f"{FINE}%")


def precision(*effectifs: float | None) -> int:
    """How many decimals a rate of as many apprentices has, or a difference of rates: one, none where fewer than
    EFFECTIF_DECIMALE are in one."""
    return 0 if any(effectif is not None and effectif < EFFECTIF_DECIMALE for effectif in effectifs) else 1


def taux(valeur: float | None, effectif: float | None = None) -> str:
    """A rate, or a limit of one, as printed: '10,9 %', '7 %'."""
    return pourcentage(valeur, precision(effectif))


def fiabilite(nombre: float, effectif: float) -> str:
    """What a rate of so many is worth: as the macro fiabilite says it, for counts that no table has."""
    if effectif < EFFECTIF_MIN:
        return "non_significatif"
    if effectif < EFFECTIF_SOLIDE or min(nombre, effectif - nombre) < COMPTE_SOLIDE:
        return "fragile"
    return "solide"


def taux_compte(nombre: float, effectif: float) -> str:
    """The rate of so many, as tables print theirs: '15,8 %', '7 %*', 'n.s.'."""
    valeur = nombre / effectif if effectif else None
    return written("taux", valeur, fiabilite(nombre, effectif), effectif)


def taux_en_mots(nombre: float, effectif: float, fragile: str = " (fragile)") -> str:
    """The same in a sentence, which no sign under a table explains: '15,8 %', '7 % (fragile)'; '' of too few."""
    vaut = fiabilite(nombre, effectif)
    if vaut == "non_significatif":
        return ""
    return f"{taux(nombre / effectif, effectif)}{fragile if vaut == 'fragile' else ''}"


def intervalle(bas: float | None, haut: float | None, effectif: float | None = None, lien: str = "à") -> str:
    """Both limits of a rate, in hundredths: '9,9 à 12,1'."""
    if bas is None or haut is None:
        return VIDE
    return f" {lien} ".join(decimal(hundredfold(borne), precision(effectif)) for borne in (bas, haut))


def niveau(fraction: float) -> str:
    """The level of an interval or of a limit: 0.95 → '95 %', 0.998 → '99,8 %'."""
    return f"{decimal(hundredfold(fraction), 1).removesuffix(',0')}{FINE}%"


def pattern(decimales: int) -> str:
    """Babel's pattern of a number with that many decimals, none included."""
    return f"#,##0.{'0' * decimales}".rstrip(".")


def euros(valeur: float | Decimal | None, decimales: int = 0) -> str:
    """An amount: 1266053 → '1 266 053 €'; with two decimals, to the cent: '1 266 053,00 €'."""
    return VIDE if valeur is None else f"{number(valeur, pattern(decimales))}{FINE}€"


def signe(fraction: float, decimales: int = 1) -> str:
    """A difference of two fractions, in percentage points without the unit: 0.0123 → '+1,2'; what is written as
    zero has no sign."""
    texte = decimal(hundredfold(abs(fraction)), decimales)
    return texte if texte == decimal(0, decimales) else f"{'−' if fraction < 0 else '+'}{texte}"


def hundredfold(fraction: float) -> Decimal:
    """A hundred times a fraction as it is written: 0.00285 → 0.285, that a product of floats would put beyond a
    half or short of it."""
    return 100 * Decimal(str(fraction))


def points(valeur: float, decimales: int = 1) -> str:
    """A difference of two fractions, in percentage points, signed: 0.0123 → '+1,2 point'."""
    return f"{signe(valeur, decimales)}{FINE}{'points' if round(abs(hundredfold(valeur)), decimales) >= 2 else 'point'}"


def ratio(valeur: float) -> str:
    """A ratio, or a coefficient: 1.6046 → '1,60'."""
    return decimal(valeur, 2)


def quotient(valeur: float) -> str:
    """A limit of a ratio with two decimals, or as many as tell it from 1: 1.378 → '1,38', 0.9964 → '0,996'."""
    return told_from(valeur, 1, range(2, 6))


def probabilite(p: float) -> str:
    """The p-value of a test, on the side of its threshold that it is on: 0.0465 → 'p = 0,047', 0.0503 → 'p = 0,0503',
    0.4 → 'p = 0,40', 0.0002 → 'p < 0,001'."""
    if p < P_MIN:
        return f"p < {decimal(P_MIN, 3)}"
    return f"p = {told_from(p, ALPHA, range(3 if p < 0.1 else 2, 8))}"


def told_from(valeur: float, seuil: float, decimales: range) -> str:
    """A number with the first of these numbers of decimals that tells it from a threshold; with the fewest, where none
    does."""
    return next(
        (ecrit for n in decimales if (ecrit := decimal(valeur, n)) != decimal(seuil, n)), decimal(valeur, decimales[0])
    )


def rapport(valeur: float | None, bas: float | None, haut: float | None) -> str:
    """A ratio with its limits: '1,45 (1,10 à 1,90)'."""
    if valeur is None or bas is None or haut is None:
        return VIDE
    return f"{ratio(valeur)} ({quotient(bas)} à {quotient(haut)})"


def date_longue(jour: date) -> str:
    """15 août 2022."""
    texte = day(jour, "d MMMM y")
    return texte.replace("1 ", "1er ", 1) if jour.day == 1 else texte


def quantieme(jour: date) -> str:
    """The day of the month: '15', '1er'."""
    return "1er" if jour.day == 1 else str(jour.day)


def jours_compris(premier: date, dernier: date) -> str:
    """'du 16 au 31 août 2021', 'du 20 juillet au 31 août 2021', of one year."""
    debut = quantieme(premier) if premier.month == dernier.month else date_longue(premier).rpartition(" ")[0]
    return f"du {debut} au {date_longue(dernier)}"


def de(nom: str) -> str:
    """'de juillet', 'd'août'."""
    return f"d'{nom}" if nom[:1] in "aàâeéèêiîoôuûy" else f"de {nom}"


def extraites(derniere_date: date | None) -> str:
    """'Données extraites jusqu'au 15 août 2022.', or that nothing tells it."""
    if derniere_date is None:
        return "Données sans date d'extraction."
    return f"Données extraites jusqu'au {date_longue(derniere_date)}."


def date_courte(jour: date) -> str:
    """15/08/2022."""
    return day(jour, "dd/MM/y")


def date_imprimee(valeur: object) -> str:
    """A day → '15/08/2022'; any other value as text."""
    return date_courte(valeur) if isinstance(valeur, date) else texte(valeur)


def mois(valeur: object) -> str:
    """'2021-08' → 'août 2021'; any other value as text."""
    try:
        jour = date.fromisoformat(f"{valeur}-01")
    except ValueError:
        return texte(valeur)
    return day(jour, "LLLL y")


def mois_court(texte: str) -> str:
    """'2021-09' → 'sept.\\n2021', on two lines; any other text is cut at its first space."""
    try:
        jour = date.fromisoformat(f"{texte}-01")
    except ValueError:
        return texte.replace(" ", "\n", 1)
    return day(jour, "LLL\ny")


def periode(valeur: object) -> str:
    """Printed name of a period (definitions §4); any other value as text."""
    return PERIODES.get(str(valeur), texte(valeur))


def texte(valeur: object) -> str:
    """Any value as text: an empty one as a dash, a boolean as oui or non."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return VIDE if valeur is None else str(valeur)


def minuscule(libelle: str) -> str:
    """A label inside a sentence: 'Apprentis suivis' → 'apprentis suivis'; an acronym keeps its capitals."""
    return libelle if libelle[1:2].isupper() else libelle[:1].lower() + libelle[1:]


def plural(n: int, singulier: str, pluriel: str) -> str:
    """'0 rupture', '1 rupture', '2 ruptures': French plural starts at 2."""
    return f"{entier(n)} {pluriel if n >= 2 else singulier}"


def en_lettres(n: int) -> str:
    """A number inside a sentence, in words under ten: 9 → 'neuf', 33 → '33'."""
    return LETTRES[n - 1] if 1 <= n <= len(LETTRES) else entier(n)


def un_sur(part: float) -> str:
    """A part as one in so many, rounded half up: 0.109 → 'sur neuf', 0.03 → 'sur 33'; '' where none is, or where that
    would be one in one."""
    combien = int(1 / part + 0.5) if part > 0 else 0
    return f"sur {en_lettres(combien)}" if combien >= 2 else ""


def alphabetical(nom: str) -> tuple[str, str]:
    """What orders names as a French reader looks them up, É with E, in a total order: what the macro alphabetique says,
    as a test holds."""
    decompose = unicodedata.normalize("NFD", nom.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(signe for signe in decompose if not unicodedata.combining(signe)), nom


def sentence(texte: str) -> str:
    """A text with a final stop; nothing stays nothing."""
    return texte if not texte or texte.endswith((".", "!", "?", "…")) else f"{texte}."


def is_meaningless(genre: str, fiabilite: object) -> bool:
    """Whether a value is of so few that it is not printed."""
    return fiabilite == "non_significatif" and genre in {"taux", "borne", "rapport"}


def written(genre: str, valeur: object, fiabilite: str | None = None, effectif: float | None = None) -> str:
    """A value as tables and charts print it (definitions §8): a rate that means nothing is 'n.s.', a fragile one is
    marked '*' (its bounds are not), one of few apprentices (`effectif`) has no decimal."""
    if is_meaningless(genre, fiabilite):
        return NON_SIGNIFICATIF
    if genre in DE_TAUX:
        marque = "*" if genre != "borne" and valeur is not None and fiabilite == "fragile" else ""
        return f"{taux(valeur, effectif)}{marque}"  # type: ignore[arg-type]
    return FORMATS[genre](valeur)


DE_TAUX = frozenset({"taux", "borne", "repere"})  # rates, their limits, rates that others are read against
FORMATS: dict[str, Callable[[Any], str]] = {
    "texte": texte,
    "entier": entier,
    "decimal": decimal,
    "euros": euros,
    "pourcentage": pourcentage,
    "taux": taux,
    "borne": taux,
    "repere": taux,
    "rapport": ratio,
    "date": date_imprimee,
    "mois": mois,
    "periode": periode,
}
NUMERIQUES = frozenset({"entier", "decimal", "euros", "pourcentage", "taux", "borne", "repere", "rapport"})


FORMULES = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def cell(valeur: object) -> str:
    """A value in a CSV file: nothing for an empty one, and no text that a spreadsheet would run as a formula."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, str) and valeur.startswith(FORMULES):
        return f"'{valeur}"
    return str(valeur)
