DROP INDEX public_post_collectors_of;
DROP TABLE public_post_collectors;
DROP INDEX public_post_current;
DROP TABLE public_post;
