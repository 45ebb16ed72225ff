CREATE TABLE pki_authorities (
	name TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	purpose TEXT NOT NULL, 
	key_id BLOB NOT NULL, 
	certificate BLOB NOT NULL, 
	since BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	ocsp_url TEXT, 
	responder BLOB, 
	PRIMARY KEY (name, generation), 
	UNIQUE (key_id)
);
CREATE TABLE pki_certificates (
	issuer TEXT NOT NULL, 
	serial BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	holder BIGINT NOT NULL, 
	card BIGINT NOT NULL, 
	medium TEXT NOT NULL, 
	municipality VARCHAR(6) NOT NULL, 
	generation INTEGER NOT NULL, 
	not_before BIGINT NOT NULL, 
	not_after DATE NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT, 
	revoked_at BIGINT, 
	successor BIGINT, 
	der BLOB, 
	PRIMARY KEY (issuer, serial)
);
CREATE INDEX ix_pki_certificates_holder ON pki_certificates (holder);
CREATE INDEX pki_certificates_off ON pki_certificates (issuer, generation, municipality) WHERE status <> 'active';
CREATE TABLE pki_crls (
	issuer TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	partition VARCHAR(6) NOT NULL, 
	number BIGINT NOT NULL, 
	this_update BIGINT NOT NULL, 
	next_update BIGINT NOT NULL, 
	der BLOB NOT NULL, 
	PRIMARY KEY (issuer, generation, partition, number)
);
CREATE TABLE pki_terminals (
	terminal_id TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	party_id TEXT NOT NULL, 
	certificate BLOB NOT NULL, 
	revoked_at BIGINT, 
	PRIMARY KEY (terminal_id, since)
);
CREATE INDEX ix_pki_terminals_party_id ON pki_terminals (party_id);
