"""A small Slack of our own on loopback: Web API, Socket Mode, response URLs, with Slack's documented limits checked.

Everything that reaches it is checked all the time (``limits``); what Slack would refuse is
refused, and what it would let through but no reader should ever see is a complaint.
"""

from tests.servers.slack.server import Asked, Slack, until
from tests.servers.slack.world import Channel, Fault, Json, Person, Said, View

__all__ = ["Asked", "Channel", "Fault", "Json", "Person", "Said", "Slack", "View", "until"]
