DROP INDEX line_extensions_of;
DROP TABLE line_extensions;
DROP INDEX line_moves_of;
DROP TABLE line_moves;
