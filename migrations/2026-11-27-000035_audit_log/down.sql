DROP TABLE audit_keys;
DROP TABLE audit_tree_heads;
DROP TABLE audit_hashes;
DROP TABLE audit_leaves;
DROP TABLE audit_unsealed;
