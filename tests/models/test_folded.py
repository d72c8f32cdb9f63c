"""The folded name stands beside each name, by whatever way the name was written."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Upper

from certification.models import Attempt, Partner, User
from certification.models.folded import FoldedField
from tests.factories import PartnerFactory, UserFactory, started

pytestmark = pytest.mark.django_db

NAME, FOLDED = "ООО «Ёлка и Ко»", "ооо «елка и ко»"


def stored(row, column="name_folded"):
    return type(row).objects.values_list(column, flat=True).get(pk=row.pk)


@pytest.fixture
def partner():
    return PartnerFactory(name="Прежнее Имя")


def save_whole(row):
    row.name = NAME
    row.save()


def save_the_name(row):
    row.name = NAME
    row.save(update_fields=["name"])


def update(row):
    Partner.objects.filter(pk=row.pk).update(name=NAME)


def bulk_update(row):
    row.name = NAME
    Partner.objects.bulk_update([row], ["name"])


def update_or_create(row):
    Partner.objects.update_or_create(pk=row.pk, defaults={"name": NAME})


@pytest.mark.parametrize("write", [save_whole, save_the_name, update, update_or_create])
def test_folded_name_follows_the_name(partner, write):
    write(partner)

    assert stored(partner) == FOLDED


def test_folded_name_is_there_from_the_start():
    made = PartnerFactory(name=NAME)
    bulk = Partner.objects.bulk_create([Partner(name=f"{NAME} 2", kind=made.kind)])[0]
    person = UserFactory(name="Фёдор Шмелёв")
    attempt = started(person)

    assert (made.name_folded, stored(made), stored(bulk)) == (FOLDED, FOLDED, f"{FOLDED} 2")
    assert stored(person) == "федор шмелев"
    assert stored(attempt, "holder_name_folded") == "федор шмелев"


@pytest.mark.parametrize("update_fields", [["kind"], []])
def test_save_of_something_else_leaves_both(partner, update_fields):
    partner.name = NAME
    partner.save(update_fields=update_fields)

    assert (stored(partner, "name"), stored(partner)) == ("Прежнее Имя", "прежнее имя")


def test_name_that_only_the_database_knows_is_refused(partner):
    with pytest.raises(TypeError, match="must be str"):
        Partner.objects.update(name=Upper("name"))
    with pytest.raises(TypeError, match="must be str"), transaction.atomic():
        bulk_update(partner)

    assert stored(partner, "name") == "Прежнее Имя"


def test_name_written_past_the_models_is_refused():
    table = Partner._meta.db_table
    values = "VALUES (%s, '', 'consultant', 1)"
    statement = f"INSERT INTO {table} (name, name_folded, kind, certified_needed) {values}"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [NAME])


def test_validation_knows_the_folded_name(partner):
    partner.full_clean()
    Partner(name=NAME, kind=partner.kind).full_clean()
    User(email="a@example.com", name=NAME, password="x").full_clean()


def test_names_that_are_folded():
    found = {
        (model, field.source)
        for model in (Attempt, Partner, User)
        for field in model._meta.concrete_fields
        if isinstance(field, FoldedField)
    }

    assert found == {(Attempt, "holder_name"), (Partner, "name"), (User, "name")}
    assert all(
        issubclass(model, models.Model) and hasattr(model.objects.all(), "matching") for model, _ in found
    )


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("елка", True),
        ("ЁЛКА", True),
        ("«ёлка", True),
        ("ко»", True),
        ("%", False),
        ("_", False),
        ("к*", False),
    ],
)
def test_companies_are_found_by_name(word, found):
    PartnerFactory(name="Другая")
    partner = PartnerFactory(name=NAME)

    assert list(Partner.objects.matching(word)) == ([partner] if found else [])


@pytest.mark.parametrize("word", ["шмел", "ФЕДОР", "fedor+EXAM"])
def test_people_are_found_by_name_and_e_mail(word):
    UserFactory()
    person = UserFactory(name="Фёдор Шмелёв", email="fedor+exam@example.com")

    assert list(User.objects.matching(word)) == [person]


def test_names_are_sorted_as_in_a_dictionary():
    names = ["Юля", "ёлка", "Енот", "Жук", "елец", "Ежевика"]
    for name in names:
        PartnerFactory(name=name)

    assert [p.name for p in Partner.objects.all()] == ["Ежевика", "елец", "ёлка", "Енот", "Жук", "Юля"]
