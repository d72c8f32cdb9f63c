from certification.models.agreements import Acceptance, Agreement
from certification.models.allowances import Allowance
from certification.models.attempts import Attempt
from certification.models.bank import Option, Question, Section
from certification.models.certificates import Certificate
from certification.models.events import Event
from certification.models.exams import BlueprintLine, Exam
from certification.models.external_ids import ExternalId
from certification.models.invitations import Invitation
from certification.models.jobs import JobRun
from certification.models.notices import Notice
from certification.models.people import Partner, User
from certification.models.responses import AnswerLog, Response
from certification.models.saved_filters import SavedFilter
from certification.models.statistics import (
    MarkTally,
    MonthTally,
    OptionTally,
    PaperTally,
    SectionTally,
    TimeTally,
)
from certification.models.supply import Shortfall, Supply

__all__ = [
    "Acceptance",
    "Agreement",
    "Allowance",
    "AnswerLog",
    "Attempt",
    "BlueprintLine",
    "Certificate",
    "Event",
    "Exam",
    "ExternalId",
    "Invitation",
    "JobRun",
    "MarkTally",
    "MonthTally",
    "Notice",
    "Option",
    "OptionTally",
    "PaperTally",
    "Partner",
    "Question",
    "Response",
    "SavedFilter",
    "Section",
    "SectionTally",
    "Shortfall",
    "Supply",
    "TimeTally",
    "User",
]
