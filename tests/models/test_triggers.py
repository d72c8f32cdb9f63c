"""What only triggers hold: a served question stays, a paper, a promise, a result and a grant as well."""

import uuid

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import SlugField

from certification.models import Question, triggers
from certification.states import AttemptState, QuestionKind, QuestionState
from tests.factories import (
    NOW,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    started,
)
from tests.models.writes import added, allowed, changed, refused, removed, sentence_of

pytestmark = pytest.mark.django_db

SERVED = "A question that has been served is not changed: revise it."
PAPER = "The paper of an attempt is not changed."
APPEND_ONLY = "Rows of this table are only ever added."
PROMISES = "What an attempt promised at its start is not changed."
QUESTION_MOVES = "A version of a question does not move like this."
MOVES = "An attempt does not move like this."
RESULT = "A result is not changed: an attempt is voided or reopened."
SETTLED = "An invitation that was accepted or revoked is not changed."
ACCEPTED = "An agreement that was accepted is not changed: write a new version."
FROZEN = "What a certificate says is not changed: it is revoked."
GRANTED = "What was granted is not changed: it is withdrawn."


# For each trigger: what it says, the row, and the write that it refuses.
CASES = {
    "question_served_unchanged": (SERVED, "question", changed, {"text": "Что это?"}),
    "question_moves_as_known": (QUESTION_MOVES, "question", changed, {"state": "draft", "is_current": False}),
    "question_served_kept": (SERVED, "question", removed, {}),
    "option_served_not_added": (SERVED, "option", added, {"position": 9}),
    "option_served_unchanged": (SERVED, "option", changed, {"text": "Другой ответ"}),
    "option_served_kept": (SERVED, "option", removed, {}),
    "response_paper_unchanged": (PAPER, "response", changed, {"position": 9}),
    "response_late_not_added": (PAPER, "scored", added, {"position": 9, "question": QuestionFactory}),
    "response_late_not_saved": (RESULT, "scored", changed, {"flagged": True}),
    "response_kept": (PAPER, "blank", removed, {}),
    "attempt_promises_unchanged": (PROMISES, "attempt", changed, {"pass_percent": 1}),
    "attempt_moves_as_known": (MOVES, "finished", changed, {"state": AttemptState.EXPIRED}),
    "attempt_result_unchanged": (RESULT, "finished", changed, {"score": 500}),
    "attempt_kept": (RESULT, "paperless", removed, {}),
    "allowance_unchanged": (GRANTED, "allowance", changed, {"attempts": 9}),
    "allowance_kept": (GRANTED, "allowance", removed, {}),
    "invitation_settled_unchanged": (SETTLED, "settled", changed, {"name": "Другое имя"}),
    "invitation_kept": (SETTLED, "invitation", removed, {}),
    "agreement_accepted_unchanged": (ACCEPTED, "agreement", changed, {"text": "Другой текст"}),
    "agreement_accepted_kept": (ACCEPTED, "agreement", removed, {}),
    "acceptance_update_refused": (APPEND_ONLY, "acceptance", changed, {"name": "Другое имя"}),
    "acceptance_delete_refused": (APPEND_ONLY, "acceptance", removed, {}),
    "certificate_unchanged": (FROZEN, "certificate", changed, {"holder_name": "Анна Орлова"}),
    "certificate_kept": (FROZEN, "certificate", removed, {}),
    "answerlog_update_refused": (APPEND_ONLY, "log", changed, {"saved_at": NOW, "flagged": True}),
    "answerlog_delete_refused": (APPEND_ONLY, "log", removed, {}),
    "event_update_refused": (APPEND_ONLY, "event", changed, {"facts": {"number": 9}}),
    "event_delete_refused": (APPEND_ONLY, "event", removed, {}),
}

# Every column of a question is one or the other.
CONTENT = {
    "key": uuid.uuid4,
    "version": 2,
    "section_id": lambda: SectionFactory(number=30001).pk,
    "number": "9.9",
    "kind": QuestionKind.MULTIPLE,
    "text": "Что это?",
    "explanation": "Другое объяснение.",
    "enemies": "circles",
    "weight": 2,
}
FREE = {
    "state": {"state": QuestionState.RETIRED, "is_current": False},
    "is_current": {"is_current": False},
    "author_id": {"author_id": lambda: UserFactory().pk},
    "created_at": {"created_at": NOW},
    "searched": {"searched": "что это"},
    "source": {"source": "https://www.amocrm.ru/support/"},
    "checked_on": {"checked_on": NOW.date()},
    "review_by": {"review_by": NOW.date()},
}


def present(connection=connection):
    """Name, event and table of every trigger that the database has."""
    if connection.vendor == "sqlite":
        sql = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT tgname, pg_get_triggerdef(oid), tgrelid::regclass::text FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {
            (name, text.split(" BEFORE ")[1].split()[0], table) for name, text, table in cursor.fetchall()
        }


def drop(name, table):
    # PostgreSQL changes no table with checks of foreign keys still to come.
    connection.check_constraints()
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def drop_all():
    for trigger in triggers.TRIGGERS:
        drop(trigger.name, trigger.table)
    assert present() == set()


def as_stored(model):
    return list(model.objects.order_by("pk").values())


DECLARED = {(trigger.name, trigger.event, trigger.table) for trigger in triggers.TRIGGERS}


def test_every_trigger_has_its_case_and_is_in_the_database():
    assert CASES.keys() == {trigger.name for trigger in triggers.TRIGGERS}
    assert present() == DECLARED


@pytest.mark.parametrize("name", CASES)
def test_a_trigger_refuses_its_write(served, name):
    sentence, subject, write, values = CASES[name]
    row = getattr(served, subject)
    before = as_stored(type(row))
    with refused() as caught:
        write(row, **values)
    assert sentence_of(caught.value) == sentence
    assert as_stored(type(row)) == before


@pytest.mark.parametrize("trigger", triggers.TRIGGERS, ids=lambda trigger: trigger.name)
def test_without_its_trigger_the_write_goes_through(served, trigger):
    """So it was this trigger that refused it, and not another with the same sentence."""
    _sentence, subject, write, values = CASES[trigger.name]
    row = getattr(served, subject)
    before = as_stored(type(row))
    with transaction.atomic():
        drop(trigger.name, trigger.table)
        write(row, **values)
        assert as_stored(type(row)) != before
        transaction.set_rollback(True)


def test_every_column_of_a_question_is_content_or_free():
    columns = {field.attname for field in Question._meta.concrete_fields}
    assert CONTENT.keys() | FREE.keys() == columns - {"id"}
    assert CONTENT.keys() & FREE.keys() == set()


@pytest.mark.parametrize("column", CONTENT)
def test_content_of_a_served_question_is_refused(served, column):
    values = {column: CONTENT[column]}
    allowed(changed, served.draft, **values)
    with refused() as caught:
        changed(served.question, **values)
    assert sentence_of(caught.value) == SERVED


@pytest.mark.parametrize("column", FREE)
def test_the_standing_of_a_served_question_is_allowed(served, column):
    before = Question.objects.values().get(pk=served.question.pk)
    changed(served.question, **FREE[column])
    after = Question.objects.values().get(pk=served.question.pk)
    assert {name for name in after if after[name] != before[name]} == FREE[column].keys()


def test_content_rewritten_as_it_was_is_allowed(served):
    content = {name: getattr(served.question, name) for name in CONTENT}
    changed(served.question, **content)


@pytest.mark.parametrize("state", QuestionState)
def test_a_question_nobody_was_served_stays_editable(served, state):
    question = QuestionFactory(state=state)
    changed(question, **CONTENT)
    first = question.options.get(position=1)
    changed(first, text="Другой ответ", is_correct=False, position=8)
    added(first, position=9)
    removed(question.options.get(position=2))
    assert [o.position for o in question.options.all()] == [3, 4, 8, 9]
    for option in question.options.all():
        removed(option)
    removed(question)
    assert not Question.objects.filter(pk=question.pk).exists()


@pytest.mark.parametrize("column", ["text", "is_correct", "position"])
def test_every_content_of_a_served_option_is_refused(served, column):
    values = {"text": "Другой ответ", "is_correct": True, "position": 9}
    allowed(changed, served.draft.options.get(position=2), **{column: values[column]})
    with refused() as caught:
        changed(served.option, **{column: values[column]})
    assert sentence_of(caught.value) == SERVED


def test_an_option_moves_neither_into_a_served_question_nor_out_of_it(served):
    stranger = served.draft.options.get(position=1)
    allowed(changed, stranger, position=9, question=QuestionFactory)
    with refused() as caught:
        changed(stranger, position=9, question=served.question)
    assert sentence_of(caught.value) == SERVED
    with refused() as caught:
        changed(served.option, position=9, question=served.draft)
    assert sentence_of(caught.value) == SERVED


@pytest.mark.parametrize(
    "values",
    [
        {"attempt": started},
        {"position": 9},
        {"question": QuestionFactory},
        {"order": [4, 3, 2, 1, 9]},
    ],
    ids=lambda values: next(iter(values)),
)
def test_every_column_of_the_paper_is_refused(served, values):
    with refused() as caught:
        changed(served.response, **values)
    assert sentence_of(caught.value) == PAPER


def test_the_answer_on_a_paper_is_allowed(served):
    answered = {
        "chosen": [3],
        "struck": [4],
        "flagged": True,
        "revision": 7,
        "saved_at": NOW,
        "seqs": {"page": 7},
    }
    changed(served.response, **answered)
    served.response.refresh_from_db()
    assert {name: getattr(served.response, name) for name in answered} == answered


def test_install_twice_is_the_same_as_once(served):
    connection.check_constraints()
    triggers.install(connection)
    triggers.install(connection)
    assert present() == DECLARED
    with refused():
        changed(served.question, text="Что это?")


def test_migrate_puts_every_trigger_back():
    drop_all()
    call_command("migrate", verbosity=0)
    assert present() == DECLARED


def test_before_migrate_clears_the_way_on_sqlite_only():
    triggers.before_migrate("default")
    assert present() == (set() if connection.vendor == "sqlite" else DECLARED)
    triggers.after_migrate("default")
    assert present() == DECLARED


def test_after_migrate_waits_for_every_table():
    drop_all()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE certification_event RENAME TO certification_elsewhere")
    triggers.after_migrate("default")
    assert present() == set()


@pytest.fixture
def rebuilt(tmp_path):
    """A SQLite of its own, whatever the suite runs on, with the tables of this app."""
    settings = {**connections["default"].settings_dict, "ENGINE": "django.db.backends.sqlite3"}
    settings |= {"NAME": tmp_path / "rebuilt.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
    connections["rebuilt"] = DatabaseWrapper(settings, alias="rebuilt")
    with connections["rebuilt"].schema_editor() as editor:
        for model in apps.get_app_config("certification").get_models():
            editor.create_model(model)
    yield connections["rebuilt"]
    connections["rebuilt"].close()
    del connections["rebuilt"]


def test_triggers_survive_a_table_that_sqlite_rebuilds(rebuilt):
    triggers.after_migrate("rebuilt")
    assert present(rebuilt) == DECLARED
    former = Question._meta.get_field("enemies")
    wider = SlugField(max_length=50, blank=True)
    wider.set_attributes_from_name("enemies")
    wider.model = Question

    triggers.before_migrate("rebuilt")
    with rebuilt.schema_editor() as editor:
        editor.alter_field(Question, former, wider)
    triggers.after_migrate("rebuilt")

    with rebuilt.cursor() as cursor:
        columns = rebuilt.introspection.get_table_description(cursor, "certification_question")
    assert next(column.display_size for column in columns if column.name == "enemies") == 50
    assert present(rebuilt) == DECLARED
