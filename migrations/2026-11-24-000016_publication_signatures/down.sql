DROP TABLE publication_signatures;
DROP TABLE publication_keys;
