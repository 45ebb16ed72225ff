CREATE TABLE tallies_steps (
	counted_on DATE NOT NULL, 
	version INTEGER NOT NULL, 
	step TEXT COLLATE "C" NOT NULL, 
	at BIGINT NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (counted_on, version, step)
);
CREATE TABLE tallies_figures (
	counted_on DATE NOT NULL, 
	version INTEGER NOT NULL, 
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	members BIGINT NOT NULL, 
	registered BIGINT NOT NULL, 
	PRIMARY KEY (counted_on, version, insurer)
);
