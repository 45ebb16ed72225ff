CREATE TABLE papers_papers (
	person_id BIGINT NOT NULL, 
	paper_id BIGINT NOT NULL, 
	insurer VARCHAR(8) NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	ground TEXT, 
	month DATE NOT NULL, 
	issued_on DATE NOT NULL, 
	valid_to DATE, 
	state TEXT NOT NULL, 
	ended_on DATE, 
	handed TEXT NOT NULL, 
	batch_id BIGINT, 
	PRIMARY KEY (person_id, paper_id)
)
 WITHOUT ROWID;
CREATE INDEX papers_papers_by_batch ON papers_papers (batch_id);
CREATE INDEX papers_papers_by_end ON papers_papers (insurer, valid_to);
CREATE INDEX papers_papers_by_month ON papers_papers (insurer, month);
CREATE UNIQUE INDEX papers_papers_once ON papers_papers (person_id, insurer, ground, month) WHERE batch_id IS NOT NULL;
