"""What a code sample is: a session at the prompt, as the module doctest reads it."""

from __future__ import annotations

import doctest
import warnings

from servicekit.problems import Invalid


def check_session(code: str) -> None:
    """Raise Invalid where a text is no session at the prompt. Nothing of it is run."""
    try:
        examples = doctest.DocTestParser().get_examples(code)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for one in examples:
                compile(one.source, f"line {one.lineno + 1}", "single", dont_inherit=True)
    except SyntaxError as error:
        raise _no_session(f"{error.filename}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _no_session(str(error) or "it is too deep") from error
    if not examples:
        raise _no_session("a line that is typed begins with >>>")


def _no_session(why: str) -> Invalid:
    return Invalid.field(["body", "code"], f"This is no session at the prompt: {why}.", "session")
