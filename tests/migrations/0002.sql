INSERT INTO registry_insurers (number, known_to, known_from, law_code, kind, name) VALUES ('06139992', 9223372036854775807, 1, '06', 'society', '見本健康保険組合');
INSERT INTO pki_authorities (name, generation, purpose, key_id, certificate, since, until) VALUES ('DEMO-CA', 1, 'authentication', 'key', 'certificate', 1, 2);
INSERT INTO pki_certificates (issuer, serial, kind, holder, card, medium, municipality, generation, not_before, not_after, status) VALUES ('DEMO-CA', 42, 'auth', 7, 8, 'card', '131016', 1, 1, '2030-05-04', 'active');
INSERT INTO pki_crls (issuer, generation, partition, number, this_update, next_update, der) VALUES ('DEMO-CA', 1, '131016', 1, 1, 2, 'list');
INSERT INTO pki_terminals (terminal_id, since, party_id, certificate) VALUES ('T1', 1, 'institution', 'certificate');
