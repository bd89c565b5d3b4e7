"""reStructuredText, Markdown, HTML and plain text to HTML that is safe to put into a page.

Rendering happens when a text is saved. Store the source, its type, the HTML and
`RENDERER_VERSION`; render again where the stored version is another.
"""

from markup.limits import MAX_SOURCE, SourceTooLarge
from markup.policy import Trust, sanitize
from markup.rendering import MARKUP_TYPES, RENDERER_VERSION, UnknownMarkupType, render
from markup.text import to_text

__all__ = [
    "MARKUP_TYPES",
    "MAX_SOURCE",
    "RENDERER_VERSION",
    "SourceTooLarge",
    "Trust",
    "UnknownMarkupType",
    "render",
    "sanitize",
    "to_text",
]
