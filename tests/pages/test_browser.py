"""The edition for the screen in a browser: Chromium, from a telephone to a desk (`make test-long`)."""

from __future__ import annotations

import importlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

LARGEURS = {360: 740, 768: 1024, 1440: 900}
PAGES = ("index.html", "cfa/0951625A.html")
NOMS_DE_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NOMS_DE_CHROMIUM)), None)
STOPS_MAX = 400

pytest.importorskip("playwright.sync_api", reason="make navigateur installe ce qui conduit un navigateur")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium manque. Debian : make navigateur, ou apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with importlib.import_module("playwright.sync_api").sync_playwright() as conduite:
        navigateur = conduite.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield navigateur
        navigateur.close()


@pytest.fixture
def visit(demonstration: Path, chromium: Any) -> Iterator[Callable[..., Any]]:
    """`visit(page, width)`: a page of the edition in a window of that width; nothing may be said in its console, and
    nothing asked of a network."""
    dits: list[str] = []
    ouvertes: list[Any] = []

    def go(page: str, largeur: int, **options: Any) -> Any:
        ouverte = chromium.new_page(viewport={"width": largeur, "height": LARGEURS[largeur]}, **options)
        ouverte.on("console", lambda dit: dits.append(dit.text))
        ouverte.on("pageerror", lambda erreur: dits.append(str(erreur)))
        ouverte.on("request", lambda d: dits.append(d.url) if not d.url.startswith(("file:", "data:")) else None)
        ouverte.goto((demonstration / page).as_uri())
        ouvertes.append(ouverte)
        return ouverte

    yield go
    for ouverte in ouvertes:
        ouverte.close()
    assert dits == []


every_page = pytest.mark.parametrize("page", PAGES)
every_width = pytest.mark.parametrize("largeur", LARGEURS)


@every_page
@every_width
def test_the_page_itself_never_scrolls_sideways(visit: Callable[..., Any], page: str, largeur: int) -> None:
    vue = visit(page, largeur)
    assert vue.evaluate("document.documentElement.scrollWidth") == largeur
    vue.evaluate("document.querySelectorAll('details').forEach((un) => { un.open = true; })")
    assert vue.evaluate("document.documentElement.scrollWidth") == largeur


@every_page
@every_width
def test_axe_finds_no_fault(visit: Callable[..., Any], page: str, largeur: int) -> None:
    vue = visit(page, largeur)
    vue.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    vue.evaluate("document.querySelectorAll('details').forEach((un) => { un.open = true; })")
    fautes = vue.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(faute["id"], faute["nodes"][0]["html"][:200]) for faute in fautes] == []


@every_page
@every_width
def test_texts_of_charts_are_readable_and_one_drawing_of_each_is_seen(
    visit: Callable[..., Any], page: str, largeur: int
) -> None:
    vue = visit(page, largeur)
    vus = vue.evaluate(
        "[...document.querySelectorAll('figure')].map((f) => [...f.querySelectorAll('svg')].filter((s) => "
        "s.getBoundingClientRect().width).map((s) => [s.getBoundingClientRect().width / s.viewBox.baseVal.width, "
        "s.getBoundingClientRect().right]))"
    )
    assert vus
    for dessins in vus:
        ((echelle, droite),) = dessins
        assert 11.3 * echelle >= 11
        assert droite <= largeur


def stop(vue: Any) -> str:
    """Where the keyboard is: the text of that element, and whether it can be seen that it is there."""
    return vue.evaluate(
        "(() => { const e = document.activeElement, s = getComputedStyle(e), dit = e.innerText || e.ariaLabel; "
        "return (s.outlineStyle !== 'none' ? '' : 'invisible ') + (dit || e.tagName).trim(); })()"
    )


def tab_to(vue: Any, texte: str) -> None:
    """Press Tab until there."""
    vus: list[str] = []
    while texte not in (vu := stop(vue)) or len(vu) > 200:
        assert not vu.startswith("invisible ") or not vus, vu
        vus.append(vu)
        assert len(vus) < STOPS_MAX, vus[-5:]
        vue.keyboard.press("Tab")


@every_width
def test_the_keyboard_alone_goes_from_the_top_to_the_motifs_of_a_cfa(visit: Callable[..., Any], largeur: int) -> None:
    vue = visit("index.html", largeur)
    vue.keyboard.press("Tab")
    assert stop(vue) == "Aller au contenu"
    tab_to(vue, "Les CFA (")
    vue.keyboard.press("Enter")
    tab_to(vue, "BTP CFA Ermont")
    vue.keyboard.press("Enter")
    vue.wait_for_url("**/cfa/0951625A.html*")
    tab_to(vue, "Sommaire")
    if not vue.evaluate("document.querySelector('.contenu details').open"):
        vue.keyboard.press("Enter")
    tab_to(vue, "Motif")
    vue.keyboard.press("Enter")
    vue.wait_for_timeout(800)
    assert vue.url.endswith("#ventilation-par_cfa_motif_exprime")
    haut = vue.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= haut < LARGEURS[largeur] / 2


def cells(vue: Any, titre: str, rang: int) -> list[str]:
    """The cells that are seen in a column of the table of that title, its total apart."""
    return vue.evaluate(
        "([titre, rang]) => [...[...document.querySelectorAll('table')].find((t) => "
        "t.caption?.innerText.includes(titre)).tBodies[0].rows].filter((r) => !r.hidden && "
        "!r.classList.contains('total')).map((r) => r.cells[rang].textContent.trim())",
        [titre, rang],
    )


def test_a_table_is_sorted_by_any_column_and_its_total_stays_last(visit: Callable[..., Any]) -> None:
    vue, titre = visit("index.html", 1440), "Diplômes, 2021-2022"
    tete = vue.locator("table", has=vue.locator("caption", has_text=titre)).locator("thead th")
    noms = [texte.strip() for texte in tete.all_inner_texts()]
    rang = noms.index("Apprentis suivis")
    bouton = tete.nth(rang).locator("button")
    for sens, ordre in (("ascending", False), ("descending", True)):
        bouton.press("Enter")
        assert tete.nth(rang).get_attribute("aria-sort") == sens
        effectifs = [int(re.sub(r"\s", "", texte)) for texte in cells(vue, titre, rang)]
        assert len(effectifs) > 30
        assert effectifs == sorted(effectifs, reverse=ordre)
    rang = noms.index("Taux de rupture nette")
    for ordre in (False, True):
        tete.nth(rang).locator("button").press("Space")
        taux = cells(vue, titre, rang)
        dits = [float(texte.split("\u202f")[0].replace(",", ".")) for texte in taux if texte != "n.s."]
        assert dits == sorted(dits, reverse=ordre)
        assert taux[len(dits) :] == ["n.s."] * (len(taux) - len(dits))  # no value is last, either way
    assert vue.locator("[aria-sort]").count() == 1
    derniere = vue.locator("table", has=vue.locator("caption", has_text=titre)).locator("tbody tr").last
    assert derniere.get_attribute("class") == "total"


def test_months_are_sorted_in_the_order_of_time(visit: Callable[..., Any]) -> None:
    vue, titre = visit("index.html", 1440), "Mois de la rupture, 2021-2022"
    avant = cells(vue, titre, 0)
    vue.locator("table", has=vue.locator("caption", has_text=titre)).locator("thead th button").nth(1).click()
    assert cells(vue, titre, 0) != avant
    vue.locator("table", has=vue.locator("caption", has_text=titre)).locator("thead th button").first.click()
    assert cells(vue, titre, 0) == avant


def test_a_table_is_filtered_by_words_without_their_accents_and_then_has_no_total(visit: Callable[..., Any]) -> None:
    vue, titre = visit("index.html", 768), "Diplômes, 2021-2022"
    table = vue.locator("table", has=vue.locator("caption", has_text=titre))
    outils = vue.locator(
        ".outils", has=vue.locator(f"[aria-describedby={table.locator('caption').get_attribute('id')}]")
    )
    toutes = len(cells(vue, titre, 1))
    outils.locator("input").fill("ELECTR cap")
    gardees = cells(vue, titre, 1)
    assert 0 < len(gardees) < toutes
    assert all("électr" in texte.lower() for texte in gardees)
    assert outils.locator("[role=status]").inner_text() == f"{len(gardees)} sur {toutes} lignes"
    assert not table.locator(".total").is_visible()
    outils.locator("input").fill("")
    assert len(cells(vue, titre, 1)) == toutes
    assert table.locator(".total").is_visible()


@every_page
def test_without_scripts_it_is_whole(visit: Callable[..., Any], page: str) -> None:
    vue = visit(page, 360, java_script_enabled=False)
    assert vue.locator(".cadre table").count() > 5
    assert vue.locator("button").count() == 0
    assert vue.locator(".contenu a").count() > 5


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_in_less_than_a_second(visit: Callable[..., Any], page: str) -> None:
    """The best of three, as other programs may run."""
    temps = []
    for _ in range(3):
        debut = time.perf_counter()
        vue = visit(page, 1440)
        vue.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        temps.append(vue.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        assert temps[-1] / 1000 <= time.perf_counter() - debut
    assert min(temps) < 1000


def test_it_is_printed_without_what_a_screen_asks_for(visit: Callable[..., Any]) -> None:
    vue = visit("index.html", 1440)
    vue.emulate_media(media="print")
    for choix in (".contenu", ".outils", ".acces", "#fichiers"):
        assert not vue.locator(choix).first.is_visible()
    assert vue.locator("h1").first.is_visible()
