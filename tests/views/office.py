"""Deciding about an attempt as a manager does, and reading what comes of it."""

import re
from html import unescape

from django.urls import reverse

from certification.models import Event
from tests.pages import plain, read

REASON = "Обрыв связи, подтвердил провайдер."
# What each decision asks for, and what is sent to say it.
SENT = {
    "extend": {"extra": "minutes", "minutes": "15"},
    "void": {},
    "revoke": {"cause": "mistake"},
    "reopen": {"minutes": "20"},
    "grant_time": {"extra": "150"},
    "grant_attempts": {"attempts": "2"},
    "waive_wait": {},
}
NOTE = re.compile(r'<div class="note [^>]*role="status">.*?<p>(.*?)</p>', re.DOTALL)


def attempt_page(browser, attempt):
    return browser.get(reverse("manage_attempt", args=[attempt.pk]))


def decide(browser, attempt, name, **changes):
    sent = {**SENT[name], "reason": REASON, **changes}
    return browser.post(reverse(name, args=[attempt.pk]), sent)


def forms(response):
    """{name: form} of the decisions on the page."""
    found = [form for form in read(response).forms if form.named("reason")]
    return {form.action.rstrip("/").rsplit("/", 1)[1].replace("-", "_"): form for form in found}


def typed(response, name):
    """What the form of this decision would send, without its token and what makes it single."""
    sent = forms(response)[name].data()
    return {field: value for field, value in sent.items() if field not in ("csrfmiddlewaretoken", "once")}


def told(browser, response):
    """What is said on the page to which a decision leads."""
    assert response.status_code == 302
    html = browser.get(response["Location"]).content.decode()
    return [plain(unescape(sentence)) for sentence in NOTE.findall(html)]


def last_event():
    event = Event.objects.latest("id")
    return event.kind, event.actor_id, event.subject_id, event.facts.get("reason"), event.at
