"""Candidates come by an open link or from a list, and the page says which."""

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_publication import put_on_shelf
from tests.builders_publication.series import public_series
from tests.builders_publication.words import words

LIST = "Kandidatene er spurt fra en liste, så tallene gjelder bare dem som står på den."
LINK = "Kandidatene svarer på en åpen lenke"


def candidates(invited):
    """Give a wave of candidates who answered as the population did."""
    content = public_series()[-1]
    long = {"EAI-3": "EAI-8"}
    return content | {
        "campaign": content["campaign"] | {"key": "kandidat", "population": "candidates"},
        "wave": content["wave"] | {"key": "kandidat-2026"},
        "response": {"invited": invited, "answers": 214},
        "measures": [
            row | {"code": long.get(row["code"], row["code"])} for row in content["measures"]
        ],
        "estimates": [
            row | {"measure": long.get(row["measure"], row["measure"])}
            for row in content["estimates"]
        ],
    }


async def test_candidates_of_a_list_are_not_said_to_have_followed_a_link(web, sign_in, database):
    bind_worker()
    await put_on_shelf(public_series()[-1], candidates(300))
    bind_web()
    await sign_in(Role.HR)
    told = words(await web.get("/workplace"))
    assert LIST in told
    assert LINK not in told
