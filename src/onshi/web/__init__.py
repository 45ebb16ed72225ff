"""The pages: what people at a desk, at an insurer and at the operator see, and the words they say it in."""

from onshi.web.errors import HTTP_STATUS
from onshi.web.plan_files import compilation_csv, plan_paper
from onshi.web.programme import monthly_report, papers_pdf
from onshi.web.site import site
from onshi.web.texts import text

__all__ = ["HTTP_STATUS", "compilation_csv", "monthly_report", "papers_pdf", "plan_paper", "site", "text"]
