CREATE TABLE pki_authorities (
	name TEXT COLLATE "C" NOT NULL, 
	generation INTEGER NOT NULL, 
	purpose TEXT COLLATE "C" NOT NULL, 
	key_id BYTEA NOT NULL, 
	certificate BYTEA NOT NULL, 
	since BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	ocsp_url TEXT COLLATE "C", 
	responder BYTEA, 
	PRIMARY KEY (name, generation), 
	UNIQUE (key_id)
);
CREATE TABLE pki_certificates (
	issuer TEXT COLLATE "C" NOT NULL, 
	serial BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	holder BIGINT NOT NULL, 
	card BIGINT NOT NULL, 
	medium TEXT COLLATE "C" NOT NULL, 
	municipality VARCHAR(6) COLLATE "C" NOT NULL, 
	generation INTEGER NOT NULL, 
	not_before BIGINT NOT NULL, 
	not_after DATE NOT NULL, 
	status TEXT COLLATE "C" NOT NULL, 
	reason TEXT COLLATE "C", 
	revoked_at BIGINT, 
	successor BIGINT, 
	der BYTEA, 
	PRIMARY KEY (issuer, serial)
) PARTITION BY HASH (serial);
CREATE TABLE pki_certificates_0 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE pki_certificates_1 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE pki_certificates_2 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE pki_certificates_3 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE pki_certificates_4 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE pki_certificates_5 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE pki_certificates_6 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE pki_certificates_7 PARTITION OF pki_certificates FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE INDEX ix_pki_certificates_holder ON pki_certificates (holder);
CREATE INDEX pki_certificates_off ON pki_certificates (issuer, generation, municipality) WHERE status <> 'active';
CREATE TABLE pki_crls (
	issuer TEXT COLLATE "C" NOT NULL, 
	generation INTEGER NOT NULL, 
	partition VARCHAR(6) COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	this_update BIGINT NOT NULL, 
	next_update BIGINT NOT NULL, 
	der BYTEA NOT NULL, 
	PRIMARY KEY (issuer, generation, partition, number)
);
CREATE TABLE pki_terminals (
	terminal_id TEXT COLLATE "C" NOT NULL, 
	since BIGINT NOT NULL, 
	party_id TEXT COLLATE "C" NOT NULL, 
	certificate BYTEA NOT NULL, 
	revoked_at BIGINT, 
	PRIMARY KEY (terminal_id, since)
);
CREATE INDEX ix_pki_terminals_party_id ON pki_terminals (party_id);
