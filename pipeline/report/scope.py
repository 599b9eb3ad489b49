"""« Champ » : who is counted in a table, and what it leaves out, by rule from its columns and its header. Pure."""

from __future__ import annotations

from pipeline import formats
from pipeline.formats import sentence
from pipeline.report.breakdowns import BreakdownYear, ResultRow

# What the rows count, by the first of these columns that is printed: whose, then when.
SUIVIS, NETTES, ROMPUS = ("apprentis suivis", "en"), ("ruptures nettes", "en"), ("contrats", "rompus en")
POPULATIONS = {
    "effectif": SUIVIS,
    "ruptures_nettes": NETTES,
    "ruptures_chiffrees": NETTES,
    "ruptures_suivies": ROMPUS,
    "ruptures_a_suivre": ROMPUS,
    "contrats_suivants": ROMPUS,
    "mois_de_contrat": ("contrats", "rompus de la première année publiée à"),
    "ruptures_brutes": ROMPUS,
    "contrats_commences": ("contrats", "commencés en"),
    "a_risque": ("contrats", "commencés en"),
    "ruptures_prevues": ("contrats", "ouverts le jour de la prévision, données de"),
    "cas_suivis": ("ruptures nettes et contrats", "de"),
    "ruptures_de_30_jours": NETTES,
    "ruptures_au_30e_jour": ROMPUS,
}


def scope(annuelle: BreakdownYear, total: ResultRow | None, ensemble: ResultRow) -> str:
    """Whom a table counts, in a sentence, then what it leaves out, once.

    Args:
        total: all its rows as one; None without rows.
        ensemble: the totals that it is held to, of the network or, where the rows are a CFA's, of the CFA.
    """
    d_un_cfa, hors_total = annuelle.ventilation.uai is not None, (annuelle.entete.hors_total or "").rstrip(" .")
    reunies = (total or {"ruptures_nettes": 0}).get("ruptures_nettes")
    if "ruptures_nettes" not in annuelle.colonnes or reunies is None:
        # What the table of all CFA leaves out of the network, that of one CFA does not.
        return joined(population(annuelle), "" if d_un_cfa else hors_total)
    toutes = ensemble["ruptures_nettes"]
    if d_un_cfa:
        if total is not None and reunies != toutes:
            return joined(f"{counted(annuelle)[0]} des lignes du tableau, en {annuelle.annee}", hors_total)
        return joined(population(annuelle), none_at_all(toutes))
    if reunies > toutes:
        ensembles = formats.plural(reunies, "rupture nette", "ruptures nettes")
        trop = f"Les lignes ont ensemble {ensembles}, et l'année {formats.entier(toutes)}"
        return joined(population(annuelle), trop, hors_total)
    dehors = ""
    if hors_total or (total and reunies < toutes):
        dehors = f"{hors_total or 'Hors du tableau'} : {left_out(annuelle, total or {}, ensemble)}"
    return joined(population(annuelle), none_at_all(toutes), dehors)


def joined(*morceaux: str) -> str:
    """Sentences, those that say something."""
    return " ".join(sentence(morceau) for morceau in morceaux if morceau)


def population(annuelle: BreakdownYear) -> str:
    """'apprentis suivis du réseau en 2021-2022'."""
    qui, quand = counted(annuelle)
    return f"{qui} {'du réseau' if annuelle.ventilation.uai is None else 'du CFA'} {quand} {annuelle.annee}"


def counted(annuelle: BreakdownYear) -> tuple[str, str]:
    """What the rows count, in the plural, and what comes before the year."""
    pivot, imprimees = annuelle.entete.pivot, annuelle.entete.colonnes
    if pivot is not None and pivot.valeur == "ruptures_nettes":
        return NETTES
    return next((dits for colonne, dits in POPULATIONS.items() if colonne in imprimees), ("données", "de"))


def none_at_all(toutes: int) -> str:
    return "" if toutes else "Aucune rupture nette dans l'année"


def left_out(annuelle: BreakdownYear, total: ResultRow, ensemble: ResultRow) -> str:
    """The net ruptures that are in no row and, where the table prints them, the apprentices."""
    absentes = ensemble["ruptures_nettes"] - total.get("ruptures_nettes", 0)
    nettes = formats.plural(absentes, "rupture nette", "ruptures nettes") if absentes else "aucune rupture nette"
    suivis = 0
    if "effectif" in annuelle.entete.colonnes:
        suivis = ensemble["effectif"] - (total.get("effectif", 0) or 0)
    return nettes + (f" et {formats.plural(suivis, 'apprenti suivi', 'apprentis suivis')}" if suivis > 0 else "")
