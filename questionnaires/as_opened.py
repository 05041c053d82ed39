"""What a wave keeps of content that no version holds: whom answers make, and which stand alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from questionnaires.arms import without_arm
from questionnaires.background import Background, Variable
from questionnaires.canonical import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from questionnaires.identity import Identity
    from questionnaires.library import Library
    from questionnaires.model import Questionnaire

_DIGITS = 32


@dataclass(frozen=True, slots=True)
class AsOpened:
    """Content as it stood when a wave opened (docs/adr/0226).

    ``makes`` is by variable that the form asks what its answers make, in the order of publications;
    ``alone`` by set of options the answers that exclude all others (`Library.exclusive`).
    """

    makes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, library: Library, questionnaire: Questionnaire) -> Self:
        """Read what the content of now makes of a form's answers."""
        several = {
            without_arm(questionnaire.option_set(item).id)
            for item in questionnaire.items
            if item.presentation == "checkbox"
        }
        return cls(
            {one.name: _made(one) for one in library.background.asked(questionnaire)},
            {name: codes for name, codes in library.exclusive.items() if name in several},
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self | None:
        """Read what was stored; of a wave that was opened before it was, nothing is known."""
        if stored is None:
            return None
        alone = {name: tuple(codes) for name, codes in stored["alone"].items()}
        return cls({one.pop("name"): one for one in map(dict, stored["makes"])}, alone)

    def stored(self) -> dict[str, Any]:
        """Give it as it is stored: variables in a list, since their order means something."""
        return {
            "makes": [{"name": name} | dict(own) for name, own in self.makes.items()],
            "alone": {name: list(codes) for name, codes in self.alone.items()},
        }

    def background(self, today: Background) -> Background:
        """Give the groups of the wave, called as they are today."""
        return replace(today, variables=dict(self._variables(today)))

    def _variables(self, today: Background) -> Iterator[tuple[str, Variable]]:
        for name, own in self.makes.items():
            called = today.variables.get(name)
            yield (
                name,
                Variable(
                    name=name,
                    item=own["item"],
                    categories=dict(own["categories"]),
                    yes=tuple(own["yes"]),
                    no=own["no"],
                    weighted=own["weighted"],
                    title=called.title if called else own["title"],
                    word=called.word if called else own["word"],
                    names=called.names if called else own["names"],
                ),
            )

    def with_makeup(
        self, variable: Variable, asked: Identity, questionnaire: Questionnaire
    ) -> Identity:
        """Add what answers make to how a question was asked, in each of its languages.

        It decides between two waves that both keep it, and nothing where one of them does not.
        """
        options = questionnaire.option_set(variable.item)
        own = self.makes.get(variable.name, {})
        kept = [
            own.get("item"),
            sorted(dict(own.get("categories", {})).items()),
            sorted(own.get("yes", ())),
            own.get("no"),
            sorted(self.alone.get(without_arm(options.id), ())),
        ]
        named = content_hash(kept).removeprefix("sha256:")[:_DIGITS]
        return {**asked, **{f"{tag}/makes": named for tag in asked}}

    def laid_on(self, library: Library) -> Library:
        """Give the library with which answers stand alone as it was."""
        return replace(library, exclusive=self.alone)


def _made(one: Variable) -> dict[str, Any]:
    return {
        "item": one.item,
        # in a list: their order is that of their groups
        "categories": [list(pair) for pair in one.categories.items()],
        "yes": list(one.yes),
        "no": one.no,
        "weighted": one.weighted,
        # for when the content has no such groups any more
        "title": dict(one.title),
        "word": dict(one.word),
        "names": {category: dict(text) for category, text in one.names.items()},
    }
