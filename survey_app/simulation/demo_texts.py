"""What the demo's campaigns are called and for: texts of the content, or the plainest that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from questionnaires.content import content_folder
from questionnaires.parsing.demo import DEMO
from questionnaires.toml_text import read_toml_file
from survey_app.shared.i18n import N_, translator

if TYPE_CHECKING:
    from questionnaires.model import Text

_PURPOSE: Final = N_("Å følge utviklingen over tid")


def demo_texts(population: str, title: Text) -> dict[str, Text]:
    """Return the texts of a campaign by their keys in its file: title, purpose, perhaps comment.

    Parameters
    ----------
    population : str
        Staff, public, open or candidates: a table of ``demo/campaigns.toml``, if there is one.
    title : Text
        What the campaign is called where nothing else is said: the title of its form.
    """
    path = content_folder() / DEMO
    told: dict[str, dict[str, Text]] = read_toml_file(path) if path.exists() else {}
    purpose = {language: translator(language).gettext(_PURPOSE) for language in title}
    plain = {"title": title, "purpose": purpose}
    return {**plain, **told.get(population, {})}
