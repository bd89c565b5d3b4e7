"""Bodies of forms that send files: their fields, and the files beside them."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

from gateway.web.errors import Refusal
from gateway.web.forms import Fields, Refused

MULTIPART: Final = "multipart/form-data"
#: Characters of the name of a file; of a longer one the end counts, which says what it is.
_LONGEST: Final = 200
_UNREADABLE: Final = "What was sent is not a form, or holds bytes that no text has."


async def read_parts(request: Request[Any, Any, Any]) -> Fields:
    """Return the fields of a form with its files. A field for a file without one is not there.

    Raises Refused for what is no such form, and HTTPException (413) for one that is too large.
    """
    pairs, files = [], {}
    try:
        form = await request.form()
    except (ClientException, ValueError, LookupError) as error:
        if isinstance(error, ClientException) and error.status_code != 400:
            raise
        raise Refused(Refusal(400, _UNREADABLE)) from error
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            pairs.append((name, str(value)))
        elif value.filename:
            files[name] = (_called(value.filename), await value.read())
    return Fields(pairs, files)


def _called(name: str) -> str:
    """Return what a file is called, without the folder that some browsers send."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in plain if c.isprintable())[-_LONGEST:] or "file"
