"""/chart: how often a speaker or a side spoke, and how threatening or rejecting it was, over time."""

from __future__ import annotations

from bot.briefing.charts import GRAVE, By, Chart, Counted, chart_of, count_up, level_of, title_of
from bot.briefing.charts_told import told
from bot.briefing.digest import SIDES
from bot.briefing.message import Action, Message
from bot.commands.asked import asked_in_words, topic_named
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.resolving import command_line, themes
from bot.errors import CommandError
from store.tallied import Selection

_EVERYBODY, _HOME = "all", "dprk"


async def run(desk: Desk, arguments: Arguments) -> Message:
    """A chart of what is asked for; without a speaker or side, of Pyongyang's statements."""
    by: By = "stance" if arguments.text("by") == "stance" else "threat"
    asked, topic = _selection(desk, arguments), arguments.text("topic")
    counted = count_up(desk.store.tallies, by, asked, desk.today)
    what = asked_in_words(desk, topic, asked.since, asked.until)
    if counted is None:
        who = _who(desk, arguments, within=True)
        return Message(desk.catalogue.say("chart.button"), lead=desk.catalogue.say("chart.none", who=who, what=what))
    named = topic_named(desk, topic) if topic else ""
    chart = _drawn_from(counted, title_of(_who(desk, arguments), named, by, desk.voice), desk)
    return Message(
        title=chart.title,
        lead=_lead(counted, what, desk),
        footer=desk.catalogue.say("chart.footer"),
        actions=_actions(desk, arguments, by),
        charts=(chart,),
    )


def _drawn_from(counted: Counted, title: str, desk: Desk) -> Chart:
    return told(chart_of(counted, title, desk.voice), desk.voice)


def _selection(desk: Desk, arguments: Arguments) -> Selection:
    """A topic is a theme where there is one of that name, else words; a named speaker speaks for any side."""
    topic, speaker = arguments.text("topic"), arguments.text("speaker")
    side = arguments.text("side") or ("" if speaker else _HOME)
    own = desk.people.side(speaker) if speaker else side
    if side not in {"", _EVERYBODY, own}:
        names = {name: desk.catalogue.say(f"{key}.name") for name, key in (("own", own), ("side", side))}
        raise CommandError(desk.catalogue.say("chart.other_side", who=desk.voice.name(speaker), **names))
    is_theme = topic in themes(desk)
    return Selection(
        speaker=speaker,
        sides=(side,) if side and side != _EVERYBODY else (),
        themes=(topic,) if is_theme else (),
        text=topic if not is_theme else "",
        since=arguments.first("since"),
        until=arguments.last("until"),
    )


def _who(desk: Desk, arguments: Arguments, *, within: bool = False) -> str:
    """Whose statements: the speaker's, else the side's, as a heading or ``within`` a sentence."""
    if speaker := arguments.text("speaker"):
        return desk.voice.name(speaker)
    side = arguments.text("side") or _HOME
    if side == _EVERYBODY:
        return desk.catalogue.say("chart.anybody" if within else "chart.everybody")
    return desk.catalogue.say(f"{side}.{'name' if within else 'heading'}")


def _lead(counted: Counted, what: str, desk: Desk) -> str:
    grave = sum(one.count for one in counted.tallies if level_of(one, counted.by) in GRAVE[counted.by])
    percent = round(100 * grave / counted.total)
    return desk.catalogue.say(f"chart.lead_{counted.by}", count=counted.total, what=what, grave=grave, percent=percent)


def _actions(desk: Desk, arguments: Arguments, by: By) -> tuple[Action, ...]:
    """The same by the other judgement, the statements themselves, and this for all to see."""
    say = desk.catalogue.say
    given = {name: getattr(value, "typed", str(value)) for name, value in arguments.values.items()}
    other = "threat" if by == "stance" else "stance"
    turned = Action("run", command_line("chart", {**given, "by": other}), say(f"chart.by_{other}"))
    read = {name: given[name] for name in given if name in {"speaker", "topic", "since", "until"}}
    reading = (Action("run", command_line("statement", read), say("speakers.read")),) if "speaker" in read else ()
    return (turned, *reading, Action("share", command_line("chart", given | _settled(arguments)), say("card.share")))


def _settled(arguments: Arguments) -> dict[str, str]:
    """Its dates as the days that they mean now: what is shared tomorrow is what was shown today."""
    days = {"since": arguments.first("since"), "until": arguments.last("until")}
    return {name: day.isoformat() for name, day in days.items() if day}


CHART = Command(
    name="chart",
    about="command.chart",
    run=run,
    options=(
        Option("speaker", "speaker", "option.speaker"),
        Option("topic", "theme", "option.topic"),
        Option("since", "date", "option.since"),
        Option("until", "date", "option.until"),
        Option("side", "choice", "option.chart_side", choices=(_HOME, *SIDES, _EVERYBODY)),
        Option("by", "choice", "option.chart_by", choices=("threat", "stance")),
    ),
    example="kim-yo-jong since:2018",
)
