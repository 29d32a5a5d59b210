"""Errors of the store, each told in words that name the file and the way out.

StoreError
├── LockedError     another process is writing and did not finish in time
├── FullError       no room on the disk
├── CorruptError    the file is damaged or is no database
├── NewerError      the file was written by a newer briefbot
└── ReadOnlyError   the file or its folder may not be written
"""


class StoreError(Exception):
    """Something the operator must see to; nothing was half written."""


class LockedError(StoreError):
    """Another process holds the database."""


class FullError(StoreError):
    """The disk is full."""


class CorruptError(StoreError):
    """The file is damaged, or is not a database."""


class NewerError(StoreError):
    """The file comes from a newer version."""


class ReadOnlyError(StoreError):
    """The file may not be written."""
