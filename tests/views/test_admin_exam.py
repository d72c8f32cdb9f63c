"""Exams, sections and people in Django admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.models import Attempt, BlueprintLine, Exam, Response, Section, User
from certification.states import Role
from tests.factories import PartnerFactory, SectionFactory, UserFactory, bank_with_exam, started
from tests.pages import read, typed, words

pytestmark = pytest.mark.django_db


def change(editor, row, field, **changes):
    address = f"/admin/certification/{row._meta.model_name}/{row.pk}/change/"
    data = {**typed(editor.get(address), field), "_save": "1", **changes}
    return editor.post(address, {name: value for name, value in data.items() if value is not None})


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
    ],
)
def test_an_exam_that_cannot_be_is_refused_with_a_sentence(editor, changes, sentence):
    exam = bank_with_exam()
    before = (list(Exam.objects.values()), list(BlueprintLine.objects.values()))

    response = change(editor, exam, "slug", **changes)

    assert response.status_code == 200
    assert words(sentence) in read(response).text
    assert (list(Exam.objects.values()), list(BlueprintLine.objects.values())) == before


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

    change(editor, person, "role", is_active=None)

    assert User.objects.get(pk=person.pk).is_active is False
    assert theirs.get(reverse("home")).status_code == 302
