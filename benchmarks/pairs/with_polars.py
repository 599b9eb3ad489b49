"""The same in polars, lazy and streaming: `python -m benchmarks.pairs.with_polars DONNEES SORTIE`."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from polars import col

from benchmarks.pairs import ANNEES, INCONNU, PARTS, TAUX, Z, rate_columns

JOURS = (
    "datedebutcontrat", "datefincontrat", "dateeffetavenant", "dateeffetrupture", "datesignalementrupture",
    "datedebutformation", "datefinformation",
)  # fmt: skip
GARDEES = (
    "apprenti", "date_etat", "statut", "datefincontrat", "dateeffetrupture", "datesignalementrupture",
    "rupture_avant_debut", "codediplome", "intituleouqualification", "datedebutformation", "datefinformation",
    "uaicfa", "siret", "situation", "diplomeentree", "motifvalide",
)  # fmt: skip


def letters(colonne: str) -> pl.Expr:
    """A name without case, accents, spaces, hyphens nor apostrophes."""
    return col(colonne).str.to_lowercase().str.normalize("NFD").str.replace_all(r"[\p{M} '-]", "")


def told(colonne: str, *autres: str) -> pl.Expr:
    """The first filled of these columns, or that there is none."""
    return pl.coalesce(colonne, *autres, pl.lit(INCONNU))


def whole_months(debut: str, fin: str) -> pl.Expr:
    """Whole months between two days."""
    mois = 12 * (col(fin).dt.year() - col(debut).dt.year()) + col(fin).dt.month() - col(debut).dt.month()
    return mois - (col(fin).dt.day() < col(debut).dt.day()).cast(pl.Int32)


def read_contracts(donnees: Path) -> pl.DataFrame:
    """One row a started contract: its last state, with its earliest start."""
    lignes = pl.scan_csv(donnees / "contrats/*.csv", separator=";", infer_schema=False).with_columns(
        col(JOURS).str.to_date("%Y-%m-%d")
    )
    triplet = pl.concat_str(letters("nom"), letters("prenom"), "datenaissance", separator="|")
    return (
        lignes.with_columns(
            apprenti=pl.coalesce("idalternant", triplet), date_etat=pl.coalesce("dateeffetavenant", "datedebutcontrat")
        )
        .group_by("nocontrat")
        .agg(col(GARDEES).sort_by("date_etat").last(), date_debut=col("datedebutcontrat").min())
        .rename({"datefincontrat": "date_fin_prevue"})
        .with_columns(
            annoncee=pl.coalesce("dateeffetrupture", pl.when(col("statut") == "Rompu").then("datesignalementrupture"))
        )
        .with_columns(date_rupture=pl.when(col("annoncee") < col("date_fin_prevue")).then("annoncee"))
        .with_columns(
            date_fin=pl.coalesce("date_rupture", "date_fin_prevue"),
            jour_inconnu=col("date_rupture").is_not_null() & col("dateeffetrupture").is_null(),
        )
        .filter(
            ~col("statut").is_in(["Annulé", "Supprimé"]).fill_null(False),
            col("rupture_avant_debut") == "false",
            (col("date_rupture") > col("date_debut")).fill_null(True),
        )
        .collect(engine="streaming")
    )


def reference_contracts(contrats: pl.DataFrame) -> pl.LazyFrame:
    """One row a year and apprentice: the contract under way on the last day, else the one that ended last."""
    annees = []
    for annee, debut, fin_annee in ANNEES:
        rencontres = contrats.lazy().filter(col("date_debut") <= fin_annee, col("date_fin") >= debut)
        termine_ce_jour = (col("date_fin") == fin_annee) & col("date_rupture").is_null()
        en_cours = (col("date_fin") > fin_annee) | termine_ce_jour
        rangs = rencontres.with_columns(
            annee=pl.lit(annee), fin_annee=pl.lit(fin_annee), en_cours=en_cours, a_terme=col("date_rupture").is_null()
        ).with_columns(
            fin_decisive=pl.when("en_cours").then(None).otherwise("date_fin"),
            terme_decisif=pl.when("en_cours").then(None).otherwise("a_terme"),
        )
        ordre = ["en_cours", "fin_decisive", "terme_decisif", "date_debut", "nocontrat"]
        annees.append(rangs.sort(ordre, nulls_last=False).unique("apprenti", keep="last", maintain_order=True))
    rupture = pl.when("a_terme").then(pl.lit("sorti_a_terme")).otherwise(pl.lit("rupture_nette"))
    return pl.concat(annees).with_columns(statut=pl.when("en_cours").then(pl.lit("actif")).otherwise(rupture))


def month() -> pl.Expr:
    return pl.when("jour_inconnu").then(pl.lit(INCONNU)).otherwise(col("date_rupture").dt.strftime("%Y-%m"))


def period() -> pl.Expr:
    """The period of a rupture."""
    long = col("date_debut").dt.offset_by("10mo") <= col("date_fin_prevue").dt.offset_by("1d")
    return (
        pl.when("jour_inconnu")
        .then(pl.lit(INCONNU))
        .when(col("date_rupture") < col("date_debut").dt.offset_by("2mo"))
        .then(pl.lit("essai"))
        .when(long & col("date_rupture").dt.month().is_in([6, 7, 8]))
        .then(pl.lit("post_examen"))
        .otherwise(pl.lit("intermediaire"))
    )


def registrations(contrats: pl.DataFrame, referentiels: Path) -> pl.DataFrame:
    """One row a year and apprentice, with what the tables are grouped by."""
    structures, diplomes, situations = (
        pl.scan_csv(referentiels / f"{nom}.csv", infer_schema=False)
        for nom in ("etablissements", "diplomes", "situations")
    )
    cfa = structures.select("uai", cfa="nom")
    structures = structures.join(cfa, left_on="uai_cfa_rattachement", right_on="uai").select(
        "siret", "uai", "nom", "type_structure", "cfa"
    )
    par_siret = structures.rename({"uai": "uai_siret"})
    par_uai = structures.select(col("uai").alias("uaicfa"), pl.all().exclude("siret").name.suffix("_uai"))
    situations = situations.select(
        "type_diplome", "libelle", duree=col("duree_mois").cast(pl.Int32), rang=col("annee_cycle").cast(pl.Int32)
    )
    jour = pl.when(col("statut") == "rupture_nette").then("date_rupture").otherwise("fin_annee")
    derniere = ANNEES[-1][0]
    return (
        reference_contracts(contrats)
        .with_columns(jour=jour)
        .join(par_siret, on="siret", how="left")
        .join(par_uai, on="uaicfa", how="left")
        .join(diplomes, left_on="codediplome", right_on="code_diplome", how="left")
        .with_columns(
            duree=((whole_months("datedebutformation", "datefinformation") + 6) // 12 * 12).clip(12),
            rang=(whole_months("datedebutformation", "jour") // 12).clip(0) + 1,
        )
        .join(situations, on=["type_diplome", "duree", "rang"], how="left")
        .select(
            "annee",
            "statut",
            uai=pl.coalesce("uai_siret", "uai_uai", "uaicfa"),
            structure=pl.coalesce("nom", "nom_uai", "uaicfa"),
            type_structure=told("type_structure", "type_structure_uai"),
            cfa_rattachement=told("cfa", "cfa_uai"),
            code_diplome="codediplome",
            diplome=pl.coalesce("intitule", "intituleouqualification"),
            type_diplome=told("type_diplome"),
            filiere=told("filiere"),
            situation=pl.coalesce(pl.when(col("annee") == derniere).then("situation"), "libelle", pl.lit(INCONNU)),
            diplome_entree=told("diplomeentree"),
            motif_valide=told("motifvalide"),
            mois=month(),
            periode=period(),
        )
        .collect(engine="streaming")
    )


def share(colonne: str) -> pl.Expr:
    """The share of the year."""
    return col(colonne) / col(colonne).sum().over("annee")


def rates(inscriptions: pl.DataFrame, table: str) -> pl.DataFrame:
    """A table of rates."""
    n, p = col("effectif"), col("taux_rupture_nette")
    comptes = {
        nom: (col("statut") == statut).sum().cast(pl.Int64)
        for nom, statut in (
            ("inscrits_actifs", "actif"), ("ruptures_nettes", "rupture_nette"), ("sortis_a_terme", "sorti_a_terme"),
        )
    }  # fmt: skip
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    demi_largeur = Z * (p * (1 - p) / n + Z**2 / (4 * n**2)).sqrt() / (1 + Z**2 / n)
    return (
        inscriptions.group_by("annee", *TAUX[table])
        .agg(**comptes)
        .with_columns(effectif=col("inscrits_actifs") + col("ruptures_nettes"))
        .filter(col("effectif") > 0)
        .with_columns(taux_rupture_nette=col("ruptures_nettes") / n)
        .with_columns(
            taux_bas=centre - demi_largeur,
            taux_haut=centre + demi_largeur,
            part_ruptures=share("ruptures_nettes"),
            part_effectif=share("effectif"),
        )
        .select(rate_columns(table))
    )


def per_month(contrats: pl.DataFrame, ruptures: pl.DataFrame) -> pl.DataFrame:
    """Net and gross ruptures of each month, those without any too."""
    mois = pl.concat(
        pl.select(annee=pl.lit(annee), mois=pl.date_range(debut.replace(day=1), fin_annee, "1mo").dt.strftime("%Y-%m"))
        for annee, debut, fin_annee in ANNEES
    )
    brutes = pl.concat(
        contrats.filter(col("date_rupture").is_between(debut, fin_annee)).select(annee=pl.lit(annee), mois=month())
        for annee, debut, fin_annee in ANNEES
    )
    cle = ["annee", "mois"]
    return (
        pl.concat([mois, brutes])
        .unique()
        .join(ruptures.group_by(cle).agg(ruptures_nettes=pl.len()), on=cle, how="left")
        .join(brutes.group_by(cle).agg(ruptures_brutes=pl.len()), on=cle, how="left")
        .fill_null(0)
        .with_columns(part_ruptures=share("ruptures_nettes"))
    )


def make_tables(donnees: Path, sortie: Path) -> None:
    """The eight tables."""
    sortie.mkdir(parents=True, exist_ok=True)
    contrats = read_contracts(donnees)
    inscriptions = registrations(contrats, donnees / "referentiels")
    ruptures = inscriptions.filter(col("statut") == "rupture_nette")
    tables = {table: rates(inscriptions, table) for table in TAUX}
    for table, groupe in PARTS.items():
        comptes = ruptures.group_by("annee", groupe).agg(ruptures_nettes=pl.len())
        tables[table] = comptes.with_columns(part_ruptures=share("ruptures_nettes"))
    tables["par_mois"] = per_month(contrats, ruptures)
    for table, lignes in tables.items():
        lignes.sort(lignes.columns).write_csv(sortie / f"{table}.csv")


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]), Path(sys.argv[2]))
