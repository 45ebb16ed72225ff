CREATE INDEX pki_certificates_by_place ON pki_certificates (issuer, generation, municipality, not_after);
