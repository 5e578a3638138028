"""All routes of the console and of the API behind it, for the composition root."""

from web.api import eval_policy, eval_suites, evals, hooks, problems_found, switches, topics, versions
from web.api import jobs as jobs_api
from web.api import pages as pages_api
from web.console import (
    admin,
    evaluations,
    gaps,
    gate_policy,
    jobs,
    overview,
    pages,
    problems,
    programme_files,
    reports,
    review,
    sign_in,
    sign_ins,
    suites,
    te_reo,
    verdicts,
)
from web.console import programme as programme_pages
from web.console import switches as switch_pages
from web.console import topics as topic_pages
from web.console import versions as version_pages

ROUTERS = (
    jobs_api.router,
    pages_api.router,
    problems_found.router,
    versions.router,
    topics.router,
    switches.router,
    hooks.router,
    sign_in.router,
    sign_ins.router,
    overview.router,
    pages.router,
    version_pages.router,
    topic_pages.router,
    switch_pages.router,
    gaps.router,
    problems.router,
    reports.router,
    te_reo.router,
    evaluations.router,
    gate_policy.router,
    suites.router,
    verdicts.router,
    review.router,
    eval_policy.router,
    eval_suites.router,
    evals.router,
    programme_files.router,
    programme_pages.router,
    jobs.router,
    admin.router,
)
