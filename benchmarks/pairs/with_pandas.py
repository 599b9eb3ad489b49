"""The same in pandas, which the project does not need: `python -m benchmarks.pairs.with_pandas DONNEES SORTIE`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from benchmarks.pairs import ANNEES, INCONNU, PARTS, TAUX, Z, rate_columns

pd: Any = importlib.import_module("pandas")  # not in the lock: nothing is known of its types

JOURS = (
    "datedebutcontrat", "datefincontrat", "dateeffetavenant", "dateeffetrupture", "datesignalementrupture",
    "datedebutformation", "datefinformation",
)  # fmt: skip


def letters(noms: Any) -> Any:
    """Names without case, accents, spaces, hyphens nor apostrophes."""
    return noms.str.lower().str.normalize("NFD").str.replace(r"[\u0300-\u036f '-]", "", regex=True)


def whole_months(debut: Any, fin: Any) -> Any:
    """Whole months between two days."""
    mois = 12 * (fin.dt.year - debut.dt.year) + fin.dt.month - debut.dt.month
    return mois - (fin.dt.day < debut.dt.day)


def read_contracts(donnees: Path) -> Any:
    """One row a started contract: its last state, with its earliest start."""
    lues = [pd.read_csv(chemin, sep=";", dtype=str) for chemin in sorted(donnees.glob("contrats/*.csv"))]
    lignes = pd.concat(lues, ignore_index=True)
    for jour in JOURS:
        lignes[jour] = pd.to_datetime(lignes[jour], format="%Y-%m-%d")
    sans = lignes[lignes["idalternant"].isna()]
    triplets = letters(sans["nom"]) + "|" + letters(sans["prenom"]) + "|" + sans["datenaissance"]
    lignes["apprenti"] = lignes["idalternant"].fillna(triplets)
    lignes["date_etat"] = lignes["dateeffetavenant"].fillna(lignes["datedebutcontrat"])
    lignes["date_debut"] = lignes.groupby("nocontrat")["datedebutcontrat"].transform("min")
    contrats = lignes.sort_values("date_etat").drop_duplicates("nocontrat", keep="last")
    contrats = contrats.rename(columns={"datefincontrat": "date_fin_prevue"})
    signalee = contrats["datesignalementrupture"].where(contrats["statut"] == "Rompu")
    annoncee = contrats["dateeffetrupture"].fillna(signalee)
    contrats["date_rupture"] = annoncee.where(annoncee < contrats["date_fin_prevue"])
    contrats["jour_inconnu"] = contrats["date_rupture"].notna() & contrats["dateeffetrupture"].isna()
    contrats["date_fin"] = contrats["date_rupture"].fillna(contrats["date_fin_prevue"])
    commences = (
        ~contrats["statut"].isin(["Annulé", "Supprimé"])
        & (contrats["rupture_avant_debut"] == "false")
        & ~(contrats["date_rupture"] <= contrats["date_debut"])
    )
    contrats = contrats[commences].copy()
    contrats["mois"] = contrats["date_rupture"].dt.strftime("%Y-%m").mask(contrats["jour_inconnu"], INCONNU)
    return contrats


def reference_contracts(contrats: Any) -> Any:
    """One row a year and apprentice: the contract under way on the last day, else the one that ended last."""
    annees = []
    for annee, debut, fin_annee in ANNEES:
        premier, dernier = pd.Timestamp(debut), pd.Timestamp(fin_annee)
        vus = contrats[(contrats["date_debut"] <= dernier) & (contrats["date_fin"] >= premier)].copy()
        vus["a_terme"] = vus["date_rupture"].isna()
        vus["en_cours"] = (vus["date_fin"] > dernier) | ((vus["date_fin"] == dernier) & vus["a_terme"])
        vus["fin_decisive"] = vus["date_fin"].mask(vus["en_cours"])
        vus["terme_decisif"] = vus["a_terme"].mask(vus["en_cours"], other=False)
        vus = vus.sort_values(["en_cours", "fin_decisive", "terme_decisif", "date_debut", "nocontrat"])
        annees.append(vus.drop_duplicates("apprenti", keep="last").assign(annee=annee, fin_annee=dernier))
    references = pd.concat(annees, ignore_index=True)
    references["statut"] = "rupture_nette"
    references.loc[references["a_terme"], "statut"] = "sorti_a_terme"
    references.loc[references["en_cours"], "statut"] = "actif"
    return references


def registrations(contrats: Any, referentiels: Path) -> Any:
    """One row a year and apprentice, with what the tables are grouped by."""
    structures, diplomes, situations = (
        pd.read_csv(referentiels / f"{nom}.csv", dtype=str) for nom in ("etablissements", "diplomes", "situations")
    )
    structures = structures.rename(columns={"nom": "structure"})
    noms = structures.set_index("uai")["structure"]
    structures["cfa_rattachement"] = structures["uai_cfa_rattachement"].map(noms)
    par_siret, par_uai = structures.set_index("siret"), structures.set_index("uai", drop=False)
    une = reference_contracts(contrats)
    for colonne, defaut in (
        ("uai", une["uaicfa"]),
        ("structure", une["uaicfa"]),
        ("type_structure", INCONNU),
        ("cfa_rattachement", INCONNU),
    ):
        connue = une["siret"].map(par_siret[colonne]).fillna(une["uaicfa"].map(par_uai[colonne]))
        une[colonne] = connue.fillna(defaut)
    par_code = diplomes.set_index("code_diplome")
    une["code_diplome"] = une["codediplome"]
    une["diplome"] = une["codediplome"].map(par_code["intitule"]).fillna(une["intituleouqualification"])
    for colonne in ("type_diplome", "filiere"):
        une[colonne] = une["codediplome"].map(par_code[colonne]).fillna(INCONNU)
    jour = une["date_rupture"].where(une["statut"] == "rupture_nette", une["fin_annee"])
    une["duree_mois"] = ((whole_months(une["datedebutformation"], une["datefinformation"]) + 6) // 12 * 12).clip(12)
    une["annee_cycle"] = (whole_months(une["datedebutformation"], jour) // 12).clip(0) + 1
    cle = ["type_diplome", "duree_mois", "annee_cycle"]
    situations[cle[1:]] = situations[cle[1:]].astype(float)
    derivee = une[cle].merge(situations, on=cle, how="left")["libelle"]
    une["situation"] = une["situation"].where(une["annee"] == ANNEES[-1][0]).fillna(derivee).fillna(INCONNU)
    une["diplome_entree"] = une["diplomeentree"].fillna(INCONNU)
    une["motif_valide"] = une["motifvalide"].fillna(INCONNU)
    return une


def period(ruptures: Any) -> Any:
    """The period of each rupture."""
    debut, fin, jour = (ruptures[colonne] for colonne in ("date_debut", "date_fin_prevue", "date_rupture"))
    longue = debut + pd.DateOffset(months=10) <= fin + pd.Timedelta(days=1)
    periode = pd.Series("intermediaire", index=ruptures.index)
    periode = periode.mask(longue & jour.dt.month.isin([6, 7, 8]), "post_examen")
    periode = periode.mask(jour < debut + pd.DateOffset(months=2), "essai")
    return periode.mask(ruptures["jour_inconnu"], INCONNU)


def share(comptes: Any, colonne: str) -> Any:
    """The share of the year."""
    return comptes[colonne] / comptes.groupby("annee")[colonne].transform("sum")


def rates(inscriptions: Any, table: str) -> Any:
    """A table of rates."""
    comptes = inscriptions.groupby(["annee", *TAUX[table], "statut"]).size().unstack(fill_value=0).reset_index()
    comptes = comptes.rename(
        columns={"actif": "inscrits_actifs", "rupture_nette": "ruptures_nettes", "sorti_a_terme": "sortis_a_terme"}
    )
    comptes["effectif"] = comptes["inscrits_actifs"] + comptes["ruptures_nettes"]
    comptes = comptes[comptes["effectif"] > 0].copy()
    n, p = comptes["effectif"], comptes["ruptures_nettes"] / comptes["effectif"]
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    demi_largeur = Z * (p * (1 - p) / n + Z**2 / (4 * n**2)) ** 0.5 / (1 + Z**2 / n)
    comptes["taux_rupture_nette"] = p
    comptes["taux_bas"], comptes["taux_haut"] = centre - demi_largeur, centre + demi_largeur
    comptes["part_ruptures"], comptes["part_effectif"] = share(comptes, "ruptures_nettes"), share(comptes, "effectif")
    return comptes[rate_columns(table)]


def count(lignes: Any, groupe: str, nom: str) -> Any:
    """How many rows each group of each year has."""
    return lignes.groupby(["annee", groupe]).size().rename(nom)


def per_month(contrats: Any, ruptures: Any) -> Any:
    """Net and gross ruptures of each month, those without any too."""
    mois = [
        (annee, str(mois)) for annee, debut, fin_annee in ANNEES for mois in pd.period_range(debut, fin_annee, freq="M")
    ]
    brutes = pd.concat(
        contrats[contrats["date_rupture"].between(pd.Timestamp(debut), pd.Timestamp(fin_annee))].assign(annee=annee)
        for annee, debut, fin_annee in ANNEES
    )
    comptes = pd.concat([count(ruptures, "mois", "ruptures_nettes"), count(brutes, "mois", "ruptures_brutes")], axis=1)
    tous = comptes.index.union(pd.MultiIndex.from_tuples(mois, names=["annee", "mois"]))
    comptes = comptes.reindex(tous).fillna(0).astype(int).reset_index()
    return comptes.assign(part_ruptures=share(comptes, "ruptures_nettes"))


def make_tables(donnees: Path, sortie: Path) -> None:
    """The eight tables."""
    sortie.mkdir(parents=True, exist_ok=True)
    contrats = read_contracts(donnees)
    inscriptions = registrations(contrats, donnees / "referentiels")
    ruptures = inscriptions[inscriptions["statut"] == "rupture_nette"]
    ruptures = ruptures.assign(periode=period(ruptures))
    tables = {table: rates(inscriptions, table) for table in TAUX}
    for table, groupe in PARTS.items():
        comptes = count(ruptures, groupe, "ruptures_nettes").reset_index()
        tables[table] = comptes.assign(part_ruptures=share(comptes, "ruptures_nettes"))
    tables["par_mois"] = per_month(contrats, ruptures)
    for table, lignes in tables.items():
        lignes.to_csv(sortie / f"{table}.csv", index=False)


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]), Path(sys.argv[2]))
