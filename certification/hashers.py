from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idPasswordHasher(Argon2PasswordHasher):
    """Argon2id at 46 MiB, one pass, one lane: OWASP's first choice, about 43 ms of CPU a sign-in.

    A burst of sign-ins is the peak of an exam day; Django's defaults cost several times as much.
    """

    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1
