"""Editing the bank in Django admin, by the admin's own forms."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from certification.actions import bank
from certification.models import Event, Option, Question, Response
from certification.rules.items import ItemOption
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
    """Three options, in use, by another author."""
    return bank.create(item(), by=None, now=NOW, publish=True)


@pytest.fixture
def exam(section):
    return ExamFactory(lines={section: 1})


@pytest.fixture
def served(question, exam):
    """An open attempt that has the question."""
    attempt = started(UserFactory(), exam)
    assert attempt.responses.get().question == question
    return attempt


def url(question):
    return f"{LIST}{question.pk}/change/"


def form_of(response):
    """What the rendered form would send, were its first button pressed."""
    return {**typed(response, "options-TOTAL_FORMS"), "_save": "1"}


def edit(editor, question, **changes):
    """Open the page of a question, change what `changes` names, and send it; None takes a field out."""
    data = {**form_of(editor.get(url(question))), **changes}
    return editor.post(url(question), {name: value for name, value in data.items() if value is not None})


def rows(question):
    """Every row of one version, whole."""
    return (
        Question.objects.filter(pk=question.pk).values().get(),
        list(Option.objects.filter(question=question).order_by("pk").values()),
    )


def everything():
    return (
        list(Question.objects.order_by("pk").values()),
        list(Option.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
    )


def said(response):
    return [plain(str(message)) for message in get_messages(response.wsgi_request)]


def texts(question):
    return list(question.options.values_list("position", "text", "is_correct"))


def shown(client_of, attempt):
    browser = Client()
    browser.force_login(client_of)
    return read(browser.get(reverse("question", args=[attempt.pk, 1]))).text


def test_edit_of_a_served_question_adds_a_version_and_leaves_the_old_one(editor, admin, question, served):
    old_question, old_options = rows(question)
    assert [option["text"] for option in old_options] == ["Администратор", "Руководитель", "Ответственный"]

    response = edit(editor, question, **{"options-1-text": "Руководитель отдела"})

    assert rows(question) == ({**old_question, "is_current": False}, old_options)
    new = Question.objects.get(version=2)
    assert (response.status_code, response["Location"]) == (302, url(new))
    kept = {
        name: old_question[name] for name in ("key", "section_id", "number", "kind", "text", "explanation")
    }
    assert {name: getattr(new, name) for name in kept} == kept
    assert (new.state, new.is_current, new.author) == (QuestionState.PUBLISHED, True, admin)
    assert texts(new) == [
        (1, "Администратор", True),
        (2, "Руководитель отдела", False),
        (3, "Ответственный", False),
    ]
    sentence = words("Version %(version)s is in use. Attempts with the former one keep it.", version=2)
    assert said(response) == [sentence]
    assert list(
        Event.objects.filter(actor=admin).order_by("id").values_list("kind", "subject_id", "facts")
    ) == [
        (EventKind.QUESTION_REVISED, new.pk, {"former": question.pk}),
        (EventKind.QUESTION_PUBLISHED, new.pk, {"version": 2}),
    ]


def test_edit_goes_on_to_the_new_version(editor, question, served):
    page = editor.get(edit(editor, question, text="Кто добавляет людей в аккаунт?")["Location"])

    assert page.status_code == 200
    assert form_of(page)["text"] == ["Кто добавляет людей в аккаунт?"]


def test_edit_is_met_by_new_attempts_while_an_open_one_keeps_the_old(editor, question, exam, served):
    paper = Response.objects.filter(attempt=served).values().get()

    edit(
        editor,
        question,
        **{"text": "Кто добавляет людей в аккаунт?", "options-1-text": "Руководитель отдела"},
    )

    later = started(UserFactory(), exam)
    new, old = shown(later.candidate, later), shown(served.candidate, served)
    assert ("Кто добавляет людей в аккаунт?" in new, "Руководитель отдела" in new) == (True, True)
    assert ("Кто добавляет сотрудников в аккаунт?" in old, "Руководитель отдела" in old) == (True, False)
    assert Response.objects.filter(attempt=served).values().get() == paper


def test_edit_that_takes_an_option_out_leaves_the_old_version_whole(editor, section, exam):
    four = (
        ItemOption("Администратор", True),
        ItemOption("Руководитель", False),
        ItemOption("Ответственный", False),
        ItemOption("Наблюдатель", False),
    )
    question = bank.create(item(options=four), by=None, now=NOW, publish=True)
    started(UserFactory(), exam)
    old_question, old_options = rows(question)

    edit(editor, question, **{"options-1-DELETE": "on"})

    assert rows(question) == ({**old_question, "is_current": False}, old_options)
    assert texts(Question.objects.get(version=2)) == [
        (1, "Администратор", True),
        (2, "Ответственный", False),
        (3, "Наблюдатель", False),
    ]


def test_edit_that_adds_an_option_and_moves_the_key(editor, question, served):
    old_question, old_options = rows(question)

    edit(
        editor,
        question,
        **{
            "options-0-is_correct": None,
            "options-2-is_correct": "on",
            "options-3-text": "Наблюдатель",
        },
    )

    assert rows(question) == ({**old_question, "is_current": False}, old_options)
    assert texts(Question.objects.get(version=2)) == [
        (1, "Администратор", False),
        (2, "Руководитель", False),
        (3, "Ответственный", True),
        (4, "Наблюдатель", False),
    ]


def test_edit_without_a_change_adds_nothing(editor, question, served):
    before = everything()

    response = edit(editor, question)

    assert response.status_code == 302
    assert everything() == before


def test_a_plain_save_of_what_is_retired_leaves_it_so(editor, question):
    bank.retire(question.pk, by=None, now=NOW, reason="Роль упразднена")
    before = everything()

    response = edit(editor, question)

    assert response.status_code == 302
    assert everything() == before


@pytest.mark.parametrize("prepare", [bank.send_to_review, None], ids=["in review", "draft"])
def test_a_plain_save_of_what_is_in_work_does_not_publish_it(editor, section, prepare):
    draft = bank.create(item(), by=None, now=NOW)
    if prepare:
        prepare(draft.pk, by=None, now=NOW)

    edit(editor, draft, text="Кто добавляет людей в аккаунт?")

    saved = Question.objects.get()
    assert (saved.text, saved.is_current) == ("Кто добавляет людей в аккаунт?", False)


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_new_is_published_by_a_plain_save_of_who_is_alone(editor, section, settings, alone):
    settings.TEAM_OF_ONE = alone

    assert ("publish" in form_of(editor.get(ADD))) == alone


def test_what_is_added_without_a_number_is_told_and_linked_by_its_text(editor, section):
    page = editor.get(ADD)
    data = {**form_of(page), "section": section.pk, "text": item().text, "explanation": item().explanation}
    rows = {
        name: value
        for at, option in enumerate(item().options)
        for name, value in (
            (f"options-{at}-text", option.text),
            *([(f"options-{at}-is_correct", "on")] if option.is_correct else []),
        )
    }

    response = editor.post(ADD, {**data, **rows, "options-TOTAL_FORMS": "3"})

    question = Question.objects.get()
    [message] = get_messages(response.wsgi_request)
    name = "Кто добавляет сотрудников в аккаунт? v1"
    assert (str(question), name in str(message), url(question) in str(message)) == (name, True, True)
    assert LogEntry.objects.values_list("object_id", "object_repr").get() == (str(question.pk), name)


def test_edit_of_a_question_that_nobody_was_served_is_a_version_as_well(editor, question):
    old_question, old_options = rows(question)

    edit(editor, question, text="Кто добавляет людей в аккаунт?")

    assert rows(question) == ({**old_question, "is_current": False}, old_options)
    assert Question.objects.current().get().version == 2


def test_edit_kept_as_a_draft_stays_out_of_draws(editor, question, exam, served):
    before = rows(question)

    response = edit(editor, question, text="Кто добавляет людей в аккаунт?", publish=None)

    draft = Question.objects.get(version=2)
    assert (draft.state, draft.is_current) == (QuestionState.DRAFT, False)
    assert rows(question) == before
    sentence = "Version %(version)s is a draft. The former one is in use until it is published."
    assert said(response) == [words(sentence, version=2)]
    later = started(UserFactory(), exam)
    assert later.responses.get().question == question


def test_a_draft_is_changed_in_place_and_published_from_the_list(editor, question, exam, served):
    edit(editor, question, text="Черновик вопроса о людях?", publish=None)
    draft = Question.objects.get(version=2)

    edit(editor, draft, text="Кто добавляет людей в аккаунт?", publish=None)
    editor.post(LIST, {"action": "publish_selected", "_selected_action": [draft.pk], "confirmed": "yes"})

    draft.refresh_from_db()
    assert (draft.version, draft.text) == (2, "Кто добавляет людей в аккаунт?")
    assert (draft.state, draft.is_current) == (QuestionState.PUBLISHED, True)
    assert Question.objects.count() == 2
    assert started(UserFactory(), exam).responses.get().question == draft


def test_edit_of_an_outdated_version_keeps_what_was_typed(editor, question, served):
    opened = form_of(editor.get(url(question)))
    bank.revise(question.pk, item(text="Кто заводит сотрудников?"), by=None, now=NOW, publish=True)
    before = everything()

    changes = {"text": "Набрано с трудом?", "options-1-text": "Набранный вариант"}
    response = editor.post(url(question), {**opened, **changes})

    assert response.status_code == 200
    outdated = (
        "Somebody has made a newer version meanwhile. Nothing was saved: copy your text, "
        "open the newer version and change it there."
    )
    assert words(outdated) in read(response).text
    data = form_of(response)
    assert (data["text"], data["options-1-text"]) == (["Набрано с трудом?"], ["Набранный вариант"])
    assert everything() == before


def test_edit_that_the_lint_refuses_keeps_what_was_typed(editor, question, served):
    before = everything()

    response = edit(editor, question, **{"options-1-text": "Набранный вариант", "options-1-is_correct": "on"})

    assert response.status_code == 200
    lint = words("A single choice needs exactly one right option, this has %(right)s.", right=2)
    refusal = words("It cannot be published like this, so nothing was saved: %(detail)s", detail=lint)
    assert refusal in read(response).text
    data = form_of(response)
    kept = (data["options-1-text"], data["options-0-is_correct"], data["options-1-is_correct"])
    assert kept == (["Набранный вариант"], ["on"], ["on"])
    assert everything() == before


def test_edit_by_the_author_is_not_published_by_them_in_a_team(editor, admin, section, settings):
    settings.TEAM_OF_ONE = False
    question = bank.create(item(), by=admin.pk, now=NOW)
    before = everything()

    response = edit(editor, question, publish="on")

    assert response.status_code == 200
    own = (
        "An author does not publish their own question. Nothing was saved: take off «Publish», save, "
        "and let somebody else publish it."
    )
    assert words(own) in read(response).text
    assert everything() == before


def test_edit_that_leaves_an_exam_short_wants_a_reason(editor, question, section, exam):
    other = SectionFactory(number=2)
    before = everything()

    response = edit(editor, question, section=other.pk)

    sentence = (
        "With this version in use nobody can start “%(exam)s”. %(section)s: questions wanted %(wanted)s, "
        "left %(available)s."
    )
    short = words(sentence, exam=exam, section=section, wanted=1, available=0)
    refusal = "Say why this does not matter, or mend it; nothing was saved: %(detail)s"
    assert words(refusal, detail=short) in read(response).text
    assert form_of(response)["section"] == [str(other.pk)]
    assert everything() == before

    edit(editor, question, section=other.pk, excuse="Тест снимают завтра")

    assert Question.objects.current().get().section == other


def test_a_draft_is_saved_in_steps_and_published_once_it_is_whole(editor, section):
    stem = item(options=item().options[:1], explanation="")
    draft = bank.create(stem, by=None, now=NOW)
    preview = f"{LIST}{draft.pk}/preview/"

    edit(editor, draft, **{"options-1-text": "Руководитель"})
    half = Question.objects.with_options().get()
    previewed = editor.post(preview, {**form_of(editor.get(url(draft))), "text": "Кто ещё?"})
    refused = edit(editor, draft, publish="on", **{"options-2-text": "Ответственный"})

    assert (half.item, half.is_current) == (item(options=item().options[:2], explanation=""), False)
    assert previewed.status_code == 200
    assert words("There is no explanation.") in read(refused).text
    assert Question.objects.current().count() == 0
    whole = {"options-2-text": "Ответственный", "explanation": item().explanation}
    edit(editor, draft, publish="on", **whole)
    assert Question.objects.with_options().current().get().item == item()


@pytest.mark.parametrize("field", ["text", "section"])
def test_edit_without_what_it_needs_is_shown_again(editor, question, field):
    before = everything()

    response = edit(editor, question, **{field: "", "options-1-text": "Набранный вариант"})

    assert response.status_code == 200
    assert form_of(response)["options-1-text"] == ["Набранный вариант"]
    assert everything() == before


def test_former_versions_are_shown_but_not_offered_for_editing(editor, question, served):
    edit(editor, question, text="Кто добавляет людей в аккаунт?")

    page = read(editor.get(url(question)))

    assert [form for form in page.forms if form.named("text")] == []
    assert "Кто добавляет сотрудников в аккаунт?" in page.text
    assert url(Question.objects.get(version=2)) in page.links
