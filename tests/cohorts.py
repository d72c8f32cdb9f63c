"""Counts as many attempts would leave them, without the attempts."""

from datetime import date

from certification.actions import statistics
from certification.models import Question
from certification.rules import item_tally, scoring
from certification.rules.item_tally import Paper, Reply
from certification.rules.scoring import Marked

MAY = date(2026, 5, 1)
KEY = frozenset({1})  # what QuestionFactory makes right


def plant(exam, *papers, times=1, month=MAY, is_first=True, seconds=30):
    """Each paper says what it chose at each question that the exam draws, by their order; 0: no answer."""
    lines = exam.lines.values("section")
    questions = list(Question.objects.current().filter(section__in=lines).order_by("pk"))
    counted = [
        paper_of(questions, chosen, month=month, is_first=is_first, seconds=seconds) for chosen in papers
    ]
    statistics.write(item_tally.tally(counted * times), exam.pk, sign=1)
    return questions


def paper_of(questions, chosen, *, seconds, **facts):
    replies = [
        Reply(question.pk, Marked(question.section_id, frozenset({position} - {0}), KEY), seconds)
        for question, position in zip(questions, chosen, strict=True)
    ]
    result = scoring.score([reply.marked for reply in replies], pass_percent=80)
    return Paper(
        score=result.score, max_score=result.max_score, partial=False, replies=tuple(replies), **facts
    )
