"""The people of the demo. Their password stands in the README, so checks refuse them elsewhere."""

from certification.states import Role

PASSWORD = "amoquiz-demo"  # noqa: S105  known to everybody on purpose
PEOPLE = {
    "partner@example.com": ("Мария Лебедева", Role.CANDIDATE),
    "lead@example.com": ("Олег Соколов", Role.LEAD),
    "manager@example.com": ("Ирина Васильева", Role.MANAGER),
    "admin@example.com": ("Анна Кузнецова", Role.ADMIN),
}
EMAILS = tuple(PEOPLE)
