# Every number that the advisor works with, and the defaults of its settings. `advisor check` prints them.
# Read by path (advisor/settings.py), never imported. What differs from machine to machine comes from the environment.

from datetime import timedelta as _timedelta

from advisor.engine.document import reading as _json_text
from advisor.engine.document import text as _text
from advisor.exchange import file_input as _incoming
from advisor.models.accounts import address as _address

# What may come in
MAX_CONTENT_LENGTH = 1_000_000  # bytes in the body of a request
UPLOAD_LIMIT = _incoming.SIZE_LIMIT  # bytes in a file that is sent
MAX_FORM_MEMORY_SIZE = 500_000  # bytes in one field of a multipart form, or in a whole urlencoded form
MAX_FORM_PARTS = 500  # fields in a form, and names in a query
MAX_LONG_FORM_PARTS = 1_600  # the same in a form with a row for each process: ticks, and choices of names
MAX_URL_LENGTH = 4_000  # characters in path and query together
TEXT_LIMIT = _text.TEXT_LIMIT  # characters in a text
LINE_LIMIT = _text.LINE_LIMIT  # characters in a one-line field, such as a name
JSON_DEPTH = _json_text.DEPTH_LIMIT  # levels of nesting
JSON_VALUES = _json_text.VALUES_LIMIT  # values in JSON or TOML from outside, those within others counted too
ASSESSMENTS_PER_OWNER = 500
PAGE_SIZE = 100  # rows of a list on one page
SHEET_ROWS = 4_999  # entries of the record of acts in one sheet, which has 5,000 rows with its header
ITEMS_PER_REQUEST = 1_000  # work items in one call of the API
ASSESSMENTS_PER_REQUEST = 500  # processes that one call of the API begins
EXPLAINED_ITEMS_PER_REQUEST = 20  # those of them that are explained, too

# How long things live
PERMANENT_SESSION_LIFETIME = _timedelta(days=30)  # the cookie, from the last visit
VISITOR_ASSESSMENT_LIFETIME = _timedelta(days=30)  # a visitor's answers, from the last touch
IDEMPOTENCY_KEY_LIFETIME = _timedelta(days=2)  # within it a form that is sent again acts only once
WTF_CSRF_TIME_LIMIT = None  # a form stays good as long as the cookie that it belongs to
STATIC_LIFETIME = _timedelta(days=365)  # files whose address carries the hash of their content
HSTS_LIFETIME = _timedelta(days=730)
PROOF_LIFETIME = _timedelta(days=90)  # what was proved of a rule set; proved again when it is wanted later
PURGE_EVERY = _timedelta(hours=1)

# Accounts
EMAIL_LIMIT = _address.LENGTH_LIMIT  # characters in an e-mail address
PASSWORD_LEAST = 15  # characters in a password
PASSWORD_MOST = 128
PASSWORD_MEMORY = 19_456  # KiB that argon2id works through for one password
PASSWORD_PASSES = 2
PASSWORD_FRESH_FOR = _timedelta(minutes=10)  # after which it is asked again before something grave
OWNER_IDLE = _timedelta(hours=2)  # an owner's sign-in ends when it was not used for that long
OWNER_SIGNED_IN_AT_MOST = _timedelta(hours=20)
ADMIN_IDLE = _timedelta(minutes=30)
ADMIN_SIGNED_IN_AT_MOST = _timedelta(hours=12)
SEEN_AGAIN_AFTER = _timedelta(minutes=1)  # visits within it are not written down one by one
KEPT_FOR = _timedelta(minutes=30)  # what was posted after the sign-in had ended, on its way through signing in again
SECOND_STEP_WITHIN = _timedelta(minutes=10)  # from the password to the code of the second factor
RESET_LINK_LIFETIME = _timedelta(minutes=60)
RECOVERY_CODES = 10
TOKEN_LIFETIME = _timedelta(days=365)
TOKENS_PER_ACCOUNT = 20
SIGN_INS_AT_ONCE = 50  # open sign-ins of one account; the oldest ends when there is one more
LINK_DAYS = (7, 30, 90)  # how long a link to a result may last
LINKS_PER_ACCOUNT = 100  # that can be opened at a time
COMMENTS_PER_PROCESS = 200
ACCEPTED_WARNINGS = 500  # about the rules, by all admins together
UNSAVED_FORMS = 50  # of one admin, kept for thirty days
COMMENTS_ON_DRAFT = 500  # by all admins together, those on older versions that are still open included
ORGANISATIONS_PER_ACCOUNT = 20  # that one may be in
MEMBERS_PER_ORGANISATION = 50
INVITATIONS_PER_ORGANISATION = 50  # that lead somewhere at a time
INVITATION_LIFETIME = _timedelta(days=14)
PREVIEWS_PER_ACCOUNT = 5  # lists that were read and not brought in; the oldest makes room for one more
PREVIEW_LIFETIME = _timedelta(days=1)  # what was read of such a list
ENDED_LINK_LIFETIME = _timedelta(days=30)  # links to results that have ended, until they are forgotten
OPINIONS_PER_PROCESS = 10  # people who are asked about one process at a time
OPINION_DAYS = 30  # how long a link lasts that is made anew
BIN_LIFETIME = _timedelta(days=30)  # what an owner deleted, until it is gone for good
ENDED_SIGN_IN_LIFETIME = _timedelta(days=2)  # sign-ins and links that have ended, and counted tries

# How often something may be tried
SIGN_IN_TRIES = 10  # per account, and per address of the network
SIGN_IN_WINDOW = _timedelta(minutes=5)
SIGN_IN_TRIES_IN_ALL = 1_000  # by everybody together
CODE_TRIES = 5  # of the second factor
CODE_WINDOW = _timedelta(minutes=5)
RESETS = 5  # per account
RESET_WINDOW = _timedelta(days=1)
REGISTRATIONS = 10  # per address of the network
REGISTRATION_WINDOW = _timedelta(hours=1)
INVITATIONS = 30  # letters that invite, per account
INVITATION_WINDOW = _timedelta(hours=1)
TRANSFERS = 30  # exports and imports per account
TRANSFER_WINDOW = _timedelta(hours=1)
UPLOADS = 60  # files of rules that one account brings in, those that are refused too
UPLOAD_WINDOW = _timedelta(minutes=10)
OPINION_SAVES = 300  # by whoever was asked for a second opinion, per link
OPINION_WINDOW = _timedelta(hours=1)
PDFS = 60  # that one account, or one address of the network without one, has made
PDF_WINDOW = _timedelta(minutes=10)
API_CALLS = 600  # per token
API_WINDOW = _timedelta(minutes=1)

# Mail
MAIL_TRIES = 10  # after which a letter is given up
MAIL_PAUSE = _timedelta(seconds=20)  # between two looks into the outbox
MAIL_TIMEOUT = 20  # seconds that the mail server may take

# Work that takes longer than a page may
JOB_PAUSE = _timedelta(seconds=1)  # between two looks for a job that waits
JOB_LEASE = _timedelta(minutes=1)  # without a report, after which a worker counts as dead and another takes over
JOB_TRIES = 3  # after which a job has failed
JOB_STEP = 5_000  # saved assessments that are read in one go
JOB_REPORT_EVERY = _timedelta(seconds=0.5)

# The database
DATABASE_BUSY_TIMEOUT = 5  # seconds to wait for a lock
DATABASE_CONNECT_TIMEOUT = 5  # seconds
DATABASE_STATEMENT_TIMEOUT = 10  # seconds, PostgreSQL
DATABASE_POOL_SIZE = 10  # connections per process
MIGRATION_WAIT = 300  # seconds that a start waits for another one that is migrating
RETRY_AFTER = 5  # seconds that a visitor is asked to wait when the database is busy
READY_PAUSE = _timedelta(seconds=5)  # within which /readyz looks only once, however often it is asked
READY_SPACE = 20_000_000  # bytes that must be left on the disk of an SQLite database for /readyz to call it well
READY_JOB_WAIT = _timedelta(minutes=2)  # after which a job that nobody takes means that no worker is there

# The server
HOST = "127.0.0.1"
PORT = 8000
WORKERS = 0  # processes: 0 means as many as there are cores with PostgreSQL, and always one with SQLite
THREADS_SQLITE = 8
THREADS_POSTGRESQL = 4
REQUEST_TIMEOUT = 60  # seconds after which a worker that hangs is replaced
GRACEFUL_TIMEOUT = 25  # seconds that requests in flight get when the server is stopped
KEEP_ALIVE = 5  # seconds
SECRET_KEY_LENGTH = 32  # bytes at least

PAGE_CACHE_SIZE = 16_000_000  # bytes of public pages that a process keeps

# Unless the environment says otherwise
TRUSTED_PROXIES = 0  # how many proxies in front of the server may say who is calling, and by which scheme
TWO_ADMINS = False  # whether what one admin wants to publish has to be approved by another
ALLOW_HTTP = False  # plain HTTP from other machines, without a proxy that speaks TLS
BABEL_DEFAULT_LOCALE = "en"
BABEL_DEFAULT_TIMEZONE = "UTC"
