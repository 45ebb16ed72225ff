INSERT INTO presence_used (nonce, expires_at) VALUES ('0123456789abcdef', 1);
