DROP TABLE recommendation_reminders;
DROP TABLE recommendation_moves;
DROP TABLE recommendation_bodies;
DROP TABLE recommendations;
DROP TABLE recommendation_registers;
DROP TABLE recommendation_types;
