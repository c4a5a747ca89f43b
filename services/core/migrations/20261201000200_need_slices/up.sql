-- Takes the place of listings_need_tokens_idx: letters anywhere, letters in the title, areas, slices. A second try must
-- not take what a first one left unfinished for whole: it fails until somebody drops it.
-- squawk-ignore prefer-robust-stmts
CREATE INDEX CONCURRENTLY listings_need_slices_idx ON listings
    USING gin (tokens, title_tokens, areas, listing_slices(mode, region_code, published_at)) WITH (fastupdate = off)
    WHERE state = 'open' AND kind = 'need';
