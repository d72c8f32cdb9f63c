"""Nothing that gives an answer away reaches a page before the end."""

import re
from collections import Counter
from random import Random

import pytest
from django.db import transaction
from django.urls import reverse

from certification.actions import attempts
from certification.models import Attempt, Option, Question, Response, User
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory, UserFactory, shown_key

pytestmark = pytest.mark.django_db

QUESTION_ID, OPTION_ID = 7_100_000, 8_100_000  # numbers that nothing else on a page has


@pytest.fixture
def attempt(person):
    """A paper of two questions, out of three; the first one drawn has a former and a coming version."""
    section = SectionFactory()
    for number in (1, 2):
        planted(section, number)
    other = SectionFactory()
    planted(other, 3)
    drafted = planted(section, 4, version=1, is_current=False)
    planted(section, 5, key=drafted.key, version=2, state="draft")
    exam = ExamFactory(lines={section: 2})
    return attempts.start(exam.pk, by=person.pk, now=NOW, name=person.name)


def planted(section, number, **fields):
    question = QuestionFactory(
        id=QUESTION_ID + number,
        section=section,
        text=f"Слова вопроса {number}?",
        explanation=f"ПОЯСНЕНИЕ{number}",
        enemies=f"enemies-{number}",
        options__count=0,
        **fields,
    )
    for position in (1, 2, 3):
        Option.objects.create(
            id=OPTION_ID + 10 * number + position,
            question=question,
            position=position,
            text=f"Вариант {number}-{position}",
            is_correct=position == 2,
        )
    return question


def bodies(client, attempt):
    """Every page, fragment and JSON of an open attempt, by name; questions under their position."""
    found = {}

    def keep(name, response, status):
        assert response.status_code == status, name
        found[name] = response.content.decode()

    script = {"accept": "application/json"}
    htmx = {"hx-request": "true"}
    for position in (1, 2):
        address = reverse("question", args=[attempt.pk, position])
        save = {"choice": "1", "client": "page", "seq": "1", "go": "save"}
        keep(f"{position} page", client.get(address), 200)
        keep(f"{position} fragment", client.get(address, headers=htmx), 200)
        back = {**htmx, "hx-history-restore-request": "true"}
        keep(f"{position} history", client.get(address, headers=back), 200)
        keep(f"{position} refused", client.post(address, {"choice": "9", "go": "next"}), 422)
        refused = client.post(address, {"choice": "9", "go": "next"}, headers=htmx)
        keep(f"{position} refused fragment", refused, 422)
        keep(f"{position} saved fragment", client.post(address, save, headers=htmx), 200)
        keep(f"{position} chosen", client.get(address), 200)
        keep(f"json saved {position}", client.post(address, save, headers=script), 200)
        keep(f"json struck {position}", client.post(address, {"strike": "0"}, headers=script), 200)
        keep(f"json refused {position}", client.post(address, {"choice": "9"}, headers=script), 422)
        two = client.post(address, {"choice": ["0", "1"]}, headers=script)
        keep(f"json two {position}", two, 422)
    first = reverse("question", args=[attempt.pk, 1])
    following = client.post(first, {"choice": "0", "go": "next"}, headers=htmx)
    keep("2 following", following, 200)
    keep("review", client.get(reverse("review", args=[attempt.pk])), 200)
    keep("clock", client.get(reverse("clock", args=[attempt.pk])), 200)
    keep("home", client.get(reverse("home")), 200)
    keep("start", client.get(reverse("exam", args=[attempt.exam.slug])), 200)
    keep("missing", client.get(reverse("question", args=[attempt.pk, 3])), 404)
    return found


def test_an_open_attempt_shows_no_key_no_explanation_and_no_id(client, attempt):
    pages = bodies(client, attempt)

    ids = [QUESTION_ID + n for n in range(1, 6)] + [
        OPTION_ID + 10 * n + p for n in range(1, 6) for p in (1, 2, 3)
    ]
    assert Question.objects.filter(pk__in=ids, explanation__startswith="ПОЯСНЕНИЕ").count() == 5
    assert Option.objects.filter(pk__in=ids).count() == 15
    secrets = [str(number) for number in ids]
    secrets += ["ПОЯСНЕНИЕ", "enemies-", "is_correct", "correct", "explanation"]
    secrets += [str(key) for key in Question.objects.values_list("key", flat=True)]
    secrets += [key.hex for key in Question.objects.values_list("key", flat=True)]
    told = {name: [secret for secret in secrets if secret in page] for name, page in pages.items()}
    assert {name: found for name, found in told.items() if found} == {}


def test_an_open_attempt_shows_one_question_a_page_and_nothing_of_others(client, attempt):
    numbers = {r.position: r.question_id - QUESTION_ID for r in attempt.responses.all()}
    assert sorted(numbers.values()) == [1, 2]
    texts = list(Question.objects.values_list("pk", "text")) + [
        (question, text) for question, text in Option.objects.values_list("question_id", "text")
    ]
    assert len(texts) == 5 + 15

    for name, page in bodies(client, attempt).items():
        page = page.replace("\xa0", " ")
        shown = {pk - QUESTION_ID for pk, text in texts if text in page}
        assert shown == ({numbers[int(name[0])]} if name[0].isdigit() else set()), name


def test_a_page_says_nothing_that_the_display_does_not(client, attempt):
    """Attributes of an option differ in its displayed index only."""
    html = client.get(reverse("question", args=[attempt.pk, 1])).content.decode()
    options = re.findall(r'<li class="option.*?</li>', html, re.DOTALL)

    plain = []
    for index, option in enumerate(options):
        text = re.search(r'<span class="words">(.*?)</span>', option)[1]
        option = option.replace(text, "TEXT").replace(f'value="{index}"', 'value="N"')
        plain.append(re.sub('[АБВ](?=<|")', "L", option))

    assert len(plain) == 3
    assert len(set(plain)) == 1


def pages_with(client, person, canonical, rights, *, kind, chosen):
    """Every body of a one question paper that is shown as «а б в г» and stored as `canonical`.

    `canonical` has the options' texts by their position; `rights` those that are right; `chosen` and
    its strike-out are given as displayed. Nothing of it stays.
    """
    shown = "абвг"
    with transaction.atomic():
        section = SectionFactory(number=1)
        question = QuestionFactory(id=7, section=section, kind=kind, text="Вопрос?", options__count=0)
        for position, text in enumerate(canonical, start=1):
            question.options.create(position=position, text=f"Вариант {text}", is_correct=text in rights)
        attempt = Attempt.objects.create(
            id=5,
            candidate=person,
            exam=ExamFactory(id=3, slug="exam", title="Тест", lines={section: 1}),
            number=1,
            started_at=NOW,
            deadline=NOW.replace(hour=11),
            minutes=60,
            pass_percent=80,
            holder_name=person.name,
        )
        order = [canonical.index(text) + 1 for text in shown]
        picked = [order[index] for index in chosen]
        Response.objects.create(
            attempt=attempt,
            position=1,
            question=question,
            order=order,
            chosen=sorted(picked),
            struck=[order[3]],
            revision=1,
            saved_at=NOW,
        )
        address = reverse("question", args=[attempt.pk, 1])
        script, htmx = {"accept": "application/json"}, {"hx-request": "true"}
        responses = [
            client.get(address),
            client.get(address, headers=htmx),
            client.post(address, {"choice": "9"}),
            client.post(address, {"choice": "9"}, headers=script),
            client.get(reverse("review", args=[attempt.pk])),
            client.post(address, {"choice": chosen, "strike": "2"}, headers=script),
            client.post(address, {"choice": "1", "go": "save"}, headers=htmx),
            client.get(reverse("exam", args=["exam"])),
            client.get(reverse("home")),
        ]
        transaction.set_rollback(True)
    assert [response.status_code for response in responses] == [200, 200, 422, 422, 200, 200, 200, 200, 200]
    token = rb'(name="csrfmiddlewaretoken" value=)"[^"]*"'
    return [re.sub(token, rb"\1", response.content) for response in responses]


@pytest.mark.parametrize(
    ("kind", "chosen", "variants"),
    [
        ("single", [1], [("абвг", "а"), ("гвба", "в"), ("вагб", "б"), ("бгав", "г")]),
        ("multiple", [0, 2], [("абвг", "аб"), ("гвба", "вг"), ("вагб", "бвг"), ("бгав", "абв")]),
    ],
)
def test_pages_are_the_same_bytes_whatever_the_key_and_the_canonical_order(
    client, person, kind, chosen, variants
):
    pages = [
        pages_with(client, person, canonical, rights, kind=kind, chosen=chosen)
        for canonical, rights in variants
    ]

    assert "Вариант&nbsp;а" not in pages[0][0].decode()
    assert "Вариант а".encode() in pages[0][0].replace("\xa0".encode(), b" ")
    assert pages[1:] == [pages[0]] * 3


def test_the_displayed_place_of_the_key_is_uniform():
    """Over the papers of 400 people, made by `start`; the canonical position of the key is always 1."""
    section = SectionFactory()
    for options in (3, 4):
        QuestionFactory(section=section, options__count=options)
    exam = ExamFactory(lines={section: 2})
    people = User.objects.bulk_create(User(email=f"p{n}@example.com", name="Имя") for n in range(400))
    rng = Random(20261123)

    for person in people:
        attempts.start(exam.pk, by=person.pk, now=NOW, name="Имя", seed=rng.getrandbits(60))

    places = {3: Counter(), 4: Counter()}
    for order in Response.objects.values_list("order", flat=True):
        places[len(order)][order.index(1)] += 1
    # With 2 and 3 degrees of freedom, p = 0.01.
    for options, critical in [(3, 9.210), (4, 11.345)]:
        expected = 400 / options
        counts = [places[options][place] for place in range(options)]
        assert sum(counts) == 400
        assert sum((count - expected) ** 2 / expected for count in counts) < critical


def test_the_key_moves_between_attempts_of_one_person():
    person = UserFactory()
    section = SectionFactory()
    QuestionFactory.create_batch(30, section=section)
    exam = ExamFactory(lines={section: None})

    attempt = attempts.start(exam.pk, by=person.pk, now=NOW, name="Имя", seed=1)

    assert {shown_key(response) for response in attempt.responses.with_question()} == {(0,), (1,), (2,), (3,)}
