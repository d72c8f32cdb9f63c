"""What people, companies, the agreement and certificates look like, state by state."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import allowances, invitations, people
from certification.models import Certificate
from certification.rules.deadlines import ExtraTime
from certification.states import Role
from tests.browser.place import LONG_WORD, Place, decide, press, type_in
from tests.browser.places_manager import day_places
from tests.cohorts import plant
from tests.factories import (
    AcceptanceFactory,
    AdminFactory,
    AgreementFactory,
    ExamFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    revoke,
    started,
)
from tests.pages import words

PASSWORD = "правильная-лошадь-батарея"
# Ages in days of certificates that are valid for a year and may be renewed 60 days before its end.
FRESH, NEAR_EXPIRY, EXPIRED = 30, 340, 400


class Town:
    """Companies with people in every state, and who runs the programme."""

    def __init__(self, texts):
        self.texts, self.now = texts, timezone.now()
        self.admin = AdminFactory(name=texts.name)
        self.manager = ManagerFactory(name=texts.name)
        self.exam = bank_with_exam(questions=2, per_section=2, title=texts.exam)
        self.company = PartnerFactory(name=texts.company, certified_needed=5, manager=self.manager)
        self.empty = PartnerFactory(name=f"{texts.company[:190]} — 2", manager=None)
        self.leaderless = PartnerFactory()
        self.agreement = AgreementFactory(
            title=texts.title, text=texts.agreement, in_force_from=self.ago(EXPIRED)
        )
        self.make_people()
        self.make_invitations()

    def ago(self, days):
        return self.now - timedelta(days=days)

    def person(self, **fields):
        return UserFactory(**{"name": self.texts.name, "partner": self.company, **fields})

    def certified(self, days, **fields):
        """A certificate that was given so long ago."""
        return certified(self.person(**fields), self.exam, now=self.ago(days))

    def make_people(self):
        self.lead = self.person(role=Role.LEAD)
        self.alone = self.person(role=Role.LEAD, partner=self.empty)
        self.valid, self.near = self.certified(FRESH), self.certified(NEAR_EXPIRY)
        self.expired, self.revoked = self.certified(EXPIRED), self.certified(FRESH)
        self.revoked = revoke(self.revoked, now=self.ago(1))
        self.superseded = self.certified(NEAR_EXPIRY)
        self.renewed = certified(self.superseded.candidate, self.exam, now=self.ago(1))
        self.free = self.certified(FRESH, partner=self.leaderless)
        finished(self.person(), self.exam, now=self.ago(2))
        started(self.person(), self.exam, now=self.now)
        self.gone = self.person(partner=self.empty)
        said = {"by": self.manager.pk, "now": self.ago(3), "reason": self.texts.reason}
        people.move(self.gone.pk, self.company.pk, **said)
        people.change_role(self.gone.pk, Role.LEAD, **said)
        allowances.grant_time(self.gone.pk, self.exam.pk, ExtraTime(percent=150), **said)
        withdrawn = allowances.grant_attempts(self.gone.pk, self.exam.pk, 2, **said)
        allowances.withdraw(withdrawn.pk, **said)
        people.deactivate(self.gone.pk, **said)
        self.homeless = self.person(partner=None)

    def make_invitations(self):
        by = {"name": self.texts.name, "invited_by": self.manager, "partner": self.company}
        self.open = InvitationFactory(**by, invited_at=self.ago(1), email=f"{'very-' * 12}long@example.com")
        self.late = InvitationFactory(**by, invited_at=self.ago(20))
        InvitationFactory(**by, invited_at=self.ago(2), role=Role.LEAD)
        self.withdrawn = InvitationFactory(**by, invited_at=self.ago(3))
        invitations.revoke(self.withdrawn.pk, by=self.manager.pk, now=self.ago(2))
        self.used = InvitationFactory(**by, invited_at=self.ago(3))
        invitations.accept(self.used.token, name=self.texts.name, password=PASSWORD, now=self.ago(2))
        self.to_staff = InvitationFactory(**by | {"partner": None}, role=Role.MANAGER, invited_at=self.ago(1))
        self.known = InvitationFactory(**by, invited_at=self.ago(1))
        UserFactory(email=self.known.email, partner=None)


def people_places(texts):
    town = Town(texts)
    return [
        *public_places(town),
        *holders_places(town),
        *invited_places(town),
        *agreement_places(town),
        *company_places(town),
        *managers_places(town),
        *day_places(town),
    ]


def public_places(town):
    def verify(certificate: Certificate):
        return certificate.get_absolute_url()

    form = reverse("verify")
    return [
        Place("verify", form),
        Place("verify, no such code", f"{form}?code=7F3K-92QD", status=404),
        Place("verify: unknown", f"{form}{'0' * 26}/", status=404),
        Place("verify: valid", verify(town.valid)),
        Place("verify: valid, of somebody who is signed in", verify(town.valid), town.valid.candidate),
        Place("verify: expired", verify(town.expired)),
        Place("verify: superseded", verify(town.superseded)),
        Place("verify: revoked", verify(town.revoked)),
        Place("verify, asked too often", verify(town.valid), reach=ask_too_often, status=429),
    ]


def ask_too_often(page):
    for _ in range(200):
        if page.request.get(page.url).status == 429 and page.reload().status == 429:
            return
    raise AssertionError("there is no limit")


def holders_places(town):
    def result(certificate):
        return certificate.attempt.get_result_url()

    return [
        Place("home with a certificate", "/", town.valid.candidate),
        Place("home with a certificate near its end", "/", town.near.candidate),
        Place("home with an expired certificate", "/", town.expired.candidate),
        Place("home with a renewed certificate", "/", town.renewed.candidate),
        Place("home with a revoked certificate", "/", town.revoked.candidate),
        Place("home of a lead", "/", town.lead),
        Place("home where the agreement is asked for", "/", town.free.candidate),
        Place("result with a certificate", result(town.valid), town.valid.candidate),
        Place("result with a renewed certificate", result(town.superseded), town.superseded.candidate),
        Place("result with a revoked certificate", result(town.revoked), town.revoked.candidate),
    ]


def accept_with(**fields):
    def reach(page):
        for name, text in fields.items():
            page.locator(f"[name={name}]").fill(text)
        press("Accept the invitation")(page)
        expect(page.get_by_role("alert").first).to_be_visible()

    return reach


def invited_places(town):
    def link(invitation):
        return reverse("invitation", args=[invitation.token])

    return [
        Place("invitation", link(town.open)),
        Place("invitation to the staff", link(town.to_staff)),
        Place("invitation with errors", link(town.open), None, accept_with(name="", password="1"), 422),
        Place("invitation of a known one", link(town.known), None, accept_with(password=PASSWORD), 409),
        Place("invitation expired", link(town.late), status=404),
        Place("invitation revoked", link(town.withdrawn), status=404),
        Place("invitation used", link(town.used), status=404),
        Place("invitation, signed in", link(town.open), town.lead),
    ]


def agreement_places(town):
    url = reverse("agreement")
    accepted = AcceptanceFactory(
        agreement=town.agreement,
        accepted_by__name=town.texts.name,
        partner__name=f"{town.texts.company[:190]} — 3",
        accepted_at=town.ago(1),
    )
    UserFactory(role=Role.LEAD, partner=accepted.partner)
    return [
        Place("agreement", url, town.lead),
        Place("agreement, not ticked", url, town.lead, press("Accept the agreement"), 422),
        Place("agreement for the lead", url, town.valid.candidate),
        Place("agreement, nobody certified", url, town.alone),
        Place("agreement accepted", url, accepted.accepted_by),
        Place("home where the agreement is accepted", "/", accepted.partner.people.get(role=Role.LEAD)),
    ]


def refused_places(town, page, url, user):
    """The forms of a company's page, refused."""
    return [
        Place(f"{page}, a list with errors", url, user, paste_a_list(town), 422),
        Place(f"{page}, an empty list", url, user, press("Invite everybody of the list"), 422),
        Place(f"{page}, no e-mail", url, user, type_in("Send the invitation", invite_email="нет"), 422),
        Place(
            f"{page}, somebody is known",
            url,
            user,
            type_in("Send the invitation", invite_email=town.valid.candidate.email),
            409,
        ),
    ]


def paste_a_list(town):
    rows = [
        f"{town.texts.name.replace(';', ' ')}; {LONG_WORD}@example.com",
        town.texts.line,
        f"Сергей Панов; {town.open.email}",
        f"Анна Орлова; {town.valid.candidate.email}",
        f"Пётр Сомов; {town.homeless.email}",
        f"Пётр Сомов; {town.homeless.email}",
    ]
    return type_in("Invite everybody of the list", list_text="\n".join(rows))


def company_places(town):
    url = reverse("company")
    return [
        Place("company", url, town.lead),
        Place("company of one", url, town.alone),
        *refused_places(town, "company", url, town.lead),
        Place("company that is not one's own", url, town.valid.candidate, status=403),
    ]


def managers_places(town):
    partners, staff = reverse("manage_partners"), reverse("manage_staff")
    company, manager = town.company.get_absolute_url(), town.manager

    def person(user):
        return reverse("manage_person", args=[user.pk])

    def attempt(certificate):
        return reverse("manage_attempt", args=[certificate.attempt_id])

    revocation = decide("Revoke the certificate", "Revoke the certificate")
    moving = decide("Move to another company", "Move to another company")
    granting, taking = decide("Give time", "Give time"), decide("Withdraw", "Withdraw")
    return [
        Place("partners", partners, manager),
        Place("partners, of an administrator", f"{partners}?q={town.company.name[:3]}", town.admin),
        Place("partners, none found", f"{partners}?{urlencode({'q': town.texts.line[:100]})}", manager),
        Place("partners, a search that cannot be", f"{partners}?kind=baker", manager, status=422),
        Place("partner", company, manager),
        Place("partner, of an administrator", company, town.admin),
        Place("partner without people", PartnerFactory().get_absolute_url(), manager),
        *refused_places(town, "partner", company, manager),
        Place("partner, a letter sent anew", company, manager, send_anew),
        Place("person", person(town.valid.candidate), manager),
        Place("person with a history", person(town.gone), manager),
        Place("person without a company", person(town.homeless), manager),
        Place("person, a decision refused", person(town.valid.candidate), manager, moving, 422),
        Place("person, time without a reason", person(town.valid.candidate), manager, granting, 422),
        Place("person, a withdrawal without a reason", person(town.gone), manager, taking, 422),
        Place("person whose certificate was revoked", person(town.revoked.candidate), manager),
        *questions_places(town),
        Place("staff", staff, town.admin),
        Place("staff, no e-mail", staff, town.admin, type_in("Send the invitation", invite_email=""), 422),
        Place("manager's attempt with a certificate", attempt(town.valid), manager),
        Place("manager's attempt, renewed", attempt(town.renewed), manager),
        Place("manager's attempt, revoked", attempt(town.revoked), manager),
        Place("manager's revocation without a reason", attempt(town.valid), manager, revocation, 422),
    ]


def questions_places(town):
    """Of an exam with answers enough for every figure and chart, and of one without."""
    table, manager = reverse("manage_items"), town.manager
    [question, _] = plant(town.exam, (1, 1), (2, 2), (2, 0), times=40)
    plant(town.exam, (1, 1), (3, 1), times=40, month=date(2026, 6, 1))
    one = reverse("manage_item", args=[question.key])
    empty = ExamFactory(title=town.texts.exam)
    return [
        Place("questions", f"{table}?exam={town.exam.slug}", manager),
        Place("questions, none like that", f"{table}?exam={town.exam.slug}&flag=easy", manager),
        Place("questions of an exam without any", f"{table}?exam={empty.slug}", manager),
        Place("questions that cannot be", f"{table}?section=x", manager, status=422),
        Place("question", f"{one}?exam={town.exam.slug}", town.admin),
        Place("question without answers", f"{one}?exam={empty.slug}", manager),
    ]


def send_anew(page):
    page.get_by_role("button", name=words("Send anew")).last.click()
    expect(page.get_by_role("status")).to_be_visible()
