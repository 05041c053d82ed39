"""A form, or a whole instrument, as any version of its instrument asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from questionnaires.arms import ARMS, NEW, has_both
from questionnaires.content import content_folder
from questionnaires.errors import UnknownFormError, UnknownVersionError
from questionnaires.halves import in_words_of
from questionnaires.identity import identities, same
from questionnaires.library import Library, Version
from questionnaires.loader import read_every_version
from questionnaires.model import Block, Form, Item, Questionnaire, ResponseOptions
from questionnaires.parsing.draft import Draft, FormDraft, InstrumentDraft
from questionnaires.parsing.forms import shared_stem


@dataclass(frozen=True, slots=True)
class Edition:
    """What one version asks.

    `unplaced` are items that this version of the instrument has and the newest has not, of which
    ``forms.toml`` does not say which form asked them.
    """

    version: int
    questionnaire: Questionnaire
    unplaced: tuple[str, ...] = ()


def instrument_versions(key: str, root: Path | None = None) -> tuple[int, ...]:
    """Give the versions of an instrument, or of a form's, oldest first.

    Raises
    ------
    UnknownFormError
        If neither a form nor an instrument is called so.
    """
    _, draft = _content(root)
    return _versions(_instrument_of(key, draft), draft)


def renewed_instruments(form: str, root: Path | None = None) -> tuple[str, ...]:
    """Name the instruments that a form asks something of and that have several versions.

    Its own comes first. Of the others a form shows the newest, so that what one of them changed is
    read from the instrument itself.

    Raises
    ------
    UnknownFormError
        If there is no such form.
    """
    _, draft = _content(root)
    own = _instrument_of(form, draft)
    [asked] = [place.value.form for place in draft.forms if place.key == form]
    asking = {one.key for one in draft.instruments if asked in _asked_in(one, draft)}
    ordered = (own, *sorted(asking - {own}))
    return tuple(one for one in ordered if len(_versions(one, draft)) > 1)


def edition(key: str, version: int, root: Path | None = None) -> Edition:
    """Put together what a version asks in a form, or in all of its instrument.

    Parameters
    ----------
    key : str
        A form, such as ``verdipuls.main``, or an instrument, such as ``verdipuls``. An instrument
        is put together as one form of all its items, and those that its scales take from others,
        with 0 minutes: it is asked in parts.
    version : int
        Of the instrument.
    root : Path, optional
        Where the content stands; the agency's when not given.

    Raises
    ------
    UnknownFormError
        If neither a form nor an instrument is called so.
    UnknownVersionError
        If the instrument has no such version; the sentence names those that it has.
    QuestionnaireErrors
        If the content is not sound.
    """
    library, draft = _content(root)
    instrument = _instrument_of(key, draft)
    versions = _versions(instrument, draft)
    if version not in versions:
        known = ", ".join(str(one) for one in versions)
        raise UnknownVersionError(f"«{instrument}» has no version {version}; it has {known}")
    [found] = [one for one in draft.versions if (one.key, one.version) == (instrument, version)]
    forms = {place.key: place.value for place in draft.forms}
    whole = key not in forms
    beside = (found, *_beside(found, draft))
    items = {place.value.id: place.value for one in beside for place in one.items}
    form = (
        _whole(found, items, draft)
        if whole
        else _as_then(forms[key], version, items, draft.options)
    )
    missing = () if whole else tuple(_unplaced(found, draft))
    then = _library(library, draft, beside, form)
    return Edition(version, then.questionnaire(key), missing)


def asked_versions(asked: Questionnaire, root: Path | None = None) -> tuple[int, ...]:
    """Name the versions of its instrument that a wave asked: one, or the old and the new of both.

    Parameters
    ----------
    asked : Questionnaire
        As frozen.
    root : Path, optional
        Where the content stands; the agency's when not given.

    Returns
    -------
    tuple of int
        By what stood behind the instrument's own items and scales. Versions that a form asks alike
        cannot be told apart: the earliest of them is named. Empty where no version that is known
        asked all of it so, or the form is no more.
    """
    if asked.form.id not in _content(root)[0].forms:
        return ()
    versions, both = instrument_versions(asked.form.id, root), has_both(asked)
    readings = [in_words_of(asked, number) for number in (ARMS if both else (NEW,))]
    library = _content(root)[0]
    known = library.versions[library.forms[asked.form.id].instrument]
    own = {name for one in known.values() for name in one.items}
    left_out = library.first_wave_without[asked.form.id]
    editions = {one: edition(asked.form.id, one, root).questionnaire for one in versions}
    found = []
    for reading in readings:
        asking = (
            one
            for one in versions
            if _scored_alike(known[one], reading, own)
            and _asks(editions[one], reading, own, left_out)
            and (both or not _besides(editions[one], reading, own))
        )
        found.append(next(asking, 0))
    return tuple(dict.fromkeys(found)) if all(found) else ()


def _asks(
    then: Questionnaire, reading: Questionnaire, own: Collection[str], left_out: Collection[str]
) -> bool:
    """Tell whether a wave asked what an instrument measures as a version does."""
    known, here = identities(then), identities(reading)
    lacking = known.keys() & set(own) - here.keys() - set(left_out)
    alike = all(same(known[code], here[code]) for code in known.keys() & here.keys() & set(own))
    return alike and not lacking


def _besides(then: Questionnaire, reading: Questionnaire, own: Collection[str]) -> set[str]:
    """Name the own items that a wave asked and a version of its form does not."""
    return {one.id for one in reading.items} & set(own) - {one.id for one in then.items}


def _scored_alike(version: Version, reading: Questionnaire, own: Collection[str]) -> bool:
    """Tell whether the scales of own items are made of what a version makes them of."""
    scales = [one for one in reading.scales if set(one.items) <= set(own)]
    made_of = {code: set(one.items) for code, one in version.scales.items()}
    return all(made_of.get(one.code) == set(one.items) for one in scales)


def _content(root: Path | None) -> tuple[Library, Draft]:
    """Read a folder; the agency's own once, as `load_library` does, any other as it is now."""
    return _kept(content_folder()) if root is None else read_every_version(root)


@cache
def _kept(root: Path) -> tuple[Library, Draft]:
    return read_every_version(root)


def _instrument_of(key: str, draft: Draft) -> str:
    forms = {place.key: place.value.form.instrument for place in draft.forms}
    instruments = sorted({one.key for one in draft.versions if _asked_in(one, draft)})
    if key not in forms and key not in instruments:
        known = f"forms are {', '.join(sorted(forms))}; instruments are {', '.join(instruments)}"
        raise UnknownFormError(f"there is no form or instrument «{key}»; {known}")
    return forms.get(key, key)


def _versions(instrument: str, draft: Draft) -> tuple[int, ...]:
    return tuple(sorted(one.version for one in draft.versions if one.key == instrument))


def _beside(found: InstrumentDraft, draft: Draft) -> Iterator[InstrumentDraft]:
    """Give the other instruments, each in its newest version for the same strategy, if any."""
    for newest in draft.instruments:
        if newest.key != found.key:
            alike = (
                one
                for one in draft.versions
                if one.key == newest.key and one.strategy_revision == found.strategy_revision
            )
            yield max(alike, key=lambda one: one.version, default=newest)


def _library(
    library: Library, draft: Draft, versions: Sequence[InstrumentDraft], form: Form
) -> Library:
    """Give the library as these versions make it, with the indices of the first one's strategy."""
    revision = versions[0].strategy_revision
    drafts = {
        place.value.index.code: place.value
        for place in draft.indices_of.get(revision, ())
        if not place.value.came_after(versions[0].key, versions[0].version)
    }
    composed = {code: one.parts for code, one in drafts.items()}
    scales = {place.value.code: place.value for one in versions for place in one.scales}
    return replace(
        library,
        strategy=replace(library.strategy, revision=revision),
        items={place.value.id: place.value for one in versions for place in one.items},
        scales=scales,
        indices={
            code: one.shared_out(composed)
            for code, one in drafts.items()
            if _is_made_of(code, composed, scales)
        },
        forms={form.id: form},
        first_wave_without={form.id: ()},
        unfiltered={form.id: library.unfiltered.get(form.id, ())},
    )


def _is_made_of(
    code: str, composed: Mapping[str, Mapping[str, object]], scales: Collection[str]
) -> bool:
    parts = composed.get(code) or {}
    return code in scales if not parts else all(_is_made_of(one, composed, scales) for one in parts)


def _as_then(
    draft: FormDraft, version: int, has: Mapping[str, Item], options: Mapping[str, ResponseOptions]
) -> Form:
    """Give a form with the items there were; those that the newest version has not stand last."""
    then = draft.earlier.get(version)
    left_out = then.without if then else ()
    blocks = [
        replace(block, stem=shared_stem(kept, has, options), items=kept)
        for block in draft.form.blocks
        if (kept := tuple(item for item in block.items if item in has and item not in left_out))
    ]
    if then is not None:
        blocks.extend(_alone((item for item in has if item in then.items), has, options))
    # a record says how the form was divided with its version and with those before it
    later = (draft.earlier[one].modules for one in sorted(draft.earlier) if one >= version)
    divided = next((one for one in later if one is not None), None)
    if divided is not None:
        of = {item: name for name, items in divided.items() for item in items}
        blocks = [one for block in blocks for one in _divided(block, of, has, options)]
    minutes = draft.form.minutes if then is None else then.minutes
    return replace(draft.form, blocks=tuple(blocks), minutes=minutes)


def _divided(
    block: Block,
    of: Mapping[str, str],
    has: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Iterator[Block]:
    """Part a block where its items were of different modules then; most are of one, or none."""
    for module, run in groupby(block.items, lambda item: of.get(item, "")):
        items = tuple(run)
        yield replace(block, stem=shared_stem(items, has, options), items=items, module=module)


def _whole(found: InstrumentDraft, has: Mapping[str, Item], draft: Draft) -> Form:
    like = _asked_in(found, draft)[0]
    own = [place.value.id for place in found.items]
    scaled = [name for place in found.scales for name in place.value.items if name in has]
    blocks = tuple(_alone(dict.fromkeys([*own, *scaled]), has, draft.options))
    return replace(like, id=found.key, minutes=0, blocks=blocks, screen_out=None, help=None)


def _asked_in(instrument: InstrumentDraft, draft: Draft) -> tuple[Form, ...]:
    """Give the forms that ask something of an instrument, its own first."""
    has = {place.value.id for place in instrument.items}
    forms = [place.value.form for place in draft.forms]
    own = [form for form in forms if form.instrument == instrument.key]
    return (*own, *(form for form in forms if form not in own and not has.isdisjoint(form.items)))


def _alone(
    names: Iterable[str], items: Mapping[str, Item], options: Mapping[str, ResponseOptions]
) -> Iterator[Block]:
    for name in names:
        yield Block(shared_stem((name,), items, options), (name,), None)


def _unplaced(found: InstrumentDraft, draft: Draft) -> Iterator[str]:
    newest = {place.value.id for place in draft.items}
    mine = [place.value for place in draft.forms if place.value.form.instrument == found.key]
    told = {
        item
        for form in mine
        if (then := form.earlier.get(found.version)) is not None
        for item in then.items
    }
    for place in found.items:
        name = place.value.id
        if name not in newest and name not in told and name not in draft.not_asked:
            yield name
