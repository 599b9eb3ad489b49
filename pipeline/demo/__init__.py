"""The demonstration data: invented contracts whose 2021-2022 report reproduces the published tables.

Same bytes at every run: one seeded generator, no clock. `records` says what each apprentice is to be,
`contracts` and `incidents` give them contracts, `deliveries` writes these as rows, `contrasts` deals again what no
published figure depends on, `support` is the journal of what was done for them; here the rows get the dirt of real
files and become files. `bulk` makes exports of any size, of any year.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pipeline.demo.bulk import write_synthetic
from pipeline.demo.contracts import build_world
from pipeline.demo.contrasts import add_contrasts
from pipeline.demo.deliveries import SUIVIES, ExportRow, ExportValue, write_rows
from pipeline.demo.folder import empty_folder
from pipeline.demo.incidents import add_incidents
from pipeline.demo.published import PublishedFigures
from pipeline.demo.support import write_journal
from pipeline.schemas import COLONNES_DE_SUIVI, CONTRATS

__all__ = ["write_demonstration", "write_synthetic"]

GRAINE = 20220815
NOUVELLE_LIVRAISON = "contrats/export_2022-11-05.csv"
ANCIENNE_LIVRAISON = "contrats/deca_2022-03-31.csv"
SUIVI = "suivi/suivi_2022-11-05.csv"
JOURNAL = "accompagnement/journal_2022-11-05.csv"
# The newest delivery comes from a management software: its own headers and order.
ENTETES = {
    "nocontrat": "No_Contrat",
    "typecontrat": "Type Contrat",
    "dateconclusion": "Date_Conclusion",
    "datedebutcontrat": "Date_Debut_Contrat",
    "datefincontrat": "DateFinContrat",
    "dateeffetrupture": "Date_Effet_Rupture",
    "rupture_avant_debut": "Rupture_Avant_Debut",
    "nom": "NOM",
    "prenom": "Prénom",
    "datenaissance": "Date_Naissance",
    "codediplome": "Code_Diplôme",
    "datedebutformation": "DateDebutFormation",
    "uaicfa": "UAI_CFA",
    "siretemployeur": "Siret_Employeur",
    "diplomeentree": "Diplôme_Entrée",
    "motifexprime": "Motif_Exprimé",
    "motifvalide": "Motif_Validé",
    "npecannuel": "NPEC_Annuel",
}
TETE = ("uaicfa", "siret", "siretcfa", "nom", "prenom", "datenaissance", "nocontrat")
COLONNE_INCONNUE = "Lot_Export"
# Results are known of contracts that end by then, within so many days of their training.
RESULTAT = "obtention_diplome_formation"
DERNIER_RESULTAT, EXAMEN_AU_TERME = date(2022, 10, 31), 100
REPETEES = {"nouvelle": 24, "ancienne": 9}
PRESENTATION = """# Données de démonstration

**Tout est fictif.** Les noms, prénoms, dates de naissance, identifiants, entreprises, numéros de contrat et
dates de ce dossier sont inventés ; aucun ne désigne une personne ou une entreprise réelle. Les montants
(`npecannuel`) sont donnés pour l'exemple et ne sont pas des niveaux de prise en charge. Seuls les noms des
CFA et les totaux de l'année 2021-2022 viennent d'une analyse publiée.

La présence de ce fichier signale un dossier de données fictives : toute édition qui en est tirée le dit à
chaque page.

- `contrats/deca_2022-03-31.csv` : livraison ancienne, comme un extrait DECA : Windows-1252, point-virgule,
  dates jj/mm/aaaa, sans motifs ;
- `contrats/export_2022-11-05.csv` : livraison récente d'un logiciel de gestion : UTF-8, virgule, dates
  aaaa-mm-jj, autres en-têtes ;
- `suivi/suivi_2022-11-05.csv` : motifs, situation, diplôme d'entrée, montants et diplôme obtenu ou non, par
  numéro de contrat ;
- `accompagnement/journal_2022-11-05.csv` : journal d'accompagnement, tenu ici et presque pas là, sans que cela dise
  rien des CFA de ce réseau.

Les réglages, les textes et les référentiels de ce réseau sont dans `exemples/btp-cfa-ile-de-france/` ; ils servent à
toute lecture de ce dossier qui n'en désigne pas d'autres.

Les écarts entre employeurs (davantage de ruptures chez les petits, dans un autre département que celui de
l'apprenti, chez quelques-uns) sont inventés aussi, comme les diplômes obtenus ou non : ils ne disent rien de ce réseau.

On y trouve volontairement ce que l'on rencontre dans de vrais fichiers : avenants, contrats signés de
nouveau ou annulés, ruptures retirées ou corrigées d'une livraison à l'autre, contrats sans numéro, lignes
répétées, noms écrits de plusieurs façons, quelques lignes à rejeter et quelques valeurs illisibles.

Ce dossier est produit par `ruptures exemple`, à l'octet près : ne le modifiez pas à la main.
"""


def write_demonstration(sortie: Path) -> None:
    """Write the demonstration export into `sortie`: `contrats/`, `suivi/`, `accompagnement/` and `DEMONSTRATION.md`.

    Raises:
        UsageError: `sortie` has exports that are not fictitious.
    """
    empty_folder(sortie)
    rng = random.Random(GRAINE)
    monde = build_world(rng, PublishedFigures())
    add_incidents(monde)
    nouvelles, anciennes, suivi, par_contrat = write_rows(rng, monde)
    add_contrasts(monde, par_contrat)
    add_results(suivi, par_contrat)
    rejetables = bad_rows(rng, nouvelles, anciennes)
    blur_values(rng, nouvelles)
    contradict(rng, nouvelles)
    repeat(rng, nouvelles, REPETEES["nouvelle"])
    repeat(rng, anciennes, REPETEES["ancienne"])
    for ligne in rejetables:
        nouvelles.insert(rng.randint(0, len(nouvelles)), ligne)
    colonnes = [c.nom for c in CONTRATS]
    ordre = [*TETE, *(c for c in reversed(colonnes) if c not in TETE)]
    champs = [[ENTETES.get(c, c) for c in ordre] + [COLONNE_INCONNUE]]
    champs += [[write_iso(ligne[c]) for c in ordre] + ["2022-11"] for ligne in nouvelles]
    # A totals line at the end: too few fields, so one more row to reject.
    champs.append(["Total", str(len(nouvelles))])
    write_file(sortie / NOUVELLE_LIVRAISON, champs, ",", "\n", "utf-8-sig")
    deca = [c for c in colonnes if c not in COLONNES_DE_SUIVI]
    champs = [deca] + [[write_french(ligne[c]) for c in deca] for ligne in anciennes]
    write_file(sortie / ANCIENNE_LIVRAISON, champs, ";", "\r\n", "cp1252")
    colonnes = ["nocontrat", *SUIVIES, RESULTAT]
    champs = [colonnes] + [[str(ligne[c]) for c in colonnes] for ligne in suivi + stray_follow_up(suivi)]
    write_file(sortie / SUIVI, champs, ";", "\n", "utf-8")
    write_file(sortie / JOURNAL, write_journal(monde), ";", "\r\n", "utf-8-sig")
    (sortie / "DEMONSTRATION.md").write_bytes(PRESENTATION.encode())


def add_results(suivi: list[ExportRow], par_contrat: Mapping[str, list[ExportRow]]) -> None:
    """Who got the diploma, of the contracts come to the end of their training; of one in ten, nobody knows yet. Drawn
    from the number of the contract: nothing else that is drawn moves."""
    for ligne in suivi:
        etat = par_contrat[str(ligne["nocontrat"])][0]
        fin, formation, reussi = etat["datefincontrat"], etat["datefinformation"], ""
        if (
            not etat["dateeffetrupture"]
            and not etat["statut"]
            and isinstance(fin, date)
            and isinstance(formation, date)
        ):
            tirage = int(hashlib.sha256(str(ligne["nocontrat"]).encode()).hexdigest(), 16) % 10
            if fin <= DERNIER_RESULTAT and abs((fin - formation).days) <= EXAMEN_AU_TERME and tirage:
                reussi = "oui" if tirage > 2 else "non"
        ligne[RESULTAT] = reussi


def write_iso(valeur: ExportValue) -> str:
    """`2022-03-31`."""
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def write_french(valeur: ExportValue) -> str:
    """`31/03/2022`."""
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else valeur


def write_file(chemin: Path, champs: list[list[str]], separateur: str, fin: str, encodage: str) -> None:
    """A CSV file, header included in `champs`."""
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, lineterminator=fin).writerows(champs)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(tampon.getvalue().encode(encodage))


def bad_rows(rng: random.Random, nouvelles: list[ExportRow], anciennes: list[ExportRow]) -> list[ExportRow]:
    """Rows to reject, of contracts that exist nowhere else; the last is a bad newer version of a contract
    long over, which the older delivery has right."""
    fautes: list[ExportRow] = [
        {"codediplome": ""},
        {"datedebutcontrat": "2021-02-30"},
        {"datefincontrat": "2021-09-01"},
        {"uaicfa": "", "siret": "", "siretcfa": ""},
        {"idalternant": "", "nom": "", "prenom": ""},
        {"datedebutcontrat": "0202-09-06"},
    ]
    modeles = rng.sample([n for n in nouvelles if n["nocontrat"] and n["noavenant"] == ""], len(fautes))
    lignes = []
    for rang, (modele, faute) in enumerate(zip(modeles, fautes, strict=True), start=1):
        fausse = {
            "nocontrat": f"999202109NC{rang:04d}",
            "nom": f"FICTIF{rang}",
            "prenom": "Essai",
            "datenaissance": date(2003, 1, rang),
            "idalternant": f"ALTREJET{rang}",
            "datedebutcontrat": date(2021, 9, 6),
            "datefincontrat": date(2023, 8, 31),
            "statut": "",
            "dateeffetrupture": "",
            "datesignalementrupture": "",
        }
        lignes.append(modele | fausse | faute)
    lignes[2]["datefincontrat"] = date(2021, 9, 1)
    par_numero = {n["nocontrat"]: n for n in anciennes}
    termines = [
        n
        for n in nouvelles
        if isinstance(n["datefincontrat"], date)
        and n["datefincontrat"] < date(2021, 1, 1)
        and n["noavenant"] == ""
        and n["nocontrat"] in par_numero
        and all(par_numero[n["nocontrat"]][c] == n[c] for c in ("datefincontrat", "dateeffetrupture", "siret"))
    ]
    rng.choice(termines)["datefincontrat"] = "20200-08-31"
    return lignes


def blur_values(rng: random.Random, lignes: list[ExportRow]) -> None:
    """Optional values that cannot be read, where nothing published depends on them."""
    for colonne, illisible in (
        ("datenaissance", "2003-02-31"),
        ("nombredesalaries", "environ 12"),
        ("npecannuel", "voir OPCO"),
        ("dateconclusion", "2019-13-05"),
        ("datesignalementrupture", "0000-00-00"),
        ("sexe", "?"),
    ):
        possibles = [
            ligne
            for ligne in lignes
            if ligne[colonne] and ligne["idalternant"] and ligne["nocontrat"] and ligne["statut"] != "Rompu"
        ]
        rng.choice(possibles or [n for n in lignes if n[colonne] and n["dateeffetrupture"]])[colonne] = illisible


def contradict(rng: random.Random, lignes: list[ExportRow]) -> None:
    """Three states delivered twice on the same day with different contents."""
    for rang in sorted(rng.sample(range(len(lignes)), 3), reverse=True):
        ligne = lignes[rang]
        lignes.insert(rang + 1, ligne | {"nombredesalaries": "7" if ligne["nombredesalaries"] != "7" else "8"})


def repeat(rng: random.Random, lignes: list[ExportRow], nombre: int) -> None:
    """Copy `nombre` rows elsewhere in the file."""
    for ligne in rng.sample(lignes, nombre):
        lignes.insert(rng.randint(0, len(lignes)), ligne)


def stray_follow_up(suivi: list[ExportRow]) -> list[ExportRow]:
    """Two lines for contracts that no export has, and a second amount for a contract that has one."""
    inconnus = [suivi[rang] | {"nocontrat": f"999202109NC9{rang:03d}"} for rang in (1, 2)]
    contredit = next(ligne for ligne in suivi if ligne["npecannuel"])
    return [*inconnus, contredit | {"npecannuel": str(int(str(contredit["npecannuel"])) + 100)}]
