"""Fills an empty scratch database: the bank, the exams and so many candidates.

`python -m bench.prepare 30`, with DATABASE_URL in the environment.
"""

import sys

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from bench.sitting import PASSWORD, email


def main(people: int) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    user_model = get_user_model()
    if user_model.objects.exists():
        sys.exit("This database has people already: it is no scratch database.")
    call_command("seed", verbosity=0)
    partner = apps.get_model("certification", "Partner").objects.create(name="Вектор", kind="consultant")
    password = make_password(PASSWORD)  # one hash for all: it is the check that costs, at each sign-in
    candidates = user_model.objects.bulk_create(
        user_model(email=email(number), name="Мария Лебедева", partner=partner, password=password)
        for number in range(people)
    )
    address_model = apps.get_model("account", "EmailAddress")
    address_model.objects.bulk_create(
        address_model(user=candidate, email=candidate.email, verified=True, primary=True)
        for candidate in candidates
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
