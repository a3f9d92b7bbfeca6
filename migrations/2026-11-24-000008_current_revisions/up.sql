-- Which revision of each item is current, as JSON {"indicator": revision}, in the submission's own row: a save of 100
-- values writes it once instead of 100 rows. NULL: not known yet, to be told from the history.
ALTER TABLE submissions ADD COLUMN current_revisions TEXT;
DROP TABLE submission_items;
