"""Who uses the small Discord, and the payloads that their doings become."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.servers.discord.world import ADMIN, MEMBER, Json, Permission, snowflake


@dataclass(frozen=True)
class Person:
    """A user; ``permissions`` are theirs in the channel."""

    name: str = "reader"
    permissions: Permission = MEMBER
    locale: str = "en-US"
    id: str = field(default_factory=snowflake)

    @classmethod
    def admin(cls, name: str = "admin") -> Person:
        """One who may manage the server."""
        return cls(name, ADMIN)

    def payload(self) -> Json:
        """The user object."""
        return {"id": self.id, "username": self.name, "global_name": self.name, "discriminator": "0", "avatar": None}

    def member(self) -> Json:
        """The member object of an interaction."""
        return {
            "user": self.payload(),
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(int(self.permissions)),
        }
