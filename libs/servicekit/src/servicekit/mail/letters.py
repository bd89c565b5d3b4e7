"""What a mail looks like: plain text and HTML made of the same sentences."""

from __future__ import annotations

from html import escape

from servicekit.mail.rows import Letter

_HTML = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;padding:24px;background:#f5f6f8;color:#1d2530;\
font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34rem;margin:0 auto;padding:24px;background:#fff;border-radius:8px">
{body}
<p style="color:#5a6572;font-size:14px">{site}</p>
</div>
</body>
</html>
"""
_BUTTON = (
    '<p><a href="{url}" style="display:inline-block;padding:10px 18px;border-radius:6px;'
    'background:#2b5b84;color:#fff;text-decoration:none">{label}</a></p>'
    '<p style="font-size:14px;word-break:break-all">{url}</p>'
)


def write(
    public_url: str,
    kind: str,
    subject: str,
    *sentences: str,
    link: tuple[str, str],
    after: tuple[str, ...],
) -> Letter:
    """Make a mail of sentences, a link and sentences after it.

    Args:
        public_url: The site, without a slash at its end.
        kind: For people who look at the rows.
        subject: One line.
        sentences: A paragraph each.
        link: What the button says, and the path of the site that it leads to.
        after: Paragraphs below the button.
    """
    label, path = link
    url = f"{public_url}{path}"
    site = public_url.partition("://")[2]
    text = "\n\n".join((*sentences, f"{label}:\n{url}", *after, f"-- \n{site}")) + "\n"

    def paragraphs(of: tuple[str, ...]) -> str:
        return "\n".join(f"<p>{escape(sentence)}</p>" for sentence in of)

    body = "\n".join(
        (
            paragraphs(sentences),
            _BUTTON.format(url=escape(url), label=escape(label)),
            paragraphs(after),
        )
    )
    html = _HTML.format(subject=escape(subject), body=body, site=escape(site))
    return Letter(kind=kind, subject=subject, text=text, html=html)
