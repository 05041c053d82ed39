"""Whom a wave invites that does not take them from the register: what a file says."""

from __future__ import annotations

from collections import Counter
from typing import Final

from questionnaires.loader import load_library
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import LARGEST, StoredAct, act_content
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.errors import ImportProblems
from survey_app.asking.invitations.listed import Listed, read_list
from survey_app.asking.invitations.may_open import sample_reasons
from survey_app.asking.invitations.sample import Drawn, read_sample, told_columns
from survey_app.asking.mends import FileMend, mends_of
from survey_app.asking.people.register import decoded
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Login
from survey_app.shared.form_in_memory import FormInMemory
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import count

NO_FILE: Final = N_("Velg filen med dem som skal inviteres.")
DRAWN: Final = N_("Brev: %(n)s, til %(counties)s av %(all)s fylker.")
LISTED: Final = N_("E-post: %(email)s. Brev: %(letter)s.")
TOO_LARGE: Final = N_("Filen er større enn 20 MB. Er det riktig fil?")


def people_of(content: bytes, invite: str, form: str) -> tuple[Drawn, ...] | tuple[Listed, ...]:
    """Read whom a wave invites that does not take them from the register.

    Raises
    ------
    SampleProblems
        With every mistake of the file.
    """
    if not content:
        return ()
    text = decoded(content)
    if invite == "list":
        return read_list(text)
    return read_sample(text, load_library().questionnaire(form))


async def whom_in(
    form: FormInMemory, wave: WaveRow, language: Language, *, minimum_group: int
) -> tuple[str, bytes, str, list[FileMend]]:
    """Take the file of whom a wave invites: its name, what it holds, and what speaks against it.

    That is what opening would say of those in it, told before two have approved it.
    """
    name, content = form.file_names.get("file", ""), form.files.get("file", b"")
    if not content or len(content) > LARGEST:
        return name, content, TOO_LARGE if content else NO_FILE, []
    try:
        people = people_of(content, wave.invite, wave.form)
    except ImportProblems as found:
        return name, content, "", mends_of(found.problems, language)
    drawn = [one for one in people if isinstance(one, Drawn)]
    listed = [one for one in people if isinstance(one, Listed)]
    campaign = await find_campaign(Login.WEB, wave.campaign)
    against = list(sample_reasons(wave, campaign, drawn, listed, minimum_group))
    if drawn and len(drawn) < minimum_group:
        # the rehearsal would find that nothing of it could be published
        against.append(Reason(Against.SHORT_LIST, number=len(drawn), least=minimum_group))
    return name, content, " ".join(say_reasons(against, language)), []


async def invited_by(act: StoredAct, wave: WaveRow, language: Language) -> str:
    """Say whom the file of an opening that waits invites: counts, since nobody reads it again."""
    people = people_of(await act_content(act.id), wave.invite, wave.form)
    drawn = [one for one in people if isinstance(one, Drawn)]
    listed = Counter(one.channel for one in people if isinstance(one, Listed))
    gettext = translator(language).gettext
    if drawn:
        county = load_library().background.sampled_items[0]
        options = load_library().questionnaire(wave.form).option_set(county).options
        return gettext(DRAWN) % {
            "n": count(len(drawn), language),
            "counties": len({one.county for one in drawn}),
            "all": sum(option.value is not None for option in options),
        }
    told = {one: count(listed[one], language) for one in ("email", "letter")}
    return gettext(LISTED) % told if listed else ""


def sample_columns(wave: WaveRow, language: Language) -> dict[str, str]:
    """Say what may stand in each column of a sample's file; nothing of other files."""
    if wave.invite != "sample":
        return {}
    return told_columns(load_library().questionnaire(wave.form), language)
