from django.db import migrations, models


def fill_searched(apps, schema_editor):
    """What questions are found by, of those that there are already."""
    Question = apps.get_model("certification", "Question")
    for question in Question.objects.prefetch_related("options").order_by("pk"):
        options = sorted(question.options.all(), key=lambda option: option.position)
        words = (question.number, question.text, *(option.text for option in options), question.explanation)
        searched = "\n".join(words).lower().replace("ё", "е")
        Question.objects.filter(pk=question.pk).update(searched=searched)


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0014_notes_handled"),
    ]

    operations = [
        migrations.AddField(
            model_name="exam",
            name="leaves_out_stale",
            field=models.BooleanField(
                default=False,
                help_text="A question whose day to be looked at again has passed is not drawn.",
                verbose_name="leaves out what is stale",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="checked_on",
            field=models.DateField(blank=True, null=True, verbose_name="compared with its source on"),
        ),
        migrations.AddField(
            model_name="question",
            name="review_by",
            field=models.DateField(
                blank=True,
                help_text="After that day it counts as stale. Empty: never.",
                null=True,
                verbose_name="look at it again by",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="searched",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="question",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Where its facts can be looked up: an address, a document, a screen of the product.",
                max_length=300,
                verbose_name="source",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_on__isnull", True),
                    ("review_by__isnull", True),
                    ("review_by__gt", models.F("checked_on")),
                    _connector="OR",
                ),
                name="question_review_after_check",
                violation_error_message="A question is looked at again after the day of its check.",
            ),
        ),
        migrations.RunPython(fill_searched, migrations.RunPython.noop),
    ]
