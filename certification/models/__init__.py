from certification.models.attempts import AnswerLog, Attempt, Response
from certification.models.bank import Option, Question, Section
from certification.models.events import Event
from certification.models.exams import BlueprintLine, Exam
from certification.models.jobs import JobRun
from certification.models.people import Partner, User

__all__ = [
    "AnswerLog",
    "Attempt",
    "BlueprintLine",
    "Event",
    "Exam",
    "JobRun",
    "Option",
    "Partner",
    "Question",
    "Response",
    "Section",
    "User",
]
