"""The partner agreement: read, accepted, or told why not yet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.models import Acceptance
from certification.states import Role
from tests.certified import certified
from tests.factories import NOW, AcceptanceFactory, AgreementFactory, PartnerFactory, UserFactory
from tests.pages import press, read, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

PAGE = "/agreement/"
NOBODY = words("It is accepted once somebody of your company holds a valid certificate.")
TICK = words("I have read the agreement and accept it for my company")


@pytest.fixture
def company():
    return PartnerFactory(name="Северный контур")


@pytest.fixture
def agreement():
    return AgreementFactory(title="Соглашение партнёра", text="Первый абзац.\n\nВторой <b>абзац</b>.")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def lead(company):
    return UserFactory(name="Олег Соколов", role=Role.LEAD, partner=company)


@pytest.fixture
def leading(lead):
    return signed_in(lead)


def accept_form(response):
    return [form for form in read(response).forms if form.named("accept")]


def test_lead_reads_and_accepts(leading, company, lead, agreement):
    certified(UserFactory(partner=company))
    page = leading.get(reverse("agreement"))
    assert [word in read(page).text for word in ("Второй <b>абзац</b>.", "Соглашение партнёра")] == [True] * 2

    done = press(leading, page, words("Accept the agreement"), accept="on")

    acceptance = Acceptance.objects.get()
    assert (acceptance.partner, acceptance.accepted_by, acceptance.accepted_at) == (company, lead, NOW)
    assert words("The agreement was accepted for %(company)s.", company="Северный контур") in read(done).text
    accepted = words(
        "Accepted for your company: %(name)s, %(date)s (Moscow).",
        name="Олег Соколов",
        date="23 ноября 2026 г., 10:00",
    )
    assert accepted in read(done).text
    assert accept_form(done) == []


def test_unticked_box_accepts_nothing(leading, company, agreement):
    certified(UserFactory(partner=company))

    response = leading.post(PAGE, {"agreement": agreement.pk})

    assert (response.status_code, Acceptance.objects.count()) == (422, 0)
    assert words("Tick that you accept the agreement, or leave it for later.") in read(response).text


def test_newer_version_is_read_before_it_is_accepted(leading, company, agreement):
    certified(UserFactory(partner=company))
    page = leading.get(PAGE)
    newer = AgreementFactory(number=agreement.number + 1, title="Новая версия")

    response = press(leading, page, words("Accept the agreement"), accept="on")

    assert (response.status_code, Acceptance.objects.count()) == (409, 0)
    assert words("Another version is in force now. Read it before you accept it.") in read(response).text
    [form] = accept_form(response)
    assert form.named("agreement")[0].value == str(newer.pk)


def test_second_acceptance_tells_of_the_first(leading, company, agreement, clock):
    certified(UserFactory(partner=company))
    sent = {"agreement": agreement.pk, "accept": "on"}
    leading.post(PAGE, sent)
    clock.shift(timedelta(minutes=1))
    before = all_rows()

    response = leading.post(PAGE, sent, follow=True)

    sentence = "Nothing was changed: %(name)s accepted it on %(at)s (Moscow)."
    told = words(sentence, name="Олег Соколов", at="23 ноября 2026 г., 10:00:00")
    assert told in read(response).text
    assert changed_tables(before) == []


def test_why_not_and_who_can_is_told(company, lead, agreement, manager):
    other = UserFactory(partner=company)
    people = {
        "lead": lead,
        "candidate": other,
        "no company": UserFactory(partner=None),
        "manager": manager,
    }
    sent = {"agreement": agreement.pk, "accept": "on"}
    pages = {name: signed_in(person).get(PAGE) for name, person in people.items()}
    told = {name: read(page).text for name, page in pages.items()}

    assert NOBODY in told["lead"]
    assert words("The lead of your company accepts it:") + " Олег Соколов." in told["candidate"]
    whose = words("A partner company accepts it: its lead, or one of its certified people.")
    assert (whose in told["no company"], whose in told["manager"]) == (True, True)
    assert {name: accept_form(page) for name, page in pages.items()} == dict.fromkeys(people, [])
    answers = {name: signed_in(person).post(PAGE, sent) for name, person in people.items()}
    assert {answer.status_code for answer in answers.values()} == {409}
    assert Acceptance.objects.count() == 0


def test_without_an_agreement_the_page_says_so(leading):
    AgreementFactory(in_force_from=NOW + timedelta(seconds=1))

    assert words("There is no partner agreement in force yet.") in read(leading.get(PAGE)).text
    assert leading.post(PAGE, {"agreement": 1, "accept": "on"}).status_code == 409


@pytest.mark.parametrize("is_accepted", [False, True])
def test_agreement_is_a_step_of_the_lead_and_where_there_is_none_of_candidates(
    company, agreement, is_accepted
):
    candidate = certified(UserFactory(partner=company))
    if is_accepted:
        AcceptanceFactory(agreement=agreement, partner=company, accepted_by=candidate)
    home = reverse("home")

    alone = read(signed_in(candidate).get(home))
    lead = UserFactory(role=Role.LEAD, partner=company)
    led = read(signed_in(candidate).get(home))
    leading = read(signed_in(lead).get(home))
    outside = read(signed_in(UserFactory(partner=None)).get(home))

    step = words("Accepted", context="agreement") if is_accepted else words("Read and accept")
    assert [step in page.text for page in (alone, led, leading, outside)] == [True, False, True, False]
    assert [PAGE in page.links for page in (alone, led, leading, outside)] == [True, False, True, False]


@pytest.mark.parametrize("people", [1, 3])
def test_queries_of_the_page(leading, company, agreement, people):
    for _ in range(people):
        certified(UserFactory(partner=company))
        AcceptanceFactory(agreement=agreement)

    with CaptureQueriesContext(connection) as captured:
        assert leading.get(PAGE).status_code == 200
    assert len(captured) == 5
