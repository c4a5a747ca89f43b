-- What these served, the indexes with slices serve, and take over their names, by which no statement knows them.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX listings_talent_tokens_idx;
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX listings_need_tokens_idx;
-- squawk-ignore renaming-object
ALTER INDEX listings_talent_slices_idx RENAME TO listings_talent_tokens_idx;
-- squawk-ignore renaming-object
ALTER INDEX listings_need_slices_idx RENAME TO listings_need_tokens_idx;
