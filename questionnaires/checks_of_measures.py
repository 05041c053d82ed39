"""Checks of the parts that measures play on pages, and of what they are called there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from questionnaires.checks_of_drivers import answers_behind
from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.measures import MeasureRoles
from questionnaires.parsing.draft import Draft
from questionnaires.parsing.measures import MEASURES, UNIT_TYPES

_POPULATIONS = ("staff", "public", "candidates")


def check_measures(draft: Draft) -> Iterator[Problem]:
    """Let parts be played by measures that exist, values and core values one by one."""
    known = {one.value.index.code for one in draft.indices}
    known |= {one.value.code for one in draft.scales} | {one.value.id for one in draft.items}
    known |= draft.retired
    for place, code in draft.measures.codes():
        if code not in known:
            sentence = f"«{code}» is no index, scale or item; correct the code or take it out"
            yield Problem(MEASURES, place, sentence)
    for place, statement in draft.measures.statements():
        if statement and statement not in draft.strategy.statements:
            sentence = f"«{statement}» is no statement of the strategy; correct the id"
            yield Problem(MEASURES, place, sentence)
    for start in draft.measures.strategy.measured:
        if not any(one.startswith(start) for one in draft.strategy.statements):
            sentence = f"no statement of the strategy has an id that begins with «{start}»"
            yield Problem(MEASURES, "strategy measured", f"{sentence}; correct it or take it out")
    yield from _lists(draft)
    yield from _pairs(draft.measures)
    yield from _in_order(draft)


def _lists(draft: Draft) -> Iterator[Problem]:
    """Let a list name each measure once, and an index play its part for its own people."""
    places = Counter(draft.measures.codes())
    asked = {one.value.index.code: one.value.index.population for one in draft.indices}
    for (place, code), count in places.items():
        section = place.split()[0]
        if count > 1:
            yield Problem(MEASURES, place, f"«{code}» stands {count} times; keep one")
        if section in _POPULATIONS and asked.get(code, section) != section:
            sentence = f"«{code}» is measured of {asked[code]}; name an index of {section}"
            yield Problem(MEASURES, place, sentence)


def _in_order(draft: Draft) -> Iterator[Problem]:
    """Let each short form stand where the value does of which it has some of the questions."""
    staff, inside = draft.measures.staff, answers_behind(draft)
    items = {one.value.id for one in draft.items}
    short, whole = (staff.culture_core, *staff.values_core), (staff.culture, *staff.values)
    for core, value in zip(short, whole, strict=False):
        behind, of_value = inside(core) & items, inside(value) & items
        if behind and of_value and behind.isdisjoint(of_value):
            sentence = (
                f"«{core}» has no question of «{value}», which stands in the same place; name"
                " values and their short forms in the same order"
            )
            yield Problem(MEASURES, "staff values_core", sentence)


def _pairs(roles: MeasureRoles) -> Iterator[Problem]:
    staff, public = roles.staff, roles.public
    if len(staff.values) != len(staff.values_core):
        sentence = (
            f"there are {len(staff.values)} values and {len(staff.values_core)} of them from the"
            " questions of every wave; name each value in both, in the same order"
        )
        yield Problem(MEASURES, "staff values_core", sentence)
    if bool(staff.recommend) != bool(staff.recommend_item):
        sentence = "a measure of recommending goes with its item; name both or neither"
        yield Problem(MEASURES, "staff recommend_item", sentence)
    if public.trust_goal and public.trust_goal not in public.goals:
        sentence = f"«{public.trust_goal}» is none of the goals; add it there or take it out"
        yield Problem(MEASURES, "public trust_goal", sentence)


def check_names(draft: Draft) -> Iterator[Problem]:
    """Ask for every language of what measures and types of units are called."""
    for code, called in draft.measures.called.items():
        for field in fields(called):
            text = getattr(called, field.name)
            if text is not None and not isinstance(text, bool):
                yield from missing_texts_of(MEASURES, f"called {code} {field.name}", text)
    yield from missing_texts_of(MEASURES, "strategy topics", draft.measures.strategy.topics)
    yield from _shared(draft)
    for code, text in draft.unit_types.items():
        yield from missing_texts_of(UNIT_TYPES, code, text)


def _shared(draft: Draft) -> Iterator[Problem]:
    """Let no two measures of a population share a name: readers would see one with two numbers.

    Also those without a place on pages: in files and tables they stand beside the others.
    """
    titles = {one.value.code: one.value.title for one in draft.scales}
    titles |= {one.value.index.code: one.value.index.title for one in draft.indices}
    taken: dict[tuple[str, str, str], str] = {}
    placed = [(place.split()[0], code) for place, code in draft.measures.codes()]
    indices = [(one.value.index.population, one.value.index.code) for one in draft.indices]
    for population, code in dict.fromkeys([*placed, *indices]):
        if code not in titles or population == "called":
            continue
        called = draft.measures.name(code)
        row = called.row or titles[code]
        for text in (row, called.sentence or row):
            for language, name in text.items():
                key = (population, language, name.casefold())
                if (other := taken.setdefault(key, code)) != code:
                    sentence = f"«{name}» is what {other} is called too; name them apart"
                    yield Problem(MEASURES, f"called {code}", sentence)
