"""Every constraint refuses its bad rows, on the database's own level, and says why to people.

A case shares its row between what is allowed and what is refused, one step apart. A constraint that
no case names fails `test_every_constraint_has_its_case`.
"""

import copy

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CheckConstraint
from django.utils.translation import gettext

from certification.models import (
    Agreement,
    Allowance,
    AnswerLog,
    Attempt,
    BlueprintLine,
    Event,
    Exam,
    ExternalId,
    JobRun,
    Notice,
    Option,
    Partner,
    Question,
    Response,
    Section,
)
from tests.factories import (
    NOW,
    AgreementFactory,
    ExamFactory,
    ExternalIdFactory,
    InvitationFactory,
    NoticeFactory,
    PartnerFactory,
    SectionFactory,
    UserFactory,
    finished,
)
from tests.models import (
    constraint_cases,
    constraint_cases_import,
    constraint_cases_notices,
    constraint_cases_statistics,
)
from tests.models.certificate_cases import CERTIFICATE_CASES, withdrawn
from tests.models.constraint_cases import (
    allowance,
    event,
    job,
    line,
    log,
    response,
)
from tests.models.constraint_cases_bank import draft, option
from tests.models.writes import added, allowed, is_check, naming, refused, violated

pytestmark = pytest.mark.django_db

CASES = [
    *constraint_cases.CASES,
    *constraint_cases_notices.CASES,
    *constraint_cases_import.CASES,
    *constraint_cases_statistics.CASES,
    *CERTIFICATE_CASES,
]


def closed_invitation():
    return InvitationFactory(revoked_at=NOW, revoked_by=UserFactory())


def accepted_invitation():
    """Its copy has another hash already, so that only who accepted it is the same."""
    row = InvitationFactory(accepted_at=NOW, accepted_by=UserFactory())
    row.token_hash = "e" * 64
    return row


# Columns that are unique by themselves: a row, and what makes its copy another.
UNIQUE_COLUMNS = {
    "certification_section.number": (SectionFactory, {"number": 30001}),
    "certification_exam.slug": (ExamFactory, {"slug": "another"}),
    "certification_partner.name": (PartnerFactory, {"name": "Другой"}),
    "certification_agreement.number": (AgreementFactory, {"number": 30001}),
    "certification_invitation.token_hash": (closed_invitation, {"token_hash": "f" * 64}),
    "certification_invitation.accepted_by_id": (
        accepted_invitation,
        {"accepted_by": UserFactory, "token_hash": "f" * 64},
    ),
    "certification_user.email": (UserFactory, {"email": "another@example.com"}),
    "certification_certificate.number": (withdrawn, {"number": "AQ-1", "code": "Z" * 26}),
    "certification_certificate.code": (withdrawn, {"number": "AQ-1", "code": "Z" * 26}),
    "certification_jobrun.name": (job, {"name": "another"}),
    "certification_notice.key": (NoticeFactory, {"key": "another"}),
}

# A row of each model that counts something; no column of a count goes below zero.
COUNTING = {
    Agreement: AgreementFactory,
    Allowance: allowance,
    AnswerLog: log,
    Attempt: finished,
    BlueprintLine: line,
    Event: event,
    Exam: ExamFactory,
    ExternalId: ExternalIdFactory,
    JobRun: job,
    Notice: NoticeFactory,
    Option: option,
    Partner: PartnerFactory,
    Question: draft,
    Response: response,
    Section: SectionFactory,
    **constraint_cases_statistics.TALLY_ROWS,
}
COUNTS = [
    (model, field.attname)
    for model in apps.get_app_config("certification").get_models()
    for field in model._meta.concrete_fields
    if field.get_internal_type().startswith("Positive")
]

DECLARED = {
    constraint.name: (model, constraint)
    for model in apps.get_app_config("certification").get_models()
    for constraint in model._meta.constraints
}
CHECKS = [name for name, (_model, c) in DECLARED.items() if isinstance(c, CheckConstraint)]


def each(kind):
    """One parameter set for every write of this kind in CASES."""
    return [
        pytest.param(case, values, id=f"{case.name}-{case.row.__name__}-{n}")
        for case in CASES
        for n, values in enumerate(getattr(case, kind))
    ]


@pytest.mark.parametrize(("case", "values"), each("refused"))
def test_a_bad_row_is_refused_by_its_constraint(case, values):
    row = case.row()
    with refused() as caught:
        case.write(row, **values)
    assert violated(caught.value) == naming(*DECLARED[case.name])


@pytest.mark.parametrize(("case", "values"), each("allowed"))
def test_a_good_row_one_step_away_is_allowed(case, values):
    allowed(case.write, case.row(), **values)


@pytest.mark.parametrize(("case", "values"), [p for p in each("refused") if p.values[0].name in CHECKS])
def test_a_form_says_why_before_the_database_does(case, values):
    model, constraint = DECLARED[case.name]
    row = copy.copy(case.row())
    for name, value in values.items():
        setattr(row, name, value() if callable(value) else value)
    with pytest.raises(ValidationError) as caught:
        constraint.validate(model, row)
    assert caught.value.messages == [constraint.get_violation_error_message()]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_sentence_of_its_own(name):
    _model, constraint = DECLARED[name]
    sentence = constraint.get_violation_error_message()
    generic = gettext(CheckConstraint.default_violation_error_message)
    assert sentence.endswith(".")
    assert sentence != generic % {"name": name}
    assert name not in sentence


@pytest.mark.parametrize("column", UNIQUE_COLUMNS)
def test_a_unique_column_refuses_a_second_of_its_kind(column):
    make, another = UNIQUE_COLUMNS[column]
    row = make()
    own = column.rpartition(".")[2].removesuffix("_id")
    beside = {name: value for name, value in another.items() if name != own}
    with refused() as caught:
        added(row, **beside)
    name = violated(caught.value)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, row._meta.db_table)
        assert found[name]["unique"] is True
        name = f"{row._meta.db_table}.{'.'.join(found[name]['columns'])}"
    assert name == column
    allowed(added, row, **another)


@pytest.mark.parametrize(("model", "column"), COUNTS)
def test_a_count_below_zero_is_refused(model, column):
    row = COUNTING[model]()
    with refused() as caught:
        added(row, **{column: -1})
    assert is_check(caught.value)


def test_every_constraint_has_its_case():
    assert {case.name for case in CASES} == set(DECLARED)


def test_the_database_has_what_the_models_declare_and_nothing_else():
    """Named constraints by name, those of one column by table and column."""
    models = apps.get_app_config("certification").get_models()
    expected, found = set(DECLARED) | set(UNIQUE_COLUMNS), set()
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            expected |= {f"{table}.{f.column}" for f in model._meta.concrete_fields if f.db_check(connection)}
            for name, c in connection.introspection.get_constraints(cursor, table).items():
                if not c["primary_key"] and (c["unique"] or c["check"]):
                    found.add(name if name in DECLARED else f"{table}.{'.'.join(sorted(set(c['columns'])))}")
    assert found == expected
