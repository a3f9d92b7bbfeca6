DROP INDEX survey_form_codes_of;
DROP TABLE survey_form_codes;
