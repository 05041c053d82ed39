"""The addresses of this room."""

from survey_app.administration.accounts_routes import HANDLERS as ACCOUNTS
from survey_app.administration.agency_routes import HANDLERS as AGENCY
from survey_app.administration.log_routes import HANDLERS as LOG
from survey_app.administration.password_routes import HANDLERS as PASSWORDS
from survey_app.administration.privacy_routes import HANDLERS as PRIVACY

HANDLERS = [*ACCOUNTS, *AGENCY, *LOG, *PASSWORDS, *PRIVACY]
