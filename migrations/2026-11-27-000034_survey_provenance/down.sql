ALTER TABLE survey_points DROP COLUMN pulled_from;
