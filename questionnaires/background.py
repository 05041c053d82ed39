"""What people outside tell of themselves: the groups that results are shown for and weighted by."""

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.model import Questionnaire, Text

COUNTY, AGE, GENDER = "county", "age", "gender"
SAMPLED = (COUNTY, AGE, GENDER)
"""What the file of a drawn sample tells of people, in the order in which it is kept of answers."""

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Variable:
    """One background variable.

    `categories` gives the name of a category for the code of an answer, and several answers may
    make one; empty means that each answer is one, by its code. Of a question with several answers
    any of `yes` makes ``yes``, and `no` alone ``no``. `names` calls categories where the answer's
    label would not do. `weighted` says that the population's shares are known.
    """

    name: str
    item: str
    categories: Mapping[str, str]
    yes: tuple[str, ...]
    no: str
    weighted: bool
    title: Text
    word: Text
    names: Mapping[str, Text]

    def of_answers(self, questionnaire: Questionnaire) -> dict[int, str]:
        """Return the category of each stored answer that makes one, in the order of the answers."""
        options = questionnaire.option_set(self.item).options
        coded = {option.code: option.value for option in options if option.value is not None}
        named = self.categories or {code: code for code in coded}
        return {coded[code]: category for code, category in named.items() if code in coded}

    def weighted_answers(self, questionnaire: Questionnaire) -> tuple[str, ...]:
        """Return the codes of the answers that the population must have a share for."""
        options = questionnaire.option_set(self.item).options
        coded = (option.code for option in options if option.value is not None)
        return tuple(code for code in coded if not self.categories or code in self.categories)

    def makes(self, code: str) -> bool:
        """Tell whether the answer of a code makes a category, of a question with one answer."""
        return not self.categories or code in self.categories

    def category(self, code: str) -> str:
        """Return the category that the answer of a code makes, which makes one."""
        return self.categories[code] if self.categories else code

    def known(self, questionnaire: Questionnaire) -> tuple[str, ...]:
        """Return every category, in order."""
        if self.yes:
            return (YES, NO)
        return tuple(dict.fromkeys(self.of_answers(questionnaire).values()))

    def answer(self, category: str) -> str:
        """Return the code of an answer that makes a category."""
        return next((code for code, name in self.categories.items() if name == category), category)

    def place(self, category: str) -> int:
        """Return where a category stands among those with names of their own; 0 for others."""
        ordered = (YES, NO) if self.yes else tuple(self.categories.values())
        return ordered.index(category) if category in ordered else 0


@dataclass(frozen=True, slots=True)
class Background:
    """Every variable by name, in the order of publications; `pages` is the order of pages."""

    variables: Mapping[str, Variable]
    pages: tuple[str, ...]
    without_groups: tuple[str, ...]

    def item(self, name: str) -> str:
        """Return the question behind a variable; empty where the agency does not ask it."""
        return self.variables[name].item if name in self.variables else ""

    @property
    def sampled_items(self) -> tuple[str, ...]:
        """The questions whose answers the file of a drawn sample tells as well, in its order."""
        return tuple(self.item(name) for name in SAMPLED)

    @property
    def weighted_items(self) -> tuple[str, ...]:
        """The questions beside them that answers are weighted by."""
        return tuple(
            one.item for name, one in self.variables.items() if one.weighted and name not in SAMPLED
        )

    @property
    def kept_items(self) -> tuple[str, ...]:
        """The questions about oneself whose answers are kept of people who were drawn."""
        return (*self.sampled_items, *self.weighted_items)

    def asked(self, questionnaire: Questionnaire) -> tuple[Variable, ...]:
        """Return the variables that a form asks."""
        asked = {item.id for item in questionnaire.items}
        return tuple(one for one in self.variables.values() if one.item in asked)

    def named_by_words(self, questionnaire: Questionnaire) -> dict[str, str]:
        """Return the questions whose words make groups, by variable: no register knows them.

        Of a variable that answers are weighted by, the population's share is known: its people are
        the same ones whatever words ask for them.
        """
        return {one.name: one.item for one in self.asked(questionnaire) if not one.weighted}


NO_BACKGROUND = Background({}, (), ())
"""Nothing is asked that makes groups."""
