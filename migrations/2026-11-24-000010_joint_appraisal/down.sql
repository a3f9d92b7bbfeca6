ALTER TABLE appraisal_views DROP COLUMN decisions_before;
