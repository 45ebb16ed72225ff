CREATE TABLE references_numbers (
	party TEXT NOT NULL, 
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	number VARCHAR(50) NOT NULL, 
	PRIMARY KEY (party, person_id, known_to)
)
 WITHOUT ROWID;
CREATE INDEX references_numbers_by_person ON references_numbers (person_id);
CREATE UNIQUE INDEX references_numbers_once ON references_numbers (party, number) WHERE known_to = 9223372036854775807;
CREATE TABLE consents_given (
	party TEXT NOT NULL, 
	person_id BIGINT NOT NULL, 
	care TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	given_at BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	withdrawn BOOLEAN NOT NULL, 
	examined_on DATE NOT NULL, 
	check_id TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	serial TEXT NOT NULL, 
	PRIMARY KEY (party, person_id, care, kind, given_at, known_to)
)
 WITHOUT ROWID;
CREATE INDEX consents_given_by_examination ON consents_given (party, care, examined_on);
CREATE INDEX consents_given_by_moment ON consents_given (party, care, given_at);
CREATE INDEX consents_given_by_person ON consents_given (person_id);
