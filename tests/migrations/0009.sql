INSERT INTO surveys_surveys (survey_id, party, sort, title_ja, title_en, purpose_ja, purpose_en, questions, opens_on, closes_on, made_on, sent_on, closed_on) VALUES (4711, 'ministry:health', 'people', '調査', 'Survey', '目的', 'Purpose', '[]', '2026-09-01', '2026-09-30', '2026-08-20', '2026-08-25', NULL);
INSERT INTO surveys_addressees (survey_id, party, expected, prefecture, linked_on, link_hash) VALUES (4711, 'body:sample-works', 120, '13', '2026-08-25', 'hash-of-a-link');
INSERT INTO surveys_reminders (survey_id, party, reminded_on) VALUES (4711, 'body:sample-works', '2026-09-15');
INSERT INTO surveys_answers (survey_id, party, answer_id, answered_on, content) VALUES (4711, 'body:sample-works', 81, '2026-09-02', '{"q1":"yes"}');
INSERT INTO surveys_marks (survey_id, mark) VALUES (4711, 'hash-of-a-form');
