"""Adding, publishing and retiring questions in Django admin, and that none is ever deleted."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from certification.actions import bank
from certification.models import Event, Option, Question
from certification.states import EventKind, QuestionState
from tests.factories import NOW, ExamFactory, SectionFactory, UserFactory, item, started
from tests.pages import plain, read, typed, words

pytestmark = pytest.mark.django_db

ADD = "/admin/certification/question/add/"
LIST = "/admin/certification/question/"


@pytest.fixture
def section(db):
    return SectionFactory(number=1)


@pytest.fixture
def question(section):
    return bank.create(item(), by=None, now=NOW, publish=True)


@pytest.fixture
def served(question, section):
    """An open attempt that has the question."""
    return started(UserFactory(), ExamFactory(lines={section: 1}))


def everything():
    tables = (Question, Option, Event)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)


def decide(editor, name, *questions, **data):
    """What the page sends on which a decision is confirmed."""
    chosen = {"action": name, "_selected_action": [q.pk for q in questions], "confirmed": "yes"}
    return editor.post(LIST, {**chosen, **data})


def new_question(editor, section, **changes):
    values = {
        "section": str(section.pk),
        "number": "1.2",
        "kind": "single",
        "text": "Где видны задачи отдела?",
        "explanation": "Задачи отдела видны в календаре; остальные места показывают другое.",
        "options-TOTAL_FORMS": "3",
    }
    for index, option in enumerate(["В календаре задач", "В карточке сделки", "В общей почте отдела"]):
        values[f"options-{index}-text"] = option
        values[f"options-{index}-id"] = values[f"options-{index}-question"] = ""
    values["options-0-is_correct"] = "on"
    data = {**typed(editor.get(ADD), "options-TOTAL_FORMS"), **values, "_save": "1", **changes}
    return editor.post(ADD, {name: value for name, value in data.items() if value is not None})


@pytest.mark.parametrize(("publish", "state"), [("on", QuestionState.PUBLISHED), (None, QuestionState.DRAFT)])
def test_add_a_question(editor, admin, section, publish, state):
    excuse = "Задача — слово продукта" if publish else ""
    response = new_question(editor, section, publish=publish, excuse=excuse)

    assert response.status_code == 302
    question = Question.objects.get()
    made = {
        "section": section,
        "number": "1.2",
        "version": 1,
        "kind": "single",
        "text": "Где видны задачи отдела?",
        "state": state,
        "is_current": publish == "on",
        "author": admin,
    }
    assert {name: getattr(question, name) for name in made} == made
    assert list(question.options.values_list("position", "text", "is_correct")) == [
        (1, "В календаре задач", True),
        (2, "В карточке сделки", False),
        (3, "В общей почте отдела", False),
    ]


def test_add_a_question_that_the_lint_refuses_writes_nothing(editor, section):
    response = new_question(editor, section, **{"options-0-is_correct": None, "publish": "on"})

    assert response.status_code == 200
    lint = words("A single choice needs exactly one right option, this has %(right)s.", right=0)
    assert lint in read(response).text
    assert typed(response, "options-TOTAL_FORMS")["options-2-text"] == ["В общей почте отдела"]
    assert everything() == ([], [], [])


def test_retire_takes_a_question_out_of_draws_and_leaves_papers(editor, admin, question, served):
    [before], options, _events = everything()

    decide(editor, "retire_selected", question, reason="Роль упразднена")

    retired = {**before, "state": QuestionState.RETIRED, "is_current": False}
    assert everything()[:2] == ([retired], options)
    assert Question.objects.current().count() == 0
    theirs = Client()
    theirs.force_login(served.candidate)
    page = theirs.get(reverse("question", args=[served.pk, 1]))
    assert "Кто добавляет сотрудников в аккаунт?" in read(page).text
    last = Event.objects.order_by("id").last()
    assert (last.kind, last.actor, last.subject_id) == (EventKind.QUESTION_RETIRED, admin, question.pk)


def test_a_question_is_never_deleted(editor, question):
    before = everything()

    shown = editor.get(f"{LIST}{question.pk}/delete/")
    sent = editor.post(f"{LIST}{question.pk}/delete/", {"post": "yes"})
    editor.post(LIST, {"action": "delete_selected", "_selected_action": [question.pk], "post": "yes"})

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert everything() == before


def test_publishing_from_the_list_says_what_cannot_be_published(editor, section):
    flawed = bank.create(item(options=item().options[:2]), by=None, now=NOW)
    sound = bank.create(item(number="1.2"), by=None, now=NOW)

    response = decide(editor, "publish_selected", flawed, sound)

    assert response.status_code == 409
    [done] = [plain(str(message)) for message in get_messages(response.wsgi_request)]
    options = words(
        "There are %(count)s options; %(fewest)s to %(most)s are wanted.", count=2, fewest=3, most=4
    )
    assert options in read(response).text
    assert done == words("%(question)s is in use.", question="1.2 v1")
    assert list(Question.objects.order_by("pk").values_list("state", "is_current")) == [
        (QuestionState.DRAFT, False),
        (QuestionState.PUBLISHED, True),
    ]
