"""Letters whose sense is gone, those that a person has sent again, those about a certificate's end."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from certification.actions import attempts, notices
from certification.actions.notices import Pass
from certification.models import Event, Invitation, Notice, User
from certification.states import EventKind, NoticeKind, RevocationCause
from tests.factories import (
    NOW,
    CertificateFactory,
    InvitationFactory,
    ManagerFactory,
    NoticeFactory,
    UserFactory,
    bank_with_exam,
    untold,
    void,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
MS = timedelta(milliseconds=1)
SENT, DROPPED = Pass(1, 0, 0), Pass(0, 1, 0)


def send(now=LATER):
    return notices.send_due(now=now, compose=lambda n: EmailMessage("О", "Текст", to=[n.email]))


def written(kind, make, **values):
    about = make(**values)
    notices.write(kind, about, now=NOW + timedelta(minutes=10))
    return about


def changed(row, **values):
    type(row).objects.filter(pk=row.pk).update(**values)


def revoke(certificate):
    changed(
        certificate,
        revoked_at=NOW,
        revoked_by=ManagerFactory(),
        revocation_cause=RevocationCause.MISTAKE,
        revocation_reason="Выдан по ошибке",
    )


def revoke_invitation(invitation):
    changed(invitation, revoked_at=NOW, revoked_by=ManagerFactory())


def accept(invitation):
    changed(invitation, accepted_at=NOW, accepted_by=UserFactory())


def expire(invitation):
    changed(invitation, expires_at=LATER)


def resend(invitation):
    now = NOW + timedelta(minutes=20)
    changed(invitation, sent_at=now, nonce="another")


def reopen(attempt):
    return attempts.reopen(
        attempt.pk, by=ManagerFactory().pk, now=NOW + timedelta(minutes=30), reason="Сбой", minutes=5
    )


def reopen_and_finish(attempt):
    reopen(attempt)
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW + timedelta(minutes=31))


def deactivate(row):
    changed(row.candidate, is_active=False)


def renew(certificate):
    exam = bank_with_exam(gives_certificate=False)
    attempt = untold(exam, user=certificate.candidate, right=5)
    return CertificateFactory(attempt=attempt, supersedes=certificate)


def renew_in_vain(certificate):
    revoke(renew(certificate))


POINTLESS = [
    (NoticeKind.INVITATION, InvitationFactory, revoke_invitation),
    (NoticeKind.INVITATION, InvitationFactory, accept),
    (NoticeKind.INVITATION, InvitationFactory, expire),
    (NoticeKind.INVITATION, InvitationFactory, resend),
    (NoticeKind.RESULT, untold, void),
    (NoticeKind.RESULT, untold, reopen),
    (NoticeKind.RESULT, untold, deactivate),
    (NoticeKind.CLOSED, untold, void),
    (NoticeKind.CLOSED, untold, reopen),
    (NoticeKind.CLOSED, untold, deactivate),
    (NoticeKind.CERTIFICATE, CertificateFactory, revoke),
    (NoticeKind.CERTIFICATE, CertificateFactory, deactivate),
    (NoticeKind.EXPIRING, CertificateFactory, revoke),
    (NoticeKind.EXPIRING, CertificateFactory, renew),
    (NoticeKind.EXPIRING, CertificateFactory, deactivate),
]


@pytest.mark.parametrize(("kind", "make", "happens"), POINTLESS)
def test_letter_whose_sense_is_gone_is_dropped(kind, make, happens):
    happens(written(kind, make))

    assert send() == DROPPED

    notice = Notice.objects.get()
    assert (notice.state, notice.sent_at, notice.error) == ("dropped", None, "")
    assert mail.outbox == []
    assert send(LATER + HOUR) == Pass(0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "make", "happens"),
    [
        (NoticeKind.CERTIFICATE, CertificateFactory, renew),
        (NoticeKind.EXPIRING, CertificateFactory, renew_in_vain),
        (NoticeKind.RESULT, untold, lambda attempt: untold(user=attempt.candidate)),
    ],
)
def test_letter_that_still_makes_sense_is_sent(kind, make, happens):
    happens(written(kind, make))

    assert send() == SENT


@pytest.mark.parametrize("kind", [NoticeKind.CERTIFICATE, NoticeKind.EXPIRING])
@pytest.mark.parametrize(("before", "done"), [(MS, SENT), (timedelta(0), DROPPED)])
def test_letter_about_a_certificate_makes_sense_until_it_expires(kind, before, done):
    certificate = written(kind, CertificateFactory)

    assert send(certificate.expires_at - before) == done


def test_letter_of_an_invitation_that_was_sent_anew_goes_out_in_the_place_of_the_former():
    invitation = written(NoticeKind.INVITATION, InvitationFactory, email="ivan@example.com")
    resend(invitation)
    notices.write(
        NoticeKind.INVITATION,
        Invitation.objects.get(),
        now=NOW + timedelta(minutes=20),
        mark="another",
    )

    assert send() == Pass(sent=1, dropped=1, failures=0)
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "sent"]


def test_letter_of_an_attempt_that_was_reopened_goes_out_for_its_new_end():
    attempt = written(NoticeKind.RESULT, untold)
    reopen_and_finish(attempt)

    assert send() == Pass(sent=1, dropped=1, failures=0)
    assert list(Notice.objects.order_by("pk").values_list("state", "created_at")) == [
        ("dropped", NOW + timedelta(minutes=10)),
        ("sent", NOW + timedelta(minutes=31)),
    ]


def test_invitation_is_sent_to_somebody_without_a_login():
    written(NoticeKind.INVITATION, InvitationFactory)

    assert send() == SENT
    assert not User.objects.filter(email=Invitation.objects.get().email).exists()


# Sending again


def given_up(**values):
    return NoticeFactory(state="failed", tries=8, error="SMTPDataError 451", **values)


def stuck(**values):
    return NoticeFactory(state="sending", claimed_at=NOW, tries=1, **values)


@pytest.mark.parametrize("make", [given_up, stuck])
def test_letter_that_failed_is_sent_again_when_a_person_says_so(make, caplog):
    notice, by = make(), ManagerFactory()

    with caplog.at_level(logging.INFO):
        assert notices.send_again([notice.pk], by=by.pk, now=LATER) == 1
        assert notices.send_again([notice.pk], by=by.pk, now=LATER) == 0

    [event] = Event.objects.about([notice])
    assert (event.kind, event.actor, event.at) == (EventKind.LETTER_REPEATED, by, LATER)
    assert event.facts == {
        "letter": notice.kind,
        "former_state": notice.state,
        "former_tries": notice.tries,
    }
    notice.refresh_from_db()
    assert (notice.state, notice.due_at, notice.tries) == ("waiting", LATER, 0)
    assert [record.getMessage() for record in caplog.records] == [
        f"notice {notice.pk} is sent again: user {by.pk} has decided so"
    ]
    assert send() == SENT
    assert len(mail.outbox) == 1


def test_letter_counts_as_stuck_after_a_quarter_of_an_hour():
    notice, by = stuck(), ManagerFactory()
    quarter = timedelta(minutes=15)

    assert notices.send_again([notice.pk], by=by.pk, now=NOW + quarter - MS) == 0
    assert notices.send_again([notice.pk], by=by.pk, now=NOW + quarter) == 1


def test_others_are_not_sent_again():
    rows = [
        NoticeFactory(),
        NoticeFactory(state="sent", claimed_at=NOW, sent_at=NOW),
        NoticeFactory(state="dropped"),
    ]
    chosen, other = given_up(), given_up()

    assert notices.send_again([row.pk for row in [*rows, chosen]], by=ManagerFactory().pk, now=LATER) == 1

    states = list(Notice.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "sent", "dropped", "waiting", "failed"]
    other.refresh_from_db()
    assert other.tries == 8


def test_sender_that_comes_back_late_does_not_settle_what_was_decided_meanwhile():
    notice = stuck()
    notices.send_again([notice.pk], by=ManagerFactory().pk, now=LATER)

    notices.settle(notice, "sent", sent_at=LATER)

    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == ("waiting", None)


# Certificates that expire

DAY = timedelta(days=1)


def marks():
    """What was written of which certificate, in that order."""
    return [key.split(":", 1)[1] for key in Notice.objects.order_by("pk").values_list("key", flat=True)]


def test_holder_is_told_sixty_thirty_and_seven_days_before_the_end_once_each():
    certificate = CertificateFactory()
    days = {}

    for left in range(70, -3, -1):
        now = certificate.expires_at - left * DAY
        for hours in (0, 12):
            written = notices.write_expiring(now=now + hours * HOUR)
            if written:
                days[left, hours] = written

    assert days == {(60, 0): 1, (30, 0): 1, (7, 0): 1}
    assert marks() == [f"{certificate.pk}:{days}" for days in (60, 30, 7)]
    assert set(Notice.objects.values_list("kind", "email")) == {("expiring", certificate.candidate.email)}


@pytest.mark.parametrize(
    ("left", "mark"),
    [
        (60 * DAY + MS, None),
        (60 * DAY, 60),
        (30 * DAY + MS, 60),
        (30 * DAY, 30),
        (7 * DAY + MS, 30),
        (7 * DAY, 7),
        (MS, 7),
        (timedelta(0), None),
        (-DAY, None),
    ],
)
def test_late_pass_writes_of_the_nearest_threshold_alone(left, mark):
    certificate = CertificateFactory()
    now = certificate.expires_at - left

    assert notices.write_expiring(now=now) == (mark is not None)
    assert notices.write_expiring(now=now) == 0
    assert marks() == ([f"{certificate.pk}:{mark}"] if mark else [])


@pytest.mark.parametrize("happens", [revoke, renew, deactivate])
def test_nobody_is_told_of_a_certificate_without_need(happens):
    certificate = CertificateFactory()
    happens(certificate)

    notices.write_expiring(now=certificate.expires_at - 7 * DAY)

    assert not Notice.objects.filter(certificate=certificate).exists()


def test_holder_is_told_where_the_renewal_was_revoked():
    certificate = CertificateFactory()
    renew_in_vain(certificate)

    assert notices.write_expiring(now=certificate.expires_at - 7 * DAY) == 1
    assert marks() == [f"{certificate.pk}:7"]


@pytest.mark.parametrize(("valid", "told"), [(31, [30, 7]), (60, [60, 30, 7]), (7, [7]), (6, [])])
def test_certificate_for_a_short_time_has_no_threshold_before_its_issue(valid, told):
    certificate = CertificateFactory(expires_at=NOW + timedelta(minutes=10) + valid * DAY)

    for left in range(valid, -1, -1):
        notices.write_expiring(now=certificate.expires_at - left * DAY)

    assert marks() == [f"{certificate.pk}:{days}" for days in told]


def test_pass_writes_so_many_and_the_next_one_goes_on():
    rows = CertificateFactory.create_batch(3)
    now = rows[0].expires_at - 20 * DAY

    assert [notices.write_expiring(now=now, limit=2) for _ in range(3)] == [2, 1, 0]
    assert marks() == [f"{row.pk}:30" for row in rows]


def test_look_without_work_asks_three_queries(django_assert_num_queries):
    certificate = CertificateFactory()
    savepoints = 2 * 3

    with django_assert_num_queries(3 + savepoints):
        notices.write_expiring(now=certificate.expires_at - 90 * DAY)
