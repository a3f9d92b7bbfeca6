DROP TABLE inspection_moves;
DROP TABLE inspection_remedies;
DROP TABLE finding_indicators;
DROP TABLE inspection_findings;
DROP TABLE inspection_bodies;
DROP TABLE inspections;
DROP TABLE inspection_plans;
