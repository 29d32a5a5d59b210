"""Site furniture glued into sentences, blanked without moving a single character."""

from __future__ import annotations

import re

_GLUED = re.compile(r"(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2})(?P=name)(?P<junk>[^\n]{0,400}?)\sMORE\b")
"""A name, the same name again, other stories' headlines, "MORE": a link list in the middle of a sentence."""


def without_glue(text: str) -> str:
    """The text, of the same length, with glued link lists replaced by blanks; offsets stay true."""
    if "MORE" not in text:
        return text
    return _GLUED.sub(lambda found: found["name"] + " " * (len(found[0]) - len(found["name"])), text)
