# The advisor as an image. Every Python package is one that requirements.txt names, by its hash; docs/deploy.md says how to run it.
FROM python:3.13-slim-trixie AS packages
COPY requirements.txt /
RUN python -m venv /opt/advisor \
    && /opt/advisor/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim-trixie
# pg_dump backs up before a migration. It must not be older than the database: PostgreSQL 17 in Debian 13.
# Debian keeps only the newest of its fixed versions, so none can be pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin advisor \
    && install -d -m 700 -o advisor -g advisor /var/lib/advisor
COPY --from=packages /opt/advisor /opt/advisor
WORKDIR /opt/advisor/app
COPY config.py ./
COPY advisor advisor
COPY templates templates
COPY migrations migrations
RUN python -m compileall -q advisor config.py
ENV PATH=/opt/advisor/bin:$PATH \
    PYTHONPATH=/opt/advisor/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    ADVISOR_DATA=/var/lib/advisor
USER 10001:10001
VOLUME /var/lib/advisor
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["python", "-P", "-m", "advisor"]
CMD ["serve"]
