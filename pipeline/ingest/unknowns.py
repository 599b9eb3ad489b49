"""What the contracts of a run name that the referentials do not know: one line each, at the end of the run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline import formats
from pipeline.ingest.referentials import AUTRE_LIBELLE


def outside_referentials(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Contracts without a known structure or diploma, as one sentence; or nothing."""
    structures, diplomes, contrats = con.execute(
        "select coalesce(max(nombre) filter (where nature = 'structure_hors_referentiel'), 0), "
        "coalesce(max(nombre) filter (where nature = 'diplome_hors_referentiel'), 0), "
        "(select count(*) from core.contrats) from core.anomalies"
    ).fetchall()[0]
    comptes = [
        f"{formats.entier(nombre)} sans {quoi} ({referentiel}.csv)"
        for nombre, quoi, referentiel in (
            (structures, "structure connue", "etablissements"),
            (diplomes, "diplôme connu", "diplomes"),
        )
        if nombre
    ]
    return [f"Contrats : {' et '.join(comptes)}, sur {formats.entier(contrats)}."] if comptes else []


def unknown_motifs(con: duckdb.DuckDBPyConnection, dossier: Path) -> list[str]:
    """Rows whose motif has no wording of the referential, what they are of the ruptures of the report's year, and where
    they are listed, as one sentence; or nothing. `dossier` is where the lists are."""
    lignes, annee, ruptures, autres = con.execute(
        "select (select nombre from core.anomalies where nature = 'libelles_inconnus'), annee, count(id_contrat), "
        "count(*) filter (where motifexprime = $1 or motifvalide = $1) "
        "from core.annees left join core.ruptures_brutes using (annee) "
        "left join core.contrats using (id_contrat) where est_rapport group by annee",
        [AUTRE_LIBELLE],
    ).fetchall()[0]
    if not lignes:
        return []
    return [
        f"Motifs : {formats.plural(lignes, 'libellé absent', 'libellés absents')} de motifs.csv, "
        f"« {AUTRE_LIBELLE} » pour {formats.entier(autres)} des {formats.plural(ruptures, 'rupture', 'ruptures')} de "
        f"{annee}, ligne par ligne dans {dossier / 'anomalies.csv'}."
    ]
