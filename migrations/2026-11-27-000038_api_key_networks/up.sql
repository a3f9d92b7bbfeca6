-- JSON: the networks from which a key may be used, as `["10.1.0.0/16"]`; null: from everywhere.
ALTER TABLE api_keys ADD COLUMN networks TEXT;
