CREATE TABLE surveys_surveys (
	survey_id BIGINT NOT NULL, 
	party TEXT NOT NULL, 
	sort TEXT NOT NULL, 
	title_ja TEXT NOT NULL, 
	title_en TEXT NOT NULL, 
	purpose_ja TEXT NOT NULL, 
	purpose_en TEXT NOT NULL, 
	questions TEXT NOT NULL, 
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
	party TEXT NOT NULL, 
	expected INTEGER NOT NULL, 
	prefecture VARCHAR(2), 
	linked_on DATE NOT NULL, 
	link_hash BLOB NOT NULL, 
	PRIMARY KEY (survey_id, party)
)
 WITHOUT ROWID;
CREATE UNIQUE INDEX surveys_addressees_by_link ON surveys_addressees (link_hash);
CREATE INDEX surveys_addressees_by_party ON surveys_addressees (party);
CREATE TABLE surveys_reminders (
	survey_id BIGINT NOT NULL, 
	party TEXT NOT NULL, 
	reminded_on DATE NOT NULL, 
	PRIMARY KEY (survey_id, party, reminded_on)
)
 WITHOUT ROWID;
CREATE TABLE surveys_answers (
	survey_id BIGINT NOT NULL, 
	party TEXT NOT NULL, 
	answer_id BIGINT NOT NULL, 
	answered_on DATE NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (survey_id, party, answer_id)
)
 WITHOUT ROWID;
CREATE TABLE surveys_marks (
	survey_id BIGINT NOT NULL, 
	mark BLOB NOT NULL, 
	PRIMARY KEY (survey_id, mark)
)
 WITHOUT ROWID;
