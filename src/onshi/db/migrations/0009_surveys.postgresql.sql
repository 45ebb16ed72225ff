CREATE TABLE surveys_surveys (
	survey_id BIGINT NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	sort TEXT COLLATE "C" NOT NULL, 
	title_ja TEXT COLLATE "C" NOT NULL, 
	title_en TEXT COLLATE "C" NOT NULL, 
	purpose_ja TEXT COLLATE "C" NOT NULL, 
	purpose_en TEXT COLLATE "C" NOT NULL, 
	questions TEXT COLLATE "C" NOT NULL, 
	opens_on DATE NOT NULL, 
	closes_on DATE NOT NULL, 
	made_on DATE NOT NULL, 
	sent_on DATE, 
	closed_on DATE, 
	PRIMARY KEY (survey_id)
);
CREATE INDEX surveys_surveys_by_party ON surveys_surveys (party);
CREATE TABLE surveys_addressees (
	survey_id BIGINT NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	expected INTEGER NOT NULL, 
	prefecture VARCHAR(2) COLLATE "C", 
	linked_on DATE NOT NULL, 
	link_hash BYTEA NOT NULL, 
	PRIMARY KEY (survey_id, party)
);
CREATE UNIQUE INDEX surveys_addressees_by_link ON surveys_addressees (link_hash);
CREATE INDEX surveys_addressees_by_party ON surveys_addressees (party);
CREATE TABLE surveys_reminders (
	survey_id BIGINT NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	reminded_on DATE NOT NULL, 
	PRIMARY KEY (survey_id, party, reminded_on)
);
CREATE TABLE surveys_answers (
	survey_id BIGINT NOT NULL, 
	party TEXT COLLATE "C" NOT NULL, 
	answer_id BIGINT NOT NULL, 
	answered_on DATE NOT NULL, 
	content TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (survey_id, party, answer_id)
);
CREATE TABLE surveys_marks (
	survey_id BIGINT NOT NULL, 
	mark BYTEA NOT NULL, 
	PRIMARY KEY (survey_id, mark)
);
