"""Every setting of the site, read from the environment and safe by default.

Unsafe values (a known secret key, any host, mail kept on disk) exist only under DEBUG=1, which `manage.py demo` sets.
A wrong value stops the start with a sentence that says which one it is and how to mend it.
"""

import re
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from hub import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _flag(name: str, default: bool = False) -> bool:
    value = env.str(name, default="1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")


DEBUG = _flag("DEBUG")

# --- Where the site writes -------------------------------------------------------------------------------------------
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=VAR_DIR):
        pass
except OSError as error:
    raise ImproperlyConfigured(
        f"VAR_DIR is {VAR_DIR}, which cannot be written ({error.strerror}). Name a folder that the site may write."
    ) from error

# --- Secrets and addresses -------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="only-for-a-demo-on-your-own-machine" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it to a long random text, or DEBUG=1 on your own machine.")
if not DEBUG and len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short to be safe. Use at least 50 random characters.")

SITE_URL = env.str("SITE_URL", default="http://localhost:8000" if DEBUG else "").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}. Set it to the address of the site, such as https://hub.example."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [_site.hostname])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies of ours stand in front. Only then is X-Forwarded-For believed, and only that far.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "hub",
    "hub.notifications",
    "hub.charts",
    "community.apps.CommunityConfig",
    "practice",
    "search",
    "community.apps.UsersConfig",  # wagtail.users with our own fields
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.search",
    "hub.wagtail_admin.QuietAdminConfig",  # wagtail.admin
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_prose_editor",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

# Whole pages for visitors stand first (hub/pagecache.py): an answer from memory passes nothing else.
# By what the pages of people who are signed in may be kept for others too (hub.readers).
READS_AS = "community.sight.reads_as"
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=64)
MIDDLEWARE = [
    "search.clicks.OpenedMiddleware",
    "hub.pagecache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.logs.RequestLogMiddleware",
    "hub.limits.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "community.second_step.SecondStepMiddleware",
    "community.slips.SlipsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hub.policy.PolicyMiddleware",
    "hub.errors.RefusedMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("hub.errors.OwnPagesMiddleware")
# MAINTENANCE=1 closes the door: 503 to all but health checks and static files (hub/maintenance.py).
if _flag("MAINTENANCE"):
    MIDDLEWARE.insert(0, "hub.maintenance.MaintenanceMiddleware")

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
FORM_RENDERER = "hub.forms.Renderer"

# --- Database --------------------------------------------------------------------------------------------------------
try:
    _database = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'hub.sqlite3'}")
except (ValueError, ImproperlyConfigured) as error:
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read. Write it as postgres://user:password@host:5432/name, or leave it out for SQLite."
    ) from error
if "sqlite" in _database["ENGINE"]:
    # Without IMMEDIATE, concurrent writers fail at once instead of waiting (6 of 400 creates survived; with it, 400).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
# Opening SQLite's file and telling it Django's functions takes a millisecond: more than most pages.
_database.setdefault("CONN_MAX_AGE", 60)
DATABASES = {"default": _database}

# --- Search ----------------------------------------------------------------------------------------------------------
# Without ELASTICSEARCH_URL the embedded engine keeps its index under VAR_DIR. With it, the worker delivers changes.


def _elasticsearch() -> dict[str, Any]:
    urls = [url.strip().rstrip("/") for url in env.list("ELASTICSEARCH_URL", default=[]) if url.strip()]
    for url in urls:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port and not parts.path
        except ValueError:
            usable = False
        if not usable:
            raise ImproperlyConfigured(
                "ELASTICSEARCH_URL cannot be read. Write it as https://host:9200, several with commas between them."
            )
        if parts.username or parts.password:
            raise ImproperlyConfigured(
                "ELASTICSEARCH_URL has a name or password in it. Put them into ELASTICSEARCH_USER and "
                "ELASTICSEARCH_PASSWORD, or a key into ELASTICSEARCH_API_KEY."
            )
    given = {name: env.str(f"ELASTICSEARCH_{name.upper()}", default="") for name in ("api_key", "user", "password")}
    if bool(given["user"]) != bool(given["password"]) or (given["api_key"] and given["user"]):
        raise ImproperlyConfigured(
            "ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD belong together, and ELASTICSEARCH_API_KEY stands alone."
        )
    ca_file = env.str("ELASTICSEARCH_CA_FILE", default="")
    if ca_file and not (Path(ca_file).is_file() and all(url.startswith("https://") for url in urls)):
        raise ImproperlyConfigured(
            f"ELASTICSEARCH_CA_FILE is {ca_file}. Name a file that is there, and write ELASTICSEARCH_URL with https."
        )
    prefix = env.str("ELASTICSEARCH_INDEX", default="worth-repeating")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,60}", prefix):
        raise ImproperlyConfigured(f"ELASTICSEARCH_INDEX is {prefix!r}. Use small letters, digits and hyphens.")
    return {"urls": tuple(urls), "prefix": prefix, "ca_file": ca_file, **given} if urls else {}


ELASTICSEARCH = _elasticsearch()

# The folder of a model that says what is near in meaning (README.md). Empty: search by words alone.
MEANING_MODEL_DIR = env.str("MEANING_MODEL_DIR", default="").strip()
if MEANING_MODEL_DIR and not Path(MEANING_MODEL_DIR).is_dir():
    raise ImproperlyConfigured(
        f"MEANING_MODEL_DIR is {MEANING_MODEL_DIR}, which is no folder. Name the folder of a model, or leave it out."
    )

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "community.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "community.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "community.forms.signup.JoinForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_FORMS = {
    "login": "community.forms.account.LoginForm",
    "signup": "community.forms.account.SignupForm",
    "add_email": "community.forms.account.AddEmailForm",
    "change_password": "community.forms.account.ChangePasswordForm",
    "set_password": "community.forms.account.SetPasswordForm",
    "reset_password": "community.forms.account.ResetPasswordForm",
    "reset_password_from_key": "community.forms.account.ResetPasswordKeyForm",
    "reauthenticate": "community.forms.account.ReauthenticateForm",
    "request_login_code": "community.forms.account.RequestLoginCodeForm",
    "confirm_login_code": "community.forms.account.ConfirmLoginCodeForm",
}
# A whole council sits behind one address: loose for an address (ip), tight for an account or a mail address (key).
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/10m/ip,5/5m/key",
    "signup": "60/10m/ip",
    "reset_password": "60/10m/ip,5/h/key",
    "request_login_code": "60/10m/ip,5/h/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/h/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT

# A second step at sign-in: an authenticator app, a passkey or a security key, and recovery codes.
MFA_ADAPTER = "community.adapters.SecondStepAdapter"
# Nobody signs in before they have confirmed their address; so those with a second step may change it, as all may.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Worth Repeating"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_FORMS = {
    "authenticate": "community.forms.account.AuthenticateForm",
    "reauthenticate": "community.forms.account.CodeAgainForm",
    "activate_totp": "community.forms.account.ActivateTOTPForm",
    "add_webauthn": "community.forms.account.AddWebAuthnForm",
    "edit_webauthn": "community.forms.account.EditWebAuthnForm",
}
# Editors and administrators read and change everything: without a second step they get no further than setting one up.
REQUIRE_MFA_FOR_EDITORS = _flag("REQUIRE_MFA_FOR_EDITORS", default=not DEBUG)

# Single sign-on of councils, by OpenID Connect. OIDC_PROVIDERS names them, such as "ambleford,brockhaven"; without it,
# it is off. Each needs OIDC_<NAME>_ISSUER (https://login.ambleford.example/tenant), _CLIENT_ID, _CLIENT_SECRET, _TITLE
# (on the button) and _DOMAINS (ambleford.gov.example): the provider is believed for addresses of those domains and no
# others, and only such an address, confirmed here too, links to an account that exists.
# The provider must allow the redirect to SITE_URL/account/oidc/<name>/login/callback/.
SOCIALACCOUNT_ADAPTER = "community.adapters.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # everybody agrees to the ground rules
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_FORMS = {"signup": "community.forms.account.SocialSignupForm"}


def _provider(name: str) -> dict[str, Any]:
    def value(key: str) -> str:
        variable = f"OIDC_{name.upper().replace('-', '_')}_{key}"
        found = env.str(variable, default="").strip()
        if not found:
            raise ImproperlyConfigured(f"OIDC_PROVIDERS names {name}, but {variable} is not set.")
        return found

    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ImproperlyConfigured(f"OIDC_PROVIDERS has {name!r}. Use small letters, digits and hyphens.")
    issuer = value("ISSUER").rstrip("/")
    if not issuer.startswith("https://") and not DEBUG:
        raise ImproperlyConfigured(f"The issuer of {name} is {issuer}. It must begin with https://.")
    domains = [domain.strip().lower().lstrip("@") for domain in value("DOMAINS").split(",") if domain.strip()]
    return {
        "provider_id": name,
        "name": value("TITLE"),
        "client_id": value("CLIENT_ID"),
        "secret": value("CLIENT_SECRET"),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "verified_email": domains},
    }


SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [_provider(name.strip()) for name in env.list("OIDC_PROVIDERS", default=[]) if name.strip()]
    }
}

# --- Wagtail ---------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Worth Repeating"
WAGTAIL_FINISH_WORKFLOW_ACTION = "practice.finishing.publish_reviewed"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "hub.Picture"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILREDIRECTS_AUTO_CREATE = False
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
# Who sees a page is decided by access.py alone: a password on a page would be a second door.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_COMMENTS_ENABLED = False  # a facilitator writes a note on the website; comments would send mail
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Words, files, mail, tasks ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
# The nation whose bank holidays are no working days.
BANK_HOLIDAYS_OF = env.str("BANK_HOLIDAYS_OF", default="ENG").strip().upper()
if BANK_HOLIDAYS_OF not in (_nations := ("ENG", "NIR", "SCT", "WLS")):
    raise ImproperlyConfigured(f"BANK_HOLIDAYS_OF is {BANK_HOLIDAYS_OF!r}. Set it to one of {', '.join(_nations)}.")
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
# Files that people gave are never served from here by the web server: every one passes a view that asks access.py.
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Asked about every file that people give, with the name of the file behind it: 0 lets it pass, 1 refuses it.
SCAN_COMMAND = shlex.split(env.str("SCAN_COMMAND", default=""))
if SCAN_COMMAND and not shutil.which(SCAN_COMMAND[0]):
    raise ImproperlyConfigured(f"SCAN_COMMAND begins with {SCAN_COMMAND[0]!r}, which is no program here. Name one.")
# Set where nginx serves MEDIA_ROOT under an `internal` location: Django then decides, and nginx sends the bytes.
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Worth Repeating <no-reply@{_site.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 10
if "EMAIL_URL" in env.ENVIRON:
    vars().update(env.email_url("EMAIL_URL"))
elif DEBUG:
    EMAIL_BACKEND = "hub.mailbox.backend.KeepingBackend"
else:
    raise ImproperlyConfigured("EMAIL_URL is not set. Name the mail server, such as smtp+tls://user:password@host:587.")

TASKS = {
    "default": {
        # With no worker running (demo, tests) tasks run at once; a deployment sets TASK_WORKER=1 and runs `db_worker`.
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if _flag("TASK_WORKER")
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

CACHES = {
    "default": env.cache_url("CACHE_URL")
    if "CACHE_URL" in env.ENVIRON
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}}
}

# --- Security --------------------------------------------------------------------------------------------------------
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https and not DEBUG and _flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
# The prefix keeps other names of the domain, and plain http, from setting these cookies.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if _https else ("sessionid", "csrftoken")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hub.errors.form_too_old"
X_FRAME_OPTIONS = "DENY"
# A form holds at most 2.5 MB of words; at most 11 files at once (ten and a picture) go to disk, and each view that
# takes some checks their size and what they are.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 11
LARGEST_REQUEST = 50_000_000
# Where a form may lead besides this site: the sign-in pages of councils, where those are not at their issuer's address.
SIGN_IN_ORIGINS = sorted(
    {
        *env.list("SIGN_IN_ORIGINS", default=[]),
        *(
            "://".join(urlsplit(council["settings"]["server_url"])[:2])
            for council in SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        ),
    }
)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=f"mailto:security@{_site.hostname}")

# --- Logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}. Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = logs.configuration(readable=DEBUG, level=LOG_LEVEL)
