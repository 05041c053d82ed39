"""Everything that is held: each table and view of the database, once."""

from __future__ import annotations

from typing import Final

from survey_app.administration.privacy.answers import ANSWERS
from survey_app.administration.privacy.model import Held
from survey_app.administration.privacy.people import PEOPLE
from survey_app.administration.privacy.readers import READERS
from survey_app.administration.privacy.waves import WAVES

DECLARED: Final[tuple[Held, ...]] = (*PEOPLE, *WAVES, *READERS, *ANSWERS)
