DROP TABLE reminders;
DROP TABLE outbox;
DROP TABLE notifications;
DROP TABLE user_contacts;
ALTER TABLE rounds DROP COLUMN time_zone;
