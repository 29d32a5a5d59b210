"""Discord and Slack in one process: one that cannot go on does not take the other with it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.app import App, run
from bot.catalogue import Catalogue
from bot.errors import SettingsError
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.settings import Settings
from store import Store
from store.owed import Delivery
from tests.desks import NOON
from tests.discord_kit import coder, june, until
from tests.ports import free_port, get
from tests.servers.discord import Discord, Person
from tests.servers.slack import Slack
from tests.slack_kit import QUICK

FAR = timedelta(days=1)


def app(store: Store, port: int = 0) -> App:
    """An app without feeds, which looks for them once a day."""
    return App(Settings(tick=FAR, http_port=port), store, coder().registry, coder())


def both(discord: Discord, slack: Slack) -> list[OnDiscord | OnSlack]:
    """Both platforms, with their own tokens."""
    access = Access(slack.api.bot_token, slack.api.app_token, slack.api_url)
    return [
        OnDiscord(discord.token, Address(discord.api_url), ready_after=0.1),
        OnSlack(access, Manner(patience=QUICK)),
    ]


async def test_a_platform_that_cannot_go_on_is_told_of_and_the_other_serves(caplog):
    """Slack's token is revoked: one line in the log, in /status and on /healthz; Discord serves, Slack's posts wait."""
    port = free_port()
    with june() as store:
        async with Discord() as discord, Slack() as slack:
            serving = asyncio.create_task(run(app(store, port), both(discord, slack)))
            await slack.connected()
            await until(lambda: discord.gateway.live)
            assert await get(port, "/healthz") == (200, "ok\n")

            slack.api.revoked = True
            slack.drop()
            await until(lambda: [one for one in caplog.records if one.levelno == logging.ERROR])
            told = {"lead": {"key": "status.unread"}}
            store.outbox.owe(Delivery("notice", "slack", "C0NEWS", "n", "slack:T0", told, owed=NOON))
            reply = await discord.command(Person.admin(), "status", discord.guilds[0])
            status, text = await get(port, "/healthz")
            await asyncio.sleep(1.2)  # a round of deliveries

            assert "slack is not served any more: Slack does not accept the app (token_revoked)" in reply.plain
            member = await discord.command(Person(), "status", discord.guilds[0])
            assert "slack" not in member.plain
            assert status == 200
            assert text.startswith("ok\nslack is not served: Slack does not accept the app")
            assert "briefbot_platforms_ended 1\n" in (await get(port, "/metrics"))[1]
            assert store.outbox.counts()["owed"] == 1
            assert len([one for one in caplog.messages if "slack is not served any more" in one]) == 1

            await discord.revoke()
            with pytest.raises(SettingsError, match="Discord does not accept the token"):
                await asyncio.wait_for(serving, 10)


async def test_when_none_can_be_served_the_process_ends_with_one_line_each(caplog):
    """Both tokens are wrong from the start: the first is logged, the last is what the process ends with."""
    with june() as store:
        async with Discord() as discord, Slack() as slack:
            slack.api.revoked = True
            platforms = both(discord, slack)
            platforms[0] = OnDiscord("wrong", Address(discord.api_url))
            with pytest.raises(SettingsError, match="does not accept the") as ended:
                await asyncio.wait_for(run(app(store), platforms), 10)

    say = Catalogue.load().say
    lines = {say("discord.token"), say("slack.token", error="token_revoked")}
    logged = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(logged) == 1
    assert {logged[0].partition(": ")[2], str(ended.value)} == lines


async def test_alone_it_ends_with_its_line_and_no_other(caplog):
    """One platform alone ends as ever: nothing is logged beside the line that the process ends with."""
    with june() as store:
        async with Slack() as slack:
            access = Access("xoxb-wrong", slack.api.app_token, slack.api_url)
            with pytest.raises(SettingsError, match="invalid_auth"):
                await asyncio.wait_for(run(app(store), [OnSlack(access, Manner(patience=QUICK))]), 10)
            assert len(slack.world.called) == 1

    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
