CREATE TABLE access_assertions (
	client_id TEXT NOT NULL, 
	jti_hash BLOB NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (client_id, jti_hash)
);
CREATE INDEX ix_access_assertions_expires ON access_assertions (expires);
CREATE TABLE access_parties (
	party_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_kana TEXT NOT NULL, 
	municipality TEXT, 
	opened_on DATE, 
	closed_on DATE, 
	attributes JSON NOT NULL, 
	PRIMARY KEY (party_id)
);
CREATE INDEX access_parties_place ON access_parties (kind, municipality);
CREATE TABLE audit_batches (
	batch BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	entries INTEGER NOT NULL, 
	root BLOB NOT NULL, 
	block BIGINT, 
	PRIMARY KEY (batch), 
	CONSTRAINT audit_batches_hold_entries CHECK (entries > 0)
);
CREATE INDEX audit_batches_at ON audit_batches (at, batch);
CREATE INDEX audit_batches_of_block ON audit_batches (block) WHERE block IS NOT NULL;
CREATE INDEX audit_batches_unsealed ON audit_batches (at, batch) WHERE block IS NULL;
CREATE TABLE audit_blocks (
	number BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	previous BLOB NOT NULL, 
	batches INTEGER NOT NULL, 
	entries BIGINT NOT NULL, 
	root BLOB NOT NULL, 
	members BLOB NOT NULL, 
	kid TEXT NOT NULL, 
	signature BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	PRIMARY KEY (number), 
	CONSTRAINT audit_blocks_count_from_one CHECK (number > 0), 
	UNIQUE (previous)
);
CREATE TABLE audit_entries (
	batch BIGINT NOT NULL, 
	packed BLOB NOT NULL, 
	PRIMARY KEY (batch)
);
CREATE TABLE audit_finds (
	span BIGINT NOT NULL, 
	first BLOB NOT NULL, 
	packed BLOB NOT NULL, 
	PRIMARY KEY (span, first)
);
CREATE TABLE audit_spans (
	span BIGINT NOT NULL, 
	is_live BOOLEAN NOT NULL, 
	upto BLOB, 
	PRIMARY KEY (span)
);
CREATE TABLE jobs_jobs (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	party TEXT NOT NULL, 
	state TEXT NOT NULL, 
	total BIGINT NOT NULL, 
	done BIGINT NOT NULL, 
	parts INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	finished_at BIGINT, 
	expires_at BIGINT NOT NULL, 
	lease_until BIGINT NOT NULL, 
	holder BIGINT, 
	turn BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	error TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT jobs_jobs_do_no_item_twice CHECK (done <= total)
);
CREATE INDEX jobs_jobs_by_expiry ON jobs_jobs (expires_at);
CREATE INDEX jobs_jobs_by_turn ON jobs_jobs (state, turn);
CREATE TABLE registry_cards (
	issuer TEXT NOT NULL, 
	serial TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	PRIMARY KEY (issuer, serial, known_to)
)
 WITHOUT ROWID;
CREATE INDEX registry_cards_by_person ON registry_cards (person_id);
CREATE TABLE registry_coverages (
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	insurer VARCHAR(8) NOT NULL, 
	symbol TEXT, 
	number TEXT NOT NULL, 
	branch TEXT, 
	relation VARCHAR(1), 
	acquired_on DATE NOT NULL, 
	starts_on DATE NOT NULL, 
	lost_on DATE, 
	loss_reason VARCHAR(2), 
	card_class VARCHAR(2) NOT NULL, 
	flags INTEGER NOT NULL, 
	details TEXT, 
	feed_id BIGINT, 
	PRIMARY KEY (person_id, known_to, coverage_id)
)
 WITHOUT ROWID;
CREATE TABLE registry_feeds (
	feed_id BIGINT NOT NULL, 
	insurer VARCHAR(8) NOT NULL, 
	mode TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	file_name TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	state TEXT NOT NULL, 
	next_row BIGINT NOT NULL, 
	counts TEXT NOT NULL, 
	PRIMARY KEY (feed_id)
);
CREATE INDEX registry_feeds_by_insurer ON registry_feeds (insurer, started_at);
CREATE TABLE registry_findings (
	feed_id BIGINT NOT NULL, 
	place BIGINT NOT NULL, 
	"row" BIGINT NOT NULL, 
	field TEXT NOT NULL, 
	code TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	person_id BIGINT, 
	other_insurer VARCHAR(8), 
	PRIMARY KEY (feed_id, place)
)
 WITHOUT ROWID;
CREATE TABLE registry_held (
	held_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	insurer VARCHAR(8) NOT NULL, 
	feed_id BIGINT NOT NULL, 
	"row" BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	rank INTEGER NOT NULL, 
	candidate BIGINT, 
	blocks BOOLEAN NOT NULL, 
	content TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	decision TEXT, 
	decided_by TEXT, 
	PRIMARY KEY (held_id, known_to)
);
CREATE INDEX registry_held_by_digest ON registry_held (insurer, digest);
CREATE INDEX registry_held_by_insurer ON registry_held (insurer, known_to);
CREATE TABLE registry_insurer_changes (
	only INTEGER NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (only)
);
CREATE TABLE registry_insurers (
	number VARCHAR(8) NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	law_code VARCHAR(2) NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	prefecture VARCHAR(2), 
	opened_on DATE, 
	closed_on DATE, 
	first_loaded_at BIGINT, 
	last_loaded_at BIGINT, 
	delay_days INTEGER, 
	PRIMARY KEY (number, known_to)
)
 WITHOUT ROWID;
CREATE TABLE registry_keys (
	"key" TEXT NOT NULL, 
	person_id BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	PRIMARY KEY ("key", person_id, coverage_id)
)
 WITHOUT ROWID;
CREATE TABLE registry_links (
	insurer VARCHAR(8) NOT NULL, 
	code TEXT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	suspended BOOLEAN NOT NULL, 
	PRIMARY KEY (insurer, code, known_to)
)
 WITHOUT ROWID;
CREATE UNIQUE INDEX registry_links_by_person ON registry_links (person_id, insurer, known_to);
CREATE TABLE registry_people (
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	kana TEXT NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) NOT NULL, 
	post_number TEXT, 
	address TEXT, 
	municipality VARCHAR(6), 
	name_other TEXT, 
	kana_other TEXT, 
	sex_printed TEXT, 
	match_name TEXT NOT NULL, 
	match_kana TEXT NOT NULL, 
	match_place BIGINT, 
	PRIMARY KEY (person_id, known_to)
)
 WITHOUT ROWID;
CREATE INDEX registry_people_by_birth ON registry_people (birth_on, match_kana);
CREATE INDEX registry_people_by_place ON registry_people (match_place);
CREATE TABLE registry_seen (
	feed_id BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	PRIMARY KEY (feed_id, coverage_id)
)
 WITHOUT ROWID;
CREATE TABLE access_clients (
	client_id TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	jwks JSON NOT NULL, 
	scopes JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	disabled_at BIGINT, 
	voided_at BIGINT, 
	PRIMARY KEY (client_id), 
	FOREIGN KEY(party_id) REFERENCES access_parties (party_id)
);
CREATE INDEX ix_access_clients_party_id ON access_clients (party_id);
CREATE INDEX ix_access_clients_voided_at ON access_clients (voided_at);
CREATE TABLE access_staff (
	staff_id TEXT NOT NULL, 
	login TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	roles JSON NOT NULL, 
	password_hash TEXT, 
	totp_sealed BLOB NOT NULL, 
	totp_step BIGINT NOT NULL, 
	wrong_tries INTEGER NOT NULL, 
	locked_until BIGINT, 
	created_at BIGINT NOT NULL, 
	disabled_at BIGINT, 
	PRIMARY KEY (staff_id), 
	UNIQUE (login), 
	FOREIGN KEY(party_id) REFERENCES access_parties (party_id)
);
CREATE INDEX ix_access_staff_party_id ON access_staff (party_id);
CREATE TABLE jobs_parts (
	job TEXT NOT NULL, 
	part INTEGER NOT NULL, 
	item_count INTEGER NOT NULL, 
	input BLOB, 
	output BLOB, 
	output_size BIGINT, 
	PRIMARY KEY (job, part), 
	CONSTRAINT jobs_parts_hold_one_of_two CHECK ((input IS NULL) = (output IS NOT NULL)), 
	FOREIGN KEY(job) REFERENCES jobs_jobs (id) ON DELETE CASCADE
);
CREATE TABLE access_sessions (
	session_id BLOB NOT NULL, 
	staff_id TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	PRIMARY KEY (session_id), 
	FOREIGN KEY(staff_id) REFERENCES access_staff (staff_id)
);
CREATE INDEX ix_access_sessions_seen_at ON access_sessions (seen_at);
CREATE INDEX ix_access_sessions_staff_id ON access_sessions (staff_id);
