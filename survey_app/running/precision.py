"""Before anything is sent: how exact a planned wave will be, and how many units it will show.

What is known comes from published figures alone, and from head counts of the register.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS, REMAINDER
from analytics.waves import groups_together
from questionnaires.loader import load_library
from survey_app.asking.campaigns.acts import StoredAct, act_content
from survey_app.asking.campaigns.queries import WaveRow, list_waves
from survey_app.asking.errors import FrameTooSmall
from survey_app.asking.people.panels import EVERYBODY, asked_groups
from survey_app.asking.people.staff_frame import StaffFrame, read_staff_frame
from survey_app.reading.outlook import Bases, BesideTheSilent, bases, with_the_silent
from survey_app.running.plan import CARDS, SMS, staff_asked
from survey_app.running.wave_before import (
    SEED,
    PlannedDay,
    asked_by_unit,
    known_of_all,
    planned_units,
    sharing,
    with_wave_before,
)
from survey_app.running.whom import people_of
from survey_app.shared.agency import agency, in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, connection
from survey_app.shared.form_text import day_of
from survey_app.shared.i18n import Language, quoted
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from analytics.planning.ahead import NeededToShow, PlaceAhead, WaveAhead


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a planned wave is expected to show, and what its places are called.

    ``like`` is the wave whose spread and response it is reckoned from, ``last`` the one that
    changes are measured from, ``last_expected`` whether that one is not published yet; both empty
    where there is none. ``module`` is what each of the ``modules`` of a split form is expected to
    show; None where everybody is asked the same. ``alone`` names the headline index and the module
    that alone asks it, so that the figures of ``wave`` are a module's, if those are shown; None
    where everybody is asked it. ``again`` is the share of those asked, 0-1, who were asked in
    ``last`` too; None where that is not known by the panels. ``as_many``: how many are drawn is not
    known before their file, and as many are reckoned with as in ``like``. ``as_needed``: the same,
    and as many are reckoned with as it takes, since nothing like it was shown. ``assumed``: so the
    spread is assumed, and where there is no ``like`` the share that answers. ``within`` is that of
    ``like``.
    """

    wave: WaveAhead
    names: Mapping[tuple[str, str], str]
    like: str
    last: str
    last_expected: bool = False
    modules: int = 0
    module: WaveAhead | None = None
    again: float | None = None
    as_many: bool = False
    alone: tuple[str, str] | None = None
    as_needed: bool = False
    assumed: bool = False
    within: float | None = None

    @property
    def silent(self) -> BesideTheSilent | None:
        """What pages will add to the whole's margin; None where no earlier wave tells of it."""
        whole = self.wave.whole
        return with_the_silent(whole.margin, self.wave.rate, self.within)

    @property
    def too_few(self) -> bool:
        """Whether so few will answer that no figure is shown; not of as many as it takes."""
        return not self.as_needed and self.wave.whole.answers < self.wave.needed

    @property
    def module_found(self) -> float | None:
        """The smallest change of the whole that is found in what one module asks."""
        return self.module.whole.smallest if self.module and self.module_shown else None

    @property
    def module_shown(self) -> bool:
        """Whether what one module asks will have enough answers for figures."""
        fewest = DISPLAY_LIMITS["staff_mean"]
        return bool(self.module and not self.too_few and self.module.is_shown(fewest))

    @property
    def to_invite(self) -> int:
        """How many must be asked for figures to be shown, rounded up to hundreds."""
        return math.ceil(self.wave.needed / self.wave.rate / 100) * 100

    def name(self, place: PlaceAhead) -> str:
        """Return what a place is called."""
        return self.names.get((place.level, place.code), place.code)

    @property
    def unsure(self) -> PlaceAhead | None:
        """The part of the whole with the widest interval."""
        return max(self.wave.parts, key=lambda part: part.margin, default=None)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Whether all are asked, and what the wave shares by its invitations with the last one.

    ``together`` is that of `analytics.waves.answers_together`, ``again`` that of `Ahead`.
    """

    everybody: bool
    together: float | None = None
    again: float | None = None


@dataclass(frozen=True, slots=True)
class _Split:
    """Modules of the planned form, k, and whether one of them alone asks the headline index."""

    modules: int
    k: int
    alone: bool


async def _shared(found: Bases | None, asked: frozenset[int] | None) -> _Shared:
    everybody = asked == EVERYBODY
    waves = await list_waves(Login.WEB) if found else []
    last = next((one for one in waves if found and one.key == found.last.key), None)
    if last is None:
        return _Shared(everybody)
    before = asked_groups(last.invite, last.opens_on.year)
    if everybody or before == EVERYBODY:
        return _Shared(everybody, 1.0)
    if asked is None or before is None:
        # who was in a sample is forgotten
        return _Shared(everybody, 0.0)
    return _Shared(everybody, groups_together(asked, before), len(asked & before) / len(asked))


async def look_ahead(
    wave: WaveRow,
    said: Mapping[str, str],
    lang: Language,
    *,
    minimum_group: int,
    itself: bool,
    waiting: StoredAct | None = None,
) -> Ahead | None:
    """Look ahead to a wave of staff, or of a drawn sample of the public; else ``None``.

    Parameters
    ----------
    wave : WaveRow
        The wave, or the one that it is planned like.
    said : mapping of str to str
        What the plan says; ``form``, ``invite``, ``opens_on``, ``cards`` and ``sms`` are read.
    lang : str
    minimum_group : int
        k: so many must have answered each module of a split form in a unit, or it shows nothing;
        no figure of the public stands on fewer.
    itself : bool
        Whether ``wave`` is what is planned.
    waiting : StoredAct, optional
        An opening that waits with its sample; without it as many are invited as last time.
    """
    form = load_library().forms.get(said.get("form", ""))
    found = await bases(wave.population, form.kind if form else wave.kind, now(), lang)
    found = await known_of_all(found, wave.population) if found else None
    alone = _alone(form.id, wave.population, lang) if form else None
    split = _Split(len(form.modules) if form else 0, minimum_group, alone is not None)
    opens_on = day_of(said.get("opens_on", ""))
    planned = PlannedDay(wave.population, opens_on, wave.id if itself else None)
    if wave.population == "public":
        letters = await _letters(waiting, wave) if waiting else None
        if found is None or found.like.nothing_shown:
            return _told_alone(_first_public(found, letters, split), alone)
        found = await with_wave_before(found, planned, None, lang)
        return _told_alone(await _public(found, letters, split), alone)
    invite = staff_asked(wave, said)
    if not invite:
        return None
    opening = (opens_on or today()).year
    frame = await _frame(opening)
    if frame is None:
        return None
    asked = await asked_by_unit(
        frame,
        form.kind if form else wave.kind,
        invite,
        opening,
        by_card=said.get("cards") == CARDS,
        sms=said.get("sms") == SMS,
    )
    if asked is None:
        return None
    if found:
        found = await with_wave_before(found, planned, frame, lang)
    shared = await _shared(found, asked_groups(invite, opening))
    return _told_alone(await _staff_or_modules(frame, found, asked, split, shared), alone)


def _alone(form: str, population: str, lang: Language) -> tuple[str, str] | None:
    """Name the headline index and the module that alone asks it; None where none does."""
    if not sharing(form, population):
        return None
    library = load_library()
    code = library.measures.headline(population)
    title = quoted(in_language(library.indices[code].title, lang), lang)
    return title, quoted(library.module_of_index(form, code), lang)


def _told_alone(ahead: Ahead | None, alone: tuple[str, str] | None) -> Ahead | None:
    return replace(ahead, alone=alone) if ahead else None


def spread_names(form: str, language: Language) -> str:
    """Name the indices of which nobody who gets a split form is asked all; empty where none is."""
    library = load_library()
    if form not in library.forms:
        return ""
    found = library.spread_indices(form)
    return listed([quoted(in_language(one.title, language), language) for one in found], language)


async def _staff_or_modules(
    frame: StaffFrame,
    found: Bases | None,
    asked: Counter[str],
    split: _Split,
    shared: _Shared,
) -> Ahead | None:
    """Look ahead to a form; of a split one to each module too."""
    from analytics.planning.split import answers_for_each  # noqa: PLC0415 - large, and seldom needed

    modules = split.modules
    if not modules:
        return _staff(frame, found, asked, shared)
    ahead = _staff(frame, found, asked, shared, fewest=answers_for_each(modules, split.k))
    each = Counter({unit: round(n / modules) for unit, n in asked.items()})
    if split.alone:
        ahead = _of_those_asked(ahead, _staff(frame, found, each, shared))
    by_module = await _by_module(found) if found else None
    return _with_modules(ahead, _staff(frame, by_module, each, shared), modules)


def _of_those_asked(ahead: Ahead | None, asked: Ahead | None) -> Ahead | None:
    """Say of the headline index what those tell who are asked it; how many answer stays.

    Where they are too few it is not shown, and what is said stays that of what all are asked.
    """
    if ahead is None or asked is None or not asked.wave.is_shown(DISPLAY_LIMITS["staff_mean"]):
        return ahead
    mine = asked.wave
    whole = replace(ahead.wave.whole, margin=mine.whole.margin, smallest=mine.whole.smallest)
    known = replace(ahead.wave, whole=whole, parts=mine.parts, units=mine.units)
    return replace(ahead, wave=known)


async def _by_module(found: Bases) -> Bases:
    """Measure from what each module of the last wave told, where its form was split."""
    from analytics.planning.split import base_of_a_module  # noqa: PLC0415 - large, and seldom needed

    waves = await list_waves(Login.WEB)
    last = next((one for one in waves if one.key == found.last.key), None)
    form = last.form if last else ""
    if last and sharing(form, last.population):  # what it told was told by a module
        return found
    forms = load_library().forms
    modules = len(forms[form].modules) if form in forms else 0
    known = base_of_a_module(found.last.known, modules)
    return replace(found, last=replace(found.last, known=known))


async def _public(found: Bases, letters: int | None, split: _Split) -> Ahead | None:
    from analytics.planning.ahead import sample_ahead  # noqa: PLC0415 - large, and seldom needed

    look = partial(
        sample_ahead,
        found.like.known,
        margins=agency().margins,
        whole_shown=_shown_from("agency", split.k),
        group_shown=_shown_from("group", split.k),
    )
    ahead = _named(look(found.last.known, letters), found.like.names, found)
    if ahead is None:
        return None
    ahead = replace(ahead, as_many=letters is None)
    if not split.modules:
        return ahead
    # where the wave as a whole has enough, what a part was asked is shown as a group's is
    as_group = _shown_from("group", split.k)
    part = partial(look, asked=round(ahead.wave.asked / split.modules), whole_shown=as_group)
    if split.alone:
        ahead = _of_those_asked(ahead, _named(part(found.last.known), {}, found))
    last = (await _by_module(found)).last.known
    return _with_modules(ahead, _named(part(last), {}, found), split.modules)


def _first_public(found: Bases | None, letters: int | None, split: _Split) -> Ahead | None:
    """Say what a sample takes to be shown, where none of the public has been."""
    from analytics.planning.first_sample import first_sample_ahead  # noqa: PLC0415 - large

    rate = found.like.rate if found else None
    look = partial(first_sample_ahead, rate=rate, margins=agency().margins)
    wave = look(letters, _shown_from("agency", split.k))
    if wave is None:
        return None
    like = found.like.wave if found else ""
    ahead = Ahead(wave, {}, like, "", as_needed=letters is None, assumed=True)
    each = None
    if split.modules:
        each = look(round(wave.asked / split.modules), _shown_from("group", split.k))
    if each is None:
        return ahead
    known = _of_those_asked(ahead, replace(ahead, wave=each)) if split.alone else ahead
    return replace(known or ahead, modules=split.modules, module=each)


def _shown_from(level: str, k: int) -> NeededToShow:
    """Say from how many answers on the rules show an index of the public."""
    from analytics.planning.ahead import NeededToShow  # noqa: PLC0415 - large, and seldom needed

    needed = DisclosureRules(minimum_group=k).requirement(
        population="public", level=level, kind="index", statistic="mean", measure=""
    )
    assert needed is not None  # every index of the whole and of groups has a rule
    return NeededToShow(needed.n, needed.n_eff)


def _with_modules(ahead: Ahead | None, each: Ahead | None, modules: int) -> Ahead | None:
    """Add what a module shows: as a wave would that asks so many fewer people."""
    if ahead is None or each is None:
        return ahead
    return replace(ahead, modules=modules, module=each.wave)


async def _frame(opening: int) -> StaffFrame | None:
    async with connection(Login.WEB) as link:
        try:
            return await read_staff_frame(link, today=today(), year=opening)
        except FrameTooSmall:
            return None


async def _letters(waiting: StoredAct, wave: WaveRow) -> int | None:
    content = await act_content(waiting.id)
    return len(people_of(content, wave.invite, wave.form)) or None


def _staff(
    frame: StaffFrame,
    found: Bases | None,
    asked: Counter[str],
    shared: _Shared,
    *,
    fewest: int = DISPLAY_LIMITS["staff_mean"],
) -> Ahead | None:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.planning.ahead import staff_ahead  # noqa: PLC0415 - large, and seldom needed

    ahead = staff_ahead(
        planned_units(frame, asked),
        found.like.known if found else None,
        found.last.known if found else None,
        np.random.default_rng(SEED),
        everybody=shared.everybody,
        together=shared.together,
        fewest=max(fewest, DISPLAY_LIMITS["staff_mean"]),
        remainder=REMAINDER,
        margins=agency().margins,
    )
    names = {("unit", unit.code): unit.name for unit in frame.reporting}
    regions = {unit.region for unit in frame.reporting} - {""}
    named = _named(
        ahead, names | {("region", one): frame.units[one].name for one in regions}, found
    )
    return replace(named, again=shared.again) if named else None


def _named(
    ahead: WaveAhead | None, names: Mapping[tuple[str, str], str], found: Bases | None
) -> Ahead | None:
    if ahead is None:
        return None
    if found is None:
        return Ahead(ahead, names, "", "")
    like, last = found.like, found.last
    return Ahead(ahead, names, like.wave, last.wave, last.expected, within=like.within)
