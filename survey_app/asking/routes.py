"""The pages of the identity side, for those who run surveys."""

from __future__ import annotations

from typing import Any

from survey_app.asking.delivery.address_routes import HANDLERS as ADDRESSES
from survey_app.asking.delivery.routes import HANDLERS as DELIVERY
from survey_app.asking.desk.routes import HANDLERS as CAMPAIGNS
from survey_app.asking.directory.standing_routes import HANDLERS as DIRECTORY
from survey_app.asking.instruments.import_routes import HANDLERS as FOREIGN
from survey_app.asking.instruments.routes import HANDLERS as INSTRUMENTS
from survey_app.asking.people.link_routes import HANDLERS as LINKS
from survey_app.asking.people.routes import HANDLERS as PEOPLE
from survey_app.asking.people.upload_routes import HANDLERS as REGISTER

HANDLERS: list[Any] = [
    *PEOPLE,
    *LINKS,
    *ADDRESSES,
    *REGISTER,
    *DIRECTORY,
    *CAMPAIGNS,
    *INSTRUMENTS,
    *FOREIGN,
    *DELIVERY,
]
