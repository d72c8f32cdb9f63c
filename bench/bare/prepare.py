"""Fills an empty scratch database of the bare project: `python -m bench.bare.prepare 30`."""

import sys

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from bench.sitting import PASSWORD, QUESTIONS, email


def main(people: int) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # our tables point at those of the first
    user_model = get_user_model()
    password = make_password(PASSWORD)
    user_model.objects.bulk_create(
        user_model(username=email(number), first_name="Мария Лебедева", password=password)
        for number in range(people)
    )
    question_model = apps.get_model("bare", "Question")
    question_model.objects.bulk_create(
        question_model(
            text=f"Вопрос {number}: что увидит сотрудник, если руководитель изменит права его группы?",
            options=[f"Вариант {letter}: всё как прежде, пока он не войдёт снова" for letter in "АБВГ"],
        )
        for number in range(1, QUESTIONS + 1)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
