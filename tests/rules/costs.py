"""Cases of definitions §6, each with its reckoning: one contract, what is lost of it in its year and in all, and what
would be under the two other hypotheses (ADR 0001)."""

from __future__ import annotations

from typing import Any

from tests.rules.rows import contrat

# Amounts of npec.csv, by diploma: a gap after August 2021; an open period and two that overlap it; no bounds at all.
NPEC = """code_diplome;npec_annuel;debut;fin
TARIF-1;1200;2021-01-01;2021-06-30
TARIF-1;2400;2021-07-01;2021-08-31
TARIF-2;9999;;
TARIF-2;1200;2021-01-01;
TARIF-2;7777;2021-08-02;
TARIF-3;1200;;
TARIF-3;1100;;2025-01-01
"""
INCONNU = {"dateeffetrupture": "", "statut": "Rompu", "datesignalementrupture": "2022-06-01"}


def broken(rupture: str, debut: str = "2021-09-01", fin: str = "2022-08-31", **autres: str) -> dict[str, str]:
    """A contract at 1,200 € a year, a year long unless said otherwise."""
    return contrat("", debut, fin, **{"dateeffetrupture": rupture, "npecannuel": "1200"} | autres)


def tariff(code: str, conclusion: str) -> dict[str, str]:
    """A contract without an amount, of which three months are lost."""
    return broken("2022-06-01", npecannuel="", codediplome=code, dateconclusion=conclusion)


# What is said → contract, perte_annee, perte_totale; or why there is none.
MOIS: dict[str, tuple[dict[str, str], Any, Any]] = {  # 100 € a month
    "nine full months of twelve earn 5,250 of 7,000": (broken("2022-06-01", npecannuel="7000"), 1750, 7000 - 5250),
    # Last day 1 June: the tenth has begun, two are lost.
    "a month begun is due": (broken("2022-06-02"), 200, 200),
    # 28/09/2021–03/10/2022: 13 months. One day earns the first; by 15 August the eleventh is running: 10 are lost.
    "months slide from the first day": (broken("2021-09-29", "2021-09-28", "2022-10-03"), 1000, 1200),
    # Two years, broken after 9 months: 15 are lost, 3 of them by 15 August 2022.
    "the year's loss stops with the year": (broken("2022-06-01", fin="2023-08-31"), 300, 1500),
    "it is all the loss when the term comes before": (broken("2022-05-01", fin="2022-07-31"), 300, 300),
    "the last month, once begun, loses nothing": (broken("2022-08-05"), 0, 0),
    # From 31 August, the seventh month begins on 28 February, the twelfth on 31 July.
    "the eve of a month's end, cut": (broken("2022-02-28", "2021-08-31", "2022-08-30"), 600, 600),
    "a month's end, cut": (broken("2022-03-01", "2021-08-31", "2022-08-30"), 500, 500),
    # 3 months of 100.02 €: 25.005.
    "cents are rounded half away from zero": (broken("2022-06-01", npecannuel="100.02"), "25.01", "25.01"),
    # The second month has begun: 1 is lost.
    "concluded on 30 June 2025": (
        broken("2025-10-16", "2025-09-01", "2025-11-30", npecannuel="3650", dateconclusion="2025-06-30"),
        "304.17",
        "304.17",
    ),
}
JOURS: dict[str, tuple[dict[str, str], Any, Any]] = {  # 3,650 € are 10 € a day of a year of execution of 365 days
    # From 16 October to 30 November: 46 days.
    "concluded on 1 July 2025": (
        broken("2025-10-16", "2025-09-01", "2025-11-30", npecannuel="3650", dateconclusion="2025-07-01"),
        460,
        460,
    ),
    "no day of conclusion: that of the start": (
        broken("2025-10-16", "2025-09-01", "2025-11-30", npecannuel="3650"),
        460,
        460,
    ),
    # 30 November and 1 December.
    "both ends are included": (broken("2025-11-30", "2025-09-01", "2025-12-01", npecannuel="3650"), 20, 20),
    # 365 days of the first year of execution, then 5 of 365: 8,109.59, of which the first day earns 21.92. By 15 August
    # 2026, 348 days are lost.
    "370 days at 8,000": (
        broken("2025-09-02", "2025-09-01", "2026-09-05", npecannuel="8000"),
        "7627.40",
        "8087.67",
    ),
    # 1 September 2027–31 August 2028 has 29 February: 3,660 € are 10 € a day. The day before, 3,660 / 365.
    "366 days in a year of execution with 29 February": (
        broken("2027-08-31", "2026-09-01", "2028-08-31", npecannuel="3660"),
        "3510.03",
        "3670.03",
    ),
    # From 29 February, the year ends on 27 February: 365 days.
    "a year of execution from 29 February is cut": (
        broken("2028-03-01", "2028-02-29", "2029-02-27", npecannuel="3650"),
        1680,  # 168 days, to 15 August
        3640,
    ),
}
MONTANTS: dict[str, tuple[dict[str, str], Any, Any]] = {
    "the contract's amount before its diploma's": (broken("2022-06-01", codediplome="TARIF-2"), 300, 300),
    "a period's last day": (tariff("TARIF-1", "2021-06-30"), 300, 300),
    "a period's first day": (tariff("TARIF-1", "2021-07-01"), 600, 600),
    "no day of conclusion, the start": (tariff("TARIF-2", ""), 1944.25, 1944.25),  # 7,777 / 4
    "periods overlap: the latest begun": (tariff("TARIF-2", "2021-08-01"), 300, 300),
    "no bounds, or the greatest amount": (tariff("TARIF-3", "2021-08-01"), 300, 300),
    "after the last period": (tariff("TARIF-1", "2021-09-01"), "sans_npec", None),
    "before the first": (tariff("TARIF-1", "2020-12-31"), "sans_npec", None),
    "a diploma without an amount": (tariff("50022137", "2021-08-01"), "sans_npec", None),
    "an unknown day": (broken("", **INCONNU), "sans_date", None),
    "an unknown day comes before an unknown amount": (broken("", **INCONNU, npecannuel=""), "sans_date", None),
}
AU_JOUR = {"npecannuel": "3650"}
BISSEXTE = {"npecannuel": "3660"}  # 10 € a day of a year of execution of 366 days
# What is said → contract, then (perte_annee, perte_totale): of the rule, with the rupture's day paid, with six months.
HYPOTHESES: dict[str, tuple[dict[str, str], tuple[Any, Any], tuple[Any, Any], tuple[Any, Any]]] = {
    # Two years. Last day 30 December, or 31: the fourth month. Six months kept, to 29 June: the tenth.
    "the eve of a month's first day": (broken("2021-12-31", fin="2023-08-31"), (800, 2000), (800, 2000), (200, 1400)),
    # 1 January begins the fifth; 30 June is still in the tenth.
    "a month's first day": (broken("2022-01-01", fin="2023-08-31"), (800, 2000), (700, 1900), (200, 1400)),
    # Months slide from the 30th: seven by 28 February. Six months from 1 March end on 31 August, where the thirteenth
    # has begun (it would not have on 28 August): 3 of 16 are lost.
    "six months from 1 March end with August": (
        broken("2022-03-01", "2021-08-30", "2022-12-29"), (500, 900), (500, 900), (0, 300),
    ),
    # To 30 November: the fifteenth of 24.
    "six months that outlast the year": (broken("2022-06-01", fin="2023-08-31"), (300, 1500), (200, 1400), (0, 900)),
    "six months that outlast the contract": (broken("2022-05-02"), (300, 300), (300, 300), (0, 0)),
    "six months that end with the contract": (broken("2022-03-01"), (600, 600), (500, 500), (0, 0)),
    # Months begin on 29 February, then 31 August (the thirteenth): six are due the day before, twelve on 28 August.
    "by month, broken on 29 February": (
        broken("2028-02-29", "2027-08-31", "2029-08-30", dateconclusion="2025-06-30"),
        (600, 1800), (500, 1700), (0, 1200),
    ),
    # 8, 7 and 2 months of 8.335 €: 66.68, 58.345, 16.67.
    "each loss has its own cents": (
        broken("2022-01-01", npecannuel="100.02"),
        ("66.68", "66.68"), ("58.35", "58.35"), ("16.67", "16.67"),
    ),
    # 228 days to 15 August, 16 more to the end. Six months kept: from 30 June, 47.
    "by day, each day counts": (
        broken("2025-12-31", "2025-09-01", "2026-08-31", **AU_JOUR), (2280, 2440), (2270, 2430), (470, 630),
    ),
    "by day, six months that outlast the contract": (
        broken("2025-10-16", "2025-09-01", "2025-11-30", **AU_JOUR), (460, 460), (450, 450), (0, 0),
    ),
    # One day of the first year, of 3,660 / 365. Six months from 31 August are cut to 29 February: it is lost, with 168
    # days to 15 August and 16 to the end.
    "by day, six months cut to 29 February": (
        broken("2027-08-31", "2026-09-01", "2028-08-31", **BISSEXTE),
        ("3510.03", "3670.03"), (3500, 3660), (1690, 1850),
    ),
    # 29 August is the first day lost.
    "by day, broken on 29 February": (
        broken("2028-02-29", "2027-09-01", "2028-08-31", **BISSEXTE), (1690, 1850), (1680, 1840), (0, 30),
    ),
}  # fmt: skip
CAS = MOIS | JOURS | MONTANTS | {nom: (ligne, *regle) for nom, (ligne, regle, *_) in HYPOTHESES.items()}
NUMEROS = {nom: f"C{rang}" for rang, nom in enumerate(CAS)}


def export() -> list[dict[str, str]]:
    """Every case in one export, each of an apprentice of its own."""
    return [
        ligne | {"nocontrat": NUMEROS[nom], "idalternant": f"A{NUMEROS[nom]}"} for nom, (ligne, _, _) in CAS.items()
    ]
