"""A person in the words of SCIM (RFC 7643): what is read and told, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, cast
from uuid import UUID

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Extension,
    Filter,
    Meta,
    Patch,
    Required,
    Resource,
    ResourceType,
    Returned,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from survey_app.asking.directory.store import ToldPerson

BASE: Final = "/scim/v2"
MOST: Final = 200  # rows of one reply


class Department(Extension):
    """Where somebody works, of the enterprise extension."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    department: str | None = None
    """Code of a unit, or its name."""


class User(Resource[Any]):
    """Somebody of the staff. Names, telephones and all else that is sent is dropped unread."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true, Returned.always] = None
    """The e-mail address."""

    preferred_language: str | None = None
    """A language tag, such as nn-NO."""

    active: Annotated[bool | None, Required.true] = None
    """Whether the person is employed; of a new one that nobody said it of, yes."""


# what directories send beside it is no mistake of theirs (docs/adr/0111)
POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
# bound as the library composes it, which types do not follow
SomebodyModel: Final = cast("Any", User)[Department]


def provider(base_url: str) -> ScimProvider:
    """Return what is told of this door to whoever discovers it."""
    return ScimProvider(
        models=[User, Department],
        resource_types=[ResourceType.from_resource(SomebodyModel)],
        config=ServiceProviderConfig(
            documentation_uri=None,
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MOST),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=False),
            etag=ETag(supported=False),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer",
                    description="barometer token create --scope scim",
                )
            ],
            meta=Meta(
                resource_type="ServiceProviderConfig",
                location=f"{base_url}{BASE}/ServiceProviderConfig",
            ),
        ),
        policy=POLICY,
    )


def as_resource(told: ToldPerson, base_url: str) -> Any:  # noqa: ANN401 - a model made at run time
    """Return a stored person as it is told."""
    somebody = SomebodyModel(
        id=str(told.id),
        external_id=told.external_id,
        user_name=told.user_name,
        preferred_language=told.language or None,
        active=told.active,
        meta=Meta(
            resource_type="User",
            created=told.given_at,
            last_modified=told.changed_at,
            location=f"{base_url}{BASE}/Users/{told.id}",
        ),
    )
    if told.department:
        somebody[Department] = Department(department=told.department)
    return somebody


def as_told(
    somebody: Any,  # noqa: ANN401 - a model made at run time
    *,
    row: UUID,
    given_at: datetime,
    now: datetime,
) -> ToldPerson:
    """Return what is stored of a person as the directory wrote it."""
    place = cast("Department | None", somebody[Department])
    return ToldPerson(
        row,
        (somebody.user_name or "").strip(),
        somebody.external_id or None,
        (somebody.preferred_language or "").strip(),
        ((place.department if place else None) or "").strip(),
        active=somebody.active is not False,
        given_at=given_at,
        changed_at=now,
    )
