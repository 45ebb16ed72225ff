"""The pages: what people at a desk, at an insurer and at the operator see."""

from onshi.web.errors import HTTP_STATUS
from onshi.web.programme import monthly_report, papers_pdf
from onshi.web.site import site

__all__ = ["HTTP_STATUS", "monthly_report", "papers_pdf", "site"]
