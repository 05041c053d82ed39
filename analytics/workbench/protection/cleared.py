"""The last door of a protected file: what no protector is named for is not printed.

Sections protect their own figures. This looks at the finished result: a table or a column that
`stated` does not name is left out and said, numbers of people outside the tables follow one rule
(`people`), and of sentences those stay that are known to tell no number of people (`sentences`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from analytics.workbench.protection.sentences import LEFT_OUT, printed_sentence
from analytics.workbench.protection.stated import ANY, DOMAINS, STATED
from analytics.workbench.protection.statuses import SUPPRESSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.protection.people import People
    from analytics.workbench.protection.stated import Stated

UNSTATED: Final = (
    "[disclosure] left out, since no rule says what protects it: {names}; without [disclosure] it "
    "is printed"
)
# Nothing is remembered from run to run: a result knows of no other.
BY_ITSELF: Final = (
    "[disclosure] this result is protected by itself: what is hidden in it may follow from another "
    "result of the same people, by other divisions, columns, weights or limits; ask for all that "
    "is to be shown in one specification, and show no other result"
)
WORDS: Final = "warnings"

type Result = dict[str, object]


def cleared(
    result: Mapping[str, object],
    people: People,
    *,
    stated: Mapping[str, Stated] = STATED,
    sum_known: bool,
) -> Result:
    """Give what of a protected file's result is printed.

    Parameters
    ----------
    result : mapping
        Of `analyse`, with tables protected by their sections.
    people : People
        The rule for numbers of people outside the tables.
    stated : mapping of table to Stated
        A table is named by the keys that lead to it, with ``*`` for a name.
    sum_known : bool
        Whether the sum of weights tells no more than is known beforehand, or printed. Else two
        hidden groups with different weights would follow from it and their number.

    Returns
    -------
    dict
        The same keys, None where a number is not told.
    """
    found = _Cleared(people, stated, sum_known=sum_known)
    rest = {key: value for key, value in result.items() if key != WORDS}
    told = cast("Result", found.table(rest, ""))
    words, kept = cast("Sequence[str]", result[WORDS]), []
    for text in words:
        plain = printed_sentence(text)
        kept += [] if plain is None else [plain]
    kept += [LEFT_OUT] if len(kept) < len(words) or found.silenced else []
    kept += [UNSTATED.format(names=", ".join(found.unstated))] if found.unstated else []
    kept += [BY_ITSELF] if _hides(result) else []
    return told | {WORDS: kept}


def _hides(result: Mapping[str, object]) -> bool:
    """Tell whether an estimate of a group that answered is hidden."""
    rows = cast("Sequence[Mapping[str, object]]", result.get("estimates", ()))
    return any(row.get("status") == SUPPRESSED for row in rows)


class _Cleared:
    def __init__(self, people: People, stated: Mapping[str, Stated], *, sum_known: bool) -> None:
        self._people, self._stated, self._sum_known = people, stated, sum_known
        self.unstated: dict[str, None] = {}
        self.silenced = False

    def table(self, value: object, path: str) -> object:
        """Clear a table: a row, rows, or rows by their names."""
        if isinstance(value, list):
            return [self.table(one, path) for one in value]
        assert isinstance(value, dict)
        if path in DOMAINS:
            return value
        rule = self._stated[path]
        row: Result = {}
        for key, own in value.items():
            inside = self._inside(path, key)
            if inside is not None and isinstance(own, dict | list):
                row[key] = self.table(own, inside)
            elif not _has_tables(own) and self._column(rule, key):
                row[key] = self._cell(rule, key, own)
            elif inside is not None and own is None:
                row[key] = None
            else:
                self.unstated[f"{path}.{key}".strip(".")] = None
        return row

    def _inside(self, path: str, key: str) -> str | None:
        for name in (key, ANY):
            inside = f"{path}.{name}".strip(".")
            if inside in self._stated or inside in DOMAINS:
                return inside
        return None

    @staticmethod
    def _column(rule: Stated, key: str) -> bool:
        named = rule.told | rule.people | rule.lacking | rule.sentences
        return key in named or ANY in rule.told

    def _cell(self, rule: Stated, key: str, value: object) -> object:
        if key in rule.people:
            return self._number(value)
        if key in rule.lacking:
            return self._people.told_lacking(cast("int | None", value))
        if key in rule.sentences and value is not None:
            told = printed_sentence(str(value))
            self.silenced |= told is None
            return told
        return value

    def _number(self, value: object) -> object:
        """Tell a number of people, or a sum of weights where it gives no such number away."""
        if isinstance(value, float):
            return value if self._sum_known else None
        return self._people.told(cast("int | None", value))


def _has_tables(value: object) -> bool:
    if isinstance(value, list):
        return any(_has_tables(one) for one in value)
    return isinstance(value, dict)
