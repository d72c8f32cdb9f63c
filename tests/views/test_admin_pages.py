"""Who gets into Django admin, and what its pages carry."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import pgettext

from certification.actions.events import record
from certification.models import Event, Question, User
from certification.states import EventKind, Role
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AdminFactory,
    AgreementFactory,
    InvitationFactory,
    NoticeFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    certified,
    started,
)
from tests.pages import POLICY, inline_code, policy, read, words

pytestmark = pytest.mark.django_db

MODELS = [
    "certification/agreement",
    "certification/certificate",
    "certification/exam",
    "certification/notice",
    "certification/partner",
    "certification/question",
    "certification/section",
    "certification/user",
    "mfa/authenticator",
]
# What only actions write.
READ_ONLY = [
    "account/emailaddress",
    "certification/acceptance",
    "certification/attempt",
    "certification/event",
    "certification/invitation",
]

# Nobody adds them by hand, and nobody deletes these.
LOOKED_AT = ["certification/certificate", "certification/notice", "mfa/authenticator"]
KEPT = ["certification/certificate", "certification/notice", "certification/question"]


@pytest.fixture
def bank(db):
    """A row of everything that admin shows, one question of which is served."""
    attempt = started(exam=bank_with_exam(questions=2, per_section=1))
    AgreementFactory()
    AcceptanceFactory(partner=attempt.partner, accepted_by=attempt.candidate)
    InvitationFactory(partner=attempt.partner)
    Authenticator.objects.create(user=attempt.candidate, type=Authenticator.Type.TOTP, data={"secret": "x"})
    EmailAddress.objects.create(user=attempt.candidate, email=attempt.candidate.email)
    NoticeFactory(attempt=attempt)
    certified()
    return attempt


def address(path):
    """A path with FIRST in it names a row of the model before it."""
    if "FIRST" not in path:
        return path
    name = path.split("/")[3]
    model = next(model for model in site._registry if model._meta.model_name == name)
    return path.replace("FIRST", str(model.objects.order_by("pk").first().pk))


PAGES = [
    "/admin/",
    "/admin/account/",
    "/admin/certification/",
    *(f"/admin/{model}/" for model in MODELS),
    *(f"/admin/{model}/add/" for model in MODELS if model not in LOOKED_AT),
    *(f"/admin/{model}/FIRST/change/" for model in MODELS),
    *(f"/admin/{model}/FIRST/history/" for model in MODELS),
    *(f"/admin/{model}/FIRST/delete/" for model in MODELS if model not in KEPT),
    *(f"/admin/{model}/" for model in READ_ONLY),
    *(f"/admin/{model}/FIRST/change/" for model in READ_ONLY),
    "/admin/certification/user/FIRST/password/",
    "/admin/certification/question/?q=кнопка&state__exact=published&is_current__exact=1",
    "/admin/certification/question/?q=ничего&fresh=stale&versions=standing",
    "/admin/certification/question/FIRST/preview/",
    "/admin/certification/attempt/?q=лебедева",
    "/admin/certification/event/?q=1",
]


def test_admin_shows_what_is_listed_here():
    """A new model wants its pages below."""
    shown = [f"{model._meta.app_label}/{model._meta.model_name}" for model in site._registry]
    assert sorted(shown) == sorted(MODELS + READ_ONLY)


def test_admin_adds_and_deletes_no_row_that_actions_write(editor, bank):
    paths = [f"/admin/{model}/{rest}" for model in READ_ONLY for rest in ("add/", "FIRST/delete/")]

    assert {path: editor.get(address(path)).status_code for path in paths} == dict.fromkeys(paths, 403)


@pytest.mark.parametrize("path", PAGES)
def test_admin_page_has_no_inline_script_or_style_and_carries_the_policy(editor, bank, path):
    response = editor.get(address(path))

    assert response.status_code == 200
    assert inline_code(response) == []
    assert policy(response) == POLICY
    assert "no-store" in response["Cache-Control"]


def test_admin_of_a_refused_form_has_no_inline_script_or_style(editor, bank):
    response = editor.post("/admin/certification/section/add/", {"number": "", "title": ""})

    assert response.status_code == 200
    assert (
        words("Please correct the error below.", plural="Please correct the errors below.", n=2)
        in read(response).text
    )
    assert inline_code(response) == []


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD, Role.MANAGER])
def test_admin_is_closed_to_everybody_else(bank, role):
    browser = Client()
    browser.force_login(UserFactory(role=role))

    responses = {path: browser.get(address(path), follow=True) for path in PAGES}

    assert {path: response.status_code for path, response in responses.items()} == dict.fromkeys(PAGES, 403)
    sentence = words("This page is not for you")
    assert [path for path, response in responses.items() if sentence not in read(response).text] == []


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD, Role.MANAGER, Role.ADMIN])
def test_admin_writes_for_administrators_only(bank, role):
    browser = Client()
    browser.force_login(UserFactory(role=role))
    section = {"number": "32001", "title": "Раздел из админки", "_save": "1"}

    response = browser.post("/admin/certification/section/add/", section, follow=True)

    allowed = role == Role.ADMIN
    assert response.status_code == (200 if allowed else 403)
    section_model = Question._meta.get_field("section").related_model
    assert section_model.objects.filter(number=32_001).exists() is allowed


def test_admin_is_closed_to_an_administrator_put_out(bank):
    admin = AdminFactory()
    browser = Client()
    browser.force_login(admin)
    User.objects.filter(pk=admin.pk).update(is_active=False)

    response = browser.get("/admin/", follow=True)

    assert response.request["PATH_INFO"] == reverse("account_login")


def test_admin_signed_out_is_sent_to_the_common_login(anonymous):
    response = anonymous.get("/admin/certification/question/", follow=True)

    assert response.request["PATH_INFO"] == reverse("account_login")
    [form] = [form for form in read(response).forms if form.named("password")]
    assert form.named("next")[0].value == "/admin/certification/question/"


def test_only_administrators_see_the_way_to_the_bank():
    seen = {}
    for role in Role:
        browser = Client()
        browser.force_login(UserFactory(role=role))
        seen[role] = reverse("admin:index") in read(browser.get(reverse("home"))).links

    assert seen == {Role.CANDIDATE: False, Role.LEAD: False, Role.MANAGER: False, Role.ADMIN: True}


def test_admin_lists_questions_by_their_words(editor):
    section = SectionFactory(title="Импорт")
    QuestionFactory(section=section, number="3.1", text="Как загрузить сделки?")
    QuestionFactory(section=section, number="3.2", text="Как выгрузить контакты?", state="draft")

    everything = read(editor.get("/admin/certification/question/")).text
    found = read(editor.get("/admin/certification/question/?q=контакты")).text

    assert ("Как загрузить сделки?" in everything, "Как выгрузить контакты?" in everything) == (True, True)
    assert ("Как загрузить сделки?" in found, "Как выгрузить контакты?" in found) == (False, True)


def queries_of(browser, path):
    """How many queries a page asks; the first look fills the process's cache of content types."""
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    return len(queries)


@pytest.mark.parametrize("questions", [1, 3])
def test_admin_question_list_asks_the_same_queries_however_many_rows(editor, questions):
    QuestionFactory.create_batch(questions, section=SectionFactory())

    assert queries_of(editor, "/admin/certification/question/") == 7


def test_admin_question_list_is_ordered_as_the_numbers_count(editor):
    first, second = SectionFactory(number=1), SectionFactory(number=2)
    other = QuestionFactory(section=second, number="2.1")
    rows = [QuestionFactory(section=first, number=number) for number in ("1.10", "1.9", "1.1")]
    again = QuestionFactory(section=first, number="1.1", key=rows[-1].key, version=2, is_current=False)

    shown = list(editor.get("/admin/certification/question/").context["cl"].result_list)

    assert shown == [rows[2], again, rows[1], rows[0], other]


def test_admin_lists_say_how_many_rows_there_are_whatever_they_are_called(editor):
    QuestionFactory.create_batch(51, section=SectionFactory())

    page, whole = (read(editor.get(f"/admin/certification/question/{query}")) for query in ("", "?all="))

    assert f"1 2 {words('In all: %(count)s', count=51)} {words('Show all')}" in page.text
    assert words("In all: %(count)s", count=51) in whole.text


@pytest.mark.parametrize("versions", [1, 3])
def test_admin_question_page_asks_the_same_queries_however_many_versions(editor, versions):
    question = QuestionFactory(section=SectionFactory())
    for version in range(2, versions + 1):
        Question.objects.filter(key=question.key).update(is_current=False)
        question = QuestionFactory(section=question.section, key=question.key, version=version)

    assert queries_of(editor, f"/admin/certification/question/{question.pk}/change/") == 11


@pytest.mark.parametrize("sections", [1, 3])
def test_admin_exam_page_asks_the_same_queries_however_many_sections(editor, sections):
    exam = bank_with_exam(sections=sections)

    assert queries_of(editor, f"/admin/certification/exam/{exam.pk}/change/") == 6


@pytest.mark.parametrize("attempts", [1, 3])
def test_admin_lists_of_what_happened_ask_the_same_queries_however_many_rows(editor, attempts):
    exam = bank_with_exam()
    for _ in range(attempts):
        started(exam=exam)

    lists = [f"/admin/certification/{model}/" for model in ("attempt", "event")]
    assert [queries_of(editor, path) for path in lists] == [5, 4]


def test_events_are_told_in_words_and_no_table_is_named(editor):
    question = QuestionFactory(section=SectionFactory())
    record(EventKind.QUESTION_RETIRED, question, by=None, now=NOW, reason="Кнопку <убрали>")

    page = read(editor.get("/admin/certification/event/"))
    event = Event.objects.latest("id")
    form = read(editor.get(f"/admin/certification/event/{event.pk}/change/"))

    subject = words("%(kind)s no. %(number)s", kind=words("question"), number=question.pk)
    for text in (page.text, form.text):
        assert subject in text
        assert f"{pgettext('fact', 'reason')}: Кнопку <убрали>" in text
        assert "certification_question" not in text


def test_admin_finds_people_and_what_is_theirs_whatever_the_case(editor):
    partner = PartnerFactory(name="Пчёлы и Мёд")
    person = UserFactory(name="Пётр СЁМИН", partner=partner)
    UserFactory(name="Анна Орлова")
    exam = bank_with_exam(questions=2, per_section=2)
    certificate = certified(person, exam)
    certified(exam=exam)

    def found(model, q):
        return list(editor.get(f"/admin/certification/{model}/", {"q": q}).context["cl"].result_list)

    assert found("user", "петр семин") == [person]
    assert found("partner", "МЕД") == [partner]
    assert found("attempt", "сёмин") == [certificate.attempt]
    assert found("certificate", "СЕМИН") == [certificate]
