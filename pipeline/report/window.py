"""What the dates of a year make true of its figures: what will be revised, which months are cut. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline import formats

# Days after the end of a year by which its last ruptures are taken to be told: exports that go so far have them.
DELAI_DE_SIGNALEMENT = timedelta(days=30)


def revision_sentence(fin_annee: date, date_arrete: date, derniere_date: date | None) -> str:
    """Why the figures of a year will be revised: exports that end less than `DELAI_DE_SIGNALEMENT` after it, or a
    situation that ends with it and leaves out the contracts signed since. '' where neither is so.

    Args:
        fin_annee: last day of the year's window.
        date_arrete: the cut-off, on that day or later.
        derniere_date: latest date of the exports; None where nothing tells it.
    """
    fin, arrete, mois = formats.date_longue(fin_annee), formats.date_longue(date_arrete), last_months(fin_annee)
    derniere = formats.date_longue(derniere_date) if derniere_date else ""
    if derniere_date is not None and derniere_date < fin_annee:
        return (
            f"Les exports s'arrêtent au {derniere}, avant la fin de l'année, le {fin} : ce qui suit n'est pas connu, "
            "et ces chiffres seront révisés."
        )
    if derniere_date is None or derniere_date < fin_annee + DELAI_DE_SIGNALEMENT:
        exports = f"Les exports s'arrêtent au {derniere}" if derniere else "Les exports n'ont pas de date"
        return (
            f"{exports} : des ruptures {mois} peuvent n'y être pas encore signalées, et un contrat signé après le "
            f"{arrete} ferait cesser d'être nette une rupture de l'année. Ces chiffres seront révisés."
        )
    if date_arrete == fin_annee:
        return (
            f"Arrêtée à la fin de l'année, la situation sera révisée : un contrat signé après le {fin} fait cesser "
            f"d'être nette une rupture {mois} comme des mois d'avant. Les exports vont jusqu'au {derniere} ; une "
            "situation arrêtée plus tard en tient compte."
        )
    return ""


def status(provisoire: bool, fin_annee: date, date_arrete: date) -> str:
    """What the figures of a year are, in two words: of a year that had not ended, of one that is cut off later than its
    end, or as they were then."""
    if provisoire:
        return "Chiffres provisoires"
    return "Chiffres révisés" if date_arrete > fin_annee else "Chiffres de fin d'année"


def last_months(fin_annee: date) -> str:
    """The months that a window ends with, its last day's and the one before: 15 August 2022 → 'de juillet et août
    2022', 15 January 2022 → 'de décembre 2021 et janvier 2022'."""
    avant = fin_annee.replace(day=1) - timedelta(days=1)
    premier = month(avant) if avant.year != fin_annee.year else month(avant).rpartition(" ")[0]
    return f"{formats.de(premier)} et {month(fin_annee)}"


def cut_months(debut: date, fin_annee: date) -> str:
    """The months of a window that it does not hold whole: 'Août 2021 n'est compté que depuis le 16, et août 2022 que
    jusqu'au 15.'; '' where it holds all of them whole."""
    dits = []
    if debut.day > 1:
        dits.append(f"{month(debut)} n'est compté que depuis le {debut.day}")
    if (fin_annee + timedelta(days=1)).day > 1:
        verbe = "que" if dits else "n'est compté que"
        dits.append(f"{month(fin_annee)} {verbe} jusqu'au {formats.quantieme(fin_annee)}")
    phrase = formats.sentence(", et ".join(dits))
    return phrase[:1].upper() + phrase[1:]


def month(jour: date) -> str:
    """'août 2022'."""
    return formats.mois(f"{jour:%Y-%m}")
