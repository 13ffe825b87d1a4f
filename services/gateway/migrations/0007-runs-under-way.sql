-- At most a run or two: whether the books are being compared is asked whenever somebody looks or asks for a run. The last that ended is found by reconciliation_run_at.
create index reconciliation_run_under_way on gateway.reconciliation_run (at) where not is_finished;
