"""How many certified people a company has of those it needs, in every place that tells it."""

import pytest
from django.urls import reverse

from certification.states import Role
from tests.addresses import signed_in
from tests.certified import certificate
from tests.factories import PartnerFactory, UserFactory
from tests.pages import read, words

pytestmark = pytest.mark.django_db

OF = "%(certified)s of %(needed)s"


@pytest.mark.parametrize(("people", "told"), [(1, OF), (2, OF), (3, "%(certified)s, %(needed)s needed")])
def test_more_than_are_needed_are_no_part_of_them(office, manager, people, told):
    company = PartnerFactory(certified_needed=2, manager=manager)
    leading = signed_in(UserFactory(role=Role.LEAD, partner=company))
    for _person in range(people):
        certificate(UserFactory(partner=company))

    pages = [
        leading.get(reverse("company")),
        office.get(reverse("manage_partner", args=[company.pk])),
        office.get(reverse("manage_partners")),
    ]

    said = words(told, certified=people, needed=2)
    assert [said in read(page).text for page in pages] == [True] * 3
