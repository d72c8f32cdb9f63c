"""Letters in Django admin: looked at, and sent again when a person says so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from certification.actions import notices
from certification.models import Notice
from certification.states import NoticeKind, NoticeState
from tests.factories import NOW, CertificateFactory, InvitationFactory, NoticeFactory
from tests.pages import inline_code, plain, press, read, words
from tests.views.test_admin_pages import queries_of

pytestmark = pytest.mark.django_db

LIST = "/admin/certification/notice/"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def invitation():
    return InvitationFactory(email="ivan@example.com", nonce="n0nce" * 6)


@pytest.fixture
def letters(invitation):
    """One in every state, by it."""
    notices.write(NoticeKind.INVITATION, invitation, now=NOW, mark=invitation.nonce)
    rows = {NoticeState.WAITING: Notice.objects.get()}
    for state, more in {
        NoticeState.SENDING: {"claimed_at": NOW - QUARTER, "tries": 1},
        NoticeState.SENT: {"claimed_at": NOW, "sent_at": NOW, "tries": 2},
        NoticeState.FAILED: {"claimed_at": NOW, "error": "SMTPDataError 451", "tries": 8},
        NoticeState.DROPPED: {},
    }.items():
        rows[state] = NoticeFactory(state=state, email=f"{state}@example.com", **more)
    return rows


def choose(editor, rows, **more):
    data = {"action": "send_again", "_selected_action": [row.pk for row in rows], **more}
    return editor.post(LIST, data, follow=True)


def states():
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_list_tells_what_became_of_each(editor, letters):
    text = read(editor.get(LIST)).text

    for state, row in letters.items():
        assert row.email in text
        assert plain(str(state.label)) in text
    assert "SMTPDataError 451" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state__exact=failed", ["failed@example.com"]),
        ("kind__exact=invitation", ["ivan@example.com"]),
        ("q=SENT@example", ["sent@example.com"]),
        ("q=nobody", []),
    ],
)
def test_list_is_narrowed_down(editor, letters, query, found):
    text = read(editor.get(f"{LIST}?{query}")).text

    assert [row.email for row in letters.values() if row.email in text] == found


def test_letters_are_found_by_the_name_of_their_reader(editor):
    certificate = CertificateFactory()
    NoticeFactory(email="other@example.com")
    notices.write(NoticeKind.CERTIFICATE, certificate, now=NOW)
    type(certificate.candidate).objects.filter(pk=certificate.candidate_id).update(name="Софья Ким")

    text = read(editor.get(f"{LIST}?q=Ким")).text

    assert (certificate.candidate.email in text, "other@example.com" in text) == (True, False)


def test_nothing_of_a_letter_is_changed_added_or_deleted(editor, letters):
    row = letters[NoticeState.FAILED]
    before = list(Notice.objects.values())
    page = editor.get(f"{LIST}{row.pk}/change/")

    assert page.status_code == 200
    assert [form for form in read(page).forms if form.named("state") or form.named("email")] == []
    assert editor.get(f"{LIST}add/").status_code == 403
    for path in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert editor.post(f"{LIST}{path}", {"state": "sent", "post": "yes"}).status_code == 403
    choose(editor, letters.values(), action="delete_selected", post="yes")
    assert list(Notice.objects.values()) == before


def test_neither_link_nor_what_makes_it_is_shown(editor, letters, invitation):
    row = letters[NoticeState.WAITING]
    Notice.objects.filter(pk=row.pk).update(state=NoticeState.FAILED)
    pages = [
        editor.get(LIST),
        editor.get(f"{LIST}{row.pk}/change/"),
        editor.get(f"{LIST}{row.pk}/history/"),
        choose(editor, [row]),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    for page in pages:
        content = page.content.decode()
        assert "ivan@example.com" in content or page is pages[2]
        assert not [secret for secret in (invitation.nonce, invitation.link) if secret in content]


def test_letters_are_sent_again_after_a_person_has_confirmed_it(editor, letters):
    page = choose(editor, letters.values())

    stuck, failed = letters[NoticeState.SENDING], letters[NoticeState.FAILED]
    text = read(page).text
    assert words("A letter that got stuck may have reached its reader: then they get it twice.") in text
    assert [row.email for row in letters.values() if row.email in text] == [stuck.email, failed.email]
    others = words(
        "%(others)s other of your choice was neither given up nor got stuck, and stays as it is.",
        plural="%(others)s others of your choice were neither given up nor got stuck, and stay as they are.",
        n=3,
        others=3,
    )
    assert others in text
    assert inline_code(page) == []
    assert states() == ["waiting", "sending", "sent", "failed", "dropped"]

    told = press(editor, page, words("Send again"))

    assert states() == ["waiting", "waiting", "sent", "waiting", "dropped"]
    done = words("%(count)d letter is sent again.", plural="%(count)d letters are sent again.", n=2, count=2)
    assert done in read(told).text
    for row in (stuck, failed):
        row.refresh_from_db()
        assert (row.due_at, row.tries) == (NOW, 0)
    assert mail.outbox == []


def test_letter_that_is_being_sent_just_now_is_not_sent_again(editor):
    row = NoticeFactory(state="sending", claimed_at=NOW - QUARTER + timedelta(seconds=1))

    for more in ({}, {"confirmed": "yes"}):
        page = choose(editor, [row], **more)

        sentence = words("None of these was given up or got stuck: nothing is sent again.")
        assert sentence in read(page).text
        assert states() == ["sending"]


def test_cancelling_leads_back_to_the_list(editor, letters):
    page = choose(editor, [letters[NoticeState.FAILED]])

    assert reverse("admin:certification_notice_changelist") in read(page).links


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_queries_however_many_letters(editor, count):
    NoticeFactory.create_batch(count)

    assert queries_of(editor, LIST) == 5
