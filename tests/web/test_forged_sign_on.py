"""What a provider that lies, or somebody who poses as it, is refused for."""

from __future__ import annotations

import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from litestar import Litestar, get, post

from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.claims import Rules, former_subject_of, read_claims, subject_of
from survey_app.accounts.sign_on.errors import SignOnError, SignOnProblem
from survey_app.accounts.sign_on.provider import Client, Provider
from survey_app.accounts.sign_on.rules import roles_in
from survey_app.shared.base64url import to_base64url
from survey_app.shared.errors import SettingsError
from tests.live_server import free_port, serving

KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "one"})
SECRET = "a secret of the client, long enough"


class Said:
    """What the provider says; a test changes it."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/end",
            "userinfo_endpoint": f"{issuer}/me",
        }
        self.keys = KeySet([KEY])
        self.claims = {
            "iss": issuer,
            "sub": "1",
            "aud": "barometer",
            "nonce": "right",
            "exp": time.time() + 300,
            "iat": time.time(),
        }
        self.signed: str | None = None
        self.me: dict[str, Any] = {"sub": "1", "email": "a@example.org"}
        self.reply: dict[str, Any] = {}

    def token(self) -> str:
        return self.signed or jwt.encode({"alg": "RS256", "kid": "one"}, self.claims, KEY)


@pytest.fixture
async def said():
    port = free_port()
    what = Said(f"http://127.0.0.1:{port}")

    @get("/.well-known/openid-configuration")
    async def metadata() -> dict[str, Any]:
        return what.metadata

    @get("/keys")
    async def keys() -> dict[str, Any]:
        return what.keys.as_dict(private=False)

    @get("/me")
    async def me() -> dict[str, Any]:
        return what.me

    @post("/token", status_code=200)
    async def token() -> dict[str, Any]:
        usual = {"access_token": "x", "token_type": "Bearer", "id_token": what.token()}
        return what.reply or usual

    async with serving(Litestar([metadata, keys, me, token]), port):
        yield what


def _provider(said: Said) -> Provider:
    return Provider(Client(said.issuer, "barometer", SECRET, "http://localhost/sign-in/callback"))


async def _exchanged(said: Said) -> dict[str, Any]:
    claims, _ = await _provider(said).exchange(
        code="c", nonce="right", verifier="v" * 43, issuer=None
    )
    return claims


async def test_a_right_token_is_taken_and_the_address_asked_for(said):
    assert (await _exchanged(said))["email"] == "a@example.org"
    # of another person nothing is taken over
    said.me = {"sub": "2", "email": "b@example.org"}
    assert "email" not in await _exchanged(said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"},
        {"iss": None},  # and so of any provider
        {"iss": ""},
        {"aud": "another application"},
        {"aud": ["barometer", "another application"]},  # and does not say whom it is for
        {"azp": "another application"},
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"exp": 1},
        {"iat": time.time() + 86_400},
        {"sub": None},
        {"sub": ""},  # and so everybody
        {"exp": None},
        {"at_hash": ["a"]},
    ],
)
async def test_a_token_that_is_not_for_this_attempt_is_refused(said, wrong):
    said.claims |= wrong
    said.claims = {name: value for name, value in said.claims.items() if value is not None}
    with pytest.raises(SignOnError) as refused:
        await _exchanged(said)
    assert refused.value.kind is SignOnProblem.FORGED


async def test_only_the_providers_own_key_pair_signs(said):
    forged = [
        jwt.encode({"alg": "RS256", "kid": "one"}, said.claims, OTHER),
        jwt.encode({"alg": "HS256"}, said.claims, OctKey.import_key(SECRET)),
        # the public key taken for a shared secret
        _with_the_public_key_as_secret(said),
        _unsigned(said),
        "a.b.c",
        "",
    ]
    # also where the provider is said to allow them
    said.metadata["id_token_signing_alg_values_supported"] = ["RS256", "HS256", "none"]
    for token in forged:
        said.signed = token or "none"
        with pytest.raises(SignOnError) as refused:
            await _exchanged(said)
        assert refused.value.kind is SignOnProblem.FORGED


async def test_a_key_that_was_changed_there_is_asked_for_anew(said, monkeypatch):
    provider = _provider(said)
    given = {"code": "c", "nonce": "right", "verifier": "v" * 43, "issuer": None}
    await provider.exchange(**given)
    fresh = RSAKey.generate_key(2048, parameters={"kid": "two"})
    said.keys = KeySet([fresh])
    said.signed = jwt.encode({"alg": "RS256", "kid": "two"}, said.claims, fresh)
    with pytest.raises(SignOnError):  # not more often than once a minute
        await provider.exchange(**given)
    monkeypatch.setattr("survey_app.accounts.sign_on.provider.ANEW_SECONDS", 0)
    await provider.exchange(**given)


def _unsigned(said: Said) -> str:
    parts = [json.dumps({"alg": "none"}), json.dumps(said.claims)]
    return ".".join([to_base64url(part.encode()) for part in parts] + [""])


def _with_the_public_key_as_secret(said: Said) -> str:
    parts = [json.dumps({"alg": "HS256", "kid": "one"}), json.dumps(said.claims)]
    text = ".".join(to_base64url(part.encode()) for part in parts)
    mark = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{to_base64url(mark)}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://login.example/{tenantid}/v2.0"},
        {"issuer": None},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "https://[::1"},
    ],
)
async def test_a_provider_that_is_another_one_or_not_safe_is_not_asked(said, wrong):
    said.metadata |= wrong
    with pytest.raises(SignOnError) as refused:
        await _provider(said).way_in(state="s", nonce="n", verifier="v" * 43, language="nb")
    assert refused.value.kind is SignOnProblem.AWAY


@pytest.mark.parametrize(
    "odd",
    [
        {"error": ["invalid_client"]},
        {"error": {"a": 1}},
        {"access_token": "x", "id_token": "a.b.c", "expires_at": []},
        {"access_token": "x", "id_token": 5},
    ],
)
async def test_an_answer_that_is_none_ends_in_a_sentence(said, odd):
    said.reply = odd
    with pytest.raises(SignOnError):
        await _exchanged(said)


async def test_of_what_a_provider_can_do_only_a_list_counts(said):
    for odd in (5, True, "RS256", {"RS256": 1}):
        said.metadata["id_token_signing_alg_values_supported"] = odd
        said.metadata["token_endpoint_auth_methods_supported"] = odd
        assert (await _exchanged(said))["sub"] == "1"
    said.metadata["end_session_endpoint"] = "https://[::1"
    assert await _provider(said).way_out("token", "http://localhost/") is None


async def test_a_provider_that_is_away_is_said_to_be():
    away = Client(f"http://127.0.0.1:{free_port()}", "barometer", SECRET, "http://localhost/")
    with pytest.raises(SignOnError) as refused:
        await Provider(away).metadata()
    assert refused.value.kind is SignOnProblem.AWAY
    assert await Provider(away).way_out("token", "http://localhost/") is None


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.microsoftonline.com/T-1/v2.0",
        "https://login.microsoftonline.us/t-1/v2.0",
        "https://sts.windows.net/t-1/",
    ],
)
def test_entra_knows_a_person_by_tenant_and_object_and_others_by_subject(issuer):
    told = {"iss": issuer, "sub": "pairwise", "tid": "t-1", "oid": "o", "email_verified": True}
    assert subject_of(told) == "t-1:o"
    assert former_subject_of(told) == ""
    for missing in ({"oid": ""}, {"tid": "", "oid": ""}, {"tid": 1}, {"tid": "another"}):
        assert subject_of(told | missing) == "pairwise"


@pytest.mark.parametrize(
    "issuer",
    [
        "https://keycloak.example/realms/t",
        "https://login.microsoftonline.com.example/t/v2.0",
        "https://login.example/login.microsoftonline.com/t/v2.0",
        "https://login.microsoftonline.com@login.example/t/v2.0",
    ],
)
def test_what_is_entra_s_says_nothing_of_people_at_another_provider(issuer):
    told = {"iss": issuer, "sub": "s", "tid": "t", "oid": "other", "email": "a@example.org"}
    assert subject_of(told) == "s"
    # what versions before knew them by counts only beside an address that is proved
    assert former_subject_of(told | {"email_verified": True}) == "t:other"
    for unproved in (
        {},
        {"email_verified": False},
        {"email_verified": 1},
        {"email_verified": True, "email": "", "preferred_username": "a@example.org"},
    ):
        assert former_subject_of(told | unproved) == ""


def test_of_several_roles_the_first_in_the_settings_counts():
    rules = Rules(roles_in("x=admin, y = hr,z=leader"), unit_claim="unit")
    told = {"iss": "i", "sub": "s"}
    assert read_claims(told | {"roles": ["z", "y"]}, rules).role is Role.HR
    leader = read_claims(told | {"roles": "z", "unit": ["nord-1"]}, rules)
    assert (leader.role, leader.unit) == (Role.LEADER, "nord-1")
    assert read_claims(told | {"roles": [{"name": "x"}, "y"]}, rules).role is Role.HR
    for unit in ("", None, "n" * 61, ["nord-1", "sor-1"]):
        with pytest.raises(SignOnError) as refused:
            read_claims(told | {"roles": "z", "unit": unit}, rules)
        assert refused.value.kind is SignOnProblem.NO_UNIT
    for roles in (["Y"], "", None, {"y": 1}, ["y,x"], [{"name": "x"}]):
        with pytest.raises(SignOnError):
            read_claims(told | {"roles": roles}, rules)
    with pytest.raises(SettingsError, match="must be a name of your directory"):
        roles_in("y=boss")


def test_a_way_of_signing_in_that_is_too_weak_is_refused():
    rules = Rules({}, acr=("idporten-loa-high",))
    for acr in (None, "idporten-loa-substantial", ["idporten-loa-high"]):
        with pytest.raises(SignOnError) as refused:
            read_claims({"iss": "i", "sub": "s", "acr": acr}, rules)
        assert refused.value.kind is SignOnProblem.WEAK
    assert read_claims({"iss": "i", "sub": "s", "acr": "idporten-loa-high"}, rules).role is None


def test_an_address_that_nobody_proved_is_none():
    told = {"iss": "i", "sub": "s", "email": "Boss@Example.org", "email_verified": False}
    assert read_claims(told, Rules({})).email == ""
    assert read_claims(told | {"email_verified": "false"}, Rules({})).email == ""
    assert read_claims(told | {"email_verified": True}, Rules({})).email == "boss@example.org"
