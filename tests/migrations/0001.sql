INSERT INTO registry_insurers (number, known_to, known_from, law_code, kind, name) VALUES ('06139992', 9223372036854775807, 1, '06', 'society', '見本健康保険組合');
INSERT INTO access_parties (party_id, kind, code, name, name_kana, attributes) VALUES ('insurer:06139992', 'insurer', '06139992', '見本健康保険組合', '', '{}');
