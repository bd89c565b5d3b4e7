"""People of the staff on a running site, who sign in as everybody does."""

from __future__ import annotations

import secrets
from typing import Final

import asyncpg
from playwright.async_api import Page
from running import Site

from identity import passwords

PASSWORD: Final = "a stone in the river"


async def hire(site: Site, name: str, *, group: str = "", superuser: bool = False) -> str:
    """Make an account of the staff and return its user name, which begins with `name`."""
    username = f"{name}-{secrets.token_hex(4)}"
    connection = await asyncpg.connect(site.database("identity"))
    try:
        number = await connection.fetchval(
            "INSERT INTO account (username, password, is_staff, is_superuser) "
            "VALUES ($1, $2, true, $3) RETURNING id",
            *(username, await passwords.hashed(PASSWORD), superuser),
        )
        await connection.execute(
            'INSERT INTO email_address (user_id, email, verified, "primary") '
            "VALUES ($1, $2, true, true)",
            *(number, f"{username}@example.org"),
        )
        await connection.execute(
            "INSERT INTO account_group_member (group_id, user_id) "
            "SELECT id, $1 FROM account_group WHERE name = $2",
            *(number, group),
        )
    finally:
        await connection.close()
    return username


async def enter(page: Page, home: str, username: str) -> None:
    """Come to the admin through its door: led to the sign-in page, and back."""
    await page.goto(f"{home}/admin/")
    await page.get_by_label("User name or e-mail").fill(username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password", exact=True).press("Enter")
    await page.wait_for_url(f"{home}/admin/")
