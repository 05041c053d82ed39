"""Which login reaches which table, in a web process and in a worker."""

from __future__ import annotations

from survey_app.accounts.tables import (
    Account,
    AccountIdentity,
    AccountInvitation,
    AccountNotice,
    ApiToken,
    Passkey,
    RecoveryCode,
    SecondStep,
)
from survey_app.actions.tables import Action, Reminder
from survey_app.asking.campaigns.tables import (
    AgencyLimits,
    Campaign,
    CampaignAct,
    Clock,
    Counter,
    FrozenQuestionnaire,
    KeyHolder,
    SealingAlarm,
    Wave,
    WaveAct,
    WaveDomain,
    WaveWork,
)
from survey_app.asking.delivery.tables import OutboxMessage, ToldReturned, TrialMail
from survey_app.asking.directory.tables import DirectoryPerson
from survey_app.asking.instruments.tables import InstrumentVersion, VersionComment
from survey_app.asking.invitations.tables import (
    CardPile,
    Credential,
    CredentialKey,
    Invitation,
    PooledCard,
    SampleCount,
    TypedCode,
)
from survey_app.asking.letters.tables import LetterRun
from survey_app.asking.people.tables import (
    FormerUnit,
    Person,
    RegisterUpload,
    Unit,
    UnitLink,
)
from survey_app.asking.pilots.tables import Pilot
from survey_app.audit.tables import AuditEvent, DroppedPiece, LogHead
from survey_app.comments.tables import CodeBook, CommentWave, Keeper, Quarantine, Released
from survey_app.counting.responses.tables import Response, WaveRecord, WaveTable
from survey_app.counting.urn.tables import HandOver
from survey_app.earlier.tables import EarlierSource
from survey_app.events.tables import Event
from survey_app.installation.alarms.tables import AlarmLetter, AlarmReader, AlarmRow, Host
from survey_app.publications.tables import Asked, Estimate, ForeignAnswers, Publication
from survey_app.publications.tables import WaveRecord as PublishedRecord
from survey_app.shared.database import Login, bind
from survey_app.subscriptions.tables import Letter, Subscription

ASKING = (
    Unit,
    FormerUnit,
    UnitLink,
    Person,
    RegisterUpload,
    DirectoryPerson,
    AgencyLimits,
    InstrumentVersion,
    VersionComment,
    Pilot,
    FrozenQuestionnaire,
    Campaign,
    CampaignAct,
    Wave,
    WaveDomain,
    WaveWork,
    WaveAct,
    Clock,
    Invitation,
    SampleCount,
    OutboxMessage,
    TrialMail,
    ToldReturned,
    Credential,
    CredentialKey,
    TypedCode,
    PooledCard,
    CardPile,
    LetterRun,
    KeyHolder,
    Counter,
    SealingAlarm,
    Host,
    AlarmRow,
    AlarmReader,
    AlarmLetter,
)
COUNTING = (Response, WaveRecord, WaveTable, HandOver)
ACCOUNTS = (
    Account,
    AccountIdentity,
    AccountInvitation,
    AccountNotice,
    ApiToken,
    Passkey,
    RecoveryCode,
    SecondStep,
)
ACTIONS = (Action, Reminder)
EVENTS = (Event,)
SUBSCRIPTIONS = (Subscription, Letter)
COMMENTS = (CommentWave, Quarantine, Released, Keeper, CodeBook)
SHELF = (Publication, Estimate, PublishedRecord, ForeignAnswers, Asked)
EARLIER = (EarlierSource,)
AUDIT = (AuditEvent, LogHead, DroppedPiece)


def bind_web() -> None:
    """Give a web process its own side as ``web`` and the shelf as ``reader``; no answers."""
    bind(
        (*ASKING, *ACTIONS, *EVENTS, *COMMENTS, *SUBSCRIPTIONS, *ACCOUNTS, *AUDIT),
        Login.WEB,
    )
    bind((*SHELF, *EARLIER), Login.READER)


def bind_worker() -> None:
    """Give a worker both sides and the shelf; accounts only through the migrator's commands."""
    bind(
        (*ASKING, *COUNTING, *SHELF, *EARLIER, *ACTIONS, *EVENTS, *SUBSCRIPTIONS, *AUDIT),
        Login.WORKER,
    )
    bind(ACCOUNTS, Login.MIGRATOR)
