"""Letters as their readers have them."""

from datetime import timedelta

from certification.actions import notices
from certification.models import Notice
from certification.rendering import mail
from tests.factories import NOW
from tests.pages import Reader, plain, words

END = NOW + timedelta(minutes=10)
SITE = "http://localhost:8000"
FOOT = "Certification of amoCRM partners. The times in this letter are Moscow time (UTC+3)."


def letter(kind, about, *, now=END):
    notices.write(kind, about, now=END, mark=now)
    return mail.compose(Notice.objects.with_subject().latest("pk"), now=now)


def said(message):
    """The lines of the text that say something."""
    return [plain(line) for line in message.body.splitlines() if line]


def html(message):
    [(content, kind)] = message.alternatives
    assert kind == "text/html"
    return Reader(content)


def hello(name):
    return words("Hello, %(name)s!", name=name)


def foot():
    return [words(FOOT), f"{words('Help:')} manager@example.com"]


def check(message, *, subject, lines, html_lines):
    """The letter says this and nothing else; the HTML gives its links as links and as words."""
    assert message.subject == subject
    assert said(message) == [*lines, "--", *foot()]
    assert html(message).text == " ".join(["amoquiz", *html_lines, *foot()])
