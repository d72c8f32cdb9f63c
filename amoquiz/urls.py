from allauth.account.decorators import secure_admin_login
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

# Administrators sign in where everybody does, under the same limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# allauth leaves this unsaid of the page by which one signs in with a passkey.
login_not_required(login_webauthn)

# Django's own page in the admin would take guesses at the password without a limit.
change_password = admin.site.admin_view(RedirectView.as_view(url=reverse_lazy("account_change_password")))

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/password_change/", change_password),
    path("admin/", admin.site.urls),
    path("", include("certification.urls")),
]

handler400 = "certification.views.errors.bad_request"
handler403 = "certification.views.errors.forbidden"
handler404 = "certification.views.errors.not_found"
handler500 = "certification.views.errors.server_error"
