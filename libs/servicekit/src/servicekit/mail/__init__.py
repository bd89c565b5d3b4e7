"""Mail of a service: a row of the transaction that causes it, sent by the worker.

A service that mails declares

    Service(…, settings=Settings, kit_tables=(mail.METADATA,), lifespan=(mail.sending,),
            tasks=(…, mail.prune_task()))

with `class Settings(MailSettings)`, and makes the table in a revision (`kit.create_mail_1()`).
`post` is the only way to send. SMTP is at least once: a worker that dies after the server took a
mail sends it again, under the same Message-ID, by which many systems know it.
"""

from servicekit.mail.rows import METADATA, Letter, MailRow, post, prune_task
from servicekit.mail.sending import sending
from servicekit.mail.settings import MailSettings

__all__ = ["METADATA", "Letter", "MailRow", "MailSettings", "post", "prune_task", "sending"]
