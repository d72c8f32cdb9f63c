"""What a manager keeps to ask again."""

from django.db import transaction

from certification.actions.refused import Refused
from certification.models import SavedFilter, User
from certification.models.saved_filters import LONGEST_QUERY

MOST = 20  # of one person


@transaction.atomic
def keep(name: str, query: str, *, by: int) -> SavedFilter:
    """Keep this query string under a name. Refuses one that is too long (`long`), a name that they have
    (`taken`), and too many (`full`).
    """
    if len(query) > LONGEST_QUERY:
        raise Refused("long")
    User.objects.select_for_update(no_key=True).get(pk=by)  # so that two at once do not exceed the limit
    own = SavedFilter.objects.filter(user=by)
    if own.filter(name=name).exists():
        raise Refused("taken")
    if own.count() >= MOST:
        raise Refused("full")
    return SavedFilter.objects.create(user_id=by, name=name, query=query)


def forget(filter_id: int, *, by: int) -> None:
    """No more of it; once it is gone, nothing."""
    SavedFilter.objects.filter(user=by, pk=filter_id).delete()
