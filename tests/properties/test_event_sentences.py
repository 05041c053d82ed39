"""What is said of a figure after an event follows from the figures beside it, and is said once."""

import re
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from analytics.trend.impact import Impact, judge_impacts
from survey_app.events.kinds import Shape
from survey_app.reading.events.words import since_finding
from survey_app.shared.i18n import quoted
from tests.examples import examples

# A piece of each sentence that no other has: what it claims.
CLAIMS = {
    "called": "Det er mer enn tilfeldigheter kan forklare.",
    "same": "er på samme nivå etter hendelsen som før.",
    "unknown": "Vi vet ikke om",
    "under": "Det er under grensen på",
    "many": "Når så mye er prøvd samtidig",
}
NAMES = st.text(alphabet="«»\"'{}%()sdn<&>øÅ .", min_size=1, max_size=12)
points = st.integers(-120, 120).map(lambda tenths: tenths / 10)


@st.composite
def impacts(draw):
    low, estimate, high = sorted(draw(st.tuples(points, points, points)))
    return Impact(
        4, 3, estimate or -0.0, 1.0, low, high, draw(st.sampled_from([0.0001, 0.04, 0.6]))
    )


def said_of(told, name, margin, shape, lang):
    measure = SimpleNamespace(code="x.1", kind="item", title={"nb": name, "nn": name, "en": name})
    shown = SimpleNamespace(measure=lambda _: measure)
    one = SimpleNamespace(measure="x.1", judged=told, row=SimpleNamespace(shape=shape))
    return since_finding(one, shown, margin, lang)


@examples(200, audit=2000)
@given(
    found=st.lists(impacts(), min_size=1, max_size=6),
    margin=st.sampled_from([0.5, 2.5, 3.0, 5.0]),
    shape=st.sampled_from(list(Shape)),
    name=NAMES,
)
def test_each_sentence_after_an_event_claims_what_its_figures_say_and_nothing_else(
    found, margin, shape, name
):
    for told in judge_impacts(found, margin):
        finding = said_of(told, name, margin, shape, "nb")
        text = str(finding.text)
        apart, size = told.low > 0 or told.high < 0, abs(told.estimate)
        within = -margin <= told.low and told.high <= margin
        expected = (
            "called" if told.verdict in {"up", "down"}
            else ("under" if size < margin else "many") if apart
            else "same" if within
            else "unknown"
        )  # fmt: skip
        assert [claim for claim, piece in CLAIMS.items() if piece in text] == [expected]
        assert finding.sign == told.verdict
        if expected == "called":
            assert size >= margin
            assert apart
        if expected in {"called", "under"}:
            assert ("høyere" in text) == (told.estimate > 0)
            assert ("lavere" in text) == (told.estimate < 0)
        assert str(escape(quoted(name.rstrip("."), "nb"))) in text
        assert "−0,0" not in text


@examples(50, audit=500)
@given(found=impacts(), margin=st.sampled_from([2.5, 3.0]), name=NAMES)
def test_every_language_tells_the_same_figures_after_an_event(found, margin, name):
    (told,) = judge_impacts([found], margin)
    for shape in Shape:
        figures = []
        for lang in ("nb", "nn", "en"):
            text = str(said_of(told, name, margin, shape, lang).text)
            plain = text.replace(str(escape(name.rstrip("."))), "", 1)
            figures.append(sorted(re.findall(r"−?\d+(?:[.,]\d+)?", plain.replace(",", "."))))
        assert figures[0] == figures[1] == figures[2]
