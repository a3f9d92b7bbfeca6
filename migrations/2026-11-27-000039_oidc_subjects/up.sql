-- Whom the external provider of logins calls by which name (the claim `sub`); null: nobody.
ALTER TABLE users ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX users_by_oidc_subject ON users (oidc_subject);
