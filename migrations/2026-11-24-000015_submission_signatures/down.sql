DROP TABLE minutes_signatures;
DROP TABLE minutes_files;
ALTER TABLE rounds DROP COLUMN signature_required;
DROP TABLE submission_signatures;
