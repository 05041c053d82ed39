"""What an installation adds to the letters of a wave: links, texts, and what is promised."""

from __future__ import annotations

from datetime import datetime

from questionnaires.loader import load_library
from survey_app.answering.promise import deleted_in
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.digital_post.ports import DigitalPost
from survey_app.asking.invitations.credential_keys import secret_of_wave
from survey_app.asking.letters.order import Surroundings
from survey_app.asking.letters.wording import Promise
from survey_app.asking.writing import writing
from survey_app.settings import Settings
from survey_app.shared.clock import today
from survey_app.shared.database import Login
from survey_app.shared.i18n import languages


async def surroundings_of(
    wave: str,
    settings: Settings,
    *,
    actor: str,
    now: datetime,
    post: DigitalPost | None = None,
) -> Surroundings:
    """Return what letters of a wave are set with, as the worker.

    Parameters
    ----------
    wave : str
        Its key.
    settings : Settings
    actor : str
        Who stands in the audit log.
    now : datetime
    post : DigitalPost, optional
        Where letters go digitally.
    """
    messages = load_library().messages
    found = await find_wave(Login.WORKER, wave)
    async with writing() as link:
        secret = await secret_of_wave(link, found.id, settings.secret())
    return Surroundings(
        secret=secret,
        answering_url=settings.answering_url,
        messages=messages,
        # the sentences of the answering pages, so that no letter says more than they do
        promise=Promise(
            messages.in_all_languages(found.promise),
            {language: deleted_in(language) for language in languages()},
        ),
        now=now,
        today=today(),
        actor=actor,
        post=post,
    )
