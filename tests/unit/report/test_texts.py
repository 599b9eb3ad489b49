"""The analysts' own words: which file is printed, its figures, what it may hold; how the network presents itself."""

from __future__ import annotations

import html
import re
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.models.catalog import load_catalog
from pipeline.paths import EXEMPLE, RACINE
from pipeline.report import templates, texts
from pipeline.report.breakdowns import ResultRow, read_breakdowns
from pipeline.report.figures import Figures, open_figures
from pipeline.report.material import read_years
from pipeline.report.pages import page_context
from pipeline.settings import CHAPITRES_LIVRES, PresentationSettings, Settings, load_settings
from tests.support import REFERENTIELS, build_project, models, plain

SCRIPT, IMAGE = "<script>alert(1)</script>", "![](file:///etc/passwd)"
VENTILATIONS = ("par_cfa_type_diplome", "par_cout", "par_diplome", "par_mois", "par_periode", "par_structure")
# 40 apprentices still there, 8 ruptures in the trial period, 2 later, and 4 of another CFA: too few for a rate.
CONTRATS = [
    {"nocontrat": f"{rang:013}", "idalternant": str(rang), "uaicfa": uai, "codediplome": diplome, "npecannuel": "6000",
     "datedebutcontrat": "2021-09-01", "datefincontrat": "2023-08-31", "dateeffetrupture": rupture}
    for rang, (uai, diplome, rupture) in enumerate(
        [("0010001A", "50022137", "")] * 40 + [("0010001A", "50022137", "2021-10-04")] * 8
        + [("0010001A", "45033404", "2022-02-01")] * 2 + [("0010002B", "50022137", "")] * 4
    )
]  # fmt: skip
DIPLOMES = REFERENTIELS["diplomes.csv"].replace("CAP Cuisine,CAP,3,Restauration", f"{SCRIPT},CAP,3,{IMAGE}")


@pytest.fixture(scope="module")
def projet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network without a previous year."""
    dossier = tmp_path_factory.mktemp("textes")
    build_project(
        dossier,
        {"contrats_2022-09-30.csv": CONTRATS},
        annee="2021-2022",
        referentiels={"diplomes.csv": DIPLOMES},
        config="[annees]\npremiere = '2021-2022'\n",
        sql=models(*VENTILATIONS),
    ).close()
    return dossier


@pytest.fixture(scope="module")
def ensemble(projet: Path) -> ResultRow:
    """The report's year, the only one."""
    with duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True) as con:
        (seule,) = read_years(con)
    return seule


@pytest.fixture(scope="module")
def chiffres(projet: Path, ensemble: ResultRow) -> Figures:
    reglages = load_settings(projet / "config.toml")
    catalogue = load_catalog(models(*VENTILATIONS), reglages)
    with duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True) as con:
        ventilations = read_breakdowns(con, catalogue.ventilations(reglages.sections), {"BP": "Brevet professionnel"})
    return open_figures(reglages.reseau, [ensemble], ventilations)


@pytest.fixture
def ecrit(tmp_path: Path, chiffres: Figures):
    """Render a text, with plain spaces."""

    def render(source: str, niveau: int = 2) -> str:
        chemin = tmp_path / "introduction.md"
        chemin.write_text(source, encoding="utf-8")
        return plain(texts.render(chemin, chiffres, niveau))

    return render


def words(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page).split()))


@pytest.mark.parametrize(
    ("chiffre", "attendu"),
    [
        ("annee", "2021-2022"),
        ("effectif", "54"),
        ("ruptures_nettes", "10"),
        ("taux_rupture_nette", "19 %"),
        ("taux_bas", "10 %"),
        ("date_arrete", "15 août 2022"),
        ("territoire", "Alpes"),
        ("par_periode[essai].part_ruptures", "80,0 %"),
        ("par_periode[Période intermédiaire].ruptures_nettes", "2"),
        ("par_mois[octobre 2021].ruptures_nettes", "8"),
        ("par_mois[2021-10].ruptures_brutes", "8"),
        ("par_structure[CFA du Lac].taux_rupture_nette", "20 %"),
        ("par_structure[CFA du Mont].taux_rupture_nette", "n.s."),
        ("par_structure[CFA du Mont].taux_haut", "n.s."),
        ("par_structure[CFA du Lac][CFA].cfa_rattachement", "CFA du Lac"),
        ("par_cfa_type_diplome[CFA du Lac][CAP].taux_rupture_nette", "17 %*"),
        ("par_cfa_type_diplome[CFA du Lac][BP].ruptures_nettes", "2"),
        ("par_cfa_type_diplome[CFA du Lac][Brevet professionnel].type_diplome", "Brevet professionnel"),
        ("par_cout[CFA du Lac].perte_annee", "47 000 €"),
    ],
)
def test_a_figure_is_written_as_the_report_prints_it(ecrit, chiffre: str, attendu: str) -> None:
    assert words(ecrit(f"Voir {{{{ {chiffre} }}}} ici.")) == f"Voir {attendu} ici."


@pytest.mark.parametrize(
    ("chiffre", "quoi"),
    [
        ("taux_ruptures_nettes", "chiffre inconnu « taux_ruptures_nettes » (le plus proche : « taux_rupture_nette »)"),
        ("effectif_precedent", "« effectif_precedent » manque : aucune année antérieure complète"),
        ("par_periode", "« par_periode » est une ventilation : il manque la ligne et la colonne"),
        ("par_periodes[essai].effectif", "ventilation inconnue « par_periodes » (le plus proche : « par_periode »)"),
        ("par_periode[esai].part_ruptures", "par_periode n'a pas de ligne « esai » en 2021-2022 (le plus proche : « e"),
        ("par_periode[essai].part_rupture", "par_periode n'a pas de colonne « part_rupture » (le plus proche : « part"),
        ("par_periode[essai][CAP].part_ruptures", "par_periode a moins de 2 dimensions"),
        ("par_cfa_type_diplome[CFA du Lac].effectif", "par_cfa_type_diplome a 2 lignes « CFA du Lac » en 2021-2022"),
        ("1 + 1", "« 1 + 1 » n'est pas le nom d'un chiffre"),
    ],
)  # fmt: skip
def test_a_figure_that_there_is_not_is_told_with_its_line(ecrit, chiffre: str, quoi: str) -> None:
    with pytest.raises(UsageError) as refus:
        ecrit(f"Une ligne.\n\nEt {{{{ {chiffre} }}}}.")
    assert refus.value.quoi.startswith(quoi)
    assert (Path(str(refus.value.ou)).name, refus.value.ligne) == ("introduction.md", 3)


@pytest.mark.parametrize("source", ["{{ effectif", "{{ effectif\n}}", "effectif }}", "{% if effectif %}"])
def test_braces_that_name_nothing_are_refused(ecrit, source: str) -> None:
    with pytest.raises(UsageError, match=r"introduction\.md:1 : des accolades qui ne nomment pas un chiffre"):
        ecrit(source)


def test_what_data_say_stays_text(ecrit) -> None:
    # The names of a diploma and of its filière, one as a row, the other as a value.
    page = ecrit(f"Filière **{{{{ par_diplome[{SCRIPT}].filiere }}}}**, {{{{ par_diplome[{SCRIPT}].diplome }}}}.")
    assert "<strong>![](file:///etc/passwd)</strong>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;." in page


def test_raw_html_is_shown_and_code_is_text(ecrit) -> None:
    page = ecrit("<b onclick='x'>gras</b>\n\n<script>alert(1)</script>\n\n    `{{ effectif }}`")
    assert "<b" not in page and "<script" not in page and "<code" not in page
    assert words(page) == "<b onclick='x'>gras</b> <script>alert(1)</script> `54`"


@pytest.mark.parametrize(
    "image", ["![x](file:///etc/passwd)", "![x](https://exemple.fr/x.png)", "![x][y]\n\n[y]: data:image/png;base64,AA"]
)
def test_images_are_refused(ecrit, image: str) -> None:
    with pytest.raises(UsageError, match=r"introduction\.md:2 : image refusée dans un texte"):
        ecrit(f"Une ligne\n{image}")


@pytest.mark.parametrize(
    "lien", ["[x](javascript:alert(1))", "[x](http://exemple.fr)", "[x](file:///etc/passwd)", "[x](#methode)", "<ftp://x.fr>"]
)  # fmt: skip
def test_links_lead_to_the_web_or_to_a_mailbox_only(ecrit, lien: str) -> None:
    with pytest.raises(UsageError, match=r"introduction\.md:2 : lien refusé dans un texte"):
        ecrit(f"Une ligne\n{lien}")
    page = ecrit("[site](https://exemple.fr/a?b=1&c=2), [nous](mailto:nous@exemple.fr)")
    assert 'href="https://exemple.fr/a?b=1&amp;c=2"' in page and 'href="mailto:nous@exemple.fr"' in page


def test_tables_have_heads_and_headings_their_level(ecrit) -> None:
    page = ecrit("# Un\n\n## Deux\n\n| a | b |\n|---|---|\n| 1 | {{ effectif }} |")
    assert "<h2>Un</h2>" in page and "<h3>Deux</h3>" in page
    assert '<th scope="col">a</th>' in page and "<td>54</td>" in page
    assert "<h3>Un</h3>" in ecrit("# Un", niveau=3)
    for faux in ("Un\n\n## Deux", "# Un\n\n### Trois"):
        with pytest.raises(UsageError, match=r"introduction\.md:3 : titre de niveau [23] hors de sa place"):
            ecrit(faux)


def write(dossier: Path, **fichiers: str) -> None:
    for nom, texte in fichiers.items():
        chemin = dossier / f"{nom}.md"
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")


def configured(projet: Path, tmp_path: Path, presentation: str) -> Settings:
    """The settings of the project with a table [presentation], in a folder of their own."""
    config = f"{(projet / 'config.toml').read_text(encoding='utf-8')}\n[presentation]\n{presentation}\n"
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    return load_settings(tmp_path / "config.toml")


def test_the_network_s_folder_wins_and_in_it_the_year_s_file(projet: Path, tmp_path: Path, chiffres: Figures) -> None:
    commun, propre = tmp_path / "commun", tmp_path / "textes"
    write(commun, introduction="commun", synthese="commun", cfa="commun", motifs="commun")
    reglages = load_settings(projet / "config.toml")
    lus = texts.open_texts(reglages, chiffres, commun)
    assert [words(lus.texte(lieu)) for lieu in ("introduction", "synthese", "cfa", "structures")] == [
        "commun", "commun", "commun", "",
    ]  # fmt: skip
    write(propre, introduction="à nous", cfa="à nous", motifs=" \n")
    write(propre, **{"2021-2022/cfa": "à nous, année", "2020-2021/introduction": "autre année"})
    lus = texts.open_texts(configured(projet, tmp_path, 'textes = "textes"'), chiffres, commun)
    # A file of ours without words removes theirs.
    assert [words(lus.texte(lieu)) for lieu in ("introduction", "synthese", "cfa", "motifs")] == [
        "à nous", "commun", "à nous, année", "",
    ]  # fmt: skip


@pytest.mark.parametrize("nom", ["introducton", "2021-2022/introducton", "2019-2020/introducton"])
def test_a_file_for_no_place_is_refused(projet: Path, tmp_path: Path, chiffres: Figures, nom: str) -> None:
    write(tmp_path, **{nom: "x"})
    with pytest.raises(UsageError, match=r"introducton\.md : ce fichier .* \(le plus proche : « introduction »\)"):
        texts.open_texts(load_settings(projet / "config.toml"), chiffres, tmp_path)


def test_a_folder_of_no_year_is_refused(projet: Path, tmp_path: Path, chiffres: Figures) -> None:
    write(tmp_path, **{"2021/introduction": "x"})
    with pytest.raises(UsageError, match="« 2021 » n'est pas une année de formation"):
        texts.open_texts(load_settings(projet / "config.toml"), chiffres, tmp_path)


def test_a_chapter_does_not_take_the_name_of_a_place(projet: Path, tmp_path: Path, chiffres: Figures) -> None:
    reglages = configured(projet, tmp_path, '[[sections]]\ncle = "synthese"\ntitre = "Synthèse"')
    with pytest.raises(UsageError, match="« synthese » est le nom d'un lieu du rapport"):
        texts.open_texts(reglages, chiffres)


def test_a_template_that_asks_for_no_place_is_told_the_nearest(projet: Path, chiffres: Figures) -> None:
    lus = texts.open_texts(load_settings(projet / "config.toml"), chiffres)
    with pytest.raises(UsageError, match=r"« focus_esai » pour un texte .* « focus_essai »"):
        lus.texte("focus_esai")


def test_every_text_of_the_project_prints_without_a_previous_year(projet: Path, chiffres: Figures) -> None:
    lus = texts.open_texts(load_settings(projet / "config.toml"), chiffres)
    assert {chemin.stem for chemin in texts.DOSSIER.glob("*.md")} <= lus.fichiers.keys() <= {*lus.lieux}
    mots = {lieu: plain(words(lus.texte(lieu))) for lieu in lus.fichiers}
    assert all(mots.values())
    assert "Apprentis suivis en 2021-2022 : 54. Ruptures nettes : 10." in mots["introduction"]


def test_the_project_has_no_words_where_only_a_network_can_have_some(projet: Path, chiffres: Figures) -> None:
    lus = texts.open_texts(load_settings(projet / "config.toml"), chiffres)
    places = [lieu for lieu in texts.LIEUX if lieu in ("synthese", "recommandations") or lieu.startswith("focus_")]
    assert len(places) == 5
    assert not {*places} & lus.fichiers.keys()
    assert not any(chemin.is_dir() for chemin in texts.DOSSIER.iterdir())


def test_every_text_of_the_demonstration_has_its_place_and_names_figures_that_there_are(chiffres: Figures) -> None:
    lus = texts.open_texts(load_settings(EXEMPLE / "config.toml"), chiffres)
    propres = [chemin for chemin in (EXEMPLE / "textes").rglob("*.md")]
    assert {chemin.stem for chemin in propres} <= lus.fichiers.keys()
    mots = {chemin.stem: plain(words(texts.render(chemin, chiffres))) for chemin in propres}
    assert all(mots.values())
    assert "une perte de 1 266 053 €. Ses tarifs sont inconnus" in mots["cout"]
    assert not re.search(r"\d", mots["synthese"] + mots["recommandations"])


def context(ensemble: ResultRow, reglages: Settings, chiffres: Figures) -> dict:
    """What the page reads, without its chapters of figures."""
    listes = (
        "avertissements",
        "annuels",
        "phrases",
        "signes",
        "sections",
        "fichiers",
        "anomalies",
        "autres_jours",
        "officiels",
        "focus",
        "annexes",
    )
    return {
        **dict.fromkeys(listes, ()), **page_context(reglages, ensemble, False), "est_courte": False,
        "exemple_des_annees": "",
        "texte": texts.open_texts(reglages, chiffres).texte,
        "depuis": False, "chiffres_cles": [], "agir": [], "suivies": [], "comparaisons": [],
        "note_d_agir": "", "muets": [], "hors_edition": "",
        "textes_en_annexe": {},
        "ecart": None, "precedent": None, "types_structure": {"CFA"}, "dispersion": "",
        "premiere_annee": "", "periodes": reglages.periodes, "bornes": {"contrats_indecis": 0, "reprises_possibles": 0},
    }  # fmt: skip


def test_the_texts_have_their_place_in_the_report(
    projet: Path, tmp_path: Path, ensemble: ResultRow, chiffres: Figures
) -> None:
    write(tmp_path / "textes", synthese="# Dans l'entreprise\n\nUn constat.", recommandations="Un conseil.")
    reglages = configured(projet, tmp_path, 'textes = "textes"')
    page = plain(templates.render("rapport.html.jinja", context(ensemble, reglages, chiffres), VENTILATIONS))
    ordre = [
        'href="#introduction"', 'href="#definition"', 'href="#conclusion"', 'id="introduction"', 'id="definition"',
        'class="encadre"', 'id="conclusion"', "<h2>Synthèse</h2>", "<h3>Dans l'entreprise</h3>",
        "<h2>Recommandations</h2>", 'id="methode"',
    ]  # fmt: skip
    assert sorted(map(page.index, ordre)) == [page.index(morceau) for morceau in ordre]


def test_a_network_that_empties_its_texts_prints_no_heading_for_them(
    projet: Path, tmp_path: Path, ensemble: ResultRow, chiffres: Figures
) -> None:
    write(tmp_path / "textes", introduction="", stagiaire="\n", synthese="", recommandations="")
    reglages = configured(projet, tmp_path, 'textes = "textes"')
    page = plain(templates.render("rapport.html.jinja", context(ensemble, reglages, chiffres), VENTILATIONS))
    for absent in ("Introduction", 'class="encadre"', "Synthèse", "Recommandations", 'class="texte"'):
        assert absent not in page


def test_a_network_has_its_colour_its_logo_and_its_contact(
    projet: Path, tmp_path: Path, ensemble: ResultRow, chiffres: Figures
) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    presentation = 'couleur = "#0B5D3B"\nlogo = "logo.svg"\ncontact = "R&D <nous@exemple.fr>"'
    reglages = configured(projet, tmp_path, presentation)
    page = plain(templates.render("rapport.html.jinja", context(ensemble, reglages, chiffres), VENTILATIONS))
    assert "color: #0b5d3b" in page and "#2b6396" not in page
    assert 'src="data:image/svg+xml;base64,PHN2Zy' in page
    assert "Contact : R&amp;D &lt;nous@exemple.fr&gt;" in page
    assert str(tmp_path) not in reglages.model_dump_json()


GUIDE = (RACINE / "docs/ecrire-les-textes.md").read_text(encoding="utf-8")


def test_every_place_figure_and_setting_is_in_the_guide(chiffres: Figures) -> None:
    for nom in (*texts.LIEUX, *CHAPITRES_LIVRES, *chiffres.reseau, *PresentationSettings.model_fields):
        assert f"`{nom}`" in GUIDE, nom
    for lien in re.findall(r"\]\(([^):]+)\)", GUIDE):
        assert (RACINE / "docs" / lien).is_file()


def test_the_figures_that_the_guide_shows_are_figures(chiffres: Figures) -> None:
    (exemple,) = re.findall(r"```markdown\n(.*?)```", GUIDE, re.S)
    connus = {*chiffres.reseau, *(f"{nom}_precedent" for nom in chiffres.reseau), *VENTILATIONS}
    cites = [re.split(r"\W", nom.strip())[0] for nom in re.findall(r"\{\{(.*?)\}\}", exemple)]
    assert cites and {*cites} <= connus
