ALTER TABLE submissions DROP COLUMN explanation_until;
ALTER TABLE submissions DROP COLUMN self_assessment_until;
DROP TABLE deadline_extensions;
DROP TABLE item_messages;
