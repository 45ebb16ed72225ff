CREATE TABLE plans_advice (
	advice_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	fiscal_year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	given_on DATE NOT NULL, 
	text TEXT NOT NULL, 
	state TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	answered_on DATE, 
	PRIMARY KEY (advice_id, known_to)
)
 WITHOUT ROWID;
CREATE INDEX plans_advice_by_town ON plans_advice (municipality, fiscal_year);
CREATE TABLE plans_contents (
	digest VARCHAR(64) NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE plans_figures (
	digest VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (digest, name)
)
 WITHOUT ROWID;
CREATE TABLE plans_plans (
	fiscal_year INTEGER NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	version INTEGER NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	submitted_on DATE, 
	PRIMARY KEY (fiscal_year, municipality, version, known_to)
)
 WITHOUT ROWID;
CREATE TABLE plans_results (
	month DATE NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	reported_on DATE NOT NULL, 
	received BIGINT NOT NULL, 
	preset BIGINT NOT NULL, 
	notified BIGINT NOT NULL, 
	issued BIGINT NOT NULL, 
	on_application BIGINT NOT NULL, 
	visits BIGINT NOT NULL, 
	support BIGINT NOT NULL, 
	mykey BIGINT NOT NULL, 
	PRIMARY KEY (month, municipality, known_to)
)
 WITHOUT ROWID;
