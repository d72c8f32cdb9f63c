"""Exams, sections and people in Django admin."""

from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.models import Attempt, BlueprintLine, Exam, Question, Response, Section, User
from certification.states import ReviewLevel, Role
from tests.factories import (
    NOW,
    ExamFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    started,
)
from tests.pages import plain, read, tables, typed, words

pytestmark = pytest.mark.django_db


def change(editor, row, field, **changes):
    address = f"/admin/certification/{row._meta.model_name}/{row.pk}/change/"
    data = {**typed(editor.get(address), field), "_save": "1", **changes}
    return editor.post(address, {name: value for name, value in data.items() if value is not None})


def rows():
    return (list(Exam.objects.values()), list(BlueprintLine.objects.values()))


def warnings(response):
    sentences = get_messages(response.wsgi_request)
    return [plain(str(message)) for message in sentences if message.level_tag == "warning"]


def shortage(section, *, wanted, available):
    return words(
        "The exam cannot be published, for its paper cannot be drawn. %(section)s: questions wanted "
        "%(wanted)s, available %(available)s, of each group of enemies one. Ask for fewer, or take off "
        "“Published”.",
        section=section,
        wanted=wanted,
        available=available,
    )


NO_LINES = "An exam without questions cannot be published: add a section, or take off “Published”."


def test_an_exam_is_changed_for_later_attempts_only(editor):
    exam = bank_with_exam(minutes=60, pass_percent=80)
    attempt = started(exam=exam)
    before = (
        Attempt.objects.filter(pk=attempt.pk).values().get(),
        list(Response.objects.order_by("pk").values()),
    )

    response = change(
        editor,
        exam,
        "slug",
        minutes="20",
        pass_percent="50",
        tells_how_many="on",
        attempts_allowed="",
        first_wait="0",
        **{"lines-0-questions": "2"},
    )

    assert response.status_code == 302
    exam = Exam.objects.get()
    said = (exam.minutes, exam.pass_percent, exam.tells_how_many, exam.attempts_allowed, exam.first_wait)
    assert said == (20, 50, True, None, timedelta())
    after = (
        Attempt.objects.filter(pk=attempt.pk).values().get(),
        list(Response.objects.order_by("pk").values()),
    )
    assert after == before
    later = started(exam=exam)
    promised = (later.time_limit, later.pass_percent, later.tells_how_many, later.responses.count())
    assert promised == (timedelta(minutes=20), 50, True, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minutes": "0"}, "An exam lasts a minute at least."),
        ({"pass_percent": "101"}, "The pass mark is from 1 to 100 percent."),
        ({"attempts_allowed": "0"}, "Allow one attempt at least, or leave it empty."),
        ({"first_wait": "-1 00:00:00"}, "A wait cannot be negative."),
        ({"lines-0-questions": "0"}, "Take one question at least, or leave it empty."),
        ({"lines-0-min_percent": "101"}, "A section's minimum is from 1 to 100 percent."),
        (
            {
                "opens_at_0": "24.11.2026",
                "opens_at_1": "10:00",
                "closes_at_0": "24.11.2026",
                "closes_at_1": "10:00",
            },
            "An exam closes after it opens.",
        ),
        ({"lines-0-DELETE": "on"}, NO_LINES),
    ],
)
def test_an_exam_that_cannot_be_is_refused_with_a_sentence(editor, changes, sentence):
    exam = bank_with_exam()
    before = rows()

    response = change(editor, exam, "slug", **changes)

    assert response.status_code == 200
    assert words(sentence) in read(response).text
    assert rows() == before


def test_everything_that_an_exam_promises_is_set_here(editor):
    exam = bank_with_exam()

    response = change(
        editor,
        exam,
        "slug",
        opens_at_0="24.11.2026",
        opens_at_1="10:00",
        closes_at_0="30.11.2026",
        closes_at_1="18:30",
        partial_credit="on",
        review_right_after=ReviewLevel.NOTHING,
        review_meanwhile=ReviewLevel.SCORE,
        review_later=ReviewLevel.ANSWERS,
        keeps_keys=None,
        **{"lines-0-min_percent": "60"},
    )

    assert response.status_code == 302
    exam, zone = Exam.objects.get(), timezone.get_default_timezone()
    assert exam.opens_at == datetime(2026, 11, 24, 10, 0, tzinfo=zone)
    assert exam.closes_at == datetime(2026, 11, 30, 18, 30, tzinfo=zone)
    review = (exam.review_right_after, exam.review_meanwhile, exam.review_later)
    assert review == (ReviewLevel.NOTHING, ReviewLevel.SCORE, ReviewLevel.ANSWERS)
    assert (exam.partial_credit, exam.keeps_keys, exam.lines.get().min_percent) == (True, False, 60)


def test_every_column_of_an_exam_is_on_its_page(editor):
    exam = bank_with_exam()

    [form] = [
        f for f in read(editor.get(f"/admin/certification/exam/{exam.pk}/change/")).forms if f.named("slug")
    ]

    shown = {field.name.removesuffix("_0") for field in form.fields}
    assert {field.name for field in Exam._meta.concrete_fields} - {"id"} - shown == set()


def test_more_questions_than_there_are_cannot_be_published(editor):
    exam = bank_with_exam(questions=5, per_section=5)
    section = Section.objects.get()
    before = rows()

    response = change(editor, exam, "slug", title="Новое имя", **{"lines-0-questions": "6"})

    assert response.status_code == 200
    assert shortage(section, wanted=6, available=5) in read(response).text
    assert rows() == before
    kept = typed(response, "slug")
    assert (kept["title"], kept["lines-0-questions"]) == (["Новое имя"], ["6"])


def test_every_section_that_is_too_short_is_named(editor):
    exam = bank_with_exam(sections=3, questions=2, per_section=2)
    first, second, _third = Section.objects.all()

    response = change(editor, exam, "slug", **{"lines-0-questions": "3", "lines-1-questions": "4"})

    text = read(response).text
    assert shortage(first, wanted=3, available=2) in text
    assert shortage(second, wanted=4, available=2) in text


def test_an_exam_that_leaves_out_what_is_stale_must_do_without_it(editor):
    exam = bank_with_exam(questions=5, per_section=5)
    Question.objects.filter(pk=Question.objects.first().pk).update(review_by=NOW.date() - timedelta(days=1))

    kept, left_out = change(editor, exam, "slug"), change(editor, exam, "slug", leaves_out_stale="on")

    assert (kept.status_code, left_out.status_code) == (302, 200)
    assert shortage(Section.objects.get(), wanted=5, available=4) in read(left_out).text


def test_a_blueprint_shows_what_there_is_beside_what_is_wanted(editor):
    exam = bank_with_exam(questions=2, per_section=2, is_published=False)
    [question, _] = Question.objects.order_by("pk")
    Question.objects.filter(pk=question.pk).update(is_current=False, state="retired")

    page = tables(editor.get(f"/admin/certification/exam/{exam.pk}/change/"))

    assert [cell for row in page[-1] for cell in row if words("%(count)s, too few", count=1) == cell]


def test_a_draft_may_ask_for_more_than_there_is_and_is_not_published_so(editor):
    exam = bank_with_exam(questions=5, per_section=5)

    draft = change(editor, exam, "slug", is_published=None, **{"lines-0-questions": "6"})
    published = change(editor, exam, "slug", is_published="on")

    assert (draft.status_code, published.status_code) == (302, 200)
    assert shortage(Section.objects.get(), wanted=6, available=5) in read(published).text
    assert Exam.objects.values_list("is_published", "lines__questions").get() == (False, 6)


def test_section_twice_in_an_exam_is_refused_in_words(editor):
    first, second = SectionFactory(), SectionFactory()
    QuestionFactory(section=first)
    exam = ExamFactory(lines={first: 1, second: 1}, is_published=False)
    before = rows()

    response = change(editor, exam, "slug", is_published=None, **{"lines-1-section": str(first.pk)})

    assert response.status_code == 200
    sentence = "A section is in the blueprint twice. Leave one line of it and give that all its questions."
    assert words(sentence) in read(response).text
    assert rows() == before


def test_an_exam_that_lost_its_questions_can_be_taken_off(editor):
    exam = bank_with_exam(questions=5, per_section=5)
    Question.objects.filter(pk=Question.objects.first().pk).update(is_current=False)

    still_published = change(editor, exam, "slug", about="Новое описание")
    taken_off = change(editor, exam, "slug", is_published=None)

    assert shortage(Section.objects.get(), wanted=5, available=4) in read(still_published).text
    assert taken_off.status_code == 302
    assert Exam.objects.values_list("is_published", "about").get() == (False, "")


def test_enemies_count_as_one_even_across_sections(editor):
    first, second = SectionFactory(), SectionFactory()
    QuestionFactory.create_batch(2, section=first, enemies="twins")
    QuestionFactory(section=second, enemies="twins")
    QuestionFactory(section=second)
    exam = ExamFactory(lines={first: 1, second: 1})

    assert change(editor, exam, "slug").status_code == 302
    Question.objects.filter(section=second, enemies="").update(is_current=False)
    before = rows()
    assert change(editor, exam, "slug").status_code == 200
    assert rows() == before


def test_a_whole_section_without_a_question_cannot_be_published(editor):
    exam = ExamFactory(lines={SectionFactory(): None})

    response = change(editor, exam, "slug")

    assert shortage(Section.objects.get(), wanted=1, available=0) in read(response).text


def test_a_line_added_and_one_taken_out_count_as_typed(editor):
    """The section taken out has too few; the one added suffices."""
    exam = bank_with_exam(questions=1, per_section=9)
    enough = SectionFactory()
    QuestionFactory.create_batch(3, section=enough)
    row = {"lines-TOTAL_FORMS": "2", "lines-1-section": str(enough.pk), "lines-1-questions": "1"}

    refused = change(editor, exam, "slug", **row)
    allowed = change(editor, exam, "slug", **row, **{"lines-0-DELETE": "on"})

    assert (refused.status_code, allowed.status_code) == (200, 302)
    assert list(exam.lines.values_list("section", "questions")) == [(enough.pk, 1)]


def test_a_section_named_twice_is_said_before_whether_it_can_be_drawn(editor):
    exam = bank_with_exam(questions=5, per_section=5)
    section = Section.objects.get()
    twice = {"lines-TOTAL_FORMS": "2", "lines-1-section": str(section.pk), "lines-1-questions": "9"}

    response = change(editor, exam, "slug", **twice)

    assert response.status_code == 200
    assert shortage(section, wanted=9, available=5) not in read(response).text
    assert exam.lines.count() == 1


def test_a_line_without_a_number_in_it_is_refused_and_kept(editor):
    exam = bank_with_exam()
    before = rows()

    response = change(editor, exam, "slug", **{"lines-0-questions": "пять"})

    assert response.status_code == 200
    assert typed(response, "slug")["lines-0-questions"] == ["пять"]
    assert rows() == before


@pytest.mark.parametrize(("wanted", "warned"), [("2", True), ("1", False), ("", False)])
@pytest.mark.parametrize("published", ["on", None])
def test_few_questions_are_saved_with_a_warning(editor, wanted, warned, published):
    """Under three times as many; a section taken whole is meant so."""
    exam = bank_with_exam(questions=5, per_section=1)

    response = change(editor, exam, "slug", is_published=published, **{"lines-0-questions": wanted})

    assert response.status_code == 302
    sentence = words(
        "%(section)s: questions in use %(available)s, all enemies counted, on a paper %(wanted)s. Retakes "
        "will bring the same ones; %(advised)s at least are advised.",
        section=Section.objects.get(),
        available=5,
        wanted=2,
        advised=6,
    )
    assert warnings(response) == ([sentence] if warned else [])


def test_an_exam_that_was_taken_is_not_deleted(editor):
    attempt = started()

    editor.post(f"/admin/certification/exam/{attempt.exam_id}/delete/", {"post": "yes"})

    assert Exam.objects.count() == 1
    assert Attempt.objects.count() == 1


def test_a_section_is_renamed(editor):
    section = SectionFactory(number=3, title="Импорт")

    change(editor, section, "title", title="Импорт и экспорт")

    assert Section.objects.values_list("number", "title").get() == (3, "Импорт и экспорт")


def test_a_person_is_added_and_can_sign_in(editor):
    partner = PartnerFactory()
    address = "/admin/certification/user/add/"
    data = typed(editor.get(address), "email") | {
        "_save": "1",
        "email": "new@example.com",
        "name": "Новый Сотрудник",
        "role": Role.CANDIDATE,
        "partner": str(partner.pk),
        "usable_password": "true",
        "password1": "mountains and moons",
        "password2": "mountains and moons",
    }

    response = editor.post(address, data)

    assert response.status_code == 302
    person = User.objects.get(email="new@example.com")
    assert (person.name, person.role, person.partner) == ("Новый Сотрудник", Role.CANDIDATE, partner)
    assert person.check_password("mountains and moons")


def test_the_email_of_a_person_is_shown_but_not_changed(editor):
    """Sign-in goes by another row of it, which would keep the former address."""
    person = UserFactory(email="person@example.com")

    change(editor, person, "role", email="other@example.com", name="Другое Имя")

    person.refresh_from_db()
    assert (person.email, person.name) == ("person@example.com", "Другое Имя")


def test_a_person_put_out_loses_their_session(editor):
    person = UserFactory()
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get(reverse("home")).status_code == 200

    change(editor, person, "role", is_active=None, reason="Ушёл из компании")

    assert User.objects.get(pk=person.pk).is_active is False
    assert theirs.get(reverse("home")).status_code == 302
