"""What a browser sends of a plain form beside the answers: what its page holds hidden in it.

Without it a form is looked up first (`survey_app.answering.told_form`), which no browser's is.
"""

from __future__ import annotations

import re
from typing import Any

from survey_app.answering.told_form import FIELD, LENGTH

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def hidden_in(page: str) -> dict[str, str]:
    """Return the hidden fields of a page; none where it holds no form."""
    return dict(_HIDDEN.findall(page))


async def hidden_of(web: Any, token: str) -> dict[str, str]:
    """Open the form of somebody's own link, and return what it tells of wave and unit."""
    hidden = hidden_in((await web.get(f"/answer/{token}")).text)
    assert len(hidden[FIELD]) == LENGTH
    return hidden
