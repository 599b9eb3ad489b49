"""The file of a new breakdown, from `sql/nouvelle_ventilation.sql`, which is itself one that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError, closest
from pipeline.formats import minuscule
from pipeline.glossary import Glossary, read_glossary
from pipeline.models import file, header_file
from pipeline.models.folder import BROUILLON, GLOSSAIRE, VENTILATIONS
from pipeline.schemas import IDENTIFIANTS
from pipeline.settings import Settings

MODELE = "nouvelle_ventilation.sql"
DIMENSION = "sexe"


def write_breakdown(
    nom: str, par: Sequence[str], section: str | None, titre: str | None, sql: Path, reglages: Settings,
    propres: Path | None = None,
) -> Path:  # fmt: skip
    """Write `<nom>.sql` among the project's own breakdowns (in `sql` where it has no such folder): a breakdown by
    columns of `core.inscriptions` (that of its name where `par` is empty), in a section (the last one) under a title
    (what its columns are called). Returns its path.

    Raises:
        UsageError: a name that cannot name a table, a file that exists, a column or a section that is not there.
    """
    chemin = (propres or sql / VENTILATIONS) / f"{nom}.sql"
    header_file.check_name(nom, chemin)
    if chemin.exists():
        raise UsageError("ce fichier existe déjà", ou=chemin, faire="Choisissez un autre nom, ou modifiez-le.")
    colonnes = list(dict.fromkeys(par)) or [nom.removeprefix(BROUILLON).removeprefix("par_")]
    connues, sections = dimensions(sql, reglages), [une.cle for une in reglages.sections]
    for colonne in colonnes:
        if colonne not in connues:
            raise UsageError(
                f"« {colonne} » n'est pas une colonne de core.inscriptions{closest(colonne, connues)}",
                faire=f"Nommez-en une avec --par : {', '.join(connues)}.",
            )
    if section is not None and section not in sections:
        faire = f"Sections de config.toml : {', '.join(sections)}."
        raise UsageError(f"section inconnue « {section} »{closest(section, sections)}", faire=faire)
    modele = (sql / MODELE).read_text(encoding="utf-8")
    texte = fill(modele, colonnes, section or sections[-1], titre, read_glossary(sql / GLOSSAIRE))
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(texte, encoding="utf-8")
    return chemin


def fill(modele: str, colonnes: list[str], section: str, titre: str | None, glossaire: Glossary) -> str:
    """The model of a file with its one dimension replaced by these; what nobody has named is to be named."""
    # The title of a table of one column names it, where the glossary does not.
    inconnu = titre if titre and len(colonnes) == 1 else header_file.A_NOMMER
    connus = {nom: glossaire.colonnes[nom].libelle if nom in glossaire.colonnes else None for nom in colonnes}
    libelles = [libelle or inconnu for libelle in connus.values()]
    imprimees = [nom if libelle else f"{nom}: {quoted(inconnu)}" for nom, libelle in connus.items()]
    (mesures,) = re.findall(rf"^colonnes: \[{DIMENSION}, (.*)\]$", modele, flags=re.MULTILINE)
    noms = ", ".join(colonnes)
    lignes = {
        "titre": quoted(titre or spoken(libelles, " et ")),
        "description": quoted(f"Apprentis suivis et ruptures nettes par {minuscule(spoken(libelles, ' et par '))}."),
        "section": section,
        "cle": f"[{noms}]",
        "colonnes": f"[{', '.join([*imprimees, mesures])}]",
    }
    for cle, valeur in lignes.items():
        modele = re.sub(rf"^{cle}: .*?(?= *#|$)", lambda _, c=cle, v=valeur: f"{c}: {v}", modele, count=1, flags=re.M)
    if len(colonnes) > 1:
        # A chart of points names each once: what two columns tell is a crossed table.
        croise = f"pivot: {{lignes: {colonnes[0]}, colonnes: {colonnes[1]}, valeur: taux_rupture_nette}}\n"
        modele = re.sub(r"^graphique:\n.*\n", croise if len(colonnes) == 2 else "", modele, flags=re.MULTILINE)
    dites = "".join(f"        renseigne({nom}::varchar) as {nom},\n" for nom in colonnes)
    modele = re.sub(r"^        renseigne\(.*\n", dites, modele, flags=re.MULTILINE)
    modele = modele.replace("group by 1, 2", f"group by {', '.join(map(str, range(1, len(colonnes) + 2)))}")
    return modele.replace(f"y: {DIMENSION}", f"y: {noms}").replace(f"desc, {DIMENSION}", f"desc, {noms}")


def quoted(texte: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(texte, ensure_ascii=False)


def spoken(libelles: list[str], lien: str) -> str:
    """'Filière', 'Filière et sexe'."""
    return lien.join([libelles[0], *map(minuscule, libelles[1:])])


def dimensions(sql: Path, reglages: Settings) -> list[str]:
    """The columns of `core.inscriptions` that may tell groups of apprentices apart, supplementary ones included."""
    modele = file.parse(sql / "core/inscriptions.sql", "core")
    finales = [cte.this for cte in modele.arbre.ctes if cte.alias == "final"]
    noms = [nom for select in finales for nom in select.named_selects]
    return [nom for nom in (*noms, *reglages.colonnes_supplementaires) if nom not in {"*", "annee", *IDENTIFIANTS}]
