INSERT INTO cards_mailings (run_id, municipality, made_on, choice, households, people, printed_on) VALUES (9, '131016', '2026-11-02', '{"post_number": "100"}', 1, 1, '2026-11-04');
INSERT INTO cards_mailed (holder_id, run_id, form_id) VALUES (4711, 9, '00000000000000000000011');
