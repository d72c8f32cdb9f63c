"""Every address that the resolver knows, each leading to something that is there."""

import re
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from certification.actions import allowances, answers, saved_filters
from certification.models import Exam
from tests.factories import (
    NOW,
    AcceptanceFactory,
    InvitationFactory,
    ManagerFactory,
    NoticeFactory,
    certified,
)

# A statement that a GET must not send; sessions and the rate limits' cache are the exceptions.
WRITE = re.compile(r'(INSERT|UPDATE|DELETE)\b(?!.*"?(django_session|amoquiz_cache)\b)', re.IGNORECASE)


def named_patterns(patterns, namespace="", outer=frozenset()):
    """(name, its arguments) of everything the resolver knows; admin's redirects have no name."""
    for pattern in patterns:
        wanted = {*outer, *pattern.pattern.converters, *pattern.pattern.regex.groupindex}
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner, wanted)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", wanted


def addresses(arguments):
    """{name: address} of every page; an unnamed one of the admin stands for its like."""
    found = {}
    for name, wanted in named_patterns(get_resolver().url_patterns):
        own = {**arguments, **arguments.get(name.rsplit("_", 1)[0], {})}
        found[name] = reverse(name, kwargs={key: own[key] for key in wanted})
    found["admin:redirect"] = "/admin/certification/question/1/"
    found["admin:no such page"] = "/admin/nothing/"
    return found


def arguments_for(attempt, admin):
    """Arguments with which each address leads to something that is there."""
    question = attempt.responses.get(position=1).question
    invitation = InvitationFactory(partner=attempt.partner)
    acceptance = AcceptanceFactory(partner=attempt.partner, accepted_by=attempt.candidate)
    certificate = certified(attempt.candidate, now=NOW - timedelta(days=1))
    email = EmailAddress.objects.get(user=attempt.candidate)
    factor = Authenticator.objects.create(user=attempt.candidate, type=Authenticator.Type.TOTP, data={})
    objects = {
        "certification_invitation": invitation,
        "certification_agreement": acceptance.agreement,
        "certification_acceptance": acceptance,
        "certification_section": question.section,
        "certification_question": question,
        "certification_exam": attempt.exam,
        "certification_notice": NoticeFactory(attempt=attempt),
        "certification_partner": attempt.partner,
        "certification_user": attempt.candidate,
        "certification_certificate": certificate,
        "account_emailaddress": email,
        "mfa_authenticator": factor,
    }
    return {
        "attempt_id": attempt.pk,
        "certificate_id": certificate.pk,
        "filter_id": saved_filters.keep("Сдали", "outcome=passed", by=admin.pk).pk,
        "code": certificate.code,
        "response_id": noted(attempt).pk,
        "allowance_id": granted(attempt, admin).pk,
        "position": 1,
        "question_key": question.key,
        "partner_id": attempt.partner_id,
        "person_id": attempt.candidate_id,
        "manager_id": ManagerFactory().pk,
        "invitation_id": invitation.pk,
        "token": invitation.token,
        "slug": attempt.exam.slug,
        "object_id": admin.pk,
        "id": attempt.candidate_id,
        "content_type_id": ContentType.objects.get_for_model(Exam).pk,
        "app_label": "certification",
        "key": "abc",
        "pk": factor.pk,
        "uidb36": "1",
        "url": "nothing",
        **{f"admin:{name}": {"object_id": row.pk} for name, row in objects.items()},
        "admin:view_on": {"object_id": attempt.exam.pk},
    }


def noted(attempt):
    """A question of theirs with a note at it."""
    note = answers.Answer(note="Опечатка.")
    return answers.save_answer(attempt.pk, 2, note, by=attempt.candidate_id, now=NOW).response


def granted(attempt, admin):
    """One more attempt for its candidate at its exam."""
    whom = attempt.candidate_id, attempt.exam_id
    return allowances.grant_attempts(*whom, 1, by=admin.pk, now=NOW, reason="Договорились.")


def known(person):
    """With a verified address, as everybody has who can sign in."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def writes_of(call):
    """What `call` answers, and the statements by which it wrote."""
    with CaptureQueriesContext(connection) as queries:
        response = call()
    return response, [query["sql"] for query in queries if WRITE.match(query["sql"])]
