DROP TABLE evidence_signatures;
