"""One attempt as a manager sees it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import allowances, answers, attempts
from certification.rules.deadlines import ExtraTime
from certification.rules.items import LETTERS
from certification.states import Role
from tests.factories import (
    NOW,
    ExamFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    certified,
    finished,
    revoke,
    shown_key,
    started,
)
from tests.pages import plain, read, tables, words

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"
OF = words("of", context="score of maximum")
RIGHT, WRONG = words("Right", context="verdict"), words("Wrong", context="verdict")


def shown(browser, attempt):
    response = browser.get(reverse("manage_attempt", args=[attempt.pk]))
    assert response.status_code == 200
    return response


def pairs(response):
    """{term: what is said of it} of every list of terms."""
    found, term, part = {}, "", None
    for kind, chunk in read(response).chunks:
        if kind == "open" and chunk in ("dt", "dd"):
            part = chunk
            term = "" if chunk == "dt" else term
            found.setdefault(term, "") if chunk == "dd" else None
        elif kind == "close" and chunk in ("dt", "dd"):
            part = None
        elif part == "dt" and kind == "text":
            term += plain(chunk)
        elif part == "dd":
            found[term] = " ".join(f"{found[term]}{chunk if kind == 'text' else ' '}".split()) + " "
    return {term: said.strip().replace(" ,", ",") for term, said in found.items() if term}


def test_facts_of_a_finished_attempt(office):
    person = UserFactory(
        name="Мария Лебедева", email="maria@example.com", partner=PartnerFactory(name="Северный контур")
    )
    attempt = finished(person, bank_with_exam(title="Тест 1"), right=3)
    person.name, person.partner = "Мария Соколова", PartnerFactory()
    person.save(update_fields=["name", "partner"])

    response = shown(office, attempt)

    title = words("%(who)s, attempt %(number)s", who="Мария Соколова", number=1)
    assert f"<title>{title} — amoquiz</title>" in plain(response.content.decode())
    assert pairs(response) == {
        words("Verdict"): words("Not passed"),
        words("Score"): f"3 {OF} 5",
        words("Pass mark"): "4 (80 %)",
        words("Answered"): words("%(answered)s of %(all)s", answered=5, all=5),
        words("Partner"): "Северный контур",
        words("Candidate"): "Мария Соколова, maria@example.com",
        words("Name for the certificate"): "Мария Лебедева",
        words("Exam"): "Тест 1",
        words("Number in the receipt"): str(attempt.pk),
        words("State"): words("finished by the candidate"),
        words("Started"): "23 ноября 2026 г., 10:00:00",
        words("Deadline"): f"23 ноября 2026 г., 11:00:00 {words('%(time)s, no extra time', time='60 минут')}",
        words("Finished"): "23 ноября 2026 г., 10:10:00",
        words("Attempts"): words("%(used)s of %(allowed)s used", used=1, allowed=3),
    }
    date = "24 ноября 2026 г., 10:10"
    page = read(response)
    assert words("The next attempt may start from %(date)s (Moscow).", date=date) in page.text
    assert [link for link in page.links if link.startswith("mailto:maria")] == ["mailto:maria@example.com"]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (ExtraTime(percent=150), words("%(time)s and %(extra)s more", time="60 минут", extra="30 минут")),
        (ExtraTime(minutes=5), words("%(time)s and %(extra)s more", time="60 минут", extra="5 минут")),
    ],
)
def test_deadline_says_the_extra_time(office, manager, extra, said):
    attempt = started()
    attempts.extend(attempt.pk, extra, by=manager.pk, now=NOW, reason="Обрыв связи.")

    assert pairs(shown(office, attempt))[words("Deadline")].endswith(said)


def test_revocation_tells_the_cause_and_apart_from_it_the_reason(office):
    certificate = revoke(certified())

    said = f"{certificate.get_revocation_cause_display()}. {words('Reason')}: Сдавал другой человек"
    assert plain(said) in read(shown(office, certificate.attempt)).text


def test_deadline_says_that_the_window_cut_it(office):
    attempt = started(exam=bank_with_exam(closes_at=NOW + timedelta(minutes=40)))

    said = words("%(time)s less %(cut)s: the exam's window ended", time="60 минут", cut="20 минут")
    assert pairs(shown(office, attempt))[words("Deadline")] == f"23 ноября 2026 г., 10:40:00 {said}"


def test_deadline_of_a_reopened_attempt_is_told_from_the_reopening(office, manager):
    attempt = finished()
    attempts.reopen(attempt.pk, by=manager.pk, now=NOW + timedelta(hours=3), reason="Сбой.", minutes=12)

    facts = pairs(shown(office, attempt))

    said = words("%(time)s from the reopening on", time="12 минут")
    assert facts[words("Deadline")] == f"23 ноября 2026 г., 13:12:00 {said}"
    assert facts[words("Reopened")] == "23 ноября 2026 г., 13:00:00"
    assert words("Finished") not in facts


def test_voided_attempt_says_by_whom_and_why_and_keeps_its_score(office, manager):
    attempt = finished(right=5)
    attempts.void(attempt.pk, by=manager.pk, now=NOW + timedelta(days=1), reason="Подсказывали.")

    facts = pairs(shown(office, attempt))

    assert (facts[words("Verdict")], facts[words("Score")]) == (words("Voided"), f"5 {OF} 5")
    assert facts[words("Voided")] == "24 ноября 2026 г., 10:00:00, Ольга Тимофеева Подсказывали."


def test_sections_are_shown_with_their_minimums(office):
    high, low, none = (SectionFactory(title=f"Часть {name}") for name in "АБВ")
    for section in (high, low, none):
        QuestionFactory.create_batch(2, section=section)
    exam = ExamFactory(lines={high: 2, low: 2, none: 2})
    exam.lines.filter(section=high).update(min_percent=60)
    exam.lines.filter(section=low).update(min_percent=50)
    attempt = started(exam=exam)
    left = {high.pk: 1, low.pk: 1, none.pk: 2}
    for response in attempt.responses.with_question():
        right = left[response.question.section_id] > 0
        left[response.question.section_id] -= 1
        key = shown_key(response)
        chosen = key if right else (next(i for i in range(4) if i not in key),)
        answers.save_answer(
            attempt.pk, response.position, answers.Answer(chosen=chosen), by=attempt.candidate_id, now=NOW
        )
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)

    by_section, _paper = tables(shown(office, attempt))

    assert [row[:4] for row in by_section] == [
        [str(high), f"1 {OF} 2", "50 %", f"60 % {words('not reached')}"],
        [str(low), f"1 {OF} 2", "50 %", "50 %"],
        [str(none), f"2 {OF} 2", "100 %", "—"],
    ]


class Sat:
    """A paper as its questions were put, and how the manager's table words them."""

    def __init__(self, attempt):
        self.attempt = attempt
        self.by_question = {row.question_id: row for row in attempt.responses.with_question()}

    def key(self, question):
        return shown_key(self.by_question[question.pk])

    def save(self, question, chosen, *, seconds):
        answers.save_answer(
            self.attempt.pk,
            self.by_question[question.pk].position,
            answers.Answer(chosen=chosen),
            by=self.attempt.candidate_id,
            now=NOW + timedelta(seconds=seconds),
        )

    def option(self, question, index):
        return f"{LETTERS[index]}. {self.by_question[question.pk].shown_options[index].text}"

    def name(self, question):
        version = words("Version %(version)s", version=1)
        if question.number:
            version = words("Question %(number)s, version %(version)s", number=question.number, version=1)
        return f"{self.by_question[question.pk].position}. {question.text} {version}"

    def served(self, question, *chosen):
        marks = ((chosen, words("chosen")), (self.key(question), words("right", context="option")))
        lines = [
            " — ".join([self.option(question, index), *(mark for those, mark in marks if index in those)])
            for index in range(4)
        ]
        return " ".join([words("As it was shown"), question.text, *lines])


def test_paper_of_a_finished_attempt_shows_answers_and_right_ones(office):
    question = QuestionFactory(number="3.7", text="Кто добавляет сотрудников?")
    other = QuestionFactory(section=question.section, text="Сколько воронок?")
    empty = QuestionFactory(section=question.section, text="Где поля?")
    sat = Sat(started(exam=ExamFactory(lines={question.section: 3})))
    right, also, nothing = (sat.key(one) for one in (question, other, empty))
    wrong = ((also[0] + 1) % 4,)
    sat.save(question, ((right[0] + 1) % 4,), seconds=1)
    sat.save(question, right, seconds=65)
    sat.save(other, wrong, seconds=130)
    attempts.submit(sat.attempt.pk, by=sat.attempt.candidate_id, now=NOW + timedelta(minutes=5))

    _sections, paper = tables(shown(office, sat.attempt))

    said, full, none = words("Right:"), f"1 {OF} 1", f"0 {OF} 1"
    chosen = [
        f"{RIGHT} {sat.option(question, right[0])}",
        f"{WRONG} {sat.option(other, wrong[0])} {said} {sat.option(other, also[0])}",
        f"{WRONG} {words('no answer')} {said} {sat.option(empty, nothing[0])}",
    ]
    rows = [
        [
            sat.name(question),
            f"{chosen[0]} {sat.served(question, *right)}",
            full,
            "10:01:05 23.11.2026",
            "2",
            "—",
        ],
        [
            sat.name(other),
            f"{chosen[1]} {sat.served(other, *wrong)}",
            none,
            "10:02:10 23.11.2026",
            "1",
            "—",
        ],
        [sat.name(empty), f"{chosen[2]} {sat.served(empty)}", none, "—", "0", "—"],
    ]
    assert paper == sorted(rows, key=lambda row: int(row[0].split(".")[0]))


def test_partly_right_answer_is_called_so(office):
    section = SectionFactory()
    QuestionFactory(section=section, kind="multiple", options__rights=2)
    attempt = started(exam=ExamFactory(lines={section: 1}, partial_credit=True))
    response = attempt.responses.with_question().get()
    answers.save_answer(
        attempt.pk,
        1,
        answers.Answer(chosen=shown_key(response)[:1]),
        by=attempt.candidate_id,
        now=NOW,
    )
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)

    _sections, [row] = tables(shown(office, attempt))

    assert (row[1].startswith(words("Partly right")), row[2]) == (True, f"0,5 {OF} 1")


def test_paper_of_an_open_attempt_shows_only_what_is_answered(office):
    attempt = started()
    answers.save_answer(
        attempt.pk, 2, answers.Answer(chosen=(0,)), by=attempt.candidate_id, now=NOW + timedelta(seconds=5)
    )

    response = shown(office, attempt)

    [paper] = tables(response)
    questions = [row.question.text for row in attempt.responses.with_question()]
    version, no = words("Version %(version)s", version=1), words("no answer")
    answered = words("answered", context="question")
    assert paper == [
        [f"1. {questions[0]} {version}", no, "—", "0", "—"],
        [f"2. {questions[1]} {version}", answered, "10:00:05 23.11.2026", "1", "—"],
        *([f"{n}. {questions[n - 1]} {version}", no, "—", "0", "—"] for n in (3, 4, 5)),
    ]
    assert "Ответ 1" not in response.content.decode()


def test_reopened_attempt_shows_no_key(office, manager):
    attempt = finished(right=5)
    assert "Ответ 1" in shown(office, attempt).content.decode()

    attempts.reopen(attempt.pk, by=manager.pk, now=NOW + timedelta(hours=1), reason="Сбой.", minutes=12)

    response = shown(office, attempt)
    assert "Ответ 1" not in response.content.decode()
    assert words("Score") not in pairs(response)
    assert len(tables(response)) == 1  # no sections


def test_other_attempts_and_notes_stand_beside(office):
    person, exam = UserFactory(), bank_with_exam(first_wait=timedelta())
    first = finished(person, exam, right=1, now=NOW - timedelta(days=2))
    elsewhere = finished(person, now=NOW - timedelta(days=1))
    second = started(person, exam)
    answers.save_answer(second.pk, 4, answers.Answer(note="Опечатка."), by=person.pk, now=NOW)

    page = read(shown(office, second))

    links = [link for link in page.links if link.startswith("/manage/attempts/")]
    assert links == [reverse("manage_attempts")] * 2 + [reverse("manage_attempt", args=[first.pk])]
    question = second.responses.get(position=4).question
    assert f"4. {question.text} Опечатка." in page.text
    assert "Опечатка." not in read(shown(office, first)).text
    assert elsewhere.pk not in (first.pk, second.pk)


def test_why_a_retake_waits_is_what_the_candidate_reads(office, client, person):
    attempt = finished(person, bank_with_exam(attempts_allowed=1))

    date = "21 февраля 2027 г., 10:10"
    sentence = words(
        "All attempts are used. New ones open on %(date)s (Moscow); for an earlier one ask the programme's "
        "manager:",
        date=date,
    )
    pages = shown(office, attempt), client.get(reverse("result", args=[attempt.pk]))
    assert [sentence in read(page).text for page in pages] == [True, True]


def test_next_attempt_may_start_where_nothing_stands_in_the_way(office):
    attempt = finished(exam=bank_with_exam(first_wait=timedelta()), now=NOW - timedelta(hours=1))

    assert f"{words('The next attempt')} {words('It may start now.')}" in read(shown(office, attempt)).text


def test_next_attempt_of_whoever_may_not_sign_in_waits_for_that(office):
    attempt = finished(exam=bank_with_exam(first_wait=timedelta()), now=NOW - timedelta(hours=1))
    attempt.candidate.is_active = False
    attempt.candidate.save()

    text = read(shown(office, attempt)).text

    closed = words("may not sign in")
    assert f"{words('The next attempt')} {closed[0].upper()}{closed[1:]}." in text
    assert words("It may start now.") not in text


def test_hostile_text_stays_text(office, manager):
    person = UserFactory(name=HOSTILE, partner=PartnerFactory(name=HOSTILE))
    exam = bank_with_exam(title=HOSTILE, questions=0)
    section = SectionFactory(title=HOSTILE)
    question = QuestionFactory(section=section, text=HOSTILE, number="<b>1</b>")
    question.options.filter(position__lte=2).update(text=HOSTILE)
    exam.lines.update(section=section, questions=1)
    attempt = started(person, exam)
    answers.save_answer(attempt.pk, 1, answers.Answer(note=HOSTILE), by=person.pk, now=NOW)
    answer(attempt, right=0)
    manager.name = HOSTILE
    manager.save(update_fields=["name"])
    attempts.extend(attempt.pk, ExtraTime(minutes=9), by=manager.pk, now=NOW, reason=HOSTILE)
    allowances.grant_attempts(person.pk, exam.pk, 1, by=manager.pk, now=NOW, reason=HOSTILE)
    attempts.void(attempt.pk, by=manager.pk, now=NOW, reason=HOSTILE)

    response = shown(office, attempt)

    html = response.content.decode()
    assert ("<script>alert" in html, "<b>1</b>" in html) == (False, False)
    assert read(response).text.count(HOSTILE) >= 14


def test_attempt_that_is_not_there(office):
    assert office.get(reverse("manage_attempt", args=[10**6])).status_code == 404
    assert office.get(f"/manage/attempts/{'9' * 30}/").status_code == 404


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_pages_are_not_for_candidates_and_leads(client, person, role):
    person.role = role
    person.save(update_fields=["role"])
    attempt = started(person)

    pages = [reverse("manage_attempts"), reverse("manage_notes")]
    pages += [reverse("manage_attempt", args=[pk]) for pk in (attempt.pk, 10**6)]
    answers = [client.get(page) for page in pages]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert words("This page is not for you") in read(answers[0]).text
