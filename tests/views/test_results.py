"""The results: which attempts are listed, in which order, a page at a time; with htmx and without."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from certification.actions import attempts
from certification.reports import pages
from tests.addresses import signed_in
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    started,
    void,
)
from tests.pages import plain, read, tables, typed, words

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"
OF = words("of", context="score of maximum")
RESULTS = "/manage/attempts/"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{RESULTS}"}


def listed(browser, query="", **kwargs):
    return browser.get(f"{RESULTS}?{query}", **kwargs)


def names(response):
    """Whose attempts are listed, in their order."""
    return [row[1].split(" ")[0] for table in tables(response) for row in table]


def links(response, part):
    return [link for link in read(response).links if part in link]


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1")


@pytest.fixture
def people(exam):
    """One attempt in each state, the first one the oldest."""
    partner = PartnerFactory(name="Северный контур")

    def person(name):
        return UserFactory(name=f"{name} Лебедева", email=f"{name}@example.com".lower(), partner=partner)

    void(finished(person("Вера"), exam, right=5, now=NOW - timedelta(days=5)))
    expired = started(person("Елена"), exam, now=NOW - timedelta(days=4))
    answer(expired, right=2, now=NOW - timedelta(days=4))
    attempts.submit(expired.pk, by=None, now=NOW - timedelta(days=3))
    finished(person("Полина"), exam, right=4, now=NOW - timedelta(days=2))
    started(person("Ольга"), exam, now=NOW - timedelta(minutes=1))


def row(name, verdict, score, started_at, finished_at):
    who = f"{name} Лебедева {name.lower()}@example.com"
    return ["", who, "Северный контур", "Тест 1", "1", words(verdict), score, started_at, finished_at]


def test_attempts_are_listed_with_the_newest_first(office, people):
    response = listed(office)

    until = words("until %(time)s", time="23.11.2026 10:59")
    assert response.status_code == 200
    assert tables(response) == [
        [
            row("Ольга", "In progress", "—", "23.11.2026 09:59", until),
            row("Полина", "Passed", f"4 {OF} 5", "21.11.2026 10:00", "21.11.2026 10:10"),
            row("Елена", "Not passed", f"2 {OF} 5", "19.11.2026 10:00", "19.11.2026 11:00"),
            row("Вера", "Voided", f"5 {OF} 5", "18.11.2026 10:00", "18.11.2026 10:10"),
        ]
    ]


def test_list_keeps_the_company_of_the_attempt(office):
    attempt = started(UserFactory(partner=PartnerFactory(name="Прежний партнёр")))
    attempt.candidate.partner = PartnerFactory(name="Новый партнёр")
    attempt.candidate.save(update_fields=["partner"])

    assert tables(listed(office))[0][0][2] == "Прежний партнёр"


def test_list_has_nobody_of_companies_that_others_run(manager, exam):
    own = ManagerFactory(all_companies=False)
    finished(UserFactory(name="Анна", partner=PartnerFactory(manager=own)), exam)
    other = PartnerFactory(name="Тайна", manager=manager)
    finished(UserFactory(name="Борис", partner=other), exam)
    browser = signed_in(own)

    assert names(listed(browser)) == ["Анна"]
    assert "Тайна" not in listed(browser).content.decode()
    assert listed(browser, f"company={other.pk}").status_code == 422


def test_filter_lives_in_the_address_and_in_its_form(office, people):
    response = listed(office, "q=лебедева&outcome=failed&since=01.11.2026&sort=name")

    assert (response.status_code, names(response)) == (200, ["Елена"])
    sent = typed(response, "q")
    assert {name: value for name, value in sent.items() if value != [""]} == {
        "q": ["лебедева"],
        "outcome": ["failed"],
        "since": ["01.11.2026"],
        "sort": ["name"],
    }
    assert list(sent) == [
        *("q", "exam", "company", "kind", "state", "outcome", "need", "manager", "since", "until", "sort"),
    ]


def test_each_filter_can_be_taken_off_and_all_at_once(office, people):
    response = listed(office, "q=лебедева&outcome=failed")

    off, others = links(response, "outcome=failed"), links(response, "q=%D0")
    assert f"{RESULTS}?outcome=failed" in off
    assert [dict(parse_qsl(urlsplit(link).query)) for link in others][0] == {"q": "лебедева"}
    assert RESULTS in read(response).links
    assert links(listed(office), "?q=") == []


def test_headings_sort_and_say_how(office, people):
    response = listed(office, "sort=name&outcome=failed")
    heads = [attrs for tag, attrs in read(response).tags if tag == "th" and "aria-sort" in attrs]

    assert [head["aria-sort"] for head in heads] == ["ascending"]
    assert links(response, "sort=-name") == [f"{RESULTS}?outcome=failed&sort=-name"]
    assert names(listed(office, "sort=name")) == ["Вера", "Елена", "Ольга", "Полина"]
    assert names(listed(office, "sort=-score")) == ["Вера", "Полина", "Елена", "Ольга"]
    assert names(listed(office, "sort=finished")) == ["Вера", "Елена", "Полина", "Ольга"]


def test_nothing_found_says_so_and_offers_all(office, people):
    response = listed(office, "q=Фёдор")

    sentence = words("No attempt is like that. Take a filter off, or show all.")
    assert (sentence in read(response).text, RESULTS in read(response).links) == (True, True)


@pytest.mark.parametrize("query", ["state=expelled", "q=a%00", "colour=blue", "until=31.02.2026"])
def test_what_cannot_be_asked_says_so(office, people, query):
    response = listed(office, query)

    page = read(response)
    assert (response.status_code, names(response)) == (422, [])
    assert any(attrs.get("id") == "errors" for _tag, attrs in page.tags)
    assert words("Error:") in response.content.decode()


def test_day_is_asked_for_as_it_is_written(office, people):
    """The hint stands beside each day, and the error says how."""
    page = read(listed(office, "since=abc&until=01112026"))

    hint = words("DD.MM.YYYY")
    assert page.text.count(hint) == 2
    said = {
        attrs["name"]: attrs["aria-describedby"] for tag, attrs in page.tags if "aria-describedby" in attrs
    }
    assert said == {"since": "id_since_helptext id_since_error", "until": "id_until_helptext"}
    assert words("Write a day like 23.11.2026.") in page.text


def test_list_without_attempts_says_what_will_be_there(office):
    page = read(listed(office))

    assert words("Nobody has started an attempt yet. Each one will stand here from its start.") in page.text


def test_pages_keep_what_is_asked(office, exam, monkeypatch):
    monkeypatch.setattr(pages, "ROWS", 2)
    for minute, name in enumerate(["Анна", "Вера", "Дина", "Жанна", "Лиза"]):
        started(UserFactory(name=name), exam, now=NOW + timedelta(minutes=minute))

    first = listed(office, "q=на&state=open&sort=-name")  # Анна, Дина, Жанна
    [onwards] = links(first, "after=")
    second = listed(office, onwards.removeprefix("?"))
    [back] = links(second, "before=")

    assert (names(first), names(second)) == (["Жанна", "Дина"], ["Анна"])
    assert names(listed(office, back.removeprefix("?"))) == ["Жанна", "Дина"]


def test_fifty_rows_are_on_a_page():
    assert pages.ROWS == 50


def test_htmx_gets_the_table_alone_and_its_address(office, people):
    response = listed(office, "q=&outcome=failed&since=", headers=HTMX)

    page = read(response)
    assert (names(response), response.headers["HX-Push-Url"]) == (["Елена"], f"{RESULTS}?outcome=failed")
    assert [tag for tag, attrs in page.tags if tag in ("html", "h1") or attrs.get("id") == "filters"] == []
    assert "HX-Request" in response.headers["Vary"]


def test_htmx_that_follows_a_link_keeps_its_address(office, people):
    response = listed(office, "sort=name&outcome=failed", headers={**HTMX, "HX-Boosted": "true"})

    assert (names(response), "HX-Push-Url" in response.headers) == (["Елена"], False)


def test_htmx_hears_what_cannot_be_asked(office):
    response = listed(office, "state=expelled", headers=HTMX)

    assert (response.status_code, response.headers["HX-Push-Url"]) == (422, f"{RESULTS}?state=expelled")
    assert any(attrs.get("role") == "alert" for _tag, attrs in read(response).tags)


def test_going_back_gets_the_whole_page(office, people):
    response = listed(office, headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert [tag for tag, _attrs in read(response).tags if tag == "h1"] == ["h1"]


def test_each_row_can_be_chosen(office, people):
    tags = read(listed(office)).tags
    boxes = [attrs for tag, attrs in tags if tag == "input" and attrs.get("name") == "attempt"]

    assert {box["form"] for box in boxes} == {"bulk"}
    assert len({box["value"] for box in boxes}) == 4
    name = words("%(who)s, attempt %(number)s", who="Ольга Лебедева", number=1)
    assert plain(boxes[0]["aria-label"]) == f"{words('Choose:')} {name}"


def test_hostile_names_stay_text(office):
    started(UserFactory(name=HOSTILE, partner=PartnerFactory(name=HOSTILE)), bank_with_exam(title=HOSTILE))

    response = listed(office, f"q={HOSTILE.split('{', maxsplit=1)[0]}".replace("&", "%26"))

    assert [row[2:4] for row in tables(response)[0]] == [[HOSTILE, HOSTILE]]
    assert "<script>alert" not in response.content.decode()
