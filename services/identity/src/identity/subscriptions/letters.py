"""What programs of mailing lists are told by mail: a command on a line of its own.

The list then asks the address whether it agrees, so nobody is subscribed by somebody else.
https://docs.mailman3.org/projects/mailman/en/latest/src/mailman/commands/docs/join.html
"""

from __future__ import annotations

from html import escape

from servicekit.mail import Letter


def request(command: str, email: str) -> Letter:
    """Make the mail that has a list join an address, or let it leave."""
    line = f"{command} address={email}"
    return Letter(
        kind=f"list-{command}",
        subject=command,
        text=f"{line}\nend\n",
        html=f"<p>{escape(line)}</p>",
    )
