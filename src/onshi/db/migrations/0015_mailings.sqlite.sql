CREATE INDEX cards_holders_by_place ON cards_holders (municipality, known_to, post_number);
CREATE TABLE cards_mailings (
	run_id BIGINT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	made_on DATE NOT NULL, 
	choice JSON NOT NULL, 
	households INTEGER NOT NULL, 
	people INTEGER NOT NULL, 
	printed_on DATE, 
	PRIMARY KEY (run_id)
)
 WITHOUT ROWID;
CREATE INDEX cards_mailings_by_place ON cards_mailings (municipality, made_on);
CREATE TABLE cards_mailed (
	holder_id BIGINT NOT NULL, 
	run_id BIGINT NOT NULL, 
	form_id VARCHAR(23) NOT NULL, 
	PRIMARY KEY (holder_id, run_id)
)
 WITHOUT ROWID;
CREATE INDEX cards_mailed_by_run ON cards_mailed (run_id);
