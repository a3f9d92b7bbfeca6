DROP TABLE review_parts;
DROP INDEX programme_reviews_numbered;
DROP INDEX programme_reviews_named;
DROP TABLE programme_reviews;
