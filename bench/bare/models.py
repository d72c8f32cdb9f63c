from django.conf import settings
from django.db import models


class Question(models.Model):
    """Its text and its options."""

    text = models.TextField()
    options = models.JSONField()


class Sitting(models.Model):
    """One exam of one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    finished = models.BooleanField(default=False)


class Answer(models.Model):
    """What one sitting says to one question: a row that a save updates."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE)
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    chosen = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "position"], name="bare_position_once")]
