-- Days off and swapped working days, one row for each year of a country's calendar.
CREATE TABLE holiday_years (
    calendar TEXT NOT NULL,
    year INTEGER NOT NULL,
    -- JSON: the days, each with its kind and name.
    days TEXT NOT NULL,
    note TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (calendar, year)
);
