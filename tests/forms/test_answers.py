import pytest
from django.http import QueryDict

from certification.forms.answers import AnswerForm
from certification.rules.answering import Answer


def form(query):
    return AnswerForm(QueryDict(query))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", Answer(chosen=())),
        ("choice=2", Answer(chosen=(2,))),
        ("choice=2&choice=0", Answer(chosen=(2, 0))),
        ("choice=2&go=clear", Answer(chosen=(2,), clear=True)),
        ("choice=2&go=next", Answer(chosen=(2,))),
        ("choice=2&go=flag&flagged=", Answer(chosen=(2,), flagged=True)),
        ("choice=2&go=flag&flagged=1", Answer(chosen=(2,), flagged=False)),
        ("choice=2&go=save&flagged=1", Answer(chosen=(2,), flagged=None)),
        ("choice=2&strike=0", Answer(chosen=(2,), strike=0)),
        ("choice=2&restore=3", Answer(chosen=(2,), restore=3)),
        ("choice=1&client=page-a_1&seq=7", Answer(chosen=(1,), client="page-a_1", seq=7)),
        ("choice=1&client=a&seq=0", Answer(chosen=(1,), client="a", seq=0)),
        ("choice=1&client=&seq=", Answer(chosen=(1,))),
        ("choice=1&client=a&seq=", Answer(chosen=(1,))),
        ("choice=1&client=&seq=7", Answer(chosen=(1,))),
    ],
)
def test_answer_form_says_what_was_sent(query, answer):
    sent = form(query)

    assert sent.is_valid()
    assert sent.answer() == answer


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("choice=x", "no_such_option"),
        ("choice=-1", "no_such_option"),
        ("choice=1.5", "no_such_option"),
        ("choice=", "no_such_option"),
        ("choice=1&choice=x", "no_such_option"),
        ("choice=%D9%A3", "no_such_option"),  # an Arabic three: a digit to Python
        ("choice=%C2%B2", "no_such_option"),  # a superscript two
        ("choice=100", "no_such_option"),
        (f"choice={'9' * 5000}", "no_such_option"),  # more digits than int() takes
        (f"strike={'9' * 5000}", "no_such_option"),
        (f"choice=1&client=a&seq={'9' * 5000}", "damaged"),
        ("strike=x", "no_such_option"),
        ("strike=100", "no_such_option"),
        ("restore=-1", "no_such_option"),
        ("choice=1&client=a+b&seq=1", "damaged"),
        ("choice=1&client=<a>&seq=1", "damaged"),
        (f"choice=1&client={'a' * 41}&seq=1", "damaged"),
        ("choice=1&client=a&seq=x", "damaged"),
        ("choice=1&client=a&seq=-1", "damaged"),
        (f"choice=1&client=a&seq={2**31}", "damaged"),
        ("choice=x&client=a&seq=x", "no_such_option"),
    ],
)
def test_answer_form_says_what_is_wrong(query, problem):
    sent = form(query)

    assert not sent.is_valid()
    assert sent.problem() == problem


def test_note_as_long_as_the_page_lets_in_is_taken_whatever_its_line_ends():
    form = AnswerForm(QueryDict(mutable=True))
    form.data["note"] = "\r\n".join(["а"] * 500)

    assert form.is_valid()
    assert form.answer().note.count("а") == 500
