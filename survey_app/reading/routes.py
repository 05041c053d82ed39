"""Every page of the reading wing, for the map in ``app.py``."""

from survey_app.reading.actions.routes import HANDLERS as ACTIONS
from survey_app.reading.actions.staff_routes import HANDLERS as STAFF_ACTIONS
from survey_app.reading.checks.routes import HANDLERS as CHECKS
from survey_app.reading.comments.book_routes import HANDLERS as CODE_BOOK
from survey_app.reading.comments.routes import HANDLERS as COMMENTS
from survey_app.reading.culture.routes import HANDLERS as CULTURE
from survey_app.reading.events.routes import HANDLERS as EVENTS
from survey_app.reading.history.routes import HANDLERS as HISTORY
from survey_app.reading.history.upload_routes import HANDLERS as UPLOADS
from survey_app.reading.home.routes import HANDLERS as HOME
from survey_app.reading.method.routes import HANDLERS as METHOD
from survey_app.reading.reports.routes import HANDLERS as REPORTS
from survey_app.reading.reputation.routes import HANDLERS as REPUTATION
from survey_app.reading.results.routes import HANDLERS as RESULTS
from survey_app.reading.strategy.routes import HANDLERS as STRATEGY
from survey_app.reading.subscriptions.routes import HANDLERS as SUBSCRIPTIONS
from survey_app.reading.workplace.routes import HANDLERS as WORKPLACE

HANDLERS = [
    *HOME,
    *CULTURE,
    *CHECKS,
    *COMMENTS,
    *CODE_BOOK,
    *REPUTATION,
    *HISTORY,
    *UPLOADS,
    *WORKPLACE,
    *STRATEGY,
    *ACTIONS,
    *STAFF_ACTIONS,
    *EVENTS,
    *REPORTS,
    *SUBSCRIPTIONS,
    *RESULTS,
    *METHOD,
]
