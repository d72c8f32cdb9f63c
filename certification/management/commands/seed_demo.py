import contextlib
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from certification import demo
from certification.actions import agreements, allowances, answers, attempts, invitations, statistics
from certification.actions.answers import Answer
from certification.actions.refused import Refused
from certification.models import (
    Acceptance,
    Agreement,
    Allowance,
    Attempt,
    Exam,
    Invitation,
    Partner,
    Response,
    User,
)
from certification.models.statistics import untallied
from certification.rules.deadlines import ExtraTime
from certification.states import PartnerKind, Role

# (name, company, hours ago and share of right answers of each attempt at «test-1»)
SAMPLES: tuple[tuple[str, str, list[tuple[int, float]]], ...] = (
    ("Павел Воронов", "Северный контур", [(240, 0.95)]),
    ("Дарья Климова", "Северный контур", [(200, 0.6), (170, 0.9)]),
    ("Тимур Ахметов", "Вектор продаж", [(90, 0.72)]),
    ("Елена Шульгина", "Вектор продаж", [(400, 0.5), (370, 0.6), (190, 0.6)]),
    ("Никита Громов", "Вектор продаж", []),
)
# (company, kind, certified people needed)
COMPANIES = (
    ("Северный контур", PartnerKind.CONSULTANT, 2),
    ("Вектор продаж", PartnerKind.DEVELOPER, 3),
)
# What they find wrong with a question, by its position on their paper.
NOTES = {
    ("Тимур Ахметов", 3): "Кажется, подходят два варианта: и первый, и последний.",
    ("Павел Воронов", 7): "В интерфейсе эта кнопка теперь называется иначе.",
}


class Command(BaseCommand):
    help = "Makes the demo's logins and sample people with histories. Refused outside the demo."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if not settings.AMOQUIZ_DEMO:
            raise CommandError("SECRET_KEY is set, so this is not the demo: nothing was made.")
        if not Exam.objects.filter(slug="test-1").exists():
            raise CommandError("There is no exam to sit yet: run `manage.py seed` first.")
        now = timezone.now()
        new = [name for name, kind, needed in COMPANIES if add_company(name, kind, needed=needed)]
        consultants = Partner.objects.get(name=COMPANIES[0][0])
        for email, (name, role) in demo.PEOPLE.items():
            partner = consultants if role in (Role.CANDIDATE, Role.LEAD) else None
            add_person(
                email,
                name,
                role=role,
                partner=partner,
                password=demo.PASSWORD,
                all_companies=role == Role.MANAGER,
            )
        manager = User.objects.get(email="manager@example.com")
        Partner.objects.filter(name__in=new).update(manager=manager)
        for index, (name, company, sittings) in enumerate(SAMPLES, start=1):
            person = add_person(f"sample{index}@example.com", name, partner=Partner.objects.get(name=company))
            if person is not None:
                sit(person, sittings, now=now, rng=Random(index))  # noqa: S311  sample answers
        decide(by=manager, now=now)
        invite(by=manager, now=now)
        agree(now=now)
        if untallied().exists():
            statistics.refresh(now=now)
        self.stdout.write(f"Demo: {User.objects.count()} people.")


def add_company(name: str, kind: PartnerKind, *, needed: int) -> bool:
    """Whether it is new."""
    defaults = {"kind": kind, "certified_needed": needed}
    return Partner.objects.get_or_create(name=name, defaults=defaults)[1]


def invite(*, by: User, now: datetime) -> None:
    """One invitation that nobody accepts, once."""
    if Invitation.objects.exists():
        return
    invitations.invite(
        "newcomer@example.com",
        name="Сергей Панов",
        role=Role.CANDIDATE,
        partner_id=Partner.objects.get(name="Вектор продаж").pk,
        by=by.pk,
        now=now,
    )


def agree(*, now: datetime) -> None:
    """The demo's lead accepts the agreement, once, where their company has somebody certified."""
    lead = User.objects.get(email="lead@example.com")
    agreement = Agreement.objects.in_force(now)
    if agreement is None or Acceptance.objects.filter(partner=lead.partner_id).exists():
        return
    with contextlib.suppress(Refused):
        agreements.accept(agreement.pk, by=lead.pk, now=now)


def add_person(
    email: str,
    name: str,
    *,
    role: Role = Role.CANDIDATE,
    partner: Partner | None,
    password: str | None = None,
    all_companies: bool = False,
) -> User | None:
    """A new person whose address counts as verified; None where they exist already."""
    if User.objects.filter(email=email).exists():
        return None
    return User.objects.create_known(
        email, password, name=name, role=role, partner=partner, all_companies=all_companies
    )


def sit(person: User, sittings: list[tuple[int, float]], *, now: datetime, rng: Random) -> None:
    """Attempts as they would have gone, by the same actions as everybody's."""
    exam = Exam.objects.get(slug="test-1")
    for hours, share in sittings:
        start = now - timedelta(hours=hours)
        attempt = attempts.start(exam.pk, by=person.pk, now=start, name=person.name, seed=rng.getrandbits(63))
        if isinstance(attempt, Attempt):
            last = answer_all(attempt, share, start=start, rng=rng)
            attempts.submit(attempt.pk, by=person.pk, now=last + timedelta(seconds=40))


def decide(*, by: User, now: datetime) -> None:
    """What the demo's manager has done about the sample people, once."""
    if Allowance.objects.exists():
        return
    exam = Exam.objects.get(slug="test-1")
    late, careful = (User.objects.get(name=name) for name in ("Елена Шульгина", "Никита Громов"))
    allowances.grant_attempts(late.pk, exam.pk, 1, reason="Прошла курс внедренца", by=by.pk, now=now)
    allowances.grant_time(
        careful.pk, exam.pk, ExtraTime(percent=150), reason="Слабое зрение", by=by.pk, now=now
    )
    failure = Attempt.objects.filter(candidate__name="Дарья Климова").earliest("number")
    attempts.void(failure.pk, reason="Отключили свет в офисе партнёра", by=by.pk, now=now)


def answer_all(attempt: Attempt, share: float, *, start: datetime, rng: Random) -> datetime:
    """Answer every question, about `share` of them right; returns the time of the last save."""
    moment = start
    for response in Response.objects.filter(attempt=attempt).with_question():
        right = [i for i, option in enumerate(response.shown_options) if option.is_correct]
        wrong = [i for i, option in enumerate(response.shown_options) if not option.is_correct]
        chosen = right if rng.random() < share else [rng.choice(wrong)]
        seconds = rng.randint(15, 70)
        moment += timedelta(seconds=seconds)
        note = NOTES.get((attempt.candidate.name, response.position))
        answers.save_answer(
            attempt.pk,
            response.position,
            Answer(chosen=tuple(chosen), note=note, shown_ms=1000 * seconds),
            by=attempt.candidate_id,
            now=moment,
            network="203.0.113.0/24",
        )
    return moment
