CREATE TABLE registry_enrolments (
	issuer TEXT NOT NULL, 
	serial TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	enrolment_id BIGINT NOT NULL, 
	enrolled_at BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	place TEXT NOT NULL, 
	party TEXT NOT NULL, 
	name TEXT NOT NULL, 
	kana TEXT NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) NOT NULL, 
	address TEXT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	match_kana TEXT NOT NULL, 
	match_place BIGINT, 
	person_id BIGINT, 
	reason TEXT, 
	candidate BIGINT, 
	not_meant TEXT, 
	effective_on DATE, 
	withdrawn_by VARCHAR(8), 
	decided_by TEXT, 
	PRIMARY KEY (issuer, serial, known_to)
)
 WITHOUT ROWID;
CREATE INDEX registry_enrolments_by_id ON registry_enrolments (enrolment_id, known_to);
CREATE INDEX registry_enrolments_by_moment ON registry_enrolments (known_from);
CREATE INDEX registry_enrolments_by_person ON registry_enrolments (person_id);
CREATE INDEX registry_enrolments_candidates ON registry_enrolments (candidate) WHERE known_to = 9223372036854775807 AND candidate IS NOT NULL;
CREATE INDEX registry_enrolments_ending ON registry_enrolments (effective_on) WHERE known_to = 9223372036854775807 AND effective_on IS NOT NULL;
CREATE INDEX registry_enrolments_waiting ON registry_enrolments (enrolled_at, enrolment_id) WHERE known_to = 9223372036854775807 AND state IN ('reserved', 'under_review');
