"""Text of a file → typed values: one function per `schemas.InputType`.

Each function takes trimmed texts and gives typed values; a text that cannot be read becomes null. They work on the
distinct texts of a column, which are few, and the rows take theirs from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipeline import privacy
from pipeline.ingest import repairs
from pipeline.schemas import ESPACE, ESPACES, InputColumn, InputType

VIDES = ("", "NULL", "NA", "N/A", "-")
# Days counted from 1899-12-30: the serial numbers of spreadsheets for 2000–2060 (births: 1940–2015) have five digits.
ORIGINE_TABLEUR = pl.lit("1899-12-30").str.to_date("%Y-%m-%d")
HEURE = r"(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
# Shape of a date → what it looks like, how it is read (None: days since the origin).
FORMES_DE_DATES: dict[str, tuple[str, str | None]] = {
    "AAAA-MM-JJ": (rf"^(\d{{4}}-\d{{2}}-\d{{2}}){HEURE}$", "%Y-%m-%d"),
    "JJ/MM/AAAA": (rf"^(\d{{2}}/\d{{2}}/\d{{4}}){HEURE}$", "%d/%m/%Y"),
    "MM/JJ/AAAA": (rf"^(\d{{2}}/\d{{2}}/\d{{4}}){HEURE}$", "%m/%d/%Y"),
    "JJ/MM/AA": (r"^(\d{2}/\d{2}/\d{2})$", "%d/%m/%Y"),
    "MM/JJ/AA": (r"^(\d{2}/\d{2}/\d{2})$", "%m/%d/%Y"),
    "nombre de tableur": (r"^(\d{5})(?:[.,]\d+)?$", None),
}
STATUTS = {"annule": "Annulé", "corrige": "Corrigé", "rompu": "Rompu", "supprime": "Supprimé"}
SEXES = {"h": "H", "m": "H", "1": "H", "f": "F", "2": "F"}
BOOLEENS = {
    "true": True,
    "vrai": True,
    "oui": True,
    "1": True,
    "false": False,
    "faux": False,
    "non": False,
    "0": False,
}
BLANCS = f"{ESPACE}+"


def trim(brut: pl.Expr) -> pl.Expr:
    """Text without surrounding blanks (no-break ones and NUL included); the marks of emptiness become null."""
    net = brut.str.replace_all(r"\x00", "").str.strip_chars(ESPACES)
    return pl.when(net.is_in(VIDES)).then(None).otherwise(net)


def code(net: pl.Expr) -> pl.Expr:
    """Upper case, no blanks inside."""
    return net.str.replace_all(BLANCS, "").str.to_uppercase()


def numero(net: pl.Expr) -> pl.Expr:
    """A code whose leading zeros mean nothing: '01' is '1'."""
    compact = code(net)
    return pl.when(compact.str.contains(r"^[0-9]+$")).then(
        compact.str.replace(r"^0+([0-9])", "$1")
    ).otherwise(compact)  # fmt: skip


def split_date(net: pl.Expr, forme: str) -> pl.Expr:
    """The day of a text of this shape (a key of FORMES_DE_DATES), null for any other; '03/09/24' is in 2024."""
    motif, ecriture = FORMES_DE_DATES[forme]
    jour = net.str.extract(motif)
    if ecriture is None:
        return ORIGINE_TABLEUR + pl.duration(days=jour.cast(pl.Int64))
    if len(forme) == len("JJ/MM/AA"):
        jour = jour.str.replace(r"(\d{2})$", "20$1")
    return jour.str.to_date(ecriture, strict=False)


def shapes(mois_en_premier: bool) -> list[str]:
    """Shapes that a date may have in a file: slashes are day first, unless the configuration says otherwise."""
    return [forme for forme in FORMES_DE_DATES if not forme.startswith("JJ" if mois_en_premier else "MM")]


def shapes_found(net: pl.Series, mois_en_premier: bool) -> set[str]:
    """Which of them these texts have."""
    return {forme for forme in shapes(mois_en_premier) if net.str.contains(FORMES_DE_DATES[forme][0]).any()}


def between(jour: pl.Expr, debut: int, fin: int) -> pl.Expr:
    return pl.when(jour.dt.year().is_between(debut, fin)).then(jour).otherwise(None)


def date(net: pl.Expr, mois_en_premier: bool = False) -> pl.Expr:
    """A date of a contract: 2000 to 2060."""
    return between(pl.coalesce(split_date(net, forme) for forme in shapes(mois_en_premier)), 2000, 2060)


def naissance(net: pl.Expr, mois_en_premier: bool = False) -> pl.Expr:
    """A birth date: 1940 to 2015; a year of two digits is taken in the 2000s, `older_birth` says if that holds."""
    return between(pl.coalesce(split_date(net, forme) for forme in shapes(mois_en_premier)), 1940, 2015)


def older_birth(net: pl.Expr, mois_en_premier: bool = False) -> pl.Expr:
    """The birth date of a text with a year of two digits, a century earlier; null for any other text."""
    siecle = net.str.extract(r"^(\d{2}/\d{2}/\d{2})$").str.replace(r"(\d{2})$", "19$1")
    return between(siecle.str.to_date("%m/%d/%Y" if mois_en_premier else "%d/%m/%Y", strict=False), 1940, 2015)


def entier(net: pl.Expr) -> pl.Expr:
    """A whole number, blanks between thousands allowed."""
    return net.str.replace_all(BLANCS, "").str.extract(r"^(\d{1,9})(?:[.,]0+)?$").cast(pl.Int64)


def decimal(net: pl.Expr) -> pl.Expr:
    """An amount with a point or a comma, '€' allowed; to the cent."""
    nombre = net.str.replace_all(r"[\s\u00a0\u202f€]", "").str.replace(",", ".", literal=True)
    return nombre.str.extract(r"^(\d{1,9}(?:\.\d{1,2}0*)?)$").cast(pl.Decimal(12, 2))


def wording(net: pl.Expr) -> pl.Expr:
    """Text without case nor accents."""
    return net.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def booleen(net: pl.Expr) -> pl.Expr:
    """true/false, vrai/faux, oui/non, 1/0."""
    return wording(net).replace_strict(BOOLEENS, default=None, return_dtype=pl.Boolean)


def statut(net: pl.Expr) -> pl.Expr:
    """DECA's status of a contract."""
    return wording(net).replace_strict(STATUTS, default=None, return_dtype=pl.String)


def sexe(net: pl.Expr) -> pl.Expr:
    """H or F."""
    return wording(net).replace_strict(SEXES, default=None, return_dtype=pl.String)


def plain(noms: pl.Series) -> pl.Series:
    """Names as they are compared (definitions §1): without case, accents, spaces, hyphens and apostrophes, œ = oe,
    æ = ae."""
    deplie = pl.col("nom").str.to_lowercase().str.replace_many(["œ", "æ"], ["oe", "ae"]).str.normalize("NFKD")
    return noms.to_frame("nom").select(deplie.str.replace_all(r"[\p{M}\s\p{Pd}'’‘ʼ`´\u00ad]", "")).to_series()


NETTOYAGE: dict[InputType, Callable[[pl.Expr], pl.Expr]] = {
    "texte": lambda net: net,
    "code": code,
    "numero": numero,
    "entier": entier,
    "decimal": decimal,
    "booleen": booleen,
    "statut": statut,
    "sexe": sexe,
    "numero_contrat": code,
    "uai": code,
    "siret": code,
    "cfd": code,
    "code_postal": code,
    "identifiant": code,
}
# Texts of these shapes need no cleaning.
FORMES_PROPRES: dict[InputType, str] = {
    "numero_contrat": f"^{repairs.NUMERO_DE_CONTRAT.pattern}$",
    "uai": r"^\d{7}[A-Z]$",
    "siret": r"^\d{14}$",
    "cfd": r"^\d{8}$",
    "code_postal": r"^\d{5}$",
    "identifiant": r"^[0-9A-Z]*\d[0-9A-Z]*$",
}
TYPES_DUCKDB = {
    "date": "date", "naissance": "date", "entier": "bigint", "decimal": "decimal(12, 2)", "booleen": "boolean",
}  # fmt: skip
TYPES_POLARS = {
    "date": pl.Date, "naissance": pl.Date, "entier": pl.Int64, "decimal": pl.Decimal(12, 2), "booleen": pl.Boolean,
}  # fmt: skip
TYPES_ARROW = {genre: pl.Series(dtype=type_).to_arrow().type for genre, type_ in TYPES_POLARS.items()}


@dataclass(frozen=True)
class Cleaned:
    """The texts of a column, cleaned.

    Attributes:
        nets: trimmed; null where empty.
        types: typed; null where empty or unreadable.
        remarques: what to tell of a text (null: nothing), or None.
    """

    nets: pl.Series
    types: pl.Series
    remarques: pl.Series | None


def clean(
    c: InputColumn, textes: pl.Series, mois_en_premier: bool, cfd: frozenset[str], discret: bool = True
) -> Cleaned:
    """Texts of a column; `cfd` are the diploma codes of the referential; not `discret`: another wording will stand for
    what may tell of a person."""
    if (propre := as_they_should(c.type, textes)) is not None:
        return Cleaned(propre, propre, None)
    nets = textes.to_frame("net").select(trim(pl.col("net"))).to_series()
    net = pl.col("net")
    match c.type:
        case "date":
            typer = date(net, mois_en_premier)
        case "naissance":
            typer = naissance(net, mois_en_premier)
        case _:
            typer = NETTOYAGE[c.type](net)
    types = nets.to_frame("net").select(typer).to_series()
    if types.dtype != pl.String:
        return Cleaned(nets, types, None)
    types, remarques = repairs.repair(c.type, types, cfd)
    nette = Cleaned(nets, types, remarques)
    return set_aside(c.type, nette) if discret and not c.personnelle else nette


def as_they_should(genre: InputType, textes: pl.Series) -> pl.Series | None:
    """The texts, null where empty, if all are written as their type wants them: nothing to clean, repair or set aside.
    What it saves is the cost of looking for each fault in turn."""
    if genre not in FORMES_PROPRES:
        return None
    texte = pl.col("texte")
    juste = texte.str.contains(FORMES_PROPRES[genre])
    lu = textes.to_frame("texte").select(
        pl.when(juste).then(texte).alias("propre"), (juste | (texte == "")).all().alias("tous")
    )
    return lu["propre"] if lu["tous"].all() else None


def set_aside(genre: InputType, nette: Cleaned) -> Cleaned:
    """The same without what may tell of a person; a contract number of DECA's own shape is never taken for a NIR."""
    codes = genre not in ("texte", "statut", "sexe")
    # Thirteen figures are also a SIRET that lost a zero.
    personnels = privacy.tells_of_person(nette.nets, codes, sans_cle=genre != "siret")
    if genre == "numero_contrat":
        personnels = personnels & ~nette.types.str.contains(f"^{repairs.NUMERO_DE_CONTRAT.pattern}$").fill_null(False)
    if not personnels.any():
        return nette
    remarques = (
        pl.repeat(None, len(personnels), dtype=pl.String, eager=True) if nette.remarques is None else nette.remarques
    )
    ecartees = pl.repeat(privacy.ECARTEE, len(personnels), dtype=pl.String, eager=True)
    rien = pl.repeat(None, len(personnels), dtype=pl.String, eager=True)
    return Cleaned(nette.nets, nette.types.zip_with(~personnels, rien), remarques.zip_with(~personnels, ecartees))
