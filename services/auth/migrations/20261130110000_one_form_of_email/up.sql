-- accounts.email is the form in which addresses are compared: the part before the @ in NFKC and lower case, the domain
-- as DNS has it (UTS #46: 도와요.한국 and xn--hq1bo46ahha.xn--3e0b707e are one). Until now a domain was kept as it was
-- typed, so that one address could open two accounts, and was not found when a browser sent its other form. Where both
-- accounts exist, the older form stays beside the new one: whoever logs in as before gets in as before.
DO $$
DECLARE
    one record;
    label text;
    form text;
    points integer[];
    digits CONSTANT text := 'abcdefghijklmnopqrstuvwxyz0123456789';
    code text;
    -- The variables of RFC 3492, 6.3.
    n integer;
    delta integer;
    bias integer;
    h integer;
    b integer;
    m integer;
    q integer;
    k integer;
    t integer;
    point integer;
BEGIN
    FOR one IN
        SELECT id, lower(normalize(email, NFKC)) AS email FROM accounts WHERE email ~ '[^\x01-\x7f]' ORDER BY created_at, id
    LOOP
        form := '';
        FOREACH label IN ARRAY string_to_array(
            translate(substring(one.email FROM '[^@]*$'), '。', '.'), '.')
        LOOP
            points := ARRAY(
                SELECT ascii(letter) FROM string_to_table(label, NULL) WITH ORDINALITY AS letters (letter, nth) ORDER BY nth);
            IF label ~ '[^\x01-\x7f]' THEN
                code := regexp_replace(label, '[^\x01-\x7f]', '', 'g');
                b := length(code);
                IF b > 0 THEN
                    code := code || '-';
                END IF;
                n := 128;
                delta := 0;
                bias := 72;
                h := b;
                WHILE h < cardinality(points) LOOP
                    SELECT min(p) INTO m FROM unnest(points) AS p WHERE p >= n;
                    delta := delta + (m - n) * (h + 1);
                    n := m;
                    FOREACH point IN ARRAY points LOOP
                        IF point < n THEN
                            delta := delta + 1;
                        ELSIF point = n THEN
                            q := delta;
                            k := 36;
                            LOOP
                                t := least(greatest(k - bias, 1), 26);
                                EXIT WHEN q < t;
                                code := code || substr(digits, t + (q - t) % (36 - t) + 1, 1);
                                q := (q - t) / (36 - t);
                                k := k + 36;
                            END LOOP;
                            code := code || substr(digits, q + 1, 1);
                            delta := CASE WHEN h = b THEN delta / 700 ELSE delta / 2 END;
                            delta := delta + delta / (h + 1);
                            k := 0;
                            WHILE delta > 455 LOOP
                                delta := delta / 35;
                                k := k + 36;
                            END LOOP;
                            bias := k + 36 * delta / (delta + 38);
                            delta := 0;
                            h := h + 1;
                        END IF;
                    END LOOP;
                    delta := delta + 1;
                    n := n + 1;
                END LOOP;
                label := 'xn--' || code;
            END IF;
            form := form || '.' || label;
        END LOOP;
        form := regexp_replace(one.email, '@[^@]*$', '@') || substr(form, 2);
        UPDATE accounts SET email = form
            WHERE id = one.id AND char_length(form) <= 254
                AND NOT EXISTS (SELECT FROM accounts AS other WHERE other.email = form);
    END LOOP;
END $$;
