"""Rows as tests need them. What a test does not name is valid and of no matter."""

from datetime import datetime, timedelta
from unittest import mock
from uuid import uuid4

import factory
from django.utils import timezone

from certification.actions import answers, attempts, certificates
from certification.models import (
    Acceptance,
    Agreement,
    Attempt,
    BlueprintLine,
    Certificate,
    Exam,
    ExternalId,
    Invitation,
    Notice,
    Option,
    Partner,
    Question,
    Response,
    Section,
    User,
)
from certification.models.invitations import hash_of
from certification.rules.items import Item, ItemOption
from certification.rules.search import folded
from certification.states import NoticeKind, PartnerKind, QuestionState, RevocationCause, Role

# A Monday in Moscow; nothing here reads the real clock.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.get_default_timezone())


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence("Партнёр {}".format)
    kind = PartnerKind.CONSULTANT


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence("person{}@example.com".format)
    name = "Мария Лебедева"
    partner = factory.SubFactory(PartnerFactory)


class AdminFactory(UserFactory):
    role = Role.ADMIN
    partner = None


class ManagerFactory(UserFactory):
    """Who sees every company; `all_companies=False` for one who does not."""

    role = Role.MANAGER
    all_companies = True
    partner = None


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section
        django_get_or_create = ["number"]

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda section: f"Раздел {section.number}")


class QuestionFactory(factory.django.DjangoModelFactory):
    """A published question in use, with options; the first one is right (`rights` of them)."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    section = factory.SubFactory(SectionFactory)
    text = factory.Sequence("Что делает кнопка {}?".format)
    explanation = "Так устроена кнопка; остальные варианты путают её с другой."
    state = QuestionState.PUBLISHED
    is_current = factory.LazyAttribute(lambda question: question.state == QuestionState.PUBLISHED)
    searched = factory.LazyAttribute(lambda question: folded(question.text))

    @factory.post_generation
    def options(self, create, extracted, rights=1, count=4, **kwargs):
        for position in range(1, count + 1):
            Option.objects.create(
                question=self,
                position=position,
                text=f"Ответ {position}",
                is_correct=position <= rights,
            )


class ExternalIdFactory(factory.django.DjangoModelFactory):
    """Of a question that a document named at NOW, and said nothing of."""

    class Meta:
        model = ExternalId

    document = "памятка"
    section = 1
    number = factory.Sequence(lambda n: n + 1)
    key = factory.LazyFunction(uuid4)
    imported_at = NOW


class ExamFactory(factory.django.DjangoModelFactory):
    """A published exam; `lines={section: count}` makes its blueprint."""

    class Meta:
        model = Exam
        skip_postgeneration_save = True

    slug = factory.Sequence("exam-{}".format)
    title = factory.Sequence("Тест {}".format)
    is_published = True
    minutes = 60
    pass_percent = 80
    attempts_allowed = 3
    first_wait = timedelta(hours=24)
    later_wait = timedelta(days=7)

    @factory.post_generation
    def lines(self, create, extracted, **kwargs):
        for section, count in (extracted or {}).items():
            BlueprintLine.objects.create(exam=self, section=section, questions=count)


def bank_with_exam(*, sections: int = 1, questions: int = 5, per_section: int | None = 5, **exam) -> Exam:
    """An exam over fresh sections, each with so many questions in use."""
    lines = {}
    for _ in range(sections):
        section = SectionFactory()
        QuestionFactory.create_batch(questions, section=section)
        lines[section] = per_section
    return ExamFactory(lines=lines, **exam)


def started(user: User | None = None, exam: Exam | None = None, *, now: datetime = NOW) -> Attempt:
    """An attempt in progress, started by the action."""
    user = user or UserFactory()
    exam = exam or bank_with_exam()
    attempt = attempts.start(exam.pk, by=user.pk, now=now, name=user.name)
    assert isinstance(attempt, Attempt)
    return attempt


def shown_key(response: Response) -> tuple[int, ...]:
    """The displayed indices of the right options."""
    options = response.question.options.filter(is_correct=True)
    return tuple(response.shown(list(options.values_list("position", flat=True))))


def answer(attempt: Attempt, *, right: int, now: datetime = NOW) -> None:
    """Answer the first `right` questions rightly and the others wrongly."""
    for response in attempt.responses.with_question():
        key = shown_key(response)
        wrong = next(i for i in range(len(response.order)) if i not in key)
        chosen = key if response.position <= right else (wrong,)
        answers.save_answer(
            attempt.pk,
            response.position,
            answers.Answer(chosen=chosen),
            by=attempt.candidate_id,
            now=now,
        )


def finished(
    user: User | None = None, exam: Exam | None = None, *, right: int = 0, now: datetime = NOW
) -> Attempt:
    """An attempt finished ten minutes after its start, `right` of its questions answered rightly."""
    attempt = started(user, exam, now=now)
    answer(attempt, right=right, now=now)
    return attempts.submit(attempt.pk, by=attempt.candidate_id, now=now + timedelta(minutes=10))


def certified(
    user: User | None = None, exam: Exam | None = None, *, now: datetime = NOW, **exam_facts
) -> Certificate:
    """What a pass gave that began at `now`."""
    exam = exam or bank_with_exam(questions=2, per_section=2, **exam_facts)
    questions = sum(line.questions or 0 for line in exam.lines.all())
    return finished(user, exam, right=questions, now=now).certificates.get()


def uncertified(
    user: User | None = None, exam: Exam | None = None, *, right: int = 2, now: datetime = NOW
) -> Attempt:
    """An attempt from before there were certificates, which was promised one all the same."""
    exam = exam or bank_with_exam(questions=2, per_section=2)
    with mock.patch.object(certificates, "issue"):
        return finished(user, exam, right=right, now=now)


def revoke(certificate: Certificate, *, now: datetime = NOW + timedelta(hours=1)) -> Certificate:
    """The certificate, revoked by some manager."""
    cause, reason = RevocationCause.RULES_BROKEN, "Сдавал другой человек"
    by = ManagerFactory().pk
    return certificates.revoke(certificate.pk, by=by, now=now, cause=cause, reason=reason)


def void(attempt: Attempt, *, now: datetime = NOW + timedelta(minutes=30)) -> Attempt:
    """The attempt, voided by some manager."""
    return attempts.void(attempt.pk, by=ManagerFactory().pk, now=now, reason="Сбой у партнёра")


def item(**changes) -> Item:
    """A draft without a flaw, as `actions.bank` takes it."""
    values = {
        "number": "1.1",
        "section": 1,
        "kind": "single",
        "text": "Кто добавляет сотрудников в аккаунт?",
        "options": (
            ItemOption("Администратор", True),
            ItemOption("Руководитель", False),
            ItemOption("Ответственный", False),
        ),
        "explanation": "Сотрудников добавляет администратор; остальные роли этого права не имеют.",
        "enemies": "",
    }
    return Item(**{**values, **changes})


def untold(exam: Exam | None = None, *, user: User | None = None, right: int = 0) -> Attempt:
    """A finished attempt of which no letter was written."""
    attempt = finished(user, exam, right=right)
    Notice.objects.filter(attempt=attempt).delete()
    return attempt


class CertificateFactory(factory.django.DjangoModelFactory):
    """Of a passed attempt at an exam that gives none by itself, valid for a year from its finish."""

    class Meta:
        model = Certificate

    attempt = factory.LazyFunction(lambda: untold(bank_with_exam(gives_certificate=False), right=5))
    candidate = factory.SelfAttribute("attempt.candidate")
    exam = factory.SelfAttribute("attempt.exam")
    number = factory.Sequence("AQ-26-{:06}".format)
    code = factory.Sequence("{:026}".format)
    holder_name = factory.SelfAttribute("attempt.holder_name")
    wording = factory.LazyFunction(dict)
    issued_at = factory.SelfAttribute("attempt.finished_at")
    expires_at = factory.LazyAttribute(lambda certificate: certificate.issued_at + timedelta(days=365))


class InvitationFactory(factory.django.DjangoModelFactory):
    """An open invitation of a candidate, sent at NOW, as actions.invitations makes it."""

    class Meta:
        model = Invitation

    email = factory.Sequence("newcomer{}@example.com".format)
    name = "Сергей Панов"
    partner = factory.SubFactory(PartnerFactory)
    invited_by = factory.SubFactory(ManagerFactory)
    invited_at = NOW
    nonce = factory.Sequence("{:032x}".format)
    token_hash = factory.LazyAttribute(
        lambda row: hash_of(Invitation(email=row.email, nonce=row.nonce).token)
    )
    sent_at = factory.SelfAttribute("invited_at")
    expires_at = factory.LazyAttribute(lambda row: row.sent_at + timedelta(days=14))


class AgreementFactory(factory.django.DjangoModelFactory):
    """A version that has been in force for a year."""

    class Meta:
        model = Agreement

    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence("Соглашение {}".format)
    text = "Компания работает честно.\n\nПрограмма тоже."
    in_force_from = NOW - timedelta(days=365)


class AcceptanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Acceptance

    agreement = factory.SubFactory(AgreementFactory)
    partner = factory.SubFactory(PartnerFactory)
    accepted_by = factory.SubFactory(UserFactory, partner=factory.SelfAttribute("..partner"))
    accepted_at = NOW
    name = factory.LazyAttribute(lambda row: row.accepted_by.name)
    partner_name = factory.LazyAttribute(lambda row: row.partner.name)


class NoticeFactory(factory.django.DjangoModelFactory):
    """A letter about the result of an attempt, due since its finish."""

    class Meta:
        model = Notice

    kind = NoticeKind.RESULT
    key = factory.Sequence("made:{}:".format)
    attempt = factory.LazyFunction(lambda: untold(bank_with_exam()))
    person = factory.SelfAttribute("attempt.candidate")
    email = factory.SelfAttribute("person.email")
    created_at = due_at = NOW + timedelta(minutes=10)
