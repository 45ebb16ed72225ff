CREATE TABLE requests_attachments (
	request_id BIGINT NOT NULL, 
	place INTEGER NOT NULL, 
	material_id BIGINT NOT NULL, 
	PRIMARY KEY (request_id, place)
);
CREATE TABLE requests_devices (
	owner TEXT COLLATE "C" NOT NULL, 
	asset TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	since DATE NOT NULL, 
	PRIMARY KEY (owner, asset)
);
CREATE TABLE requests_handed_on (
	handing_id BIGINT NOT NULL, 
	material_id BIGINT NOT NULL, 
	body TEXT COLLATE "C" NOT NULL, 
	handed_on DATE NOT NULL, 
	copies INTEGER NOT NULL, 
	PRIMARY KEY (handing_id)
);
CREATE INDEX requests_handed_on_by_body ON requests_handed_on (body);
CREATE INDEX requests_handed_on_by_material ON requests_handed_on (material_id);
CREATE TABLE requests_loans (
	loan_id BIGINT NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	asset TEXT COLLATE "C" NOT NULL, 
	borrower TEXT COLLATE "C" NOT NULL, 
	window_name TEXT COLLATE "C" NOT NULL, 
	lent_on DATE NOT NULL, 
	due_back DATE NOT NULL, 
	returned_on DATE, 
	condition TEXT COLLATE "C", 
	PRIMARY KEY (loan_id)
);
CREATE INDEX requests_loans_by_borrower ON requests_loans (borrower);
CREATE INDEX requests_loans_by_owner ON requests_loans (owner, asset);
CREATE UNIQUE INDEX requests_loans_one_at_a_time ON requests_loans (owner, asset) WHERE returned_on IS NULL;
CREATE TABLE requests_materials (
	material_id BIGINT NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	title_ja TEXT COLLATE "C" NOT NULL, 
	title_en TEXT COLLATE "C" NOT NULL, 
	language TEXT COLLATE "C" NOT NULL, 
	audience TEXT COLLATE "C" NOT NULL, 
	file_name TEXT COLLATE "C" NOT NULL, 
	size BIGINT, 
	digest TEXT COLLATE "C", 
	added_on DATE NOT NULL, 
	PRIMARY KEY (material_id)
);
CREATE INDEX requests_materials_by_owner ON requests_materials (owner);
CREATE TABLE requests_minimums (
	municipality TEXT COLLATE "C" NOT NULL, 
	set_at BIGINT NOT NULL, 
	minimum INTEGER NOT NULL, 
	PRIMARY KEY (municipality, set_at)
);
CREATE TABLE requests_nodes (
	tree TEXT COLLATE "C" NOT NULL, 
	since DATE NOT NULL, 
	node TEXT COLLATE "C" NOT NULL, 
	place INTEGER NOT NULL, 
	parent TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	name_en TEXT COLLATE "C" NOT NULL, 
	bodies INTEGER, 
	PRIMARY KEY (tree, since, node)
);
CREATE TABLE requests_reports (
	request_id BIGINT NOT NULL, 
	node TEXT COLLATE "C" NOT NULL, 
	what TEXT COLLATE "C" NOT NULL, 
	revision INTEGER NOT NULL, 
	reported_on DATE NOT NULL, 
	bodies INTEGER NOT NULL, 
	reported_by TEXT COLLATE "C" NOT NULL, 
	reported_at BIGINT NOT NULL, 
	PRIMARY KEY (request_id, node, what, revision)
);
CREATE INDEX requests_reports_by_node ON requests_reports (node, what);
CREATE TABLE requests_sent (
	request_id BIGINT NOT NULL, 
	sender TEXT COLLATE "C" NOT NULL, 
	fiscal_year INTEGER NOT NULL, 
	number_folded TEXT COLLATE "C" NOT NULL, 
	number TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	subject_ja TEXT COLLATE "C" NOT NULL, 
	subject_en TEXT COLLATE "C" NOT NULL, 
	issued_on DATE NOT NULL, 
	due_on DATE, 
	tree TEXT COLLATE "C" NOT NULL, 
	tree_since DATE NOT NULL, 
	depth INTEGER NOT NULL, 
	earlier BIGINT, 
	relation TEXT COLLATE "C", 
	PRIMARY KEY (request_id)
);
CREATE UNIQUE INDEX requests_sent_earlier ON requests_sent (earlier) WHERE earlier IS NOT NULL;
CREATE UNIQUE INDEX requests_sent_number ON requests_sent (sender, fiscal_year, number_folded);
CREATE TABLE requests_steps (
	step_id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	audience TEXT COLLATE "C" NOT NULL, 
	title TEXT COLLATE "C" NOT NULL, 
	first_on DATE NOT NULL, 
	last_on DATE NOT NULL, 
	exactness TEXT COLLATE "C" NOT NULL, 
	is_about BOOLEAN NOT NULL, 
	done_on DATE, 
	note TEXT COLLATE "C" NOT NULL, 
	participants JSON NOT NULL, 
	decisions TEXT COLLATE "C" NOT NULL, 
	is_dropped BOOLEAN NOT NULL, 
	changed_at BIGINT NOT NULL, 
	PRIMARY KEY (step_id, version)
);
CREATE INDEX requests_steps_by_owner ON requests_steps (owner);
CREATE TABLE requests_trees (
	tree TEXT COLLATE "C" NOT NULL, 
	since DATE NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	name_ja TEXT COLLATE "C" NOT NULL, 
	name_en TEXT COLLATE "C" NOT NULL, 
	brought_at BIGINT NOT NULL, 
	PRIMARY KEY (tree, since)
);
CREATE TABLE requests_visits (
	visit_id BIGINT NOT NULL, 
	body TEXT COLLATE "C" NOT NULL, 
	municipality TEXT COLLATE "C" NOT NULL, 
	venue TEXT COLLATE "C" NOT NULL, 
	wished JSON NOT NULL, 
	expected INTEGER NOT NULL, 
	asked_on DATE NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
	day DATE, 
	starts TEXT COLLATE "C", 
	reason TEXT COLLATE "C", 
	applications INTEGER, 
	changed_on DATE, 
	PRIMARY KEY (visit_id)
);
CREATE INDEX requests_visits_by_body ON requests_visits (body);
CREATE INDEX requests_visits_by_municipality ON requests_visits (municipality);
