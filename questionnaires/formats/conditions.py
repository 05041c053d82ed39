"""When a question is asked, as other programmes write it: read, and turned into our filters.

LimeSurvey, XLSForm and SurveyJS write conditions between the terms (``${a} = '1' and not(...)``),
each with names of its own for the same few operators; one grammar reads all three. A filter of ours
is a list of conditions that must all hold, each about which answers of one question are chosen.
Whatever cannot be said so exactly is not said at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import NotSaidError, Why

LONGEST = 4_000  # signs of a condition; longer ones are not looked at
DEEPEST = 40  # brackets inside one another

type Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "!<", "!<=", "!>", "!>=", "filled", "empty"
]
"""Negated, a comparison by size holds where nothing was answered: nothing is less than a number."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer against a value; `filled` and `empty` have none."""

    name: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """All of some expressions (`every`), or at least one of them."""

    every: bool
    parts: "tuple[Expression, ...]"


type Expression = Compared | Joined


@dataclass(frozen=True, slots=True)
class Chosen:
    """Any of the codes is chosen in the item; negated, none of them is."""

    item: str
    codes: frozenset[str]
    negate: bool


_NOT: Mapping[Operator, Operator] = {
    "=": "!=",
    "!=": "=",
    "<": "!<",
    "!<": "<",
    "<=": "!<=",
    "!<=": "<=",
    ">": "!>",
    "!>": ">",
    ">=": "!>=",
    "!>=": ">=",
    "filled": "empty",
    "empty": "filled",
}
_OPERATORS: Mapping[str, Operator] = {
    "=": "=", "==": "=", "eq": "=", "equal": "=", "contains": "=", "anyof": "=", "contain": "=",
    "!=": "!=", "<>": "!=", "ne": "!=", "notequal": "!=", "notcontains": "!=", "noneof": "!=",
    "<": "<", "lt": "<", "less": "<", "<=": "<=", "le": "<=", "lessorequal": "<=",
    ">": ">", "gt": ">", "greater": ">", ">=": ">=", "ge": ">=", "greaterorequal": ">=",
}  # fmt: skip
_AFTER: Mapping[str, Operator] = {"notempty": "filled", "empty": "empty"}
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<name>\$?\{[^{}]{1,200}\})"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>\d+X\d+X[\w.]*|[A-Za-z_][\w.]*)"
    r"|(?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>!(),\[\]])"
    r")"
)


def read_condition(text: str) -> Expression | None:
    """Read a condition; None when it always holds.

    Raises
    ------
    NotSaidError
        If it uses what no filter of ours can say, or is no condition.
    """
    if len(text) > LONGEST:
        raise NotSaidError(Why.UNKNOWN())
    if holds_always(text):
        return None
    return _Parser(_tokens(text)).whole()


def holds_always(text: str) -> bool:
    """Whether a condition is none."""
    return text.strip().casefold() in {"", "1", "true", "true()"}


def negated(one: Expression) -> Expression:
    """Return what holds when `one` does not."""
    if isinstance(one, Compared):
        return Compared(one.name, _NOT[one.operator], one.value)
    return Joined(not one.every, tuple(negated(part) for part in one.parts))


def both(one: Expression | None, other: Expression | None) -> Expression | None:
    """Return what holds when both do."""
    if one is None or other is None:
        return one or other
    return Joined(every=True, parts=(one, other))


def names_in(one: Expression | None) -> frozenset[str]:
    """Return what a condition looks at."""
    if one is None:
        return frozenset()
    if isinstance(one, Compared):
        return frozenset({one.name})
    return frozenset().union(*(names_in(part) for part in one.parts))


def filters(
    condition: Expression, find: Callable[[str, str], tuple[str, tuple[str, ...], str | None]]
) -> tuple[Chosen, ...]:
    """Say an expression as conditions that must all hold.

    Parameters
    ----------
    condition : Expression
    find : callable
        Takes a name and an operator's value; returns the item, the codes of its answers, and the
        code of the answer that the name alone stands for.

    Raises
    ------
    NotSaidError
        If it cannot be said exactly.
    """
    return tuple(_one(part, find) for part in _conjuncts(condition))


def _conjuncts(one: Expression) -> list[Expression]:
    if isinstance(one, Joined) and (one.every or len(one.parts) == 1):
        return [inner for part in one.parts for inner in _conjuncts(part)]
    return [one]


def _one(
    one: Expression, find: Callable[[str, str], tuple[str, tuple[str, ...], str | None]]
) -> Chosen:
    if isinstance(one, Compared):
        return _compared(one, find)
    said = [_one(part, find) for part in one.parts]
    if one.every or len({part.item for part in said}) != 1:
        raise NotSaidError(Why.JOINED())
    if any(part.negate for part in said):
        raise NotSaidError(Why.UNKNOWN())
    return Chosen(said[0].item, frozenset().union(*(part.codes for part in said)), negate=False)


def _compared(
    one: Compared, find: Callable[[str, str], tuple[str, tuple[str, ...], str | None]]
) -> Chosen:
    item, codes, option = find(one.name, one.value)
    if option is not None:
        if one.operator not in {"=", "!=", "filled", "empty"}:
            raise NotSaidError(Why.UNKNOWN())
        ticked = {("=", True), ("!=", False), ("filled", True)}
        yes = one.value.casefold() in {"y", "yes", "1", "true"} or one.operator == "filled"
        plain = (one.operator, yes) in ticked
        return Chosen(item, frozenset({option}), negate=not plain)
    if one.operator in {"filled", "empty"} or one.value == "":
        filled = one.operator in {"filled", "!=", ">", "!<="}
        return Chosen(item, frozenset(codes), negate=not filled)
    if one.operator in {"=", "!="}:
        if one.value not in codes:
            raise NotSaidError(Why.NO_ANSWER(value=short(one.value)))
        return Chosen(item, frozenset({one.value}), negate=one.operator == "!=")
    size = one.operator.removeprefix("!")
    found = frozenset(code for code in codes if _holds(code, size, one.value))
    if not found:
        raise NotSaidError(Why.NO_ANSWER(value=f"{size} {short(one.value)}"))
    return Chosen(item, found, negate=size != one.operator)


def _holds(code: str, operator: str, value: str) -> bool:
    try:
        left, right = float(code), float(value)
    except ValueError:
        raise NotSaidError(Why.UNKNOWN()) from None
    holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return holds[operator]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotSaidError(Why.UNKNOWN())
        assert match.lastgroup is not None
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Parser:
    """Reads ``or`` of ``and`` of terms."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._or()
        if self._tokens[self._at][0] != "end":
            raise NotSaidError(Why.UNKNOWN())
        return found

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _takes(self, *words: str) -> bool:
        if self._tokens[self._at][1].casefold() in words and self._tokens[self._at][0] != "text":
            self._next()
            return True
        return False

    def _or(self) -> Expression:
        parts = [self._and()]
        while self._takes("or", "||"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Joined(every=False, parts=tuple(parts))

    def _and(self) -> Expression:
        parts = [self._term()]
        while self._takes("and", "&&"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Joined(every=True, parts=tuple(parts))

    def _term(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotSaidError(Why.UNKNOWN())
        try:
            return self._inner()
        finally:
            self._depth -= 1

    def _inner(self) -> Expression:
        if self._takes("not", "!"):
            return negated(self._term())
        if self._takes("("):
            found = self._or()
            self._close()
            return found
        if self._takes("selected"):
            return self._selected()
        if self._takes("is_empty"):
            return self._empty()
        return self._comparison()

    def _close(self) -> None:
        if not self._takes(")"):
            raise NotSaidError(Why.UNKNOWN())

    def _selected(self) -> Expression:
        self._takes("(")
        name = self._name()
        if not self._takes(","):
            raise NotSaidError(Why.UNKNOWN())
        value = self._value()
        self._close()
        return Compared(name, "=", value)

    def _empty(self) -> Expression:
        self._takes("(")
        name = self._name()
        self._close()
        return Compared(name, "empty")

    def _comparison(self) -> Expression:
        if self._tokens[self._at][0] in {"text", "number"}:
            raise NotSaidError(Why.UNKNOWN())
        name = self._name()
        word = self._next()[1].casefold()
        if word in _AFTER:
            return Compared(name, _AFTER[word])
        if word not in _OPERATORS:
            raise NotSaidError(Why.UNKNOWN())
        operator = _OPERATORS[word]
        if word in {"anyof", "noneof", "contains", "notcontains", "contain"}:
            values = self._values()
            parts = tuple(Compared(name, operator, value) for value in values)
            return parts[0] if len(parts) == 1 else Joined(operator == "!=", parts)
        return Compared(name, operator, self._value())

    def _name(self) -> str:
        kind, word = self._next()
        if kind == "name":
            return word.strip("${}").strip().split("/")[-1]
        if kind == "word":
            return re.sub(r"\.(?:NAOK|value|code|shown)$", "", word)
        raise NotSaidError(Why.UNKNOWN())

    def _value(self) -> str:
        kind, word = self._next()
        if kind == "text":
            return word[1:-1]
        if kind == "number":
            return word.removesuffix(".0")
        if kind == "word" and word.casefold() in {"true", "false"}:
            return word.casefold()
        raise NotSaidError(Why.UNKNOWN())

    def _values(self) -> list[str]:
        if not self._takes("["):
            return [self._value()]
        found = []
        while not self._takes("]"):
            found.append(self._value())
            self._takes(",")
        if not found:
            raise NotSaidError(Why.UNKNOWN())
        return found
