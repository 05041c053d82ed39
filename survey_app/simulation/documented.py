"""Whether the documented models of people are those of the agency whose content is read."""

from __future__ import annotations

from typing import Final

from questionnaires.content import content_folder
from questionnaires.loader import load_library
from survey_app.simulation.parameters import public_parameters, staff_parameters

REGISTER: Final = "demo/register.csv"


def documented() -> bool:
    """Tell it by the content, wherever it lies.

    They were made for questions and for units of their own. Content that asks these, and perhaps
    more, and brings no units is theirs: what was added to it, nobody made up answers. For all other
    content there are plain models.
    """
    if (content_folder() / REGISTER).exists():
        return False
    known = {*staff_parameters()["items"], *public_parameters()["items"]}
    return known <= load_library().items.keys()
