INSERT INTO references_numbers (party, person_id, known_to, known_from, number) VALUES ('institution:1312345678', 4711, 1767312000000001, 1767312000000000, 'A-0009');
INSERT INTO references_numbers (party, person_id, known_to, known_from, number) VALUES ('institution:1312345678', 4711, 9223372036854775807, 1767312000000001, 'A-0010');
