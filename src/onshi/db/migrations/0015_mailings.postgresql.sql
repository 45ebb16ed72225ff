CREATE INDEX cards_holders_by_place ON cards_holders (municipality, known_to, post_number);
CREATE TABLE cards_mailings (
	run_id BIGINT NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	made_on DATE NOT NULL, 
	choice JSON NOT NULL, 
	households INTEGER NOT NULL, 
	people INTEGER NOT NULL, 
	printed_on DATE, 
	PRIMARY KEY (run_id)
);
CREATE INDEX cards_mailings_by_place ON cards_mailings (municipality, made_on);
CREATE TABLE cards_mailed (
	holder_id BIGINT NOT NULL, 
	run_id BIGINT NOT NULL, 
	form_id VARCHAR(23) COLLATE "C" NOT NULL, 
	PRIMARY KEY (holder_id, run_id)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_mailed_0 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_mailed_1 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_mailed_2 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_mailed_3 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_mailed_4 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_mailed_5 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_mailed_6 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_mailed_7 PARTITION OF cards_mailed FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX cards_mailed_by_run ON cards_mailed (run_id);
