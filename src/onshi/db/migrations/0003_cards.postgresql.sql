CREATE TABLE cards_application_keys (
	application_id BIGINT NOT NULL, 
	holder_id BIGINT NOT NULL, 
	PRIMARY KEY (application_id)
) PARTITION BY HASH (application_id);
CREATE TABLE cards_application_keys_0 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_application_keys_1 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_application_keys_2 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_application_keys_3 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_application_keys_4 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_application_keys_5 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_application_keys_6 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_application_keys_7 PARTITION OF cards_application_keys FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE cards_applications (
	holder_id BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	form_id VARCHAR(23) COLLATE "C", 
	route TEXT COLLATE "C" NOT NULL, 
	method TEXT COLLATE "C" NOT NULL, 
	delivery TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	photo_source TEXT COLLATE "C" NOT NULL, 
	helper TEXT COLLATE "C", 
	workplace TEXT COLLATE "C", 
	venue TEXT COLLATE "C", 
	express_ground TEXT COLLATE "C", 
	express_since DATE, 
	is_face_card BOOLEAN NOT NULL, 
	desk TEXT COLLATE "C", 
	state TEXT COLLATE "C" NOT NULL, 
	state_since DATE NOT NULL, 
	applied_on DATE, 
	photo BYTEA, 
	documents JSON, 
	notice_on DATE, 
	reminded_on DATE, 
	custody_place TEXT COLLATE "C", 
	card_id BIGINT, 
	is_open BOOLEAN NOT NULL, 
	PRIMARY KEY (holder_id, application_id)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_applications_0 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_applications_1 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_applications_2 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_applications_3 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_applications_4 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_applications_5 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_applications_6 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_applications_7 PARTITION OF cards_applications FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX cards_applications_by_place ON cards_applications (municipality, state, state_since);
CREATE INDEX cards_applications_by_workplace ON cards_applications (workplace) WHERE workplace IS NOT NULL;
CREATE UNIQUE INDEX cards_applications_one_open ON cards_applications (holder_id) WHERE is_open;
CREATE TABLE cards_card_keys (
	card_id BIGINT NOT NULL, 
	holder_id BIGINT NOT NULL, 
	PRIMARY KEY (card_id)
) PARTITION BY HASH (card_id);
CREATE TABLE cards_card_keys_0 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_card_keys_1 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_card_keys_2 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_card_keys_3 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_card_keys_4 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_card_keys_5 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_card_keys_6 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_card_keys_7 PARTITION OF cards_card_keys FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE cards_cards (
	holder_id BIGINT NOT NULL, 
	card_id BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
	state_since DATE NOT NULL, 
	made_on DATE NOT NULL, 
	valid_to DATE NOT NULL, 
	handed_on DATE, 
	PRIMARY KEY (holder_id, card_id)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_cards_0 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_cards_1 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_cards_2 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_cards_3 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_cards_4 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_cards_5 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_cards_6 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_cards_7 PARTITION OF cards_cards FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX cards_cards_by_place ON cards_cards (municipality, state, valid_to);
CREATE UNIQUE INDEX cards_cards_one_active ON cards_cards (holder_id) WHERE state = 'active';
CREATE TABLE cards_events (
	holder_id BIGINT NOT NULL, 
	object_id BIGINT NOT NULL, 
	seq INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	month INTEGER NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	step TEXT COLLATE "C" NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	before TEXT COLLATE "C" NOT NULL, 
	after TEXT COLLATE "C" NOT NULL, 
	stage TEXT COLLATE "C", 
	PRIMARY KEY (holder_id, object_id, seq)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_events_0 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_events_1 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_events_2 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_events_3 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_events_4 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_events_5 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_events_6 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_events_7 PARTITION OF cards_events FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX cards_events_by_month ON cards_events (municipality, month, stage) WHERE stage IS NOT NULL;
CREATE UNIQUE INDEX cards_events_count_once ON cards_events (holder_id, object_id, stage) WHERE stage IS NOT NULL;
CREATE TABLE cards_forms (
	form_id VARCHAR(23) COLLATE "C" NOT NULL, 
	holder_id BIGINT NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	printed_on DATE NOT NULL, 
	ended_on DATE, 
	end_reason TEXT COLLATE "C", 
	PRIMARY KEY (form_id)
) PARTITION BY HASH (form_id);
CREATE TABLE cards_forms_0 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_forms_1 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_forms_2 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_forms_3 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_forms_4 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_forms_5 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_forms_6 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_forms_7 PARTITION OF cards_forms FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX cards_forms_by_holder ON cards_forms (holder_id);
CREATE TABLE cards_holders (
	holder_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	name TEXT COLLATE "C" NOT NULL, 
	kana TEXT COLLATE "C" NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) COLLATE "C" NOT NULL, 
	post_number TEXT COLLATE "C" NOT NULL, 
	address TEXT COLLATE "C" NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	residence TEXT COLLATE "C" NOT NULL, 
	stay_until DATE, 
	guardian_id BIGINT, 
	is_ward BOOLEAN NOT NULL, 
	deceased_on DATE, 
	PRIMARY KEY (holder_id, known_to)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_holders_0 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_holders_1 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_holders_2 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_holders_3 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_holders_4 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_holders_5 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_holders_6 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_holders_7 PARTITION OF cards_holders FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE cards_moves (
	holder_id BIGINT NOT NULL, 
	move_id BIGINT NOT NULL, 
	from_municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	to_municipality VARCHAR(6) COLLATE "C", 
	planned_on DATE, 
	moved_on DATE, 
	notified_on DATE, 
	continue_by DATE, 
	continued_on DATE, 
	ended_on DATE, 
	end_reason TEXT COLLATE "C", 
	is_waiting BOOLEAN NOT NULL, 
	PRIMARY KEY (holder_id, move_id)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_moves_0 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_moves_1 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_moves_2 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_moves_3 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_moves_4 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_moves_5 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_moves_6 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_moves_7 PARTITION OF cards_moves FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE UNIQUE INDEX cards_moves_one_waiting ON cards_moves (holder_id) WHERE is_waiting;
CREATE INDEX cards_moves_running_out ON cards_moves (to_municipality, continue_by) WHERE is_waiting;
CREATE TABLE cards_photos (
	holder_id BIGINT NOT NULL, 
	digest BYTEA NOT NULL, 
	content BYTEA NOT NULL, 
	taken_on DATE NOT NULL, 
	PRIMARY KEY (holder_id, digest)
) PARTITION BY HASH (holder_id);
CREATE TABLE cards_photos_0 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE cards_photos_1 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE cards_photos_2 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE cards_photos_3 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE cards_photos_4 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE cards_photos_5 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE cards_photos_6 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE cards_photos_7 PARTITION OF cards_photos FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE cards_slots (
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	place TEXT COLLATE "C" NOT NULL, 
	day DATE NOT NULL, 
	starts VARCHAR(5) COLLATE "C" NOT NULL, 
	capacity INTEGER NOT NULL, 
	PRIMARY KEY (municipality, place, day, starts), 
	CONSTRAINT cards_slots_with_capacity UNIQUE (municipality, place, day, starts, capacity), 
	CONSTRAINT cards_slots_hold_nobody_less CHECK (capacity >= 0)
);
CREATE TABLE cards_bookings (
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	place TEXT COLLATE "C" NOT NULL, 
	day DATE NOT NULL, 
	starts VARCHAR(5) COLLATE "C" NOT NULL, 
	seat INTEGER NOT NULL, 
	capacity INTEGER NOT NULL, 
	holder_id BIGINT NOT NULL, 
	purpose TEXT COLLATE "C" NOT NULL, 
	booked_at BIGINT NOT NULL, 
	PRIMARY KEY (municipality, place, day, starts, seat), 
	CONSTRAINT cards_bookings_in_a_slot FOREIGN KEY(municipality, place, day, starts, capacity) REFERENCES cards_slots (municipality, place, day, starts, capacity) ON UPDATE CASCADE, 
	CONSTRAINT cards_bookings_have_a_place CHECK (seat >= 1 AND seat <= capacity)
);
CREATE UNIQUE INDEX cards_bookings_one_each ON cards_bookings (holder_id, purpose);
