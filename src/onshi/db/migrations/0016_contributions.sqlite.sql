CREATE TABLE outreach_contributions (
	contribution_id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	owner TEXT NOT NULL, 
	practice TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	comment TEXT NOT NULL, 
	sent_at BIGINT NOT NULL, 
	decided_at BIGINT, 
	PRIMARY KEY (contribution_id, version)
)
 WITHOUT ROWID;
CREATE INDEX outreach_contributions_by_owner ON outreach_contributions (owner);
