DROP VIEW v_domains;
DROP VIEW v_scores;
DROP VIEW v_rankings;
DROP VIEW v_publications;
DROP TABLE published_nodes;
DROP TABLE published_heads;
DROP TABLE published_agencies;
DROP TABLE published_facts;
