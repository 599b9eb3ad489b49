"""A page of the edition for the screen, read back from its HTML as a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from tests.support import plain

VOID = frozenset({"meta", "img", "input", "br", "hr", "link", "wbr", "col"})
SHAPES = frozenset({"g", "path", "rect", "line", "circle"})  # of a drawing, that may close themselves


@dataclass
class Table:
    """A table: its caption, its last row of heads, its rows, its total."""

    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    total: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What a page holds. Elements that are not closed in order, or that nothing opened, are in `faults`."""

    def __init__(self, chemin: Path) -> None:
        super().__init__()
        self.chemin, self.html = chemin, chemin.read_text(encoding="utf-8")
        self.ouverts: list[str] = []
        self.faults: list[str] = []
        self.tables: list[Table] = []
        self.links: list[str] = []
        self.addresses: list[str] = []  # all that is loaded
        self.ids: list[str] = []
        self.drawings: list[dict[str, str]] = []
        self.refers: list[str] = []
        self.words: list[str] = []
        self.est_total = False
        self.feed(self.html)
        self.close()
        self.faults += self.ouverts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = {nom: valeur or "" for nom, valeur in attrs}
        if tag not in VOID:
            self.ouverts.append(tag)
        self.ids += [valeurs["id"]] if "id" in valeurs else []
        self.refers += valeurs.get("aria-labelledby", "").split()
        self.addresses += [v for nom, v in valeurs.items() if nom in {"src", "srcset", "data", "poster", "xlink:href"}]
        match tag:
            case "br" if {"th", "td"} & {*self.ouverts}:
                self.cells()[-1] += "\n"
            case "a":
                self.links.append(valeurs["href"])
            case "svg" | "img":
                self.drawings.append(valeurs)
            case "table":
                self.tables.append(Table())
            case "tr":
                self.est_total = "total" in valeurs.get("class", "").split()
                if "thead" in self.ouverts:
                    self.tables[-1].heads = []
                elif not self.est_total:
                    self.tables[-1].rows.append([])
            case "th" | "td":
                self.cells().append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID | SHAPES:
            self.faults.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.ouverts or self.ouverts.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if {"style", "script"} & {*self.ouverts}:
            return
        data = plain(data)
        self.words.append(data)
        if "caption" in self.ouverts:
            self.tables[-1].caption += data
        elif {"th", "td"} & {*self.ouverts}:
            self.cells()[-1] = f"{self.cells()[-1]}{data}"

    def cells(self) -> list[str]:
        """Those of the row that is read."""
        table = self.tables[-1]
        return table.heads if "thead" in self.ouverts else table.total if self.est_total else table.rows[-1]

    def table(self, caption: str) -> Table:
        """The table of that caption, its texts without the spaces around them."""
        (table,) = [t for t in self.tables if t.caption.strip() == caption]
        return Table(
            caption,
            [tete.strip() for tete in table.heads],
            [[texte.strip() for texte in ligne] for ligne in table.rows],
            [texte.strip() for texte in table.total],
        )
