"""What goes wrong with a chat platform by chance: the same kinds of trouble for every small server of ours."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Trouble = Literal["", "429", "500 before", "500 after", "lost before", "lost after"]
TROUBLES: tuple[Trouble, ...] = ("429", "500 before", "500 after", "lost before", "lost after")
"""Too many requests; trouble of the server's own, or a connection that ends: before or after it did what was asked."""


@dataclass
class Chaos:
    """Troubles with a probability of ``chance`` each time, the same ones for the same ``seed``; all are counted."""

    chance: float = 0.0
    seed: int = 0
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - no secret

    def strike(self) -> Trouble:
        """What goes wrong this time; mostly nothing."""
        if self._random.random() >= self.chance:
            return ""
        trouble = self._random.choice(TROUBLES)
        self.struck[trouble] += 1
        return trouble
