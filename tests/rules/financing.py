"""Cases of definitions §6 since 2025, each with its reckoning: who owes what of a broken contract, what was paid."""

from __future__ import annotations

from decimal import Decimal

from tests.rules.rows import contrat

DIPLOMES = """code_diplome;intitule;type_diplome;niveau;filiere;part_distance
NIVEAU-5;BTS;BTS;5;Chantier;
NIVEAU-6;Licence;LICENCE PRO;6;Chantier;
NIVEAU-7;Ingénieur;INGENIEUR;Niveau 7;Chantier;
DISTANC1;Licence à distance;LICENCE PRO;6;Chantier;80
MOINS-80;Licence hybride;LICENCE PRO;6;Chantier;79,99
SANSNIV1;Licence;LICENCE PRO;;Chantier;
"""
INCONNU = {"dateeffetrupture": "", "statut": "Rompu", "datesignalementrupture": "2025-12-01"}
Case = tuple[list[dict[str, str]], tuple[str, ...]]


def broken(rupture: str, fin: str = "2027-08-31", **autres: str) -> dict[str, str]:
    """A contract at 8,000 € a year of a diploma of level 6, begun on 1 September 2025."""
    dits = {"dateeffetrupture": rupture, "npecannuel": "8000", "codediplome": "NIVEAU6", "siretemployeur": "1"}
    return contrat("", "2025-09-01", fin, **dits | autres)


def after(premier: dict[str, str], **autres: str) -> list[dict[str, str]]:
    """The contract of 30 funded days, after another one of the apprentice, broken on the eve."""
    avant = {"datedebutcontrat": "2025-07-10", "datefincontrat": "2026-08-31", "dateeffetrupture": "2025-08-31"}
    return [broken("2025-10-01") | avant | premier, broken("2025-10-01") | autres]


# What is said → contracts, the last being the one that is told of, then: acquis, participation, du_financeur, verse,
# a_verser, a_rembourser.
MONTANTS: dict[str, Case] = {
    # 8,000 × 30 / 365 = 657.53, of which half. Nothing is paid before 1 October.
    "30 funded days, broken in the 45": (
        [broken("2025-10-01")], ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    # The ministry's example, 493 €: 8,000 × 45 / 365 = 986.30. Paid: 3,200 − 750.
    "45 funded days": (
        [broken("2025-10-16")], ("986.30", "493.15", "493.15", "2450", "0", "1956.85"),
    ),
    # 1,849.32, of which half would be 924.66. Paid: 6,000 − 750.
    "half of the support is at most 750 €": (
        [broken("2025-10-16", npecannuel="15000")], ("1849.32", "750", "1099.32", "5250", "0", "4150.68"),
    ),
    # 61 days.
    "the trial is over on its last day": (
        [broken("2025-11-01")], ("1336.99", "750", "586.99", "2450", "0", "1863.01"),
    ),
    # 60 days: half of 1,315.07.
    "the eve of its end": (
        [broken("2025-10-31")], ("1315.07", "657.53", "657.54", "2450", "0", "1792.46"),
    ),
    "level 7, said with its word": (
        [broken("2025-10-01", codediplome="NIVEAU7")], ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    "level 5: the employer owes nothing": (
        [broken("2025-10-16", codediplome="NIVEAU5")], ("986.30", "0", "986.30", "3200", "0", "2213.70"),
    ),
    # 212 days: 4,646.58; the second payment comes when the seventh month is over, on 1 April.
    "before the second payment": (
        [broken("2026-04-01")], ("4646.58", "750", "3896.58", "2450", "1446.58", "0"),
    ),
    # 213 days; 5,600 − 750.
    "on the day of the second payment": (
        [broken("2026-04-02")], ("4668.49", "750", "3918.49", "4850", "0", "931.51"),
    ),
    # 8,000 and 91 days of 365. Paid: the first year and two fifths of the second, less 750.
    "the second year is paid like the first": (
        [broken("2026-12-01")], ("9994.52", "750", "9244.52", "10450", "0", "1205.48"),
    ),
    # 122 days are planned in the second year: two fifths of 2,673.97.
    "a last year is paid for its days": (
        [broken("2026-12-01", fin="2026-12-31")], ("9994.52", "750", "9244.52", "8319.59", "924.93", "0"),
    ),
    # What is due is less than the forfeit: 8,000 × 61 / 365 is not, 3,000 × 61 / 365 = 501.37 is.
    "the funder owes no less than nothing": (
        [broken("2025-11-01", npecannuel="3000")], ("501.37", "750", "0", "450", "0", "450"),
    ),
    "after a rupture, with another employer": (
        after({}, siretemployeur="2"), ("657.53", "200", "457.53", "0", "457.53", "0"),
    ),
    "after a rupture, with the same one": (
        after({}, typecontrat="23"), ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    "after a rupture of another diploma": (
        after({"codediplome": "NIVEAU7"}, siretemployeur="2"), ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    "after a contract come to its term": (
        after({"dateeffetrupture": "", "datefincontrat": "2025-08-31"}, siretemployeur="2"),
        ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    "after a contract that never began": (
        after({"statut": "Annulé"}, siretemployeur="2"), ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    "said to follow a rupture that no export has": (
        [broken("2025-10-01", typecontrat="23")], ("657.53", "200", "457.53", "0", "457.53", "0"),
    ),
    # 6,400 × 30 / 365 = 526.03.
    "80 % at a distance": (
        [broken("2025-10-01", codediplome="DISTANC1")], ("526.03", "263.01", "263.02", "0", "263.02", "0"),
    ),
    "less than 80 %": (
        [broken("2025-10-01", codediplome="MOINS80")], ("657.53", "328.77", "328.76", "0", "328.76", "0"),
    ),
    # 4,000 × 30 / 365 = 328.77, half of 328.767.
    "not under 4,000 €": (
        [broken("2025-10-01", codediplome="DISTANC1", npecannuel="4500")],
        ("328.77", "164.38", "164.39", "0", "164.39", "0"),
    ),
    # 320.55, half of 320.548.
    "an amount that was under it stays": (
        [broken("2025-10-01", codediplome="DISTANC1", npecannuel="3900")],
        ("320.55", "160.27", "160.28", "0", "160.28", "0"),
    ),
}  # fmt: skip
SANS_MONTANT: dict[str, Case] = {
    "an unknown level": ([broken("2025-10-01", codediplome="SANSNIV1")], ("sans_niveau",)),
    "a diploma that is not known": ([broken("2025-10-01", codediplome="AILLEUR1")], ("sans_niveau",)),
    "an unknown amount": ([broken("2025-10-01", npecannuel="")], ("sans_npec",)),
    "at a distance, of an unknown amount": (
        [broken("2025-10-01", npecannuel="", codediplome="DISTANC1")],
        ("sans_npec",),
    ),
    "an unknown day": ([broken("", **INCONNU)], ("sans_date",)),
    "concluded before the rules": ([broken("2025-10-01", dateconclusion="2025-06-30")], ()),
}
CAS = MONTANTS | SANS_MONTANT
COLONNES = ("acquis", "participation", "du_financeur", "verse", "a_verser", "a_rembourser")


def numero(nom: str) -> str:
    """The number of the contract that a case tells of."""
    return f"F{[*CAS].index(nom):02d}"


def export() -> list[dict[str, str]]:
    """Every case in one export, each of an apprentice of its own."""
    lignes = []
    for nom, (contrats, _) in CAS.items():
        cle = numero(nom)
        for rang, ligne in enumerate(reversed(contrats)):
            lignes.append(ligne | {"nocontrat": cle if not rang else f"{cle}-AVANT", "idalternant": f"A{cle}"})
    return lignes


def expected(nom: str) -> tuple[Decimal, ...]:
    """What a case says, as amounts."""
    return tuple(Decimal(montant) for montant in MONTANTS[nom][1])
