from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certification.forms.manager import (
    LARGEST_RECEIPT,
    ExtendForm,
    GrantAttemptsForm,
    GrantTimeForm,
    ReceiptForm,
    ReopenForm,
    VoidForm,
)
from certification.models import Attempt, Exam
from certification.rules.deadlines import ExtraTime
from certification.states import AttemptState
from tests.factories import NOW, finished
from tests.pages import plain, words

HOUR_FROM_NOW = NOW + timedelta(hours=1)


def attempt(**changes):
    """One that is nowhere stored."""
    exam = Exam(minutes=40)
    values = {"pk": 1, "exam": exam, "minutes": 60, "deadline": HOUR_FROM_NOW, "state": AttemptState.OPEN}
    return Attempt(**values | changes)


def problems(form):
    """{field: codes} of what is wrong."""
    return {field: [error.code for error in errors] for field, errors in form.errors.as_data().items()}


@pytest.mark.parametrize("form_class", [ExtendForm, GrantTimeForm])
@pytest.mark.parametrize(
    ("sent", "extra"),
    [
        ({"extra": "125"}, ExtraTime(percent=125)),
        ({"extra": "150", "minutes": ""}, ExtraTime(percent=150)),
        ({"extra": "200", "minutes": "7"}, ExtraTime(percent=200)),
        ({"extra": "minutes", "minutes": "1"}, ExtraTime(minutes=1)),
        ({"extra": "minutes", "minutes": "600"}, ExtraTime(minutes=600)),
    ],
)
def test_extra_time_is_a_percentage_or_minutes(form_class, sent, extra):
    form = form_class({**sent, "reason": "Зрение."}, attempt=attempt())

    assert form.is_valid()
    assert form.extra_time() == extra


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"extra": ["required"]}),
        ({"extra": "100"}, {"extra": ["invalid_choice"]}),
        ({"extra": "minutes"}, {"minutes": ["required"]}),
        ({"extra": "minutes", "minutes": "0"}, {"minutes": ["min_value"]}),
        ({"extra": "minutes", "minutes": "601"}, {"minutes": ["max_value"]}),
        ({"extra": "minutes", "minutes": "x"}, {"minutes": ["invalid"]}),
        ({"extra": "150", "reason": " \n"}, {"reason": ["required"]}),
        ({"extra": "150", "reason": "а" * 501}, {"reason": ["max_length"]}),
    ],
)
def test_extra_time_that_cannot_be(sent, wrong):
    form = ExtendForm({"reason": "Зрение.", **sent}, attempt=attempt())

    assert problems(form) == wrong


def more(factor, minutes):
    return words(
        "×%(factor)s: %(count)d minute more",
        plural="×%(factor)s: %(count)d minutes more",
        n=minutes,
        factor=factor,
        count=minutes,
    )


@pytest.mark.parametrize(
    ("form_class", "minutes"), [(ExtendForm, (15, 30, 60)), (GrantTimeForm, (10, 20, 40))]
)
def test_percentages_are_of_what_was_promised_and_later_of_what_the_exam_promises(form_class, minutes):
    choices = [plain(str(label)) for _value, label in form_class(attempt=attempt()).fields["extra"].choices]

    shares = zip(("1,25", "1,5", "2"), minutes, strict=True)
    assert choices == [*(more(*share) for share in shares), words("minutes")]


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(), 5),
        (timedelta(minutes=5), 5),
        (timedelta(minutes=5, seconds=1), 6),
        (timedelta(minutes=50), 50),
        (timedelta(minutes=900), 600),
    ],
)
def test_reopening_offers_what_was_left_at_the_finish(left, minutes):
    ended = attempt(state=AttemptState.SUBMITTED, finished_at=HOUR_FROM_NOW - left)

    assert ReopenForm(attempt=ended)["minutes"].value() == minutes


@pytest.mark.parametrize("sent", ["0", "601", "", "x", "1.5"])
def test_reopening_wants_minutes(sent):
    form = ReopenForm({"minutes": sent, "reason": "Сбой."}, attempt=attempt())

    assert list(form.errors) == ["minutes"]


@pytest.mark.parametrize(
    ("sent", "valid"), [("0", False), ("1", True), ("10", True), ("11", False), ("", False)]
)
def test_extra_attempts_are_ten_at_most(sent, valid):
    form = GrantAttemptsForm({"attempts": sent, "reason": "Сбой."}, attempt=attempt())

    assert form.is_valid() is valid


def test_end_of_a_line_is_one_character_as_in_browsers():
    form = VoidForm({"reason": "а" * 249 + "\r\n" + "б" * 250}, attempt=attempt())

    assert form.is_valid()
    assert form.cleaned_data["reason"] == "а" * 249 + "\n" + "б" * 250


def test_reason_says_who_will_read_it():
    hints = [form(attempt=attempt()).fields["reason"].help_text for form in (VoidForm, ExtendForm)]

    assert [plain(str(hint)) for hint in hints] == [
        words("The candidate will see it as well."),
        words("Managers and administrators will see it."),
    ]


def receipt_form(text="", file=None):
    files = {} if file is None else {"file": SimpleUploadedFile("amoquiz.txt", file)}
    return ReceiptForm({"text": text}, files)


@pytest.mark.parametrize(
    ("text", "file", "claimed"),
    [
        ("SHA-256: 0", None, "SHA-256: 0"),
        ("one\r\ntwo", None, "one\ntwo"),
        ("", "квитанция\n".encode(), "квитанция\n"),
        ("", "\ufeffквитанция".encode(), "квитанция"),
        ("", b"0" * LARGEST_RECEIPT, "0" * LARGEST_RECEIPT),
    ],
)
def test_receipt_is_pasted_or_a_file(text, file, claimed):
    form = receipt_form(text, file)

    assert form.is_valid()
    assert form.claimed() == claimed


@pytest.mark.parametrize(
    ("text", "file", "wrong"),
    [
        ("", None, {"__all__": ["one"]}),
        ("0", b"0", {"__all__": ["one"]}),
        ("", b" \n", {"__all__": ["one"]}),
        ("", b"", {"file": ["empty"]}),
        ("", b"0" * (LARGEST_RECEIPT + 1), {"file": ["too_large"]}),
        ("", b"\xff", {"file": ["not_text"]}),
        ("0" * (LARGEST_RECEIPT + 1), None, {"text": ["max_length"]}),
    ],
)
def test_receipt_that_cannot_be_read(text, file, wrong):
    assert problems(receipt_form(text, file)) == wrong


@pytest.mark.django_db
def test_finish_of_a_real_attempt_leaves_its_minutes():
    assert ReopenForm(attempt=finished())["minutes"].value() == 50
