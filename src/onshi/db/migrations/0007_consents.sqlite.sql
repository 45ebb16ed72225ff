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
