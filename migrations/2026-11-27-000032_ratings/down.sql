DROP TABLE rating_counts;
DROP TABLE ratings;
DROP TABLE rating_channels;
