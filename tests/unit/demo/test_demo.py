"""The demonstration data: same bytes at every run, nobody real, published figures; exports of any size."""

import csv
import filecmp
import io
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.demo import write_demonstration, write_synthetic
from pipeline.demo.names import luhn_digit, uai_letter
from pipeline.errors import UsageError
from pipeline.schemas import COLONNES_DE_SUIVI, CONTRATS, REFERENTIELS, header_key

RACINE = Path(__file__).resolve().parents[3]
DEMO = RACINE / "data" / "raw" / "demo"
REFS = RACINE / "exemples" / "btp-cfa-ile-de-france" / "referentiels"
PUBLIE = RACINE / "data" / "reference" / "btp-cfa-idf-2021-2022"
FICHIERS = (
    "DEMONSTRATION.md",
    "accompagnement/journal_2022-11-05.csv",
    "contrats/deca_2022-03-31.csv",
    "contrats/export_2022-11-05.csv",
    "suivi/suivi_2022-11-05.csv",
)
COLONNES = {header_key(c.nom): c.nom for c in CONTRATS}


def read_csv(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def read_delivery(nom: str, encodage: str, separateur: str) -> list[dict[str, str]]:
    """Rows of a delivery under the columns' own names; those of another width are left out."""
    texte = (DEMO / nom).read_bytes().decode(encodage)
    entetes, *lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    noms = [COLONNES.get(header_key(e), e) for e in entetes]
    return [dict(zip(noms, ligne, strict=True)) for ligne in lignes if len(ligne) == len(noms)]


def test_a_run_gives_the_bytes_of_the_committed_files_which_another_wrote(tmp_path):
    write_demonstration(tmp_path)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == sorted(FICHIERS)
    assert filecmp.cmpfiles(tmp_path, DEMO, FICHIERS, shallow=False) == (list(FICHIERS), [], [])


def test_it_stays_small():
    assert sum(p.stat().st_size for p in DEMO.rglob("*") if p.is_file()) < 8_000_000


def test_every_column_is_there_and_nothing_that_would_reach_somebody():
    export = read_delivery("contrats/export_2022-11-05.csv", "utf-8-sig", ",")
    assert set(COLONNES.values()) <= set(export[0])
    deca = read_delivery("contrats/deca_2022-03-31.csv", "cp1252", ";")
    assert set(deca[0]) == set(COLONNES.values()) - COLONNES_DE_SUIVI
    tout = "".join((DEMO / nom).read_bytes().decode("cp1252", "replace") for nom in FICHIERS)
    assert not re.search(r"@|https?://|\b0[67](?:[ .]?\d\d){4}\b", tout)
    # Employers are of a range of SIREN where no company is.
    assert all(ligne["siretemployeur"].startswith("999") for ligne in export)


def test_reference_files_have_no_two_lines_for_one_thing():
    entrees = [header_key(ligne["source"]) for ligne in read_csv(REFS / "diplomes_entree.csv")]
    situations = [(s["type_diplome"], s["duree_mois"], s["annee_cycle"]) for s in read_csv(REFS / "situations.csv")]
    motifs = [(m["liste"], header_key(m["motif"])) for m in read_csv(REFS / "motifs.csv")]
    npec = [n["code_diplome"] for n in read_csv(PUBLIE.parent / "npec_illustratif.csv")]
    for cles in (entrees, situations, motifs, npec):
        assert len(set(cles)) == len(cles)
    assert set(npec) == {d["code_diplome"] for d in read_csv(REFS / "diplomes.csv")}
    for table, fichier, colonne, notre in (
        ("situation", "situations", "situation", "libelle"),
        ("diplome_entree", "diplomes_entree", "diplome_entree", "libelle"),
        ("motif_exprime", "motifs", "motif_exprime", "motif"),
        ("motif_valide", "motifs", "motif_valide", "motif"),
    ):
        publies = {ligne[colonne] for ligne in read_csv(PUBLIE / f"ruptures_par_{table}.csv")}
        assert publies <= {ligne[notre] for ligne in read_csv(REFS / f"{fichier}.csv")}


def is_kept(ligne: dict[str, str]) -> bool:
    """Not one of the rows that are there to be rejected."""
    try:
        debut, fin = (date.fromisoformat(ligne[c]) for c in ("datedebutcontrat", "datefincontrat"))
    except ValueError:
        return False
    identite = ligne["idalternant"] or (ligne["nom"] and ligne["datenaissance"])
    return bool(ligne["codediplome"] and ligne["uaicfa"] and identite) and debut.year >= 2018 and fin >= debut


def person(ligne: dict[str, str]) -> tuple[str, ...] | None:
    """The triple as it is compared, where it is there."""
    triple = tuple(re.sub(r"[-']", "", header_key(ligne.get(c, ""))) for c in ("nom", "prenom", "datenaissance"))
    return triple if all(triple) else None


def started(contrat: dict[str, str]) -> tuple[date, date, date | None] | None:
    """(start, planned end, rupture or None) of a contract that has begun."""
    debut, fin = (date.fromisoformat(contrat[c]) for c in ("datedebutcontrat", "datefincontrat"))
    rompu = contrat.get("statut") == "Rompu"
    jour = contrat.get("dateeffetrupture") or (rompu and contrat.get("datesignalementrupture"))
    rupture = date.fromisoformat(jour) if jour else None
    if rupture and rupture >= fin:
        rupture = None
    annule = contrat.get("statut") in ("Annulé", "Supprimé") or contrat["rupture_avant_debut"] == "true"
    return None if annule or (rupture and rupture <= debut) else (debut, fin, rupture)


def test_published_headcounts_from_the_newest_delivery():
    """A short reading of definitions §1 to §3, enough for this file; the report is compared with every
    published table elsewhere."""
    debut, fin = date(2021, 8, 16), date(2022, 8, 15)
    lignes = [x for x in read_delivery("contrats/export_2022-11-05.csv", "utf-8-sig", ",") if is_kept(x)]
    lignes.sort(key=lambda ligne: (ligne["dateeffetavenant"], int(ligne["noavenant"] or 0)))
    noms = {ligne["idalternant"]: person(ligne) for ligne in lignes if person(ligne)}
    contrats: dict[object, dict[str, str]] = {}
    for ligne in lignes:
        cle = ligne["nocontrat"] or (person(ligne), ligne["datedebutcontrat"])
        contrats.setdefault(cle, {}).update({c: valeur for c, valeur in ligne.items() if valeur})
    personnes: dict[object, list[tuple[date, date, date | None]]] = {}
    for contrat in contrats.values():
        alternant = contrat.get("idalternant", "")
        if dates := started(contrat):
            personnes.setdefault(person(contrat) or noms.get(alternant) or alternant, []).append(dates)
    actifs = nettes = 0
    for siens in personnes.values():
        if any(d <= fin <= f and (r is None or r > fin) for d, f, r in siens):
            actifs += 1
        elif finis := [(r or f, r is None) for d, f, r in siens if d <= fin and debut <= (r or f) <= fin]:
            nettes += not max(finis)[1]
    structures = read_csv(PUBLIE / "structures.csv")
    assert actifs == sum(int(s["inscrits_actifs"]) for s in structures)
    assert nettes == sum(int(s["ruptures_nettes"]) for s in structures)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("masse")
    write_synthetic(dossier, contrats=2_000, cfa=25)
    return dossier


def test_a_synthetic_export_has_the_rows_that_were_asked_for(export):
    lignes = [ligne for p in sorted((export / "contrats").iterdir()) for ligne in read_csv(p)]
    assert len(lignes) == 2_000
    assert list(lignes[0]) == [c.nom for c in CONTRATS]
    assert (export / "DEMONSTRATION.md").is_file()
    assert 0.01 < 1 - len({tuple(ligne.values()) for ligne in lignes}) / len(lignes) < 0.03
    debuts = [ligne["datedebutcontrat"] for ligne in lignes]
    assert min(debuts) >= "2018-08" and max(debuts) < "2022-11"
    assert all(ligne["datefincontrat"] >= ligne["datedebutcontrat"] for ligne in lignes)
    assert {"11", "22", "23", "36"} <= {ligne["typecontrat"] for ligne in lignes}


def test_a_synthetic_export_has_valid_referentials(export):
    ecrits = {chemin.stem for chemin in (export / "referentiels").iterdir()}
    assert REFERENTIELS.keys() - ecrits == {"reperes_cfa", "partenaires", "objectifs", "indicateurs", "actions"}
    for nom in ecrits:
        assert {c.nom for c in REFERENTIELS[nom] if c.entete} <= set(
            read_csv(export / "referentiels" / f"{nom}.csv")[0]
        )
    etablissements = read_csv(export / "referentiels" / "etablissements.csv")
    assert len({e["uai"] for e in etablissements}) == len({e["siret"] for e in etablissements}) == 25
    cfa = {e["uai"] for e in etablissements if e["type_structure"] == "CFA"}
    for e in etablissements:
        assert e["uai"][-1] == uai_letter(e["uai"][:7])
        assert e["siret"][-1] == luhn_digit(e["siret"][:13]) and e["siret"][8] == luhn_digit(e["siret"][:8])
        assert e["uai_cfa_rattachement"] in cfa


def test_a_synthetic_export_is_the_same_at_every_run(export, tmp_path):
    write_synthetic(tmp_path, contrats=2_000, cfa=25)
    for chemin in sorted(p for p in export.rglob("*") if p.is_file()):
        assert (tmp_path / chemin.relative_to(export)).read_bytes() == chemin.read_bytes()


def test_check_characters_agree_with_real_identifiers():
    """Those of the CFA of the published analysis, which are not invented."""
    vrais = [e for e in read_csv(REFS / "etablissements.csv") if e["identifiant_fictif"] == "false"]
    assert vrais
    assert all(uai_letter(e["uai"][:7]) == e["uai"][7] for e in vrais)
    assert all(luhn_digit(e["siret"][:13]) == e["siret"][13] for e in vrais)


@pytest.mark.parametrize(("contrats", "cfa"), [(0, 5), (10, 0), (5_000_001, 5), (10, 3_001)])
def test_sizes_beyond_the_invented_identifiers_are_refused(tmp_path, contrats, cfa):
    with pytest.raises(UsageError, match="CFA"):
        write_synthetic(tmp_path, contrats, cfa)


def test_fictitious_data_are_never_written_among_real_ones(tmp_path: Path) -> None:
    (tmp_path / "contrats").mkdir()
    reel = tmp_path / "contrats" / "export.csv"
    reel.write_text("nocontrat\n", encoding="utf-8")
    with pytest.raises(UsageError, match="ce dossier contient des données qui ne sont pas fictives"):
        write_synthetic(tmp_path, 10, 1)
    assert [p.name for p in tmp_path.rglob("*")] == ["contrats", "export.csv"]


def test_a_smaller_export_replaces_a_larger_one_whole(tmp_path: Path) -> None:
    write_synthetic(tmp_path, 100, 2)
    reste = tmp_path / "contrats" / "export_2022-11-05_002.csv"
    reste.write_text("nocontrat\n", encoding="utf-8")
    write_synthetic(tmp_path, 50, 2)
    assert not reste.exists()
