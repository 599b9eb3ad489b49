"""Texts → days: every way of writing one that exports use, with a time or without.

Each shape is recognisable, so that they may be mixed in one column; only the order of day and month is said by the
configuration. The functions work on the distinct texts of a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.schemas import ESPACE

# The serial numbers of spreadsheets for 2000–2060 (births: 1940–2015) have five digits, whatever day they count from.
ORIGINE_TABLEUR, ORIGINE_1904 = date(1899, 12, 30), date(1904, 1, 1)
PARIS = "Europe/Paris"
MINUIT_UTC = r"^2[23]:00(?::00(?:[.,]0+)?)?$"  # midnight in Paris, in summer and in winter
MINUIT_OU_PRESQUE = r"^(?:0?0:00(?::00(?:[.,]0+)?)?|23:59.*)$"
# Each month as it is written, whole or not, without accents.
MOIS = {
    "janv(?:ier)?": 1, "fevr?(?:ier)?": 2, "mars": 3, "avr(?:il)?": 4, "mai": 5, "juin": 6, "juil(?:let)?": 7,
    "aout": 8, "sept(?:embre)?": 9, "oct(?:obre)?": 10, "nov(?:embre)?": 11, "dec(?:embre)?": 12,
}  # fmt: skip
# A text is a day, then perhaps a time, then perhaps an offset; groups of MOMENT, in order.
PARTIES = ("jour", "heure", "h", "min", "s", "decalage")
MOMENT = (
    r"^(?P<jour>.+?)(?:(?: ?T| ) ?(?P<heure>(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?)"
    r" ?(?P<decalage>Z|[+-]\d{2}(?::?\d{2})?)?)?$"
)
ENTRE = r" ?[-/.] ?"
# Shape → what it looks like; its groups are the day, the month and the year in the order of the name.
FORMES_DE_DATES: dict[str, str] = {
    "AAAA-MM-JJ": rf"^(?P<a>\d{{4}}){ENTRE}(?P<m>\d{{1,2}}){ENTRE}(?P<j>\d{{1,2}})$",
    "AAAAMMJJ": r"^(?P<a>\d{4})(?P<m>\d{2})(?P<j>\d{2})$",
    "JJMMAAAA": r"^(?P<j>\d{2})(?P<m>\d{2})(?P<a>\d{4})$",
    "JJ/MM/AAAA": rf"^(?P<j>\d{{1,2}}){ENTRE}(?P<m>\d{{1,2}}){ENTRE}(?P<a>\d{{4}})$",
    "MM/JJ/AAAA": rf"^(?P<m>\d{{1,2}}){ENTRE}(?P<j>\d{{1,2}}){ENTRE}(?P<a>\d{{4}})$",
    "JJ/MM/AA": rf"^(?P<j>\d{{1,2}}){ENTRE}(?P<m>\d{{1,2}}){ENTRE}(?P<a>\d{{2}})$",
    "MM/JJ/AA": rf"^(?P<m>\d{{1,2}}){ENTRE}(?P<j>\d{{1,2}}){ENTRE}(?P<a>\d{{2}})$",
    "JJ mois AAAA": (
        rf"^(?P<j>\d{{1,2}})(?:er)?[ ./-]{{0,2}}(?P<m>{'|'.join(MOIS)})\.?[ ./-]{{0,2}}(?P<a>\d{{4}}|\d{{2}})$"
    ),
    "nombre de tableur": r"^(?P<n>\d{5})(?:[.,]\d+)?$",
}
ISO = r"^\d{4}-\d{2}-\d{2}$"
DEUX_CHIFFRES = ("JJ/MM/AA", "MM/JJ/AA", "JJ mois AAAA")


@dataclass(frozen=True)
class DateWriting:
    """What a file does not say of its dates in each of them.

    Attributes:
        mois_en_premier: 03/15/2022 is in March, as the configuration says.
        minuits_utc: a time of 22:00 or 23:00 is midnight in Paris, the next day.
        depuis_1904: serial numbers are counted from 1904-01-01, as the workbook says.
    """

    mois_en_premier: bool = False
    minuits_utc: bool = False
    depuis_1904: bool = False

    @property
    def formes(self) -> dict[str, str]:
        """The shapes that a date may have: slashes are day first, unless the configuration says otherwise."""
        exclue = "JJ/" if self.mois_en_premier else "MM/"
        return {forme: motif for forme, motif in FORMES_DE_DATES.items() if not forme.startswith(exclue)}


def shapes_found(net: pl.Series, ecriture: DateWriting) -> set[str]:
    """The shapes that these texts have."""
    if net.str.contains(ISO).all():
        return {"AAAA-MM-JJ"} if net.null_count() < len(net) else set()
    jours = net.to_frame("net").select(day_part(pl.col("net"))).to_series()
    return {forme for forme, motif in ecriture.formes.items() if jours.str.contains(motif).any()}


def shapes_read(net: pl.Series, ecriture: DateWriting) -> pl.Series:
    """The shape by which each of these texts is a day, whatever its year; null where it is none."""
    if net.str.contains(ISO).all():
        lues = pl.when(pl.col("net").str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(pl.lit("AAAA-MM-JJ"))
    else:
        jour = day_part(pl.col("net"))
        lues = pl.coalesce(
            pl.when(split_day(jour, forme, 20, ecriture.depuis_1904).is_not_null()).then(pl.lit(forme))
            for forme in ecriture.formes
        )
    return net.to_frame("net").select(lues).to_series()


def moment(net: pl.Expr, groupe: str) -> pl.Expr:
    """A part of a text, of PARTIES, whatever its blanks; null where it has none."""
    return net.str.replace_all(f"{ESPACE}+", " ").str.strip_chars(" ").str.extract(MOMENT, PARTIES.index(groupe) + 1)


def day_part(net: pl.Expr) -> pl.Expr:
    """The day of a text as it is written, without case nor accents."""
    return moment(net, "jour").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def split_day(jour: pl.Expr, forme: str, siecle: int, depuis_1904: bool) -> pl.Expr:
    """The day of a text of this shape, null for any other; a year of two digits is of this century (20, 19)."""
    motif = FORMES_DE_DATES[forme]
    if "(?P<n>" in motif:
        return pl.lit(ORIGINE_1904 if depuis_1904 else ORIGINE_TABLEUR) + pl.duration(
            days=jour.str.extract(motif, 1).cast(pl.Int64)
        )
    ordre = sorted("jma", key=lambda lettre: motif.index(f"(?P<{lettre}>"))
    j, m, a = (jour.str.extract(motif, ordre.index(lettre) + 1) for lettre in "jma")
    if forme == "JJ mois AAAA":
        m = pl.coalesce(pl.when(m.str.contains(f"^{nom}$")).then(pl.lit(str(n))) for nom, n in MOIS.items())
    a = pl.when(a.str.len_chars() == 2).then(pl.lit(str(siecle)) + a).otherwise(a)
    return (a + "-" + m.str.zfill(2) + "-" + j.str.zfill(2)).str.to_date("%Y-%m-%d", strict=False)


def read_days(net: pl.Series, ecriture: DateWriting, annees: tuple[int, int], siecle: int = 20) -> pl.Series:
    """The day of each text, null where it is none or outside the years `annees`, both included; a year of two digits is
    of the century `siecle`.

    With an offset, it is the day in Paris. A time of the last minute of a day is the next midnight (a known writer
    loses 44 seconds); other times are left out, but those of `DateWriting`.
    """
    if net.str.contains(ISO).all():
        return between(net.str.to_date("%Y-%m-%d", strict=False), annees)
    texte = pl.col("net")
    frame = net.to_frame("net").select(
        texte,
        pl.coalesce(split_day(day_part(texte), forme, siecle, ecriture.depuis_1904) for forme in ecriture.formes).alias(
            "jour"
        ),
    )
    if net.str.contains(":").any():
        frame = frame.with_columns(at_paris(texte, pl.col("jour"), ecriture.minuits_utc).alias("jour"))
    return between(frame["jour"], annees)


def between(jours: pl.Series, annees: tuple[int, int]) -> pl.Series:
    """The days of these years, null for the others."""
    jour = pl.col("jour")
    return jours.to_frame("jour").select(pl.when(jour.dt.year().is_between(*annees)).then(jour)).to_series()


def at_paris(net: pl.Expr, jour: pl.Expr, minuits_utc: bool) -> pl.Expr:
    """The day of `jour` once its time is read."""
    h, minute, s = (moment(net, nom).cast(pl.Int64).fill_null(0) for nom in ("h", "min", "s"))
    decalage = moment(net, "decalage")
    signe = pl.when(decalage.str.starts_with("-")).then(-1).otherwise(1)
    heures = decalage.str.extract(r"^[+-](\d{2})").cast(pl.Int64).fill_null(0)
    minutes = decalage.str.extract(r"^[+-]\d{2}:?(\d{2})$").cast(pl.Int64).fill_null(0)
    ecrit = jour.cast(pl.Datetime("us")) + pl.duration(hours=h, minutes=minute, seconds=s)
    utc = ecrit - signe * pl.duration(hours=heures, minutes=minutes)
    a_paris = utc.dt.replace_time_zone("UTC").dt.convert_time_zone(PARIS).dt.replace_time_zone(None)
    # Of midnights stored in UTC, every one without an offset is of 22:00 or 23:00.
    sans_decalage = ecrit + pl.duration(hours=2) if minuits_utc else ecrit
    local = pl.when(decalage.is_not_null()).then(a_paris).otherwise(sans_decalage) + pl.duration(minutes=1)
    possible = (h < 24) & (minute < 60) & (s < 60)
    return pl.when(moment(net, "heure").is_null()).then(jour).when(possible).then(local.dt.date())


def is_short(net: pl.Series, ecriture: DateWriting) -> pl.Series:
    """Which texts have a year of two digits."""
    jours = net.to_frame("net").select(day_part(pl.col("net"))).to_series()
    formes = [motif for forme, motif in ecriture.formes.items() if forme in DEUX_CHIFFRES]
    courtes = (jours.str.contains(forme.replace(r"\d{4}|", "")).fill_null(False) for forme in formes)
    return pl.select(pl.any_horizontal(*courtes)).to_series()


def bare_times(net: pl.Series) -> pl.Series:
    """The time of each text that has one without an offset, as written; null for the others."""
    texte = pl.col("net")
    heure = pl.when(moment(texte, "decalage").is_null()).then(moment(texte, "heure"))
    return net.to_frame("net").select(heure).to_series()


def times_left_out(net: pl.Series, ecriture: DateWriting) -> pl.Series:
    """Which texts have a time without an offset that changes nothing of their day: no midnight, nor the last minute of
    a day, nor those of `DateWriting`."""
    heures = bare_times(net)
    ailleurs = ~heures.str.contains(MINUIT_OU_PRESQUE)
    return (ailleurs & ~are_midnights(heures) if ecriture.minuits_utc else ailleurs).fill_null(False)


def are_midnights(heures: pl.Series) -> pl.Series:
    """Which of these times are those of midnights of Paris stored in UTC."""
    return heures.str.contains(MINUIT_UTC)
