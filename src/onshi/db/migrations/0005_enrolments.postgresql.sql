CREATE TABLE registry_enrolments (
	issuer TEXT COLLATE "C" NOT NULL, 
	serial TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	enrolment_id BIGINT NOT NULL, 
	enrolled_at BIGINT NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
	place TEXT COLLATE "C" NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	kana TEXT COLLATE "C" NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) COLLATE "C" NOT NULL, 
	address TEXT COLLATE "C" NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	match_kana TEXT COLLATE "C" NOT NULL, 
	match_place BIGINT, 
	person_id BIGINT, 
	reason TEXT COLLATE "C", 
	candidate BIGINT, 
	not_meant TEXT COLLATE "C", 
	effective_on DATE, 
	withdrawn_by VARCHAR(8) COLLATE "C", 
	decided_by TEXT COLLATE "C", 
	PRIMARY KEY (issuer, serial, known_to)
) PARTITION BY HASH (serial);
CREATE TABLE registry_enrolments_0 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE registry_enrolments_1 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE registry_enrolments_2 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE registry_enrolments_3 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE registry_enrolments_4 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE registry_enrolments_5 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE registry_enrolments_6 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE registry_enrolments_7 PARTITION OF registry_enrolments FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX registry_enrolments_by_id ON registry_enrolments (enrolment_id, known_to);
CREATE INDEX registry_enrolments_by_moment ON registry_enrolments (known_from);
CREATE INDEX registry_enrolments_by_person ON registry_enrolments (person_id);
CREATE INDEX registry_enrolments_candidates ON registry_enrolments (candidate) WHERE known_to = 9223372036854775807 AND candidate IS NOT NULL;
CREATE INDEX registry_enrolments_ending ON registry_enrolments (effective_on) WHERE known_to = 9223372036854775807 AND effective_on IS NOT NULL;
CREATE INDEX registry_enrolments_waiting ON registry_enrolments (enrolled_at, enrolment_id) WHERE known_to = 9223372036854775807 AND state IN ('reserved', 'under_review');
