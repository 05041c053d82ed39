"""What a register would change, as the page says it: how many, which units, and what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.loader import load_library
from survey_app.asking.mends import lines_named
from survey_app.asking.people.asked import AskedOfUnit, asked_of
from survey_app.asking.people.plan import HIDDEN, Change, Plan
from survey_app.asking.people.reach import reach
from survey_app.asking.people.tree import AGENCY, REGION
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator

type Row = tuple[str, str, str, str, str]
NAMED: Final = 4
"""Units that one line names as where people go to or come from."""
LINES_NAMED: Final = 10

# (of one unit, what happened): the sentence
SENTENCES: Final[Mapping[str, str]] = {
    "added": N_("Ny enhet"),
    "ended": N_("Lagt ned"),
    "returned": N_("Tilbake"),
    "name": N_("Nytt navn"),
    "parent": N_("Flyttet"),
    "type": N_("Ny type"),
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What happens to a unit: a heading, the unit, and what is known of its people."""

    what: str
    title: str
    people: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What a page shows of a plan; nobody is named."""

    joined: int
    left: int
    moved: int
    addresses: int
    numbers: int
    languages: int
    units: tuple[UnitLine, ...]
    asked: tuple[AskedOfUnit, ...]
    people_before: int
    people: int
    not_reachable: int
    without: str
    """Lines without an address: the first ten, and how many more."""
    shared: str
    """Lines whose address another has, those of one address together."""
    unusual: tuple[int, ...]
    """Lines of addresses with letters that few mail servers take."""
    by_sms: int
    """Of those not reachable by mail, how many have a mobile number of their own."""
    odd_numbers: tuple[int, ...]
    """Lines of numbers that no text message reaches."""

    @property
    def nothing(self) -> bool:
        """Whether the register is as the file tells."""
        told = (
            self.joined, self.left, self.moved, self.addresses, self.numbers, self.languages,
        )  # fmt: skip
        return not any(told) and not self.units and not self.asked


def differences(
    plan: Plan, names: Mapping[str, str], language: Language, answers: Mapping[str, str]
) -> Differences:
    """Say what a plan changes.

    Parameters
    ----------
    plan : Plan
    names : mapping of str to str
        What the units of the register are called today, by code.
    language : str
        The reader's.
    answers : mapping of str to str
        What was said so far of units that are gone or new.
    """
    people = [one for one in plan.changes if one.thing == "person"]
    kept = [field for one in people if one.act == "changed" for field in one.fields]
    reached = reach(plan.register.people)
    changed = Counter(field.column for field in kept)
    return Differences(
        joined=sum(one.act in {"added", "returned"} for one in people),
        left=sum(one.act == "ended" for one in people),
        moved=changed["unit"],
        addresses=changed["email"],
        numbers=changed["mobile"],
        languages=changed["language"],
        units=tuple(_unit_lines(plan, names, language)),
        asked=asked_of(plan, answers, language),
        people_before=plan.known_people,
        people=len(plan.register.people),
        not_reachable=reached.not_reachable,
        without=_lines([reached.missing], language),
        shared=_lines(reached.shared, language),
        unusual=reached.unusual,
        by_sms=reached.by_sms,
        odd_numbers=reached.odd_numbers,
    )


def _lines(groups: Sequence[Sequence[int]], language: Language) -> str:
    """Write the first lines of groups, or runs of lines, and how many more there are."""
    told: list[str] = []
    number, left = 0, LINES_NAMED
    for group in groups:
        # of an address that two lines share, one alone tells nothing
        if left < min(len(group), 2):
            break
        names, count, _ = lines_named(group, left)
        told.append(", ".join(names))
        number, left = number + count, left - len(names)
    more = sum(map(len, groups)) - number
    rest = translator(language).ngettext("og %(num)s til", "og %(num)s til", more) % {"num": more}
    return "; ".join(told) + (f" {rest}" if more else "")


def _unit_lines(plan: Plan, before: Mapping[str, str], language: Language) -> Iterator[UnitLine]:
    text = translator(language)
    called = dict(before) | {unit.code: unit.name for unit in plan.register.units}
    moves = _moves(plan)
    sizes = Counter(person.unit for person in plan.register.people)
    for one in (change for change in plan.changes if change.thing == "unit"):
        name = called[one.code]
        if one.act != "changed":
            people = _people(one, moves, sizes, called, language)
            yield UnitLine(text.gettext(SENTENCES[one.act]), name, people)
        for field in one.fields:
            sides = (field.before, field.after)
            if field.column == "parent":
                sides = (called.get(sides[0], sides[0]), called.get(sides[1], sides[1]))
            elif field.column == "type":
                sides = (type_name(sides[0], language), type_name(sides[1], language))
            told = text.gettext(_FROM_TO[field.column]) % {
                "name": name, "before": sides[0], "after": sides[1],
            }  # fmt: skip
            yield UnitLine(text.gettext(SENTENCES[field.column]), told, "")


_FROM_TO: Final[Mapping[str, str]] = {
    "name": N_("%(before)s heter nå %(after)s"),
    "parent": N_("%(name)s hører nå til %(after)s, ikke %(before)s"),
    "type": N_("%(name)s er nå av typen «%(after)s», ikke «%(before)s»"),
}


def _moves(plan: Plan) -> Counter[tuple[str, str]]:
    """Count those who go from one unit to another."""
    return Counter(
        (field.before, field.after)
        for one in plan.changes
        if one.thing == "person" and one.act == "changed"
        for field in one.fields
        if field.column == "unit"
    )


def _people(
    change: Change,
    moves: Counter[tuple[str, str]],
    sizes: Counter[str],
    called: Mapping[str, str],
    language: Language,
) -> str:
    text = translator(language)
    ends = change.act == "ended"
    here = {pair: n for pair, n in moves.items() if pair[0 if ends else 1] == change.code}
    others = {target if ends else origin: n for (origin, target), n in here.items()}
    told = [] if ends else [_counted(sizes[change.code], language)]
    for other, number in _largest_first(others, text.gettext(N_("andre enheter"))):
        sentence = (
            text.ngettext("%(num)s går til %(other)s", "%(num)s går til %(other)s", number)
            if ends
            else text.ngettext(
                "%(num)s kommer fra %(other)s", "%(num)s kommer fra %(other)s", number
            )
        )
        told.append(sentence % {"num": number, "other": called.get(other, other)})
    return ", ".join(told)


def _largest_first(others: Mapping[str, int], rest: str) -> Iterator[tuple[str, int]]:
    """Give each unit that people go to or come from; of many, the small ones together."""
    found = sorted(others.items(), key=lambda item: (-item[1], item[0]))
    named = len(found) if len(found) <= NAMED else NAMED - 1
    yield from found[:named]
    if found[named:]:
        yield rest, sum(number for _, number in found[named:])


def _counted(number: int, language: Language) -> str:
    text = translator(language).ngettext("%(num)s ansatt", "%(num)s ansatte", number)
    return text % {"num": number}


def type_name(code: str, language: Language) -> str:
    """Call a type of unit as readers do; one that nobody named stands as it is."""
    text = translator(language)
    if code in {AGENCY, REGION}:
        return text.gettext(N_("hele etaten") if code == AGENCY else N_("region"))
    known = load_library().unit_types.get(code)
    return in_language(known, language) if known else code.replace("_", " ")


def unit_types() -> tuple[str, ...]:
    """Return the codes of the types of units that the agency knows, in its order."""
    return tuple(load_library().unit_types)


def change_rows(plan: Plan) -> list[Row]:
    """List every change for a file: what, its key, what happens, before and after.

    No name and no address of a person is in it.
    """
    rows: list[Row] = []
    for one in plan.changes:
        fields = one.fields or ()
        if not fields or one.act != "changed":
            rows.append((one.thing, one.code, one.act, "", one.name))
        if one.act == "changed":
            for field in fields:
                hidden = field.column in HIDDEN
                before, after = ("", "") if hidden else (field.before, field.after)
                rows.append((one.thing, one.code, field.column, before, after))
    return rows
