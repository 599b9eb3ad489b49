"""The pipeline against the oracle: the same deliveries, the same tables to the last unit."""

import gc
import tempfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.oracle.measures import Mesures, mesurer
from tests.oracle.oracle import Ligne, Livraison, Parametres, Regles, Resultat, Tarif, calculer
from tests.oracle.strategies import (
    DIPLOMES,
    ETABLISSEMENTS,
    FILIERES,
    MOTIFS,
    NIVEAUX,
    PARTS_DISTANCE,
    REFERENTIELS,
    REGLES,
    SITUATIONS,
    TARIFS,
    histoires,
    plus_tard,
    toutes_histoires,
)
from tests.support import build_project, models

Livraisons = tuple[list[Livraison], list[Livraison]]
CLES = {
    "contrats": ("id_contrat",),
    "annees": ("annee",),
    "inscriptions": ("annee", "id_apprenti"),
    "ruptures_brutes": ("annee", "id_contrat"),
    "totaux": ("annee",),
    "bornes": ("annee",),
    "anomalies": ("nature",),
    "definitions": ("annee", "annee_cohorte", "indicateur"),
    "couts": ("annee", "id_contrat"),
    "par_cout": ("annee", "structure"),
    "financements": ("annee", "id_contrat"),
    "previsions": ("annee_prevue", "decoupage", "uai", "type_diplome", "mois"),
}
VENTILATIONS = {"definitions": "ventilations.definitions_comparees", "par_cout": "ventilations.par_cout"}
FINS_DE_DIPLOME = frozenset((liste, motif) for motif in MOTIFS[2:] for liste in ("exprime", "valide"))
MONTANTS = {"9 000 €": "9000"}
JOURS = {"01/03/2021": "2021-03-01"}
TOTAUX = """
with

statuts as (
    select
        annee,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme
    from core.inscriptions
    group by annee
),

brutes as (
    select annee, count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee
)

select
    annees.annee,
    coalesce(inscrits_actifs + ruptures_nettes, 0) as effectif,
    coalesce(inscrits_actifs, 0) as inscrits_actifs,
    coalesce(ruptures_nettes, 0) as ruptures_nettes,
    coalesce(sortis_a_terme, 0) as sortis_a_terme,
    coalesce(ruptures_brutes, 0) as ruptures_brutes,
    coalesce(ruptures_brutes, 0) - coalesce(ruptures_nettes, 0) as resignees
from core.annees as annees
left join statuts on annees.annee = statuts.annee
left join brutes on annees.annee = brutes.annee
"""


@dataclass(frozen=True)
class Reglage:
    """One configuration, said once to the oracle and once to the pipeline.

    Attributes:
        decalage: years by which histories are told later (the rule of costs changed in 2025).
    """

    fin: str = "08-15"
    fins: dict[str, str] = field(default_factory=dict)
    premiere: str | None = "2019-2020"
    annee: str | None = "2021-2022"
    arrete_au: str | None = None
    decalage: int = 0
    portee: str = "reseau"

    def config(self) -> str:
        """The `[annees]` of `config.toml`."""
        lignes = ["[annees]", f'fin = "{self.fin}"']
        if self.premiere:
            lignes.append(f'premiere = "{self.premiere}"')
        lignes += ["[annees.fins]", *(f'"{annee}" = {fin}' for annee, fin in self.fins.items())]
        lignes += ["[identites]", f'portee = "{self.portee}"']
        return "\n".join(lignes) + "\n"

    def parametres(self) -> Parametres:
        """The same for the oracle."""
        mois, jour = self.fin.split("-")
        return Parametres(
            fin=(int(mois), int(jour)),
            fins={annee: date.fromisoformat(fin) for annee, fin in self.fins.items()},
            premiere=self.premiere,
            portee=self.portee,
            annee=self.annee,
            arrete_au=date.fromisoformat(self.arrete_au) if self.arrete_au else None,
            situations=SITUATIONS,
            diplomes=DIPLOMES,
            filieres=FILIERES,
            etablissements=ETABLISSEMENTS,
            fins_de_diplome=FINS_DE_DIPLOME,
            tarifs=tuple(read_tariff(*tarif) for tarif in TARIFS),
            niveaux=NIVEAUX,
            parts_distance={code: Decimal(part) for code, part in PARTS_DISTANCE.items()},
            regles=tuple(read_rules()),
        )

    def raconter(self, histoire: Livraisons) -> Livraisons:
        """A history as this configuration has it told."""
        contrats, suivi = histoire
        return (plus_tard(contrats, self.decalage), plus_tard(suivi, self.decalage)) if self.decalage else histoire


def read_tariff(code: str, montant: str, debut: str, fin: str) -> Tarif:
    """A line of `npec.csv`, whose values are written in several ways."""
    jours = [date.fromisoformat(JOURS.get(jour, jour)) if jour else None for jour in (debut, fin)]
    return Tarif(code, Decimal(MONTANTS.get(montant, montant)), *jours)


def read_rules() -> list[Regles]:
    """The periods of `regles_financement.csv`."""
    periodes = []
    for debut, fin in dict.fromkeys((debut, fin) for *_, debut, fin in REGLES):
        siennes = [(regle, Decimal(valeur), mois) for regle, valeur, mois, jour, _ in REGLES if jour == debut]
        dites = {regle: valeur for regle, valeur, mois in siennes if not mois}
        periodes.append(
            Regles(
                date.fromisoformat(debut),
                date.fromisoformat(fin) if fin else None,
                niveau=int(dites["participation_niveau"]),
                participation=dites["participation"],
                reprise=dites["participation_reprise"],
                essai=dites["participation_essai"],
                seuil=dites["distance_seuil"],
                minoration=dites["distance_minoration"],
                plancher=dites["distance_plancher"],
                versements=tuple((int(mois), valeur) for _, valeur, mois in siennes if mois),
            )
        )
    return periodes


REGLAGES = (
    Reglage(),
    Reglage(annee=None),
    Reglage(premiere=None, annee=None),
    Reglage(fin="07-31"),
    Reglage(fins={"2020-2021": "2021-08-31"}),
    Reglage(arrete_au="2022-10-31"),
    Reglage(annee="2020-2021", arrete_au="2021-09-15"),
    Reglage(fin="07-31", fins={"2019-2020": "2020-02-29", "2021-2022": "2022-08-15"}, arrete_au="2022-08-31"),
    Reglage(premiere=None, annee="2022-2023", arrete_au="2024-01-01"),
    Reglage(premiere="2018-2019", portee="cfa"),
    Reglage(premiere="2023-2024", annee="2025-2026", arrete_au="2026-09-30", decalage=4),
    Reglage(premiere=None, annee=None, fin="07-31", decalage=4),
)


# --- Both sides as the same kind of tables ---------------------------------------------------------------------


def tables_de_l_oracle(attendu: Resultat, mesures: Mesures) -> dict[str, list[dict[str, Any]]]:
    """Every table as rows."""
    return {
        "contrats": attendu.contrats,
        "annees": attendu.annees,
        "inscriptions": attendu.inscriptions,
        "ruptures_brutes": [{"annee": annee, "id_contrat": rang} for annee, rang in attendu.ruptures_brutes],
        "bornes": attendu.bornes,
        "totaux": [{"annee": annee, **nombres} for annee, nombres in attendu.totaux.items()],
        "anomalies": [{"nature": nature, "nombre": nombre} for nature, nombre in attendu.anomalies.items()],
        "definitions": mesures.definitions,
        "couts": mesures.couts,
        "par_cout": mesures.par_cout,
        "financements": mesures.financements,
        "previsions": mesures.previsions,
    }


def table(nom: str) -> str:
    """Where the pipeline has it."""
    return VENTILATIONS.get(nom, f"core.{nom}")


def table_de_la_base(con: duckdb.DuckDBPyConnection, nom: str, attendus: dict[str, Any]) -> list[dict[str, Any]]:
    """The pipeline's rows of a table, in the oracle's columns."""
    requete = TOTAUX if nom == "totaux" else f"select {', '.join(attendus)} from {table(nom)}"
    curseur = con.execute(requete)
    colonnes = [description[0] for description in curseur.description or ()]
    lignes = [dict(zip(colonnes, ligne, strict=True)) for ligne in curseur.fetchall()]
    if nom != "anomalies":
        return lignes
    # A kind that was never met may have no row; the pipeline counts other kinds too.
    trouvees = {ligne["nature"]: ligne["nombre"] for ligne in lignes}
    return [{"nature": nature, "nombre": trouvees.get(nature, 0)} for nature in NATURES]


NATURES = (
    "cle_de_secours", "versions_contradictoires", "version_recente_rejetee", "rupture_au_terme", "jamais_commence",
    "rupture_sans_date", "identite_incertaine", "suivi_sans_contrat", "suivi_contradictoire",
    "rupture_avant_le_debut", "rupture_apres_la_fin", "contrats_chevauchants", "age_inhabituel",
    "duree_superieure_a_quatre_ans", "duree_superieure_a_cinq_ans", "avenants_annules", "hors_champ",
    "contrats_remplaces", "numero_partage", "identite_reunie", "valeurs_decisives_illisibles", "date_hors_periode",
    "fin_reelle_sans_rupture", "reprise_possible",
)  # fmt: skip


# --- The first difference, with the rows it comes from -----------------------------------------------------------


def premiere_difference(attendu: Resultat, mesures: Mesures, con: duckdb.DuckDBPyConnection) -> str | None:
    """None, or a page that shows the first entity that differs."""
    for nom, lignes in tables_de_l_oracle(attendu, mesures).items():
        if not lignes:
            continue
        ecart = comparer(lignes, table_de_la_base(con, nom, lignes[0]), CLES[nom])
        if ecart:
            cle, attendue, obtenue = ecart
            return "\n".join(
                [f"{table(nom)} {cle}", *difference(attendue, obtenue), *origine(attendu, attendue, obtenue)]
            )
    return None


def comparer(attendues: list[dict], obtenues: list[dict], cle: tuple[str, ...]) -> tuple | None:
    """The first key, in order, whose rows differ."""
    par_cle = [{tuple(ligne[nom] for nom in cle): ligne for ligne in lignes} for lignes in (attendues, obtenues)]
    if par_cle[0] == par_cle[1] and len(attendues) == len(obtenues):
        return None
    for valeur in sorted(par_cle[0] | par_cle[1]):
        attendue, obtenue = par_cle[0].get(valeur), par_cle[1].get(valeur)
        if not pareilles(attendue, obtenue):
            return valeur, attendue, obtenue
    return None if len(attendues) == len(obtenues) else ("(repeated rows)", None, None)


def pareilles(attendue: dict | None, obtenue: dict | None) -> bool:
    """The same values; those that are not whole numbers up to the last bits of a division."""
    if attendue is None or obtenue is None:
        return attendue is obtenue
    return all(
        valeur == obtenue[nom] or (isinstance(valeur, float) and isclose(valeur, obtenue[nom] or 0.0, rel_tol=1e-12))
        for nom, valeur in attendue.items()
    )


def difference(attendue: dict | None, obtenue: dict | None) -> list[str]:
    """Only the columns that differ."""
    if attendue is None or obtenue is None:
        return [f"  oracle:   {attendue}", f"  pipeline: {obtenue}"]
    return [
        f"  {nom}: oracle {attendue[nom]!r}, pipeline {obtenue[nom]!r}"
        for nom in attendue
        if not pareilles({nom: attendue[nom]}, obtenue)
    ]


def origine(attendu: Resultat, *lignes: dict | None) -> list[str]:
    """The contracts of the entity as the oracle sees them, each with its input rows."""
    contrats = {ligne["id_contrat"] for ligne in lignes if ligne and "id_contrat" in ligne}
    apprentis = {ligne["id_apprenti"] for ligne in lignes if ligne and "id_apprenti" in ligne}
    textes = []
    for contrat in attendu.contrats:
        if contrat["id_contrat"] in contrats or contrat["id_apprenti"] in apprentis:
            textes.append(f"contrat {remplies(contrat)}")
            textes += [f"    {ecrite(ligne)}" for ligne in attendu.sources[contrat["id_contrat"]]]
    return textes


def ecrite(ligne: Ligne) -> str:
    """A row with its file."""
    return f"{ligne.fichier}: {remplies(ligne.brute)}"


def remplies(valeurs: dict[str, Any]) -> str:
    """The cells that are filled."""
    return ", ".join(f"{nom}={valeur}" for nom, valeur in valeurs.items() if valeur not in ("", None, False))


# --- Comparisons ------------------------------------------------------------------------------------------------


def verifier(histoire: Livraisons, reglage: Reglage, attendu: Resultat) -> None:
    """Build the database of a history and compare every table."""
    mesures = mesurer(attendu, reglage.parametres())
    contrats, suivi = ({source.nom: written(source) for source in livraisons} for livraisons in histoire)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as dossier:
        con = build_project(
            Path(dossier),
            contrats,
            suivi,
            config=reglage.config(),
            annee=reglage.annee,
            arrete_au=reglage.arrete_au,
            referentiels=REFERENTIELS,
            sql=models("definitions_comparees", "par_cout"),
        )
        try:
            ecart = premiere_difference(attendu, mesures, con)
        finally:
            con.close()
    if ecart:
        pytest.fail(f"{reglage}\n{ecart}", pytrace=False)


ENTETES_D_ECHANGE = {
    "nom": "nom_apprenant *", "prenom": "prenom_apprenant", "datenaissance": "date_de_naissance_apprenant",
    "codediplome": "formation_cfd", "uaicfa": "etablissement_formateur_uai", "siret": "etablissement_formateur_siret",
    "datedebutformation": "date_entree_formation", "datefinformation": "date_fin_formation",
    "datedebutcontrat": "contrat_date_debut **", "datefincontrat": "contrat_date_fin",
    "dateeffetrupture": "contrat_date_rupture", "motifvalide": "cause_rupture_contrat",
    "siretemployeur": "siret_employeur",
}  # fmt: skip


def written(livraison: Livraison) -> list[dict[str, str]]:
    """The rows of a delivery under the headers of its layout."""
    if not livraison.apprenants:
        return livraison.lignes
    return [{ENTETES_D_ECHANGE[colonne]: v for colonne, v in ligne.items()} for ligne in livraison.lignes]


def a_un_rapport(attendu: Resultat) -> bool:
    """A report on nobody is refused by the pipeline: there is nothing to compare."""
    return any(attendu.totaux[annee["annee"]]["effectif"] for annee in attendu.annees if annee["est_rapport"])


PETITES = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)


@settings(PETITES, max_examples=3, derandomize=True)
@given(toutes_histoires(), st.sampled_from(REGLAGES))
def test_small_histories_agree(histoire, reglage):
    compare(histoire, reglage)


@pytest.mark.long
@settings(PETITES, max_examples=400)
@given(toutes_histoires(), st.sampled_from(REGLAGES))
def test_many_small_histories_agree(histoire, reglage):
    compare(histoire, reglage)


def compare(histoire: Livraisons, reglage: Reglage) -> None:
    """A history as this configuration has it told, on both sides."""
    histoire = reglage.raconter(histoire)
    attendu = calculer(*histoire, reglage.parametres())
    assume(a_un_rapport(attendu))
    verifier(histoire, reglage, attendu)


# As many apprentices of one run are as many small networks, which share nothing but its settings. Between them, these
# have every setting: an end of the year of their own, a first year found or said, a cut-off, costs counted by day.
CAMPAGNES = (2, 4, 5, 7, 10)


@pytest.mark.parametrize("rang", CAMPAGNES)
def test_a_campaign_agrees(rang):
    campaign(rang, 250)


@pytest.mark.long
@pytest.mark.parametrize("rang", range(len(REGLAGES)))
def test_a_longer_campaign_agrees(rang):
    campaign(rang, 4000)


def campaign(rang: int, apprentis: int) -> None:
    """One network of these many apprentices, its seed the rank of its configuration."""
    reglage = REGLAGES[rang]
    histoire = reglage.raconter(histoires(rang, apprentis))
    verifier(histoire, reglage, calculer(*histoire, reglage.parametres()))


@pytest.mark.long
@pytest.mark.parametrize("graine", range(100, 110))
def test_a_million_apprentices_agree(graine):
    reglage = REGLAGES[graine % len(REGLAGES)]
    histoire = reglage.raconter(histoires(graine, 100_000))
    gc.freeze()
    try:
        contrats, suivi = histoire
        verifier(histoire, reglage, calculer(contrats, suivi, reglage.parametres()))
    finally:
        gc.unfreeze()
