# The service in two stages: the first makes the virtual environment and the model, the second serves.
# Where the package index offers a CPU build of torch elsewhere, name it:
#   docker build --build-arg PIP_FIND_LINKS=... or --build-arg PIP_EXTRA_INDEX_URL=...
FROM python:3.11-slim AS build
ARG PIP_FIND_LINKS=""
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/venv
COPY requirements.lock requirements.hashes.lock pyproject.toml README.md ./
COPY scripts/check_hashes.py scripts/
COPY guardrails guardrails
COPY ingest ingest
COPY assistant assistant
COPY evals evals
COPY web web
RUN /opt/venv/bin/pip install -c requirements.lock --report backend.json setuptools \
    && /opt/venv/bin/pip install -c requirements.lock --report all.json --no-build-isolation . \
    && python -S scripts/check_hashes.py backend.json all.json \
    && /opt/venv/bin/python -c "from pathlib import Path; from ingest import open_embedder; open_embedder(Path('/opt/models'))"

FROM python:3.11-slim AS serve
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/models /opt/models
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin assistant \
    && mkdir -p /data \
    && chown assistant /data
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GOVT_ASSISTANT_DATA_DIR=/data \
    GOVT_ASSISTANT_MODELS_DIR=/opt/models \
    GOVT_ASSISTANT_HOST=0.0.0.0 \
    GOVT_ASSISTANT_PORT=8000
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=180s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['GOVT_ASSISTANT_PORT']}/healthz\", timeout=2)"]
CMD ["govt-assistant", "run"]
