DROP TABLE agency_successors;
DROP TABLE agency_identifiers;
DROP TABLE agency_regions;
DROP TABLE agency_parents;
DROP TABLE agency_names;
DROP TABLE agencies;
DROP TABLE regions;
DROP TABLE agency_levels;
