"""Checks of what people outside tell of themselves."""

from collections.abc import Iterator, Mapping

from questionnaires.background import NO, SAMPLED, YES, Variable
from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.model import Item, Option, ResponseOptions
from questionnaires.parsing.background import BACKGROUND
from questionnaires.parsing.draft import Draft


def check_background(draft: Draft) -> Iterator[Problem]:
    """Make groups of answers that can be given, and forget no question of the public."""
    items = {one.value.id: one.value for one in draft.items}
    forms = (one.value.form for one in draft.forms)
    of_staff = {item for one in forms if one.population == "staff" for item in one.items}
    retired = _retired(draft)
    yield from _twice(draft.background.variables)
    for name, variable in draft.background.variables.items():
        yield from _texts(name, variable)
        item = items.get(variable.item)
        if item is None:
            # groups end with their question: what was published of them keeps its title and order
            if variable.item in retired and not variable.weighted:
                continue
            sentence = f"«{variable.item}» is not an item; correct the id"
            yield Problem(BACKGROUND, f"{name} item", sentence)
            continue
        if variable.item in of_staff:
            sentence = (
                f"«{variable.item}» is asked of staff, who have no such groups (docs/adr/0008);"
                " name a question that people outside alone are asked, or take the variable out"
            )
            yield Problem(BACKGROUND, f"{name} item", sentence)
        options = draft.options.get(item.options)
        if options is not None:
            yield from _answers(variable, item, options)
            yield from _called_otherwise(draft, variable, item, options)
    for name in draft.background.pages:
        if name not in draft.background.variables:
            sentence = f"«{name}» is no variable of this file; add it or take it out"
            yield Problem(BACKGROUND, "pages", sentence)
    yield from _forgotten(draft, items)


def _answers(variable: Variable, item: Item, options: ResponseOptions) -> Iterator[Problem]:
    several = item.presentation == "checkbox"
    if several != bool(variable.yes and variable.no):
        sentence = (
            f"«{item.id}» can have several answers: say which of them mean yes, and which no"
            if several
            else f"«{item.id}» has one answer: it makes categories, and has neither yes nor no"
        )
        yield Problem(BACKGROUND, f"{variable.name} yes", sentence)
    codes = (*variable.categories, *variable.yes, *((variable.no,) if variable.no else ()))
    for code in codes:
        found = options.option(code)
        if found is None or found.value is None:
            sentence = f"«{code}» is no answer of {options.id} that counts; correct the code"
            yield Problem(BACKGROUND, f"{variable.name} categories", sentence)
    yield from _together(variable)
    named = tuple(variable.categories.values())
    known = (YES, NO) if several else named or options_of(options)
    for category in variable.names:
        if category not in known:
            sentence = f"«{category}» is no category here; correct it or take it out"
            yield Problem(BACKGROUND, f"{variable.name} names", sentence)


def _called_otherwise(
    draft: Draft, variable: Variable, item: Item, now: ResponseOptions
) -> Iterator[Problem]:
    """Let no answer that makes a group mean something else than in an earlier version.

    Its code names the group in all that is published, and the population's share that it weighs.
    """
    making = {*variable.yes, variable.no, *(variable.categories or options_of(now))}
    renewed = any(item in [one.value for one in each.items] for each in draft.unreleased)
    earlier = {
        place.value.options: place.file
        for version in draft.versions
        for place in version.items
        if place.value.id == item.id and place.value.options != now.id
    }
    for one in now.options if renewed else ():
        files = [
            file
            for name, file in earlier.items()
            if name in draft.options and _other_words(draft.options[name].option(one.code), one)
        ]
        if files and one.code in making:
            sentence = (
                f"the answer «{one.code}» of «{item.id}» is called otherwise than in {files[0]},"
                " and its group would be compared with the one of before; give it a code that no"
                " earlier version has"
            )
            yield Problem(BACKGROUND, f"{variable.name} item", sentence, kind="called_otherwise")


def _other_words(then: Option | None, now: Option) -> bool:
    return then is not None and any(
        then.label[tag] != now.label[tag] for tag in then.label.keys() & now.label.keys()
    )


def _together(variable: Variable) -> Iterator[Problem]:
    """Let several answers make one group where it has a name of its own."""
    named = list(variable.categories.values())
    for category in sorted({one for one in named if named.count(one) > 1}):
        if variable.name in SAMPLED:
            sentence = f"two answers make «{category}», and each needs a category of its own"
            yield Problem(BACKGROUND, f"{variable.name} categories", f"{sentence}; rename one")
        elif category not in variable.names:
            sentence = f"two answers make «{category}», and neither names it; name it under names"
            yield Problem(BACKGROUND, f"{variable.name} names {category}", sentence)


def options_of(options: ResponseOptions) -> tuple[str, ...]:
    """Return the codes of the answers that count."""
    return tuple(option.code for option in options.options if option.value is not None)


def _twice(variables: Mapping[str, Variable]) -> Iterator[Problem]:
    """Divide by a question once: what one division hides could be reckoned from another."""
    first: dict[str, str] = {}
    for name, one in variables.items():
        if first.setdefault(one.item, name) != name:
            sentence = (
                f"«{one.item}» makes the groups of {first[one.item]} already, and what is hidden in"
                " one of the two could be reckoned from the other; keep one"
            )
            yield Problem(BACKGROUND, f"{name} item", sentence, kind="divided_twice")


def _texts(name: str, variable: Variable) -> Iterator[Problem]:
    texts = {"title": variable.title, "word": variable.word}
    texts |= {f"names {one}": text for one, text in variable.names.items()}
    if variable.yes:
        texts |= {f"names {one}": variable.names.get(one, {}) for one in (YES, NO)}
    for key, text in texts.items():
        yield from missing_texts_of(BACKGROUND, f"{name} {key}", text)


def _retired(draft: Draft) -> set[str]:
    """Name the items that an earlier version asked, and that none asks any more."""
    every = {one.value.id for version in draft.versions for one in version.items}
    return every - {one.value.id for one in draft.items}


def _forgotten(draft: Draft, items: dict[str, Item]) -> Iterator[Problem]:
    """Ask for a group, or a word that there is none, of all background that the public is asked."""
    background = draft.background
    used = {one.item for one in background.variables.values()} | set(background.without_groups)
    forms = [one.value.form for one in draft.forms if one.value.form.population == "public"]
    asked = {name for form in forms for name in form.items if name in items}
    for name in sorted(asked - used):
        if items[name].purpose == "background":
            sentence = (
                f"«{name}» is asked of the public and makes no group; add a variable for it, or"
                " name it under without_groups"
            )
            yield Problem(BACKGROUND, "without_groups", sentence, about=(name,))
    for name in sorted(set(background.without_groups) - set(items) - _retired(draft)):
        sentence = f"«{name}» is not an item; correct the id or take it out"
        yield Problem(BACKGROUND, "without_groups", sentence)
    for name in SAMPLED if forms else ():
        if name not in background.variables:
            sentence = "the file of a drawn sample tells it, and no question is named; add it"
            yield Problem(BACKGROUND, name, sentence)
