CREATE TABLE references_numbers (
	party TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	number VARCHAR(50) COLLATE "C" NOT NULL, 
	PRIMARY KEY (party, person_id, known_to)
) PARTITION BY HASH (party);
CREATE TABLE references_numbers_0 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE references_numbers_1 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE references_numbers_2 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE references_numbers_3 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE references_numbers_4 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE references_numbers_5 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE references_numbers_6 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE references_numbers_7 PARTITION OF references_numbers FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX references_numbers_by_person ON references_numbers (person_id);
CREATE UNIQUE INDEX references_numbers_once ON references_numbers (party, number) WHERE known_to = 9223372036854775807;
CREATE TABLE consents_given (
	party TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT NOT NULL, 
	care TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	given_at BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	withdrawn BOOLEAN NOT NULL, 
	examined_on DATE NOT NULL, 
	check_id TEXT COLLATE "C" NOT NULL, 
	issuer TEXT COLLATE "C" NOT NULL, 
	serial TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (party, person_id, care, kind, given_at, known_to)
) PARTITION BY HASH (party);
CREATE TABLE consents_given_0 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE consents_given_1 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE consents_given_2 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE consents_given_3 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE consents_given_4 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE consents_given_5 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE consents_given_6 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE consents_given_7 PARTITION OF consents_given FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX consents_given_by_examination ON consents_given (party, care, examined_on);
CREATE INDEX consents_given_by_moment ON consents_given (party, care, given_at);
CREATE INDEX consents_given_by_person ON consents_given (person_id);
