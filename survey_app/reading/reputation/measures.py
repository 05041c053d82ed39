"""Which measures the reputation pages show, and how its groups are laid out."""

from __future__ import annotations

from questionnaires.background import Variable
from survey_app.reading import kinds
from survey_app.reading.names import own, with_counts
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import Language


def blocks() -> tuple[Variable, ...]:
    """Return the background variables in the order of the page; groups are not ranked."""
    known = library().background
    return tuple(known.variables[name] for name in known.pages)


def buttons() -> tuple[str, ...]:
    """Return the measures that the trend can be shown of: trust, the goals, and their index."""
    public = kinds.public()
    # trust may be one of the goals
    return tuple(dict.fromkeys(filter(None, (public.trust, *public.goals, public.reputation))))


def button_name(code: str, lang: Language) -> str:
    """Return what stands on the button of a measure; a goal that is a scale has its title."""
    text = kinds.called(code).button or kinds.short_title(code) or kinds.title(code)
    return own(text, lang)


def note_of(code: str, lang: Language) -> str:
    """Return the small print at a goal's tile; empty where there is none."""
    return with_counts(code, own(kinds.called(code).note or {}, lang))


def asked_of_some(code: str) -> bool:
    """Tell whether all items of a scale are asked only of those who answered so elsewhere."""
    known = library()
    scale = known.scales.get(code)
    return scale is not None and all(known.items[item].filter for item in scale.items)
