DROP TABLE adjustment_points;
DROP TABLE survey_points;
DROP TABLE appraisal_decisions;
DROP TABLE appraisal_views;
