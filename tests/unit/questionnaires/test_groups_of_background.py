"""Several answers make one group, and groups end with their question."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.groups import public_categories, public_partitions
from questionnaires.authoring.edits import retire_item
from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.version_files import begin_version
from questionnaires.background import Background
from questionnaires.loader import load_library
from tests.first_versions import first_versions

FIRST = first_versions()


def test_answers_of_one_group_are_counted_together_in_the_order_that_was_said():
    library = load_library(FIRST)
    asked = library.questionnaire("omdomme")
    merged = {"3": "more", "4": "more", "1": "school", "2": "school"}
    education = replace(library.background.variables["education"], categories=merged)
    background = Background({"education": education}, (), ())
    answers = pd.DataFrame({"d.utd": [1, 2, 3, 4, -1]})
    told = public_categories(background, asked, answers)
    assert told["education"].fillna("").tolist() == ["school", "school", "more", "more", ""]
    [parts] = public_partitions(background, asked, told)
    assert parts.domains == ("education:more", "education:school")


@pytest.mark.parametrize(
    ("item", "stops"), [("om.fil.1", False), ("d.arbeid", False), ("d.utd", True)]
)
def test_a_retired_question_takes_its_groups_with_it_unless_answers_are_weighted_by_it(item, stops):
    begun = begin_version(FIRST, "omdomme", "2021-1")
    found = assess(FIRST, retire_item(begun, item, begun)).problems
    assert any(one.file == "background.toml" for one in found) == stops
