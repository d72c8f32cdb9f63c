"""A company's page for its lead, and companies and people for managers."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from certification.models import Invitation, Notice
from certification.states import Role
from tests.certified import certificate, certified
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AgreementFactory,
    InvitationFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
    void,
)
from tests.pages import inline_code, plain, press, read, tables, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"


@pytest.fixture
def company():
    return PartnerFactory(name="Северный контур", certified_needed=2)


@pytest.fixture
def leading(company):
    """In which the company's lead is signed in."""
    leading = Client()
    leading.force_login(UserFactory(name="Олег Соколов", role=Role.LEAD, partner=company))
    return leading


def page_of(company):
    return reverse("manage_partner", args=[company.pk])


def text(leading, address):
    response = leading.get(address)
    assert response.status_code == 200
    return read(response).text


def test_lead_sees_own_people_and_nobody_elses(leading, company):
    UserFactory(name="Мария Лебедева", partner=company)
    other = certified(UserFactory(name="Чужая Фамилия"))
    InvitationFactory(email="foreign@example.com", partner=other.partner)

    page = text(leading, reverse("company"))

    assert ("Мария Лебедева" in page, "Северный контур" in page) == (True, True)
    assert [word for word in ("Чужая", "foreign@", other.partner.name) if word in page] == []


@pytest.mark.parametrize("whose", ["lead", "manager"])
def test_results_are_told_exam_by_exam_and_no_answer(leading, office, company, whose):
    exam = bank_with_exam(title="Основы", first_wait=timedelta(), later_wait=timedelta())
    people = {name: UserFactory(name=name, partner=company) for name in ("Анна", "Борис", "Вера", "Глеб")}
    finished(people["Анна"], exam, right=5, now=NOW - 3 * DAY)
    finished(people["Борис"], exam, right=0, now=NOW - 2 * DAY)
    started(people["Вера"], exam, now=NOW)
    void(finished(people["Глеб"], exam, right=5, now=NOW - DAY))
    address, by = (reverse("company"), leading) if whose == "lead" else (page_of(company), office)

    response = by.get(address)

    rows = {row[0].split()[0]: row[3] for row in tables(response)[0]}
    assert rows == {
        "Анна": f"20.11.2026 — Основы: {words('Passed')}",
        "Борис": f"21.11.2026 — Основы: {words('Not passed')}",
        "Вера": f"23.11.2026 — Основы: {words('In progress')}",
        "Глеб": words("nothing taken yet"),
        "Олег": words("nothing taken yet"),
    }
    assert [word for word in ("Ответ 1", "Что делает кнопка") if word in read(response).text] == []


def test_lead_learns_no_result_before_the_person_does(leading, office, company):
    exam = bank_with_exam(review_right_after="nothing", review_meanwhile="nothing")
    finished(UserFactory(name="Анна", partner=company), exam, right=0, now=NOW - DAY)

    told = {row[0].split()[0]: row[3] for row in tables(leading.get(reverse("company")))[0]}
    known = {row[0].split()[0]: row[3] for row in tables(office.get(page_of(company)))[0]}

    assert words("Finished", context="attempt") in told["Анна"]
    assert words("Not passed") not in told["Анна"]
    assert words("Not passed") in known["Анна"]


def test_coverage_counts_valid_certificates_of_people_in_the_company_now(leading, office, company):
    certificate(UserFactory(partner=company), days=365)
    short = certificate(UserFactory(partner=company), days=30)
    certificate(UserFactory(partner=company), revoked=True)
    certificate(UserFactory(partner=company), days=0)
    certificate(UserFactory(partner=company, is_active=False))
    certificate(short.candidate, days=20)

    pages = [text(leading, reverse("company")), text(office, page_of(company))]

    def of(count):
        return words("%(certified)s of %(needed)s", certified=count, needed=2)

    now, later = f"{words('Certified people')} {of(2)}", f"{words('In 90 days')} {of(1)}"
    soon = words(
        "In 90 days %(count)s certified person will be missing: a certificate ends.",
        plural="In 90 days %(count)s certified people will be missing: certificates end.",
        n=1,
        count=1,
    )
    assert [[fact in page for fact in (now, later, soon)] for page in pages] == [[True] * 3] * 2


def test_list_of_companies_tells_who_is_covered_and_has_accepted(office, company, manager):
    agreement = AgreementFactory()
    company.manager = manager
    company.save()
    AcceptanceFactory(agreement=agreement, partner=company)
    certified(UserFactory(partner=company))
    certified(UserFactory(partner=company))
    PartnerFactory(name="Вектор продаж", kind="developer")

    [rows] = tables(office.get(reverse("manage_partners")))

    accepted = words("accepted %(date)s", date="23.11.2026")
    assert [[row[0], row[2], row[4], row[5], row[6]] for row in rows] == [
        [
            "Вектор продаж",
            words("%(certified)s of %(needed)s", certified=0, needed=1),
            words("not accepted"),
            words("Not certified", context="company"),
            "—",
        ],
        [
            "Северный контур",
            words("%(certified)s of %(needed)s", certified=2, needed=2),
            accepted,
            words("Certified", context="company"),
            manager.name,
        ],
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "КОНТУР северный"}, ["Северный контур"]),
        ({"kind": "developer"}, ["Вектор продаж"]),
        ({"q": "нет такой"}, []),
    ],
)
def test_companies_are_found_by_words_and_kind(office, company, query, found):
    PartnerFactory(name="Вектор продаж", kind="developer")

    response = office.get(reverse("manage_partners"), query)

    assert [row[0] for table in tables(response) for row in table] == found


def test_search_that_cannot_be_is_told_so(office, company):
    response = office.get(reverse("manage_partners"), {"kind": "friend"})

    assert (response.status_code, tables(response)) == (422, [])


def invite(leading, address, **typed):
    return leading.post(address, {"email": "new@example.com", "name": "Сергей", **typed})


@pytest.mark.parametrize("whose", ["lead", "manager"])
def test_one_person_is_invited(leading, office, company, whose):
    address, by = (reverse("company"), leading) if whose == "lead" else (page_of(company), office)

    response = press(by, by.get(address), words("Send the invitation"), email="New@example.com")

    assert response.redirect_chain == [(address, 302)]
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.partner) == (
        "new@example.com",
        "candidate",
        company,
    )
    sentence = words("The invitation goes to %(email)s.", email="new@example.com")
    assert sentence in read(response).text
    assert "new@example.com" in tables(response)[1][0][0]


def test_lead_cannot_invite_a_lead_or_to_another_company(leading, company):
    invite(leading, reverse("company_invite"), role="lead", partner=PartnerFactory().pk)

    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.partner) == ("candidate", company)


def test_manager_invites_a_lead(office, company):
    address = reverse("manage_invite", args=[company.pk])
    assert invite(office, address, role="lead").status_code == 302
    assert invite(office, address, role="manager", email="b@example.com").status_code == 422

    assert [invitation.role for invitation in Invitation.objects.all()] == ["lead"]


def test_lead_is_not_told_where_somebody_is_and_a_manager_is(leading, office, company):
    UserFactory(email="new@example.com", partner=PartnerFactory(name="Вектор продаж"))
    before = all_rows()

    lead = invite(leading, reverse("company_invite"))
    manager = invite(office, reverse("manage_invite", args=[company.pk]), role="candidate")

    assert (lead.status_code, manager.status_code) == (409, 409)
    assert "Вектор продаж" not in lead.content.decode()
    sentence = "This person is in the programme already: %(company)s. A manager can move them."
    assert words(sentence, company="Вектор продаж") in read(manager).text
    [form] = [form for form in read(lead).forms if form.named("email")]
    assert (form.named("email")[0].value, form.named("name")[0].value) == ("new@example.com", "Сергей")
    assert changed_tables(before) == []


def send_list(leading, *, text="", file=None, **typed):
    return leading.post(reverse("company_invite_list"), {"text": text, **({"file": file} if file else {})})


def test_list_invites_whom_it_can_and_keeps_the_other_lines(leading, company):
    UserFactory(email="here@example.com", partner=company)
    typed = (
        "Анна; a@example.com\n\nБез почты\nздесь; here@example.com\nb@example.com; Борис\nx@\nA@example.com"
    )

    response = send_list(leading, text=typed)

    assert response.status_code == 422
    assert set(Invitation.objects.values_list("email", "name")) == {
        ("a@example.com", "Анна"),
        ("b@example.com", "Борис"),
    }
    page = read(response)
    [form] = [form for form in page.forms if form.named("text")]
    assert form.named("text")[0].value == "Без почты\nздесь; here@example.com\nx@\nA@example.com"
    for number, sentence in [
        (3, words("There must be one e-mail in this line.")),
        (4, words("This person is in this company already.")),
        (6, words("This is not an e-mail: %(email)s.", email="x@")),
        (7, words("The same e-mail is in line %(number)d.", number=1)),
    ]:
        line = words("Line %(number)s", number=number)
        assert f"{line}: {typed.splitlines()[number - 1]} — {sentence}" in page.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
@pytest.mark.parametrize("name", ["people.csv", "ЛЮДИ.TXT"])
def test_file_is_read_in_every_encoding_of_its_kind(leading, encoding, name):
    content = "Имя;Почта\r\nАнна Ёлкина;a@example.com\r\n".encode(encoding)

    response = send_list(leading, file=SimpleUploadedFile(name, content))

    assert response.status_code == 302
    assert list(Invitation.objects.values_list("email", "name")) == [("a@example.com", "Анна Ёлкина")]


@pytest.mark.parametrize(
    ("typed", "file", "sentence"),
    [
        ("", None, "Paste the list, or choose its file: one of the two."),
        ("a@example.com", ("a.csv", b"b@example.com"), "Paste the list, or choose its file: one of the two."),
        ("", ("a.xlsx", b"PK"), "Choose a .csv or .txt file: a table can be saved as CSV."),
        ("", ("a.csv", b"\xff\xfea\0"), "This file is not a text in UTF-8 or Windows-1251."),
        ("", ("a.csv", b"\x98"), "This file is not a text in UTF-8 or Windows-1251."),
        ("", ("a.csv", b"a" * 100_001), "This file is too large for a list of 200 people."),
        ("Имя; почта", None, "There is nobody in this list."),
    ],
)
def test_list_that_cannot_be_read_is_refused_and_kept(leading, typed, file, sentence):
    before = all_rows()

    response = send_list(leading, text=typed, file=file and SimpleUploadedFile(*file))

    page = read(response)
    assert response.status_code == 422
    assert words(sentence) in page.text
    [form] = [form for form in page.forms if form.named("text")]
    assert form.named("text")[0].value == typed
    assert changed_tables(before) == []


@pytest.mark.parametrize(("people", "status"), [(200, 302), (201, 422)])
def test_list_has_two_hundred_people_at_most(leading, people, status):
    response = send_list(leading, text="\n".join(f"a{n}@example.com" for n in range(people)))

    assert (response.status_code, Invitation.objects.count()) == (status, people if status == 302 else 0)


@pytest.mark.parametrize("whose", ["lead", "manager"])
def test_invitation_is_sent_anew_and_revoked_from_the_list(leading, office, company, whose):
    invitation = InvitationFactory(partner=company, invited_at=NOW - 14 * DAY, email="late@example.com")
    address, by = (reverse("company"), leading) if whose == "lead" else (page_of(company), office)
    page = by.get(address)
    assert words("Expired", context="invitation") in read(page).text

    page = press(by, page, words("Send anew"))

    assert words("Expired", context="invitation") not in read(page).text
    former = invitation.token_hash
    invitation.refresh_from_db()
    assert (invitation.token_hash == former, invitation.expires_at) == (False, NOW + 14 * DAY)
    page = press(by, page, words("Revoke", context="invitation"))
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW
    told = "The invitation of %(email)s was revoked: its link opens nothing."
    assert words(told, email="late@example.com") in read(page).text
    again = by.post(reverse(f"{'company' if whose == 'lead' else 'manage'}_resend", args=[invitation.pk]))
    assert again.status_code == 409
    assert words("This invitation was accepted or revoked meanwhile.") in read(again).text


@pytest.mark.parametrize("whose", ["lead", "manager"])
def test_form_that_is_sent_twice_sends_one_letter(leading, office, company, clock, whose):
    InvitationFactory(partner=company)
    address, by = (reverse("company"), leading) if whose == "lead" else (page_of(company), office)
    page = by.get(address)
    clock.shift(MINUTE)
    press(by, page, words("Send anew"))
    clock.shift(MINUTE)
    before = all_rows()

    again = press(by, page, words("Send anew"))

    assert changed_tables(before) == []
    said = words("A letter was sent already since this page was shown: it was not sent twice.")
    assert (again.status_code, said in read(again).text) == (200, True)


@pytest.mark.parametrize(
    ("as_of", "letters"), [("", 1), ("yesterday", 1), ("2026-13-45T10:00", 1), ("0001-01-01T00:00", 0)]
)
def test_moment_that_is_none_keeps_nobody_from_sending_anew(leading, company, as_of, letters):
    """A page from before a release does not say when it was made."""
    invitation = InvitationFactory(partner=company)

    response = leading.post(reverse("company_resend", args=[invitation.pk]), {"as_of": as_of})

    found = Notice.objects.filter(key__startswith=f"invitation:{invitation.pk}:")
    assert (response.status_code, found.count()) == (302, letters)


def test_way_to_the_company_is_for_leads_and_to_partners_for_managers(leading, office, client):
    links = [set(read(who.get(reverse("home"))).links) for who in (leading, office, client)]

    company, partners = reverse("company"), reverse("manage_partners")
    assert [(company in found, partners in found) for found in links] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_hostile_names_are_text(leading, office, company):
    company.name = HOSTILE
    company.save()
    person = UserFactory(name=HOSTILE, partner=company)
    InvitationFactory(name=HOSTILE, partner=company)
    refused = send_list(leading, text=HOSTILE)
    pages = [leading.get(reverse("company")), office.get(page_of(company)), refused]
    pages += [office.get(reverse("manage_partners")), office.get(reverse("manage_person", args=[person.pk]))]

    assert [HOSTILE in plain(read(page).text) for page in pages] == [True] * 5
    assert [inline_code(page) for page in pages] == [[]] * 5


@pytest.mark.parametrize("where", ["company_invite", "company_invite_list", "company_resend"])
def test_who_sends_too_many_letters_sends_no_more_for_a_while(leading, company, settings, clock, where):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invite": "2/10m/user"}
    invitation = InvitationFactory(partner=company)
    address = reverse(where, args=[invitation.pk] if where == "company_resend" else [])

    def send(number):
        email = f"new{number}@example.com"
        before = Notice.objects.count()
        response = leading.post(address, {"email": email, "text": email})
        return response.status_code, Notice.objects.count() - before

    assert [send(number) for number in range(3)] == [(302, 1), (302, 1), (429, 0)]
    other = Client()
    other.force_login(UserFactory(role=Role.LEAD, partner=company))
    assert other.post(reverse("company_invite"), {"email": "last@example.com"}).status_code == 302
    clock.shift(timedelta(minutes=10, seconds=1))
    assert send(9) == (302, 1)
