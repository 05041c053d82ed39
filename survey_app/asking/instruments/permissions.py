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
    """Return the instruments all of whose forms a role runs campaigns of, in the forms' order."""
    if role not in READERS:
        return ()
    allowed, asked = populations_for(role), dict[str, set[str]]()
    for form in library.forms.values():
        asked.setdefault(form.instrument, set()).add(population_of(form))
    return tuple(key for key, whom in asked.items() if allowed is None or whom <= set(allowed))
