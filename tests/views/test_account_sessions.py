"""A session: its id, its ends, its cookies; and a changed address."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from certification.models import Attempt, User
from certification.states import Role
from tests.factories import started
from tests.pages import plain, read, words
from tests.views.test_account import LOGIN, PASSWORD, invited, sign_in, signed_in

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def maria(db):
    return invited("maria@example.com")


def manager():
    return invited("manager@example.com", role=Role.MANAGER, partner=None)


@pytest.mark.parametrize(
    ("role", "away", "stays"),
    [
        (Role.CANDIDATE, timedelta(hours=23), True),
        (Role.CANDIDATE, timedelta(hours=25), False),
        (Role.MANAGER, timedelta(hours=7), True),
        (Role.MANAGER, timedelta(hours=9), False),
    ],
)
def test_a_session_left_alone_ends(anonymous, clock, role, away, stays):
    person = manager() if role == Role.MANAGER else invited("maria@example.com")
    sign_in(anonymous, person.email)
    clock.shift(away)

    answer = anonymous.get(reverse("home"))

    assert answer.status_code == (200 if stays else 302)
    assert signed_in(anonymous) == (str(person.pk) if stays else None)


@pytest.mark.parametrize(("role", "whole"), [(Role.CANDIDATE, 7 * DAY), (Role.MANAGER, DAY)])
def test_a_session_ends_however_busy(anonymous, clock, role, whole):
    person = manager() if role == Role.MANAGER else invited("maria@example.com")
    sign_in(anonymous, person.email)
    open_for = timedelta(0)
    while anonymous.get(reverse("home")).status_code == 200:
        clock.shift(6 * HOUR)
        open_for += 6 * HOUR

    assert open_for == whole + 6 * HOUR


def test_an_ended_session_comes_back_to_the_page_after_signing_in(anonymous, maria, clock):
    sign_in(anonymous)
    clock.shift(25 * HOUR)

    assert anonymous.get("/tutorial/")["Location"] == f"{LOGIN}?next=/tutorial/"


def test_a_session_is_written_at_most_once_in_five_minutes(anonymous, maria, clock):
    sign_in(anonymous)
    written = []
    for minutes in (1, 3, 2, 1, 5):
        before = anonymous.session["seen"]
        clock.shift(timedelta(minutes=minutes))
        anonymous.get(reverse("home"))
        written.append(anonymous.session["seen"] != before)

    assert written == [False, False, True, False, True]


def test_a_session_id_made_up_or_known_before_opens_nothing(maria):
    planted = "a" * 32
    browser = Client()
    browser.cookies["sessionid"] = planted
    sign_in(browser)
    thief = Client()
    thief.cookies["sessionid"] = planted

    assert browser.cookies["sessionid"].value != planted
    assert thief.get(reverse("home")).status_code == 302


def test_the_id_is_new_after_the_password_is_shown_anew(anonymous, maria):
    sign_in(anonymous)
    before = anonymous.session.session_key

    anonymous.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert anonymous.session.session_key != before
    assert not Client().session.exists(before)


def test_signing_out_ends_the_session_on_the_server(anonymous, maria):
    sign_in(anonymous)
    copy = Client()
    copy.cookies["sessionid"] = anonymous.cookies["sessionid"].value
    opened = copy.get(reverse("home")).status_code

    anonymous.post(reverse("account_logout"))

    assert (opened, copy.get(reverse("home")).status_code) == (200, 302)


def test_a_changed_password_ends_every_other_session(anonymous, maria):
    other = Client()
    sign_in(anonymous)
    sign_in(other)
    fresh = "mountains and moons"
    fields = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}

    answer = anonymous.post(reverse("account_change_password"), fields)

    assert answer["Location"] == reverse("account")
    assert (signed_in(anonymous), anonymous.get(reverse("home")).status_code) == (str(maria.pk), 200)
    assert other.get(reverse("home")).status_code == 302
    assert [plain(letter.subject) for letter in mail.outbox] == [words("The password was changed")]


def test_whoever_is_put_out_is_out_at_once_and_the_attempt_is_kept(anonymous, maria):
    attempt = started(maria)
    sign_in(anonymous)
    page = reverse("question", args=[attempt.pk, 1])
    opened = anonymous.get(page).status_code
    User.objects.filter(pk=maria.pk).update(is_active=False)

    answers = [anonymous.get(page), anonymous.post(page, {"choice": "1"})]

    assert opened == 200
    assert [(a.status_code, a["Location"].partition("?")[0]) for a in answers] == [(302, LOGIN)] * 2
    assert Attempt.objects.get() == attempt


def change(browser, email="new@example.com"):
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser.post(reverse("account_email"), {"email": email, "action_add": ""})


def link():
    return re.search(r"http://localhost:8000(/accounts/confirm-email/\S+)", mail.outbox[-1].body)[1]


def test_a_new_address_takes_over_once_it_is_confirmed(anonymous, maria):
    sign_in(anonymous)
    change(anonymous, "New.Maria@Example.com")
    page = link()
    maria.refresh_from_db()
    before = maria.email

    anonymous.get(page)
    anonymous.post(page)

    maria.refresh_from_db()
    assert (before, maria.email) == ("maria@example.com", "new.maria@example.com")
    assert [(a.email, a.verified, a.primary) for a in EmailAddress.objects.all()] == [
        ("new.maria@example.com", True, True)
    ]
    assert [(letter.to, plain(letter.subject)) for letter in mail.outbox] == [
        (["new.maria@example.com"], words("Confirm your address")),
        (["maria@example.com"], words("The address was changed")),
    ]
    browser = Client()
    sign_in(browser, "new.maria@example.com")
    assert signed_in(browser) == str(maria.pk)


def test_a_new_address_asks_for_the_password_first(anonymous, maria):
    sign_in(anonymous)

    answer = anonymous.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []


def test_an_address_of_somebody_else_looks_free_and_is_not_taken(anonymous, maria):
    oleg = invited("oleg@example.com")
    sign_in(anonymous)

    taken = change(anonymous, "oleg@example.com")
    page = link()
    anonymous.post(page)
    free = change(anonymous)

    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    maria.refresh_from_db()
    oleg.refresh_from_db()
    assert (maria.email, oleg.email) == ("maria@example.com", "oleg@example.com")


def test_the_only_address_stays(anonymous, maria):
    sign_in(anonymous)
    anonymous.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    anonymous.post(reverse("account_email"), {"email": "maria@example.com", "action_remove": ""})

    assert EmailAddress.objects.get().email == "maria@example.com"


def test_a_new_address_that_waits_is_shown_and_can_be_given_up(anonymous, maria):
    sign_in(anonymous)
    change(anonymous)
    pages = [read(anonymous.get(reverse(name))).text for name in ("account", "account_email")]

    anonymous.post(reverse("account_email"), {"email": "new@example.com", "action_remove": ""})

    assert ["new@example.com" in page for page in pages] == [True, True]
    assert EmailAddress.objects.get().email == "maria@example.com"


def test_a_link_does_not_follow_the_host_that_was_asked(anonymous, maria):
    address = reverse("account_reset_password")

    answer = anonymous.post(address, {"email": maria.email}, HTTP_HOST="evil.example")
    anonymous.post(address, {"email": maria.email}, HTTP_X_FORWARDED_HOST="evil.example")

    assert answer.status_code == 400
    assert ["evil" in letter.body for letter in mail.outbox] == [False]


def test_sign_out_leads_to_a_page_of_ours_only(anonymous, maria):
    for destination in ("https://evil.example/", "//evil.example/"):
        sign_in(anonymous)
        answer = anonymous.post(reverse("account_logout"), {"next": destination})
        assert answer["Location"] == LOGIN
