"""`python -m pipeline`: the console command, for machines without make."""

from pipeline.cli import app

app()
