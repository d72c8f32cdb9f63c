"""The invariants that only a trigger can hold, on SQLite and PostgreSQL alike.

They are put in place after every `migrate`. SQLite rebuilds a table to change it, which loses the
table's triggers and stumbles over other tables' triggers that name it; so there they are taken
away first and put back at the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from certification.states import ATTEMPT_TRANSITIONS, QUESTION_TRANSITIONS, AttemptState


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses `event` on a row of `table` where `condition` holds of OLD and NEW."""

    name: str
    event: str  # INSERT, UPDATE or DELETE
    table: str
    condition: str
    sentence: str


def changed(*columns: str) -> str:
    """SQL: one of these columns differs between OLD and NEW; `{differs}` is the vendor's word."""
    return "(" + " OR ".join(f'OLD."{c}" {{differs}} NEW."{c}"' for c in columns) + ")"


def served(question_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM certification_response WHERE question_id = {question_id})"  # noqa: S608  our own names


SERVED = "A question that has been served is not changed: revise it."
PAPER = "The paper of an attempt is not changed."
APPEND_ONLY = "Rows of this table are only ever added."
EITHER_SERVED = f"({served('OLD.question_id')} OR {served('NEW.question_id')})"
QUESTION_CONTENT = changed(
    "key", "version", "section_id", "number", "kind", "text", "explanation", "enemies", "weight"
)
PROMISES = "What an attempt promised at its start is not changed."
MOVES = "An attempt does not move like this."
QUESTION_MOVES = "A version of a question does not move like this."
RESULT = "A result is not changed: an attempt is voided or reopened."
FROZEN = "What a certificate says is not changed: it is revoked."
SETTLED = "An invitation that was accepted or revoked is not changed."
ACCEPTED = "An agreement that was accepted is not changed: write a new version."
GRANTED = "What was granted is not changed: it is withdrawn."
PROMISED = changed(
    "candidate_id",
    "exam_id",
    "number",
    "started_at",
    "seed",
    "minutes",
    "pass_percent",
    "tells_how_many",
    "partial_credit",
    "section_minimums",
    "review_right_after",
    "review_meanwhile",
    "review_later",
    "certificate_months",
    "holder_name",
    "partner_id",
)
GRANT = changed(
    "candidate_id",
    "exam_id",
    "kind",
    "percent",
    "minutes",
    "attempts",
    "attempt_id",
    "reason",
    "granted_at",
    "granted_by_id",
)
CERTIFIED = changed(
    "attempt_id",
    "candidate_id",
    "exam_id",
    "partner_id",
    "supersedes_id",
    "number",
    "code",
    "holder_name",
    "wording",
    "issued_at",
    "expires_at",
)
OUTCOME = changed("deadline", "reopened_at", "finished_at", "score", "max_score", "passed")
SAVED = changed("chosen", "struck", "flagged", "note", "revision", "saved_at", "seqs")


def both_finished() -> str:
    return f"OLD.state <> '{AttemptState.OPEN}' AND NEW.state <> '{AttemptState.OPEN}'"


def known_moves(transitions: Mapping[Any, Iterable[Any]]) -> str:
    moves = (f"('{old}', '{new}')" for old, targets in transitions.items() for new in targets)
    return f"((OLD.state, NEW.state) IN (VALUES {', '.join(moves)}))"


def accepted(agreement_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM certification_acceptance WHERE agreement_id = {agreement_id})"  # noqa: S608  our own names


def ended(attempt_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM certification_attempt WHERE id = {attempt_id} AND state <> 'open')"  # noqa: S608  our own names


TRIGGERS = (
    Trigger(
        "question_served_unchanged",
        "UPDATE",
        "certification_question",
        f"{QUESTION_CONTENT} AND {served('OLD.id')}",
        SERVED,
    ),
    Trigger(
        "question_moves_as_known",
        "UPDATE",
        "certification_question",
        f"OLD.state <> NEW.state AND NOT {known_moves(QUESTION_TRANSITIONS)}",
        QUESTION_MOVES,
    ),
    Trigger("question_served_kept", "DELETE", "certification_question", served("OLD.id"), SERVED),
    Trigger(
        "option_served_not_added",
        "INSERT",
        "certification_option",
        served("NEW.question_id"),
        SERVED,
    ),
    Trigger("option_served_unchanged", "UPDATE", "certification_option", EITHER_SERVED, SERVED),
    Trigger(
        "option_served_kept",
        "DELETE",
        "certification_option",
        served("OLD.question_id"),
        SERVED,
    ),
    Trigger(
        "response_paper_unchanged",
        "UPDATE",
        "certification_response",
        changed("attempt_id", "position", "question_id", "order"),
        PAPER,
    ),
    Trigger("response_late_not_added", "INSERT", "certification_response", ended("NEW.attempt_id"), PAPER),
    Trigger(
        "response_late_not_saved",
        "UPDATE",
        "certification_response",
        f"{SAVED} AND {ended('NEW.attempt_id')}",
        RESULT,
    ),
    Trigger("response_kept", "DELETE", "certification_response", "TRUE", PAPER),
    Trigger("attempt_promises_unchanged", "UPDATE", "certification_attempt", PROMISED, PROMISES),
    Trigger(
        "attempt_moves_as_known",
        "UPDATE",
        "certification_attempt",
        f"OLD.state <> NEW.state AND NOT {known_moves(ATTEMPT_TRANSITIONS)}",
        MOVES,
    ),
    Trigger(
        "attempt_result_unchanged",
        "UPDATE",
        "certification_attempt",
        f"{both_finished()} AND {OUTCOME}",
        RESULT,
    ),
    Trigger("attempt_kept", "DELETE", "certification_attempt", "TRUE", RESULT),
    Trigger(
        "allowance_unchanged",
        "UPDATE",
        "certification_allowance",
        f"OLD.withdrawn_at IS NOT NULL OR {GRANT}",
        GRANTED,
    ),
    Trigger("allowance_kept", "DELETE", "certification_allowance", "TRUE", GRANTED),
    Trigger(
        "certificate_unchanged",
        "UPDATE",
        "certification_certificate",
        f"OLD.revoked_at IS NOT NULL OR {CERTIFIED}",
        FROZEN,
    ),
    Trigger("certificate_kept", "DELETE", "certification_certificate", "TRUE", FROZEN),
    Trigger(
        "invitation_settled_unchanged",
        "UPDATE",
        "certification_invitation",
        "OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL",
        SETTLED,
    ),
    Trigger("invitation_kept", "DELETE", "certification_invitation", "TRUE", SETTLED),
    Trigger(
        "agreement_accepted_unchanged",
        "UPDATE",
        "certification_agreement",
        f"{changed('number', 'title', 'text', 'in_force_from')} AND {accepted('OLD.id')}",
        ACCEPTED,
    ),
    Trigger("agreement_accepted_kept", "DELETE", "certification_agreement", accepted("OLD.id"), ACCEPTED),
    *(
        Trigger(f"{table}_{event.lower()}_refused", event, f"certification_{table}", "TRUE", APPEND_ONLY)
        for table in ("answerlog", "event", "acceptance")
        for event in ("UPDATE", "DELETE")
    ),
)


def before_migrate(using: str, **kwargs: Any) -> None:
    connection = connections[using]
    if connection.vendor == "sqlite":
        remove(connection)


def after_migrate(using: str, **kwargs: Any) -> None:
    """Also emitted by `flush`, and by a migration back to before these tables existed."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if tables >= {trigger.table for trigger in TRIGGERS}:
        install(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place; whatever stood under its name is replaced."""
    sql = sqlite_sql if connection.vendor == "sqlite" else postgresql_sql
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in sql(trigger):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away, on SQLite."""
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")


def sqlite_sql(trigger: Trigger) -> list[str]:
    condition = trigger.condition.format(differs="IS NOT")
    create = f"""
        CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{trigger.sentence}'); END
    """
    return [f"DROP TRIGGER IF EXISTS {trigger.name}", create]


def postgresql_sql(trigger: Trigger) -> list[str]:
    condition = trigger.condition.format(differs="IS DISTINCT FROM")
    row = "OLD" if trigger.event == "DELETE" else "NEW"
    function = f"""
        CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{trigger.sentence}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN {row};
        END $$
    """
    create = f"""
        CREATE OR REPLACE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table}
        FOR EACH ROW EXECUTE FUNCTION {trigger.name}()
    """
    return [function, create]
