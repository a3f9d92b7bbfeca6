DROP TABLE council_minutes;
