"""Who may sign in, by what, and as what."""

import pytest

from certification.models import User
from certification.states import Role
from tests.factories import PartnerFactory, UserFactory


@pytest.mark.django_db
def test_a_user_is_created_in_lower_case_with_a_hashed_password():
    partner = PartnerFactory()
    user = User.objects.create_user("Anna@Example.COM", "correct horse", name="Анна", partner=partner)
    stored = User.objects.get()
    assert stored == user
    assert (stored.email, stored.name, stored.partner) == ("anna@example.com", "Анна", partner)
    assert (stored.role, stored.is_active) == (Role.CANDIDATE, True)
    assert "correct horse" not in stored.password
    assert stored.check_password("correct horse") is True
    assert stored.check_password("wrong horse") is False


@pytest.mark.django_db
def test_a_user_without_a_password_cannot_sign_in():
    user = User.objects.create_user("anna@example.com")
    assert user.has_usable_password() is False
    assert user.check_password("") is False


@pytest.mark.django_db
def test_a_superuser_is_an_administrator():
    User.objects.create_superuser("Admin@example.com", "correct horse", name="Админ")
    stored = User.objects.get()
    assert (stored.email, stored.role, stored.is_staff) == ("admin@example.com", Role.ADMIN, True)
    assert stored.check_password("correct horse") is True


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["anna@example.com", "Anna@Example.com", "ANNA@EXAMPLE.COM"])
def test_a_user_is_found_by_e_mail_in_any_case(typed):
    UserFactory(email="hanna@example.com")
    user = UserFactory(email="anna@example.com")
    assert User.objects.get_by_natural_key(typed) == user
    assert user.natural_key() == ("anna@example.com",)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nobody@example.com", "anna", "", None])
def test_nobody_is_found_by_another_e_mail(typed):
    UserFactory(email="anna@example.com")
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(typed)


@pytest.mark.parametrize(
    ("role", "is_active", "staff"),
    [
        *((role, True, role == Role.ADMIN) for role in Role),
        *((role, False, False) for role in Role),
    ],
)
def test_only_an_active_administrator_is_staff(role, is_active, staff):
    user = User(role=role, is_active=is_active)
    assert user.is_staff is staff
    assert user.has_perm("certification.change_question") is staff
    assert user.has_module_perms("certification") is staff


@pytest.mark.parametrize(
    ("name", "shown", "first"),
    [
        ("Мария Лебедева", "Мария Лебедева", "Мария"),
        ("Мария", "Мария", "Мария"),
        ("", "anna@example.com", ""),
    ],
)
def test_how_a_person_is_called(name, shown, first):
    user = User(email="anna@example.com", name=name)
    assert (str(user), user.get_short_name()) == (shown, first)
