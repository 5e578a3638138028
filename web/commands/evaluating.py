"""`eval`: what evaluators do, from a terminal."""

from __future__ import annotations

import typer

from web.commands import assuring, configurations, judging, reporting, running
from web.commands.benchmarking import retrieval
from web.commands.calibrating import run_calibration
from web.commands.suites import suite
from web.commands.te_reo import language, te_reo

evaluate = typer.Typer(no_args_is_help=True, help="Suites, runs, comparisons, gates, reports.")
evaluate.add_typer(suite, name="suite")
evaluate.command("run")(running.run_suite)
evaluate.command("score")(running.score_run)
evaluate.command("runs")(running.list_runs)
evaluate.command("replay")(running.replay)
evaluate.command("export")(running.export)
evaluate.command("delete")(running.delete_run)
evaluate.command("compare")(judging.compare_runs)
evaluate.command("report")(reporting.report_run)
evaluate.command("assurance")(assuring.make_pack)
evaluate.command("gate")(judging.run_gate)
evaluate.command("accept")(judging.accept_run)
evaluate.command("configurations")(configurations.show_configurations)
evaluate.command("table")(judging.print_table)
evaluate.command("retrieval")(retrieval)
evaluate.command("calibrate")(run_calibration)
evaluate.command("tereo")(te_reo)
evaluate.command("language")(language)
