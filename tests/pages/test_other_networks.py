"""Two networks of other regions, one with texts of its own and one without: nothing of the network of the demonstration
is in their editions, nor anything that their dates contradict, and no report of a CFA names another CFA."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType

import pikepdf
import pypdfium2
import pytest

from pipeline.paths import EXEMPLE
from pipeline.report import texts
from tests.pages import second_network, third_network
from tests.support import models, page_text, pdf_text, plain, run, shipped

DE_LA_DEMONSTRATION = re.compile(
    r"BTP|Île-de-France|bâtiment|travaux publics|Ermont|Nangis|Ocquerre|Rueil|Brétigny|Noisy|1 266 053|"
    "fictives de démonstration",
    re.IGNORECASE,
)
# What only the months of a window, or the dates of the exports, could make true.
DE_SAISON = re.compile(r"\bl'été|\brentrée|ruptures de l.été|approche de l", re.IGNORECASE)

pytestmark = pytest.mark.usefixtures("core_once")


@pytest.fixture(scope="module")
def editions(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The edition of each network, with the reports of all its CFA; that of the network is a page, not laid out. Of the
    second, an edition with all its sections."""
    faites = {}
    for module in (second_network, third_network):
        nom = module.__name__.rpartition(".")[2]
        dossier = tmp_path_factory.mktemp(nom)
        write(module, dossier)
        chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", shipped())
        resultat = run("rapport", *chemins, "--jobs", "1", cwd=dossier, cfa=True, laid_out=False)
        assert resultat.exit_code == 0, resultat.output
        faites[nom] = dossier / "output/2023-2024"
    return faites


def write(module: ModuleType, dossier: Path) -> None:
    if module is second_network:
        second_network.write(dossier, second_network.rows(second_network.ENTIERE))
    else:
        third_network.write(dossier)


@pytest.fixture(params=["second_network", "third_network"])
def edition(request: pytest.FixtureRequest, editions: dict[str, Path]) -> Path:
    return editions[request.param]


def flat(texte: str) -> str:
    return " ".join(plain(texte).split())


def workbook_text(chemin: Path) -> str:
    """All that is written in a workbook: cells, notes, names of sheets, properties."""
    with zipfile.ZipFile(chemin) as classeur:
        parties = [classeur.read(nom).decode("utf-8") for nom in classeur.namelist() if nom.endswith((".xml", ".rels"))]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", partie) + partie for partie in parties))


def report_text(chemin: Path) -> str:
    """The text of the report of a CFA, that of the page of the network's."""
    return pdf_text(chemin) if chemin.parent.name == "cfa" else page_text(chemin)


def everything(edition: Path) -> dict[str, str]:
    """Name of each file of an edition → what can be read in it."""
    lecteurs = {".pdf": report_text, ".xlsx": workbook_text, ".html": page_text}
    return {
        chemin.relative_to(edition).as_posix(): flat(
            lecteurs.get(chemin.suffix, lambda p: p.read_text(encoding="utf-8"))(chemin)
        )
        for chemin in sorted(edition.rglob("*"))
        if chemin.is_file() and chemin.suffix not in {".parquet", ".png"}
    }


def own_sentences() -> Iterator[str]:
    """The sentences that the network of the demonstration wrote and the project did not."""
    communs = flat(" ".join(p.read_text(encoding="utf-8") for p in texts.DOSSIER.glob("*.md")))
    for chemin in (EXEMPLE / "textes").rglob("*.md"):
        for morceau in re.split(r"[.;:|#]|\n\n", chemin.read_text(encoding="utf-8")):
            phrase = flat(morceau).strip("- ")
            if len(phrase) > 25 and "{{" not in phrase and phrase not in communs:
                yield phrase


def test_no_word_of_the_demonstration_is_in_the_edition_of_another_network(edition: Path) -> None:
    lus = everything(edition)
    assert {Path(nom).suffix for nom in lus} == {".pdf", ".csv", ".json", ".xlsx", ".html", ".svg"}
    assert sum(nom.startswith("cfa/") for nom in lus) >= 2
    phrases = list(own_sentences())
    assert len(phrases) > 40
    for nom, texte in lus.items():
        assert DE_LA_DEMONSTRATION.findall(texte) == [], nom
        assert DE_SAISON.findall(texte) == [], nom
        assert [phrase for phrase in phrases if phrase in texte] == [], nom


def test_a_network_without_texts_has_no_heading_for_them_nor_reference_to_them(
    editions: dict[str, Path],
) -> None:
    lus = everything(editions["second_network"])
    for nom, texte in lus.items():
        if nom.endswith(".pdf"):
            assert not re.search(r"[Rr]ecommand|Synthèse|constats|équipes et leurs|rapport régional", texte), nom
    assert "Pour en parler en équipe" in lus["cfa/rapport_2023-2024_0290001A.pdf"]
    assert "Juin à août (convention du rapport)" in lus["rapport_2023-2024.pdf"]


def test_a_network_with_texts_has_its_own_and_a_heading_for_those_only(editions: dict[str, Path]) -> None:
    texte = everything(editions["third_network"])["rapport_2023-2024.pdf"]
    assert "Nos équipes ont rencontré 48 familles du Sillon." in texte
    assert "Le Sillon a repris ses propres comptes." in texte
    assert "Recommandations" not in texte and "Synthèse et recommandations" not in texte
    precisions = (
        "Sur 18 ruptures : 4 du 16 au 31 août 2023, au début de l'année ; 7 avant la dernière année du cycle ; 11 dans "
        "la dernière année du cycle ; 11 dont le motif est l'obtention du diplôme."
    )
    assert re.search(f"{re.escape(precisions)}.*Ce que le Sillon dit de ces mois.", texte)


@pytest.mark.parametrize(
    ("reseau", "mois", "fin", "exports", "coupes"),
    [
        ("second_network", "juin et juillet 2024", "31 juillet 2024", "15 septembre 2024", ""),
        ("third_network", "juillet et août 2024", "15 août 2024", "5 novembre 2024",
         "Août 2023 n'est compté que depuis le 16, et août 2024 que jusqu'au 15. "),
    ],
)  # fmt: skip
def test_what_is_said_of_the_window_and_of_revisions_follows_from_its_dates(
    editions: dict[str, Path], reseau: str, mois: str, fin: str, exports: str, coupes: str
) -> None:
    lus = everything(editions[reseau])
    phrase = (
        f"Arrêtée à la fin de l'année, la situation sera révisée : un contrat signé après le {fin} fait cesser d'être "
        f"nette une rupture de {mois} comme des mois d'avant. Les exports vont jusqu'au {exports} ; une situation "
        "arrêtée plus tard en tient compte."
    )
    texte = lus["rapport_2023-2024.pdf"]
    assert texte.count(phrase) == 1  # under the months; page 2 has what became of the year since
    assert f"contrats signés jusqu'au {exports}" in texte
    assert coupes + phrase in texte
    assert ("n'est compté que" in texte) == bool(coupes)
    for nom, autre in lus.items():
        if nom.endswith(".pdf"):
            assert not re.search(r"\brévis", autre.replace(phrase, "")), nom


@pytest.mark.parametrize(("reseau", "arrete"), [(second_network, "2024-09-10"), (third_network, "2024-10-31")])
def test_a_later_cut_off_on_exports_that_go_further_announces_no_revision(
    reseau: ModuleType, arrete: str, tmp_path: Path
) -> None:
    write(reseau, tmp_path)
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--arrete-au", arrete)
    # The months, under which it is said where there is none, and no more.
    resultat = run("rapport", *chemins, "--sql", models("par_cfa", "par_mois"), cwd=tmp_path, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    page = (tmp_path / f"output/2023-2024_arrete-{arrete}/rapport_2023-2024.pdf").read_text(encoding="utf-8")
    assert "révisé" not in page.replace("Chiffres révisés", "")  # what the cover says that they are


# --- A report of a CFA names no other CFA --------------------------------------------------------------------------


@cache
def strings_of(chemin: Path) -> str:
    """All that can be read of a PDF: its strings and names, its streams once decoded, the text of its pages."""
    with pikepdf.open(chemin) as document:
        lus = [texte for objet in [*document.objects, document.trailer] for texte in strings_in(objet)]
    with pypdfium2.PdfDocument(chemin) as document:
        lus += [page.get_textpage().get_text_bounded() for page in document]
        lus += [signet.get_title() for signet in document.get_toc()]
        lus += document.get_metadata_dict().values()
    return flat(" ".join(lus).replace("\ufffe", "-").replace("\x02", "-"))


def strings_in(objet: pikepdf.Object, profondeur: int = 0) -> Iterator[str]:
    """The strings of an object and of what is written in it; what it refers to is visited by itself."""
    if isinstance(objet, pikepdf.Stream):
        octets = objet.read_bytes()
        for codage in ("utf-8", "utf-16-be", "latin-1"):
            yield octets.decode(codage, "ignore")
    if isinstance(objet, pikepdf.String | pikepdf.Name):
        yield str(objet)
    elif isinstance(objet, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and (
        profondeur == 0 or not objet.is_indirect
    ):
        enfants = list(objet) if isinstance(objet, pikepdf.Array) else [v for _, v in objet.items()]
        for enfant in enfants:
            if isinstance(enfant, pikepdf.Object):
                yield from strings_in(enfant, profondeur + 1)


def test_the_report_of_a_cfa_names_no_other_anywhere_in_its_bytes(editions: dict[str, Path]) -> None:
    edition = editions["third_network"]
    noms = {uai: {uai, *noms} for uai, noms in third_network.CFA.items()} | {
        third_network.INCONNU: {third_network.INCONNU}
    }
    # They are all found where they are: in the report of the network.
    du_reseau = page_text(edition / "rapport_2023-2024.pdf")
    assert all(nom in du_reseau for nom, _ in third_network.CFA.values())
    for uai in third_network.CFA:
        lus = strings_of(edition / f"cfa/rapport_2023-2024_{uai}.pdf")
        nom, _ = third_network.CFA[uai]
        assert lus.count(nom) > 10
        autres = set[str]().union(*(dits for autre, dits in noms.items() if autre != uai))
        assert [dit for dit in sorted(autres) if dit in lus] == [], uai
        assert "sans structure ou sans diplôme connu" in lus
        # Its figures are not those of the network, whatever the pictures' words say.
        assert "Taux de rupture nette du CFA et intervalle à 95 %" in lus
        assert "Taux de rupture nette du réseau et intervalle" not in lus


def test_of_a_cfa_the_chart_says_what_is_decided_of_it_and_counts_the_others(editions: dict[str, Path]) -> None:
    lus = strings_of(editions["third_network"] / "cfa/rapport_2023-2024_0070002B.pdf")
    assert "Campus des Vergers : 5 %*, plus bas que les autres. 2 autres points, sans leur nom." in lus


@pytest.mark.parametrize("nomme", ["le Campus des vergers", "l'UAI 0070002B"])
def test_words_printed_in_all_reports_of_cfa_may_not_name_one(tmp_path: Path, nomme: str) -> None:
    third_network.write(tmp_path)
    fichier = tmp_path / "textes/cfa.md"
    fichier.write_text(f"Voyez ce que fait {nomme}.", encoding="utf-8")
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", models("par_cfa"))
    resultat = run("rapport", *chemins, cwd=tmp_path, cfa=True, laid_out=False)
    assert resultat.exit_code == 2
    assert re.search(
        rf"{re.escape(str(fichier))} : ce texte nomme un CFA, « (Campus des Vergers|0070002B) »", resultat.output
    )
    assert not (tmp_path / "output").exists()
