"""What happened to an attempt, as a manager reads it."""

import re
from datetime import timedelta

import pytest

from certification.actions import allowances, answers, attempts
from certification.rules.deadlines import ExtraTime
from certification.states import Role
from tests.factories import NOW, UserFactory, answer, finished, started
from tests.pages import Reader, read, tables, words
from tests.views.office import attempt_page

pytestmark = pytest.mark.django_db

TEN, HALF = ExtraTime(minutes=10), ExtraTime(percent=150)


def at(minute):
    return NOW + timedelta(minutes=minute)


def timeline(response):
    """Its words, one event or stretch of saves after the other."""
    html = response.content.decode()
    start = html.index('<ol class="timeline">')
    told = html[start : html.index("</ol>", start)]
    return [Reader(f"<time{item}").text for item in told.split("<time")[1:]]


def happenings(response):
    """The events of the timeline."""
    save = words("Question %(position)s", position="[0-9]+")
    return [told for told in timeline(response) if not re.search(f"{save}:", told)]


def happened(time, what, *said):
    return " ".join([f"23.11.2026 {time}", f"{what[0].upper()}{what[1:]}.", *said])


@pytest.fixture
def admin():
    return UserFactory(name="Пётр Иванов", role=Role.ADMIN)


def test_attempts_own_events_tell_who_when_and_why(office, manager, admin):
    attempt = started(UserFactory(name="Мария Лебедева"))
    by_manager = {"by": manager.pk}
    attempts.extend(attempt.pk, TEN, **by_manager, now=at(1), reason="Обрыв связи.")
    answer(attempt, right=2)
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=at(2))
    attempts.void(attempt.pk, by=admin.pk, now=at(3), reason="Подсказывали.")
    attempts.reopen(attempt.pk, **by_manager, now=at(4), reason="Ошибка.", minutes=7)
    attempts.extend(attempt.pk, HALF, **by_manager, now=at(5), reason="Ещё обрыв.")
    attempts.submit(attempt.pk, by=None, now=at(600))
    finished(now=at(605))  # of somebody else

    def moved(deadline, former):
        days = {"deadline": f"23.11.2026 {deadline}", "former": f"23.11.2026 {former}"}
        return words("— the deadline is %(deadline)s, it was %(former)s.", **days)

    result = {"score": 2, "max": 5}
    score = f"{words('%(score)s of %(max)s', **result)}, {words('not passed')}."
    reopened = words(
        "It goes on until %(deadline)s; the score was %(score)s of %(max)s.",
        deadline="23.11.2026 10:11:00",
        **result,
    )
    minutes = words("%(minutes)s minute more", plural="%(minutes)s minutes more", n=10, minutes=10)
    percent = words("%(percent)s %% of the time", percent=150)
    extended = words("attempt extended")
    candidate, boss = "Мария Лебедева", "Ольга Тимофеева"
    assert happenings(attempt_page(office, attempt)) == [
        happened("10:00:00", words("attempt started"), candidate),
        happened(
            "10:01:00", extended, minutes.capitalize(), moved("11:10:00", "11:00:00"), f"{boss}: Обрыв связи."
        ),
        happened("10:02:00", words("Attempt finished"), score, candidate),
        happened(
            "10:03:00",
            words("attempt voided"),
            words("The score was %(score)s of %(max)s.", **result),
            "Пётр Иванов: Подсказывали.",
        ),
        happened("10:04:00", words("attempt reopened"), reopened, f"{boss}: Ошибка."),
        happened("10:05:00", extended, percent, moved("10:41:00", "10:11:00"), f"{boss}: Ещё обрыв."),
        happened("20:00:00", words("attempt finished when time ran out"), score, words("the system")),
    ]


def test_allowances_of_the_same_person_at_the_same_exam_are_told(office, manager, admin):
    attempt = finished()
    whom, by_manager = (attempt.candidate_id, attempt.exam_id), {"by": manager.pk}
    granted = allowances.grant_time(*whom, HALF, **by_manager, now=at(11), reason="Зрение.")
    allowances.withdraw(granted.pk, by=admin.pk, now=at(12), reason="Не то.")
    allowances.grant_time(*whom, TEN, **by_manager, now=at(13), reason="Слух.")
    allowances.grant_attempts(*whom, 2, **by_manager, now=at(14), reason="Договорились.")
    allowances.waive_wait(attempt.pk, **by_manager, now=at(15), reason="Срочно.")
    other = UserFactory().pk
    allowances.grant_attempts(other, attempt.exam_id, 3, **by_manager, now=at(16), reason="Чужое.")

    granted, boss = words("allowance granted"), "Ольга Тимофеева"
    half = f"{words('Extra time')}: {words('%(percent)s %% of the time', percent=150)}"
    ten = words("%(minutes)s minute more", plural="%(minutes)s minutes more", n=10, minutes=10)
    assert happenings(attempt_page(office, attempt))[2:] == [
        happened("10:11:00", granted, half, f"{boss}: Зрение."),
        happened("10:12:00", words("allowance withdrawn"), half, "Пётр Иванов: Не то."),
        happened("10:13:00", granted, f"{words('Extra time')}: {ten}", f"{boss}: Слух."),
        happened("10:14:00", granted, f"{words('Extra attempts')}: 2", f"{boss}: Договорились."),
        happened(
            "10:15:00", granted, words("No wait after attempt %(number)s", number=1), f"{boss}: Срочно."
        ),
    ]


def test_saves_stand_in_the_timeline_with_their_letters(office):
    attempt = started(UserFactory(name="Мария Лебедева"))
    by = {"by": attempt.candidate_id}
    page = {"client": "a", "shown_ms": 65_000, "away_ms": 0}
    answers.save_answer(
        attempt.pk, 2, answers.Answer(chosen=(1,), flagged=True, **page, seq=1, away_times=0), now=at(1), **by
    )
    phone = {"client": "b", "seq": 1, "shown_ms": 5000, "away_times": 1, "away_ms": 7000}
    answers.save_answer(attempt.pk, 2, answers.Answer(clear=True, **phone), now=at(2), **by)

    during = timeline(attempt_page(office, attempt))[1]
    attempts.submit(attempt.pk, now=at(3), **by)
    response = attempt_page(office, attempt)

    question, flagged = words("Question %(position)s", position=2), words("flagged", context="question")
    elsewhere = words("From another page or device.")
    away = words(
        "Before it the page was out of sight once.",
        plural="Before it the page was out of sight %(times)s times.",
        n=1,
        times=1,
    )
    second = f"10:02:00 {question}: {words('answer taken back')}. {elsewhere} {away}"
    assert timeline(response)[1] == f"23.11.2026 10:01:00 10:01:00 {question}: Б. {flagged}. {second}"
    assert f"{question}: {words('answer saved')}. {flagged}." in during
    assert "Б." not in during
    in_all = words(
        "The page was out of sight once, for %(time)s.",
        plural="The page was out of sight %(times)s times, for %(time)s in all.",
        n=1,
        time="0:07",
        times=1,
    )
    assert in_all in read(response).text
    assert [row[-1] for row in tables(response)[-1]] == ["—", "1:10", "—", "—", "—"]


def test_networks_of_the_answers_are_named_without_a_verdict(office):
    attempt = started()

    def save(minute, network):
        told = answers.Answer(chosen=(minute % 2,))
        by = attempt.candidate_id
        answers.save_answer(attempt.pk, 1, told, by=by, now=at(minute), network=network)

    def said(*networks):
        return words(
            "The answers came from %(number)s network: %(networks)s.",
            plural="The answers came from %(number)s networks: %(networks)s. Wi-Fi, mobile internet and a "
            "VPN change it by themselves: it proves nothing.",
            n=len(networks),
            number=len(networks),
            networks=", ".join(networks),
        )

    save(1, "203.0.113.0/24")
    assert said("203.0.113.0/24") in read(attempt_page(office, attempt)).text
    save(2, "2001:db8:7::/48")
    page = attempt_page(office, attempt)
    assert said("203.0.113.0/24", "2001:db8:7::/48") in read(page).text
    assert timeline(page)[1].count(words("From another network.")) == 1


def test_many_saves_are_folded_and_all_there(office):
    attempt = started()
    for minute in range(1, 11):
        told = answers.Answer(chosen=(minute % 2,))
        answers.save_answer(attempt.pk, 1, told, by=attempt.candidate_id, now=at(minute))

    response = attempt_page(office, attempt)

    summary = words(
        "%(saves)s save until %(time)s",
        plural="%(saves)s saves until %(time)s",
        n=10,
        saves=10,
        time="23.11.2026 10:10:00",
    )
    [_start, saves] = timeline(response)
    assert summary in saves
    assert saves.count(words("answer saved")) == 10
