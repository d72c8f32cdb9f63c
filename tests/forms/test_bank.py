"""What the forms of the bank take."""

import pytest

from certification.forms.bank import QuestionForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [5_000, 5_001])
def test_texts_of_the_form_are_no_longer_than_those_of_a_file(size):
    form = QuestionForm({"text": "а" * size, "explanation": "б" * size})

    assert {"text", "explanation"} & form.errors.keys() == (
        {"text", "explanation"} if size > 5_000 else set()
    )
