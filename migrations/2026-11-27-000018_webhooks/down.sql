DROP INDEX outbox_updated;
DROP INDEX outbox_target;
DROP TABLE outbox_attempts;
DROP TABLE webhooks;
