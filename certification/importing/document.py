"""Read a document of questions and answers in its plain-text form.

A section is announced by «2 / 9. Общие настройки (10 вопросов)», a question by «1. …»; the lines after it
are its answer. Nothing in the file tells where the last answer ends: it is one line, and what follows is
the tail, from which a person can move lines to the answers. What looks odd is kept as it stands and told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HEADING = re.compile(r"(\d{1,3}) / (\d{1,3})\. (\S.*) \((\d{1,3}) вопрос(?:а|ов)?\)")
QUESTION = re.compile(r"(\d{1,3})\. (\S.*)")
LINE_END = re.compile(r"\r\n|\r|\n")
LINK = re.compile(r"(?:https?:)?//\S+")

MOST_LINES = 20_000
LONGEST_LINE = 5_000  # characters
LONGEST_TITLE = 200


class DocumentError(Exception):
    """Why the text is not such a document; `line` counts from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(line, sentence)
        self.line = line
        self.sentence = sentence


class Line(NamedTuple):
    place: int
    text: str


class Problem(NamedTuple):
    """What a person should look at. It stops nothing."""

    place: int
    sentence: str


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    section: int
    number: int
    place: int
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentSection:
    number: int
    title: str
    announced: int
    place: int
    questions: tuple[DocumentQuestion, ...]


@dataclass(frozen=True, slots=True)
class Document:
    sections: tuple[DocumentSection, ...]
    tail: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def questions(self) -> tuple[DocumentQuestion, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def sources(self) -> frozenset[tuple[int, int]]:
        """The section and number of each question."""
        return frozenset((question.section, question.number) for question in self.questions)


def parse_document(text: str) -> Document:
    """The document that `text` is; DocumentError where it is none."""
    lines = [
        Line(place, re.sub(r"\s+", " ", line).strip()) for place, line in enumerate(LINE_END.split(text), 1)
    ]
    check_lines(lines)
    lines = [line for line in lines if line.text]
    first = next((i for i, line in enumerate(lines) if HEADING.fullmatch(line.text)), None)
    if first is None:
        raise DocumentError(
            1, _("There is no section heading here, such as “2 / 9. General settings (10 questions)”.")
        )
    reader = _Reader()
    for line in lines[first:]:
        reader.take(line)
    document = reader.document()
    problems = sorted((*before(lines[:first]), *reader.problems, *problems_of(document)))
    return replace(document, problems=tuple(problems))


def check_lines(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise DocumentError(
            MOST_LINES + 1, _("The file has more than %(most)s lines.") % {"most": MOST_LINES}
        )
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            sentence = _("The line is longer than %(most)s characters.") % {"most": LONGEST_LINE}
            raise DocumentError(line.place, sentence)


class _Reader:
    """The sections so far; what a line is depends on the ones before it."""

    def __init__(self) -> None:
        self.sections: list[DocumentSection] = []
        self.questions: list[DocumentQuestion] = []  # of the last section
        self.answers: list[Line] = []  # to the last question
        self.problems: list[Problem] = []
        self.of = 0  # how many sections the headings say there are
        self.heading = Line(1, "")  # the last one

    def take(self, line: Line) -> None:
        if heading := HEADING.fullmatch(line.text):
            self.open_section(line, heading)
        elif (question := QUESTION.fullmatch(line.text)) and self.is_next(int(question[1])):
            self.open_question(line, int(question[1]), question[2])
        elif self.questions:
            if question:
                self.tell(line, _("This looks like a question but is out of turn: it is read as an answer."))
            self.answers.append(line)
        else:
            self.tell(line, _("This line stands before the section's first question: it is left out."))

    def open_section(self, line: Line, heading: re.Match[str]) -> None:
        number, of, announced = int(heading[1]), int(heading[2]), int(heading[4])
        if number < 1:
            raise DocumentError(line.place, _("Sections are numbered from 1."))
        if any(number == section.number for section in self.sections):
            raise DocumentError(line.place, _("Section %(number)s occurs twice.") % {"number": number})
        if len(heading[3]) > LONGEST_TITLE:
            sentence = _("The section's title is longer than %(most)s characters.") % {"most": LONGEST_TITLE}
            raise DocumentError(line.place, sentence)
        self.close_section()
        if self.of and of != self.of:
            self.tell(line, _("The headings before this one say that there are %(of)s.") % {"of": self.of})
        self.of, self.heading = of, line
        self.sections.append(DocumentSection(number, heading[3], announced, line.place, ()))

    def open_question(self, line: Line, number: int, text: str) -> None:
        self.close_question()
        last = self.questions[-1].number if self.questions else 0
        if number > last + 1:
            missing = str(last + 1) if number == last + 2 else f"{last + 1}–{number - 1}"
            self.tell(line, _("Before this question %(missing)s is missing.") % {"missing": missing})
        self.tell_unpaired(Line(line.place, text))
        section = self.sections[-1].number
        self.questions.append(DocumentQuestion(section, number, line.place, text, ()))

    def is_next(self, number: int) -> bool:
        """Whether a question of this number may stand here: the next, or a later one that was announced."""
        last = self.questions[-1].number if self.questions else 0
        return number == last + 1 or last < number <= self.sections[-1].announced

    def close_question(self) -> None:
        for line in self.answers:
            self.tell_unpaired(line)
        if self.questions:
            answers = tuple(line.text for line in self.answers)
            self.questions[-1] = replace(self.questions[-1], answers=answers)
        self.answers = []

    def close_section(self) -> None:
        self.close_question()
        if self.sections:
            self.sections[-1] = replace(self.sections[-1], questions=tuple(self.questions))
        self.questions = []

    def document(self) -> Document:
        """All that was read, with all but the first line of the last answer as the tail."""
        tail = tuple(self.answers[1:])
        del self.answers[1:]
        self.close_section()
        if len(self.sections) != self.of:
            sentence = _("The headings say that there are %(of)s sections, but %(found)s are here.")
            self.tell(self.heading, sentence % {"of": self.of, "found": len(self.sections)})
        return Document(tuple(self.sections), tail, ())

    def tell_unpaired(self, line: Line) -> None:
        if line.text.count("«") != line.text.count("»") or line.text.count('"') % 2:
            self.tell(line, _("A quotation mark has no pair: %(text)s") % {"text": line.text})

    def tell(self, line: Line, sentence: str) -> None:
        self.problems.append(Problem(line.place, sentence))


def before(lines: Sequence[Line]) -> Iterator[Problem]:
    if lines:
        sentence = ngettext(
            "%(count)s line stands before the first section and is left out.",
            "%(count)s lines stand before the first section and are left out.",
            len(lines),
        )
        yield Problem(lines[0].place, sentence % {"count": len(lines)})


def problems_of(document: Document) -> Iterator[Problem]:
    """What can be seen in a document once it is read whole."""
    numbers = [section.number for section in document.sections]
    if numbers != list(range(1, len(numbers) + 1)):
        sentence = _("The sections are not numbered in their order: %(numbers)s.")
        yield Problem(document.sections[0].place, sentence % {"numbers": ", ".join(map(str, numbers))})
    for section in document.sections:
        if len(section.questions) != section.announced:
            sentence = _("Section %(number)s: questions announced %(announced)s, found %(found)s.")
            found = {"announced": section.announced, "found": len(section.questions)}
            yield Problem(section.place, sentence % {"number": section.number, **found})
    for question in document.questions:
        if not question.answers:
            yield Problem(question.place, _("The question has no answer."))
    if document.tail:
        sentence = ngettext(
            "%(count)s line follows the last question's answer: is it of a question?",
            "%(count)s lines follow the last question's answer: are they of a question?",
            len(document.tail),
        )
        yield Problem(document.tail[0].place, sentence % {"count": len(document.tail)})


def with_moved(document: Document, moves: Mapping[int, tuple[int, int]]) -> Document:
    """The document with lines of the tail moved: {line: (section, number) whose answer it continues}."""
    moved: dict[tuple[int, int], list[str]] = {}
    for line in document.tail:
        if line.place in moves:
            moved.setdefault(moves[line.place], []).append(line.text)
    return replace(
        document,
        sections=tuple(
            replace(section, questions=tuple(longer(q, moved) for q in section.questions))
            for section in document.sections
        ),
        tail=tuple(line for line in document.tail if line.place not in moves),
    )


def longer(question: DocumentQuestion, moved: Mapping[tuple[int, int], Sequence[str]]) -> DocumentQuestion:
    more = moved.get((question.section, question.number), ())
    return replace(question, answers=(*question.answers, *more)) if more else question


def right_options(answers: Sequence[str], *, most: int, longest: int) -> tuple[str, ...]:
    """The answer's lines as right options: a link continues the line before it, and none is repeated.

    None where they would be more than `most`, or one longer than `longest`.
    """
    options: list[str] = []
    for text in answers:
        if options and LINK.fullmatch(text):
            options[-1] += f" {text}"
        elif text not in options:
            options.append(text)
        if len(options) > most or len(options[-1]) > longest:
            return ()
    return tuple(options)
