"""The addresses of this room."""

from survey_app.administration.accounts_routes import HANDLERS as ACCOUNTS
from survey_app.administration.agency_routes import HANDLERS as AGENCY
from survey_app.administration.log_routes import HANDLERS as LOG
from survey_app.administration.password_routes import HANDLERS as PASSWORDS

HANDLERS = [*ACCOUNTS, *AGENCY, *LOG, *PASSWORDS]
