"""Records to plain JSON values and back, by their own type hints, so that a new field needs no converter.

Keys that a record does not have are passed over, and fields that are missing take
their default: what an older or a newer version wrote can be read.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[object], object]


def to_json(value: object) -> object:
    """A record, or a value in one, as JSON values; instants as ISO 8601, spans of time in seconds.

    Raises:
        TypeError: the value is of a kind that records do not hold.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):  # and datetime, its subclass
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def from_json(kind: type[T], value: object) -> T:
    """The record of this kind that ``to_json`` was given.

    Raises:
        KeyError, TypeError, ValueError: the value is no such record.
    """
    return cast("T", _reader(cast("Hashable", kind))(value))


@cache
def _reader(hint: Hashable) -> Read:
    """How to read a value of this type."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _record_reader(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(next(part for part in parts if part is not types.NoneType))
    if origin is tuple:
        return _tuple(parts[0])
    return _PLAIN.get(cast("type", hint), _same) if origin in (None, Literal) else _same


def _same(value: object) -> object:
    return value


_PLAIN: dict[type, Read] = {
    date: lambda value: date.fromisoformat(str(value)),
    datetime: lambda value: datetime.fromisoformat(str(value)),
    timedelta: lambda value: timedelta(seconds=float(str(value))),
}


def _optional(hint: Hashable) -> Read:
    return lambda value: None if value is None else _reader(hint)(value)


def _tuple(hint: Hashable) -> Read:
    return lambda value: tuple(_reader(hint)(part) for part in cast("list[object]", value))


def _record_reader(kind: type) -> Read:
    hints = get_type_hints(kind)
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}

    def read(value: object) -> object:
        given = cast("Mapping[str, object]", value)
        if missing := needed - given.keys():
            raise KeyError(f"{kind.__name__} without {', '.join(sorted(missing))}")
        return kind(**{name: _reader(hint)(given[name]) for name, hint in hints.items() if name in given})

    return read
