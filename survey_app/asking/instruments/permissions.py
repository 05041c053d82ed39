"""Whose questions somebody may write: those of the people whose campaigns they run."""

from __future__ import annotations

from questionnaires.library import Library
from questionnaires.model import Form
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.permissions import READERS, populations_for


def population_of(form: Form) -> str:
    """Name whom a form is made for, as campaign files do: an open link is a population there."""
    return "open" if form.kind == "open" else form.population


def writable_instruments(library: Library, role: Role) -> tuple[str, ...]:
    """Return the instruments all of whose forms a role runs campaigns of, in the forms' order.

    One without a form of its own is asked in the forms of others, and belongs to whose these are.
    """
    if role not in READERS:
        return ()
    allowed, asked = populations_for(role), dict[str, set[str]]()
    for form in library.forms.values():
        asked.setdefault(form.instrument, set()).add(population_of(form))
    for key in sorted(set(library.versions) - set(asked)):
        if whom := {population_of(form) for form in forms_asking(library, key)}:
            asked[key] = whom
    return tuple(key for key, whom in asked.items() if allowed is None or whom <= set(allowed))


def forms_asking(library: Library, key: str) -> tuple[Form, ...]:
    """Return the forms that ask something of an instrument's newest version, whosever they are."""
    versions = library.versions[key]
    items = set(versions[max(versions)].items)
    return tuple(form for form in library.forms.values() if items & set(form.items))
