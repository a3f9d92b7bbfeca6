-- JSON: the survey result that points were pulled from; null where they were entered by hand.
ALTER TABLE survey_points ADD COLUMN pulled_from TEXT;
