"""The digest: what a reader learns of a day, in what order, and what is never claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.against import LONG_AGO, notes
from bot.briefing.cards import card, key_quotation
from bot.briefing.chips import chips
from bot.briefing.digest import Brief, Caps, digest
from bot.briefing.feeds_told import feed_words, in_trouble
from bot.briefing.gather import Context, gather
from bot.briefing.plain import plain
from bot.briefing.voice import Told, Voice
from bot.catalogue import Catalogue
from store import Store
from store.records import (
    Answer,
    Comparison,
    Element,
    Event,
    FeedState,
    Item,
    Label,
    Omission,
    Precedent,
    Quotation,
    Report,
    Seen,
    Shift,
    Stamp,
    Statement,
)
from store.writes import Change, Verdict
from tests.desks import history, june, registry

DAY = date(2021, 6, 22)
NOW = datetime(2021, 6, 23, 6, tzinfo=UTC)
VOICE = Voice(Catalogue.load(), registry().official)


def told_of(since: date, until: date | None = None, store: Store | None = None) -> str:
    """The digest of some days over the chronicle, as plain text."""
    return plain(digest(gather(store or history(), since, until or since, Context(NOW)), VOICE), addresses=False)


def sister(**changes) -> Statement:
    """A statement to change at will."""
    base = Statement(
        speaker="kim-yo-jong",
        date=DAY,
        side="dprk",
        coverage="full",
        office="Vice Department Director",
        authority=3,
        channel="press-statement",
        quotes=(Quotation("The expectation would plunge them into a greater disappointment"),),
        labels=(
            Label("audience", "us"),
            Label("stance", "rejects", of="us"),
            Label("threat", "none"),
            Label("tone", "critical"),
        ),
        sources=(Report("https://a.example/1", "A"),),
        id="S-2021-0622-1",
    )
    return replace(base, **changes)


def test_the_day_of_22_june_2021():
    """The statement once, with its outlets, stance, threat and whom it answers; then the other capitals."""
    assert told_of(DAY) == (
        "North Korea brief, 22 June 2021\n\n"
        "Kim Yo Jong rejects talks with the US, answering Jake Sullivan after 2 days. "
        "The US and South Korea signal openness to talks with North Korea.\n\n"
        "From Pyongyang\n"
        "- Kim Yo Jong, Vice Department Director, WPK Central Committee (press statement) [S-2021-0622-1]\n"
        "  “It seems that the US may interpret the situation in such a way as to seek a comfort for itself”\n"
        "  rejects talks with the US; no threat; critical tone; authority 3 of 7\n"
        "  Answers Jake Sullivan of 20 June 2021, 2 days later.\n"
        "  Newser (AP), Daily Caller, AFP (Business Recorder), KBS World, KCNA text (Explore DPRK, Polish), KBS\n\n"
        "Other capitals\n"
        "- US: Ned Price, State Department Spokesperson (press conference) [S-2021-0622-3]\n"
        "  “We remain prepared to engage in principled negotiations with the DPRK to deal with the challenge of its "
        "nuclear program”\n"
        "  open to talks with North Korea; no threat in what is quoted\n"
        "  Answers Kim Yo Jong of the same day.\n"
        "  UPI (NewsBreak), Yonhap\n"
        "- South Korea: Lee In-young, Minister of Unification (remark at talks) [S-2021-0622-2]\n"
        "  “he hopes North Korea would return to talks at an early date”\n"
        "  open to talks with North Korea; no threat in what is quoted\n"
        "  Newser (AP)\n\n"
        "/why ID shows the words behind each judgement. Authority runs from 1, the leader, to 7, outlets for abroad."
    )


def test_the_digest_is_the_same_every_time():
    """The order in which things are found changes nothing."""
    brief = gather(history(), date(2021, 6, 14), date(2021, 6, 25), Context(NOW))
    backward = replace(brief, statements=brief.statements[::-1], events=brief.events[::-1])
    assert digest(brief, VOICE) == digest(backward, VOICE)


def test_an_empty_day_says_so():
    """It names the last statement on record, and has no small print about judgements."""
    assert told_of(date(2021, 6, 19)) == (
        "North Korea brief, 19 June 2021\n\n"
        "Nothing on record for 19 June 2021. The last statement on record is Kim Jong Un, 17 June 2021 (S-2021-0617-1)."
    )
    with Store.open(":memory:") as store:
        assert "There is no earlier statement on record." in told_of(DAY, store=store)


def test_a_day_with_events_alone_is_not_called_empty():
    """An act without words is told, and the silence of Pyongyang with it."""
    text = told_of(date(2021, 6, 15))
    assert "Nothing new from Pyongyang." in text
    assert "Meeting: The third plenary of the eighth WPK Central Committee opened" in text


def test_pyongyang_is_told_by_authority():
    """The leader comes before his sister, she before a spokesman."""
    statements = [
        sister(id=f"S-2021-0622-{n}", speaker=who, authority=level)
        for n, (who, level) in enumerate([("mfa-spokesperson", 5), ("kim-yo-jong", 3), ("kim-jong-un", 1)], 1)
    ]
    message = digest(Brief(DAY, DAY, NOW, tuple(Told(one) for one in statements)), VOICE)
    heads = [entry.headline.split(",")[0].split(" (")[0] for entry in message.sections[0].entries]
    assert heads == ["Kim Jong Un", "Kim Yo Jong", "DPRK Foreign Ministry spokesperson"]
    assert message.lead.startswith("Kim Jong Un rejects talks with the US. Kim Yo Jong rejects talks with the US; ")


def test_a_crowded_day_stays_short():
    """More than a reader can take in is counted, not listed."""
    many = tuple(Told(sister(id=f"S-2021-0622-{n}")) for n in range(1, 12))
    events = tuple(Event(f"e{n}", DAY, "talks", f"Talks {n}.") for n in range(7))
    brief = Brief(DAY, DAY, NOW, many, events, caps=Caps())
    message = digest(brief, VOICE)
    assert [len(section.entries) for section in message.sections] == [4, 4]
    assert [section.more for section in message.sections] == ["+7 more from Pyongyang", "+3 more"]
    assert "9 more statements from Pyongyang" in message.lead


def test_one_capital_does_not_crowd_out_the_others():
    """At most two a side, and the sides in a fixed order."""
    talkative = [
        Told(sister(id=f"S-2021-0622-{n}", side="us", speaker="ned-price", authority=None)) for n in range(1, 6)
    ]
    seoul = Told(sister(id="S-2021-0622-9", side="rok", speaker="lee-in-young", authority=None))
    message = digest(Brief(DAY, DAY, NOW, (seoul, *talkative)), VOICE)
    assert [entry.headline.split(":")[0] for entry in message.sections[0].entries] == ["US", "US", "South Korea"]
    assert message.sections[0].more == "+3 more"


def test_what_the_record_says_of_her_statement():
    """Omission with rate and number, the last time it was said, the nearest precedent, in plain sentences."""
    comparison = Comparison(
        omissions=(Omission("threat", "implied", 7, 10, "kim-yo-jong"),),
        elements=(Element("stance", "rejects", Seen(5, date(2021, 3, 17), "S-2021-0317-1", "choe-son-hui")),),
        precedents=(Precedent("S-2021-0317-1", "choe-son-hui", date(2021, 3, 17), 0.8, (), "no contact of any kind"),),
        shifts=(Shift("stance", "conditional", "rejects", "us"),),
    )
    told = Told(sister(), comparison)
    assert notes(told, VOICE) == (
        "No threat: 7 of her last 10 had one.",
        "Shift toward the US: “talks with the US only on conditions” before, now “rejects talks with the US”.",
        "A refusal of talks: last said 17 March 2021 by Choe Son Hui.",
        "Nearest precedent: Choe Son Hui, 17 March 2021 (S-2021-0317-1): “no contact of any kind”",
    )
    lead = digest(Brief(DAY, DAY, NOW, (told,)), VOICE).lead
    assert lead == "Kim Yo Jong rejects talks with the US, without the threat that 7 of her last 10 carried."


def test_what_was_said_lately_is_not_news():
    """An element repeated within weeks gets no line; one that was never said does."""
    lately = Element("demand", "end-exercises", Seen(9, DAY - LONG_AGO / 2, "S-2021-0601-1", "kim-yo-jong"))
    never = Element("demand", "replace-negotiator")
    assert notes(Told(sister(), Comparison(elements=(lately, never))), VOICE) == (
        "Not on record before from this side: the demand to replace the negotiator.",
    )


def test_an_answer_of_unknown_speed_claims_none():
    """Without a known lapse only the answer itself is told; an endorsement is called one."""
    other = sister(speaker="jake-sullivan", id="S-2021-0620-1", date=date(2021, 6, 20))
    about = {other.id: other}
    unknown = Comparison(answers=(Answer(other.id, "answers", "by name"),))
    assert notes(Told(sister(), unknown, about), VOICE) == ("Answers Jake Sullivan.",)
    endorsed = Comparison(answers=(Answer(other.id, "reaffirms", "by name", timedelta(days=2)),))
    assert notes(Told(sister(), endorsed, about), VOICE) == ("Endorses Jake Sullivan of 20 June 2021.",)
    assert notes(Told(sister(), unknown), VOICE) == ()


@pytest.mark.parametrize(("coverage", "chip"), [("full", "no threat"), ("partial", "no threat in what is quoted")])
def test_absence_is_claimed_only_of_full_texts(coverage, chip):
    """Of an excerpt it is said only that nothing was quoted."""
    assert chip in chips(sister(coverage=coverage), VOICE)


def test_an_unsure_judgement_is_called_unclear():
    """Below the threshold neither stance nor threat is shown as one, nor told in the bottom line."""
    labels = (
        Label("audience", "us"),
        Label("stance", "open", of="us", confidence=0.3),
        Label("threat", "explicit", confidence=0.2),
    )
    unsure = sister(labels=labels)
    assert chips(unsure, VOICE)[:2] == ("stance on talks with the US unclear", "threat: unclear")
    lead = digest(Brief(DAY, DAY, NOW, (Told(unsure),)), VOICE).lead
    assert lead == "Kim Yo Jong addresses the US, with an unclear stance on talks."


def test_one_stance_toward_two_is_said_once():
    """Audiences that share a stance stand together, the main one first."""
    labels = (
        Label("audience", "rok"),
        Label("audience", "us", rank=1),
        Label("stance", "rejects", of="us"),
        Label("stance", "rejects", of="rok"),
    )
    assert chips(sister(labels=labels), VOICE)[0] == "rejects talks with South Korea and the US"


def test_the_key_quotation_is_the_one_the_judgement_rests_on():
    """Evidence of the stance chooses it; a two-word scrap never stands for a statement."""
    quotes = (
        Quotation("wild dream"),
        Quotation("we watched the exercises with great care"),
        Quotation("we will never sit face to face again"),
    )
    labels = (Label("stance", "rejects", of="us", evidence="never sit face to face"),)
    assert key_quotation(sister(quotes=quotes, labels=labels)) == quotes[2]
    assert key_quotation(sister(quotes=quotes, labels=())) == quotes[1]
    assert key_quotation(sister(quotes=())) is None


def test_reported_speech_is_never_in_quotation_marks():
    """What an outlet says in its own words is told as a report; a direct quotation is preferred to it."""
    indirect = Quotation("he hopes that the North returns to talks before long", direct=False)
    entry = card(Told(sister(quotes=(indirect,))), VOICE)
    assert (entry.quote, entry.detail) == (None, "As reported: he hopes that the North returns to talks before long")
    assert key_quotation(sister(quotes=(indirect, Quotation("short words")))).words == "short words"


def test_a_report_in_another_script_gives_way_to_one_that_is_read_or_to_the_summary():
    """An English card shows English words where there are any, and else its own summary."""
    korean = Quotation("북한이 이른 시일 안에 대화로 돌아오기를 바란다고 말했다", direct=False)
    english = Quotation("he hopes that the North returns to talks before long", direct=False)
    statement = sister(quotes=(korean,))
    assert card(Told(statement), VOICE).detail == statement.summary
    assert key_quotation(sister(quotes=(korean, english))) == english


def test_excerpts_stay_short():
    """No more than 25 words of anybody's text are shown."""
    quote = Quotation(" ".join(f"word{n}" for n in range(60)))
    entry = card(Told(sister(quotes=(quote,))), VOICE)
    assert len(entry.quote.words.split()) == 25
    assert entry.quote.words.endswith("…")


def test_a_late_find_is_marked():
    """A statement of Monday that came in on Wednesday is in Wednesday's digest, with its day."""
    with june("2021-06-19") as store:
        store.save(Change(statements=(sister(id="", date=date(2021, 6, 20), first_seen=NOW),)))
        text = told_of(date(2021, 6, 23), store=store)
        assert "reported late: made on 20 June 2021" in text
        assert "reported late" not in told_of(date(2021, 6, 20), store=store)
        assert "reported late" not in told_of(date(2021, 6, 24), store=store)


def test_items_without_a_statement_are_further_reports():
    """A relevant item that carries no statement is linked once; an irrelevant one is not."""
    with Store.open(":memory:") as store:
        items = tuple(
            Item("dawn", f"https://dawn.example/{n}", title, "text", Stamp(DAY), NOW)
            for n, title in enumerate(["Envoys meet in Seoul", "Envoys meet in Seoul", "Rice harvest", "Sister speaks"])
        )
        report = Report(items[3].url, "Dawn", item="#3")
        change = Change(
            items=items,
            verdicts={f"#{n}": Verdict(relevant=n != 2) for n in range(4)},
            statements=(sister(id="", sources=(report,)),),
        )
        store.save(change)
        brief = gather(store, DAY, DAY, Context(NOW, outlets={"dawn": "The Dawn Bulletin"}))
        reports = digest(brief, VOICE).sections[-1]
    assert [(entry.headline, entry.links[0].text) for entry in reports.entries] == [
        ("Envoys meet in Seoul", "The Dawn Bulletin")
    ]


def test_feeds_in_trouble_come_last():
    """A feed that keeps failing is named with its error; a single failure is not worth a line."""
    bad = FeedState("review", failures=4, error="timed out", succeeded=NOW - timedelta(hours=9))
    once = FeedState("dawn", failures=1, error="timed out")
    message = digest(
        Brief(DAY, DAY, NOW, (Told(sister()),), feeds=(once, bad), outlets={"review": "Strait Review"}), VOICE
    )
    assert message.sections[-1].title == "Feeds in trouble"
    assert [entry.headline for entry in message.sections[-1].entries] == ["Strait Review"]
    assert message.sections[-1].entries[0].notes == ("failed 4 times in a row: timed out; last answered 9 hours ago",)


def test_a_feed_paused_on_purpose_is_no_trouble():
    """What an admin paused does not nag readers; what failed until it was paused does."""
    assert not in_trouble(FeedState("dawn", paused="by Ada"))
    assert in_trouble(FeedState("dawn", paused="gone for good", failures=9))
    assert feed_words(FeedState("dawn"), VOICE, now=NOW) == "not read yet"


def test_a_week_is_dated():
    """In a digest of several days every entry has its day."""
    text = told_of(date(2021, 6, 14), date(2021, 6, 20))
    assert text.startswith("North Korea brief, 14 June 2021 to 20 June 2021")
    assert "- 20 June 2021, US: Jake Sullivan, National Security Advisor (interview)" in text
    assert "- 14 June 2021: NATO (joint statement)" in text


def test_every_day_of_the_chronicle_can_be_told():
    """No record of thirty years breaks the digest, and none is longer than a minute's reading."""
    days = sorted({one.date for one in history().statements()})[::5]
    for day in days:
        text = told_of(day)
        assert "{" not in text
        assert len(text.split()) < 450, day


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["full", "partial", "relayed", "translated"]))
def test_hostile_text_is_told_as_text(title, words, coverage):
    """Whatever a feed puts into a quotation, an outlet's name or an office, the digest stands."""
    hostile = sister(
        quotes=(Quotation(words),),
        office=title,
        sources=(Report("javascript:x", words),),
        coverage=coverage,
        speaker=title,
    )
    message = digest(Brief(DAY, DAY, NOW, (Told(hostile),)), VOICE)
    assert all(not link.url for entry in message.entries for link in entry.links)
