from certification.models.allowances import Allowance
from certification.models.attempts import Attempt
from certification.models.bank import Option, Question, Section
from certification.models.events import Event
from certification.models.exams import BlueprintLine, Exam
from certification.models.jobs import JobRun
from certification.models.people import Partner, User
from certification.models.responses import AnswerLog, Response

__all__ = [
    "Allowance",
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
