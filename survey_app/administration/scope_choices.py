"""What an account may lead beside a unit of today: what it leads, and what became of that."""

from __future__ import annotations

from survey_app.accounts.listing import ListedAccount
from survey_app.accounts.roles import LONGEST_SCOPE
from survey_app.asking.people.ended_scopes import ended_scopes
from survey_app.asking.people.units import known_units, unit_names
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language, translator
from survey_app.shared.numbers import listed


async def scope_choices(account: ListedAccount, language: Language) -> dict[str, str]:
    """Name the scopes by what an account stores; empty where it leads one unit of today, or none.

    Several units, with commas between, are the command's, and stay as they are. Whoever leads what
    their unit became keeps its earlier figures by its own code beside the new one.
    """
    units = {one.code for one in await known_units(Login.WEB)}
    if not account.unit or account.unit in units:
        return {}
    names = await unit_names(Login.WEB)
    former = listed([names.get(one, one) for one in account.unit.split(",")], language)
    gone = (await ended_scopes(Login.WEB)).get(account.id)
    if gone is None:
        return {account.unit: former}
    gettext = translator(language).gettext
    beside = gettext("%(unit)s, med de tidligere tallene til %(former)s")
    offered: list[tuple[str, ...]] = [(new,) for new in gone.goes_on]
    if len(offered) > 1:
        offered.append(gone.goes_on)  # some lead all parts of what was divided
    return {account.unit: gettext("%(former)s, står ikke i registeret") % {"former": former}} | {
        scope: beside % {"unit": listed([names[one] for one in new], language), "former": former}
        for new in offered
        if len(scope := ",".join((account.unit, *new))) <= LONGEST_SCOPE
    }
