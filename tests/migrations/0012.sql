INSERT INTO plans_contents (digest, content) VALUES ('aa', '{"issued_before": 12000}');
INSERT INTO plans_figures (digest, name, value) VALUES ('aa', 'issued_before', 12000);
INSERT INTO plans_figures (digest, name, value) VALUES ('aa', 'plans', 1);
INSERT INTO plans_plans (fiscal_year, municipality, version, known_to, known_from, state, digest, reason, submitted_on) VALUES (2020, '131016', 1, 1603000000000000, 1602000000000000, 'submitted', 'aa', '', '2020-10-07');
INSERT INTO plans_plans (fiscal_year, municipality, version, known_to, known_from, state, digest, reason, submitted_on) VALUES (2020, '131016', 1, 9223372036854775807, 1603000000000000, 'returned', 'aa', '', '2020-10-07');
INSERT INTO plans_results (month, municipality, known_to, known_from, version, reported_on, received, preset, notified, issued, on_application, visits, support, mykey) VALUES ('2020-10-01', '131016', 9223372036854775807, 1604900000000000, 1, '2020-11-09', 900, 850, 840, 700, 12, 40, 5, 33);
INSERT INTO plans_advice (advice_id, known_to, known_from, municipality, fiscal_year, version, given_on, text, state, answer, answered_on) VALUES (77, 9223372036854775807, 1603000000000000, '131016', 2020, 1, '2020-10-18', '窓口を1口増やせないか検討してください。', 'open', '', NULL);
