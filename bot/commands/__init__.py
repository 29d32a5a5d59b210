"""The commands, one file each, and the list that every platform serves: a new one is named in ``COMMANDS``."""

from bot.commands.alerts import ALERTS
from bot.commands.briefing import BRIEFING
from bot.commands.chart import CHART
from bot.commands.check import CHECK
from bot.commands.command import Command
from bot.commands.deliveries import DELIVERIES
from bot.commands.digest import DIGEST
from bot.commands.feeds import FEEDS
from bot.commands.help import HELP
from bot.commands.search import SEARCH
from bot.commands.speakers import SPEAKERS
from bot.commands.statement import STATEMENT
from bot.commands.status import STATUS
from bot.commands.why import WHY

COMMANDS: tuple[Command, ...] = (
    STATEMENT,
    SEARCH,
    DIGEST,
    SPEAKERS,
    CHART,
    WHY,
    CHECK,
    FEEDS,
    BRIEFING,
    ALERTS,
    DELIVERIES,
    STATUS,
    HELP,
)
