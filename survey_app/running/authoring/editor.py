"""What the page shows on which one question of a version is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from questionnaires.authoring.edits import (
    Traits,
    Words,
    asked_order,
    describe_item,
    forms_of,
    reword_item,
)
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import Assessment
from questionnaires.authoring.numbering import numbered, read_items
from questionnaires.authoring.stems import keep_stems
from questionnaires.authoring.version_files import VersionFiles, language_file, newest_version
from questionnaires.content import content_folder
from questionnaires.library import Library
from questionnaires.model import Item, Strategy
from questionnaires.sensitivity import Sensitivity
from survey_app.asking.instruments.changes import SENSITIVITY_NAMES
from survey_app.asking.instruments.permissions import forms_asking
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, own_names

STATES: Final = {
    VersionState.DRAFT: N_("Utkast"),
    VersionState.REVIEW: N_("Til gjennomsyn"),
    VersionState.RELEASED: N_("Frigitt"),
}
PARTS: Final = ("text", "help", "note")
STAFF: Final = "staff"  # whom a form is put to, among others
DIGITS: Final = 3
LONGEST: Final = 600  # characters of one text


@dataclass(frozen=True, slots=True)
class WrittenText:
    """One part of an item in one language: what stands there, and what stood before.

    `missing` is a text that others need, `outdated` one that was left while another was changed.
    """

    field: str
    language: Language
    name: str
    said: str
    before: str
    missing: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """An item in the order of a form, and whether something about it must be mended.

    `module` is the module that it is part of; empty where everybody is asked it.
    """

    number: int
    id: str
    text: str
    flagged: bool
    module: str


@dataclass(frozen=True, slots=True)
class StatementGroup:
    """Statements that stand under one heading of the strategy."""

    heading: str
    statements: tuple[tuple[str, str], ...]


def as_sensitivity(said: str) -> Sensitivity:
    """Read which of `SENSITIVITY_NAMES` somebody chose; none where it is none of them."""
    return next((one for one in SENSITIVITY_NAMES if one == said), "")


def small_number(said: object) -> int | None:
    """Read a whole number of up to three digits that somebody typed; None where it is none."""
    text = str(said).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def refuse_long(texts: Iterable[str]) -> None:
    """Refuse what is too long for one text; raises `AuthoringError`."""
    if any(len(text) > LONGEST for text in texts):
        raise AuthoringError("too_long")


def in_offered_order(found: Sequence[Language]) -> tuple[Language, ...]:
    """Give the languages of a version in the order in which the agency offers them."""
    offered = [code for code, _name in own_names()]
    return tuple(
        sorted(found, key=lambda code: (code not in offered, [*offered, code].index(code)))
    )


def instrument_title(files: VersionFiles, lang: Language) -> str:
    """Return what an instrument is called."""
    titles = {
        language: str(files.table(language_file(language)).get("title", ""))
        for language in files.languages
    }
    return in_language(titles, lang) or files.key


def is_outrun(was: WrittenVersion) -> bool:
    """Tell whether the agency's files got a version of this number while it was written."""
    newest = newest_version(content_folder(), was.files.key)
    return was.state is not VersionState.RELEASED and was.files.version <= newest


def page_names(was: WrittenVersion, lang: Language) -> dict[str, object]:
    """Return what every page of a version calls it by."""
    return {
        "version": was,
        "key": was.files.key,
        "title": instrument_title(was.files, lang),
        "has_forms": bool(forms_of(was.files)),
        "states": STATES,
        "outrun": is_outrun(was),
    }


def shown_forms(files: VersionFiles, library: Library) -> tuple[str, ...]:
    """Return the forms of a version, or those of others that ask it where it has none."""
    own = forms_of(files)
    return own or tuple(form.id for form in forms_asking(library, files.key))


def order_in(files: VersionFiles, form: str, library: Library) -> tuple[str, ...]:
    """Return what a form asks, in its order, also where it is another instrument's."""
    if form in forms_of(files) or form not in library.forms:
        return asked_order(files, form)
    return library.forms[form].items


def suggested_id(after: str, taken: Collection[str]) -> str:
    """Return a free id of the family that an item belongs to: ``vp.apn.6`` after ``vp.apn.5``."""
    family, _dot, last = after.rpartition(".")
    start = int(last) if last.isdecimal() else 0
    return next(name for at in count(start + 1) if (name := f"{family or after}.{at}") not in taken)


def item_of(files: VersionFiles, item: str) -> Item | None:
    """Return an item of a version as far as it is written."""
    return next((one.value for one in read_items(files).items if one.value.id == item), None)


def written_texts(
    item: Item, before: Item | None, languages: Sequence[Language]
) -> dict[str, tuple[WrittenText, ...]]:
    """Hold the languages of each part of an item beside each other."""
    return {part: tuple(_texts(part, item, before, languages)) for part in PARTS}


def half_changed(
    files: VersionFiles, earlier: Sequence[VersionFiles], languages: Sequence[Language]
) -> tuple[str, ...]:
    """Name the items of which some languages have other words than before, and others have not."""
    before = {one.value.id: one.value for one in read_items(earlier[-1]).items} if earlier else {}
    return tuple(
        item.id
        for item in (one.value for one in read_items(files).items)
        if any(
            text.outdated
            for texts in written_texts(item, before.get(item.id), languages).values()
            for text in texts
        )
    )


def changed_items(files: VersionFiles, earlier: Sequence[VersionFiles]) -> tuple[str, ...]:
    """Name the items that are other than in the version before, or were not there."""
    before = {one.value.id: one.value for one in read_items(earlier[-1]).items} if earlier else {}
    items = (one.value for one in read_items(files).items)
    return tuple(item.id for item in items if before.get(item.id) != item)


def _texts(
    part: str, item: Item, before: Item | None, languages: Sequence[Language]
) -> list[WrittenText]:
    now: Mapping[str, str] = getattr(item, part) or {}
    was: Mapping[str, str] = (getattr(before, part) if before else None) or {}
    changed = [code for code in languages if now.get(code) != was.get(code)]
    names = dict(own_names())
    return [
        WrittenText(
            field=f"{part}.{code}",
            language=code,
            name=names.get(code, code),
            said=now.get(code, ""),
            before=was.get(code, "") if code in changed else "",
            missing=not now.get(code) and (part == "text" or bool(now)),
            outdated=bool(before and changed and code not in changed and now.get(code)),
        )
        for code in languages
    ]


def listed_items(
    files: VersionFiles, form: str, lang: Language, flagged: frozenset[str], library: Library
) -> tuple[OrderedItem, ...]:
    """Return the items of a form in its order; those of other instruments are not written here."""
    blocks = library.forms[form].blocks if form in library.forms else ()
    modules = {item: block.module for block in blocks for item in block.items}
    return tuple(
        OrderedItem(
            number,
            name,
            in_language(library.items[name].text, lang) if name in library.items else name,
            name in flagged,
            modules.get(name, ""),
        )
        for number, name in enumerate(order_in(files, form, library), 1)
    )


def statement_groups(strategy: Strategy) -> tuple[StatementGroup, ...]:
    """Return what an item can measure, under its headings and in the strategy's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in strategy.statements.values():
        above = strategy.statements.get(one.goal or one.area or "")
        groups.setdefault(above.text if above else strategy.name, []).append((one.id, one.text))
    return tuple(StatementGroup(heading, tuple(found)) for heading, found in groups.items())


def changed_item(
    files: VersionFiles,
    item: str,
    said: Mapping[str, str],
    traits: Traits,
    earlier: Sequence[VersionFiles],
) -> VersionFiles:
    """Write what a page said of an item into the files of its version.

    Raises
    ------
    AuthoringError
        If the version has no such item.
    """
    for language in files.languages:
        words = Words(*(said.get(f"{part}.{language}", "") for part in PARTS))
        files = reword_item(files, item, language, words)
    return numbered(keep_stems(describe_item(files, item, traits), files), earlier)


def first_item(files: VersionFiles, form: str, library: Library) -> str:
    """Return the first item of a form that belongs to the version."""
    own = {one.value.id for one in read_items(files).items}
    return next((one for one in order_in(files, form, library) if one in own), "")


def next_item(files: VersionFiles, form: str, item: str, library: Library) -> str:
    """Return the item of the version after one in a form; itself at the end."""
    own = {one.value.id for one in read_items(files).items}
    order = [one for one in order_in(files, form, library) if one in own]
    at = order.index(item) + 1 if item in order else 0
    return order[at] if at < len(order) else item


def form_showing(assessment: Assessment, item: str, forms: Sequence[str]) -> str:
    """Return a form that asks an item, to show it in; empty where none does."""
    asking = assessment.library.forms
    return next((one for one in forms if one in asking and item in asking[one].items), "")
