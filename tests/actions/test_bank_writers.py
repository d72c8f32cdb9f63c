"""Nobody puts their own wording into use unless the team is of one."""

from datetime import timedelta

import pytest

from certification.actions import bank
from certification.actions.bank import Refused
from certification.models import Event, Question
from tests.factories import NOW, AdminFactory, SectionFactory, item
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
OTHER_TEXT = "Кто добавляет людей в аккаунт?"


@pytest.fixture(autouse=True)
def section(db, settings):
    settings.TEAM_OF_ONE = False
    return SectionFactory(number=1)


@pytest.fixture
def author():
    return AdminFactory()


def revise(question, *, by=None, publish=True, **changes):
    return bank.revise(question.pk, item(**changes), by=by, now=LATER, publish=publish)


def publish(question, *, by=None):
    return bank.publish(question.pk, by=by, now=LATER)


def standing(key):
    """(version, state, in use) of every version of a question."""
    versions = Question.objects.filter(key=key).order_by("version")
    return list(versions.values_list("version", "state", "is_current"))


def events():
    """What was recorded of questions, oldest first."""
    rows = Event.objects.filter(subject_table="certification_question").order_by("id")
    return list(rows.values_list("kind", "at", "actor", "subject_id", "facts"))


def test_author_does_not_publish_their_own_question_and_somebody_else_does(author):
    draft = bank.create(item(), by=author.pk, now=NOW)
    before = all_rows()

    for write in (publish, revise):
        with pytest.raises(Refused) as caught:
            write(draft, by=author.pk)
        assert (caught.value.code, caught.value.question_id) == ("own_item", draft.pk)
    with pytest.raises(Refused):
        bank.create(item(), by=author.pk, now=NOW, publish=True)

    assert changed_tables(before) == []
    publish(draft, by=AdminFactory().pk)
    assert standing(draft.key) == [(1, "published", True)]


def test_author_publishes_their_own_question_in_a_team_of_one(author, settings):
    settings.TEAM_OF_ONE = True

    question = bank.create(item(), by=author.pk, now=NOW, publish=True)
    revised = revise(question, by=author.pk, text=OTHER_TEXT)

    assert standing(question.key) == [(1, "published", False), (2, "published", True)]
    assert revised.author == author


def test_whoever_rewrote_a_draft_of_somebody_else_does_not_publish_it(author):
    """Else the text that goes into use has been seen by nobody but its writer."""
    draft = bank.create(item(), by=author.pk, now=NOW)
    editor = AdminFactory()
    revise(draft, by=editor.pk, publish=False, text=OTHER_TEXT)

    with pytest.raises(Refused) as caught:
        publish(draft, by=editor.pk)

    assert caught.value.code == "own_item"
    assert publish(draft, by=AdminFactory().pk).is_current


def test_whose_draft_somebody_else_rewrote_does_not_publish_it_either(author):
    """Else a comma that another mends lets an author publish their own wording."""
    draft = bank.create(item(), by=author.pk, now=NOW)
    editors = [AdminFactory(), AdminFactory()]
    for editor, text in zip(editors, (f"{item().text} ", OTHER_TEXT), strict=True):
        revise(draft, by=editor.pk, publish=False, text=text)
    before = all_rows()

    for writer in (author, *editors):
        with pytest.raises(Refused) as caught:
            publish(draft, by=writer.pk)
        assert caught.value.code == "own_item"

    assert changed_tables(before) == []
    assert events() == [
        ("question_rewritten", LATER, editors[0].pk, draft.pk, {"former_author": author.pk}),
        ("question_rewritten", LATER, editors[1].pk, draft.pk, {"former_author": editors[0].pk}),
    ]
