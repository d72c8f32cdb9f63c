"""One file for every installation; what differs comes from the environment (deploy/README.md).

With no SECRET_KEY in the environment this is the demo: made up people with a known password,
loopback only, and a secret key of its own kept in var/.
"""

import contextlib
import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what this installation makes for itself; ignored by git
VAR_DIR.mkdir(exist_ok=True)

# Core settings

AMOQUIZ_DEMO = "SECRET_KEY" not in os.environ


def demo_secret_key() -> str:
    """The demo's own key, made at the first start.

    Written beside its place and then linked there: of two first processes one wins, and neither
    reads half a key.
    """
    path = VAR_DIR / "secret-key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = demo_secret_key() if AMOQUIZ_DEMO else env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if AMOQUIZ_DEMO else env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where the site is, as letters and certificates say it: scheme and host, without a slash at the end.
SITE_URL = env(
    "SITE_URL", default="http://localhost:8000" if AMOQUIZ_DEMO else f"https://{ALLOWED_HOSTS[0]}"
).rstrip("/")

INSTALLED_APPS = [
    "certification",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "certification.middleware.arrival",
    "certification.middleware.denied",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # above WhiteNoise, so that files carry the policy as well
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "certification.middleware.no_store",
    "certification.middleware.forget_at_sign_out",
    "certification.middleware.signed_out",
    "certification.middleware.session_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "certification.middleware.second_factor",
]

ROOT_URLCONF = "amoquiz.urls"
WSGI_APPLICATION = "amoquiz.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database

if "DATABASE_URL" in os.environ:
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "amoquiz.sqlite3"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Django's own mode begins a transaction as a reader, and the second of two savers then
    # fails with "database is locked"; a rollback journal, because the write-ahead log of the
    # SQLite that many systems ship can corrupt a database.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;",
    }
else:
    # The pool is psycopg's own; workers × max_size must stay below PostgreSQL's max_connections.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    options = DATABASES["default"].setdefault("OPTIONS", {})
    # Compiling a manager's query took up to four times as long as running it.
    options.setdefault("options", "-c jit=off")
    options["pool"] = {  # beside the URL's own, as sslmode
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=4),
        # Seconds. A pool that cannot connect waits twice as long each time, and everybody waits with
        # it: it gives up early, so that people hear 503 and the next request tries at once.
        "timeout": 3,
        "reconnect_timeout": 2,
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in limits are counted here, so that every process counts the same.
CACHES = {
    "default": {
        "BACKEND": "certification.caches.PatientCache",
        "LOCATION": "amoquiz_cache",
        # Far more than a burst of guesses: culling would forget counts that still hold.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Authentication

AUTH_USER_MODEL = "certification.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "certification.hashers.Argon2idPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "certification.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if AMOQUIZ_DEMO else "https"  # of the links in letters
ACCOUNT_CHANGE_EMAIL = True  # one address; the new one takes over once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
# By address generous, for a class signs in from one; by account strict, for that is whom a guesser wants.
# A try counts as failed until the password proved right, so a burst must fit into the failed ones as well.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "60/m/ip,5/300s/key",  # passwords and codes of every kind; the key is the account
    "reauthenticate": "10/300s/user",
    "change_password": "5/300s/user",
    "reset_password": "60/m/ip,5/300s/key",
    "reset_password_from_key": "60/m/ip",
    "manage_email": "10/300s/user",
    "confirm_email": "1/180s/key",
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key",  # not offered
    "change_phone": "1/m/user",  # not offered
    "verify_phone": "1/30s/key,3/m/ip",  # not offered
    "invitation": "120/m/ip",  # of the page behind a letter's link
    "invite": "60/10m/user",  # letters, or lists of them, that one person sends
    "verify": "60/m/ip",  # of the public pages of certificates
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

MFA_ADAPTER = "certification.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "amoquiz"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = AMOQUIZ_DEMO  # http://localhost
# Who is here was invited to their address. Without this nobody with a second factor could change it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}  # nothing there can be guessed

# In a team of one the author of a question may publish it; elsewhere a second person does.
TEAM_OF_ONE = env.bool("TEAM_OF_ONE", default=AMOQUIZ_DEMO)

# Sessions, cookies, headers

HTTPS = not AMOQUIZ_DEMO
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:  # a browser takes such a cookie from this host alone, over TLS, for all of the site
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7  # seconds; certification/sessions.py ends one earlier
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
# The load balancer's checks come by plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "certification.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes

# Language and time

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Moscow"

# Static files

STATIC_URL = "/static/"
# The demo serves files from where they lie, so that nothing has to be collected first.
STATIC_ROOT = None if AMOQUIZ_DEMO else VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if AMOQUIZ_DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = AMOQUIZ_DEMO

# E-mail

if "EMAIL_URL" in os.environ:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# Seconds that the mail server may keep us waiting, at each step: the other letters wait meanwhile.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="amoquiz@localhost")
# Whom people ask for help; shown at the foot of every page.
CONTACT_EMAIL = env("CONTACT_EMAIL", default="manager@example.com")

# Logging: who and what, never answers, passwords or tokens.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "certification.logs.InUTC",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"without_links": {"()": "certification.logs.WithoutLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_links"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "pymorphy3": {"level": "WARNING"},
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

# htmx injects a style and evaluates strings unless told not to; both offend the policy above.
HTMX_CONFIG = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "selfRequestsOnly": True,
    # An answer that cannot be comes back as a fragment that says why.
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
