"""Files that people hand in: how large they may be, and their bytes as text, on every platform alike."""

from __future__ import annotations

from bot.catalogue import Catalogue
from bot.charset import decode
from bot.errors import CommandError

FILE_MOST = 1_000_000
"""Bytes; a list of a thousand feeds has a fifth of it."""


def check_size(size: int, catalogue: Catalogue) -> None:
    """Raises CommandError for a file that is too large to be read."""
    if size > FILE_MOST:
        raise CommandError(catalogue.say("error.file_large", most=FILE_MOST))


def file_text(data: bytes, catalogue: Catalogue) -> str:
    """The text of a file, whatever its encoding; the reader's language helps where the file does not say.

    Raises:
        CommandError: it is too large.
    """
    check_size(len(data), catalogue)
    return decode(data, language=catalogue.language)
