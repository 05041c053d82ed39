"""Who may read released comments, and who may open the quarantine: the one home of both rules."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn

READERS = (Role.HR, Role.REPRESENTATIVE)
EDITORS = (Role.HR,)


def may_read(reader: SignedIn, agency: Collection[str]) -> bool:
    """Whether somebody reads what was released: HR, and representatives of the whole agency.

    Parameters
    ----------
    agency : collection of str
        Codes of the register's root: an account whose unit it is stands for all units.
    """
    if reader.role is Role.HR:
        return True
    own = {code.strip() for code in reader.unit.split(",")}
    return reader.role is Role.REPRESENTATIVE and bool(own & set(agency))


def may_open_quarantine(reader: SignedIn, keepers: Collection[UUID]) -> bool:
    """Whether somebody is one of the two; the database asks the same of every act."""
    return reader.role is Role.HR and UUID(reader.account) in keepers
