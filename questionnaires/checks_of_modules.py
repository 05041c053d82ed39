"""What must hold for a form of which each person is asked the core and one of several modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from questionnaires.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from questionnaires.model import Form, Item, Scale
    from questionnaires.parsing.draft import Draft, FormDraft, Placed

# Of fewer items a scale says little of a person, and only a part of those asked says it.
FEWEST_ITEMS: Final = 3
# Each module more leaves fewer answers to every one, and fewer units with k of each.
MODULES: Final = (2, 3)

# where it stands in the form, what is wrong in a sentence, and its kind with what it is about
type _Told = tuple[str, str, str, tuple[str, ...]]


def check_modules(draft: Draft) -> Iterator[Problem]:
    """Let modules be such that everything in them, and in the core, can be scored."""
    items = {one.value.id: one.value for one in draft.items}
    scales = {one.value.code: one.value for one in draft.scales}
    for place in draft.forms:
        form = place.value.form
        told: list[_Told] = []
        if form.modules:
            told += _makeup(form)
            told += _depending(place.value, items)
            told += _of_the_core(place.value, items)
            told += _told_by_answers(place.value, items)
            told += _scales(form, items, scales)
        told += _indices(draft, place, scales)
        for name, sentence, kind, about in told:
            yield Problem(
                place.file, f"{place.key} {name}", sentence, kind=kind, about=(form.id, *about)
            )


def _makeup(form: Form) -> Iterator[_Told]:
    if len(form.modules) not in MODULES:
        found = len(form.modules)
        sentence = f"a split form has two or three modules, not {found}; put them together anew"
        yield "block module", sentence, "module_count", (str(found),)


def _depending(draft: FormDraft, items: Mapping[str, Item]) -> Iterator[_Told]:
    form = draft.form
    of = form.module_of
    for name in (name for name in form.items if name in items and name not in draft.unfiltered):
        for other in items[name].filter:
            if of.get(other.item, of.get(name)) != of.get(name):
                sentence = f"«{name}» depends on «{other.item}», which not all who get it are asked"
                sentence = f"{sentence}; put «{other.item}» in the core"
                yield "block module", sentence, "module_depends", (name, other.item)


def _of_the_core(draft: FormDraft, items: Mapping[str, Item]) -> Iterator[_Told]:
    form = draft.form
    of = form.module_of
    for name in (name for name in of if name in items and items[name].purpose == "background"):
        sentence = f"«{name}» is background, which all must tell; put it in the core"
        yield "block module", sentence, "module_of_all", (name,)
    if form.screen_out and form.screen_out.item in of:
        name = form.screen_out.item
        sentence = f"«{name}» must be asked of all; put it in the core"
        yield "screen_out", sentence, "module_of_all", (name,)
    for name in (name for name in draft.first_wave_without if name in of):
        sentence = f"«{name}» stands in a module, which is asked as it is; put it in the core"
        yield "first_wave_without", sentence, "module_of_all", (name,)


def _told_by_answers(draft: FormDraft, items: Mapping[str, Item]) -> Iterator[_Told]:
    """Let stored answers tell whose module they are of: it is stored in no other way."""
    form = draft.form
    for at, module in enumerate(form.modules, start=1):
        own = [items[name] for name in form.items_by_part[at] if name in items]
        if not any(not one.filter or one.id in draft.unfiltered for one in own):
            sentence = (
                f"nothing in «{module}» is asked of all who get it, so that nobody can tell who got"
                " it; add a question without a filter"
            )
            yield "block module", sentence, "module_untold", (module,)


def _scales(form: Form, items: Mapping[str, Item], scales: Mapping[str, Scale]) -> Iterator[_Told]:
    for at, module in enumerate(form.modules, start=1):
        own = form.items_by_part[at]
        for code in sorted({one.scale for name in own if (one := items.get(name)) and one.scale}):
            whole = scales[code].items if code in scales else ()
            asked = [name for name in whole if name in own]
            if len(whole) > 1 and len(asked) < FEWEST_ITEMS:
                found = f"«{module}» asks {len(asked)} of the {len(whole)} items of {code}"
                sentence = f"{found}, and a module has {FEWEST_ITEMS} of a scale or none"
                sentence = f"{sentence}; add some, or put them in the core"
                about = (module, str(len(asked)), str(len(whole)), code)
                yield "block module", sentence, "module_scale", about


def _indices(
    draft: Draft, place: Placed[FormDraft], scales: Mapping[str, Scale]
) -> Iterator[_Told]:
    """Refuse indices that nobody is asked all of, unless the form says that it is without them."""
    form, said = place.value.form, place.value.without_indices
    spread = _spread(draft, form, scales)
    for code, where in spread.items():
        if code not in said:
            sentence = f"nobody is asked all of {code}, which lies in {where}; put it in one place"
            sentence = f"{sentence}, or name it in without_indices"
            yield "block module", sentence, "module_index", (code,)
    for code in (code for code in said if code not in spread):
        sentence = f"{code} does not lie in several parts of the form; take it out"
        yield "without_indices", sentence, "module_not_spread", (code,)


def _spread(draft: Draft, form: Form, scales: Mapping[str, Scale]) -> dict[str, str]:
    """Name the indices that the form asks whole, but no person, and where their items lie."""
    composed = {one.value.index.code: one.value.parts for one in draft.indices}
    found: dict[str, str] = {}
    for one in draft.indices:
        index = one.value.index
        if index.population != form.population or not form.modules:
            continue
        codes = _scales_of(index.code, composed)
        if not codes <= scales.keys():
            continue
        needed = {name for code in codes for name in scales[code].items}
        if needed <= set(form.items) and not any(needed <= part for part in form.items_by_part):
            names = ("the core", *(f"«{name}»" for name in form.modules))
            lies = [
                name
                for name, part in zip(names, form.items_by_part, strict=True)
                if not needed.isdisjoint(part)
            ]
            found[index.code] = " and ".join(lies)
    return found


def _scales_of(code: str, composed: Mapping[str, Mapping[str, object]]) -> set[str]:
    parts = composed.get(code) or {}
    if not parts:
        return {code}
    return set().union(*(_scales_of(part, composed) if part != code else {part} for part in parts))
