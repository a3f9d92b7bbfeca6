DROP INDEX users_by_oidc_subject;
ALTER TABLE users DROP COLUMN oidc_subject;
