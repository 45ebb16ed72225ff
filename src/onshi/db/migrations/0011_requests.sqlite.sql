CREATE TABLE requests_attachments (
	request_id BIGINT NOT NULL, 
	place INTEGER NOT NULL, 
	material_id BIGINT NOT NULL, 
	PRIMARY KEY (request_id, place)
);
CREATE TABLE requests_devices (
	owner TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	since DATE NOT NULL, 
	PRIMARY KEY (owner, asset)
);
CREATE TABLE requests_handed_on (
	handing_id BIGINT NOT NULL, 
	material_id BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	handed_on DATE NOT NULL, 
	copies INTEGER NOT NULL, 
	PRIMARY KEY (handing_id)
);
CREATE INDEX requests_handed_on_by_body ON requests_handed_on (body);
CREATE INDEX requests_handed_on_by_material ON requests_handed_on (material_id);
CREATE TABLE requests_loans (
	loan_id BIGINT NOT NULL, 
	owner TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	borrower TEXT NOT NULL, 
	window_name TEXT NOT NULL, 
	lent_on DATE NOT NULL, 
	due_back DATE NOT NULL, 
	returned_on DATE, 
	condition TEXT, 
	PRIMARY KEY (loan_id)
);
CREATE INDEX requests_loans_by_borrower ON requests_loans (borrower);
CREATE INDEX requests_loans_by_owner ON requests_loans (owner, asset);
CREATE UNIQUE INDEX requests_loans_one_at_a_time ON requests_loans (owner, asset) WHERE returned_on IS NULL;
CREATE TABLE requests_materials (
	material_id BIGINT NOT NULL, 
	owner TEXT NOT NULL, 
	title_ja TEXT NOT NULL, 
	title_en TEXT NOT NULL, 
	language TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	size BIGINT, 
	digest TEXT, 
	added_on DATE NOT NULL, 
	PRIMARY KEY (material_id)
);
CREATE INDEX requests_materials_by_owner ON requests_materials (owner);
CREATE TABLE requests_minimums (
	municipality TEXT NOT NULL, 
	set_at BIGINT NOT NULL, 
	minimum INTEGER NOT NULL, 
	PRIMARY KEY (municipality, set_at)
);
CREATE TABLE requests_nodes (
	tree TEXT NOT NULL, 
	since DATE NOT NULL, 
	node TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	parent TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	bodies INTEGER, 
	PRIMARY KEY (tree, since, node)
);
CREATE TABLE requests_reports (
	request_id BIGINT NOT NULL, 
	node TEXT NOT NULL, 
	what TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	reported_on DATE NOT NULL, 
	bodies INTEGER NOT NULL, 
	reported_by TEXT NOT NULL, 
	reported_at BIGINT NOT NULL, 
	PRIMARY KEY (request_id, node, what, revision)
);
CREATE INDEX requests_reports_by_node ON requests_reports (node, what);
CREATE TABLE requests_sent (
	request_id BIGINT NOT NULL, 
	sender TEXT NOT NULL, 
	fiscal_year INTEGER NOT NULL, 
	number_folded TEXT NOT NULL, 
	number TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	subject_ja TEXT NOT NULL, 
	subject_en TEXT NOT NULL, 
	issued_on DATE NOT NULL, 
	due_on DATE, 
	tree TEXT NOT NULL, 
	tree_since DATE NOT NULL, 
	depth INTEGER NOT NULL, 
	earlier BIGINT, 
	relation TEXT, 
	PRIMARY KEY (request_id)
);
CREATE UNIQUE INDEX requests_sent_earlier ON requests_sent (earlier) WHERE earlier IS NOT NULL;
CREATE UNIQUE INDEX requests_sent_number ON requests_sent (sender, fiscal_year, number_folded);
CREATE TABLE requests_steps (
	step_id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	owner TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	title TEXT NOT NULL, 
	first_on DATE NOT NULL, 
	last_on DATE NOT NULL, 
	exactness TEXT NOT NULL, 
	is_about BOOLEAN NOT NULL, 
	done_on DATE, 
	note TEXT NOT NULL, 
	participants JSON NOT NULL, 
	decisions TEXT NOT NULL, 
	is_dropped BOOLEAN NOT NULL, 
	changed_at BIGINT NOT NULL, 
	PRIMARY KEY (step_id, version)
);
CREATE INDEX requests_steps_by_owner ON requests_steps (owner);
CREATE TABLE requests_trees (
	tree TEXT NOT NULL, 
	since DATE NOT NULL, 
	owner TEXT NOT NULL, 
	name_ja TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	brought_at BIGINT NOT NULL, 
	PRIMARY KEY (tree, since)
);
CREATE TABLE requests_visits (
	visit_id BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	municipality TEXT NOT NULL, 
	venue TEXT NOT NULL, 
	wished JSON NOT NULL, 
	expected INTEGER NOT NULL, 
	asked_on DATE NOT NULL, 
	state TEXT NOT NULL, 
	day DATE, 
	starts TEXT, 
	reason TEXT, 
	applications INTEGER, 
	changed_on DATE, 
	PRIMARY KEY (visit_id)
);
CREATE INDEX requests_visits_by_body ON requests_visits (body);
CREATE INDEX requests_visits_by_municipality ON requests_visits (municipality);
