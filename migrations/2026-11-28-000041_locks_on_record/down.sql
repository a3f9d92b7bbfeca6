ALTER TABLE login_counts DROP COLUMN lock_on_record;
