"""A small Discord on loopback: gateway and REST as documented, with scripted faults and a record of everything asked.

``async with Discord() as discord`` serves; ``discord.violations`` names every documented limit
that the client broke. Nothing here uses discord.py, so that it cannot share its mistakes.
"""

from tests.servers.discord.people import Person
from tests.servers.discord.server import Discord, Fault
from tests.servers.discord.world import Channel, Guild, Permission, Reply

__all__ = ["Channel", "Discord", "Fault", "Guild", "Permission", "Person", "Reply"]
