# Two stages: the first builds the environment, the second carries nothing but it.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY store store
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# No shell account, no home: the process owns its data volume and nothing else.
RUN useradd --system --uid 10001 --no-create-home briefbot && install -d -o briefbot /data
COPY --from=build /venv /venv
COPY feeds.yaml /etc/briefbot/feeds.yaml
ENV PATH=/venv/bin:$PATH \
    BRIEFBOT_DB=/data/briefbot.db \
    BRIEFBOT_FEEDS=/etc/briefbot/feeds.yaml \
    BRIEFBOT_LOG_FORMAT=json \
    PYTHONUNBUFFERED=1
# Health and metrics are off. To open them, which have no password, to a network that may see them:
#   docker run -e BRIEFBOT_HTTP_PORT=8080 -e BRIEFBOT_HTTP_ADDRESS=0.0.0.0 -p 127.0.0.1:8080:8080 ...
USER briefbot
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s CMD ["briefbot", "doctor", "--quick"]
ENTRYPOINT ["briefbot"]
CMD ["run"]
