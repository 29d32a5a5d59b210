"""A compact validator for the part of JSON Schema that Discord's OpenAPI description uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@cache
def described(file: Path) -> Description:
    """The document, read once."""
    return Description(file)


class Description:
    """An OpenAPI document; ``complaints`` says what is wrong with a request body."""

    def __init__(self, file: Path) -> None:
        self.root = json.loads(file.read_text("utf-8"))
        self.paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path.count("{"), operations)
            for path, operations in self.root["paths"].items()
        ]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """What the document says of this method and path; the most literal path wins ("/@original")."""
        found = [
            (free, operations[method.lower()])
            for pattern, free, operations in self.paths
            if pattern.fullmatch(path) and method.lower() in operations
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def complaints(self, method: str, path: str, body: object) -> list[str]:
        """Everything that the document forbids in this request."""
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path} is not in the description"]
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return [] if body is None else [f"{method} {path} takes no body"]
        return [f"{method} {path}: {one}" for one in self.check(body, content["application/json"]["schema"], "body")]

    def check(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        """Complaints on one value against one schema."""
        if "$ref" in schema:
            yield from self.check(value, self._resolve(schema["$ref"]), at)
            return
        yield from self._unions(value, schema, at)
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_is(value, kind) for kind in kinds):
            yield f"{at}: {value!r} is not {' or '.join(kinds)}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is not one of {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            yield f"{at}: {value!r} is not {schema['const']!r}"
        yield from self._inside(value, schema, at)

    def _unions(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        for part in schema.get("allOf", ()):
            yield from self.check(value, part, at)
        for name in ("oneOf", "anyOf"):
            if name in schema:
                tries = [list(self.check(value, part, at)) for part in schema[name]]
                if all(tries):  # every alternative has a complaint
                    yield f"{at}: fits no alternative; nearest: {min(tries, key=_distance)[0]}"

    def _inside(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        if isinstance(value, str):
            yield from _string(value, schema, at)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield from _number(value, schema, at)
        elif isinstance(value, list):
            yield from _length(value, schema, at, "Items")
            for place, one in enumerate(value):
                yield from self.check(one, schema.get("items", {}), f"{at}[{place}]")
        elif isinstance(value, dict):
            yield from self._object(value, schema, at)

    def _object(self, value: dict[str, Any], schema: Any, at: str) -> Iterator[str]:
        yield from _length(value, schema, at, "Properties")
        yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        for name, one in value.items():
            if name in known:
                yield from self.check(one, known[name], f"{at}.{name}")
            elif other is False:
                yield f"{at}: {name} is not allowed"
            elif isinstance(other, dict):
                yield from self.check(one, other, f"{at}.{name}")

    def _resolve(self, reference: str) -> Any:
        found = self.root
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def _distance(complaints: list[str]) -> tuple[int, int]:
    """How far a value is from an alternative: a wrong ``type`` means that another was meant."""
    return sum(".type:" in one for one in complaints), len(complaints)


def _string(value: str, schema: Any, at: str) -> Iterator[str]:
    yield from _length(value, schema, at, "Length")
    if "pattern" in schema:
        try:
            fits = re.search(schema["pattern"], value)
        except re.error:  # \p{…}: checked by limits.py
            return
        if not fits:
            yield f"{at}: {value!r} does not match {schema['pattern']}"


def _number(value: float, schema: Any, at: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{at}: {value} is below {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{at}: {value} is above {schema['maximum']}"


def _length(value: Any, schema: Any, at: str, what: str) -> Iterator[str]:
    if len(value) < schema.get(f"min{what}", 0):
        yield f"{at}: shorter than {schema[f'min{what}']}"
    if len(value) > schema.get(f"max{what}", len(value)):
        yield f"{at}: {len(value)} is longer than {schema[f'max{what}']}"
