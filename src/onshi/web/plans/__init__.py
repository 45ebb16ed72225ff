"""Pages of the plans: a municipality's own, a prefecture's and the office's of all, and what residents may know."""

from onshi.web.plans.routes import routes
from onshi.web.plans.windows import site_values

__all__ = ["routes", "site_values"]
