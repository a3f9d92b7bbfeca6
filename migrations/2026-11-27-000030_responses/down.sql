DROP TABLE survey_results;
DROP TABLE survey_exclusions;
DROP TABLE survey_counts;
DROP TABLE survey_count_heads;
DROP TABLE survey_texts;
DROP TABLE responses;
DROP TABLE survey_batches;
