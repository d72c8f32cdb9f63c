"""What is decided about questions beside their text: asked first, of what was seen, and kept."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from certification.actions import bank
from certification.models import Event, Question
from certification.rules.freshness import Freshness
from certification.rules.items import ItemOption
from tests.factories import NOW, ExamFactory, SectionFactory, UserFactory, item, started
from tests.pages import inline_code, press, read, typed, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

LIST = "/admin/certification/question/"
TODAY = NOW.date()


@pytest.fixture
def section(db):
    return SectionFactory(number=1, title="Основы продукта")


@pytest.fixture
def draft(section):
    return bank.create(item(), by=None, now=NOW)


@pytest.fixture
def in_use(section):
    return bank.create(item(), by=None, now=NOW, publish=True)


def url(question, page="change"):
    return f"{LIST}{question.pk}/{page}/"


def moves(response):
    """What is offered beside the form."""
    forms = read(response).forms
    return [button.text for form in forms if form.named("one") for button in form.buttons]


@pytest.mark.parametrize(
    ("prepare", "offered"),
    [
        (lambda q: None, ["Send to review", "Publish", "Retire"]),
        (
            lambda q: bank.send_to_review(q.pk, by=None, now=NOW),
            ["Send back", "Publish", "Retire"],
        ),
        (lambda q: bank.publish(q.pk, by=None, now=NOW), ["Yes, it is right", "Retire"]),
        (lambda q: bank.retire(q.pk, by=None, now=NOW), []),
    ],
    ids=["draft", "in review", "published", "retired"],
)
def test_moves_are_offered_by_the_state(editor, draft, prepare, offered):
    prepare(draft)

    assert moves(editor.get(url(draft))) == [words(button) for button in offered]


def test_a_former_version_has_nothing_to_decide(editor, in_use):
    bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW, publish=True)

    assert moves(editor.get(url(in_use))) == []


def test_only_a_draft_is_sent_to_review_and_the_refusal_says_so(editor, in_use):
    said = {"action": "review_selected", "_selected_action": [in_use.pk], "confirmed": "yes"}

    response = editor.post(LIST, said, follow=True)

    sentence = "Only a draft is sent to review. Open the newest version and change it: that makes a draft."
    assert words(sentence) in read(response).text


def test_a_move_asks_first_then_comes_back_to_the_question(editor, admin, draft):
    bank.send_to_review(draft.pk, by=None, now=NOW)
    before = all_rows()

    asked = press(editor, editor.get(url(draft)), words("Send back"))
    without = press(editor, asked, words("Send back"))
    assert changed_tables(before) == []
    assert typed(without, "reason")["reason"] == [""]
    done = press(editor, without, words("Send back"), reason="Два верных ответа")

    assert done.redirect_chain[-1][0] == url(draft)
    last = Event.objects.order_by("id").last()
    assert (last.kind, last.actor, last.facts) == (
        "question_sent_back",
        admin,
        {"reason": "Два верных ответа"},
    )


def test_decisions_about_many_are_made_one_by_one(editor, section, admin):
    sound, flawed = (
        bank.create(item(number=number, **flaw), by=None, now=NOW)
        for number, flaw in (("1.1", {}), ("1.2", {"explanation": ""}))
    )

    asked = editor.post(LIST, {"action": "publish_selected", "_selected_action": [sound.pk, flawed.pk]})
    assert (Question.objects.current().count(), inline_code(asked)) == (0, [])
    done = press(editor, asked, words("Publish"))

    assert list(Question.objects.current()) == [sound]
    text = read(done).text
    assert words("%(question)s is in use.", question="1.1 v1") in text
    assert "1.2 v1" in text


def test_what_was_rewritten_since_it_was_looked_at_is_not_published(editor, draft):
    asked = editor.post(LIST, {"action": "publish_selected", "_selected_action": [draft.pk]})
    bank.revise(draft.pk, item(text="Кто заводит людей?"), by=None, now=NOW)

    refused = press(editor, asked, words("Publish"))

    assert Question.objects.current().count() == 0
    assert refused.status_code == 409
    sentence = "Somebody has changed it since you read it. Read it again as it is now."
    assert words(sentence) in read(refused).text
    assert "Кто заводит людей?" in read(refused).text
    press(editor, refused, words("Publish"))
    assert Question.objects.current().get().text == "Кто заводит людей?"


@pytest.mark.parametrize(
    ("name", "button"), [("retire_selected", "Retire"), ("check_selected", "Yes, it is right")]
)
def test_a_former_version_is_not_told_as_decided(editor, in_use, name, button):
    asked = editor.post(LIST, {"action": name, "_selected_action": [in_use.pk]})
    bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW, publish=True)
    before = all_rows()

    refused = press(editor, asked, words(button), reason="Роль упразднена")

    assert (refused.status_code, changed_tables(before)) == (409, [])
    sentence = (
        "Somebody has made a newer version meanwhile, so this one stays as it was. Open the question and "
        "decide about the newer version."
    )
    assert words(sentence) in read(refused).text
    assert list(get_messages(refused.wsgi_request)) == []


def test_publishing_shows_the_whole_of_what_is_published(editor, section):
    text = f"Кто {'очень ' * 40}нужен?"
    options = (ItemOption("Администратор сети", True), *item().options[1:])
    draft = bank.create(item(text=text, options=options, explanation="Так устроено."), by=None, now=NOW)

    asked = read(press(editor, editor.get(url(draft)), words("Publish"))).text

    right = f"Администратор сети — {words('right', context='option')}"
    assert [part in asked for part in (text, right, "Ответственный", "Так устроено.")] == [True] * 4


def test_checking_shows_the_whole_of_what_is_checked_and_its_source(editor, section):
    text = f"Кто {'очень ' * 40}нужен?"
    options = (ItemOption("Администратор сети", True), *item().options[1:])
    whole = item(text=text, options=options, explanation="Так устроено.")
    question = bank.create(whole, by=None, now=NOW, publish=True, freshness=Freshness("Экран «Команда»"))

    asked = read(press(editor, editor.get(url(question)), words("Yes, it is right"))).text

    right = f"Администратор сети — {words('right', context='option')}"
    source = f"{words('source').capitalize()}: Экран «Команда»"
    parts = (text, right, "Ответственный", "Так устроено.", source)
    assert [part in asked for part in parts] == [True] * 5


def test_a_refused_decision_keeps_its_reason_and_asks_about_the_refused_alone(
    editor, admin, section, settings
):
    settings.TEAM_OF_ONE = False
    own = bank.create(item(number="1.1"), by=admin.pk, now=NOW)
    other = bank.create(item(number="1.2", text="Где видны задачи?"), by=None, now=NOW)

    asked = editor.post(LIST, {"action": "publish_selected", "_selected_action": [own.pk, other.pk]})
    refused = press(editor, asked, words("Publish"), reason="Набрано с трудом")

    assert (refused.status_code, list(Question.objects.current())) == (409, [other])
    sent_again = typed(refused, "reason")
    assert (sent_again["reason"], sent_again["_selected_action"]) == (["Набрано с трудом"], [str(own.pk)])
    text = read(refused).text
    assert words("Whoever wrote any of its wording does not publish it: somebody else has to.") in text
    assert words("%(question)s is in use.", question="1.2 v1") in text


def test_publishing_tells_which_exam_nobody_could_start(editor, in_use, section):
    other = SectionFactory(number=2)
    ExamFactory(title="Тест 1", lines={section: 1})
    draft = bank.revise(in_use.pk, item(section=other.number), by=None, now=NOW)
    sentence = (
        "With this version in use nobody can start “%(exam)s”. %(section)s: questions wanted %(wanted)s, "
        "left %(available)s."
    )
    expected = words(sentence, exam="Тест 1", section=section, wanted=1, available=0)

    page = editor.get(url(draft))
    asked = press(editor, page, words("Publish"))
    refused = press(editor, asked, words("Publish"))

    assert [expected in read(response).text for response in (page, asked, refused)] == [True] * 3
    assert (refused.status_code, Question.objects.current().get()) == (409, in_use)
    press(editor, refused, words("Publish"), reason="Тест снимают завтра")
    assert Question.objects.current().get() == draft


def test_the_page_of_a_draft_takes_as_many_queries_as_it_may(
    editor, draft, section, django_assert_max_num_queries
):
    ExamFactory.create_batch(3, lines={section: 1})

    with django_assert_max_num_queries(15):
        editor.get(url(draft))


@pytest.mark.parametrize("drafts", [1, 5])
def test_publishing_many_asks_as_many_queries_as_one(editor, section, drafts, django_assert_num_queries):
    ExamFactory.create_batch(drafts, lines={section: 1})
    keys = [bank.create(item(number=f"1.{at}"), by=None, now=NOW).pk for at in range(drafts)]

    with django_assert_num_queries(15):
        editor.post(LIST, {"action": "publish_selected", "_selected_action": keys})


def test_retiring_tells_which_exam_nobody_could_start_any_more(editor, in_use, section):
    exam = ExamFactory(title="Тест 1", lines={section: 1})
    started(UserFactory(), exam)

    asked = editor.post(LIST, {"action": "retire_selected", "_selected_action": [in_use.pk]})

    sentence = (
        "Without them nobody can start “%(exam)s” any more. %(section)s: questions wanted %(wanted)s, "
        "available %(available)s."
    )
    expected = words(sentence, exam="Тест 1", section=section, wanted=1, available=0)
    assert expected in read(asked).text


def test_checked_today_makes_no_version(editor, in_use, section):
    started(UserFactory(), ExamFactory(lines={section: 1}))
    press(
        editor,
        press(editor, editor.get(url(in_use)), words("Yes, it is right")),
        words("Yes, it is right"),
    )

    question = Question.objects.get()
    assert question.freshness == Freshness("", TODAY, TODAY + timedelta(days=180))
