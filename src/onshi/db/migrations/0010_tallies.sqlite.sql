CREATE TABLE tallies_steps (
	counted_on DATE NOT NULL, 
	version INTEGER NOT NULL, 
	step TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	party TEXT NOT NULL, 
	PRIMARY KEY (counted_on, version, step)
)
 WITHOUT ROWID;
CREATE TABLE tallies_figures (
	counted_on DATE NOT NULL, 
	version INTEGER NOT NULL, 
	insurer VARCHAR(8) NOT NULL, 
	kind TEXT NOT NULL, 
	members BIGINT NOT NULL, 
	registered BIGINT NOT NULL, 
	PRIMARY KEY (counted_on, version, insurer)
)
 WITHOUT ROWID;
