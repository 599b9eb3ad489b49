"""Annual report on apprenticeship contract ruptures: contract exports → DuckDB → PDF."""

__version__ = "0.1.0"
