"""Everything we can ask, checked; and the questionnaires that are put together from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from questionnaires.agency import Agency
from questionnaires.arms import without_arm
from questionnaires.background import Background
from questionnaires.both_sets import both_sets, recomposed, rescored
from questionnaires.errors import OverlapError, UnknownFormError
from questionnaires.inside_outside import SameWords, Theme
from questionnaires.measures import MeasureRoles
from questionnaires.messages import Messages
from questionnaires.model import (
    ActionTheme,
    DriverSet,
    Form,
    Index,
    Item,
    Questionnaire,
    ResponseOptions,
    Scale,
    Strategy,
    Text,
)
from questionnaires.overlap import both_wordings, other_items, reworded
from questionnaires.sensitivity import Sensitivity, strictest
from questionnaires.strategy_maps import StrategyMap


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an instrument: what it is called, its items, and its scales by code.

    ``strategy_revision`` is the strategy whose statements its items measure.
    """

    title: Text
    strategy_revision: str
    items: dict[str, Item]
    scales: dict[str, Scale]


@dataclass(frozen=True, slots=True)
class Library:
    """Agency and strategy, the newest version of every instrument, indices, forms and messages.

    `strategy` is the revision that is asked, `strategies` holds all that stand beside it, and
    `strategy_maps` what became of each statement from one to another.
    `first_wave_without` and `unfiltered` hold, by form, the items its first wave leaves out and
    those it asks of everybody although they have a filter elsewhere. `item_names` calls an item by
    its subject where its wording is too long, in figures. `themes` pairs items to staff with items
    to people outside; `same_words` are those that two groups outside are asked alike. `suggestions`
    is what units may do about a measure, `weak_links` by item and statement what an item measures
    instead of the statement. `exclusive` names, by set of options, the codes that
    contradict every other. `measures` says which measure plays which part on the pages,
    `background` what people outside tell of themselves and `unit_types` what the types of units are
    called. `versions` are all of each instrument, by number.
    """

    agency: Agency
    background: Background
    measures: MeasureRoles
    unit_types: Mapping[str, Text]
    strategy: Strategy
    strategies: Mapping[str, Strategy]
    strategy_maps: tuple[StrategyMap, ...]
    items: dict[str, Item]
    options: dict[str, ResponseOptions]
    scales: dict[str, Scale]
    indices: dict[str, Index]
    forms: dict[str, Form]
    messages: Messages
    first_wave_without: Mapping[str, tuple[str, ...]]
    unfiltered: Mapping[str, tuple[str, ...]]
    drivers: tuple[DriverSet, ...]
    item_names: Mapping[str, Text]
    themes: tuple[Theme, ...]
    same_words: tuple[SameWords, ...]
    suggestions: tuple[ActionTheme, ...]
    weak_links: Mapping[tuple[str, str], Text]
    exclusive: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, Mapping[int, Version]]

    @property
    def retired(self) -> frozenset[str]:
        """Items that earlier versions have, and no newest one."""
        versions = (version for every in self.versions.values() for version in every.values())
        return frozenset({item for one in versions for item in one.items} - self.items.keys())

    def suggested(self, measure: str) -> ActionTheme | None:
        """Find what may be done about a measure: by its own code, else by the scale it is in."""
        scales = (code for code, scale in self.scales.items() if measure in scale.items)
        named = {code: theme for theme in reversed(self.suggestions) for code in theme.measures}
        return next((named[code] for code in (measure, *scales) if code in named), None)

    def sensitivity_of(self, item: Item) -> Sensitivity:
        """Tell how much care the figures of an item need: the most that anybody says of it."""
        return strictest(item.sensitivity, self.measures.sensitivity.get(without_arm(item.id), ""))

    def with_sensitivity(self, questionnaire: Questionnaire) -> Questionnaire:
        """Lay on a stored questionnaire what its versions could not say of their items.

        Its content and its hash stay as they were.
        """
        return replace(questionnaire, noted_sensitivity=self.measures.sensitivity)

    def alone(self, options: ResponseOptions) -> frozenset[str]:
        """Return the codes of a set that say something by themselves alone."""
        missing = (option.code for option in options.options if option.missing is not None)
        return frozenset((*missing, *self.exclusive.get(without_arm(options.id), ())))

    def contradicted(
        self, questionnaire: Questionnaire, fields: Mapping[str, Sequence[str]]
    ) -> tuple[str, ...]:
        """Name the items with several answers of which one excludes the others, in order.

        Parameters
        ----------
        questionnaire : Questionnaire
        fields : mapping of str to sequence of str
            Codes chosen, by item id.
        """
        return tuple(
            item.id
            for item in questionnaire.items
            if item.presentation == "checkbox"
            and self._excludes(questionnaire.option_set(item), fields.get(item.id, ()))
        )

    def _excludes(self, options: ResponseOptions, codes: Sequence[str]) -> bool:
        chosen = {code for code in codes if code}
        return len(chosen) > 1 and not chosen.isdisjoint(self.alone(options))

    def questionnaire(
        self, form_id: str, *, first_wave: bool = False, overlap: str = ""
    ) -> Questionnaire:
        """Put together a form with all that shows and scores it.

        Parameters
        ----------
        form_id : str
            Such as ``verdipuls.main``.
        first_wave : bool
            An agency's first wave leaves out what looks back on an earlier one (``vp.opf.1``).
        overlap : str
            Versions that are asked beside the newest (`in_version`), such as ``v1``: half of those
            asked get their words, or everybody the items that their scales had. Empty where
            everybody gets the newest alone.

        Raises
        ------
        UnknownFormError
            If there is no such form.
        OverlapError
            If there is no such earlier version, or halves cannot link what changed since.
        """
        if form_id not in self.forms:
            known = ", ".join(sorted(self.forms))
            raise UnknownFormError(f"there is no form «{form_id}»; there are {known}")
        form = self.forms[form_id]
        if first_wave:
            form = _without(form, self.first_wave_without[form_id])
        if overlap and form.modules:
            raise OverlapError(
                f"{form_id} asks each person one of several modules, and cannot ask halves in other"
                " words besides",
                "modules",
            )
        return self._overlapping(form, overlap, first_wave) if overlap else self._of(form)

    def _overlapping(self, form: Form, version: str, first_wave: bool) -> Questionnaire:
        """Ask halves either wording, or everybody the items of both, by what changed since."""
        before, new = self.in_version(form.id, version), self._of(form)
        old = before.questionnaire(form.id, first_wave=first_wave)
        other = recomposed(before.scales, new.scales) or rescored(before.scales, new.scales)
        if not reworded(old, new) and other:
            twice = {form.instrument, *(key for key, _ in self._named(form, version))}
            items = {name: before.asked_then(form, name, twice) for name in before.items}
            return both_sets(new, before.scales, items, self.options)
        self._check_items(form, version)
        return both_wordings(old, new)

    def instrument_title(self, key: str) -> Text:
        """Return what the newest version of an instrument is called."""
        versions = self.versions[key]
        return versions[max(versions)].title

    def earlier(self, form_id: str) -> tuple[str, ...]:
        """Name the versions before the newest of a form's instrument, the latest first."""
        return tuple(
            f"v{number}" for number in _before_newest(self.versions[self.forms[form_id].instrument])
        )

    def earlier_of_others(self, form_id: str) -> dict[str, tuple[str, ...]]:
        """Name the versions of other instruments that ask or score otherwise what a form takes.

        Returns
        -------
        dict of str to tuple of str
            By key of the instrument, in the order of the content: such as ``ekstern/v1``, the
            latest first. Instruments without such a version are left out.
        """
        form = self.forms[form_id]
        asked, scored = set(form.items), set(self._scales(form))
        found = {
            key: tuple(
                f"{key}/v{number}"
                for number in _before_newest(versions)
                if self._asks_otherwise(versions[number], asked, scored)
            )
            for key, versions in self.versions.items()
            if key != form.instrument
        }
        return {key: names for key, names in found.items() if names}

    def overlaps(self, form_id: str) -> tuple[tuple[str, ...], ...]:
        """Name what a wave of a form might ask beside the newest, by instrument: its own first.

        One of each of several may be named (`in_version`). How many ways that are grows as a power
        of the versions, so that nobody counts them up. Whether a wave can ask one is for
        `questionnaire` to say.
        """
        choices = (self.earlier(form_id), *self.earlier_of_others(form_id).values())
        return tuple(names for names in choices if names)

    def in_version(self, form_id: str, version: str) -> "Library":
        """Give the library with earlier versions of what a form asks; all else as it is now.

        Parameters
        ----------
        form_id : str
        version : str
            ``v1`` of the form's own instrument, ``ekstern/v1`` of another whose questions it asks,
            or one of each of several, with a space between, in the order of `overlaps`.

        Raises
        ------
        OverlapError
            If it is none of those.
        """
        choices = self.overlaps(form_id)
        if not _names_one_of_each(version, choices):
            known = [name for names in choices for name in names]
            said = f"there are {', '.join(known)}" if known else "there is only one"
            raise OverlapError(
                f"«{version}» is no earlier version of what {form_id} asks; {said}", "version"
            )
        found = self
        for key, number in self._named(self.forms[form_id], version):
            before = self.versions[key][number]
            found = replace(
                found, items=found.items | before.items, scales=found.scales | before.scales
            )
        return found

    @staticmethod
    def _named(form: Form, version: str) -> list[tuple[str, int]]:
        """Give instrument and number of each version that `overlaps` names."""
        parts = [name.rpartition("v") for name in version.split()]
        return [(key.rstrip("/") or form.instrument, int(number)) for key, _, number in parts]

    def _asks_otherwise(self, before: Version, asked: set[str], scored: set[str]) -> bool:
        """Tell whether a version has other words for what is measured, or other items or a rule."""
        return any(
            before.items[name].version != self.items[name].version
            for name in asked & before.items.keys()
            if self.items[name].purpose != "background"
        ) or any(
            recomposed(before.scales, [self.scales[code]])
            or rescored(before.scales, [self.scales[code]])
            for code in scored
        )

    def _check_items(self, form: Form, version: str) -> None:
        before = self.in_version(form.id, version).scales
        for code, scale in self._scales(form).items():
            if other := set(scale.items) ^ set(before[code].items):
                raise other_items(code, other)

    def _of(self, form: Form) -> Questionnaire:
        items = tuple(self._item(form.id, name) for name in form.items)
        scales = self._scales(form)
        return Questionnaire(
            form=form,
            items=items,
            options={item.options: self.options[item.options] for item in items},
            scales=tuple(scales.values()),
            indices=tuple(
                index
                for index in self.indices.values()
                if index.population == form.population
                and any(
                    set(index.weights) <= carried for carried in _carried(form, scales.values())
                )
            ),
            strategy_revision=self.strategy.revision,
            noted_sensitivity=self.measures.sensitivity,
        )

    def spread_indices(self, form_id: str) -> tuple[Index, ...]:
        """Return the indices whose items a form asks, but nobody all of: waves have none of them.

        They lie in the core and a module, or in several modules; a form names them in
        ``without_indices``, or it is refused.
        """
        form = self.forms[form_id]
        return tuple(
            index
            for index in self.indices.values()
            if index.population == form.population
            and form.modules
            and index.weights.keys() <= self.scales.keys()
            and (needed := {item for code in index.weights for item in self.scales[code].items})
            <= set(form.items)
            and not any(needed <= asked for asked in form.items_by_part)
        )

    def module_of_index(self, form_id: str, code: str) -> str:
        """Name the module of a split form that alone asks an index; empty where none does."""
        form = self.forms[form_id]
        needed = {item for scale in self.indices[code].weights for item in self.scales[scale].items}
        modules = zip(form.modules, form.items_by_part[1:], strict=True)
        return next((name for name, asked in modules if needed <= asked), "")

    def _item(self, form_id: str, name: str) -> Item:
        item = self.items[name]
        return replace(item, filter=(), note=None) if name in self.unfiltered[form_id] else item

    def asked_then(self, form: Form, name: str, instruments: Collection[str]) -> Item:
        """Return an item as a form asked it before that asks it no more.

        Of everybody where its filter looks at what none of `instruments` asks and this form does
        not: a form asks what its filters look at, or asks without them. Whether it asked an item of
        those, its own and others that are asked in two versions, is not known any more.
        """
        item = self._item(form.id, name)
        own = [one for key in instruments for one in self.versions[key].values()]
        known = {*form.items, *(one for version in own for one in version.items)}
        decided = {condition.item for condition in item.filter}
        of_everybody = decided and not decided & known
        return replace(item, filter=(), note=None) if of_everybody else item

    def _scales(self, form: Form) -> dict[str, Scale]:
        """Scales whose items are all asked, and that belong to an index of this population.

        The second keeps the short external scale out of the candidate survey, where the long one
        is asked: the two are never compared.
        """
        wanted = {
            code: self.scales[code]
            for index in self.indices.values()
            if index.population == form.population
            for code in index.weights
            if code in self.scales  # a draft may have lost it
        }
        return {
            code: scale
            for code, scale in wanted.items()
            if any(set(scale.items) <= asked for asked in form.items_by_part)
        }


def _before_newest(versions: Collection[int]) -> tuple[int, ...]:
    """Give the numbers of earlier versions, the latest first."""
    return tuple(sorted(versions, reverse=True)[1:])


def _names_one_of_each(version: str, choices: Iterable[Collection[str]]) -> bool:
    """Tell whether a text names at most one of each choice, in their order, and one at least."""
    named = version.split(" ")
    at = 0
    for names in choices:
        at += at < len(named) and named[at] in names
    return at == len(named)


def _carried(form: Form, scales: Iterable[Scale]) -> Iterator[set[str]]:
    """Return the scales that the core or one module holds, of each."""
    found = tuple(scales)
    for asked in form.items_by_part:
        yield {scale.code for scale in found if set(scale.items) <= asked}


def _without(form: Form, left_out: tuple[str, ...]) -> Form:
    blocks = (
        replace(block, items=tuple(item for item in block.items if item not in left_out))
        for block in form.blocks
    )
    return replace(form, blocks=tuple(block for block in blocks if block.items))
