"""What staff see of accounts."""

from __future__ import annotations

from typing import Final

from identity.admin.groups import GROUPS
from identity.admin.keys import KEYS
from identity.admin.linked_accounts import LINKED_ACCOUNTS
from identity.admin.users import USERS
from identity.integrations.admin import WEBHOOKS

RESOURCES: Final = (USERS, GROUPS, LINKED_ACCOUNTS, KEYS, WEBHOOKS)
