from datetime import timedelta

from django.db import migrations
from django.db.models import F


def backfill(apps, schema_editor):
    """Until now an attempt lasted just as long as its exam: no allowance and no window changed that."""
    Attempt = apps.get_model("certification", "Attempt")
    by_length = Attempt.objects.annotate(length=F("deadline") - F("started_at"))
    for length in by_length.order_by().values_list("length", flat=True).distinct():
        same = by_length.filter(length=length)
        same.update(minutes=max(round(length / timedelta(minutes=1)), 1))


class Migration(migrations.Migration):
    dependencies = [("certification", "0003_engine")]

    operations = [migrations.RunPython(backfill, migrations.RunPython.noop)]
