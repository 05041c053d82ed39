import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path
    for wing in ("analytics", "questionnaires", "survey_app")
    for path in sorted((ROOT / wing).rglob("*.py"))
]


@pytest.mark.parametrize("wing", ["analytics", "questionnaires", "survey_app"])
def test_what_has_no_type_says_why(wing):
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        if path.is_relative_to(ROOT / wing)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "ANN401" in line and not re.search(r"noqa: [A-Z0-9, ]*ANN401[A-Z0-9, ]* - \S", line)
    ]
    assert bare == []
