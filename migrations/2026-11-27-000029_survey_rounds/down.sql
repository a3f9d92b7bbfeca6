DROP INDEX survey_moves_of;
DROP TABLE survey_moves;
DROP TABLE survey_field_work;
DROP TABLE survey_strata;
DROP TABLE survey_collectors;
DROP INDEX survey_rounds_of;
DROP TABLE survey_rounds;
DROP TABLE instruments;
