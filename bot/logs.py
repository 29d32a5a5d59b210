"""Logging: one line an event on standard error, as text or JSON, with every secret struck out."""

from __future__ import annotations

import json
import logging
import sys

from bot.settings import Settings


class Discreet(logging.Formatter):
    """Formats a record and strikes the secrets out of it, wherever they got in."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
        self._secrets = settings.secrets
        self._json = settings.log_format == "json"

    def format(self, record: logging.LogRecord) -> str:
        """One line (a traceback follows on its own lines in text form)."""
        line = self._as_json(record) if self._json else super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line

    def _as_json(self, record: logging.LogRecord) -> str:
        row = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def set_up(settings: Settings) -> None:
    """Send all logging to standard error in the chosen form; libraries only from warning up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(settings))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(settings.log_level.upper())
    # A round longer than a tick is no fault: the next one waits for it.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
