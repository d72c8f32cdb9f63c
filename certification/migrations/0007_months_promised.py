from django.db import migrations
from django.db.models import OuterRef, Subquery


def let_promises_be_written(apps, schema_editor):
    """What was promised is not changed, holds a trigger; it is put back after every `migrate`, and on SQLite
    it is away meanwhile.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS attempt_promises_unchanged ON certification_attempt")


def promise(apps, schema_editor):
    """Until now a pass was worth what its exam was; whether a certificate, nobody has changed."""
    Attempt = apps.get_model("certification", "Attempt")
    Exam = apps.get_model("certification", "Exam")
    months = Exam.objects.filter(pk=OuterRef("exam"), gives_certificate=True).values("certificate_months")
    Attempt.objects.filter(certificate_months=None).update(certificate_months=Subquery(months[:1]))


class Migration(migrations.Migration):
    dependencies = [("certification", "0006_people_and_certificates")]

    operations = [
        migrations.RunPython(let_promises_be_written, migrations.RunPython.noop),
        migrations.RunPython(promise, migrations.RunPython.noop),
    ]
