# syntax=docker/dockerfile:1
# The site as one image: `web` serves it, `worker` does what can wait. See compose.yaml.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/venv
RUN pip install --no-cache-dir "uv>=0.9,<1"
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
# --build-arg EXTRAS="--extra meaning" brings what search by meaning needs.
ARG EXTRAS=""
RUN uv sync --locked --no-dev --no-install-project $EXTRAS
COPY manage.py LICENSE ./
COPY hub hub
COPY community community
COPY practice practice
COPY search search
COPY templates templates
# Static files get names that change with their content. Nothing here needs a real secret or a database.
RUN SECRET_KEY=only-while-the-image-is-made-and-never-while-it-runs SITE_URL=https://hub.invalid \
    EMAIL_URL=memorymail:// VAR_DIR=/tmp/var STATIC_ROOT=/app/static \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/hub STATIC_ROOT=/app/static
RUN useradd --system --uid 10001 --home-dir /var/lib/hub --create-home hub
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER hub
VOLUME /var/lib/hub
EXPOSE 8000
# Asks only whether this container can do its work. Whether search or the outbox stand well is /healthz as a whole.
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "-m", "hub.alive"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "hub.wsgi:application"]
