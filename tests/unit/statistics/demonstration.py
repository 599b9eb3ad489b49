"""Counts of the demonstration, as the database that `ruptures construire --donnees data/raw/demo` makes has them."""

from __future__ import annotations

# ventilations.par_cfa, 2019-2020 to 2021-2022: net ruptures and apprentices of each CFA, year by year.
CFA = {
    "Nangis": ((55, 51, 56), (344, 361, 375)),
    "Ocquerre": ((38, 35, 46), (373, 392, 405)),
    "Rueil-Malmaison": ((35, 30, 31), (392, 410, 425)),
    "Brétigny-sur-Orge": ((49, 56, 48), (400, 421, 438)),
    "Ermont": ((60, 67, 71), (398, 419, 436)),
    "Noisy-le-Grand": ((22, 34, 32), (286, 300, 311)),
    "Saint-Denis": ((36, 36, 34), (347, 363, 378)),
}
RUPTURES = [list(ruptures) for ruptures, _ in CFA.values()]
EFFECTIFS = [list(effectifs) for _, effectifs in CFA.values()]
# core.ruptures_nettes_par_annee: the network, UFA included.
RESEAU = {"2020-2021": (316, 2877), "2021-2022": (326, 2984)}

# Strata (type_diplome, annee_cycle) of the network: 2021-2022, then 2020-2021.
DEUX_ANNEES = [
    (23, 190, 29, 254), (23, 228, 21, 162), (2, 50, 3, 40), (31, 217, 26, 233), (16, 216, 14, 188), (10, 83, 7, 92),
    (3, 83, 2, 69), (0, 6, 0, 7), (140, 926, 145, 965), (65, 752, 60, 640), (0, 17, 0, 26), (1, 25, 2, 15),
    (1, 31, 2, 22), (0, 21, 0, 17), (0, 17, 0, 28), (1, 31, 0, 30), (0, 16, 0, 21), (2, 22, 0, 16), (2, 15, 0, 15),
    (6, 38, 5, 37),
]  # fmt: skip
# ventilations.par_filiere, 2021-2022: net ruptures and apprentices of each filière, Travaux publics last.
FILIERES = [(24, 229), (19, 164), (154, 1353), (66, 671), (7, 82), (25, 213), (30, 258), (1, 14)]
