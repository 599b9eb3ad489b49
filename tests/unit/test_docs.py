"""Guides that cannot lie: what an analyst may write or meet is in them, and what they show works."""

from __future__ import annotations

import re
import tomllib

import pytest
import typer

from pipeline import __version__, cli
from pipeline.follow_up.quality_sheet import SANS_TRACE
from pipeline.ingest import examining, repairs
from pipeline.ingest.dates import FORMES_DE_DATES
from pipeline.paths import RACINE
from pipeline.schemas import (
    ACCOMPAGNEMENT,
    ACTIONS,
    APPRENANTS,
    AUTRES_BLOCS,
    BLOCS,
    CONTRATS,
    RESULTATS,
    SUIVI,
    field_key,
    header_key,
)
from pipeline.settings import FileSettings, Settings, TypeDeSupplement
from pipeline.strict import Strict
from tests.support import RESEAU, SECTIONS

EXPORTS = (RACINE / "docs/exports.md").read_text(encoding="utf-8")


def test_every_column_is_in_the_guide_and_required_ones_are_in_bold() -> None:
    for c in (*CONTRATS, *SUIVI):
        assert (f"**`{c.nom}`**" if c.entete else f"`{c.nom}`") in EXPORTS, c.nom
    for nom in (*APPRENANTS.apprenant, *APPRENANTS.contrat, *filter(None, APPRENANTS.suffixes)):
        assert f"`{nom}`" in EXPORTS, nom


def test_the_guide_of_the_journal_has_its_columns_its_lists_and_those_of_the_untraced_cases() -> None:
    guide = (RACINE / "docs/accompagnement.md").read_text(encoding="utf-8")
    tables = {
        tete: corps
        for tete, corps in re.findall(r"^\| (\S+) \| (?:ce que|contenu).*\n\|[-|]+\n((?:\|.*\n)+)", guide, re.M)
    }
    premieres = {
        tete: re.findall(r"`(.+?)`", "".join(ligne.split("|")[1] for ligne in corps.splitlines()))
        for tete, corps in tables.items()
    }
    assert premieres["`action`"] == [*ACTIONS]
    assert premieres["`resultat`"] == [*RESULTATS]
    for c in ACCOMPAGNEMENT:
        assert (f"**`{c.nom}`**" if c.entete else f"`{c.nom}`") in guide, c.nom
    assert premieres["colonne"] == [*SANS_TRACE]


def test_every_field_of_the_interface_is_in_the_guide_beside_its_column() -> None:
    dites = {}
    for champs, colonnes in re.findall(r"^\| (`\w+\..+?) \| (`.+`) \|$", EXPORTS, re.M):
        # Two names of one column are joined by « ou ».
        for noms, colonne in zip(re.split(r", ", champs), re.findall(r"`(\w+)`", colonnes), strict=True):
            dites |= dict.fromkeys(re.findall(r"`([\w.]+)`", noms), colonne)
    assert {chemin: field_key(header_key(chemin)) for chemin in dites} == dites
    cles = set(map(header_key, dites))
    for bloc, champs in BLOCS.items():
        ailleurs = {f"{bloc}.{champ}" for champ, colonne in champs.items() if champ != colonne}
        assert ailleurs <= cles
    for bloc in AUTRES_BLOCS:
        assert any(header_key(dit) == bloc for dit in re.findall(r"`(\w+)`", EXPORTS)), bloc


def test_every_setting_of_a_file_and_type_of_column_is_in_the_guide() -> None:
    for cle in (*FileSettings.model_fields, *TypeDeSupplement.__args__):
        assert re.search(rf"\b{cle}\b", EXPORTS), cle


def test_every_key_of_an_examination_is_in_the_guide() -> None:
    modeles = [m for m in vars(examining).values() if isinstance(m, type) and issubclass(m, Strict) and m is not Strict]
    dites = {cle for modele in modeles if modele.__module__ == examining.__name__ for cle in modele.model_fields}
    assert "part_remplie" in dites
    assert {cle for cle in dites if f"`{cle}`" not in EXPORTS} == set()


def test_the_settings_it_shows_are_settings() -> None:
    (exemple,) = re.findall(r"```toml\n(.*?)```", EXPORTS, re.S)
    reglages = Settings.model_validate(tomllib.loads(f"{RESEAU}{exemple}{SECTIONS}"))
    assert reglages.fichier("contrats/export.csv").dates == "mois/jour"
    assert [c.nom for c in reglages.supplements] == ["internat"]


def test_every_shape_of_date_and_destroyed_value_is_in_the_guide() -> None:
    exemples = {
        "AAAA-MM-JJ": "2022-03-31", "JJ/MM/AAAA": "31/03/2022", "JJ/MM/AA": "31/03/22", "MM/JJ/AAAA": "mois/jour",
        "MM/JJ/AA": "mois/jour", "nombre de tableur": "nombre de tableur", "AAAAMMJJ": "20220331",
        "JJMMAAAA": "31032022", "JJ mois AAAA": "31 mars 2022",
    }  # fmt: skip
    assert exemples.keys() == FORMES_DE_DATES.keys()
    for exemple in (*exemples.values(), "1,32E+13"):
        assert exemple in EXPORTS
    assert re.search(repairs.NOTATION_DE_TABLEUR, "1,32E+13")


@pytest.mark.parametrize("guide", [chemin.name for chemin in sorted(RACINE.glob("docs/*.md"))])
def test_links_lead_somewhere(guide: str) -> None:
    texte = (RACINE / "docs" / guide).read_text(encoding="utf-8")
    for lien in re.findall(r"\]\(([^)]+)\)", texte):
        fichier, _, titre = lien.partition("#")
        assert not fichier or (RACINE / "docs" / fichier).is_file()
        visee = (RACINE / "docs" / fichier).read_text(encoding="utf-8") if fichier else texte
        assert not titre or titre in {anchor(t) for t in re.findall(r"^#+ (.+)$", visee, re.M)}, lien


def anchor(titre: str) -> str:
    """What a link calls a heading."""
    return re.sub(r"[^\w -]", "", titre.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    "guide", ["README.md", *(f"docs/{chemin.name}" for chemin in sorted(RACINE.glob("docs/*.md")))]
)
def test_commands_shown_are_commands_with_such_options(guide: str) -> None:
    """Of an example in a block or between quotes: its verb, and its options."""
    commandes = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    texte = (RACINE / guide).read_text(encoding="utf-8")
    montrees = re.findall(r"(?:^\$ |`)(?:\.venv/bin/|\S*/bin/)?ruptures ([a-z][^`\n]+)", texte, re.M)
    for montree in montrees:
        verbe, *mots = montree.split()
        if verbe.startswith("--"):
            continue
        assert verbe in commandes, montree
        connues = {option for parametre in commandes[verbe].params for option in parametre.opts} | {"--help"}
        assert {mot.partition("=")[0] for mot in mots if mot.startswith("--")} <= connues, montree


def test_the_paragraphs_cited_are_in_the_definitions() -> None:
    dits = set(re.findall(r"^## §(\d)", (RACINE / "docs/definitions.md").read_text(encoding="utf-8"), re.M))
    sources = [*RACINE.glob("sql/**/*.sql"), RACINE / "sql/glossaire.toml", RACINE / "docs/dictionnaire.md"]
    cites = {n for chemin in sources for n in re.findall(r"d[ée]finitions §(\d)", chemin.read_text(encoding="utf-8"))}
    assert len(cites) > 5
    assert cites <= dits


def test_the_guide_to_install_names_verbs_libraries_and_settings_that_there_are() -> None:
    guide = (RACINE / "docs/installation.md").read_text(encoding="utf-8")
    verbes = {c.name or c.callback.__name__.replace("_", "-") for c in cli.app.registered_commands}  # type: ignore[union-attr]
    dits = set(re.findall(r"(?:\$ |`|bin/|Scripts\\|&& )ruptures ([a-z][a-z-]+)", guide))
    assert {"nouveau-projet", "mise-a-jour", "rapport", "exemple", "purger", "lister"} <= dits <= verbes
    (bibliotheques,) = re.findall(
        r'^BIBLIOTHEQUES="(.+)"$', (RACINE / "outils/preparer.sh").read_text(encoding="utf-8"), re.M
    )
    assert f"apt-get install {bibliotheques}" in guide
    (exemple,) = re.findall(r"```toml\n(.*?)```", guide, re.S)
    assert Settings.model_validate(tomllib.loads(f"{RESEAU}{exemple}{SECTIONS}")).ventilations.exclues
    assert set(re.findall(r"ruptures-([\d.]+)-py3", guide)) == {__version__}


def test_every_option_of_the_report_is_in_the_guides() -> None:
    guides = "".join(chemin.read_text(encoding="utf-8") for chemin in [RACINE / "README.md", *RACINE.glob("docs/*.md")])
    (verbe,) = (c for c in cli.app.registered_commands if c.callback is cli.rapport)
    commande = typer.main.get_command_from_info(verbe, pretty_exceptions_short=True, rich_markup_mode=None)
    options = {option for parametre in commande.params for option in parametre.opts}
    assert {"--annee", "--cfa", "--sans-cfa", "--jobs"} <= options
    assert not [option for option in options if not re.search(rf"{option}\b", guides)]
