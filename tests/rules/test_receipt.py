"""The receipt: the same facts give the same lines and digest, any other fact another."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.receipt import (
    Answered,
    Comparison,
    Receipt,
    claimed_digest,
    compare,
    digest,
    lines,
    text,
)

MOSCOW = timezone(timedelta(hours=3))
START = datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW)
SAVED = START + timedelta(seconds=201)
KEY = UUID("0123456789abcdef0123456789abcdef")


def answered(position=1, **facts):
    said = {
        "key": KEY,
        "version": 2,
        "shown": (1,),
        "revision": 3,
        "saved_at": START + timedelta(seconds=201),
    }
    return Answered(position=position, **{**said, **facts})


RECEIPT = Receipt(
    attempt=57,
    exam="test-1",
    number=2,
    name="Мария Лебедева",
    started_at=START,
    deadline=START + timedelta(hours=1),
    finished_at=START + timedelta(minutes=40, microseconds=5),
    answers=(answered(), answered(2, shown=(0, 2)), answered(3, shown=(), revision=0, saved_at=None)),
)


def test_receipt_by_example():
    assert lines(RECEIPT) == [
        "amoquiz: квитанция об ответах, вид 1",
        "Попытка 57: тест test-1, номер 2",
        "Имя: Мария Лебедева",
        "Начата: 2026-11-23 10:00:00+03:00",
        "Срок: 2026-11-23 11:00:00+03:00",
        "Закончена: 2026-11-23 10:40:00+03:00",
        "1. Б — сохранено 2026-11-23 10:03:21+03:00, запись 3; вопрос 0123456789ab, версия 2",
        "2. А, В — сохранено 2026-11-23 10:03:21+03:00, запись 3; вопрос 0123456789ab, версия 2",
        "3. нет ответа — без записи; вопрос 0123456789ab, версия 2",
    ]


def test_answer_taken_back_keeps_the_time_at_which_it_was():
    receipt = replace(RECEIPT, answers=(answered(shown=()),))

    assert lines(receipt)[-1].startswith("1. нет ответа — сохранено 2026-11-23 10:03:21+03:00, запись 3;")


def test_text_ends_with_the_digest_of_what_stands_before_it():
    """`head -n -1 receipt.txt | sha256sum` says the same."""
    *body, last = text(RECEIPT).splitlines(keepends=True)

    assert last == f"SHA-256: {hashlib.sha256(''.join(body).encode()).hexdigest()}\n"
    assert last == f"SHA-256: {digest(RECEIPT)}\n"
    assert "".join(body) == "".join(f"{line}\n" for line in lines(RECEIPT))


OTHERS = [
    {"attempt": 58},
    {"exam": "full"},
    {"number": 3},
    {"name": "Мария Орлова"},
    {"started_at": START - timedelta(seconds=1)},
    {"deadline": START + timedelta(hours=2)},
    {"finished_at": START + timedelta(minutes=41)},
    {"answers": RECEIPT.answers[:2]},
    *(
        {"answers": (answered(**fact), *RECEIPT.answers[1:])}
        for fact in (
            {"shown": (2,)},
            {"revision": 4},
            {"version": 1},
            {"key": UUID(int=5)},
            {"saved_at": START},
        )
    ),
]


@pytest.mark.parametrize("facts", OTHERS)
def test_digest_is_another_when_any_fact_is(facts):
    assert digest(replace(RECEIPT, **facts)) != digest(RECEIPT)


def test_receipt_agrees_with_itself():
    assert compare(text(RECEIPT), RECEIPT) == Comparison(digest(RECEIPT), (), ())
    assert compare(text(RECEIPT), RECEIPT).agrees


def respaced(said):
    return "\r\n\r\n".join(f"  {line.replace(' ', '   ')}\t" for line in reversed(said.splitlines()))


def test_white_space_and_order_do_not_count():
    assert compare(respaced(text(RECEIPT)), RECEIPT).agrees


@pytest.mark.parametrize("wrap", ["{}", "SHA-256: {}", "  {}\n", "SHA-256:{}", "{}  -\n"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_digest_alone_is_enough(wrap, case):
    claimed = wrap.format(case(digest(RECEIPT)))

    assert compare(claimed, RECEIPT) == Comparison(digest(RECEIPT), (), ())


def test_other_digest_alone_does_not_agree():
    other = "0" * 64

    found = compare(other, RECEIPT)

    assert found == Comparison(other, (f"SHA-256: {other}",), (f"SHA-256: {digest(RECEIPT)}",))
    assert not found.agrees


def test_altered_line_is_named_with_the_one_that_is_recorded():
    claimed = text(RECEIPT).replace("1. Б", "1. В")

    found = compare(claimed, RECEIPT)

    assert [line[:4] for line in found.only_claimed] == ["1. В"]
    assert [line[:4] for line in found.only_recorded] == ["1. Б"]
    assert not found.agrees


@pytest.mark.parametrize("drop", range(9))
def test_missing_line_is_named(drop):
    kept = [line for number, line in enumerate(text(RECEIPT).splitlines()) if number != drop]

    found = compare("\n".join(kept), RECEIPT)

    assert (found.only_claimed, found.only_recorded) == ((), (lines(RECEIPT)[drop],))


@pytest.mark.parametrize("claimed", ["", " \n\t\n"])
def test_nothing_agrees_with_nothing(claimed):
    found = compare(claimed, RECEIPT)

    assert (found.digest, found.only_claimed) == ("", ())
    assert not found.agrees


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        (text(RECEIPT), digest(RECEIPT)),
        (text(RECEIPT).replace(" ", "  ").replace("\n", "\r\n\r\n"), digest(RECEIPT)),
        (text(RECEIPT).replace(digest(RECEIPT), digest(RECEIPT).upper()), digest(RECEIPT)),
        (digest(RECEIPT), digest(RECEIPT)),
        (f"SHA-256: {digest(RECEIPT).upper()}\n", digest(RECEIPT)),
        (f"{digest(RECEIPT)}  -\n", digest(RECEIPT)),
        (text(RECEIPT).replace("1. Б", "1. В"), ""),
        ("\n".join(lines(RECEIPT)), ""),
        ("", ""),
        (" \n\t\n", ""),
    ],
    ids=[
        "the receipt",
        "with other white space",
        "in capitals",
        "the digest",
        "the last line",
        "as sha256sum prints it",
        "an altered line over the former digest",
        "no digest",
        "nothing",
        "white space",
    ],
)
def test_digest_is_claimed_only_over_the_lines_that_have_it(claimed, told):
    assert claimed_digest(claimed) == told


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_compared_and_agrees_only_when_it_is_the_receipt(claimed):
    found = compare(claimed, RECEIPT)

    assert found.agrees is (digest(RECEIPT) in claimed.lower())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_name_cannot_begin_a_line_of_its_own(end):
    """Else somebody called «… SHA-256: …» could show a receipt with a digest of their choice."""
    receipt = replace(RECEIPT, name=f"Мария{end}SHA-256: {'0' * 64}")

    assert len(text(receipt).splitlines()) == len(text(RECEIPT).splitlines())
    assert lines(receipt)[2] == f"Имя: Мария SHA-256: {'0' * 64}"
    assert compare(text(receipt), receipt) == Comparison(digest(receipt), (), ())
