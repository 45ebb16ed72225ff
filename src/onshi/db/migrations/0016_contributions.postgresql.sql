CREATE TABLE outreach_contributions (
	contribution_id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	owner TEXT COLLATE "C" NOT NULL, 
	practice TEXT COLLATE "C" NOT NULL, 
	state TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	comment TEXT COLLATE "C" NOT NULL, 
	sent_at BIGINT NOT NULL, 
	decided_at BIGINT, 
	PRIMARY KEY (contribution_id, version)
);
CREATE INDEX outreach_contributions_by_owner ON outreach_contributions (owner);
