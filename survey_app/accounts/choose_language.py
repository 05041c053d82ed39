"""Keep the language that somebody chose, with their account: pages, errors and mails follow it."""

from uuid import UUID

from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import Language


async def choose_language(account: str, language: Language) -> None:
    """Store a language with an account.

    Parameters
    ----------
    account : str
        Its id.
    language : str
        One of the agency's.
    """
    await fetch(
        Login.WEB,
        "UPDATE accounts.account SET language = $2 WHERE id = $1 AND active",
        UUID(account),
        language,
    )
