DROP INDEX line_particulars_of;
DROP TABLE line_particulars;
