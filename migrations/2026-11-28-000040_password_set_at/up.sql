-- Since when an account has its password: a first one that nobody uses is good for some days only. Of passwords that were there before,
-- the last change of the account is the latest that it can be; null: a version that does not know of this made the account.
ALTER TABLE users ADD COLUMN password_set_at TIMESTAMP;
UPDATE users SET password_set_at = updated_at;
