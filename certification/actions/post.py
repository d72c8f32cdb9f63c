"""Gives one letter to the mail server, and tells what is known of it afterwards."""

import contextlib
from smtplib import SMTP, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMessage, get_connection


class NotAccepted(Exception):
    """The server did not take it: it may be given again. `for_good`: it never will, for this address."""

    def __init__(self, error: Exception) -> None:
        super().__init__(short(error))
        self.for_good = isinstance(error, SMTPRecipientsRefused) and min(codes(error)) >= 500


class Unknown(Exception):
    """The talk broke off when the letter was begun: it may be on its way, so it is not given again."""

    def __init__(self, error: Exception) -> None:
        super().__init__(short(error))


def deliver(message: EmailMessage) -> None:
    """Return once the server has taken the letter over; raises NotAccepted or Unknown."""
    connection = get_connection()
    try:
        # What is wrong with the text shows before anything is sent.
        message.message().as_bytes()
        connection.open()
    except Exception as error:  # noqa: BLE001  nothing is sent yet, whatever is wrong
        raise NotAccepted(error) from None
    begun = watched(connection)
    try:
        connection.send_messages([message])
    except Exception as error:  # noqa: BLE001  whatever is wrong, it is known or not what became of it
        if isinstance(error, SMTPResponseException | SMTPRecipientsRefused) or not begun:
            raise NotAccepted(error) from None
        raise Unknown(error) from None
    finally:
        # It is taken over, or not: a quarrel about the farewell changes nothing.
        with contextlib.suppress(OSError):
            connection.close()


def watched(connection: Any) -> list[bool]:
    """Is filled as soon as the letter itself goes over the line; at once where that cannot be seen."""
    smtp = getattr(connection, "connection", None)
    if not isinstance(smtp, SMTP):
        return [True]
    begun: list[bool] = []
    send = smtp.data

    def data(text: Any) -> Any:
        begun.append(True)
        return send(text)

    smtp.data = data  # type: ignore[method-assign, assignment]
    return begun


def codes(error: BaseException) -> list[int]:
    """What the server answered, by number."""
    if isinstance(error, SMTPRecipientsRefused):
        return [code for code, _sentence in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, SMTPResponseException) else []


def short(error: BaseException) -> str:
    """The class and the server's codes: its sentences may carry addresses, and ours a link."""
    return " ".join([type(error).__name__, *map(str, codes(error))])
