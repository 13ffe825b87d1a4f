-- Simulations are kept in rulebook.simulation now; one that was under way is asked for again.
drop table credit.simulation;
