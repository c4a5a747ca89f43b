-- The slices that a listing lies in, as codes of the index of letters: its 동 (0: online, which is at no place), and the
-- spans of 2^12, 2^16 and 2^20 seconds since 2000 in which it was published. A search for a frequent word reads the index
-- slice by slice, in the order that was asked for, until its page is full. `search::store::slices` makes the same codes.
CREATE FUNCTION listing_slices(mode text, region_code text, published_at timestamptz) RETURNS integer[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        CASE WHEN mode = 'online' THEN 0 ELSE left(region_code, 8)::int4 END,
        -1 - (floor(extract(epoch FROM published_at - '2000-01-01 00:00:00+00'::timestamptz))::int8 >> 12)::int4,
        -500000001 - (floor(extract(epoch FROM published_at - '2000-01-01 00:00:00+00'::timestamptz))::int8 >> 16)::int4,
        -1000000001 - (floor(extract(epoch FROM published_at - '2000-01-01 00:00:00+00'::timestamptz))::int8 >> 20)::int4
    ] $$;
