"""What must hold for the questionnaires to be used: one function for each rule.

Each yields every breach it finds. A sentence says what is wrong and how to mend it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from questionnaires.checks_of_asked import (
    check_items_are_asked,
    check_staff_tell_nothing_of_themselves,
)
from questionnaires.checks_of_background import check_background
from questionnaires.checks_of_demo import check_demo
from questionnaires.checks_of_drivers import check_drivers
from questionnaires.checks_of_filters import (
    check_filters,
    check_filters_of_forms,
    check_screen_outs,
)
from questionnaires.checks_of_indices import (
    check_indices_are_asked,
    check_versions_of_indices,
)
from questionnaires.checks_of_measures import check_measures, check_names
from questionnaires.checks_of_modules import check_modules
from questionnaires.checks_of_options import (
    check_codes_of_sides,
    check_exclusive_options,
    check_order_of_scales,
)
from questionnaires.checks_of_pairs import check_same_words, check_themes
from questionnaires.checks_of_sensitivity import check_sensitivity
from questionnaires.checks_of_strategy_maps import check_strategy_maps, check_strategy_status
from questionnaires.checks_of_versions import check_wordings
from questionnaires.checks_of_weak_links import check_weak_links
from questionnaires.errors import Problem
from questionnaires.model import Form, Item, ResponseOptions, Scale
from questionnaires.parsing.draft import Draft, Placed
from questionnaires.released import came_later, hashes_of
from questionnaires.translations import check_translations

type Check = Callable[[Draft], Iterator[Problem]]

# The most questions a form may ask, by kind (instruments.md 1.3 and 3.1).
CAPS = {"pulse": 20, "main": 36, "half_year": 37, "open": 37}


def _at(place: Placed[object], name: str, sentence: str) -> Problem:
    return Problem(place.file, f"{place.key} {name}".strip(), sentence)


def check_duplicate_ids(draft: Draft) -> Iterator[Problem]:
    """Let an id name one thing and be used once."""
    kinds: tuple[tuple[str, Iterable[tuple[str, str]]], ...] = (
        ("statement", [(one.file, one.value.id) for one in draft.statements]),
        ("item", [(one.file, one.value.id) for one in draft.items]),
        ("scale", [(one.file, one.value.code) for one in draft.scales]),
    )
    for kind, found in kinds:
        counts = Counter(name for _, name in found)
        for file, name in sorted({(file, name) for file, name in found if counts[name] > 1}):
            sentence = f"the id is used {counts[name]} times; an id never has two meanings"
            yield Problem(file, f"{kind} {name}", sentence)
    for options in draft.options.values():
        yield from _double_options(options)


def _double_options(options: ResponseOptions) -> Iterator[Problem]:
    codes = Counter(option.code for option in options.options)
    stored = Counter(option.stored for option in options.options)
    for code in (code for code, count in codes.items() if count > 1):
        sentence = f"the code «{code}» is used more than once; give each option its own"
        yield Problem("response_options.toml", options.id, sentence)
    for value in (value for value, count in stored.items() if count > 1):
        sentence = f"two options are stored as {value}; give each option its own value"
        yield Problem("response_options.toml", options.id, sentence)


def _twice(place: Placed[Item] | Placed[Scale], name: str, ids: Iterable[str]) -> Iterator[Problem]:
    """Let a list name each thing once: what stands twice would count twice."""
    for one, count in Counter(ids).items():
        if count > 1:
            yield _at(place, name, f"«{one}» stands {count} times; keep one")


def check_statements(draft: Draft) -> Iterator[Problem]:
    """Let every item but a background question measure statements that exist."""
    # those of another revision than is read are told of as such (`check_revision`)
    written_for = {
        f"{one.directory}/instrument.toml": draft.strategies.get(one.strategy_revision)
        for one in draft.instruments
    }
    for place in draft.items:
        strategy = written_for.get(place.file) or draft.strategy
        for name in place.value.statements:
            if name not in strategy.statements:
                yield _at(
                    place,
                    "statements",
                    f"«{name}» is not a statement of strategy {strategy.revision};"
                    " correct the id or add the statement to the strategy file",
                )
        yield from _twice(place, "statements", place.value.statements)
        if not place.value.statements and place.value.purpose != "background":
            yield _at(
                place,
                "statements",
                "the item measures no statement of the strategy; name at least one,"
                ' or set purpose = "background"',
            )


def check_response_options(draft: Draft) -> Iterator[Problem]:
    """Give every item response options that exist and suit how it is shown."""
    for name, options in draft.options.items():
        if not options.options:
            yield Problem("response_options.toml", name, "no option can be chosen; add some")
        if options.kind == "scale" and not options.values:
            yield Problem("response_options.toml", name, "a scale needs options with a value")
    for place in draft.items:
        found = draft.options.get(place.value.options)
        if found is None:
            sentence = (
                f"«{place.value.options}» is not a set of response_options.toml;"
                " correct the name or add the set"
            )
            yield _at(place, "options", sentence)
        elif found.kind == "scale" and place.value.presentation != "radio":
            yield _at(place, "presentation", "a scale is shown as radio buttons; remove the key")


def check_reversed(draft: Draft) -> Iterator[Problem]:
    """Ask a reversed item for its reason: mixed directions cost more than they give."""
    for place in draft.items:
        if not place.value.reversed:
            continue
        if not place.value.reason.strip():
            yield _at(
                place, "reason", "the item is reversed without a reason; write why it must be"
            )
        options = draft.options.get(place.value.options)
        if options is not None and options.kind != "scale":
            yield _at(place, "reversed", "only an item answered on a scale can be reversed")


def check_scales(draft: Draft) -> Iterator[Problem]:
    """Make scales of items that exist and can be scored."""
    items = {one.value.id: one.value for one in draft.items}
    for place in draft.scales:
        if not place.value.items:
            yield _at(place, "items", "the scale has no items; name them")
        for name in place.value.items:
            if name not in items:
                yield _at(place, "items", f"«{name}» is not an item; correct the id")
            elif not _is_scored(items[name], draft.options):
                yield _at(place, "items", f"«{name}» is not answered on a scale; take it out")
            elif items[name].purpose != "measure":
                # without a score of its own, and the scale has none of its items then
                sentence = f"«{name}» measures nothing, as its purpose says; take it out"
                yield _at(place, "items", sentence)
        yield from _twice(place, "items", place.value.items)


def check_scale_of_items(draft: Draft) -> Iterator[Problem]:
    """Let an item and its scale name each other."""
    members = {one.value.code: one.value.items for one in draft.scales}
    for place in draft.items:
        scale = place.value.scale
        if scale is not None and place.value.id not in members.get(scale, ()):
            sentence = f"the scale «{scale}» does not exist or does not list this item"
            yield _at(place, "scale", f"{sentence}; correct one of the two")


def _is_scored(item: Item, options: Mapping[str, ResponseOptions]) -> bool:
    found = options.get(item.options)
    return found is None or found.kind == "scale"


def check_index_parts(draft: Draft) -> Iterator[Problem]:
    """Make indices of scales, or of indices above them in the file, with weights that sum to 1."""
    scales = {one.value.code for one in draft.scales}
    known, items = set(scales), {one.value.id for one in draft.items}
    for place in draft.indices:
        index = place.value
        if not index.parts and index.index.code not in scales:
            yield _at(
                place, "parts", "the index has no parts, and no scale has its code; name some"
            )
        for name, parts in (("parts", index.parts), ("equal_parts", index.equal_parts)):
            total = sum(parts.values(), Fraction(0))
            if parts and total != 1:
                yield _at(place, name, f"the weights sum to {total}, not to 1; correct them")
            for code in (code for code in parts if code not in known):
                yield _at(place, name, f"«{code}» is {_no_part(code, items)}")
        known.add(index.index.code)


def _no_part(code: str, items: set[str]) -> str:
    if code in items:
        sentence = "an item, and parts are scales or indices; make a scale of it in a new version"
        return f"{sentence} of its instrument, and name that"
    sentence = "neither a scale nor an index above this one; correct the code or move the index"
    return f"{sentence} down"


def check_suggestions(draft: Draft) -> Iterator[Problem]:
    """Suggest something about measures that exist, two or three things each, with their source."""
    known = {one.value.id for one in draft.items} | {one.value.code for one in draft.scales}
    known |= {one.value.index.code for one in draft.indices} | draft.retired
    about = Counter(name for one in draft.suggestions for name in set(one.value.measures))
    for place in draft.suggestions:
        if not place.value.measures:
            yield _at(place, "measures", "the theme is about nothing; name measures or take it out")
        for name in dict.fromkeys(place.value.measures):
            if name not in known:
                yield _at(place, name, "this is no index, scale or item; correct the code")
            if about[name] > 1:
                sentence = "another theme has it too, and one alone is shown; keep it in one"
                yield _at(place, name, sentence)
        if not 2 <= len(place.value.suggestions) <= 3:  # noqa: PLR2004 - what is read on a form
            yield _at(place, "suggestion", "a theme has two or three; add or take away")
        if any(not one.source.strip() for one in place.value.suggestions):
            yield _at(place, "source", "whose advice it is is missing; write it")


def check_forms(draft: Draft) -> Iterator[Problem]:
    """Let a form ask items that exist, each once, and no more of them than its cap."""
    items = {one.value.id for one in draft.items}
    instruments = {one.key for one in draft.instruments}
    for place in draft.forms:
        form = place.value.form
        if form.instrument not in instruments:
            yield _at(place, "instrument", f"«{form.instrument}» is not an instrument")
        for name, count in Counter(form.items).items():
            if name not in items:
                yield _at(place, "block items", f"«{name}» is not an item; correct the id")
            if count > 1:
                yield _at(place, "block items", f"«{name}» is asked {count} times; keep one")
        yield from _form_size(place, form)
        for name in (*place.value.first_wave_without, *place.value.unfiltered):
            if name not in form.items:
                yield _at(place, "", f"«{name}» is left out or unfiltered, but never asked here")


def _form_size(place: Placed[object], form: Form) -> Iterator[Problem]:
    core, *modules = map(len, form.items_by_part)
    count, cap = core + max(modules, default=0), CAPS.get(form.kind)
    if not count:
        yield _at(place, "block", "the form asks nothing; give it items")
    if cap is not None and count > cap:
        sentence = f"the form asks {count} questions, and at most {cap} are allowed; take some out"
        about = (form.id, str(count), str(cap))
        yield Problem(place.file, f"{place.key} block", sentence, kind="form_size", about=about)


def check_revision(draft: Draft) -> Iterator[Problem]:
    """Read instruments with the revision of the strategy that they are written for."""
    for instrument in draft.instruments:
        if instrument.strategy_revision != draft.strategy.revision:
            revisions = own, read = (instrument.strategy_revision, draft.strategy.revision)
            ahead = own in draft.strategies and _begins(draft, own) > _begins(draft, read)
            mend = (
                f"indices.toml reads {read}; move it to indices/{read}.toml, and write one with"
                f' strategy_revision = "{own}" in its place'
                if ahead
                else f"{read} is read; make a new version for the new strategy"
            )
            yield Problem(
                f"{instrument.directory}/instrument.toml",
                "strategy_revision",
                f"the instrument is written for strategy {own}, and {mend}",
                kind="strategy",
                about=revisions,
            )


def _begins(draft: Draft, revision: str) -> tuple[int, str]:
    return draft.strategies[revision].period_from, revision


def check_released(draft: Draft) -> Iterator[Problem]:
    """Hold a released version to its hash: waves and published figures rest on it."""
    styles = draft.agency.styles
    now = hashes_of(draft.contents, styles)
    for name, recorded in draft.released.items():
        found = now.get(name)
        if found is None:
            kept = f"keep it in {'/'.join(name.split('/')[:2])}.toml"
            kept = kept if name.startswith("indices/") else "restore its files"
            sentence = f"the released version is gone; {kept}, or correct the name here"
        elif found == recorded:
            continue
        elif later := came_later(draft.contents.get(name), recorded, styles):
            sentence = (
                f"it was released before it had texts in {later}: write «added = true» at this"
                " language in agency.toml, and they are frozen by themselves"
            )
        else:
            sentence = (
                "the content of this released version has changed: it is recorded as"
                f" {recorded} and is now {found}. Restore it, and make the change in a new version"
            )
        yield Problem("released.toml", name, sentence)


CHECKS: tuple[Check, ...] = (
    check_duplicate_ids,
    check_statements,
    check_response_options,
    check_codes_of_sides,
    check_order_of_scales,
    check_exclusive_options,
    check_reversed,
    check_translations,
    check_scales,
    check_scale_of_items,
    check_index_parts,
    check_indices_are_asked,
    check_versions_of_indices,
    check_drivers,
    check_suggestions,
    check_themes,
    check_same_words,
    check_weak_links,
    check_sensitivity,
    check_demo,
    check_background,
    check_measures,
    check_names,
    check_forms,
    check_modules,
    check_items_are_asked,
    check_staff_tell_nothing_of_themselves,
    check_filters,
    check_filters_of_forms,
    check_screen_outs,
    check_revision,
    check_strategy_status,
    check_strategy_maps,
    check_wordings,
    check_released,
)
