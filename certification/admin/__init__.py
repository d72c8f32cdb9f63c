from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from certification.admin import agreements, bank, certificates, exams, notices, people, records

__all__ = ["agreements", "bank", "certificates", "exams", "notices", "people", "records"]

admin.site.site_header = "amoquiz"
admin.site.site_title = "amoquiz"
admin.site.index_title = _("Bank, exams, people")
