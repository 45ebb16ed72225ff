CREATE TABLE cards_application_keys (
	application_id BIGINT NOT NULL, 
	holder_id BIGINT NOT NULL, 
	PRIMARY KEY (application_id)
)
 WITHOUT ROWID;
CREATE TABLE cards_applications (
	holder_id BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	form_id VARCHAR(23), 
	route TEXT NOT NULL, 
	method TEXT NOT NULL, 
	delivery TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	photo_source TEXT NOT NULL, 
	helper TEXT, 
	workplace TEXT, 
	venue TEXT, 
	express_ground TEXT, 
	express_since DATE, 
	is_face_card BOOLEAN NOT NULL, 
	desk TEXT, 
	state TEXT NOT NULL, 
	state_since DATE NOT NULL, 
	applied_on DATE, 
	photo BLOB, 
	documents JSON, 
	notice_on DATE, 
	reminded_on DATE, 
	custody_place TEXT, 
	card_id BIGINT, 
	is_open BOOLEAN NOT NULL, 
	PRIMARY KEY (holder_id, application_id)
)
 WITHOUT ROWID;
CREATE INDEX cards_applications_by_place ON cards_applications (municipality, state, state_since);
CREATE INDEX cards_applications_by_workplace ON cards_applications (workplace) WHERE workplace IS NOT NULL;
CREATE UNIQUE INDEX cards_applications_one_open ON cards_applications (holder_id) WHERE is_open;
CREATE TABLE cards_card_keys (
	card_id BIGINT NOT NULL, 
	holder_id BIGINT NOT NULL, 
	PRIMARY KEY (card_id)
)
 WITHOUT ROWID;
CREATE TABLE cards_cards (
	holder_id BIGINT NOT NULL, 
	card_id BIGINT NOT NULL, 
	application_id BIGINT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	state_since DATE NOT NULL, 
	made_on DATE NOT NULL, 
	valid_to DATE NOT NULL, 
	handed_on DATE, 
	PRIMARY KEY (holder_id, card_id)
)
 WITHOUT ROWID;
CREATE INDEX cards_cards_by_place ON cards_cards (municipality, state, valid_to);
CREATE UNIQUE INDEX cards_cards_one_active ON cards_cards (holder_id) WHERE state = 'active';
CREATE TABLE cards_events (
	holder_id BIGINT NOT NULL, 
	object_id BIGINT NOT NULL, 
	seq INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	month INTEGER NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	step TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	stage TEXT, 
	PRIMARY KEY (holder_id, object_id, seq)
)
 WITHOUT ROWID;
CREATE INDEX cards_events_by_month ON cards_events (municipality, month, stage) WHERE stage IS NOT NULL;
CREATE UNIQUE INDEX cards_events_count_once ON cards_events (holder_id, object_id, stage) WHERE stage IS NOT NULL;
CREATE TABLE cards_forms (
	form_id VARCHAR(23) NOT NULL, 
	holder_id BIGINT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	printed_on DATE NOT NULL, 
	ended_on DATE, 
	end_reason TEXT, 
	PRIMARY KEY (form_id)
)
 WITHOUT ROWID;
CREATE INDEX cards_forms_by_holder ON cards_forms (holder_id);
CREATE TABLE cards_holders (
	holder_id BIGINT NOT NULL, 
	known_to BIGINT NOT NULL, 
	known_from BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	kana TEXT NOT NULL, 
	birth_on DATE NOT NULL, 
	sex VARCHAR(1) NOT NULL, 
	post_number TEXT NOT NULL, 
	address TEXT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	residence TEXT NOT NULL, 
	stay_until DATE, 
	guardian_id BIGINT, 
	is_ward BOOLEAN NOT NULL, 
	deceased_on DATE, 
	PRIMARY KEY (holder_id, known_to)
)
 WITHOUT ROWID;
CREATE TABLE cards_moves (
	holder_id BIGINT NOT NULL, 
	move_id BIGINT NOT NULL, 
	from_municipality VARCHAR(6) NOT NULL, 
	to_municipality VARCHAR(6), 
	planned_on DATE, 
	moved_on DATE, 
	notified_on DATE, 
	continue_by DATE, 
	continued_on DATE, 
	ended_on DATE, 
	end_reason TEXT, 
	is_waiting BOOLEAN NOT NULL, 
	PRIMARY KEY (holder_id, move_id)
)
 WITHOUT ROWID;
CREATE UNIQUE INDEX cards_moves_one_waiting ON cards_moves (holder_id) WHERE is_waiting;
CREATE INDEX cards_moves_running_out ON cards_moves (to_municipality, continue_by) WHERE is_waiting;
CREATE TABLE cards_photos (
	holder_id BIGINT NOT NULL, 
	digest BLOB NOT NULL, 
	content BLOB NOT NULL, 
	taken_on DATE NOT NULL, 
	PRIMARY KEY (holder_id, digest)
);
CREATE TABLE cards_slots (
	municipality VARCHAR(6) NOT NULL, 
	place TEXT NOT NULL, 
	day DATE NOT NULL, 
	starts VARCHAR(5) NOT NULL, 
	capacity INTEGER NOT NULL, 
	PRIMARY KEY (municipality, place, day, starts), 
	CONSTRAINT cards_slots_with_capacity UNIQUE (municipality, place, day, starts, capacity), 
	CONSTRAINT cards_slots_hold_nobody_less CHECK (capacity >= 0)
)
 WITHOUT ROWID;
CREATE TABLE cards_bookings (
	municipality VARCHAR(6) NOT NULL, 
	place TEXT NOT NULL, 
	day DATE NOT NULL, 
	starts VARCHAR(5) NOT NULL, 
	seat INTEGER NOT NULL, 
	capacity INTEGER NOT NULL, 
	holder_id BIGINT NOT NULL, 
	purpose TEXT NOT NULL, 
	booked_at BIGINT NOT NULL, 
	PRIMARY KEY (municipality, place, day, starts, seat), 
	CONSTRAINT cards_bookings_in_a_slot FOREIGN KEY(municipality, place, day, starts, capacity) REFERENCES cards_slots (municipality, place, day, starts, capacity) ON UPDATE CASCADE, 
	CONSTRAINT cards_bookings_have_a_place CHECK (seat >= 1 AND seat <= capacity)
)
 WITHOUT ROWID;
CREATE UNIQUE INDEX cards_bookings_one_each ON cards_bookings (holder_id, purpose);
