"""The breakdowns that the settings keep out of the edition, and why: excluded by name, or of a chapter that is not in
`config.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pipeline.errors import UsageError, closest
from pipeline.formats import plural
from pipeline.models.header_file import HeadedFile
from pipeline.settings import Settings
from pipeline.strict import find_line

NOMMEES = 8  # breakdowns named on the line; the manifest has them all


@dataclass(frozen=True)
class Outside:
    """The breakdowns that are not published.

    Attributes:
        raisons: name of a breakdown → the pattern that excludes it, or the chapter that is not there.
        chapitres: the chapters, among those.
        demandes: name of one whose chapter is not there → the optional referential that it asks for, without which it
            would be in no edition: it is told where that is there (`build.unshown`).
    """

    raisons: Mapping[str, str] = field(default_factory=dict)
    chapitres: frozenset[str] = frozenset()
    demandes: Mapping[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """What is not published and why, on one line; '' where all is."""
        exclues = sorted(nom for nom, raison in self.raisons.items() if raison not in self.chapitres)
        if len(exclues) > NOMMEES:
            exclues = [*exclues[:NOMMEES], plural(len(exclues) - NOMMEES, "autre", "autres")]
        nombres = Counter(
            raison for nom, raison in self.raisons.items() if raison in self.chapitres and nom not in self.demandes
        )
        chapitres = [f"{cle} ({plural(n, 'ventilation', 'ventilations')})" for cle, n in sorted(nombres.items())]
        dits = [
            f"{quoi} : {', '.join(noms)}"
            for quoi, noms in (("ventilations exclues", exclues), ("chapitres absents de config.toml", chapitres))
            if noms
        ]
        return f"Hors de l'édition, par réglage : {' ; '.join(dits)}." if dits else ""


def set_aside(ventilations: Collection[HeadedFile], reglages: Settings) -> Outside:
    """What the settings keep out of the edition, of these breakdowns.

    Raises:
        UsageError: a pattern of `exclues` that is the name of none.
    """
    noms = {fichier.nom: fichier.ventilation.section for fichier in ventilations}
    chapitres = {section.cle for section in reglages.sections}
    raisons = {nom: section for nom, section in noms.items() if section not in chapitres}
    absents = frozenset(raisons.values())
    for motif in reglages.ventilations.exclues:
        trouvees = [nom for nom in noms if fnmatchcase(nom, motif)]
        if not trouvees:
            raise UsageError(
                f"[ventilations] exclues : aucune ventilation ne s'appelle « {motif} »{closest(motif, noms)}",
                ou=reglages.chemin,
                ligne=find_line(reglages.chemin, ["ventilations", "exclues"]),
                faire="Corrigez ce nom (* remplace des lettres), ou retirez-le : ruptures lister les montre.",
            )
        raisons |= dict.fromkeys((nom for nom in trouvees if raisons.get(nom) not in absents), motif)
    demandes = {
        fichier.nom: fichier.ventilation.demande
        for fichier in ventilations
        if fichier.ventilation.demande is not None and raisons.get(fichier.nom) in absents
    }
    return Outside(raisons, absents, demandes)
