"""A campaign that is written as a file and read again is the same campaign."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from questionnaires.loader import load_library
from survey_app.asking.campaigns.campaign_file import CampaignFile, PlannedWave, read_campaign
from survey_app.asking.campaigns.campaign_toml import write_campaign
from survey_app.asking.campaigns.labels import wave_labels
from survey_app.shared.i18n import languages, required_languages
from survey_app.shared.trustees import Trustee
from survey_app.shared.unseen import without_unseen
from tests.examples import examples

# what nobody sees is taken out on reading, and most texts stand on one line
ONE_LINE = st.text(max_size=40).map(lambda text: " ".join(without_unseen(text).split()))
SAID = ONE_LINE.filter(bool)
IN_REQUIRED = st.fixed_dictionaries(
    dict.fromkeys(required_languages(), SAID),
    optional={one: SAID for one in languages() if one not in required_languages()},
)
IN_ALL = st.fixed_dictionaries(dict.fromkeys(languages(), SAID))
FORMS = {"verdipuls.k1": "pulse", "verdipuls.main": "main"}


@st.composite
def waves(draw, number, comment, days):
    form = draw(st.sampled_from(sorted(FORMS)))
    opens = date(2026, 1, 1) + timedelta(days=number * 60 + draw(st.integers(0, 30)))
    closes = opens + timedelta(days=draw(st.integers(13, 28)))
    labels = wave_labels(FORMS[form], opens, closes)
    if draw(st.booleans()):
        labels |= {"name": draw(IN_ALL), "year": draw(st.integers(2000, 2100))}
    two = st.just(())
    if number == 0:
        keys = [bytes([at]) * 32 for at in (9, 10)]
        two = st.tuples(*(st.builds(Trustee, SAID, st.just(key)) for key in keys))
    asks = draw(st.booleans())
    return PlannedWave(
        key=f"wave-{number}",
        form=form,
        kind=FORMS[form],
        invite=draw(st.sampled_from(["everybody", "panel:A", "rotation:2/3:5"])),
        opens_on=opens,
        closes_on=closes,
        results_on=closes + timedelta(days=draw(st.integers(1, 30))),
        reminder_days=tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=3)))),
        labels=labels,
        trustees=draw(two) if draw(st.booleans()) else (),
        comment=comment if asks else {},
        comment_days=days if asks and comment else None,
        cards=draw(st.booleans()),
    )


@st.composite
def campaigns(draw):
    comment = draw(st.one_of(st.just({}), IN_REQUIRED))
    days = draw(st.integers(1, 300)) if comment else None
    planned = [draw(waves(number, comment, days)) for number in range(draw(st.integers(1, 3)))]
    return CampaignFile(
        key="verdipuls",
        title=draw(IN_REQUIRED),
        form="verdipuls.main",
        population="staff",
        purpose=draw(st.one_of(st.just({}), IN_REQUIRED)),
        legal_basis=draw(ONE_LINE),
        retention_days=draw(st.one_of(st.none(), st.integers(400, 4000))),
        discussed_on=draw(st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 12, 31)))),
        sender=draw(st.sampled_from(["", "HR <hr@example.org>", '"Å, «x»" <a@b.no>'])),
        contact=draw(ONE_LINE),
        help=draw(ONE_LINE),
        release=draw(st.sampled_from(["at once", "09:00"])),
        open_results=draw(st.booleans()),
        remind_everybody=draw(st.booleans()),
        waves=tuple(planned),
    )


@examples(12, audit=100)
@given(campaigns())
def test_a_campaign_written_as_a_file_and_read_is_the_same_campaign(campaign):
    assert read_campaign(write_campaign(campaign), load_library()) == campaign
