"""Accounts, tokens, the register and campaigns."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.cli.root import LanguageCode, as_worker, barometer, first_language


@barometer.group()
def account() -> None:
    """Accounts of those who read results."""


@account.command("create")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--email", required=True)
@click.option("--unit", default="", help="unit code, for leaders and representatives")
@click.option("--language", type=LanguageCode(), default=first_language)
@click.option("--password", envvar="BAROMETER_ACCOUNT_PASSWORD", help="asked for when left out")
def account_create(role: str, email: str, unit: str, language: str, password: str | None) -> None:
    """Create an account."""
    from survey_app.accounts.create_account import create_account
    from survey_app.shared.clock import now
    from survey_app.shared.i18n import as_language

    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    as_worker(
        lambda: create_account(
            email=email,
            role=Role(role),
            password=secret,
            unit=unit,
            language=as_language(language),
            now=now(),
        )
    )
    click.echo(f"created {email}")
    _note_unknown(unit)


@account.command("change")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]))
@click.option("--unit", help="unit codes, with commas between")
@click.option("--new-password", is_flag=True, help="asks for one; ends its sessions")
@click.option(
    "--without-second-step", is_flag=True, help="takes a lost one away, and tells its owner by mail"
)
def account_change(
    email: str,
    role: str | None,
    unit: str | None,
    *,
    new_password: bool,
    without_second_step: bool,
) -> None:
    """Give an account another role, unit or password, at once.

    A role given here also says that its owner is another person than whoever invited them.
    """
    from survey_app.accounts.change_account import change_account
    from survey_app.shared.clock import now

    if without_second_step:
        click.echo(as_worker(lambda: _without_second_step(email)))
        if not (role or unit is not None or new_password):
            return

    secret = None
    if new_password:
        secret = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    chosen = Role(role) if role else None
    as_worker(lambda: change_account(email, role=chosen, unit=unit, password=secret, now=now()))
    click.echo(f"changed {email}")
    _note_unknown(unit or "")


async def _without_second_step(email: str) -> str:
    from redis.exceptions import RedisError

    from survey_app.accounts.second_step.keep import take_second_step_away
    from survey_app.accounts.session_list import end_all
    from survey_app.shared.clock import now

    account = await take_second_step_away(email, now=now())
    if account is None:
        return f"{email} has no second step: nothing is changed"
    try:
        # where the phone was stolen, somebody may be signed in on it
        await end_all(str(account))
    except (RedisError, OSError):
        away = "Redis is away: run it again with --new-password to end its sessions"
        return f"took the second step of {email} away; {away}"
    return f"took the second step of {email} away, and ended its sessions"


def _note_unknown(units: str) -> None:
    from survey_app.asking.people.commands import note_unknown_units

    if units:
        as_worker(lambda: note_unknown_units(units, echo=partial(click.echo, err=True)))


@account.command("close")
@click.argument("email")
def account_close(email: str) -> None:
    """Close an account: sessions end at once, and no mail is sent to it any more."""
    _set_active(email, active=False)
    click.echo(f"closed {email}")


@account.command("reopen")
@click.argument("email")
def account_reopen(email: str) -> None:
    """Open a closed account again, with the role, unit and password that it had."""
    _set_active(email, active=True)
    click.echo(f"reopened {email}")


def _set_active(email: str, *, active: bool) -> None:
    from survey_app.accounts.change_account import set_active
    from survey_app.shared.clock import now

    as_worker(lambda: set_active(email, active=active, now=now()))


@barometer.group()
def token() -> None:
    """Tokens for programs that read results through the API."""


@token.command("create")
@click.option("--name", required=True, help="what the token is for")
@click.option("--scope", "scopes", multiple=True, type=click.Choice([one.value for one in Scope]))
@click.option("--days", default=365, show_default=True, help="how long it is good")
def token_create(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token; it is shown once."""
    from survey_app.accounts.api_tokens import create_token
    from survey_app.shared.clock import now

    wanted = [Scope(one) for one in scopes]
    made, last = as_worker(lambda: create_token(name=name, scopes=wanted, days=days, now=now()))
    click.echo(made)
    click.echo(f"good until the end of {last} in Norway; it is not shown again", err=True)


@token.command("list")
def token_list() -> None:
    """List the tokens, newest first."""
    from survey_app.accounts.api_tokens import list_tokens

    for row in as_worker(list_tokens):
        state = "revoked" if row["revoked"] else f"until {row['expires_on']}"
        click.echo(f"{row['id']}  {state:<18} {row['scopes']:<30} {row['name']}")


@token.command("revoke")
@click.argument("name")
def token_revoke(name: str) -> None:
    """Revoke the tokens of a name or id, at once."""
    from survey_app.accounts.api_tokens import revoke_token
    from survey_app.shared.clock import now

    click.echo(f"revoked {as_worker(lambda: revoke_token(name, now=now()))}")


@barometer.group()
def people() -> None:
    """Units and staff."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
@click.option(
    "--links",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a CSV of from, to, kind: where units go on from",
)
@click.option(
    "--complete", is_flag=True, help="the extract is right, although it looks as if cut off"
)
def people_import(file: Path, *, dry_run: bool, links: Path | None, complete: bool) -> None:
    """Import units and staff from one CSV file; the format is in docs/formats/people.md."""
    from survey_app.asking.people.commands import import_file

    as_worker(
        lambda: import_file(file, dry_run=dry_run, echo=click.echo, links=links, complete=complete)
    )


@people.command("links")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def people_links(file: Path | None) -> None:
    """List where units go on from; with a FILE of from, to, kind decide it anew."""
    from survey_app.asking.people.commands import link_units

    as_worker(lambda: link_units(file, echo=click.echo))


@barometer.group()
def campaign() -> None:
    """Measurement programmes."""


@campaign.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
def campaign_import(file: Path, *, dry_run: bool) -> None:
    """Import a campaign and its waves; the format is in docs/formats/campaign.md."""
    from survey_app.asking.campaigns.commands import import_file

    as_worker(lambda: import_file(file, dry_run=dry_run, echo=click.echo))
