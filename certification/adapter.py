from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are let in by somebody who knows them; nobody signs themselves up."""
        return False
