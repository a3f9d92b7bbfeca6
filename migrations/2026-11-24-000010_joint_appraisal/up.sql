-- How many decisions the item had when a view was recorded, so that what was said before the council sent the item back
-- no longer counts. NULL: from before joint appraisal, when each view was followed by its decision.
ALTER TABLE appraisal_views ADD COLUMN decisions_before INTEGER;
