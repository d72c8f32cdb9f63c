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
        ("certification", "0009_out_of_sight"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="event",
            name="event_kind_known",
        ),
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
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("attempt_started", "attempt started"),
                    ("attempt_submitted", "attempt finished by the candidate"),
                    ("attempt_expired", "attempt finished when time ran out"),
                    ("attempt_extended", "attempt extended"),
                    ("attempt_voided", "attempt voided"),
                    ("attempt_reopened", "attempt reopened"),
                    ("allowance_granted", "allowance granted"),
                    ("allowance_withdrawn", "allowance withdrawn"),
                    ("certificate_issued", "certificate issued"),
                    ("certificate_revoked", "certificate revoked"),
                    ("agreement_accepted", "agreement accepted"),
                    ("invitation_sent", "invitation sent"),
                    ("invitation_resent", "invitation sent anew"),
                    ("invitation_revoked", "invitation revoked"),
                    ("invitation_accepted", "invitation accepted"),
                    ("person_moved", "person moved to another company"),
                    ("person_deactivated", "person may not sign in any more"),
                    ("person_reactivated", "person may sign in again"),
                    ("role_changed", "role changed"),
                    ("sight_changed", "companies that a manager sees changed"),
                    ("question_revised", "question revised"),
                    ("question_sent_to_review", "question sent to review"),
                    ("question_sent_back", "question sent back to its author"),
                    ("question_published", "question published"),
                    ("question_retired", "question retired"),
                    ("question_checked", "question compared with its source"),
                ],
                max_length=40,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "attempt_started",
                            "attempt_submitted",
                            "attempt_expired",
                            "attempt_extended",
                            "attempt_voided",
                            "attempt_reopened",
                            "allowance_granted",
                            "allowance_withdrawn",
                            "certificate_issued",
                            "certificate_revoked",
                            "agreement_accepted",
                            "invitation_sent",
                            "invitation_resent",
                            "invitation_revoked",
                            "invitation_accepted",
                            "person_moved",
                            "person_deactivated",
                            "person_reactivated",
                            "role_changed",
                            "sight_changed",
                            "question_revised",
                            "question_sent_to_review",
                            "question_sent_back",
                            "question_published",
                            "question_retired",
                            "question_checked",
                        ],
                    )
                ),
                name="event_kind_known",
                violation_error_message="Choose one of the kinds of event.",
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
