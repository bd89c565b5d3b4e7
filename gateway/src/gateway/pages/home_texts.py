"""The words of the home page: of blocks without a box, and of those that stand in for one."""

from __future__ import annotations

from gateway.pages.landings.blocks import Block, Tile
from gateway.pages.links import Link

_TUTORIAL = "https://docs.python.org/3/tutorial/"


def _out(label: str, href: str) -> Link:
    return Link(label=label, href=href, external=True)


INTRODUCTION = Block(
    label="homepage-introduction",
    title="Python",
    text="Python is a programming language that is quick to learn, pleasant to read, and at home "
    "everywhere: from a first script to a research cluster.",
    links=(_out("Learn more", _TUTORIAL),),
)

GET_STARTED = Block(
    label="homepage-get-started",
    key="get-started",
    title="Get Started",
    text="New to programming, or to Python? The tutorial begins where you are.",
    links=(_out("Start with the tutorial", _TUTORIAL),),
)

DOCUMENTATION = Block(
    label="homepage-documentation",
    key="docs",
    title="Docs",
    text="The library, the language and how-to guides, for every version.",
    links=(
        _out("Read the docs", "https://docs.python.org/3/"),
        Link(label="By version", href="/doc/versions/"),
    ),
)

JOBS = Block(
    label="homepage-jobs",
    key="jobs",
    title="Jobs",
    text="Who is looking for people that write Python, or for you?",
    links=(Link(label="Job board", href="/jobs/"),),
)

COMMUNITY = Tile(
    key="community",
    title="Community",
    text="Ask, help, and follow how the language is made.",
    links=(
        Link(label="Meet the community", href="/community/"),
        _out("Join the talk", "https://discuss.python.org/"),
    ),
)

USES = Block(
    label="widget-use-python-for",
    key="uses",
    title="Use Python for…",
    text="Websites, desktop programs, science, software development and administration.",
    links=(
        _out("Django", "https://www.djangoproject.com/"),
        _out("tkinter", "https://docs.python.org/3/library/tkinter.html"),
        _out("NumPy", "https://numpy.org/"),
        _out("pytest", "https://docs.pytest.org/"),
        _out("Ansible", "https://docs.ansible.com/"),
    ),
)

PLACES = (
    _out("Python Insider, the blog of the core team", "https://blog.python.org/"),
    _out("Planet Python, blogs of the community", "https://planetpython.org/"),
    _out("Discussions", "https://discuss.python.org/"),
    _out("Python Enhancement Proposals", "https://peps.python.org/"),
    _out("Developer's Guide", "https://devguide.python.org/"),
)
