"""Columns of text → typed tables in DuckDB, rejects, anomalies, accounting; persons become integers."""
