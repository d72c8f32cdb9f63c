"""Signing in by e-mail, and out; the pages are allauth's in our design."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse

from certification.models import User
from certification.states import Role
from tests.factories import UserFactory
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db

PASSWORD = "rocks and rivers"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def quick_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def invited(email, **fields):
    """Somebody who was let in, with a password and a verified address."""
    user = UserFactory(email=email, **fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def maria(db):
    return invited("maria@example.com")


def sign_in(browser, email="maria@example.com", password=PASSWORD, *, address=LOGIN, **more):
    return browser.post(address, {"login": email, "password": password, **more})


def signed_in(browser):
    """The id of whoever is signed in."""
    return browser.session.get(SESSION_KEY)


@pytest.mark.parametrize("email", ["maria@example.com", "Maria@Example.COM"])
def test_sign_in_by_email_opens_the_first_page(anonymous, maria, email):
    response = sign_in(anonymous, email)

    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert signed_in(anonymous) == str(maria.pk)


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.CANDIDATE, "home"),
        (Role.LEAD, "company"),
        (Role.MANAGER, "manage_today"),
        (Role.ADMIN, "manage_today"),
    ],
)
def test_sign_in_opens_what_each_role_came_for_or_the_page_that_was_asked_for(anonymous, role, first):
    person = invited("maria@example.com", role=role)

    opened = [sign_in(anonymous)["Location"], anonymous.get(LOGIN)["Location"]]
    asked = sign_in(Client(), next=reverse("tutorial"))["Location"]
    anonymous.force_login(person)

    assert opened == [reverse(first)] * 2
    assert anonymous.get(reverse(first)).status_code == 200
    assert asked == reverse("tutorial")


def test_sign_in_by_its_form(anonymous, maria):
    page = anonymous.get(LOGIN)

    page = press(
        anonymous, page, words("Sign in", context="button"), login="maria@example.com", password=PASSWORD
    )

    assert page.request["PATH_INFO"] == reverse("home")
    assert signed_in(anonymous) == str(maria.pk)


def test_sign_in_with_a_wrong_password_says_the_same_as_for_nobody(anonymous, maria):
    wrong = sign_in(anonymous, password="not the one")
    nobody = sign_in(anonymous, "nobody@example.com", "not the one")

    pages = [read(response) for response in (wrong, nobody)]
    assert [response.status_code for response in (wrong, nobody)] == [200, 200]
    errors = [page.text.replace("nobody@example.com", "maria@example.com") for page in pages]
    assert errors[0] == errors[1]
    assert words("Check your answers") in errors[0]
    [form] = [form for form in pages[0].forms if form.named("password")]
    assert form.named("login")[0].value == "maria@example.com"
    assert form.named("password")[0].value == ""
    assert signed_in(anonymous) is None


def test_sign_in_of_somebody_put_out_is_refused(anonymous):
    invited("former@example.com", is_active=False)

    sign_in(anonymous, "former@example.com")

    assert signed_in(anonymous) is None


def test_sign_in_is_refused_after_five_failures_even_with_the_password(anonymous, maria):
    for _try in range(5):
        sign_in(anonymous, password="guess")

    response = sign_in(anonymous)

    assert words("Too many failed login attempts. Try again later.") in read(response).text
    assert signed_in(anonymous) is None


def test_sign_in_after_four_failures_is_still_open(anonymous, maria):
    for _try in range(4):
        sign_in(anonymous, password="guess")

    sign_in(anonymous)

    assert signed_in(anonymous) == str(maria.pk)


def test_sign_in_is_limited_per_account_whatever_the_browser(anonymous, maria):
    for number in range(5):
        guesser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        sign_in(guesser, "MARIA@example.com", "guess")

    sign_in(anonymous)

    assert signed_in(anonymous) is None


@pytest.mark.parametrize(("minutes", "opens"), [(4.9, False), (5.1, True)])
def test_sign_in_opens_again_after_five_minutes(anonymous, maria, clock, minutes, opens):
    for _try in range(5):
        sign_in(anonymous, password="guess")
    clock.shift(timedelta(minutes=minutes))

    sign_in(anonymous)

    assert signed_in(anonymous) == (str(maria.pk) if opens else None)


def test_sign_in_limit_of_one_does_not_touch_another_at_the_same_address(anonymous, maria):
    oleg = invited("oleg@example.com")
    for _try in range(5):
        sign_in(anonymous, password="guess")

    sign_in(anonymous, "oleg@example.com")

    assert signed_in(anonymous) == str(oleg.pk)


def test_a_class_behind_one_address_can_sign_in(db):
    people = [invited(f"class{number}@example.com") for number in range(40)]

    browsers = []
    for person in people:
        browser = Client()
        sign_in(browser, person.email)
        browsers.append(browser)

    assert [signed_in(browser) for browser in browsers] == [str(person.pk) for person in people]


@pytest.mark.parametrize(
    ("destination", "leads_to"),
    [
        ("/attempts/7/questions/3/", "/attempts/7/questions/3/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
@pytest.mark.parametrize("by", ["query", "form"])
def test_sign_in_returns_to_a_page_of_ours_only(anonymous, maria, destination, leads_to, by):
    if by == "query":
        response = press(
            anonymous,
            anonymous.get(LOGIN, {"next": destination}),
            words("Sign in", context="button"),
            login="maria@example.com",
            password=PASSWORD,
        )
        location = response.redirect_chain[0][0]
    else:
        location = sign_in(anonymous, next=destination)["Location"]

    assert location == leads_to
    assert signed_in(anonymous) == str(maria.pk)


def test_sign_in_makes_a_new_session(anonymous, maria):
    anonymous.get(LOGIN)
    before = anonymous.session.session_key

    sign_in(anonymous)

    assert anonymous.session.session_key != before


def test_sign_in_with_an_address_that_is_not_verified_sends_a_link_first(anonymous, maria):
    EmailAddress.objects.update(verified=False)

    response = sign_in(anonymous)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert signed_in(anonymous) is None
    [message] = mail.outbox
    link = re.search(r"http://localhost:8000(/accounts/confirm-email/\S+)", message.body)[1]
    page = anonymous.get(link)
    [form] = [form for form in read(page).forms if form.action == link]
    anonymous.post(form.action, form.data())
    assert EmailAddress.objects.get().verified is True
    sign_in(anonymous)
    assert signed_in(anonymous) == str(maria.pk)


def test_signing_up_is_closed(anonymous):
    url = reverse("account_signup")
    new = {"email": "new@example.com", "password1": "mountains and moons"}

    shown, sent = anonymous.get(url), anonymous.post(url, new)

    for response in (shown, sent):
        assert words("By invitation only") in read(response).text
        assert [form for form in read(response).forms if form.named("email")] == []
    assert User.objects.count() == 0
    assert mail.outbox == []


def test_a_forgotten_password_is_set_anew_by_mail(anonymous, maria):
    response = anonymous.post(reverse("account_reset_password"), {"email": "maria@example.com"})
    assert response["Location"] == reverse("account_reset_password_done")
    [message] = mail.outbox
    assert message.to == ["maria@example.com"]
    link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", message.body)[1]

    page = anonymous.get(link, follow=True)
    [form] = [form for form in read(page).forms if form.named("password1")]
    fresh = {"password1": "mountains and moons", "password2": "mountains and moons"}
    anonymous.post(form.action or page.request["PATH_INFO"], fresh)

    maria.refresh_from_db()
    assert maria.check_password("mountains and moons")
    assert not maria.check_password(PASSWORD)


def test_a_reset_link_works_once(anonymous, maria):
    anonymous.post(reverse("account_reset_password"), {"email": "maria@example.com"})
    link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = anonymous.get(link, follow=True)
    fresh = {"password1": "mountains and moons", "password2": "mountains and moons"}
    anonymous.post(page.request["PATH_INFO"], fresh)

    page = Client().get(link, follow=True)

    assert [form for form in read(page).forms if form.named("password1")] == []


def test_a_reset_for_nobody_looks_the_same(anonymous, maria):
    answers = [
        anonymous.post(reverse("account_reset_password"), {"email": email})
        for email in ("maria@example.com", "nobody@example.com")
    ]

    assert [(a.status_code, a["Location"]) for a in answers] == [
        (302, reverse("account_reset_password_done"))
    ] * 2
    assert [link for message in mail.outbox[1:] for link in re.findall(r"/reset/key/\S+", message.body)] == []


@pytest.mark.parametrize("weak", ["short", "1234567890", "maria@example.com"])
def test_a_weak_new_password_is_refused(anonymous, maria, weak):
    anonymous.post(reverse("account_reset_password"), {"email": "maria@example.com"})
    link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = anonymous.get(link, follow=True)

    page = anonymous.post(page.request["PATH_INFO"], {"password1": weak, "password2": weak})

    assert words("Check your answers") in read(page).text
    maria.refresh_from_db()
    assert maria.check_password(PASSWORD)


def test_sign_out_is_a_post(anonymous, maria):
    anonymous.force_login(maria)

    anonymous.get(reverse("account_logout"))
    assert signed_in(anonymous) == str(maria.pk)
    response = anonymous.post(reverse("account_logout"))

    assert response["Location"] == LOGIN
    assert signed_in(anonymous) is None


def test_sign_out_by_the_button_of_every_page(anonymous, maria):
    anonymous.force_login(maria)

    page = press(anonymous, anonymous.get(reverse("home")), words("Sign out"))

    assert page.request["PATH_INFO"] == LOGIN
    assert signed_in(anonymous) is None


def test_sign_out_from_elsewhere_without_a_token_is_refused(maria):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(maria)

    response = guarded.post(reverse("account_logout"))

    assert response.status_code == 403
    assert signed_in(guarded) == str(maria.pk)


def test_nothing_of_a_page_is_left_after_signing_out(anonymous, maria):
    anonymous.force_login(maria)
    home = anonymous.get(reverse("home"))

    anonymous.post(reverse("account_logout"))

    assert "no-store" in home["Cache-Control"]
    assert anonymous.get(reverse("home")).status_code == 302


def test_the_login_page_shows_the_demo_only_in_the_demo(anonymous, settings):
    settings.AMOQUIZ_DEMO = True
    demo = read(anonymous.get(LOGIN)).text
    settings.AMOQUIZ_DEMO = False
    earnest = read(anonymous.get(LOGIN)).text

    assert "partner@example.com" in demo
    assert "amoquiz-demo" in demo
    assert "partner@example.com" not in earnest
    assert "amoquiz-demo" not in earnest


def test_the_login_page_leads_whoever_is_signed_in_to_their_exams(anonymous, maria):
    anonymous.force_login(maria)

    assert anonymous.get(LOGIN)["Location"] == reverse("home")


def test_sign_out_lets_the_browser_forget_what_the_page_kept(anonymous, maria):
    sign_in(anonymous)
    asked = anonymous.get(reverse("account_logout"))

    gone = anonymous.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in asked
    assert (gone.status_code, gone["Clear-Site-Data"]) == (302, '"storage"')
    assert "Clear-Site-Data" not in anonymous.get(LOGIN)
