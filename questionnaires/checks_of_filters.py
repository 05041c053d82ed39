"""What must hold of conditions: whom a question is asked of, and whose survey ends."""

from collections.abc import Iterator, Mapping, Sequence

from questionnaires.errors import Problem
from questionnaires.model import Condition, Item, ResponseOptions
from questionnaires.parsing.draft import Draft, FormDraft, Placed


def check_filters(draft: Draft) -> Iterator[Problem]:
    """Let filters refer to answers that can be given, and tell the respondent of them."""
    items = {one.value.id: one.value for one in draft.items}
    for place in draft.items:
        for condition in place.value.filter:
            yield from _condition(place, "filter", condition, items, draft.options)
            if condition.item in items and items[condition.item].filter:
                sentence = f"«{condition.item}» has a filter itself; filters do not form chains"
                yield _at(place, "filter", f"{sentence}, so repeat its condition here")
        if place.value.filter and not place.value.note:
            sentence = "the form shows every item, so a filtered one tells who is to answer it"
            yield _at(place, "note", f"{sentence}; write the note in the text files")
    # what is released was asked as it stands
    for place in (place for version in draft.unreleased for place in version.items):
        for name in _never_met(place.value.filter, items, draft.options):
            sentence = f"nobody can meet all conditions on «{name}»; keep those that go together"
            yield _at(place, "filter", sentence)


def check_filters_of_forms(draft: Draft) -> Iterator[Problem]:
    """Let a form ask what its filters look at, before what is filtered or after it."""
    items = {one.value.id: one.value for one in draft.items}
    for place in draft.forms:
        form = place.value.form
        for name in sorted(set(form.items) & set(items) - set(place.value.unfiltered)):
            for other in (one.item for one in items[name].filter if one.item not in form.items):
                sentence = f"«{name}» is filtered by «{other}», which this form does not ask"
                sentence = f"{sentence}; ask it, or list «{name}» as unfiltered"
                key, about = f"{place.key} block items", (form.id, name, other)
                yield Problem(place.file, key, sentence, kind="form_filter", about=about)


def check_screen_outs(draft: Draft) -> Iterator[Problem]:
    """Let a form ask what ends it, and not end for whoever answers that."""
    items = {one.value.id: one.value for one in draft.items}
    unreleased = {one.key for one in draft.unreleased}
    for place in draft.forms:
        form = place.value.form
        ends = form.screen_out
        if ends is None:
            continue
        yield from _condition(place, "screen_out", ends, items, draft.options)
        if ends.item not in form.items:
            sentence = f"«{ends.item}» is not asked in this form; ask it"
            yield _at(place, "screen_out", sentence)
        options = _options_of(ends.item, items, draft.options)
        given = {one.code for one in options.options} if options else set()
        going_on = {code for code in given if (code in ends.codes) == ends.negate}
        if given and form.instrument in unreleased and not going_on:
            sentence = f"every answer to «{ends.item}» ends the survey; name those that are to"
            yield _at(place, "screen_out", sentence)


def _never_met(
    filters: Sequence[Condition],
    items: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Iterator[str]:
    """Name items of which no answer meets all conditions, nor leaving it blank."""
    for name in dict.fromkeys(one.item for one in filters):
        own = [one for one in filters if one.item == name]
        found, plain = _options_of(name, items, options), [one for one in own if not one.negate]
        if found is None or not plain:  # no answer at all meets what is negated
            continue
        if items[name].presentation == "checkbox":  # several may be ticked
            forbidden = {code for one in own if one.negate for code in one.codes}
            never = any(set(one.codes) <= forbidden for one in plain)
        else:
            never = not _left({one.code for one in found.options}, own)
        if never:
            yield name


def _left(given: set[str], conditions: Sequence[Condition]) -> set[str]:
    """Return the answers that meet all conditions."""
    return {code for code in given if all((code in one.codes) != one.negate for one in conditions)}


def _options_of(
    name: str, items: Mapping[str, Item], options: Mapping[str, ResponseOptions]
) -> ResponseOptions | None:
    return options.get(items[name].options) if name in items else None


def _condition(
    place: Placed[Item] | Placed[FormDraft],
    name: str,
    condition: Condition,
    items: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Iterator[Problem]:
    if condition.item not in items:
        yield _at(place, name, f"«{condition.item}» is not an item; correct the id")
        return
    if not condition.codes:
        yield _at(place, name, "the condition names no code; it would never or always hold")
    found = options.get(items[condition.item].options)
    for code in condition.codes:
        if found is not None and found.option(code) is None:
            yield _at(place, name, f"«{code}» is not a code of {found.id}; correct it")


def _at(place: Placed[Item] | Placed[FormDraft], name: str, sentence: str) -> Problem:
    return Problem(place.file, f"{place.key} {name}", sentence)
