"""All questions of all versions: found by their words and ties, with how they behaved so far.

How a question behaved is read from publications alone, of the whole, as reading pages show it: what
is hidden there is hidden here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from questionnaires.arms import without_arm
from questionnaires.identity import Identity, same
from questionnaires.library import Library
from questionnaires.model import Item, Text
from survey_app.accounts.roles import Role
from survey_app.asking.instruments.asked import waves_that_asked
from survey_app.reading.published import Published
from survey_app.reading.rows import Estimate
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.agency import in_language
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language

# whose results a role reads; an administrator reads none
RESULTS: Final[Mapping[Role, str]] = {Role.HR: "staff", Role.COMMUNICATIONS: "public"}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty narrows nothing."""

    words: str = ""
    statement: str = ""
    scale: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A question as its newest version has it; `versions` are all that have it, oldest first."""

    item: Item
    instrument: str
    versions: tuple[int, ...]
    scales: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemWording:
    """One wording of a question by its number, and the versions that have it, oldest first."""

    number: int
    versions: tuple[int, ...]
    item: Item


@dataclass(frozen=True, slots=True)
class AskingWave:
    """A wave that asked a question, and which of its wordings: two where halves got one each."""

    name: Text
    wordings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemBehaviour:
    """What a publication shows of a question: each figure is None where it shows none.

    `dont_know` is a share of those who answered, without error where it was rounded; `alpha` is of
    the scale `scale`. Where the newest wave asked otherwise, or that is not known, its figures are
    not `alike`, and none is compared.
    """

    name: str
    estimate: Estimate | None
    dont_know: Estimate | None
    scale: str
    alpha: float | None
    alike: bool


def known_items(library: Library) -> dict[str, KnownItem]:
    """Return every question that any version of an instrument has, by id."""
    found: dict[str, KnownItem] = {}
    for key, versions in library.versions.items():
        for number in sorted(versions):
            scales = versions[number].scales.values()
            for name, item in versions[number].items.items():
                before = found[name].versions if name in found else ()
                having = tuple(one.code for one in scales if name in one.items)
                found[name] = KnownItem(item, key, (*before, number), having)
    return found


def item_wordings(known: KnownItem, library: Library) -> tuple[ItemWording, ...]:
    """Return the wordings of a question, the newest first; most versions change few of them.

    Of one that several versions have, the last has every language.
    """
    found: dict[int, ItemWording] = {}
    for number in known.versions:
        item = library.versions[known.instrument][number].items[known.item.id]
        before = found.pop(item.version, None)
        having = (*(before.versions if before else ()), number)
        found[item.version] = ItemWording(item.version, having, item)
    return tuple(reversed(found.values()))


def search_items(library: Library, search: Search) -> tuple[KnownItem, ...]:
    """Find questions that have all words in one language, and what else was asked for."""
    words = search.words.casefold().split()
    return tuple(
        one
        for one in known_items(library).values()
        if _has_words(one.item, words, search.language)
        and search.statement in {"", *one.item.statements}
        and search.scale in {"", *one.scales}
    )


async def waves_asking(item: str, populations: Iterable[str] | None) -> tuple[AskingWave, ...]:
    """Return the waves that asked a question, newest first.

    Parameters
    ----------
    item : str
    populations : iterable of str, optional
        Only of these; of all where not given.
    """
    allowed = None if populations is None else set(populations)
    return tuple(
        AskingWave(wave.labels["name"], numbers)
        for wave, asked in await waves_that_asked(Login.WEB)
        if (allowed is None or wave.population in allowed)
        and (numbers := tuple(one.version for one in asked.items if without_arm(one.id) == item))
    )


async def behaviour_of(
    item: str, role: Role, at: datetime, lang: Language
) -> tuple[ItemBehaviour, ...]:
    """Return what publications show of a question to a role, the newest wave first."""
    population = RESULTS.get(role)
    if population is None:
        return ()
    having = [one for one in await waves(population, at) if item in one.measures]
    now = having[-1].asked.get(item) if having else None
    return tuple(
        [_behaviour(one, await published(one, at), item, now, lang) for one in reversed(having)]
    )


def _behaviour(
    wave: Wave, shown: Published, item: str, now: Identity | None, lang: Language
) -> ItemBehaviour:
    estimate = shown.estimate(item)
    apart = shown.not_applicable(item)
    scale, alpha = next(_alphas(shown, item, lang), ("", None))
    return ItemBehaviour(
        name=wave.label("name", lang),
        estimate=estimate if estimate and estimate.shown else None,
        dont_know=apart if apart and apart.mean is not None else None,
        scale=scale,
        alpha=alpha,
        alike=same(wave.asked.get(item), now),
    )


def _alphas(shown: Published, item: str, lang: Language) -> Iterator[tuple[str, float | None]]:
    for row in shown.content["reliability"]:
        scale = shown.measure(row["scale"])
        if scale and item in scale.items and row["alpha"] is not None:
            yield in_language(scale.title, lang), row["alpha"]


def _has_words(item: Item, words: list[str], language: str) -> bool:
    texts = [item.text[language]] if language in item.text else []
    texts = texts if language else list(item.text.values())
    return any(all(word in text.casefold() for word in words) for text in texts)
