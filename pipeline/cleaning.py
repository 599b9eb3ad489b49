"""Text of a file → typed values, as polars expressions: one function per type of `schemas.Colonne`.

Each function takes the raw text column and gives the typed one; a value that is there and cannot be read becomes null,
and `ingest` tells the two apart by comparing with the text.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

VIDES = ("", "NULL", "NA", "N/A", "-")
# Days counted from 1899-12-30: the serial numbers of spreadsheets for 2000–2060 (births: 1940–2015) have five digits.
ORIGINE_TABLEUR = pl.lit("1899-12-30").str.to_date("%Y-%m-%d")
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
BLANCS = r"[\s\x00\u00a0\u202f\u2007\ufeff]+"


def trim(brut: pl.Expr) -> pl.Expr:
    """Text without surrounding blanks (no-break ones and NUL included); the marks of emptiness become null."""
    net = brut.str.replace_all(r"\x00", "").str.strip_chars(" \t\r\n\u00a0\u202f\u2007\ufeff")
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


def date_between(net: pl.Expr, debut: int, fin: int) -> pl.Expr:
    """A date in any accepted shape, null outside the years `debut`–`fin` or when there is no such day."""
    iso = net.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
    barres = net.str.extract(r"^(\d{2}/\d{2}/\d{4})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
    court = net.str.extract(r"^(\d{2}/\d{2}/)\d{2}$") + "20" + net.str.extract(r"^\d{2}/\d{2}/(\d{2})$")
    serie = net.str.extract(r"^(\d{5})(?:[.,]0+)?$").cast(pl.Int64)
    jour = pl.coalesce(
        iso.str.to_date("%Y-%m-%d", strict=False),
        barres.str.to_date("%d/%m/%Y", strict=False),
        court.str.to_date("%d/%m/%Y", strict=False),
        ORIGINE_TABLEUR + pl.duration(days=serie),
    )
    return pl.when(jour.dt.year().is_between(debut, fin)).then(jour).otherwise(None)


def date(net: pl.Expr) -> pl.Expr:
    """A date of a contract: 2000 to 2060."""
    return date_between(net, 2000, 2060)


def naissance(net: pl.Expr) -> pl.Expr:
    """A birth date: 1940 to 2015. A year of two digits is of the latest century that makes the person 14 or more at
    the start of the contract (`datedebutcontrat`, already typed, of the same frame)."""
    court = net.str.extract(r"^(\d{2}/\d{2}/)\d{2}$")
    siecle = [
        (court + prefixe + net.str.extract(r"^\d{2}/\d{2}/(\d{2})$")).str.to_date("%d/%m/%Y", strict=False)
        for prefixe in ("20", "19")
    ]
    assez_age = siecle[0].dt.offset_by("14y") <= pl.col("datedebutcontrat")
    deux_chiffres = pl.when(assez_age).then(siecle[0]).otherwise(siecle[1])
    jour = pl.when(court.is_not_null()).then(deux_chiffres).otherwise(date_between(net, 1940, 2015))
    return pl.when(jour.dt.year().is_between(1940, 2015)).then(jour).otherwise(None)


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


def triplet() -> pl.Expr:
    """The apprentice's triple as it is compared (definitions §1): without case, accents, spaces, hyphens and
    apostrophes, œ = oe, æ = ae; null unless all three parts are there."""

    def plain(colonne: str) -> pl.Expr:
        deplie = pl.col(colonne).str.to_lowercase().str.replace_many(["œ", "æ"], ["oe", "ae"])
        return deplie.str.normalize("NFKD").str.replace_all(r"[\p{M}\s\p{Pd}'’‘ʼ`´\u00ad]", "")

    return pl.concat_str(
        plain("nom"), pl.lit("|"), plain("prenom"), pl.lit("|"), pl.col("datenaissance").cast(pl.String)
    )


NETTOYAGE: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "texte": lambda net: net,
    "code": code,
    "numero": numero,
    "date": date,
    "naissance": naissance,
    "entier": entier,
    "decimal": decimal,
    "booleen": booleen,
    "statut": statut,
    "sexe": sexe,
}
TYPES_DUCKDB = {
    "texte": "varchar", "code": "varchar", "numero": "varchar", "date": "date", "naissance": "date",
    "entier": "bigint", "decimal": "decimal(12, 2)", "booleen": "boolean", "statut": "varchar", "sexe": "varchar",
}  # fmt: skip
