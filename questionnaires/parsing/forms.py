"""Read the forms: which items, in which blocks, with which text before them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, cast

from questionnaires.errors import Problem
from questionnaires.languages import read_languages
from questionnaires.messages import Messages
from questionnaires.model import Block, Form, Item, Population, ResponseOptions, Text
from questionnaires.parsing.draft import EarlierForm, FormDraft, Placed
from questionnaires.parsing.indices import POPULATIONS
from questionnaires.parsing.instruments import parse_condition
from questionnaires.reading import Table

FORMS = "forms.toml"
NOT_ASKED = "not_asked"
KINDS = ("pulse", "main", "half_year", "open", "yearly")


class FormParser:
    """Reads forms with the items, options and messages they refer to at hand.

    `retired` are items that newest versions have no more: a form of another instrument, which their
    version does not write, asks them no more either.
    """

    def __init__(
        self,
        items: Mapping[str, Item],
        options: Mapping[str, ResponseOptions],
        messages: Messages,
        problems: list[Problem],
        retired: Collection[str] = (),
    ) -> None:
        self._items = items
        self._retired = frozenset(retired)
        self._options = options
        self._messages = messages
        self._problems = problems

    def parse(self, file: str, data: dict[str, Any]) -> tuple[Placed[FormDraft], ...]:
        """Read every form of a file."""
        forms = []
        for name, raw in data.items():
            if name == NOT_ASKED:
                continue
            table = Table(file, name, _with_model(raw, data), self._problems)
            forms.append(Placed(file, name, self._form(name, table)))
        return tuple(forms)

    def _form(self, name: str, table: Table) -> FormDraft:
        if table.has("same_as"):
            table.wrong("same_as", f"«{table.take('same_as', str)}» is not a form of this file")
        screen_out = parse_condition(table.table("screen_out")) if table.has("screen_out") else None
        form = Form(
            id=name,
            instrument=table.take("instrument", str),
            population=cast("Population", table.choice("population", POPULATIONS)),
            kind=cast(
                "Literal['pulse', 'main', 'half_year', 'open', 'yearly']",
                table.choice("kind", KINDS),
            ),
            title=table.words("title") or {},
            minutes=table.count("minutes"),
            blocks=tuple(filter(None, map(self._block, table.tables("block")))),
            screen_out=screen_out,
            help=self._message(table, "help"),
        )
        draft = FormDraft(
            form,
            self._kept(table.strings("first_wave_without")),
            self._kept(table.strings("unfiltered")),
            dict(_earlier(one, form.minutes) for one in table.tables("earlier", "version")),
            table.strings("without_indices"),
        )
        table.close()
        return draft

    def _kept(self, items: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in items if one not in self._retired)

    def _block(self, table: Table) -> Block | None:
        """Read a block; None where everything in it was taken out."""
        given = table.has("items")
        named = table.strings("items", required=True)
        if given and not named:
            table.wrong("items", "the block asks nothing; give it items, or take it out")
        items = self._kept(named)
        block = Block(
            shared_stem(items, self._items, self._options),
            items,
            self._message(table, "intro"),
            table.take("module", str, ""),
        )
        table.close()
        return None if named and not items else block

    def _message(self, table: Table, name: str) -> Text | None:
        if not table.has(name):
            return None
        key = table.take(name, str)
        if key not in self._messages.keys:
            first = next(iter(read_languages()), "")
            sentence = f"«{key}» is not a message; see messages/{first}.toml for those there are"
            table.wrong(name, sentence)
            return None
        return self._messages.in_all_languages(key)


def shared_stem(
    block: Iterable[str], items: Mapping[str, Item], options: Mapping[str, ResponseOptions]
) -> Text | None:
    """Give the stem of the options when all items of a block share them."""
    shared = {items[item].options for item in block if item in items}
    found = options.get(shared.pop()) if len(shared) == 1 else None
    return found.stem if found else None


def _earlier(table: Table, minutes: int) -> tuple[int, EarlierForm]:
    version = table.count("version")
    minutes = table.count("minutes", minutes)
    items, without = table.strings("items"), table.strings("without")
    divided = table.table("modules") if table.has("modules") else None
    modules = None if divided is None else {one: divided.strings(one) for one in divided.keys}
    earlier = EarlierForm(minutes, items, without, modules)
    table.close()
    return version, earlier


def parse_not_asked(data: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    """Read which items no form asks, each with the reason."""
    table = Table(FORMS, NOT_ASKED, data.get(NOT_ASKED, {}), problems)
    return {name: table.take(name, str) for name in data.get(NOT_ASKED, {})}


def _with_model(raw: object, forms: Mapping[str, Any]) -> object:
    """Fill a form with what it does not say itself from the form it is the `same_as`."""
    name = raw.get("same_as") if isinstance(raw, dict) else None
    model = forms.get(name) if isinstance(name, str) else None
    if not isinstance(raw, dict) or not isinstance(model, dict):
        return raw
    own = {key: value for key, value in raw.items() if key != "same_as"}
    return {**model, **own}
