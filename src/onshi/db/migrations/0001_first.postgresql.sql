CREATE TABLE access_assertions (
	client_id TEXT COLLATE "C" NOT NULL, 
	jti_hash BYTEA NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (client_id, jti_hash)
);
CREATE INDEX ix_access_assertions_expires ON access_assertions (expires);
CREATE TABLE access_parties (
	party_id TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	name_kana TEXT COLLATE "C" NOT NULL, 
	municipality TEXT COLLATE "C", 
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
	root BYTEA NOT NULL, 
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
	previous BYTEA NOT NULL, 
	batches INTEGER NOT NULL, 
	entries BIGINT NOT NULL, 
	root BYTEA NOT NULL, 
	members BYTEA NOT NULL, 
	kid TEXT COLLATE "C" NOT NULL, 
	signature BYTEA NOT NULL, 
	hash BYTEA NOT NULL, 
	PRIMARY KEY (number), 
	CONSTRAINT audit_blocks_count_from_one CHECK (number > 0), 
	UNIQUE (previous)
);
CREATE TABLE audit_entries (
	batch BIGINT NOT NULL, 
	packed BYTEA NOT NULL, 
	PRIMARY KEY (batch)
);
ALTER TABLE audit_entries ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE TABLE audit_finds (
	span BIGINT NOT NULL, 
	first BYTEA NOT NULL, 
	packed BYTEA NOT NULL, 
	PRIMARY KEY (span, first)
);
CREATE TABLE audit_spans (
	span BIGINT NOT NULL, 
	is_live BOOLEAN NOT NULL, 
	upto BYTEA, 
	PRIMARY KEY (span)
);
CREATE TABLE jobs_jobs (
	id TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
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
	error TEXT COLLATE "C", 
	PRIMARY KEY (id), 
	CONSTRAINT jobs_jobs_do_no_item_twice CHECK (done <= total)
);
CREATE INDEX jobs_jobs_by_expiry ON jobs_jobs (expires_at);
CREATE INDEX jobs_jobs_by_turn ON jobs_jobs (state, turn);
CREATE TABLE registry_cards (
	issuer TEXT COLLATE "C" NOT NULL, 
	serial TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	PRIMARY KEY (issuer, serial, known_to)
) PARTITION BY HASH (serial);
CREATE TABLE registry_cards_0 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE registry_cards_1 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE registry_cards_2 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE registry_cards_3 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE registry_cards_4 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE registry_cards_5 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE registry_cards_6 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE registry_cards_7 PARTITION OF registry_cards FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX registry_cards_by_person ON registry_cards (person_id);
CREATE TABLE registry_coverages (
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	symbol TEXT COLLATE "C", 
	number TEXT COLLATE "C" NOT NULL, 
	branch TEXT COLLATE "C", 
	relation VARCHAR(1) COLLATE "C", 
	acquired_on DATE NOT NULL, 
	starts_on DATE NOT NULL, 
	lost_on DATE, 
	loss_reason VARCHAR(2) COLLATE "C", 
	card_class VARCHAR(2) COLLATE "C" NOT NULL, 
	flags INTEGER NOT NULL, 
	details TEXT COLLATE "C", 
	feed_id BIGINT, 
	PRIMARY KEY (person_id, known_to, coverage_id)
) PARTITION BY HASH (person_id);
CREATE TABLE registry_coverages_0 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE registry_coverages_1 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE registry_coverages_2 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE registry_coverages_3 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE registry_coverages_4 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE registry_coverages_5 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE registry_coverages_6 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE registry_coverages_7 PARTITION OF registry_coverages FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE registry_feeds (
	feed_id BIGINT NOT NULL, 
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	mode TEXT COLLATE "C" NOT NULL, 
	digest BYTEA NOT NULL, 
	file_name TEXT COLLATE "C" NOT NULL, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	state TEXT COLLATE "C" NOT NULL, 
	next_row BIGINT NOT NULL, 
	counts TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (feed_id)
);
CREATE INDEX registry_feeds_by_insurer ON registry_feeds (insurer, started_at);
CREATE TABLE registry_findings (
	feed_id BIGINT NOT NULL, 
	place BIGINT NOT NULL, 
	row BIGINT NOT NULL, 
	field TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	severity TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT, 
	other_insurer VARCHAR(8) COLLATE "C", 
	PRIMARY KEY (feed_id, place)
);
CREATE TABLE registry_held (
	held_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	feed_id BIGINT NOT NULL, 
	row BIGINT NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	rank INTEGER NOT NULL, 
	candidate BIGINT, 
	blocks BOOLEAN NOT NULL, 
	content TEXT COLLATE "C" NOT NULL, 
	digest BYTEA NOT NULL, 
	decision TEXT COLLATE "C", 
	decided_by TEXT COLLATE "C", 
	PRIMARY KEY (held_id, known_to)
);
CREATE INDEX registry_held_by_digest ON registry_held (insurer, digest);
CREATE INDEX registry_held_by_insurer ON registry_held (insurer, known_to);
CREATE TABLE registry_insurer_changes (
	"only" INTEGER NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY ("only")
);
CREATE TABLE registry_insurers (
	number VARCHAR(8) COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	law_code VARCHAR(2) COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	prefecture VARCHAR(2) COLLATE "C", 
	opened_on DATE, 
	closed_on DATE, 
	first_loaded_at BIGINT, 
	last_loaded_at BIGINT, 
	delay_days INTEGER, 
	PRIMARY KEY (number, known_to)
);
CREATE TABLE registry_keys (
	key TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	PRIMARY KEY (key, person_id, coverage_id)
) PARTITION BY HASH (key);
CREATE TABLE registry_keys_0 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE registry_keys_1 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE registry_keys_2 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE registry_keys_3 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE registry_keys_4 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE registry_keys_5 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE registry_keys_6 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE registry_keys_7 PARTITION OF registry_keys FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE registry_links (
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	suspended BOOLEAN NOT NULL, 
	PRIMARY KEY (insurer, code, known_to)
);
CREATE UNIQUE INDEX registry_links_by_person ON registry_links (person_id, insurer, known_to);
CREATE TABLE registry_people (
	person_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	kana TEXT COLLATE "C" NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) COLLATE "C" NOT NULL, 
	post_number TEXT COLLATE "C", 
	address TEXT COLLATE "C", 
	municipality VARCHAR(6) COLLATE "C", 
	name_other TEXT COLLATE "C", 
	kana_other TEXT COLLATE "C", 
	sex_printed TEXT COLLATE "C", 
	match_name TEXT COLLATE "C" NOT NULL, 
	match_kana TEXT COLLATE "C" NOT NULL, 
	match_place BIGINT, 
	PRIMARY KEY (person_id, known_to)
) PARTITION BY HASH (person_id);
CREATE TABLE registry_people_0 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE registry_people_1 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE registry_people_2 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE registry_people_3 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE registry_people_4 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE registry_people_5 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE registry_people_6 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE registry_people_7 PARTITION OF registry_people FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX registry_people_by_birth ON registry_people (birth_on, match_kana);
CREATE INDEX registry_people_by_place ON registry_people (match_place);
CREATE TABLE registry_seen (
	feed_id BIGINT NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	PRIMARY KEY (feed_id, coverage_id)
);
CREATE TABLE access_clients (
	client_id TEXT COLLATE "C" NOT NULL, 
	party_id TEXT COLLATE "C" NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
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
	staff_id TEXT COLLATE "C" NOT NULL, 
	login TEXT COLLATE "C" NOT NULL, 
	party_id TEXT COLLATE "C" NOT NULL, 
	roles JSON NOT NULL, 
	password_hash TEXT COLLATE "C", 
	totp_sealed BYTEA NOT NULL, 
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
	job TEXT COLLATE "C" NOT NULL, 
	part INTEGER NOT NULL, 
	item_count INTEGER NOT NULL, 
	input BYTEA, 
	output BYTEA, 
	output_size BIGINT, 
	PRIMARY KEY (job, part), 
	CONSTRAINT jobs_parts_hold_one_of_two CHECK ((input IS NULL) = (output IS NOT NULL)), 
	FOREIGN KEY(job) REFERENCES jobs_jobs (id) ON DELETE CASCADE
);
CREATE TABLE access_sessions (
	session_id BYTEA NOT NULL, 
	staff_id TEXT COLLATE "C" NOT NULL, 
	started_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	PRIMARY KEY (session_id), 
	FOREIGN KEY(staff_id) REFERENCES access_staff (staff_id)
);
CREATE INDEX ix_access_sessions_seen_at ON access_sessions (seen_at);
CREATE INDEX ix_access_sessions_staff_id ON access_sessions (staff_id);
