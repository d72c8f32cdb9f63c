from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    # Does nothing where the table is there already.
    call_command("createcachetable", "amoquiz_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial")]

    operations = [migrations.RunPython(create_table, migrations.RunPython.noop, elidable=False)]
