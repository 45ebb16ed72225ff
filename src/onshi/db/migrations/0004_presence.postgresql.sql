CREATE TABLE presence_used (
	nonce TEXT COLLATE "C" NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (nonce)
);
CREATE INDEX presence_used_by_end ON presence_used (expires_at);
