"""The year of the report: that it exists, that its cut-off makes sense, what must be told of both."""

from __future__ import annotations

from datetime import date

import duckdb

from pipeline import formats
from pipeline.errors import PipelineError, UsageError
from pipeline.settings import check_annee


def check_year_name(annee: str) -> None:
    """Raises UsageError when `annee` is not written 2021-2022."""
    try:
        check_annee(annee)
    except ValueError:
        raise UsageError(
            f"« {annee} » n'est pas une année de formation", faire="Écrivez par exemple --annee 2021-2022."
        ) from None


def check_report_year(con: duckdb.DuckDBPyConnection, demandee: str | None, arrete_au: date | None) -> list[str]:
    """The report's year exists and its cut-off makes sense; what the analyst must know of both, in sentences.

    Raises:
        UsageError: no such year in the data, or a cut-off before the end of the year.
    """
    annees = con.execute(
        "select annee, fin_annee, date_arrete, provisoire, derniere_date from core.annees where est_rapport"
    ).fetchall()
    if not annees:
        raise explain_no_year(con, demandee)
    annee, fin_annee, date_arrete, provisoire, derniere_date = annees[0]
    arrete = formats.date_courte(date_arrete)
    if date_arrete < fin_annee:
        raise UsageError(
            f"la date d'arrêté {arrete} précède la fin de l'année {annee}, le {formats.date_courte(fin_annee)}",
            faire="Donnez une date égale ou postérieure avec --arrete-au.",
        )
    avertissements = []
    if derniere_date is None:
        return [
            f"Rien ne dit jusqu'à quand vont les exports, ni extraction ni événement : les chiffres de {annee} sont "
            "provisoires."
        ]
    derniere = formats.date_courte(derniere_date)
    if arrete_au is not None and date_arrete > derniere_date:
        avertissements.append(
            f"La date d'arrêté, {arrete}, est postérieure à la dernière date des exports, {derniere} : les contrats et "
            "les ruptures survenus entre les deux ne sont pas connus."
        )
    if provisoire:
        avertissements.append(
            f"L'année {annee} n'est pas finie dans les exports (dernière date : {derniere}) : "
            "ses chiffres sont provisoires."
        )
    return avertissements


def describe_report_year(con: duckdb.DuckDBPyConnection, demandee: str | None) -> str:
    """The report's year, why that one, and its cut-off, in one sentence."""
    annee, date_arrete, provisoire, derniere_date = con.execute(
        "select annee, date_arrete, provisoire, derniere_date from core.annees where est_rapport"
    ).fetchall()[0]
    if demandee:
        pourquoi = "demandée"
    elif provisoire:
        pourquoi = "la première des exports, aucune n'y étant finie"
    else:
        pourquoi = f"la dernière finie au {formats.date_courte(derniere_date)}, dernière date des exports"
    return f"Année {annee} ({pourquoi}), arrêtée au {formats.date_courte(date_arrete)}."


def edition_name(con: duckdb.DuckDBPyConnection) -> str:
    """The name of the edition of the report's year: another cut-off than its end is another edition."""
    annee, fin_annee, date_arrete = con.execute(
        "select annee, fin_annee, date_arrete from core.annees where est_rapport"
    ).fetchall()[0]
    return annee if date_arrete == fin_annee else f"{annee}_arrete-{date_arrete.isoformat()}"


def explain_no_year(con: duckdb.DuckDBPyConnection, demandee: str | None) -> PipelineError:
    """Why there is no year to report on, in one sentence."""
    noms = [nom for (nom,) in con.execute("select annee from core.annees_possibles order by annee").fetchall()]
    quoi = "aucune année" if demandee is None else f"l'année {demandee} manque"
    if noms:
        return UsageError(f"{quoi} dans les exports", faire=f"Années possibles avec --annee : {', '.join(noms)}.")
    return UsageError(
        "aucun contrat des exports n'a commencé, ou aucun depuis [annees] premiere de config.toml",
        faire="Vérifiez les exports, et cette année.",
    )


def published_year(con: duckdb.DuckDBPyConnection, annee: str | None) -> str:
    """The published year asked for, that of the report where none is.

    Raises:
        UsageError: it is not published.
    """
    publiees = con.execute("select annee, est_rapport from core.annees order by annee").fetchall()
    if annee is None:
        return next(publiee for publiee, est_rapport in publiees if est_rapport)
    if annee not in [publiee for publiee, _ in publiees]:
        connues = ", ".join(publiee for publiee, _ in publiees)
        raise UsageError(f"l'année {annee} n'est pas publiée", faire=f"La base a celles-ci : {connues}.")
    return annee
