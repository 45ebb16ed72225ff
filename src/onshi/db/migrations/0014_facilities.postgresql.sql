CREATE TABLE facilities_applications (
	institution TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	readers INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	applied_on DATE NOT NULL, 
	contract_on DATE, 
	done_on DATE, 
	operating_on DATE, 
	prescriptions INTEGER, 
	deferral TEXT COLLATE "C", 
	handed_in_on DATE NOT NULL, 
	computed BIGINT, 
	state TEXT COLLATE "C" NOT NULL, 
	decided_on DATE, 
	granted BIGINT, 
	refused_for TEXT COLLATE "C", 
	batch TEXT COLLATE "C", 
	pay_on DATE, 
	PRIMARY KEY (institution, known_to, application_id)
);
CREATE INDEX facilities_applications_by_state ON facilities_applications (state);
CREATE UNIQUE INDEX facilities_applications_once ON facilities_applications (institution) WHERE known_to = 9223372036854775807 AND state <> 'refused';
CREATE TABLE facilities_deferrals (
	institution TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	deferral_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	applied_on DATE NOT NULL, 
	awaited_on DATE, 
	state TEXT COLLATE "C" NOT NULL, 
	decided_on DATE, 
	until DATE, 
	PRIMARY KEY (institution, known_to, deferral_id)
);
CREATE TABLE facilities_packages (
	package_id BIGINT NOT NULL, 
	vendor TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	version TEXT COLLATE "C" NOT NULL, 
	functions TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (package_id)
);
CREATE UNIQUE INDEX facilities_packages_once ON facilities_packages (vendor, name, version);
CREATE TABLE facilities_records (
	institution TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	municipality TEXT COLLATE "C" NOT NULL, 
	readers INTEGER NOT NULL, 
	claims TEXT COLLATE "C" NOT NULL, 
	prescriptions INTEGER, 
	vendor TEXT COLLATE "C", 
	package_id BIGINT, 
	closed_on DATE, 
	PRIMARY KEY (institution, known_to)
);
CREATE INDEX facilities_records_by_place ON facilities_records (municipality);
CREATE INDEX facilities_records_by_vendor ON facilities_records (vendor);
CREATE TABLE facilities_steps (
	institution TEXT COLLATE "C" NOT NULL, 
	step TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	taken_on DATE NOT NULL, 
	entered_by TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (institution, step, known_to)
);
CREATE TABLE facilities_tests (
	package_id BIGINT NOT NULL, 
	function TEXT COLLATE "C" NOT NULL, 
	tested_at BIGINT NOT NULL, 
	tested_on DATE NOT NULL, 
	report TEXT COLLATE "C" NOT NULL, 
	passed BOOLEAN NOT NULL, 
	by_hand BOOLEAN NOT NULL, 
	met INTEGER NOT NULL, 
	broken INTEGER NOT NULL, 
	not_seen INTEGER NOT NULL, 
	recorded_by TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (package_id, function, tested_at)
);
