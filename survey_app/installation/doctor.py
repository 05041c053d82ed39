"""Tell what is wrong with an installation, and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import asyncpg
from redis.exceptions import RedisError

from survey_app.accounts.queries import active_accounts, count_of_role
from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.errors import SignOnError
from survey_app.accounts.sign_on.identities import LAST_ADMINISTRATOR_KEPT
from survey_app.accounts.sign_on.rules import provider_of, rules_of
from survey_app.asking.campaigns.queries import list_waves
from survey_app.asking.campaigns.results_wait import held_results
from survey_app.asking.invitations.sweep_marks import unswept_waves
from survey_app.audit.read import newest_subject
from survey_app.counting.urn.proof import checking_keys
from survey_app.installation.account_findings import account_findings
from survey_app.installation.alarms.alarm import AlarmKind
from survey_app.installation.alarms.host import list_hosts, look_at_host
from survey_app.installation.alarms.keep import silence
from survey_app.installation.alarms.looks import DOCTORS, LookScope, look_for_alarms
from survey_app.installation.disk_findings import disk_findings
from survey_app.installation.expectations import look_at_settings
from survey_app.installation.findings import Inspection, Sign
from survey_app.installation.key_findings import key_findings, snapshot_findings
from survey_app.installation.look_at_mail import look_at_mail, look_at_returns
from survey_app.installation.made_up import told_of_the_demo
from survey_app.installation.migrate import OLDEST_POSTGRES, refuse_unfit_database
from survey_app.installation.migrated import known_login
from survey_app.installation.pooler import POOLER, refuse_pooler
from survey_app.installation.renew_secret import former_secret_findings
from survey_app.installation.schema_state import SchemaError, SchemaState, schema_state
from survey_app.installation.secret import SecretError, refuse_other_secret
from survey_app.installation.services import Services, services
from survey_app.installation.tables import bind_worker
from survey_app.piloting.pilot_keys import (
    pilot_keys_elsewhere,
    undestroyed_pilot_keys,
)
from survey_app.settings import Settings, read_settings
from survey_app.shared import pdf, queue
from survey_app.shared.base64url import to_base64url
from survey_app.shared.clock import today
from survey_app.shared.database import CONNECT_SECONDS, Link, Login, connection
from survey_app.shared.errors import BarometerError, SettingsError
from survey_app.shared.log_parameters import loud_parameters
from survey_app.waves.wave_keys import (
    keys_elsewhere,
    undestroyed_keys,
    unknown_keys,
)

CLOCK_SECONDS = 5
# a pooler that is there lets us in, and ends the connection where the server behind it is away
_NO_ANSWER = (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError)
# login, table, privilege that it must not have
WALLS = [
    (Login.WEB, "counting.response", "SELECT"),
    (Login.WEB, "counting.urn", "SELECT"),
    (Login.READER, "asking.invitation", "SELECT"),
    (Login.READER, "counting.response", "SELECT"),
    (Login.WORKER, "accounts.account", "SELECT"),
    (Login.WORKER, "publications.publication", "UPDATE"),
]


def examine() -> list[Inspection]:
    """Look at settings, services, migrations, walls, log parameters, mail, clock and keys."""
    try:
        chosen = read_settings()
    except SettingsError as error:
        return [Inspection(Sign.BAD, line) for line in error.lines]
    findings = look_at_settings(chosen)
    try:
        with services(chosen) as found:
            findings += asyncio.run(_examine_services(found, chosen))
    except (BarometerError, OSError) as error:
        findings.append(Inspection(Sign.BAD, f"services: {error}"))
    if not any(one.sentence.startswith("disk:") for one in findings):
        findings += disk_findings(chosen)
    findings.append(asyncio.run(look_at_mail(chosen)))
    if (returns := asyncio.run(look_at_returns(chosen))) is not None:
        findings.append(returns)
    findings += asyncio.run(_sign_on(chosen))
    # a key file that is spoiled is found among the alarms, and without a database as well
    return list(dict.fromkeys([*findings, *key_findings(chosen), _paper()]))


def _unreached(error: Exception) -> str:
    if isinstance(error, _NO_ANSWER):
        why = f"within {CONNECT_SECONDS} s" if isinstance(error, TimeoutError) else error
        return (
            f"database: does not answer ({why}): start it again; who answers meanwhile is asked"
            " to send again, and nothing that was thanked for is lost"
        )
    return f"database: {str(error).partition('\n')[0]}"


async def _sign_on(chosen: Settings) -> list[Inspection]:
    try:
        rules_of(chosen)
        provider = provider_of(chosen)
        if provider is None:
            return []
        await provider.metadata()
    except (SettingsError, SignOnError) as error:
        return [Inspection(Sign.BAD, f"single sign-on: {error}")]
    return [Inspection(Sign.GOOD, f"single sign-on: {chosen.oidc_issuer} answers")]


async def _examine_services(found: Services, chosen: Settings) -> list[Inspection]:
    # one that is away does not hide how the other is
    return [*await _examine_database(found, chosen), *await _examine_queue()]


async def _examine_database(found: Services, chosen: Settings) -> list[Inspection]:
    try:
        return await _look_into_database(found, chosen)
    except asyncpg.DuplicatePreparedStatementError:
        return [Inspection(Sign.BAD, f"database: {POOLER}")]
    except (BarometerError, OSError, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
        return [Inspection(Sign.BAD, _unreached(error))]


async def _look_into_database(found: Services, chosen: Settings) -> list[Inspection]:
    login = known_login(found.database)
    findings = [finding async for finding in _database(found, login)]
    if (await schema_state(login)).current:
        findings += await _secret(chosen, login)
        if Login.WEB in found.database:
            findings += await _administrators()
        if told := await told_of_the_demo(login):
            findings.append(Inspection(Sign.NOTE, f"demo: {told}"))
        if known := {Login.MIGRATOR, Login.WEB} & set(found.database):
            findings += await account_findings(min(known))
        if Login.WORKER in found.database:
            findings += await _waves(chosen)
    return findings


async def _examine_queue() -> list[Inspection]:
    try:
        await queue.redis_client().ping()
        return [Inspection(Sign.GOOD, "redis: answers")]
    except (RedisError, OSError) as error:
        sentence = f"redis: {error}: see BAROMETER_REDIS_URL; people are signed out"
        return [Inspection(Sign.BAD, sentence)]
    finally:
        await queue.close()


async def _administrators() -> list[Inspection]:
    kept = await newest_subject(Login.WEB, LAST_ADMINISTRATOR_KEPT)
    account = (await active_accounts(Login.WEB, [kept])).get(kept)
    alone = await count_of_role(Login.WEB, Role.ADMIN) == 1
    if account is None or account.role != Role.ADMIN or not alone:
        return []
    sentence = (
        f"accounts: {kept} is the last administrator and stays it, although the directory gives"
        " them another role: make somebody else an administrator"
    )
    return [Inspection(Sign.BAD, sentence)]


async def _secret(chosen: Settings, login: Login) -> list[Inspection]:
    try:
        await refuse_other_secret(chosen, login)
    except SecretError as error:
        return [Inspection(Sign.BAD, f"secret: {error}")]
    findings = [Inspection(Sign.GOOD, "secret: the installation's")]
    if chosen.ballot_url and chosen.has_secret:
        key = ",".join(to_base64url(one) for one in checking_keys(chosen.secret()))
        sentence = f"secret: a host that takes ballots alone has BAROMETER_PROOF_KEY={key} instead"
        findings.append(Inspection(Sign.NOTE, sentence))
    if chosen.has_secret and login in {Login.MIGRATOR, Login.WEB}:
        findings += await former_secret_findings(chosen.secret(), login)
    return findings


async def _waves(chosen: Settings) -> list[Inspection]:
    bind_worker()
    left = [*await undestroyed_keys(chosen.key_folder), *await undestroyed_pilot_keys(chosen)]
    away = [*await keys_elsewhere(chosen.key_folder), *await pilot_keys_elsewhere(chosen)]
    bad = [f"keys: {told}" for told in left]
    notes = [f"keys: {told}" for told in [*away, *await unknown_keys(chosen.key_folder)]]
    notes += [
        f"marks: old rows may still tell who answered «{key}»; the worker sweeps them away once no"
        " backup or long query holds on to them"
        for key in await unswept_waves()
    ]
    return [
        *(Inspection(Sign.BAD, told) for told in bad),
        *await _alarms(chosen),
        *(Inspection(Sign.NOTE, told) for told in notes),
        *await _waiting_waves(),
        *await _waiting_results(),
        *await snapshot_findings(chosen),
    ]


async def _alarms(chosen: Settings) -> list[Inspection]:
    """Look at what the worker looks at, and what `/settings/health` shows (docs/adr/0128)."""
    now = datetime.now(UTC)
    here = await look_at_host(chosen)
    known = await list_hosts(Login.WORKER)
    hosts = [here, *(one for one in known if one.name != here.name)]
    # whether a key lies on another machine is known once workers have told of themselves
    looks = [one for one in DOCTORS if known or AlarmKind.KEY_MISSING not in one[0]]
    seen = await look_for_alarms(LookScope(chosen, now, hosts), looks)
    found = [Inspection(Sign.BAD, alarm.sentence) for alarm in seen.alarms]
    if silent := await silence(Login.WORKER, now=now):
        since = f"{silent.began_at:%Y-%m-%d %H:%M} UTC"
        found.append(
            Inspection(Sign.BAD, f"worker: none has been heard of since {since}: start it")
        )
    return found


async def _waiting_waves() -> list[Inspection]:
    return [
        Inspection(
            Sign.NOTE,
            f"waves: «{wave.key}» is closed and waits for its key holders, "
            f"{' and '.join(holder.name for holder in wave.trustees)}: barometer wave count",
        )
        for wave in await list_waves(Login.WORKER)
        if wave.waits_for_trustees
    ]


async def _waiting_results() -> list[Inspection]:
    return [
        Inspection(
            Sign.NOTE,
            f"waves: the results of «{one.wave.key}» wait until {one.until} for those of"
            f" «{one.other.key}», which they are compared with: "
            + (f"move its day at {one.mended_at}" if one.mended_at else "its day is fixed"),
        )
        for one in await held_results(Login.WORKER, today=today())
    ]


async def _database(found: Services, login: Login) -> AsyncIterator[Inspection]:
    await refuse_pooler(login)
    async with connection(login) as link:
        version = int(await link.fetchval("SHOW server_version_num"))
        if version < OLDEST_POSTGRES:
            sentence = f"database: PostgreSQL {version // 10000} is too old: use 15 or newer"
            yield Inspection(Sign.BAD, sentence)
        else:
            yield Inspection(Sign.GOOD, f"database: PostgreSQL {version // 10000} answers")
        skew = (datetime.now(UTC) - await link.fetchval("SELECT clock_timestamp()")).total_seconds()
        if abs(skew) > CLOCK_SECONDS:
            sentence = f"clock: {skew:+.0f} s from the database: set both machines by NTP"
            yield Inspection(Sign.BAD, sentence)
        else:
            yield Inspection(Sign.GOOD, "clock: agrees with the database")
        state = await schema_state(login)
        if state.sentence:
            yield Inspection(Sign.BAD, f"migrations: {await _unmigrated(link, login, state)}")
            return
        if state.note:
            yield Inspection(Sign.NOTE, f"migrations: {state.note}")
        else:
            yield Inspection(Sign.GOOD, "migrations: all have run")
    if set(Login) <= set(found.database):
        async for finding in _walls(found):
            yield finding
    else:
        sentence = "walls and logs: looked at where all logins' addresses are known, not here"
        yield Inspection(Sign.NOTE, sentence)


async def _unmigrated(link: Link, login: Login, state: SchemaState) -> str:
    if login is Login.MIGRATOR and state.missing:
        try:
            await refuse_unfit_database(link)
        except SchemaError as unfit:
            return str(unfit)
    return state.sentence


async def _walls(found: Services) -> AsyncIterator[Inspection]:
    holes = []
    async with connection(Login.MIGRATOR) as link:
        for login, table, privilege in WALLS:
            user = unquote(urlsplit(found.database[login]).username or "")
            reaches = await link.fetchval(
                "SELECT has_schema_privilege($1, $2, 'USAGE') AND has_table_privilege($1, $3, $4)",
                user,
                table.partition(".")[0],
                table,
                privilege,
            )
            if reaches:
                holes.append(f"{login} may {privilege} {table}")
    if holes:
        yield Inspection(Sign.BAD, f"walls: {'; '.join(holes)}: barometer migrate raises them anew")
    else:
        yield Inspection(Sign.GOOD, "walls: each login reaches its own side only")
    async for finding in _logs():
        yield finding
    if found.postgres is not None:
        yield Inspection(
            Sign.NOTE,
            "walls: the embedded server trusts its socket, so the logins are exercised here but are"
            " no wall between processes; for real answers set BAROMETER_DATABASE_URL",
        )


async def _logs() -> AsyncIterator[Inspection]:
    if loud := await loud_parameters():
        yield Inspection(Sign.BAD, f"logs: {'; '.join(loud)}: ask the server's owner to set them")
    else:
        yield Inspection(Sign.GOOD, "logs: parameters keep answers, addresses and times out")
    async with connection(Login.WEB) as link:
        if await link.fetchval("SHOW log_checkpoints") == "on":
            yield Inspection(
                Sign.NOTE,
                "logs: log_checkpoints is on: the server's log tells how much was written in which"
                " minutes; ask its owner to turn it off",
            )


def _paper() -> Inspection:
    try:
        pdf.check()
    except pdf.NoPangoError as error:
        return Inspection(Sign.NOTE, f"reports: {error}")
    return Inspection(Sign.GOOD, "reports: PDF can be made")
