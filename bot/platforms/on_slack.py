"""Slack: slash commands, a shortcut, Home, modals and posts, through slack-bolt in Socket Mode."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefing.message import Message
from bot.catalogue import Catalogue
from bot.commands.command import Caller, Command, DeskFactory
from bot.errors import DeliveryError, SettingsError
from bot.platforms.platform import Posted
from bot.platforms.slack_parts.asking import PLATFORM, People, Places, workspace_of
from bot.platforms.slack_parts.calls import HOPELESS, LOST, TIMEOUT, Calls, RefusedError
from bot.platforms.slack_parts.interacting import CHECK, Answerer, Slack
from bot.platforms.slack_parts.naming import Names
from bot.platforms.slack_parts.posting import Poster
from bot.platforms.slack_parts.sockets import PATIENT, Patience, Sockets
from bot.platforms.turns import Turns
from bot.settings import Settings
from store.records import Workspace

log = logging.getLogger(__name__)

GAP = 1.05
"""Seconds between two messages to one channel: Slack wants about one."""

_CONNECTED_WITHIN = 30.0
_ANYTHING = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Access:
    """Tokens, and where the Web API is: empty for Slack itself."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """``admins``: user ids, in place of Slack's own admins; ``prefix`` goes before every command's name.

    ``gap`` is how many seconds apart messages to one channel are.
    """

    admins: tuple[str, ...] = ()
    prefix: str = ""
    language: str = "en"
    gap: float = GAP
    patience: Patience = PATIENT


USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Slack."""

    team: str
    team_name: str
    bot_user: str
    bot_id: str
    bot_name: str


class OnSlack:
    """Slack as a platform: one workspace, that of the tokens."""

    name = PLATFORM

    def __init__(self, access: Access, manner: Manner = USUAL) -> None:
        self._access, self._manner = access, manner
        self._catalogue = Catalogue.load(manner.language)
        self._turns = Turns(manner.gap)
        self._poster: asyncio.Future[Poster] | None = None
        self._names = Names((), manner.prefix)
        self.sockets: Sockets | None = None

    async def serve(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        """Answer until cancelled, over whatever happens to the connection.

        Raises:
            SettingsError: Slack does not accept the tokens or the app's set-up; trying again is useless.
        """
        async with aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session:
            calls = Calls(self._access.bot_token, session, self._access.api)
            try:
                identity = await self._introduced(calls)
                await self._serve(calls, identity, commands, desk)
            except RefusedError as error:
                raise SettingsError(self._hopeless(error)) from None
            finally:
                self._poster = None

    def _hopeless(self, error: RefusedError) -> str:
        if error.error == "missing_scope":
            return self._catalogue.say("slack.scope", scope=error.needed)
        return self._catalogue.say("slack.token", error=error.error)

    async def _introduced(self, calls: Calls) -> Identity:
        """Who we are; tried until Slack can be reached."""
        wait = 1.0
        while True:
            try:
                return await identify(calls)
            except RefusedError as error:
                if error.error in HOPELESS:
                    raise
                log.warning("Slack refuses (%s); the next try is in %.0f s", error, wait)
            except LOST as error:
                log.warning("Slack cannot be reached (%s); the next try is in %.0f s", error, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, self._manner.patience.retry)

    async def _serve(self, calls: Calls, identity: Identity, commands: Sequence[Command], desk: DeskFactory) -> None:
        store = desk(Caller(PLATFORM, PLATFORM)).store
        workspace = workspace_of(identity.team)
        if store.workspace(workspace) is None:
            store.save_workspace(Workspace(workspace, PLATFORM, identity.team_name))
        places = Places(calls, identity.bot_name, self._catalogue)
        people = People(calls, self._manner.admins, self._manner.language)
        poster = Poster(calls, self._catalogue, store.keep_line, self._turns, places)
        self._names = Names(commands, self._manner.prefix)
        slack = Slack(calls, people, places, poster, identity.team, self._names)
        answerer = Answerer(slack, commands, desk)
        app = bolt_app(calls, identity, answerer)
        self.sockets = Sockets(app, self._access.app_token, calls, self._manner.patience)
        self._ready().set_result(poster)
        log.info("Slack: %s in the workspace %s", identity.bot_name, identity.team_name)
        try:
            await self.sockets.serve()
        finally:
            await answerer.finish(self._manner.patience.work)

    def _ready(self) -> asyncio.Future[Poster]:
        if self._poster is None or self._poster.get_loop().is_closed():
            self._poster = asyncio.get_running_loop().create_future()
        return self._poster

    async def _posting(self) -> Poster:
        try:
            async with asyncio.timeout(_CONNECTED_WITHIN):
                return await asyncio.shield(self._ready())
        except TimeoutError:
            raise DeliveryError(self._catalogue.say("slack.unconnected"), unsent=True) from None

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in a channel; the same ``key`` again does not say it twice.

        ``repeat``: an earlier try may have arrived, and is looked for where history may be read.

        Raises:
            DeliveryError: it could not be delivered; the text says what an admin can do.
        """
        poster = await self._posting()
        return Posted(self.name, channel, await poster.post(channel, self._names.told(message), key, repeat=repeat))

    async def follow(self, posted: Posted, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in the thread of a message; otherwise as ``post``.

        Raises:
            DeliveryError: it could not be delivered.
        """
        poster = await self._posting()
        thread = posted.id.split(",")[0]
        said = await poster.post(posted.channel, self._names.told(message), key, thread=thread, repeat=repeat)
        return Posted(self.name, posted.channel, said)

    async def edit(self, posted: Posted, message: Message) -> Posted:
        """Replace what was said; where its parts are now.

        Raises:
            DeliveryError: it is gone, or may not be edited now.
        """
        poster = await self._posting()
        return Posted(
            self.name, posted.channel, await poster.edit(posted.channel, posted.id, self._names.told(message))
        )


def on_slack(settings: Settings) -> OnSlack:
    """Slack as the operator set it up."""
    access = Access(settings.slack_bot_token, settings.slack_app_token, settings.slack_api_url)
    return OnSlack(access, Manner(settings.slack_admins, settings.slack_prefix, settings.language))


async def identify(calls: Calls) -> Identity:
    """Who the bot token belongs to. Raises RefusedError and what LOST names."""
    told = await calls.call("auth.test")
    return Identity(
        team=str(told["team_id"]),
        team_name=str(told.get("team", "")),
        bot_user=str(told["user_id"]),
        bot_id=str(told.get("bot_id", "")),
        bot_name=str(told.get("user", PLATFORM)),
    )


def bolt_app(calls: Calls, identity: Identity, answerer: Answerer) -> AsyncApp:
    """slack-bolt's app with our handlers. Its checks of HTTP requests are off: there are none in Socket Mode."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # it warns that the environment, which it reads by itself, has a token as well

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id,
            bot_token=calls.client.token,
        )

    app = AsyncApp(
        name="briefbot",
        logger=logger,
        client=AsyncWebClient(base_url=calls.client.base_url, session=calls.session),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )
    app.command(_ANYTHING)(answerer.command)
    app.action(_ANYTHING)(answerer.action)
    app.shortcut(CHECK)(answerer.shortcut)
    app.options(_ANYTHING)(answerer.options)
    app.view(_ANYTHING)(answerer.submitted)
    app.event("app_home_opened")(answerer.opened_home)
    return app
