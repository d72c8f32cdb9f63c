"""Pages as a reader without scripts has them: words, forms and buttons."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.translation import gettext, ngettext, pgettext

# What every answer must tell the browser to refuse.
POLICY = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
INLINE = {"a", "b", "button", "em", "i", "s", "small", "span", "strong", "tspan"}
UNSEEN = {"script", "style", "title"}


@dataclass
class Field:
    name: str
    value: str
    type: str
    id: str = ""
    label: str = ""
    is_on: bool = True  # whether the browser would send it


@dataclass
class Button:
    name: str
    value: str
    text: str = ""


@dataclass
class Form:
    method: str
    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def data(self):
        """What the browser would send, as {name: [values]}."""
        sent = {}
        for one in self.fields:
            if one.name and one.is_on:
                sent.setdefault(one.name, []).append(one.value)
        return sent

    def named(self, name):
        return [one for one in self.fields if one.name == name]


class Reader(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self.tags, self.chunks = [], [], [], []
        self.form = self.button = self.textarea = self.select = None
        self.label, self.labels = None, {}  # the `for` of the label we are in, and every label's words
        self.feed(html)
        self.close()
        for form in self.forms:
            for one in form.fields:
                one.label = plain(one.label or self.labels.get(one.id, ""))
            for button in form.buttons:
                button.text = plain(button.text)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attrs))
        self.chunks.append(("open", tag))
        if tag == "form":
            self.form = Form(attrs.get("method", "get").lower(), attrs.get("action", ""))
            self.forms.append(self.form)
        elif tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        elif tag == "label":
            self.label = attrs.get("for", "")
        elif tag == "button":
            self.button = Button(attrs.get("name", ""), attrs.get("value", ""))
            if self.form and attrs.get("type", "submit") == "submit":
                self.form.buttons.append(self.button)
        elif self.form and tag in ("input", "textarea", "select", "option"):
            self.handle_control(tag, attrs)

    def handle_control(self, tag, attrs):
        kind = attrs.get("type", "text") if tag == "input" else tag
        name, value = attrs.get("name", ""), attrs.get("value", "")
        if kind == "submit":
            self.form.buttons.append(Button(name, value, text=value))
        elif kind == "option":
            if "selected" in attrs:
                self.form.fields.append(Field(self.select, value, "select"))
        elif kind == "select":
            self.select = name
        else:
            if kind in ("radio", "checkbox"):
                value = attrs.get("value", "on")
            on = kind not in ("radio", "checkbox") or "checked" in attrs
            one = Field(name, value, kind, attrs.get("id", ""), is_on=on and "disabled" not in attrs)
            self.form.fields.append(one)
            if kind == "textarea":
                self.textarea = one

    def handle_endtag(self, tag):
        self.chunks.append(("close", tag))
        if tag == "form":
            self.form = None
        elif tag == "button":
            self.button = None
        elif tag == "label":
            self.label = None
        elif tag == "textarea":
            self.textarea.value = self.textarea.value.removeprefix("\n")
            self.textarea = None

    def handle_data(self, data):
        self.chunks.append(("text", data))
        if self.button:
            self.button.text += data
        if self.textarea:
            self.textarea.value += data
        if self.label:
            self.labels[self.label] = self.labels.get(self.label, "") + data
        elif self.label == "" and self.form and self.form.fields:
            self.form.fields[-1].label += data  # the label is around its control

    @property
    def text(self):
        words, unseen = [], None
        for kind, chunk in self.chunks:
            if kind == "text":
                words.append("" if unseen else chunk)
                continue
            if chunk in UNSEEN:
                unseen = chunk if kind == "open" else None
            if chunk not in INLINE:
                words.append(" ")
        return plain("".join(words))


def plain(text):
    """With single ordinary spaces, whatever they were."""
    return re.sub(r"\s+", " ", text).strip()


def read(response):
    return Reader(response.content.decode())


def words(msgid, *, context=None, plural=None, n=None, **params):
    """A sentence of the interface in its language, as `read(...).text` has it."""
    if plural is not None:
        text = ngettext(msgid, plural, n)
    else:
        text = pgettext(context, msgid) if context else gettext(msgid)
    return plain(text % params if params or "%%" in text else text)


def tables(response):
    """The words in the cells of every table, row by row without its head."""
    found, cell = [], None
    for kind, chunk in read(response).chunks:
        if kind == "open" and chunk == "table":
            found.append([])
        elif kind == "open" and chunk == "tr":
            found[-1].append([])
        elif kind == "open" and chunk in ("th", "td"):
            cell = []
        elif kind == "close" and chunk in ("th", "td"):
            found[-1][-1].append(plain("".join(cell)))
            cell = None
        elif cell is not None:
            cell.append(chunk if kind == "text" else " ")
    return [rows[1:] for rows in found]


def answer_form(response):
    """The form with the options."""
    return next(form for form in read(response).forms if form.named("choice"))


def typed(response, field):
    """What the one form that has this field would send, by the field's names."""
    [form] = [form for form in read(response).forms if form.named(field)]
    return form.data()


def press(client, response, text, **changes):
    """Press the one button whose words have `text`, without scripts, and follow where it leads.

    `changes` are what was typed or chosen before, by the fields' names.
    """
    forms = read(response).forms
    [(form, button)] = [(form, b) for form in forms for b in form.buttons if text in b.text]
    data = {**form.data(), **changes}
    if button.name:
        data[button.name] = button.value
    path = form.action or response.wsgi_request.get_full_path()
    return getattr(client, form.method)(path, data, follow=True)


def inline_code(response):
    """What the policy would refuse: scripts without a file, styles within the page, handlers."""
    found, page = [], read(response)
    for tag, attrs in page.tags:
        if (tag == "script" and "src" not in attrs) or tag == "style":
            found.append(f"<{tag}>")
        found += [f"<{tag} {name}>" for name in attrs if name == "style" or name.startswith("on")]
        found += [f"<{tag} {name}>" for name, value in attrs.items() if value.startswith("javascript:")]
        found += [f"<{tag} {name}>" for name, value in attrs.items() if is_foreign(tag, name, value)]
    return found


def is_foreign(tag, name, value):
    """A file that this page would load from elsewhere."""
    loads = name == "src" or (tag == "link" and name == "href")
    return loads and value.startswith(("http:", "https:", "//", "data:"))


def policy(response):
    """The content security policy, as {directive: sources}."""
    directives = response["Content-Security-Policy"].split(";")
    return dict(directive.strip().split(" ", 1) for directive in directives)
