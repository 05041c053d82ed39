"""Read the questionnaires, check all of it, and give a library; or say everything that is wrong."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from questionnaires.agency import AGENCY, Agency, mistakes, read_agency
from questionnaires.checks import CHECKS
from questionnaires.checks_of_options import EXCLUSIVE
from questionnaires.checks_of_strategy_maps import may_still_change
from questionnaires.content import content_folder, content_name
from questionnaires.errors import UNREAD, Problem, QuestionnaireErrors
from questionnaires.languages import written_in
from questionnaires.library import Library, Version
from questionnaires.messages import parse_messages
from questionnaires.parsing.background import BACKGROUND, parse_background
from questionnaires.parsing.demo import parse_demo
from questionnaires.parsing.draft import Draft, InstrumentDraft
from questionnaires.parsing.drivers import parse_drivers
from questionnaires.parsing.forms import FORMS, FormParser, parse_not_asked
from questionnaires.parsing.indices import parse_indices
from questionnaires.parsing.inside_outside import parse_inside_outside
from questionnaires.parsing.instruments import parse_instrument
from questionnaires.parsing.measures import (
    MEASURES,
    UNIT_TYPES,
    parse_measures,
    parse_unit_types,
)
from questionnaires.parsing.options import parse_options
from questionnaires.parsing.revisions import read_index_definitions, read_strategies
from questionnaires.parsing.strategy_maps import read_strategy_maps
from questionnaires.parsing.suggestions import SUGGESTIONS, parse_suggestions
from questionnaires.parsing.weak_links import WEAK_LINKS, parse_weak_links
from questionnaires.reading import Table, read_toml
from questionnaires.released import hashes_of

__all__ = [
    "Library", "content_hashes", "load_library", "missing_in", "read_every_version",
    "unreleased_hashes",
]  # fmt: skip


def load_library(root: Path | None = None, *, versions: Mapping[str, int] | None = None) -> Library:
    """Read and check the questionnaires below a directory.

    Parameters
    ----------
    root : Path, optional
        Where ``strategy/``, ``instruments/`` and the rest stand; those of the agency when not
        given, which are read once per process.
    versions : mapping of str to int, optional
        Versions of instruments to read instead of the newest, by instrument key.

    Raises
    ------
    QuestionnaireErrors
        With every problem found, each with file, key and a sentence that says how to mend it.
    """
    if root is None and not versions:
        return _kept(content_name())
    return _load(root or content_folder(), versions or {})


@cache
def _kept(name: str) -> Library:
    return _load(Path(name), {})


def content_hashes(root: Path | None = None) -> dict[str, str]:
    """Name the content of everything that can be released, as it stands in ``released.toml``."""
    problems: list[Problem] = []
    agency = read_agency(root or content_folder(), problems)
    with written_in(agency.styles):
        draft = _read(root or content_folder(), agency, {}, problems)
    return hashes_of(draft.contents, agency.styles)


def unreleased_hashes(root: Path | None = None) -> dict[str, str]:
    """Name the content that may be released and is not, as it is to stand in ``released.toml``.

    What belongs to a strategy that is not adopted may still change, and is left out.

    Raises
    ------
    QuestionnaireErrors
        With every problem found: what is not sound is not released.
    """
    draft = _sound(root or content_folder(), {})
    return {
        name: value
        for name, value in hashes_of(draft.contents, draft.agency.styles).items()
        if name not in draft.released and not may_still_change(name, draft)
    }


def missing_in(language: str, root: Path | None = None) -> list[Problem]:
    """Return each text of the content that a partial language lacks, by file and key.

    Raises
    ------
    QuestionnaireErrors
        If the content has no such language.
    """
    draft, problems = _checked(root or content_folder(), {})
    if language not in draft.agency.languages:
        known = ", ".join(draft.agency.languages)
        sentence = f"«{language}» is not there, only {known}: give it a table of its own first"
        raise QuestionnaireErrors([Problem(AGENCY, "language", sentence)])
    return [one for one in problems if one.missing_in == language]


def read_leniently(root: Path) -> tuple[Library, tuple[Problem, ...]]:
    """Read content that is still written: what can be read of it, and all that is wrong."""
    draft, problems = _checked(root, {})
    return _library(draft), tuple(mistakes(problems, draft.agency))


def _load(root: Path, versions: Mapping[str, int]) -> Library:
    return _library(_sound(root, versions))


def read_every_version(root: Path) -> tuple[Library, Draft]:
    """Read the library below a directory, and all versions that stand beside what it asks.

    Raises
    ------
    QuestionnaireErrors
        With every problem found, as `load_library`.
    """
    draft = _sound(root, {})
    return _library(draft), draft


def _sound(root: Path, versions: Mapping[str, int]) -> Draft:
    draft, problems = _checked(root, versions)
    if wrong := mistakes(problems, draft.agency):
        raise QuestionnaireErrors(wrong)
    return draft


def _checked(root: Path, versions: Mapping[str, int]) -> tuple[Draft, list[Problem]]:
    problems: list[Problem] = []
    agency = read_agency(root, problems)
    with written_in(agency.styles):
        draft = _read(root, agency, versions, problems)
        for check in CHECKS:
            problems.extend(check(draft))
    return draft, sorted(set(problems))


def _read(
    root: Path, agency: Agency, versions: Mapping[str, int], problems: list[Problem]
) -> Draft:
    raw_options = read_toml(root, "response_options.toml", problems)
    raw_indices = read_toml(root, "indices.toml", problems)
    options = parse_options("response_options.toml", raw_options, problems)
    messages = parse_messages(
        {one: _messages(root, one, agency, problems) for one in agency.languages},
        problems,
    )
    every = [
        parse_instrument(root, directory, raw_options, problems)
        for directory in _versions(root, problems)
    ]
    chosen = _chosen(every, versions, problems)
    revision, indices = parse_indices("indices.toml", raw_indices, problems)
    revisions = read_strategies(root, revision, problems)
    maps, map_contents = read_strategy_maps(root, problems)
    items = {one.value.id: one.value for draft in chosen for one in draft.items}
    retired = {one.value.id for draft in every for one in draft.items} - items.keys()
    parser = FormParser(items, options, messages, problems, retired)
    raw_forms = read_toml(root, FORMS, problems)
    raw_drivers = read_toml(root, "drivers.toml", problems)
    drivers, item_names = parse_drivers("drivers.toml", raw_drivers, problems)
    raw_pairs = read_toml(root, "inside_outside.toml", problems)
    themes, same_words = parse_inside_outside("inside_outside.toml", raw_pairs, problems)
    raw_exclusive = read_toml(root, EXCLUSIVE, problems)
    definitions = read_index_definitions(root, raw_indices, problems)
    exclusive = Table(EXCLUSIVE, "", raw_exclusive, problems)
    return Draft(
        agency=agency,
        background=parse_background(read_toml(root, BACKGROUND, problems), problems),
        measures=parse_measures(read_toml(root, MEASURES, problems), problems),
        unit_types=parse_unit_types(read_toml(root, UNIT_TYPES, problems), problems),
        strategy=revisions.strategies[revision],
        strategies=revisions.strategies,
        strategy_maps=maps,
        statements=revisions.statements,
        options=options,
        instruments=chosen,
        versions=tuple(every),
        indices=indices,
        indices_of=definitions.newest,
        forms=parser.parse(FORMS, raw_forms),
        not_asked=parse_not_asked(raw_forms, problems),
        messages=messages,
        drivers=drivers,
        item_names=item_names,
        themes=themes,
        same_words=same_words,
        suggestions=parse_suggestions(read_toml(root, SUGGESTIONS, problems), problems),
        weak_links=parse_weak_links(read_toml(root, WEAK_LINKS, problems), problems),
        demo=parse_demo(root, problems),
        exclusive={name: exclusive.strings(name) for name in raw_exclusive},
        contents={
            **{f"strategy/{one}": content for one, content in revisions.contents.items()},
            **map_contents,
            **definitions.contents,
            **{draft.directory: draft.content for draft in every},
        },
        released=_released(root, problems),
    )


def _messages(root: Path, language: str, agency: Agency, problems: list[Problem]) -> dict[str, Any]:
    file = f"messages/{language}.toml"
    if language in agency.partial and not (root / file).exists():
        return {}
    return read_toml(root, file, problems)


def _versions(root: Path, problems: list[Problem]) -> list[str]:
    """Every version of every instrument, as directories below the root."""
    found = sorted(path.parent for path in root.glob("instruments/*/v*/instrument.toml"))
    if not found:
        sentence = "there is no instrument to read"
        problems.append(Problem("instruments", "directory", sentence, kind=UNREAD))
    return [path.relative_to(root).as_posix() for path in found]


def _chosen(
    every: list[InstrumentDraft], versions: Mapping[str, int], problems: list[Problem]
) -> tuple[InstrumentDraft, ...]:
    newest: dict[str, InstrumentDraft] = {}
    for draft in sorted(every, key=lambda draft: draft.version):
        if draft.version == versions.get(draft.key, draft.version):
            newest[draft.key] = draft
    for key in (key for key in versions if key not in newest):
        directory = f"instruments/{key}/v{versions[key]}"
        problems.append(Problem(directory, "version", "there is no such version to read"))
    return tuple(newest[key] for key in sorted(newest))


def _released(root: Path, problems: list[Problem]) -> dict[str, str]:
    raw: dict[str, Any] = read_toml(root, "released.toml", problems)
    table = Table("released.toml", "", raw, problems)
    return {name: table.take(name, str) for name in raw}


def _library(draft: Draft) -> Library:
    composed = {one.value.index.code: one.value.parts for one in draft.indices}
    forms = {one.key: one.value for one in draft.forms}
    return Library(
        agency=draft.agency,
        background=draft.background,
        measures=draft.measures,
        unit_types=draft.unit_types,
        strategy=draft.strategy,
        strategies=draft.strategies,
        strategy_maps=tuple(one.value for one in draft.strategy_maps),
        items={one.value.id: one.value for one in draft.items},
        options=draft.options,
        scales={one.value.code: one.value for one in draft.scales},
        indices={one.value.index.code: one.value.shared_out(composed) for one in draft.indices},
        forms={name: one.form for name, one in forms.items()},
        messages=draft.messages,
        first_wave_without={name: one.first_wave_without for name, one in forms.items()},
        unfiltered={name: one.unfiltered for name, one in forms.items()},
        drivers=tuple(one.value for one in draft.drivers),
        item_names=draft.item_names,
        themes=tuple(one.value for one in draft.themes),
        same_words=tuple(one.value for one in draft.same_words),
        suggestions=tuple(one.value for one in draft.suggestions),
        weak_links={
            (one.value.item, statement): one.value.reason
            for one in draft.weak_links
            for statement in one.value.statements
        },
        exclusive=draft.exclusive,
        versions=_every_version(draft),
    )


def _every_version(draft: Draft) -> dict[str, dict[int, Version]]:
    found: dict[str, dict[int, Version]] = {}
    for one in draft.versions:
        found.setdefault(one.key, {})[one.version] = Version(
            title=one.title,
            strategy_revision=one.strategy_revision,
            items={place.value.id: place.value for place in one.items},
            scales={place.value.code: place.value for place in one.scales},
        )
    return found
