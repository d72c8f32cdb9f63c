"""One letter and a mail server, which answers well, badly or not at all."""

import socket
import threading
from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from certification.actions import post

PATIENCE = 20  # seconds
HELLO = {
    b"EHLO": b"250 here",
    b"MAIL": b"250 ok",
    b"RCPT": b"250 ok",
    b"DATA": b"354 go on",
    b"RSET": b"250 ok",
}
TEXT, QUIT = b".", b"QUIT"  # what ends the letter, and what ends the talk
HANG_UP, SILENCE = object(), object()


class Server(threading.Thread):
    """Answers each command as it is told to, and keeps the letters it has taken over."""

    def __init__(self, **answers):
        super().__init__(daemon=True)
        self.answers = {**HELLO, TEXT: b"250 taken", QUIT: b"221 bye", b"CONNECT": b"220 hello"}
        self.answers |= {name.encode(): answer for name, answer in answers.items()}
        self.letters = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.done = threading.Event()

    def run(self):
        peer, _address = self.listening.accept()
        with peer, peer.makefile("rwb") as talk:
            if self.say(talk, b"CONNECT"):
                for line in talk:
                    command = line[:4].upper()
                    if not self.say(talk, command):
                        break
                    if command == b"DATA" and self.answers[b"DATA"].startswith(b"354"):
                        letter = self.read(talk)
                        taken = self.answers[TEXT]
                        if taken in (HANG_UP, SILENCE) or taken.startswith(b"250"):
                            self.letters.append(letter)
                        if not self.say(talk, TEXT):
                            break

    def read(self, talk):
        letter = b""
        for line in talk:
            if line == b".\r\n":
                return letter
            letter += line
        raise AssertionError("the letter has no end")

    def say(self, talk, about):
        """False where the talk is over."""
        answer = self.answers[about]
        if answer is SILENCE:
            self.done.wait(PATIENCE)
        if answer in (SILENCE, HANG_UP):
            return False
        talk.write(answer + b"\r\n")
        talk.flush()
        return about != QUIT


@contextmanager
def served(settings, **answers):
    server = Server(**answers)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 0.2 if SILENCE in answers.values() else PATIENCE
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    try:
        yield server
    finally:
        server.done.set()
        server.listening.close()
        server.join(PATIENCE)
        assert not server.is_alive()


def letter(**values):
    return EmailMessage(**{"subject": "Итог", "body": "Текст", "to": ["anna@example.com"], **values})


def test_letter_is_taken_over(settings):
    with served(settings) as server:
        post.deliver(letter())

    assert [b"To: anna@example.com" in text for text in server.letters] == [True]


@pytest.mark.parametrize("farewell", [HANG_UP, SILENCE, b"500 what?"])
def test_quarrel_about_the_farewell_changes_nothing(settings, farewell):
    with served(settings, QUIT=farewell) as server:
        post.deliver(letter())

    assert len(server.letters) == 1


@pytest.mark.parametrize(
    ("answers", "said", "for_good"),
    [
        ({"CONNECT": b"554 no"}, "SMTPConnectError 554", False),
        ({"CONNECT": b"421 busy"}, "SMTPConnectError 421", False),
        ({"CONNECT": HANG_UP}, "SMTPServerDisconnected", False),
        ({"CONNECT": SILENCE}, "SMTPServerDisconnected", False),
        ({"MAIL": b"550 not you"}, "SMTPSenderRefused 550", False),
        ({"MAIL": HANG_UP}, "SMTPServerDisconnected", False),
        ({"MAIL": SILENCE}, "SMTPServerDisconnected", False),
        ({"RCPT": b"550 anna@example.com is unknown"}, "SMTPRecipientsRefused 550", True),
        ({"RCPT": b"450 anna@example.com: later"}, "SMTPRecipientsRefused 450", False),
        ({"RCPT": HANG_UP}, "SMTPServerDisconnected", False),
        ({"DATA": b"451 later"}, "SMTPDataError 451", False),
        ({".": b"554 spam"}, "SMTPDataError 554", False),
        ({".": b"451 full"}, "SMTPDataError 451", False),
    ],
)
def test_letter_that_the_server_did_not_take(settings, answers, said, for_good):
    with served(settings, **answers) as server, pytest.raises(post.NotAccepted) as caught:
        post.deliver(letter())

    assert (str(caught.value), caught.value.for_good) == (said, for_good)
    assert caught.value.__cause__ is None
    assert server.letters == []


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE])
def test_letter_of_which_nobody_knows_is_not_called_refused(settings, answer):
    with served(settings, **{".": answer}) as server, pytest.raises(post.Unknown) as caught:
        post.deliver(letter())

    assert str(caught.value) == "SMTPServerDisconnected"
    assert len(server.letters) == 1


def test_letter_without_a_server_is_not_accepted(settings):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    with pytest.raises(post.NotAccepted) as caught:
        post.deliver(letter())

    assert (str(caught.value), caught.value.for_good) == ("ConnectionRefusedError", False)


@pytest.mark.parametrize("values", [{"subject": "Итог\nBcc: all@example.com"}, {"to": ["a@b.c\nd@e.f"]}])
def test_letter_with_a_forged_header_is_not_sent(values):
    with pytest.raises(post.NotAccepted, match=r"\ABadHeaderError\Z"):
        post.deliver(letter(**values))

    assert mail.outbox == []


def test_backend_that_breaks_off_leaves_it_open(monkeypatch):
    """Files and consoles tell nothing of what they have written by then."""

    def full(*args):
        raise OSError("no space left: /var/mail/anna@example.com")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", full)

    with pytest.raises(post.Unknown, match=r"\AOSError\Z"):
        post.deliver(letter())
