"""Networks that were trained: tasks, networks, training, and the study that is committed.

`scripts/run_experiments.py` runs it. Nothing here is needed to build the site, which reads the
committed files in ``experiments/results/``. `tasks` and `study` need NumPy alone; `networks` and
`training` need the extra ``[experiments]``.
"""
