"""A list of people, as somebody pastes it."""

import pytest

from certification.rules.invitees import Line, lines


def read(text):
    return [(line.number, line.name, line.email) for line in lines(text)]


@pytest.mark.parametrize(
    ("line", "name", "email"),
    [
        ("Мария Лебедева; maria@example.com", "Мария Лебедева", "maria@example.com"),
        ("maria@example.com;Мария Лебедева", "Мария Лебедева", "maria@example.com"),
        ("maria@example.com, Мария Лебедева", "Мария Лебедева", "maria@example.com"),
        ("Мария\tЛебедева\tmaria@example.com", "Мария Лебедева", "maria@example.com"),
        ("Мария Лебедева maria@example.com", "Мария Лебедева", "maria@example.com"),
        ("Мария Лебедева <maria@example.com>", "Мария Лебедева", "maria@example.com"),
        ('"Лебедева; Мария";maria@example.com', "Лебедева; Мария", "maria@example.com"),
        ("  maria@example.com  ", "", "maria@example.com"),
        (";maria@example.com;", "", "maria@example.com"),
        ("Мария; без почты", "Мария без почты", ""),
        ("Мария; a@example.com; b@example.com", "Мария", ""),
        ('Мария "Маша; maria@example.com', 'Мария "Маша', "maria@example.com"),
    ],
)
def test_name_and_address_stand_in_any_order(line, name, email):
    assert read(line) == [(1, name, email)]


def test_lines_keep_their_numbers_and_words_whatever_ends_them():
    text = "Имя;Почта\r\n\r\nА;a@example.com\r;;\nБ;b@example.com\n"

    assert list(lines(text)) == [
        Line(3, "А;a@example.com", "А", "a@example.com"),
        Line(5, "Б;b@example.com", "Б", "b@example.com"),
    ]


def test_only_the_first_line_is_a_row_of_headings():
    assert read("E-mail,Name\nИмя без почты") == [(2, "Имя без почты", "")]
    assert read("Мария без адреса") == [(1, "Мария без адреса", "")]


@pytest.mark.parametrize("text", ["", "\n\n", " ; ;\n\t"])
def test_nothing_is_nobody(text):
    assert read(text) == []
