"""The register's page: counts for HR and administrators, and nobody's name or address."""

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.asking_builders import import_people
from tests.asking_builders import register as make_register


@pytest.fixture
async def register(web):
    bind_worker()
    await import_people()
    bind_web()


async def test_hr_sees_units_with_head_counts_and_how_small_ones_are_reported(register, sign_in):
    web = await sign_in(Role.HR)
    reply = await web.get("/people")
    assert reply.status_code == 200
    assert "60 ansatte i 3 enheter" in reply.text
    assert "Rapporteres sammen med Fengsel Sor-1" in reply.text


async def test_what_stands_under_the_agency_is_named_and_not_taken_for_regions(register, sign_in):
    page = (await (await sign_in(Role.HR)).get("/people")).text
    assert "Regioner" not in page
    assert "<dt>Delt inn i</dt><dd>2</dd>" in page.replace("\n", "")
    assert "Region Nord, Region Sor" in page


async def test_the_page_names_no_person(register, sign_in):
    web = await sign_in(Role.ADMIN)
    text = (await web.get("/people")).text
    assert "nord-1.0" not in text
    assert "p0." not in text


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.HR, Role.ADMIN}])
async def test_the_register_is_foreign_to_other_roles(web, sign_in, role):
    await sign_in(role)
    assert (await web.get("/people")).status_code == 403


async def test_without_an_account_one_is_asked_to_sign_in(web):
    reply = await web.get("/people", follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["Location"] == "/sign-in?next=%2Fpeople"


async def test_an_empty_register_says_how_it_is_filled(web, sign_in):
    await sign_in(Role.HR, language="nn")
    text = (await web.get("/people")).text
    assert "Registeret er tomt" in text
    assert 'href="/people/import"' in text


async def test_the_page_says_how_many_a_mail_does_not_reach(web, sign_in):
    bind_worker()
    text = make_register().replace("p0.nord-1@example.org", "")
    text = text.replace("p1.nord-1@example.org", "vakt@example.org")
    await import_people(text.replace("p2.nord-1@example.org", "Vakt@example.org"))
    bind_web()
    page = (await (await sign_in(Role.HR)).get("/people")).text
    assert "60 ansatte i 3 enheter" in page
    assert "<dt>Kan ikke nås på e-post</dt><dd>3</dd>" in page


async def test_where_everybody_is_reached_the_page_says_nothing_of_it(register, sign_in):
    page = (await (await sign_in(Role.HR)).get("/people")).text
    assert "Kan ikke nås" not in page
