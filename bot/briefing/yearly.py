"""The chart under a weekly digest: those whom the digest is of, month by month over the year that it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.briefing.charts import Counts, chart_of, count_up, title_of
from bot.briefing.charts_told import told
from bot.briefing.digest import Brief
from bot.briefing.message import Message
from bot.briefing.subscription import Subscription
from bot.briefing.voice import Voice
from store.tallied import Selection

LONG = timedelta(days=6)
"""A digest whose last day is so far from its first has a chart."""

_YEAR = timedelta(days=364)
_HOME = ("dprk",)


def with_year(message: Message, brief: Brief, wanted: Subscription, counts: Counts, voice: Voice) -> Message:
    """The digest of a brief, with a chart of its year where it is long enough and anything is there to be drawn.

    The chart follows the digest's filters; without any it is of Pyongyang. It counts what is on record up
    to the brief's last day, whenever it is composed: the same record gives the same message.
    """
    if brief.until - brief.since < LONG:
        return message
    asked = Selection(
        sides=wanted.sides or _HOME,
        themes=wanted.themes,
        since=(brief.until - _YEAR).replace(day=1),
        until=brief.until,
        upto=brief.upto,
    )
    counted = count_up(counts, "threat", asked, brief.until)
    if counted is None:
        return message
    who = voice.catalogue.joined([voice.say(f"{side}.heading") for side in asked.sides])
    title = title_of(voice.say("chart.year", who=who), voice.labels("theme", asked.themes), "threat", voice)
    return replace(message, charts=(*message.charts, told(chart_of(counted, title, voice), voice)))
