DROP TABLE stored_answers;
DROP TABLE audit_entries;
