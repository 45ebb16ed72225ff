CREATE TABLE outreach_events (
	event_id BIGINT NOT NULL, 
	owner TEXT NOT NULL, 
	held_on DATE NOT NULL, 
	sort TEXT NOT NULL, 
	place TEXT NOT NULL, 
	expected BIGINT, 
	came BIGINT, 
	applications BIGINT, 
	cancelled BOOLEAN NOT NULL, 
	PRIMARY KEY (event_id)
)
 WITHOUT ROWID;
CREATE INDEX outreach_events_by_owner ON outreach_events (owner, held_on);
CREATE TABLE outreach_measures (
	code TEXT NOT NULL, 
	title_ja TEXT NOT NULL, 
	title_en TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	channels TEXT NOT NULL, 
	kinds TEXT NOT NULL, 
	timing_ja TEXT NOT NULL, 
	timing_en TEXT NOT NULL, 
	effect_ja TEXT NOT NULL, 
	effect_en TEXT NOT NULL, 
	effect_number BIGINT, 
	effect_unit TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	source TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	PRIMARY KEY (code)
)
 WITHOUT ROWID;
CREATE TABLE outreach_plan_lines (
	owner TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	measure TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	months TEXT NOT NULL, 
	audience BIGINT, 
	budget BIGINT NOT NULL, 
	PRIMARY KEY (owner, year, version, measure, channel)
)
 WITHOUT ROWID;
CREATE TABLE outreach_plans (
	owner TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	post TEXT NOT NULL, 
	target_holders BIGINT, 
	target_registrations BIGINT, 
	reason TEXT NOT NULL, 
	comment TEXT NOT NULL, 
	saved_at BIGINT NOT NULL, 
	submitted_at BIGINT, 
	decided_at BIGINT, 
	PRIMARY KEY (owner, year, version)
)
 WITHOUT ROWID;
CREATE INDEX outreach_plans_by_kind ON outreach_plans (kind, year);
CREATE TABLE outreach_publicity (
	campaign TEXT NOT NULL, 
	code TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	medium TEXT NOT NULL, 
	title_ja TEXT NOT NULL, 
	title_en TEXT NOT NULL, 
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
	issues TEXT NOT NULL, 
	status TEXT NOT NULL, 
	audience_ja TEXT NOT NULL, 
	audience_en TEXT NOT NULL, 
	source TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	is_rate_about BOOLEAN NOT NULL, 
	counted BIGINT, 
	PRIMARY KEY (campaign, code, version)
)
 WITHOUT ROWID;
CREATE TABLE outreach_report_lines (
	owner TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	measure TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	why TEXT, 
	reach BIGINT, 
	cost BIGINT NOT NULL, 
	PRIMARY KEY (owner, as_of, version, measure, channel)
)
 WITHOUT ROWID;
CREATE TABLE outreach_reports (
	owner TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	holders_members BIGINT, 
	holders_dependants BIGINT, 
	registrations_members BIGINT, 
	registrations_dependants BIGINT, 
	note TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	saved_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	PRIMARY KEY (owner, as_of, version)
)
 WITHOUT ROWID;
CREATE INDEX outreach_reports_by_kind ON outreach_reports (kind, as_of);
CREATE TABLE outreach_summaries (
	ministry TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	sent_at BIGINT NOT NULL, 
	PRIMARY KEY (ministry, as_of, version)
)
 WITHOUT ROWID;
CREATE TABLE outreach_summary_cells (
	ministry TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	done INTEGER NOT NULL, 
	partly INTEGER NOT NULL, 
	not_done INTEGER NOT NULL, 
	reach BIGINT NOT NULL, 
	reach_unknown INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	PRIMARY KEY (ministry, as_of, version, kind, measure, channel)
)
 WITHOUT ROWID;
CREATE TABLE outreach_summary_parts (
	ministry TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	expected INTEGER NOT NULL, 
	reported INTEGER NOT NULL, 
	figures TEXT NOT NULL, 
	PRIMARY KEY (ministry, as_of, version, kind)
)
 WITHOUT ROWID;
