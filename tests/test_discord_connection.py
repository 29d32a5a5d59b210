"""The connection to Discord: what ends it, what mends it, and servers that come and go."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from bot.briefing.message import Message
from bot.errors import SettingsError
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import PERMISSIONS, OnDiscord, invite_link
from bot.settings import Settings
from tests import desks
from tests.discord_kit import bot, desk_factory, june, until
from tests.servers.discord import Channel, Discord, Guild, Permission, Person
from tests.servers.discord.gateway import UNPRIVILEGED
from tests.servers.discord.world import snowflake

READER, ADMIN = Person(), Person.admin()


async def answers(discord: Discord) -> bool:
    """Whether a lookup is answered."""
    reply = await discord.command(READER, "status", discord.guilds[0])
    return "Status" in reply.plain


async def test_only_the_least_is_asked_for(discord):
    """One intent, none of them privileged; six permissions, none of them of a moderator."""
    async with bot(discord):
        [identify] = discord.gateway.identified

    assert identify["intents"] == 1
    assert identify["intents"] & ~UNPRIVILEGED == 0
    assert {name for name, on in PERMISSIONS if on} == {
        "attach_files", "create_public_threads", "embed_links",
        "read_messages", "send_messages", "send_messages_in_threads",
    }  # fmt: skip


@pytest.mark.parametrize("how", ["cut", "reconnect", "resumable", 4000, 4009])
async def test_a_dropped_connection_is_resumed_and_loses_nothing(discord, how):
    """Whatever ends the connection, the session goes on, and what was asked meanwhile is answered."""
    async with bot(discord):
        assert await answers(discord)
        if how == "cut":
            await discord.gateway.drop()
        elif how == "reconnect":
            await discord.gateway.ask_reconnect()
        elif how == "resumable":
            await discord.gateway.invalidate(resumable=True)
        else:
            await discord.gateway.drop(how)
        meanwhile = await discord.start(READER, "status", discord.guilds[0])
        await until(lambda: discord.gateway.resumed == 1)

        assert "Status" in (await discord.settled(meanwhile)).plain
        assert len(discord.gateway.identified) == 1


async def test_an_invalid_session_begins_anew(discord, monkeypatch):
    """A session that Discord forgot is replaced by a new one."""
    monkeypatch.setattr("bot.platforms.discord_parts.client.Connection.before_identify_hook", _at_once)
    async with bot(discord, gateway=discord.gateway_url):
        await answers(discord)
        await discord.gateway.invalidate(resumable=False)
        await until(lambda: len(discord.gateway.identified) == 2 and discord.gateway.live)

        assert await answers(discord)


async def _at_once(*_args: object, **_options: object) -> None:
    """No five seconds between two logins, which only Discord itself asks for."""


async def test_a_wrong_token_is_one_clear_line(discord):
    """No retry storm: one login is tried, then the operator is told what to do."""
    platform = OnDiscord("wrong", Address(discord.api_url))
    with pytest.raises(SettingsError, match=r"does not accept the token.*Reset Token"):
        await platform.serve((), desk_factory(june()))

    assert len(discord.asked) == 1


async def test_a_revoked_token_ends_it_with_the_same_line(discord):
    """Revoked while running, the bot stops with one line and does not try again."""
    async with bot(discord) as running:
        await answers(discord)
        await discord.revoke()
        with pytest.raises(SettingsError, match="does not accept the token"):
            await asyncio.wait_for(asyncio.shield(running.task), 10)
        before = len(discord.asked)
        await asyncio.sleep(0.3)
        assert len(discord.asked) == before


async def test_without_a_network_it_waits_and_then_serves(discord, caplog):
    """At start nothing can be reached: one line a try, and service as soon as it can be had."""
    discord.fault("GET", "/users/@me", drop=True, times=2)
    with caplog.at_level(logging.WARNING):
        async with bot(discord):
            assert await answers(discord)

    assert [one for one in caplog.messages if "Discord cannot be reached" in one]


@pytest.mark.parametrize("fault", [{"lost": True}, {"drop": True}, {"status": 500}, {"status": 429}])
async def test_an_answer_reaches_the_person_through_faults(discord, fault):
    """A lost reply, a cut line, a server error or a limit on the answer itself: it is shown, once."""
    async with bot(discord):
        discord.fault("POST", "/callback$", **fault)
        reply = await discord.command(READER, "status", discord.guilds[0])
        await asyncio.sleep(0.1)
        shown = [one.shown for one in discord.interactions.values()]

    assert "Status" in reply.plain
    assert [len(one) for one in shown] == [1]


async def test_an_event_that_the_library_cannot_read_does_not_end_the_service(discord):
    """discord.py stumbles over a malformed event; the bot connects anew and goes on."""
    async with bot(discord):
        await answers(discord)
        await discord.gateway.dispatch(
            "THREAD_CREATE", {"id": "x", "guild_id": discord.guilds[0].id}, discord.guilds[0].id
        )
        await until(lambda: len(discord.gateway.identified) == 2 and len(discord.gateway.live) == 1)

        assert await answers(discord)


async def test_proxies_are_used_for_everything(discord):
    """DISCORD_API_URL and DISCORD_GATEWAY_URL lead all requests and sockets, also when resuming."""
    discord.told_gateway = "ws://127.0.0.1:9/"
    async with bot(discord, gateway=discord.gateway_url):
        for session in discord.gateway.sessions.values():
            session.sent[0]["d"]["resume_gateway_url"] = "ws://127.0.0.1:9/"
        assert await answers(discord)
        await discord.gateway.drop()
        await until(lambda: discord.gateway.resumed == 1)

        assert await answers(discord)


async def test_shards_serve_their_own_servers(monkeypatch):
    """Two shards, each with its guilds: both answer."""
    monkeypatch.setattr("bot.platforms.discord_parts.client.Connection.before_identify_hook", _at_once)
    async with Discord(shards=2) as discord:
        base = int(snowflake()) >> 22 << 22
        discord.guilds = [Guild("even", id=str(base)), Guild("odd", id=str(base + (1 << 22)))]
        async with bot(discord) as running:
            await until(lambda: len(discord.gateway.live) == 2 or running.task.done(), 15)
            for guild in discord.guilds:
                reply = await discord.command(READER, "status", guild)
                assert "Status" in reply.plain


async def test_a_new_server_is_greeted_in_two_lines_once(discord):
    """Where it may speak, it says what to do first; a reconnection does not greet again."""
    mute, open_ = Channel("welcome", denied=Permission.SEND_MESSAGES), Channel("talk")
    async with bot(discord) as running:
        await asyncio.sleep(0.3)  # what comes while the first servers are read counts as one of them
        guild = await discord.invite(Guild("New", [mute, open_]))
        await until(lambda: open_.messages)
        await discord.invite(guild)
        await asyncio.sleep(0.1)

        [greeting] = open_.messages
        assert greeting["content"].count("\n") == 1
        assert "/briefing channel" in greeting["content"]
        assert running.store.workspace(f"discord:{guild.id}").name == "New"


async def test_a_server_where_it_may_not_speak_is_not_troubled(discord):
    """Nowhere to speak: no greeting, no error, commands work."""
    async with bot(discord) as running:
        await asyncio.sleep(0.3)
        guild = await discord.invite(Guild("Silent", [Channel("a", denied=Permission.SEND_MESSAGES)]))
        await until(lambda: running.store.workspace(f"discord:{guild.id}"))

        assert "Status" in (await discord.command(READER, "status", guild)).plain


async def test_a_server_that_leaves_is_forgotten_after_a_grace_period(discord):
    """Back within thirty days, a server finds its settings; after that they are gone."""
    store, guild, now = june(), discord.guilds[0], [desks.NOON]
    name = f"discord:{guild.id}"

    def clock() -> datetime:
        return now[0]

    async with bot(discord, store, desk=desk_factory(store, clock)):
        await discord.command(ADMIN, "briefing timezone", guild, zone="Seoul")
        await discord.remove(guild)
        await until(lambda: "left" in store.workspace(name).settings)
        await discord.invite(guild)
        await until(lambda: "left" not in store.workspace(name).settings)
        assert store.workspace(name).settings["timezone"] == "Asia/Seoul"
        await discord.remove(guild)
        await until(lambda: "left" in store.workspace(name).settings)
    now[0] += timedelta(days=31)
    async with bot(discord, store, desk=desk_factory(store, clock)):
        await until(lambda: store.workspace(name) is None)


async def test_a_server_left_while_the_bot_was_away_is_noticed(discord):
    """At the next start the server is missing: the grace period begins."""
    store = june()
    async with bot(discord, store):
        await discord.command(ADMIN, "briefing timezone", discord.guilds[0], zone="Seoul")
    discord.guilds[0].joined = False
    async with bot(discord, store):
        await until(lambda: "left" in store.workspace(f"discord:{discord.guilds[0].id}").settings)


async def test_the_invite_link_asks_for_just_these_permissions(discord):
    """``briefbot invite`` needs only the token; the link names the application and what the bot needs."""
    link = await invite_link(Settings(discord_token=discord.token, discord_api_url=discord.api_url))

    assert f"client_id={discord.application}" in link
    assert f"permissions={PERMISSIONS.value}" in link
    assert "scope=bot+applications.commands" in link


async def test_an_invite_without_a_token_says_what_is_missing():
    """No token, no link, one line."""
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await invite_link(Settings())


async def test_posting_before_the_connection_waits_for_it(discord):
    """A digest owed at start goes out as soon as Discord is there."""
    platform = OnDiscord(discord.token, Address(discord.api_url), ready_after=0.1)
    post = asyncio.create_task(platform.post(discord.guilds[0].channels[0].id, Message("Early"), "k"))
    await asyncio.sleep(0.05)
    task = asyncio.create_task(platform.serve((), desk_factory(june())))
    await post
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "Early" in discord.guilds[0].channels[0].messages[0]["content"]
