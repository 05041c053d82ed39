"""What the agency's directory told of people: brought into the register by the worker."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Timestamptz, Varchar
from piccolo.table import Table


class DirectoryPerson(Table, tablename="directory_person", schema="asking"):
    """Somebody as the directory tells: the address, the number, the unit and the language.

    Kept after the directory took somebody away, until the register knows and a day has gone by.
    """

    id = UUID(primary_key=True, help_text="by which the directory calls this row")
    user_name = Varchar(length=254, help_text="the e-mail address; unique whatever the case")
    external_id = Varchar(
        length=254, null=True, default=None, unique=True, help_text="the HR system's own key"
    )
    language = Varchar(length=40, default="", help_text="as the directory writes it: nn-NO")
    department = Varchar(length=254, default="", help_text="code or name of a unit")
    active = Boolean(default=True)
    deleted = Boolean(default=False, help_text="the directory has no such person any more")
    given_at = Timestamptz()
    changed_at = Timestamptz()
    inactive_since = Timestamptz(null=True, default=None)
    state = Varchar(
        length=5,
        default="new",
        help_text="new; done; held: waits for HR; stuck: no unit or number that the register knows",
    )
    region = Varchar(length=60, default="", help_text="code of the region that holds it back")
    released = Boolean(default=False, help_text="somebody of HR confirmed that this person is gone")
