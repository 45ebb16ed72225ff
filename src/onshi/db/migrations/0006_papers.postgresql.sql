CREATE TABLE papers_papers (
	person_id BIGINT NOT NULL, 
	paper_id BIGINT NOT NULL, 
	insurer VARCHAR(8) COLLATE "C" NOT NULL, 
	coverage_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	ground TEXT COLLATE "C", 
	month DATE NOT NULL, 
	issued_on DATE NOT NULL, 
	valid_to DATE, 
	state TEXT COLLATE "C" NOT NULL, 
	ended_on DATE, 
	handed TEXT COLLATE "C" NOT NULL, 
	batch_id BIGINT, 
	PRIMARY KEY (person_id, paper_id)
) PARTITION BY HASH (person_id);
CREATE TABLE papers_papers_0 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE papers_papers_1 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE papers_papers_2 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE papers_papers_3 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE papers_papers_4 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE papers_papers_5 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE papers_papers_6 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE papers_papers_7 PARTITION OF papers_papers FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX papers_papers_by_batch ON papers_papers (batch_id);
CREATE INDEX papers_papers_by_end ON papers_papers (insurer, valid_to);
CREATE INDEX papers_papers_by_month ON papers_papers (insurer, month);
CREATE UNIQUE INDEX papers_papers_once ON papers_papers (person_id, insurer, ground, month) WHERE batch_id IS NOT NULL;
