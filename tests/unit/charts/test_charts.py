"""Each chart type as readers meet it: what is written on it, where, and the words that replace it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from pipeline import charts
from pipeline.charts import fonts, labels, theme
from pipeline.charts.distribution import SIZES
from pipeline.errors import UsageError
from pipeline.models.chart_header import (
    GRAPHIQUES,
    BarsSpec,
    ChartSpec,
    DistributionSpec,
    FunnelSpec,
    HeatmapSpec,
    LineSpec,
    MonthColumnsSpec,
    PointsSpec,
    StackedBarsSpec,
)
from pipeline.models.header import PrintedColumn
from pipeline.statistics.decision import PLUS_BAS, PLUS_HAUT
from tests.support import plain

Rang = dict[str, Any]
ESPACE = "\u202f"
TAUX = "taux_rupture_nette"
SOURCE = "Source : Exports d'essai, 2021-2022."
COLONNES = {
    nom: PrintedColumn(libelle=libelle, format=genre)  # type: ignore[arg-type]
    for nom, libelle, genre in (
        ("annee", "Année", "texte"),
        ("structure", "CFA", "texte"),
        ("diplome", "Type de diplôme", "texte"),
        ("mois", "Mois", "mois"),
        ("effectif", "Apprentis suivis", "entier"),
        ("ruptures_nettes", "Ruptures nettes", "entier"),
        ("inscrits_actifs", "Inscrits", "entier"),
        (TAUX, "Taux de rupture nette", "taux"),
        ("part_ruptures", "Part des ruptures", "pourcentage"),
    )
}
CHARTS: dict[str, ChartSpec] = {
    "barres": BarsSpec(type="barres", titre="Essai", x=(TAUX, "part_ruptures"), y="structure", reference="reseau"),
    "barres_empilees": StackedBarsSpec(
        type="barres_empilees", titre="Essai", x=("inscrits_actifs", "ruptures_nettes"), y="structure"
    ),
    "points": PointsSpec(type="points", titre="Essai", x=TAUX, y="structure", reference="reseau"),
    "colonnes_mois": MonthColumnsSpec(type="colonnes_mois", titre="Essai", x="mois", y="ruptures_nettes"),
    "ligne": LineSpec(type="ligne", titre="Essai", x="annee", y=TAUX, serie="structure"),
    "entonnoir": FunnelSpec(type="entonnoir", titre="Essai", x="effectif", y=TAUX, etiquette="structure"),
    "distribution": DistributionSpec(type="distribution", titre="Essai", x=TAUX, y="structure", reference="reseau"),
    "carte_chaleur": HeatmapSpec(type="carte_chaleur", titre="Essai", x="diplome", y="structure", valeur=TAUX),
}
LONG = "Centre de formation des apprentis du bâtiment et des travaux publics de la vallée de la Marne"
LARGEURS = (theme.WIDTH, theme.NARROW)
PAGE = 930  # px: what a page of 257 mm leaves under a title
HOSTILES = ("<script>alert(1)</script>", 'a "b" c', "datum.x", "&amp;", "{{ 1 }} ${y}", "nan", "null", "undefined")


def row(structure: str | None, effectif: int, ruptures: int, **autres: Any) -> Rang:
    """A row of a rate breakdown, as SQL makes them (the interval is only of the right order)."""
    taux = ruptures / effectif if effectif else None
    fiabilite = "non_significatif" if effectif < 20 else "fragile" if effectif < 50 else "solide"
    return {
        "annee": "2021-2022", "structure": structure, "diplome": "CAP", "mois": "2021-09", "effectif": effectif,
        "ruptures_nettes": ruptures, "inscrits_actifs": effectif - ruptures, TAUX: taux,
        "taux_bas": taux and taux * 0.7, "taux_haut": taux and min(1.0, taux * 1.4), "fiabilite": fiabilite,
        "part_ruptures": ruptures / 300,
    } | autres  # fmt: skip


def rows(nombre: int, nom: Callable[[int], str] = "Structure {}".format) -> list[Rang]:
    """Rows of all sizes, each of its own diploma and month."""
    return [
        row(
            nom(i), 8 + 37 * (i * 7 % 13), (8 + 37 * (i * 7 % 13)) * (4 + i * 5 % 13) // 100,
            diplome=f"Diplôme {i % 5}", mois=f"{2021 + (i + 7) // 12}-{(i + 7) % 12 + 1:02d}",
        )
        for i in range(nombre)
    ]  # fmt: skip


def data(lignes: list[Rang], toutes: list[Rang] | None = None, taux_reseau: float | None = 0.1092) -> charts.ChartData:
    reseau = None if taux_reseau is None else charts.ReferenceRate(taux_reseau, 2984)
    return charts.ChartData(lignes, lignes if toutes is None else toutes, reseau, SOURCE)


def draw(genre: str, lignes: list[Rang], toutes: list[Rang] | None = None, largeur: float = theme.WIDTH) -> Drawing:
    """A chart of that type, in one of its widths, read back from its SVG."""
    image = charts.draw(CHARTS[genre], COLONNES, data(lignes, toutes))
    return read(image if largeur == theme.WIDTH else replace(image, svg=image.narrow()))


def describe(graphique: ChartSpec, lignes: list[Rang], taux_reseau: float | None = 0.1092) -> str:
    """The alternative text, narrow no-break spaces written as plain ones."""
    return charts.describe(graphique, COLONNES, data(lignes, taux_reseau=taux_reseau)).replace(ESPACE, " ")


@dataclass(frozen=True)
class Text:
    """A text of an SVG: its left and its middle, in pixels from the top left."""

    texte: str
    x: float
    y: float
    taille: str
    police: str
    encre: str

    @property
    def right(self) -> float:
        return self.x + fonts.text_width(self.texte)

    def covers(self, autre: Text) -> bool:
        """Whether two texts overlap, by more than the space that letters leave around them."""
        return self.x < autre.right - 0.5 and autre.x < self.right - 0.5 and abs(self.y - autre.y) < theme.SIZE * 0.9


@dataclass(frozen=True)
class Drawing:
    """An SVG read back."""

    svg: str
    racine: ET.Element
    textes: list[Text]

    @property
    def words(self) -> str:
        return plain(" ".join(texte.texte for texte in self.textes))

    def find(self, texte: str) -> Text:
        (trouve,) = [t for t in self.textes if plain(t.texte) == texte]
        return trouve


def read(image: charts.Image) -> Drawing:
    """The texts of a chart with their places."""
    racine = ET.fromstring(image.svg)
    textes: list[Text] = []

    def visit(noeud: ET.Element, x: float, y: float) -> None:
        if deplacement := re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", noeud.get("transform", "")):
            x, y = x + float(deplacement[1]), y + float(deplacement[2])
        if noeud.tag.endswith("}text"):
            assert noeud.get("text-anchor") == "start"
            looks = (noeud.get(attribut, "") for attribut in ("font-size", "font-family", "fill"))
            textes.append(Text(noeud.text or "", x, y, *looks))
        for enfant in noeud:
            visit(enfant, x, y)

    visit(racine, 0.0, 0.0)
    return Drawing(image.svg, racine, textes)


def couleur(texte: str) -> tuple[int, ...]:
    """Red, green and blue of '#5f9bcb' or of 'rgb(95, 155, 203)', of 255."""
    if texte.startswith("#"):
        return tuple(int(texte[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(map(int, re.findall(r"\d+", texte)))


SITUATIONS = {
    "three rows": rows(3),
    "twelve rows": rows(12),
    "twenty-five rows": rows(25),
    "forty rows": rows(40),
    "one row": [row("Seule", 120, 14)],
    "long names": rows(9, lambda i: f"{i} {LONG}"[: 30 + 12 * i]),
    "rates that mean nothing": [row("A", 8, 1), row("B", 0, 0), row("C", 120, 14)],
    "nothing": [],
}


@pytest.mark.parametrize("largeur", LARGEURS)
@pytest.mark.parametrize("genre", CHARTS)
def test_texts_that_vega_is_not_to_measure_are_where_it_would_write_them(
    genre: str, largeur: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    lignes = rows(9)
    ecrits = draw(genre, lignes, largeur=largeur).svg
    mesures = {"font": theme.VEGA_FONT, "fontSize": theme.SIZE}
    titres = {"titleFont": theme.VEGA_FONT, "titleFontSize": theme.SIZE}
    monkeypatch.setitem(theme.CONFIG, "text", theme.CONFIG["text"] | mesures)
    monkeypatch.setitem(theme.CONFIG, "axis", theme.CONFIG["axis"] | titres)
    assert draw(genre, lignes, largeur=largeur).svg == ecrits


def test_every_declared_type_is_drawn_and_nothing_else() -> None:
    assert set(charts.TYPES) == set(GRAPHIQUES) == set(CHARTS)


@cache
def situation_drawn(genre: str, situation: str, largeur: float = theme.WIDTH) -> Drawing:
    return draw(genre, unique(genre, SITUATIONS[situation]), largeur=largeur)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("genre", CHARTS)
class TestEveryType:
    """What holds of any chart of any rows."""

    @pytest.mark.parametrize("largeur", LARGEURS)
    def test_it_is_as_wide_as_the_column_and_no_text_is_cut(self, genre: str, situation: str, largeur: float) -> None:
        dessin = situation_drawn(genre, situation, largeur)
        assert float(dessin.racine.get("width", 0)) == largeur
        hauteur = float(dessin.racine.get("height", 0))
        assert hauteur < PAGE
        for texte in dessin.textes:
            assert texte.x >= -0.5, texte
            assert texte.right <= largeur + 0.5, texte
            assert theme.SIZE / 2 <= texte.y <= hauteur - 2, texte

    @pytest.mark.parametrize("largeur", LARGEURS)
    def test_texts_are_of_the_size_of_the_tables_and_do_not_cover_one_another(
        self, genre: str, situation: str, largeur: float
    ) -> None:
        dessin = situation_drawn(genre, situation, largeur)
        assert {(texte.taille, texte.police) for texte in dessin.textes} == {(f"{theme.SIZE}px", "Inter")}
        assert [(a, b) for a, b in combinations(dessin.textes, 2) if a.covers(b)] == []

    def test_what_is_missing_is_never_written_as_a_word_of_the_machine(self, genre: str, situation: str) -> None:
        lignes = unique(genre, SITUATIONS[situation])
        dessin = situation_drawn(genre, situation)
        assert not re.search(r"nan|null|undefined|None|Infinity", dessin.words, re.IGNORECASE)
        assert not re.search(r"NaN|undefined|null", dessin.svg)
        assert SOURCE in dessin.words
        mots = describe(CHARTS[genre], lignes)
        assert mots.startswith("Essai. ")
        assert mots.endswith(".") and ".." not in mots
        assert not re.search(r"nan\b|null|None", mots)


def unique(genre: str, lignes: list[Rang]) -> list[Rang]:
    """Rows that the type accepts: months once, cells once."""
    if genre == "colonnes_mois":
        return list({ligne["mois"]: ligne for ligne in lignes}.values())
    return lignes


@pytest.mark.parametrize("genre", CHARTS)
def test_names_and_values_are_written_as_the_tables_write_them(genre: str) -> None:
    lignes = [row("Nord", 1200, 150), row("Sud", 30, 3, mois="2021-10"), row("Est", 12, 1, mois="2021-11")]
    attendus = {
        "barres": ["Nord", "Sud", "Est", "12,5 %", "10 %*", "n.s.", "50,0 %", "réseau 10,9 %"],
        "barres_empilees": ["Nord", "Sud", "Est", "1 200 dont 150", "30 dont 3", "Inscrits", "Ruptures nettes"],
        "points": ["Nord", "Sud", "Est", "12,5 %", "10 %*", "n.s.", "réseau 10,9 %"],
        "colonnes_mois": ["sept.", "oct.", "nov.", "2021", "150", "3", "1", "Ruptures nettes"],
        "ligne": ["Nord 12,5 %", "Sud 10 %*", "2021-2022", "2 des 3 séries."],
        "entonnoir": ["Nord", "Sud", "Est", "ensemble 12,4 %", "limite 95 %", "limite 99,8 %", "Apprentis suivis"],
        "distribution": ["Taux de rupture nette (un point par ligne : CFA)", "réseau 10,9 %", "1 ligne n.s. ou vide"],
        "carte_chaleur": ["Nord", "Sud", "Est", "12,5 %", "10 %*", "n.s.", "CAP", "CFA", "Type de diplôme"],
    }[genre]
    mots = draw(genre, lignes).words
    assert [attendu for attendu in attendus if attendu not in mots] == []


@pytest.mark.parametrize("genre", CHARTS)
def test_a_hostile_name_is_plain_text(genre: str) -> None:
    lignes = [
        row(f"{nom}\n\x07", 200 + 40 * i, 10 + 9 * i, diplome=nom, mois=nom) for i, nom in enumerate(HOSTILES)
    ] + [row("\u2028", 90, 9, diplome="", mois=""), row(LONG * 20, 95, 9, diplome="z", mois="z")]
    dessin = draw(genre, lignes)
    permis = {"svg", "g", "path", "line", "text", "rect"}
    assert {noeud.tag.partition("}")[2] for noeud in dessin.racine.iter()} <= permis
    assert not re.search(r"<script|[\x00-\x08\x0b-\x1f]", dessin.svg)
    ecrits = re.sub(r"- ?|\s", "", dessin.words)
    noms = {"colonnes_mois": (), "distribution": (), "ligne": HOSTILES[2:]}.get(genre, HOSTILES)
    assert [nom for nom in noms if re.sub(r"- ?|\s", "", nom) not in ecrits] == []


@pytest.mark.parametrize("genre", CHARTS)
def test_the_same_rows_give_the_same_bytes_also_after_an_image_was_made_of_them(genre: str) -> None:
    lignes = unique(genre, rows(9))
    image = charts.draw(CHARTS[genre], COLONNES, data(lignes))
    png = charts.to_png(image)
    assert png.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(png[16:20], "big") == 2 * theme.WIDTH
    assert charts.draw(CHARTS[genre], COLONNES, data(lignes)) == image


def test_a_chart_that_would_show_nothing_is_told() -> None:
    for graphique in CHARTS.values():
        assert charts.has_marks(graphique, COLONNES, [row("A", 120, 14)])
        assert not charts.has_marks(graphique, COLONNES, [])
    for genre in ("points", "ligne", "carte_chaleur"):
        assert not charts.has_marks(CHARTS[genre], COLONNES, [row("A", 12, 1), row("B", 120, 0)])


def test_a_page_holds_a_chart_of_any_number_of_rows_and_what_is_left_out_is_said() -> None:
    for genre in ("barres", "barres_empilees", "points", "carte_chaleur"):
        dessin = draw(genre, rows(200))
        assert re.search(r"\d+ des 200 lignes\. Source", dessin.words), genre
        assert float(dessin.racine.get("height", 0)) < PAGE, genre


def test_two_structures_of_one_name_are_two_bars() -> None:
    dessin = draw("barres", [row("Jumeau", 100, 10), row("Jumeau", 200, 30)])
    assert len({texte.y for texte in dessin.textes if texte.texte == "Jumeau"}) == 2


def test_names_end_at_the_left_of_their_bars_whatever_they_are_made_of() -> None:
    dessin = draw("barres", [row(nom, 200 + i, 20) for i, nom in enumerate(HOSTILES)])
    bords = [texte.right for texte in dessin.textes if texte.texte in HOSTILES]
    assert len(bords) == len(HOSTILES) and max(bords) - min(bords) < 0.1


def test_a_legend_is_on_as_many_lines_as_it_needs() -> None:
    noms = [f"mesure_{i}" for i in range(4)]
    colonnes = COLONNES | {
        nom: PrintedColumn(libelle=f"{LONG[: 50 + i]}", format="entier") for i, nom in enumerate(noms)
    }
    graphique = StackedBarsSpec(type="barres_empilees", titre="Essai", x=tuple(noms), y="structure")
    dessin = read(charts.draw(graphique, colonnes, data([row("A", 100, 10, **dict.fromkeys(noms, 25))])))
    cles = [texte for texte in dessin.textes if LONG.startswith(texte.texte) and len(texte.texte) > 40]
    assert len(cles) == 4 and len({texte.y for texte in cles}) > 1
    assert all(texte.x >= 0 and texte.right <= theme.WIDTH and texte.y > theme.SIZE / 2 for texte in cles)
    assert [(a, b) for a, b in combinations(dessin.textes, 2) if a.covers(b)] == []


def test_a_rate_of_less_than_a_percent_has_ticks_that_differ() -> None:
    donnees = data([row("A", 9000, 18), row("B", 8000, 30)], taux_reseau=None)
    dessin = read(charts.draw(CHARTS["points"], COLONNES, donnees))
    percents = [texte for texte in dessin.textes if re.fullmatch(r"[\d,]+ %", plain(texte.texte))]
    ticks = [texte.texte for texte in percents if texte.y == max(texte.y for texte in percents)]
    assert len(ticks) == len(set(ticks)) > 2


def test_a_negative_value_goes_the_other_way() -> None:
    colonnes = COLONNES | {"ecart": PrintedColumn(libelle="Écart", format="decimal")}
    graphique = BarsSpec(type="barres", titre="Essai", x=("ecart",), y="structure")
    lignes = [row("A", 100, 10, ecart=2.5), row("B", 100, 10, ecart=-1.5)]
    dessin = read(charts.draw(graphique, colonnes, data(lignes)))
    assert "-1,5" in dessin.words and "2,5" in dessin.words
    assert charts.describe(graphique, colonnes, data(lignes)) == "Essai. Écart : A 2,5, B -1,5."


class TestColonnesMois:
    def test_a_month_without_a_row_keeps_its_place_and_what_has_no_month_comes_last(self) -> None:
        lignes = [row("A", 50, n, mois=m) for m, n in (("Non renseigné", 4), ("2022-01", 7), ("2021-10", 5))]
        dessin = draw("colonnes_mois", lignes)
        mois = ["oct.", "nov.", "déc.", "janv.", "Non renseigné"]
        assert [t.texte for t in sorted(dessin.textes, key=lambda t: t.x) if t.texte in mois] == mois
        assert describe(CHARTS["colonnes_mois"], lignes) == (
            "Essai. Ruptures nettes : octobre 2021 5, janvier 2022 7, Non renseigné 4."
        )

    def test_months_give_way_to_one_another_and_to_what_has_no_month(self) -> None:
        lignes = [*unique("colonnes_mois", rows(40)), row("A", 50, 4, mois="Non renseigné")]
        dessin = draw("colonnes_mois", lignes)
        mois = {t.texte for t in dessin.textes} & {"août", "sept.", "oct.", "nov.", "déc.", "janv.", "févr.", "mars"}
        assert 0 < len(mois) < 8 and "renseigné" in dessin.words
        assert [(a, b) for a, b in combinations(dessin.textes, 2) if a.covers(b)] == []

    def test_a_month_twice_is_refused(self) -> None:
        with pytest.raises(UsageError, match=r"^deux lignes ont le même mois : un graphique colonnes_mois n'en montre"):
            draw("colonnes_mois", [row("A", 50, 5), row("B", 50, 5)])


class TestLigne:
    TROIS_ANS = ("2019-2020", "2020-2021", "2021-2022")

    def years(self, **ruptures: tuple[int, ...]) -> list[Rang]:
        """Rows of 100 apprentices for each series and year."""
        return [
            row(nom, 100, n, annee=annee)
            for nom, nombres in ruptures.items()
            for annee, n in zip(self.TROIS_ANS, nombres, strict=False)
        ]

    def test_years_are_those_published_and_each_line_is_named_at_its_end(self) -> None:
        toutes = self.years(Nord=(10, 12, 14), Sud=(10, 9))
        dessin = draw("ligne", [ligne for ligne in toutes if ligne["annee"] == "2021-2022"], toutes)
        annees = [dessin.find(annee).x for annee in self.TROIS_ANS]
        assert annees == sorted(annees)
        for nom in ("Nord 14,0 %", "Sud 9,0 % (2020-2021)"):
            assert dessin.find(nom).x > annees[-1]
        assert describe(CHARTS["ligne"], toutes) == (
            "Essai. Taux de rupture nette entre 2019-2020 et 2021-2022 : Nord de 10,0 % à 14,0 % ; "
            "Sud de 10,0 % à 9,0 % (2020-2021)."
        )

    def test_a_rate_that_means_nothing_is_a_gap(self) -> None:
        toutes = [
            row("A", effectif, 5, annee=f"{an}-{an + 1}")
            for an, effectif in zip(range(2017, 2022), (100, 100, 12, 100, 100), strict=True)
        ]
        (trait,) = [noeud.get("d", "") for noeud in draw("ligne", toutes).racine.iter() if "L" in noeud.get("d", "")]
        assert [morceau.count("L") for morceau in trait.split("M")] == [0, 1, 1]

    def test_of_more_than_six_series_the_six_largest_are_drawn(self) -> None:
        toutes = self.years(**{f"S{i}": (i, i, i) for i in range(1, 9)})
        mots = draw("ligne", toutes).words
        assert "6 des 8 séries. Source" in mots
        assert [nom for nom in (f"S{i}" for i in range(1, 9)) if f"{nom} " in mots] == [f"S{i}" for i in range(3, 9)]

    def test_months_are_those_of_the_year_and_a_line_alone_has_its_values(self) -> None:
        graphique = LineSpec(type="ligne", titre="Essai", x="mois", y="ruptures_nettes")
        lignes = [row("A", 50, n, mois=m) for m, n in (("2021-11", 7), ("2021-09", 5), ("Non renseigné", 2))]
        dessin = read(charts.draw(graphique, COLONNES, data(lignes, toutes=[])))
        valeurs = [
            t.texte for t in sorted(dessin.textes, key=lambda t: t.x) if t.texte in ("5", "7") and t.encre == theme.INK
        ]
        assert valeurs == ["5", "7"]
        assert dessin.find("sept.").x < dessin.find("oct.").x < dessin.find("nov.").x
        assert "1 ligne sans mois, non montrée. Source" in dessin.words
        assert describe(graphique, lignes) == "Essai. Ruptures nettes : septembre 2021 5, novembre 2021 7."

    def test_values_beside_a_line_alone_are_written_where_there_is_room_for_all(self) -> None:
        graphique = LineSpec(type="ligne", titre="Essai", x="mois", y="effectif")
        for nombre, ecrits in ((12, True), (40, False)):
            lignes = unique("colonnes_mois", rows(nombre))
            dessin = read(charts.draw(graphique, COLONNES, data(lignes)))
            valeurs = [f"{ligne['effectif']}" for ligne in lignes]
            sur_les_points = [t for t in dessin.textes if t.texte in valeurs and t.encre == theme.INK]
            assert len(sur_les_points) == (nombre if ecrits else 0)
            assert [(a, b) for a, b in combinations(dessin.textes, 2) if a.covers(b)] == []

    def test_two_rows_for_one_point_are_refused(self) -> None:
        with pytest.raises(UsageError, match=r"^deux lignes ont les mêmes annee et structure : un graphique ligne"):
            draw("ligne", [row("A", 50, 5), row("A", 60, 5)])


class TestEntonnoir:
    LIGNES = (
        row("Haut", 400, 72), row("Un peu haut", 400, 60), row("Dedans", 400, 44), row("Bas", 400, 30),
        row("Gros", 4000, 408), row("Minuscule", 15, 2),
    )  # fmt: skip

    def test_points_outside_the_limits_have_a_colour_and_a_shape_of_their_own(self) -> None:
        mots = draw("entonnoir", list(self.LIGNES)).words
        for legende in (
            "dans les limites", "hors des limites à 95 %", "hors des limites à 99,8 %", "non significatif (n.s.)"
        ):  # fmt: skip
            assert legende in mots
        formes = {
            (noeud.get("fill"), re.sub(r"[-\d.]+", "", noeud.get("d", ""))[:6])
            for noeud in draw("entonnoir", list(self.LIGNES)).racine.iter()
            if noeud.get("stroke-width") == "1.3"
        }
        assert len({couleur for couleur, _ in formes}) == 4  # one of them white: what is held against no limit
        assert len({forme for _, forme in formes}) == 3

    def test_its_words_say_which_points_are_outside_which_limit(self) -> None:
        assert describe(CHARTS["entonnoir"], list(self.LIGNES)) == (
            "Essai. Ensemble : 11,0 %. Au-dessus de la limite à 99,8 % : Haut 18,0 %. "
            "Au-dessus de la limite à 95 % : Un peu haut 15,0 %. Au-dessous de la limite à 95 % : Bas 7,5 %. "
            "Dans les limites : 2 points. Non significatifs : 1 point."
        )
        assert "Aucun point hors des limites. Dans les limites : 2 points." in describe(
            CHARTS["entonnoir"], [self.LIGNES[2], self.LIGNES[4]]
        )

    def test_about_one_row_its_words_name_no_other(self) -> None:
        haut, *autres = self.LIGNES
        assert describe(CHARTS["entonnoir"], [haut | {"designe": True}, *autres]) == (
            f"Essai. Ensemble : 11,0 %. Haut : 18,0 %, hors des limites à 99,8 %. {len(autres)} autres points, sans "
            "leur nom."
        )
        assert describe(CHARTS["entonnoir"], [haut | {"designe": True}]) == "Essai. Haut : 18,0 %."

    def test_a_rate_that_means_nothing_does_not_stretch_the_scale(self) -> None:
        mots = draw("entonnoir", [row("A", 400, 44), row("B", 400, 46), row("Une rupture", 1, 1)]).words
        assert "100 %" not in mots
        assert "n.s., au-dessus de l'échelle" in mots and "Une rupture" in mots

    def test_names_without_room_are_counted_and_those_outside_the_limits_are_never_left_out(self) -> None:
        lignes = [row(f"Structure {i}", 300, 33) for i in range(50)] + [row("Très haut", 300, 90)]
        mots = draw("entonnoir", lignes).words
        anonymes = re.search(r"(\d+) points sans leur nom\. Source", mots)
        assert anonymes and int(anonymes[1]) == 50 - len(re.findall(r"Structure \d+", mots))
        assert "Très haut" in mots

    def test_a_rate_that_has_no_other_to_be_compared_with_is_held_against_no_limit(self) -> None:
        lignes = [row("A", 400, 44), row("Minuscule", 15, 2)]
        dessin = draw("entonnoir", lignes)
        assert "limite" not in dessin.words and "A" in dessin.words
        assert describe(CHARTS["entonnoir"], lignes) == "Essai. Taux de rupture nette : A 11,0 %, Minuscule n.s."


class TestDistribution:
    def points(self, lignes: list[Rang], largeur: float = theme.WIDTH) -> list[tuple[float, float]]:
        """The middles of the points."""
        dessin = draw("distribution", lignes, largeur=largeur)
        places = [n.get("transform", "") for n in dessin.racine.iter() if n.get("stroke-width") == "0.8"]
        return [(float(x), float(y)) for x, y in (re.findall(r"[-\d.]+", p)[:2] for p in places if p)]

    @pytest.mark.parametrize("largeur", LARGEURS)
    @pytest.mark.parametrize("nombre", [31, 300])
    def test_each_row_is_a_point_at_its_value_and_none_covers_another(self, nombre: int, largeur: float) -> None:
        lignes = [row(f"S{i}", 1000, 40 + (i * 37) % 113) for i in range(nombre)]
        points = self.points(lignes, largeur)
        assert len(points) == nombre
        valeurs = sorted(ligne[TAUX] for ligne in lignes)
        (bas, haut), (gauche, droite) = (valeurs[0], valeurs[-1]), (min(points)[0], max(points)[0])
        attendus = [gauche + (v - bas) / (haut - bas) * (droite - gauche) for v in valeurs]
        assert sorted(x for x, _ in points) == pytest.approx(attendus, abs=0.6)
        taille = min(n for n in SIZES if n > 0)
        assert min(max(abs(a - x), abs(b - y)) for (a, b), (x, y) in combinations(points, 2)) >= taille - 0.6

    def test_what_stands_out_is_named_and_nothing_else(self) -> None:
        lignes = [row(f"Structure {i}", 1000, 100 + i % 17, sens=None) for i in range(60)]
        mots = draw("distribution", lignes).words
        assert not re.search(r"\b\d+\b(?! %|,|-)(?! lignes)", mots.replace("2021-2022", "").split("CFA)")[1])
        assert "plus haut" not in mots and "ne se distingue pas" in mots
        assert describe(CHARTS["distribution"], lignes) == (
            "Essai. Taux de rupture nette de 60 lignes : de 10,0 % à 11,6 %, la moitié entre 10,3 % et 11,1 %. "
            "Réseau : 10,9 %. Aucun point ne se distingue des autres."
        )
        lignes[7] = row("Structure haute", 1000, 180, sens=PLUS_HAUT)
        lignes[9] = row("Structure basse", 1000, 40, sens=PLUS_BAS)
        mots = draw("distribution", lignes).words
        assert {"haute", "basse"} <= {*mots.split()} and "plus haut que les autres" in mots
        assert describe(CHARTS["distribution"], lignes).endswith(
            "Plus hauts que les autres : Structure haute 18,0 %. Plus bas que les autres : Structure basse 4,0 %."
        )

    def test_where_nothing_was_decided_nothing_is_said_of_it(self) -> None:
        lignes = [row(f"S{i}", 1000, 100 + i % 17) for i in range(60)]
        assert "distingue" not in draw("distribution", lignes).words + describe(CHARTS["distribution"], lignes)

    def test_rates_that_mean_nothing_are_counted_and_do_not_stretch_the_scale(self) -> None:
        lignes = [row(f"S{i}", 1000, 100 + i) for i in range(40)] + [row("Une", 1, 1), row("Rien", 0, 0)]
        dessin = draw("distribution", lignes)
        assert "2 lignes n.s. ou vides, non montrées. Source" in dessin.words and "100 %" not in dessin.words
        assert len(self.points(lignes)) == 40
        assert describe(CHARTS["distribution"], lignes).endswith("2 lignes n.s. ou vides, non montrées.")

    def test_a_few_rows_are_listed(self) -> None:
        assert describe(CHARTS["distribution"], [row("A", 100, 10), row("B", 100, 20)]) == (
            "Essai. Taux de rupture nette : A 10,0 %, B 20,0 %. Réseau : 10,9 %."
        )

    def test_points_of_one_value_are_one_pile(self) -> None:
        points = self.points([row(f"S{i}", 1000, 100) for i in range(500)])
        assert len({x for x, _ in points}) == 1 and len({y for _, y in points}) > 100

    def test_a_hostile_name_that_stands_out_is_plain_text(self) -> None:
        lignes = [row(f"S{i}", 1000, 100 + i) for i in range(40)]
        lignes += [row(f"{nom}\n", 500, 90 + 9 * i, sens=PLUS_HAUT) for i, nom in enumerate(HOSTILES)]
        dessin = draw("distribution", lignes)
        assert "<script" not in dessin.svg
        ecrits = re.sub(r"- ?|\s", "", dessin.words)
        assert [nom for nom in HOSTILES if re.sub(r"- ?|\s", "", nom) not in ecrits] == []


class TestCarteChaleur:
    def test_an_empty_cell_is_not_a_zero(self) -> None:
        graphique = HeatmapSpec(type="carte_chaleur", titre="T", x="diplome", y="structure", valeur="ruptures_nettes")
        lignes = [row("A", 50, 0, diplome="CAP"), row("A", 50, 9, diplome="BP"), row("B", 50, 4, diplome="CAP")]
        dessin = read(charts.draw(graphique, COLONNES, data(lignes)))
        fonds = [couleur(noeud.get("fill", "")) for noeud in dessin.racine.iter() if noeud.get("stroke") == theme.WHITE]
        assert fonds == [couleur(theme.RAMP[0]), couleur(theme.RAMP[-1]), (114, 167, 209)]
        vides = [noeud.get("fill") for noeud in dessin.racine.iter() if noeud.get("stroke") == theme.GRID]
        assert [vide for vide in vides if vide] == [theme.WHITE]
        assert [t.texte for t in dessin.textes if t.texte.isdigit()] == ["0", "9", "4"]
        assert describe(graphique, lignes) == (
            "T. 2 lignes (CFA) × 2 colonnes (Type de diplôme). "
            "Les 3 plus fortes valeurs, Ruptures nettes : A et BP 9, B et CAP 4, A et CAP 0."
        )

    def test_five_cells_are_enough_for_its_words(self) -> None:
        lignes = [row(f"S{i}", 100, 10 + i) for i in range(8)]
        assert describe(CHARTS["carte_chaleur"], lignes).endswith(
            "Les 5 plus fortes valeurs, Taux de rupture nette : S7 et CAP 17,0 %, S6 et CAP 16,0 %, "
            "S5 et CAP 15,0 %, S4 et CAP 14,0 %, S3 et CAP 13,0 %."
        )

    def test_columns_that_have_no_room_for_their_values_are_left_out_the_smallest_first(self) -> None:
        lignes = [row("A", 100, 5 + i, diplome=f"D{i}") for i in range(30)]
        dessin = draw("carte_chaleur", lignes)
        montrees = re.search(r"(\d+) des 30 colonnes\. Source", dessin.words)
        assert montrees
        gardees = [t.texte for t in dessin.textes if re.fullmatch(r"D\d+", t.texte)]
        assert gardees == [f"D{i}" for i in range(30 - int(montrees[1]), 30)]

    def test_months_are_in_their_order_and_abridged(self) -> None:
        graphique = HeatmapSpec(type="carte_chaleur", titre="T", x="mois", y="structure", valeur="effectif")
        lignes = [row("A", 50, 5, mois="2022-01"), row("B", 50, 5, mois="2021-12")]
        dessin = read(charts.draw(graphique, COLONNES, data(lignes)))
        assert dessin.find("déc. 2021").x < dessin.find("janv. 2022").x

    def test_two_rows_for_one_cell_are_refused(self) -> None:
        with pytest.raises(UsageError, match=r"^deux lignes ont les mêmes diplome et structure : un graphique carte"):
            draw("carte_chaleur", [row("A", 100, 10), row("A", 200, 10)])

    def test_what_is_written_in_a_cell_stands_out_whatever_its_colour(self) -> None:
        def luminance(texte: str) -> float:
            parts = (n / 255 for n in couleur(texte))
            r, v, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
            return 0.2126 * r + 0.7152 * v + 0.0722 * b

        graphique = HeatmapSpec(type="carte_chaleur", titre="T", x="diplome", y="structure", valeur="effectif")
        lignes = [row(f"S{n // 10}", n, 0, diplome=f"D{n % 10}") for n in range(101)]
        dessin = read(charts.draw(graphique, COLONNES, data(lignes)))
        fonds = [noeud.get("fill", "") for noeud in dessin.racine.iter() if noeud.get("stroke") == theme.WHITE]
        encres = [texte.encre for texte in dessin.textes if texte.texte.isdigit()]
        assert len(fonds) == len(encres) == 101
        clartes = [luminance(fond) for fond in fonds]
        assert clartes == sorted(clartes, reverse=True) and clartes[0] > clartes[-1]
        for clarte, encre in zip(clartes, encres, strict=True):
            sombre, clair = sorted((clarte, luminance(encre)))
            assert (clair + 0.05) / (sombre + 0.05) >= 4.5


def test_the_words_of_bars_follow_the_chart_and_name_the_network_where_it_shows() -> None:
    lignes = [row("Petit", 100, 5), row("Grand", 100, 15), row("Rare", 10, 1)]
    assert describe(CHARTS["barres"], lignes) == (
        "Essai. Taux de rupture nette : Grand 15,0 %, Petit 5,0 %, Rare n.s. Réseau : 10,9 %."
    )
    assert describe(CHARTS["barres"], lignes, taux_reseau=None).endswith("Rare n.s.")
    assert describe(CHARTS["points"], lignes).startswith("Essai. Taux de rupture nette : Grand 15,0 %, Petit")
    assert describe(CHARTS["barres_empilees"], lignes) == (
        "Essai. Inscrits + Ruptures nettes, dont Ruptures nettes : Petit 100 dont 5, Grand 100 dont 15, Rare 10 dont 1."
    )


def test_blocks_along_a_margin_move_as_little_as_they_can() -> None:
    assert labels.spread([10, 50, 90], [10, 10, 10], 0, 100) == [10, 50, 90]
    assert labels.spread([50, 50], [10, 10], 0, 100) == [45, 55]
    assert labels.spread([2, 3], [10, 10], 0, 100) == [5, 15]
    assert labels.spread([99, 60, 98], [10, 10, 10], 0, 100) == [95, 60, 85]


def test_a_text_is_wrapped_at_spaces_then_between_syllables_and_says_that_it_goes_on() -> None:
    assert fonts.wrap("Mauvaise adaptation aux attentes", 110) == ["Mauvaise", "adaptation aux", "attentes"]
    assert fonts.wrap("Restauration", 50) == ["Restau-", "ration"]
    assert fonts.wrap("Brétigny-sur-Orge", 70) == ["Brétigny-", "sur-Orge"]
    assert fonts.wrap("un deux trois quatre", 40, 2)[-1].endswith("…")
    assert fonts.wrap("", 40) == [""]
    for largeur in (30, 60, 120):
        assert all(fonts.text_width(ligne) <= largeur for ligne in fonts.wrap(LONG * 3, largeur, 6))
