"""Following what others publish: calendars, feeds. Each source by itself, at its own times.

A service declares a model for its sources (`Followed`), one for the reports (`Reported`), and a
`Following`: how an answer is read, and what becomes of it. The rest is the same for all: asking
only where something changed, waiting longer after failures, and leaving no source to hold up
another.
"""

from servicekit.imports.fetching import Fetched, NotFollowed
from servicekit.imports.models import FOLLOWING, Followed, Reported
from servicekit.imports.reports import Report
from servicekit.imports.running import Following, follow_due, prune_reports
from servicekit.imports.settings import ImportSettings

__all__ = [
    "FOLLOWING",
    "Fetched",
    "Followed",
    "Following",
    "ImportSettings",
    "NotFollowed",
    "Report",
    "Reported",
    "follow_due",
    "prune_reports",
]
