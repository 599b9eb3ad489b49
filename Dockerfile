# An image of the tool: the project of a network is mounted at /projet.
#   docker build -t ruptures .
#   docker run --rm -v "$PWD":/projet -u "$(id -u):$(id -g)" ruptures rapport
FROM python:3.12-slim-bookworm
# What WeasyPrint needs of the system (outils/preparer.sh).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /outil
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY pipeline ./pipeline
COPY sql ./sql
COPY report_templates ./report_templates
COPY exemples ./exemples
COPY data/reference ./data/reference
COPY docs/referentiels ./docs/referentiels
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --create-home --uid 1000 ruptures \
    && mkdir /projet && chown ruptures /projet
USER ruptures
WORKDIR /projet
ENTRYPOINT ["ruptures"]
