"""The code samples that pages show: a block, left out while they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.pages import highlight
from gateway.pages.models import CodeSample

if TYPE_CHECKING:
    from gateway.web.pages import PageContext

#: Dropped with every public sample.
SAMPLES: Final = "code-samples"


async def shown(ctx: PageContext, count: int) -> tuple[CodeSample, ...]:
    """Return the first samples in the order of staff; none where they were never heard."""
    content = ctx.backends.content
    if content is None:
        return ()
    ctx.use(SAMPLES)
    found = await ctx.block(
        f"code-samples:{count}",
        lambda: content.code_samples(count),
        keys={SAMPLES},
        fallback=None,
    )
    return tuple(
        CodeSample(
            id=f"sample-{one.id}",
            title=one.title,
            html=one.text_html,
            code=highlight.session(one.code),
        )
        for one in found or ()
    )
