DROP INDEX recovery_codes_of;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
