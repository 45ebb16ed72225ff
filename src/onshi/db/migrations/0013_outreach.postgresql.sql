CREATE TABLE outreach_events (
	event_id BIGINT NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	held_on DATE NOT NULL, 
	sort TEXT COLLATE "C" NOT NULL, 
	place TEXT COLLATE "C" NOT NULL, 
	expected BIGINT, 
	came BIGINT, 
	applications BIGINT, 
	cancelled BOOLEAN NOT NULL, 
	PRIMARY KEY (event_id)
);
CREATE INDEX outreach_events_by_owner ON outreach_events (owner, held_on);
CREATE TABLE outreach_measures (
	code TEXT COLLATE "C" NOT NULL, 
	title_ja TEXT COLLATE "C" NOT NULL, 
	title_en TEXT COLLATE "C" NOT NULL, 
	actor TEXT COLLATE "C" NOT NULL, 
	audience TEXT COLLATE "C" NOT NULL, 
	channels TEXT COLLATE "C" NOT NULL, 
	kinds TEXT COLLATE "C" NOT NULL, 
	timing_ja TEXT COLLATE "C" NOT NULL, 
	timing_en TEXT COLLATE "C" NOT NULL, 
	effect_ja TEXT COLLATE "C" NOT NULL, 
	effect_en TEXT COLLATE "C" NOT NULL, 
	effect_number BIGINT, 
	effect_unit TEXT COLLATE "C" NOT NULL, 
	evidence TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	known_from DATE NOT NULL, 
	PRIMARY KEY (code)
);
CREATE TABLE outreach_plan_lines (
	owner TEXT COLLATE "C" NOT NULL, 
	year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	measure TEXT COLLATE "C" NOT NULL, 
	channel TEXT COLLATE "C" NOT NULL, 
	months TEXT COLLATE "C" NOT NULL, 
	audience BIGINT, 
	budget BIGINT NOT NULL, 
	PRIMARY KEY (owner, year, version, measure, channel)
);
CREATE TABLE outreach_plans (
	owner TEXT COLLATE "C" NOT NULL, 
	year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
	post TEXT COLLATE "C" NOT NULL, 
	target_holders BIGINT, 
	target_registrations BIGINT, 
	reason TEXT COLLATE "C" NOT NULL, 
	comment TEXT COLLATE "C" NOT NULL, 
	saved_at BIGINT NOT NULL, 
	submitted_at BIGINT, 
	decided_at BIGINT, 
	PRIMARY KEY (owner, year, version)
);
CREATE INDEX outreach_plans_by_kind ON outreach_plans (kind, year);
CREATE TABLE outreach_publicity (
	campaign TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	version INTEGER NOT NULL, 
	medium TEXT COLLATE "C" NOT NULL, 
	title_ja TEXT COLLATE "C" NOT NULL, 
	title_en TEXT COLLATE "C" NOT NULL, 
	sites BIGINT, 
	places BIGINT, 
	seconds INTEGER, 
	hour_low INTEGER, 
	hour_high INTEGER, 
	day_low INTEGER, 
	day_high INTEGER, 
	hours INTEGER, 
	first_on DATE, 
	last_on DATE, 
	days INTEGER, 
	issues TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	audience_ja TEXT COLLATE "C" NOT NULL, 
	audience_en TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	known_from DATE NOT NULL, 
	is_rate_about BOOLEAN NOT NULL, 
	counted BIGINT, 
	PRIMARY KEY (campaign, code, version)
);
CREATE TABLE outreach_report_lines (
	owner TEXT COLLATE "C" NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	measure TEXT COLLATE "C" NOT NULL, 
	channel TEXT COLLATE "C" NOT NULL, 
	outcome TEXT COLLATE "C" NOT NULL, 
	why TEXT COLLATE "C", 
	reach BIGINT, 
	cost BIGINT NOT NULL, 
	PRIMARY KEY (owner, as_of, version, measure, channel)
);
CREATE TABLE outreach_reports (
	owner TEXT COLLATE "C" NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	holders_members BIGINT, 
	holders_dependants BIGINT, 
	registrations_members BIGINT, 
	registrations_dependants BIGINT, 
	note TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	saved_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	PRIMARY KEY (owner, as_of, version)
);
CREATE INDEX outreach_reports_by_kind ON outreach_reports (kind, as_of);
CREATE TABLE outreach_summaries (
	ministry TEXT COLLATE "C" NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	note TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	sent_at BIGINT NOT NULL, 
	PRIMARY KEY (ministry, as_of, version)
);
CREATE TABLE outreach_summary_cells (
	ministry TEXT COLLATE "C" NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	measure TEXT COLLATE "C" NOT NULL, 
	channel TEXT COLLATE "C" NOT NULL, 
	done INTEGER NOT NULL, 
	partly INTEGER NOT NULL, 
	not_done INTEGER NOT NULL, 
	reach BIGINT NOT NULL, 
	reach_unknown INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	PRIMARY KEY (ministry, as_of, version, kind, measure, channel)
);
CREATE TABLE outreach_summary_parts (
	ministry TEXT COLLATE "C" NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	expected INTEGER NOT NULL, 
	reported INTEGER NOT NULL, 
	figures TEXT COLLATE "C" NOT NULL, 
	PRIMARY KEY (ministry, as_of, version, kind)
);
