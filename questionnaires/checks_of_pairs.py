"""What must hold for a question to staff to stand beside one to people outside.

One that was taken out since may stay in a pair: waves that asked it stand beside each other by it.
"""

from collections import Counter
from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Draft

_OUTSIDE = ("public", "candidates")


def _asked(draft: Draft, population: str) -> set[str]:
    forms = (one.value.form for one in draft.forms)
    asked = {item for form in forms if form.population == population for item in form.items}
    return asked | draft.retired


def check_themes(draft: Draft) -> Iterator[Problem]:
    """Pair items that both sides are asked, and give the reason where a pair is no equal one."""
    counts = Counter(one.value.id for one in draft.themes)
    for place in draft.themes:
        theme = place.value
        if counts[theme.id] > 1:
            yield Problem(place.file, place.key, "two themes have this id; rename one")
        if theme.inside not in _asked(draft, "staff"):
            sentence = f"no form for staff asks «{theme.inside}»; correct the id"
            yield Problem(place.file, f"{place.key} inside", sentence)
        if theme.outside not in _asked(draft, theme.population):
            sentence = f"no form for {theme.population} asks «{theme.outside}»"
            sentence += "; correct the id or the population"
            yield Problem(place.file, f"{place.key} outside", sentence)
        if theme.comparable != "theme" and not theme.reason:
            sentence = "say what keeps the two apart"
            yield Problem(place.file, f"{place.key} reason", sentence)


def check_same_words(draft: Draft) -> Iterator[Problem]:
    """List only items that both groups outside are asked."""
    counts = Counter(one.value.item for one in draft.same_words)
    for place in draft.same_words:
        if counts[place.value.item] > 1:
            yield Problem(place.file, place.key, "the item stands twice; keep one")
        for population in _OUTSIDE:
            if place.value.item not in _asked(draft, population):
                sentence = f"no form for {population} asks it; take it out"
                yield Problem(place.file, place.key, sentence)
