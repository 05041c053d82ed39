"""What an author asked for and cannot be done."""

from typing import Literal

type Refusal = Literal[
    "unknown_item",
    "unknown_form",
    "unknown_scale",
    "unknown_language",
    "unknown_file",
    "unknown_options",
    "unknown_statement",
    "unknown_answer",
    "unknown_choice",
    "options_in_use",
    "options_taken",
    "too_many_answers",
    "not_numbers",
    "measure_taken",
    "unknown_groups",
    "groups_taken",
    "groups_made",
    "too_few_groups",
    "nameless_group",
    "not_yes_or_no",
    "not_a_name",
    "not_a_code",
    "not_a_weight",
    "too_few_parts",
    "scale_in_use",
    "unknown_placeholder",
    "not_minutes",
    "not_a_module",
    "empty_form",
    "too_long",
    "long_name",
    "nothing_chosen",
    "empty_scale",
    "scored_background",
    "background_of_staff",
    "no_answer_chosen",
    "filter_on_filter",
    "another_version",
    "other_forms",
    "taken",
    "not_an_id",
    "toml",
    "too_large",
    "unreadable",
]


class AuthoringError(ValueError):
    """An edit that cannot be made; `kind` names the reason, `facts` what it is about."""

    def __init__(self, kind: Refusal, *facts: str) -> None:
        self.kind: Refusal = kind
        self.facts = facts
        super().__init__(" ".join((kind, *facts)))
