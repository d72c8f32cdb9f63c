"""The manager's pages of questions: the table, and one question."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.actions import answers, attempts, statistics
from certification.models import Question
from certification.states import ItemFlag
from tests.cohorts import plant
from tests.factories import (
    NOW,
    ExamFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
)
from tests.pages import plain, read, tables, words

pytestmark = pytest.mark.django_db

ROWS = pytest.mark.parametrize("rows", [1, 3])
HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"
NOT_IN_USE = words("not in use", context="question")


def few(n):
    return words("too few (n = %(number)s)", number=n)


@pytest.fixture
def exam():
    section = SectionFactory(number=1, title="Бизнес")
    for number in ("1.1", "1.2"):
        QuestionFactory(section=section, number=number, text=f"Вопрос о продукте {number}?")
    return ExamFactory(lines={section: None}, title="Тест 1", slug="test-1", place=1)


def listed(browser, status=200, **query):
    response = browser.get(reverse("manage_items"), query)
    assert response.status_code == status
    return response


def page_of(browser, question, **query):
    return browser.get(reverse("manage_item", args=[question.key]), query)


def numbers(response):
    """Which questions are listed, in their order."""
    return [row[0].split("?")[0].rsplit(" ", 1)[1] for table in tables(response) for row in table]


def test_table(office, exam):
    plant(exam, (1, 1), (1, 2), (2, 2), times=40, seconds=65)

    [[first, second]] = tables(listed(office))

    version = words("Question %(number)s, version %(version)s", number="1.1", version=1)
    assert first == [
        f"Вопрос о продукте 1.1? {version}",
        f"120 {words('%(share)s of papers', share='100 %')}",
        "67 % 58–74 %",
        "0,47",
        "0,50",
        "100 %",
        "1:05",
        words(ItemFlag.DEAD.label).capitalize(),
    ]
    assert second[2] == "33 % 26–42 %"


def test_few_answers_are_no_figures(office, exam):
    plant(exam, (1, 1), times=12)

    [[row, _]] = tables(listed(office))

    assert row[2:] == [few(12), "—", few(12), "—", "0:30", ""]


def test_facility_from_thirty_and_discrimination_from_a_hundred(office, exam):
    plant(exam, (1, 2), (2, 1), times=15)

    [[row, _]] = tables(listed(office))

    assert (row[2], row[4], row[5]) == ("50 % 33–67 %", few(30), "—")


def test_reliability_that_is_not_defined_is_told_from_one_of_too_few(office, exam):
    """Papers of one section."""
    label = words("Reliability (alpha)")
    not_defined = words("not defined", context="reliability")

    plant(exam, (1, 2), times=99)
    assert f"{label} {few(99)}" in plain(read(listed(office)).text)

    plant(exam, (2, 2))
    assert f"{label} {not_defined}" in plain(read(listed(office)).text)


def test_usual_exam_is_the_first_with_a_certificate_and_training_where_it_is_chosen(office, exam):
    training = bank_with_exam(questions=1, per_section=1, gives_certificate=False, place=0, slug="training")
    plant(training, (1,), times=9)
    plant(exam, (1, 1), times=3)

    assert [row[1].split(" ")[0] for row in tables(listed(office))[0]] == ["3", "3"]
    assert [row[1].split(" ")[0] for row in tables(listed(office, exam="training"))[0]] == ["9"]


def test_first_attempts_or_all(office, exam):
    plant(exam, (1, 1), times=3)
    plant(exam, (1, 1), times=4, is_first=False)

    assert tables(listed(office))[0][0][1].split(" ")[0] == "3"
    assert tables(listed(office, attempts="all"))[0][0][1].split(" ")[0] == "7"


def test_row_for_a_version_or_for_a_question(office, exam):
    [old, _] = plant(exam, (1, 1), times=3)
    Question.objects.filter(pk=old.pk).update(is_current=False)
    QuestionFactory(section=old.section, key=old.key, version=2, number="1.1", text="Вопрос о новом 1.1?")

    assert [row[0] for row in tables(listed(office))[0]] == [
        f"Вопрос о продукте 1.1? Вопрос 1.1, версия 1 ({NOT_IN_USE})",
        "Вопрос о новом 1.1? Вопрос 1.1, версия 2",
        "Вопрос о продукте 1.2? Вопрос 1.2, версия 1",
    ]
    [row, _] = tables(listed(office, by="key"))[0]
    assert (row[0].startswith("Вопрос о новом 1.1?"), row[1].split(" ")[0]) == (True, "3")


def test_section_and_remark_leave_the_others_out(office, exam):
    other = SectionFactory(number=2)
    QuestionFactory(section=other, number="2.1", text="Вопрос о почте 2.1?")
    exam.lines.create(section=other, questions=1)
    plant(exam, (1, 2, 3), (1, 1, 3), times=60)

    assert numbers(listed(office)) == ["1.1", "1.2", "2.1"]
    assert numbers(listed(office, section="2")) == ["2.1"]
    assert numbers(listed(office, flag="easy")) == ["1.1"]
    assert numbers(listed(office, flag="any")) == ["1.1", "1.2", "2.1"]
    response = listed(office, flag="leaked")
    assert (tables(response), words("No question is like that.") in read(response).text) == ([], True)


def test_sorting_by_a_column_and_back(office, exam):
    plant(exam, (1, 2), times=30)
    response = listed(office, sort="facility")

    assert numbers(response) == ["1.2", "1.1"]
    assert 'aria-sort="ascending"' in response.content.decode()
    assert f"{reverse('manage_items')}?sort=-facility" in read(response).links
    assert numbers(listed(office, sort="-facility")) == ["1.1", "1.2"]


def test_links_keep_what_is_chosen(office, exam):
    [question, _] = plant(exam, (1, 1))

    links = read(listed(office, exam="test-1", attempts="all", section="1")).links

    assert f"{reverse('manage_item', args=[question.key])}?exam=test-1&attempts=all" in links
    assert f"{reverse('manage_items')}?exam=test-1&attempts=all&section=1&sort=facility" in links


@pytest.mark.parametrize(
    "query",
    [
        {"exam": "none"},
        {"attempts": "last"},
        {"by": "page"},
        {"section": "77"},
        {"sort": "x"},
        {"secton": "1"},
    ],
)
def test_what_cannot_be_asked_for_is_an_error(office, exam, query):
    response = listed(office, 422, **query)

    assert tables(response) == []
    assert words("Check your answers") in read(response).text


def test_page_has_fifty_rows(office, exam, monkeypatch):
    section = exam.lines.get().section
    QuestionFactory.create_batch(49, section=section, number="1.3", text="Вопрос о продукте 1.3?")

    assert (len(numbers(listed(office))), numbers(listed(office, page="2"))) == (50, ["1.3"])


def test_age_of_the_counts(office, exam):
    finished(exam=exam)
    waits = words(
        "%(shown)s finished attempt is not counted yet.",
        plural="%(shown)s finished attempts are not counted yet.",
        n=1,
        shown=1,
    )
    assert f"{words('Nothing has been counted yet.')} {waits}" in read(listed(office)).text

    statistics.refresh(now=NOW - timedelta(days=1))
    said = words("Updated on %(date)s at %(time)s.", date="22.11.2026", time="10:00")
    assert said in read(listed(office)).text
    assert waits not in read(listed(office)).text

    statistics.refresh(now=NOW)
    assert words("Updated at %(time)s.", time="10:00") in read(listed(office)).text


def test_where_there_is_nothing_yet(office):
    assert words("There is no exam yet. An administrator adds the first one.") in read(listed(office)).text
    ExamFactory()
    sentence = "This exam draws no questions yet. An administrator decides from which sections it does."
    assert words(sentence) in read(listed(office)).text


def test_question(office, exam):
    [question, _] = plant(exam, (1, 1), (1, 2), (2, 2), (0, 2), times=30)
    plant(exam, (1, 1), times=30, month=date(2026, 6, 1))

    response = page_of(office, question)

    yes, no = (words(word, context="right option") for word in ("yes", "no"))
    options, months = tables(response)
    assert options == [
        ["А. Ответ 1", yes, "60 %", "0 %", "100 %", "100 %"],
        ["Б. Ответ 2", no, "20 %", "50 %", "0 %", "0 %"],
        [f"В. Ответ 3 {words('hardly anybody chooses it')}", no, "0 %", "0 %", "0 %", "0 %"],
        [f"Г. Ответ 4 {words('hardly anybody chooses it')}", no, "0 %", "0 %", "0 %", "0 %"],
        [words("no answer"), no, "20 %", "50 %", "0 %", "0 %"],
    ]
    assert months == [["06.2026", "30", "100 % (89–100 %)"], ["05.2026", "120", "50 % (41–59 %)"]]
    html = response.content.decode()
    assert html.count('<line class="p"') == 2
    assert html.count('<rect class="f"') == 3
    assert "style=" not in html


def test_question_with_few_answers_has_counts_and_no_chart(office, exam):
    [question, _] = plant(exam, (1, 1), (2, 2), (0, 2))

    response = page_of(office, question)

    options, months = tables(response)
    assert [row[2:] for row in options[:2]] == [["1/3", "—", "0/2", "1/1"], ["1/3", "—", "1/2", "0/1"]]
    assert months == [["05.2026", "3", few(3)]]
    assert "<rect" not in response.content.decode()


@pytest.mark.parametrize(("july", "drawn"), [(29, 0), (30, 2)])
def test_chart_of_months_says_no_more_than_its_table(office, exam, july, drawn):
    """Nothing of a month with fewer than 30 answers, and no chart before two have as many."""
    [question, _] = plant(exam, (1, 1), times=30)
    plant(exam, (1, 2), times=29, month=date(2026, 6, 1))
    plant(exam, (1, 2), times=july, month=date(2026, 7, 1))

    response = page_of(office, question)

    told = few(29) if july < 30 else "100 % (89–100 %)"
    assert [row[2] for row in tables(response)[1]] == [told, few(29), "100 % (89–100 %)"]
    assert response.content.decode().count('<line class="p"') == drawn
    follows = words("A chart follows with the second month of 30 answers")
    assert (follows in read(response).text) is not drawn


def test_notes_of_ones_own_companies_and_no_other(client, office, exam, manager):
    """Counts are of everybody; what somebody wrote is not."""
    boss = UserFactory(role="manager", partner=None)
    own, foreign = PartnerFactory(manager=boss), PartnerFactory(manager=manager)
    for partner, text in ((own, HOSTILE), (foreign, "Чужое замечание")):
        attempt = noted(exam, UserFactory(partner=partner), text)
    client.force_login(boss)
    question = attempt.responses.get(position=1).question

    response = page_of(client, question)

    text = read(response).text
    assert HOSTILE in text
    assert "Чужое замечание" not in text
    assert "<script>alert" not in response.content.decode()


def noted(exam, person, text):
    """An attempt with this note at each of its questions."""
    attempt = started(person, exam)
    for position in (1, 2):
        answers.save_answer(attempt.pk, position, answers.Answer(note=text), by=person.pk, now=NOW)
    return attempts.submit(attempt.pk, by=person.pk, now=NOW)


def test_only_administrators_are_led_to_the_editor(office, editor, exam):
    [question, _] = plant(exam, (1, 1))
    link = reverse("admin:certification_question_change", args=[question.pk])

    assert link not in read(page_of(office, question)).links
    assert link in read(page_of(editor, question)).links


def test_unknown_question(office, exam):
    assert office.get(reverse("manage_item", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("query", [{"exam": "none"}, {"sort": "place"}])
def test_question_by_attempts_that_cannot_be(office, exam, query):
    response = page_of(office, Question.objects.earliest("pk"), **query)

    assert (response.status_code, tables(response)) == (422, [])


@ROWS
def test_queries_of_the_table(office, rows):
    exam = bank_with_exam(sections=rows, questions=rows, per_section=None)
    plant(exam, (1,) * rows**2, times=30)

    with CaptureQueriesContext(connection) as queries:
        listed(office)
    assert len(queries) == 14


@ROWS
def test_queries_of_a_question(office, exam, rows):
    [question, _] = plant(exam, (1, 1), times=30)
    for version in range(1, rows):
        Question.objects.filter(key=question.key).update(is_current=False)
        QuestionFactory(section=question.section, key=question.key, version=version + 1)
        plant(exam, (1, 2), times=30)

    with CaptureQueriesContext(connection) as queries:
        assert page_of(office, question).status_code == 200
    assert len(queries) == 13


def test_explains_itself(office, exam):
    plant(exam, (1, 1))

    text = plain(read(listed(office)).text)

    assert words("What the columns mean") in text
    assert words("What these figures mean") in text
