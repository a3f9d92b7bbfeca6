DROP INDEX calendar_feeds_of;
DROP TABLE calendar_feeds;
