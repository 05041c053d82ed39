"""The threat model names, for what each can and cannot do, the tests that show it or a limit."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
SECTION = TEXT.partition("## Who could do what")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if line.startswith("|")
][2:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)`")
ASKED_OF = ("operator", "HR", "leader", "colleague", "host", "state")


def test_each_line_is_shown_by_tests_that_exist_or_is_a_limit():
    assert len(ROWS) > 15
    for row in ROWS:
        _, can, cannot, shown = row
        assert can, row
        assert cannot, row
        named = NAMED.findall(shown)
        assert named or "limit:" in shown, row
        assert not [one for one in named if not (ROOT / one).exists()], row


def test_nobody_whom_people_fear_is_left_out():
    who = " ".join(row[0] for row in ROWS)
    assert not [one for one in ASKED_OF if one not in who]
