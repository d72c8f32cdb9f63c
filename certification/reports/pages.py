"""Long lists a page at a time, each page sought by the row at which the last one ended.

Unlike an offset, which reads all that it leaves out, the thousandth page costs as much as the first, and
nothing is shown twice or left out because rows were added meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

ROWS = 50  # on one page of a list
MOST_COUNTED = 10_000
BATCH = 1_000

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list. `first`, `last`: their numbers in it, as far as the links told; `total`: of all,
    or MOST_COUNTED where it `is_many`; `after`, `before`: tokens of the pages next to it, "" where none is.
    """

    rows: list[M]
    first: int
    last: int
    total: int
    is_many: bool
    after: str
    before: str

    @property
    def has_others(self) -> bool:
        return bool(self.after or self.before)


@dataclass(frozen=True, slots=True)
class Key:
    """One of the columns by which a list is ordered; NULL comes last in either direction."""

    path: str
    is_falling: bool
    field: "Field[Any, Any]"
    is_nullable: bool

    @property
    def alias(self) -> str:
        """Under which a row tells its value; a column of another table is read along with the row."""
        return f"key_{self.path}" if "__" in self.path else self.path

    def plain(self, *, backwards: bool) -> OrderBy:
        """Among rows that all have it, or none."""
        return F(self.path).desc() if self.is_falling != backwards else F(self.path).asc()

    def ordered(self, *, backwards: bool) -> OrderBy:
        is_falling = self.is_falling != backwards
        place: dict[str, bool] = {}
        if self.is_nullable:
            place = {"nulls_first": True} if backwards else {"nulls_last": True}
        return F(self.path).desc(**place) if is_falling else F(self.path).asc(**place)

    def same(self, value: object) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: object, *, backwards: bool) -> Q | None:
        """Further on than `value`; None where nothing can be."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        further = Q(**{f"{self.path}__{'lt' if self.is_falling != backwards else 'gt'}": value})
        if self.is_nullable and not backwards:
            further |= Q(**{f"{self.path}__isnull": True})
        return further

    def bound(self, value: object, *, backwards: bool) -> Q:
        """Where everything from `value` on lies that has a value: what an index can find by itself."""
        return Q(**{f"{self.path}__{'lte' if self.is_falling != backwards else 'gte'}": value})

    def parsed(self, written: object) -> object:
        return None if written is None else self.field.to_python(written)


class Order(Generic[M]):
    """A list in its order. `names` are lookups, with a - where it falls; the key of the table comes last."""

    def __init__(self, rows: QuerySet[M], names: Sequence[str]) -> None:
        self.keys = [key_of(rows, name) for name in names]
        if not any(key.path in ("pk", "id") for key in self.keys):
            falls = bool(self.keys) and self.keys[-1].is_falling
            self.keys.append(key_of(rows, "-pk" if falls else "pk"))
        joined = {key.alias: F(key.path) for key in self.keys if key.alias != key.path}
        self.rows = rows.order_by().annotate(**joined)
        label = rows.model._meta.label_lower
        self.signer = Signer(salt=".".join(["certification.pages", label, *names]))

    def fetched(self, position: Sequence[Any] | None, *, most: int, backwards: bool = False) -> list[M]:
        """The rows next to this position, in their order; all of them are in memory."""
        found: list[M] = []
        for part in self.parts(position, backwards=backwards):
            if len(found) < most:
                found += part[: most - len(found)]
        return found[::-1] if backwards else found

    def parts(self, position: Sequence[Any] | None, *, backwards: bool) -> Iterator[QuerySet[M]]:
        """The rows beyond this position, those with and those without the first column apart: PostgreSQL
        finds them in its index, which has NULL at the other end.
        """
        first, *others = self.keys
        rows = self.rows
        if position is not None:
            rows = rows.filter(self.beyond(position, backwards=backwards))
        rest = [key.ordered(backwards=backwards) for key in others]
        if not first.is_nullable:
            if position is not None:
                rows = rows.filter(first.bound(position[0], backwards=backwards))
            yield rows.order_by(first.plain(backwards=backwards), *rest)
            return
        known = rows.filter(**{f"{first.path}__isnull": False})
        if position is not None and position[0] is not None:
            known = known.filter(first.bound(position[0], backwards=backwards))
        parts = [known.order_by(first.plain(backwards=backwards), *rest)]
        parts.append(rows.filter(**{f"{first.path}__isnull": True}).order_by(*rest))
        if backwards:
            parts.reverse()
        # Nothing without it lies before a row with it, and nothing with it after a row without.
        if position is not None and (position[0] is None) != backwards:
            del parts[0]
        yield from parts

    def beyond(self, position: Sequence[Any], *, backwards: bool) -> Q:
        found, so_far = Q(pk__in=()), Q()
        for key, value in zip(self.keys, position, strict=True):
            further = key.beyond(value, backwards=backwards)
            if further is not None:
                found |= so_far & further
            so_far &= key.same(value)
        return found

    def position(self, row: M) -> list[Any]:
        return [getattr(row, key.alias) for key in self.keys]

    def token(self, row: M, number: int) -> str:
        """Of this row, the `number`-th of the list."""
        values = [
            value if value is None or isinstance(value, int | str) else str(value)
            for value in self.position(row)
        ]
        return self.signer.sign_object([number, *values])

    def read(self, token: str) -> tuple[int, list[object]] | None:
        """What `token` holds; None if it is not one of this order."""
        try:
            number, *values = self.signer.unsign_object(token)
            position = [key.parsed(value) for key, value in zip(self.keys, values, strict=True)]
        except (BadSignature, ValidationError, ValueError, TypeError):
            return None
        return number, position


def key_of(rows: QuerySet[Any], name: str) -> Key:
    path = name.removeprefix("-")
    annotation = rows.query.annotations.get(path)
    if annotation is not None:
        field = cast("Field[Any, Any]", getattr(annotation, "output_field"))  # noqa: B009  for mypy
        return Key(path, name.startswith("-"), field, is_nullable=True)
    model, is_nullable = rows.model, False
    *parents, last = path.split("__")
    for parent in parents:
        relation = cast("Field[Any, Any]", model._meta.get_field(parent))
        is_nullable |= relation.null
        model = cast("type[Model]", relation.related_model)
    field = cast("Field[Any, Any]", model._meta.pk if last == "pk" else model._meta.get_field(last))
    return Key(path, name.startswith("-"), field, is_nullable=is_nullable or field.null)


def turn(
    rows: QuerySet[M], order: Sequence[str], *, after: str = "", before: str = "", most: int | None = None
) -> Page[M]:
    """The page of this list `after` or `before` a row; the first one where the token is none of its own, or
    leads to nothing. Two queries, one where the list has no more than a page.
    """
    most = ROWS if most is None else most
    listed = Order(rows, order)
    if found := listed.read(after):
        number, position = found
        shown = listed.fetched(position, most=most + 1)
        if shown:
            return page(listed, shown[:most], number + 1, is_last=len(shown) <= most)
    elif found := listed.read(before):
        number, position = found
        shown = listed.fetched(position, most=most + 1, backwards=True)
        if len(shown) > most:  # else the first page would be a short one
            return page(listed, shown[1:], number - most, is_last=False)
    shown = listed.fetched(None, most=most + 1)
    return page(listed, shown[:most], 1, is_last=len(shown) <= most, is_first=True)


def page(listed: Order[M], rows: list[M], first: int, *, is_last: bool, is_first: bool = False) -> Page[M]:
    total = len(rows) if is_first and is_last else listed.rows.order_by()[: MOST_COUNTED + 1].count()
    is_many = total > MOST_COUNTED
    if is_last and not is_many:
        first = total - len(rows) + 1
    first = max(first, 1)
    last = first + len(rows) - 1
    return Page(
        rows=rows,
        first=first if rows else 0,
        last=last if rows else 0,
        total=min(total, MOST_COUNTED),
        is_many=is_many,
        after="" if is_last else listed.token(rows[-1], last),
        before="" if is_first else listed.token(rows[0], first),
    )


def batches(rows: QuerySet[M], order: Sequence[str], *, size: int | None = None) -> Iterator[list[M]]:
    """All of these rows in their order, so many at a time. Between two of them no query is open: on SQLite
    one that is would keep every commit waiting.
    """
    size = BATCH if size is None else size
    listed = Order(rows, order)
    batch = listed.fetched(None, most=size)
    while batch:
        yield batch
        batch = listed.fetched(listed.position(batch[-1]), most=size) if len(batch) == size else []
