"""A dozen apprentices over four training years, few enough to count every indicator of 2021-2022 on the fingers.

Windows run from 16 August to 15 August. What became of each in 2021-2022:

    A  sorti_a_terme           B  rupture_nette, once the diploma was obtained
    C  actif                   D  rupture_nette
    E  actif                   F  actif (broken on 28 February 2021, signed again six months later to the day)
    G  actif (broken on 1 May 2021, signed again six months and a day later)
    H  rupture_nette, the second of two, once the diploma was obtained
    I  actif (broken, signed again)
    J  rupture_nette of unknown day
    K  actif                   L  actif                   M  never started
"""

from __future__ import annotations

from tests.rules.rows import LIVRAISON, contrat

CONFIG = '[annees]\npremiere = "2018-2019"\n'
REFERENTIELS = {
    "motifs.csv": (
        "motif,liste,regroupement,sensible,fin_diplome\n"
        "Obtention du diplôme,exprime,,false,OUI\n"
        "Abandon,exprime,,false,\n"
        "Obtention du diplôme,valide,,false,non\n"
        "Diplôme obtenu,valide,,,true\n"
    )
}


def row(nom: str, debut: str, fin: str, rupture: str = "", **autres: str) -> dict[str, str]:
    """A contract of the apprentice that its name begins with."""
    return contrat(nom, debut, fin, idalternant=f"{nom[0]}1", dateeffetrupture=rupture, **autres)


CONTRATS = [
    # Begun in 2018-2019: 2.
    row("A1", "2018-09-01", "2021-08-31"),
    row("B1", "2018-09-01", "2022-08-31", "2021-09-01", motifexprime="Obtention du diplôme"),
    # Begun in 2019-2020: 2. The CFA's list does not mark the same words.
    row("C1", "2019-09-01", "2022-08-31"),
    row("D1", "2019-09-01", "2022-08-31", "2022-03-01", motifexprime="Abandon", motifvalide="Obtention du diplôme"),
    # Begun in 2020-2021: 3.
    row("E1", "2020-09-01", "2022-08-31"),
    row("F1", "2020-08-31", "2022-08-31", "2021-02-28"),
    row("G1", "2020-09-15", "2022-08-31", "2021-05-01"),
    # Begun in 2021-2022: 9.
    row("F2", "2021-08-28", "2022-08-31"),
    row("G2", "2021-11-02", "2022-08-31"),
    row("H1", "2021-09-01", "2023-08-31", "2021-11-30"),
    row("H2", "2021-12-01", "2023-08-31", "2021-12-20", motifvalide="Diplôme obtenu"),
    row("I1", "2021-10-01", "2023-08-31", "2022-03-15"),
    row("I2", "2022-04-01", "2023-08-31"),
    row("J1", "2021-11-15", "2023-08-31", statut="Rompu", datesignalementrupture="2022-08-01"),
    row("K1", "2021-11-16", "2023-08-31"),
    row("L1", "2022-06-01", "2023-08-31"),
    row("M1", "2021-09-01", "2023-08-31", statut="Annulé"),
]
LIVRAISONS = {LIVRAISON: CONTRATS}

# (cohort, indicator) → numerator, denominator. Apprentices unless said otherwise.
COMPTES: dict[tuple[str, str], tuple[int, float]] = {
    # B D H J, of these and C E F G I K L.
    ("2021-2022", "taux_rupture_nette"): (4, 11),
    # Without B, by the company's motif, and H, by the CFA's.
    ("2021-2022", "taux_nette_hors_diplome"): (2, 9),
    # Window from 1 August 2021 to 31 July 2022: J, broken the day after, is not yet.
    ("2021-2022", "taux_nette_31_juillet"): (3, 11),
    # From 2 September 2021 to 1 September 2022: A and B left before it, C E F G at term in it; D H J, and I K L.
    ("2021-2022", "taux_nette_1er_septembre"): (3, 6),
    # With A.
    ("2021-2022", "taux_nette_tous_sortants"): (4, 12),
    # B D H I J, of all but M.
    ("2021-2022", "taux_brut_annee"): (5, 12),
    # Contracts. None of E1 F1 G1; then F1 on the day that ends its six months; then F1 and G1.
    ("2020-2021", "dares_brut_3m"): (0, 3),
    ("2020-2021", "dares_brut_6m"): (0, 3),
    ("2020-2021", "dares_brut_9m"): (2, 3),
    # G1: F2 comes six months to the day after the rupture of F1, G2 a day more after that of G1.
    ("2020-2021", "dares_net_9m_6m"): (1, 3),
    # H1 H2, of all but L1, which has not had its three months on 15 August 2022.
    ("2021-2022", "dares_brut_3m"): (2, 8),
    # H1 H2 I1, of all but I2 and L1.
    ("2021-2022", "dares_brut_6m"): (3, 7),
    # H1 I1 and J1, whose reported day stands in, of these and F2 G2: J1 has its nine months that very day, K1 the next.
    ("2021-2022", "dares_brut_9m"): (3, 5),
    # Contracts broken in the window: B1 D1 H1 H2 I1 J1. Days under contract in it:
    # A1 16, B1 16, C1 365, D1 197, E1 365, F2 353, G2 287, H1 90, H2 19, I1 165, I2 137, J1 259, K1 273, L1 76.
    ("2021-2022", "pour_1000_mois"): (6, 2618 / 30.4375),
}
# Of those begun in 2021-2022, H1 H2 I1 J1 of 9; in 2020-2021, none of 3; in 2019-2020, D1 of 2; in 2018-2019, B1 of 2.
BIBB_LQ = 4 / 9 + 0 / 3 + 1 / 2 + 1 / 2
