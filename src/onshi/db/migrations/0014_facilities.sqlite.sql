CREATE TABLE facilities_applications (
	institution TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	readers INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	applied_on DATE NOT NULL, 
	contract_on DATE, 
	done_on DATE, 
	operating_on DATE, 
	prescriptions INTEGER, 
	deferral TEXT, 
	handed_in_on DATE NOT NULL, 
	computed BIGINT, 
	state TEXT NOT NULL, 
	decided_on DATE, 
	granted BIGINT, 
	refused_for TEXT, 
	batch TEXT, 
	pay_on DATE, 
	PRIMARY KEY (institution, known_to, application_id)
)
 WITHOUT ROWID;
CREATE INDEX facilities_applications_by_state ON facilities_applications (state);
CREATE UNIQUE INDEX facilities_applications_once ON facilities_applications (institution) WHERE known_to = 9223372036854775807 AND state <> 'refused';
CREATE TABLE facilities_deferrals (
	institution TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	deferral_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	applied_on DATE NOT NULL, 
	awaited_on DATE, 
	state TEXT NOT NULL, 
	decided_on DATE, 
	until DATE, 
	PRIMARY KEY (institution, known_to, deferral_id)
)
 WITHOUT ROWID;
CREATE TABLE facilities_packages (
	package_id BIGINT NOT NULL, 
	vendor TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version TEXT NOT NULL, 
	functions TEXT NOT NULL, 
	PRIMARY KEY (package_id)
);
CREATE UNIQUE INDEX facilities_packages_once ON facilities_packages (vendor, name, version);
CREATE TABLE facilities_records (
	institution TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	municipality TEXT NOT NULL, 
	readers INTEGER NOT NULL, 
	claims TEXT NOT NULL, 
	prescriptions INTEGER, 
	vendor TEXT, 
	package_id BIGINT, 
	closed_on DATE, 
	PRIMARY KEY (institution, known_to)
)
 WITHOUT ROWID;
CREATE INDEX facilities_records_by_place ON facilities_records (municipality);
CREATE INDEX facilities_records_by_vendor ON facilities_records (vendor);
CREATE TABLE facilities_steps (
	institution TEXT NOT NULL, 
	step TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	taken_on DATE NOT NULL, 
	entered_by TEXT NOT NULL, 
	PRIMARY KEY (institution, step, known_to)
)
 WITHOUT ROWID;
CREATE TABLE facilities_tests (
	package_id BIGINT NOT NULL, 
	function TEXT NOT NULL, 
	tested_at BIGINT NOT NULL, 
	tested_on DATE NOT NULL, 
	report TEXT NOT NULL, 
	passed BOOLEAN NOT NULL, 
	by_hand BOOLEAN NOT NULL, 
	met INTEGER NOT NULL, 
	broken INTEGER NOT NULL, 
	not_seen INTEGER NOT NULL, 
	recorded_by TEXT NOT NULL, 
	PRIMARY KEY (package_id, function, tested_at)
)
 WITHOUT ROWID;
