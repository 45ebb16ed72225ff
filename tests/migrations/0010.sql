INSERT INTO tallies_steps (counted_on, version, step, at, party) VALUES ('2026-09-30', 1, 'recorded', 1790900000000000, 'operator:onshi');
INSERT INTO tallies_figures (counted_on, version, insurer, kind, members, registered) VALUES ('2026-09-30', 1, '06139992', 'society', 1200, 340);
