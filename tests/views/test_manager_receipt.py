"""Whether what somebody shows is the receipt of an attempt."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.actions import attempts
from certification.models.responses import receipt_of
from certification.rules import receipt
from tests.factories import NOW, answer, finished
from tests.pages import Reader, read, words
from tests.rows import all_rows, changed_tables
from tests.views.office import REASON

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"
AGREES = "This is the receipt of this attempt as it is kept."
DIFFERS = "It does not agree"
EARLIER = "It is the receipt of the finish of %(date)s (Moscow)."


def check(browser, attempt, text="", *, file=None):
    sent = {"text": text} if file is None else {"text": text, "file": file}
    return browser.post(reverse("check_receipt", args=[attempt.pk]), sent)


def verdict(response):
    """The sentences of the verdict that are on the page."""
    assert response.status_code == 200
    date = "23 ноября 2026 г., 10:10:00"
    said = [words(AGREES), words(DIFFERS), words(EARLIER, date=date)]
    return [sentence for sentence in said if sentence in read(response).text]


def differing(response):
    """{heading: lines} of what only one side says."""
    html = response.content.decode().replace("\xa0", " ")
    found = {}
    for title in ("Only in what was shown", "Only in what is kept"):
        if f"<h3>{words(title)}</h3>" in html:
            part = html.split(f"<h3>{words(title)}</h3>")[1].split("</ul>")[0]
            found[title] = [Reader(line.split("</li>")[0]).text for line in part.split("<li>")[1:]]
    return found


@pytest.fixture
def attempt():
    return finished(right=3)


@pytest.fixture
def given(attempt):
    """What its candidate downloaded at the finish."""
    return receipt.text(receipt_of(attempt))


@pytest.fixture
def reopened(attempt, given, manager):
    """Goes on an hour after that finish."""
    later = NOW + timedelta(hours=1)
    return attempts.reopen(attempt.pk, by=manager.pk, now=later, reason=REASON, minutes=30)


@pytest.fixture
def finished_again(reopened):
    answer(reopened, right=5, now=reopened.reopened_at)
    return attempts.submit(reopened.pk, by=reopened.candidate_id, now=reopened.reopened_at)


def test_receipt_as_it_was_downloaded_agrees(office, client, person):
    attempt = finished(person)
    downloaded = client.post(reverse("receipt", args=[attempt.pk])).content.decode()

    assert verdict(check(office, attempt, downloaded)) == [words(AGREES)]


@pytest.mark.parametrize("changed", [str.strip, lambda text: text.replace("\n", " \r\n\r\n")])
def test_white_space_does_not_count(office, attempt, given, changed):
    assert verdict(check(office, attempt, changed(given))) == [words(AGREES)]


@pytest.mark.parametrize("label", ["", "SHA-256: "])
def test_digest_alone_will_do(office, attempt, label):
    digest = receipt.digest(receipt_of(attempt))

    assert verdict(check(office, attempt, f" {label}{digest.upper()} ")) == [words(AGREES)]
    assert verdict(check(office, attempt, label + "0" * 64)) == [words(DIFFERS)]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_file_will_do(office, attempt, given, mark):
    file = SimpleUploadedFile("amoquiz.txt", (mark + given).encode())

    assert verdict(check(office, attempt, file=file)) == [words(AGREES)]


def test_lines_that_differ_are_shown_from_both_sides(office, attempt, given):
    line = given.splitlines()[6]
    forged = f"1. Я{HOSTILE}{line[4:]}"

    response = check(office, attempt, given.replace(line, forged))

    assert verdict(response) == [words(DIFFERS)]
    assert differing(response) == {
        "Only in what was shown": [forged],
        "Only in what is kept": [line],
    }
    assert HOSTILE not in response.content.decode()


def test_receipt_of_an_earlier_finish_is_told_as_such(office, finished_again, given):
    response = check(office, finished_again, given)

    assert verdict(response) == [words(EARLIER, date="23 ноября 2026 г., 10:10:00")]
    assert words("The attempt was reopened after it.") in read(response).text
    assert list(differing(response)) == ["Only in what was shown", "Only in what is kept"]
    own = receipt.text(receipt_of(finished_again))
    assert verdict(check(office, finished_again, own)) == [words(AGREES)]


def test_digest_of_an_earlier_finish_is_told_as_such(office, finished_again, given):
    digest = given.splitlines()[-1]

    said = verdict(check(office, finished_again, digest))
    assert said == [words(EARLIER, date="23 ноября 2026 г., 10:10:00")]


def test_forged_lines_over_the_digest_of_an_earlier_finish_are_no_receipt(office, finished_again, given):
    forged = given.replace("Имя: Мария", "Имя: Марина")
    assert forged != given

    assert verdict(check(office, finished_again, forged)) == [words(DIFFERS)]


def test_attempt_in_progress_has_the_receipt_of_its_earlier_finish_only(office, reopened, given):
    response = check(office, reopened, given)
    forged = check(office, reopened, given.replace("Мария", "Марина"))

    assert verdict(response) == [words(EARLIER, date="23 ноября 2026 г., 10:10:00")]
    assert verdict(forged) == [words(DIFFERS)]
    there_is_none = words("The attempt is in progress: there is no receipt yet to compare with.")
    assert [there_is_none in read(page).text for page in (response, forged)] == [True, True]
    assert differing(response) == {}


def test_receipt_of_another_attempt_does_not_agree(office, attempt):
    other = receipt.text(receipt_of(finished(right=3)))

    assert verdict(check(office, attempt, other)) == [words(DIFFERS)]


def test_thousands_of_lines_are_cut_after_a_hundred(office, attempt):
    response = check(office, attempt, "\n".join(f"строка {n}" for n in range(5000)))

    assert differing(response)["Only in what was shown"] == [f"строка {n}" for n in range(100)]
    assert words("The first 100 of %(all)s lines.", all=5000) in read(response).text


def pasted(response):
    """What stands in the form by which a receipt is checked."""
    [form] = [form for form in read(response).forms if form.named("file")]
    return form.data()["text"]


def test_check_writes_nothing_and_leaves_room_for_the_next(office, attempt, given):
    before = all_rows()

    response = check(office, attempt, given)

    assert (pasted(response), changed_tables(before)) == ([""], [])


def test_what_was_pasted_stays_where_it_cannot_be_checked(office, attempt):
    text = f"</textarea>{HOSTILE}"

    response = check(office, attempt, text, file=SimpleUploadedFile("amoquiz.txt", b"0"))

    assert (response.status_code, pasted(response)) == (422, [text])
    assert text not in response.content.decode()


@pytest.mark.parametrize(
    ("text", "file", "sentence"),
    [
        ("", None, "Paste the receipt, or choose its file: one of the two."),
        (" \n ", None, "Paste the receipt, or choose its file: one of the two."),
        ("0", b"0", "Paste the receipt, or choose its file: one of the two."),
        ("", b"\n \n", "Paste the receipt, or choose its file: one of the two."),
        ("", b"0" * 100_001, "This file is too large for a receipt."),
        ("", b"\xff\xfe0", "This file is not a text in UTF-8."),
    ],
)
def test_what_cannot_be_checked_is_said(office, attempt, text, file, sentence):
    upload = None if file is None else SimpleUploadedFile("amoquiz.txt", file)

    response = check(office, attempt, text, file=upload)

    assert response.status_code == 422
    assert words(sentence) in read(response).text
    assert f"<title>{words('Error:')} " in response.content.decode()
