//! What a database holds, from `pg_catalog`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use tokio_postgres::Client;

use super::declared::Declared;

/// All tables outside PostgreSQL's own schemas, without what extensions brought; their columns and constraints.
/// PostgreSQL 18 lists NOT NULL among these too ('n'): it has no name of ours.
const OURS: &str = r"WITH
    ours AS (SELECT c.oid, c.relname,
                    CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname NOT LIKE 'pg\_%' AND NOT EXISTS (SELECT FROM pg_depend d
              WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')),
    columns AS (SELECT ours.name, a.*, format_type(a.atttypid, NULL) AS kind FROM ours JOIN pg_attribute a
        ON a.attrelid = ours.oid WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
    constraints AS (SELECT ours.name, ours.relname, k.*, CASE k.contype WHEN 'p' THEN 'pkey' WHEN 'u' THEN 'key'
            WHEN 'f' THEN 'fkey' WHEN 'c' THEN 'check' ELSE 'excl' END AS suffix
        FROM ours JOIN pg_constraint k ON k.conrelid = ours.oid WHERE k.contype IN ('p', 'u', 'f', 'c', 'x'))";

const COLUMNS: &str = "SELECT name, attname::text, kind, attnotnull FROM columns";

const KEYS: &str = "SELECT name, format('key (%s)', (SELECT string_agg(a.attname::text, ', ' ORDER BY u.pos)
        FROM unnest(conkey) WITH ORDINALITY AS u (num, pos)
        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = u.num))
    FROM constraints WHERE contype = 'p'";

/// Everything about a table in words.
const WORDS: &str = "SELECT name, format('column %s %s %s %s%s%s', attname, kind,
            CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'NULL' END,
            pg_get_expr(d.adbin, d.adrelid), attidentity, attgenerated)
        FROM columns LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
    UNION ALL SELECT name, format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM constraints
    UNION ALL SELECT name, 'index ' || pg_get_indexdef(i.indexrelid) FROM ours JOIN pg_index i ON i.indrelid = oid";

/// Names, types and indexes that break a rule of docs/DATABASE.md. An index serves a foreign key if it begins with its
/// columns and holds every row, or every row in which a column is present.
const FAULTS: &str = r"SELECT format('%s.%s forgets the time zone: timestamptz', name, attname)
        FROM columns WHERE kind IN ('timestamp without time zone', 'timestamp without time zone[]')
    UNION ALL SELECT name || ' has no primary key' FROM ours
        WHERE NOT EXISTS (SELECT FROM constraints k WHERE k.conrelid = ours.oid AND k.contype = 'p')
    UNION ALL SELECT format('%s: constraint %s is not %s_<columns>_%s', name, conname, relname, suffix)
        FROM constraints WHERE conname !~ format(
            CASE contype WHEN 'p' THEN '^%s(_.+)?_%s$' ELSE '^%s_.+_%s$' END, relname, suffix)
    UNION ALL SELECT format('%s: no index begins with the columns of %s', name, conname)
        FROM constraints k WHERE contype = 'f' AND NOT EXISTS (SELECT FROM pg_index i
            WHERE i.indrelid = k.conrelid AND i.indisvalid
              AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
              AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$'))
    ORDER BY 1";

/// Table → what it has, in words.
type Tables = BTreeMap<String, BTreeSet<String>>;

/// A database after its migrations.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Key and columns, as `table!` declares them.
    pub tables: Tables,
    pub faults: Vec<String>,
    /// Everything, to compare a table with the same one elsewhere.
    words: Tables,
}

impl Catalog {
    pub async fn read(database: &Client) -> Result<Self> {
        let query = async |sql| database.query(&format!("{OURS} {sql}"), &[]).await;
        let mut catalog = Self::default();
        for row in query(COLUMNS).await? {
            let (column, kind): (String, _) = (row.get(1), diesel_type(row.get(2)));
            let kind = if row.get(3) { kind } else { format!("Nullable<{kind}>") };
            catalog.tables.entry(row.get(0)).or_default().insert(format!("{column} -> {kind}"));
        }
        for row in query(KEYS).await? {
            catalog.tables.entry(row.get(0)).or_default().insert(row.get(1));
        }
        for row in query(WORDS).await? {
            catalog.words.entry(row.get(0)).or_default().insert(row.get(1));
        }
        catalog.faults = query(FAULTS).await?.iter().map(|row| row.get(0)).collect();
        Ok(catalog)
    }

    /// Where the tables of `chassis` are not here, or not the same.
    pub fn differs_in(&self, chassis: &Self) -> Vec<String> {
        let none = BTreeSet::new();
        let differs = |(table, expected)| {
            let present = self.words.get(table).unwrap_or(&none);
            differences(&format!("chassis table {table}"), expected, present)
        };
        chassis.words.iter().flat_map(differs).collect()
    }

    /// Where `table!` and the database say different things. A column that the comment above names may be left out.
    pub fn differs_from(&self, declared: &BTreeMap<String, Declared>) -> Vec<String> {
        let differs = |(name, Declared { at, words, comment }): (&String, &Declared)| {
            let Some(real) = self.tables.get(name) else {
                return vec![format!("{at}: there is no table {name}")];
            };
            let explained: BTreeSet<_> = comment.split(|c: char| c != '_' && !c.is_alphanumeric()).collect();
            let is_explained =
                |line: &String| explained.contains(line.split(" -> ").next().unwrap_or_default());
            let real =
                real.iter().filter(|line| words.contains(*line) || !is_explained(line)).cloned().collect();
            differences(&format!("{at}: {name}"), &real, words)
        };
        declared.iter().flat_map(differs).collect()
    }
}

fn differences(what: &str, expected: &BTreeSet<String>, present: &BTreeSet<String>) -> Vec<String> {
    let lacks = expected.difference(present).map(|line| format!("{what} lacks: {line}"));
    let has = present.difference(expected).map(|line| format!("{what} has besides: {line}"));
    lacks.chain(has).collect()
}

/// What diesel calls a type of PostgreSQL; a type that is not used yet keeps its own name.
fn diesel_type(kind: &str) -> String {
    if let Some(element) = kind.strip_suffix("[]") {
        return format!("Array<{}>", diesel_type(element));
    }
    match kind {
        "uuid" => "Uuid",
        "text" | "character varying" => "Text",
        "smallint" => "SmallInt",
        "integer" => "Integer",
        "bigint" => "BigInt",
        "boolean" => "Bool",
        "bytea" => "Binary",
        "jsonb" => "Jsonb",
        "date" => "Date",
        "timestamp with time zone" => "Timestamptz",
        "tstzrange" => "Range<Timestamptz>",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::{connect, declared},
        home::{test_home, wait_for},
        tree::File,
    };

    const GOOD: &str = "CREATE TABLE people (id uuid PRIMARY KEY, at timestamptz NOT NULL, tags text[] NOT NULL, \
        CONSTRAINT people_at_check CHECK (at > '2020-01-01Z')); \
        CREATE TABLE pets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, \
        person_id uuid NOT NULL CONSTRAINT pets_person_id_fkey REFERENCES people, \
        CONSTRAINT pets_person_id_name_key UNIQUE (person_id, name));";

    /// The catalogue of a temporary database that `sql` was run in.
    fn catalog(sql: &'static str) -> Catalog {
        wait_for(async {
            let server = postgres::Server::shared_test(&test_home()?).await?;
            let admin = connect(&server.superuser_url("postgres")?).await?;
            let lock = "SELECT pg_advisory_lock(hashtextextended('dojob xtask catalog test', 0))";
            admin.batch_execute(lock).await?;
            admin.batch_execute("DROP DATABASE IF EXISTS dojob_check_test WITH (FORCE)").await?;
            let database =
                connect(&server.ensure_database("dojob_check_test", "dojob_check_test").await?).await?;
            database.batch_execute(sql).await?;
            let catalog = Catalog::read(&database).await?;
            drop(database);
            admin.batch_execute("DROP DATABASE dojob_check_test WITH (FORCE)").await?;
            Ok(catalog)
        })
        .unwrap()
    }

    fn schema(text: &str) -> BTreeMap<String, Declared> {
        declared::tables(&[File { path: "schema.rs".to_owned(), text: text.to_owned() }]).unwrap()
    }

    #[test]
    fn a_good_database_has_no_faults() {
        let good = catalog(GOOD);
        assert_eq!(good.faults, [""; 0]);
        assert_eq!(good.differs_in(&catalog(GOOD)), [""; 0]);
        let declared = schema(
            "table! { people { id -> Uuid, at -> Timestamptz, tags -> Array<Nullable<Text>>, } }\n\
             table! { pets (id) { id -> Int8, name -> Nullable<Varchar>, person_id -> Uuid, } }",
        );
        assert_eq!(good.differs_from(&declared), [""; 0]);
    }

    #[test]
    fn faults_are_named() {
        let bad = catalog(
            "CREATE TABLE people (id uuid PRIMARY KEY, at timestamp, n integer CHECK (n > 0), CONSTRAINT odd UNIQUE (n)); \
             CREATE TABLE pets (name text, person_id uuid CONSTRAINT pets_person_id_fkey REFERENCES people); \
             CREATE INDEX pets_some_idx ON pets (person_id) WHERE name = 'a'; \
             CREATE INDEX pets_name_person_id_idx ON pets (name, person_id);",
        );
        assert_eq!(
            bad.faults,
            [
                "people.at forgets the time zone: timestamptz",
                "people: constraint odd is not people_<columns>_key",
                "pets has no primary key",
                "pets: no index begins with the columns of pets_person_id_fkey",
            ]
        );
    }

    #[test]
    fn a_stale_schema_is_named_unless_a_comment_gives_the_reason() {
        let declared = schema(
            "table! { people { id -> Text, at -> Nullable<Timestamptz>, gone -> Text, } }\n\
             table! { pets (person_id) { id -> BigInt, name -> Nullable<Text>, person_id -> Uuid, } }\n\
             table! { plants { id -> Uuid, } }",
        );
        let good = catalog(GOOD);
        assert_eq!(
            good.differs_from(&declared),
            [
                "schema.rs:1: people lacks: at -> Timestamptz",
                "schema.rs:1: people lacks: id -> Uuid",
                "schema.rs:1: people lacks: tags -> Array<Text>",
                "schema.rs:1: people has besides: at -> Nullable<Timestamptz>",
                "schema.rs:1: people has besides: gone -> Text",
                "schema.rs:1: people has besides: id -> Text",
                "schema.rs:2: pets lacks: key (id)",
                "schema.rs:2: pets has besides: key (person_id)",
                "schema.rs:3: there is no table plants",
            ]
        );
        for (comment, missing) in [("Without tags, which only a search reads.", 0), ("Without stage.", 1)] {
            let text = format!("// {comment}\ntable! {{ people {{ id -> Uuid, at -> Timestamptz, }} }}");
            assert_eq!(good.differs_from(&schema(&text)).len(), missing, "{comment}");
        }
    }

    #[test]
    fn a_changed_chassis_is_named() {
        let changed = catalog(
            "CREATE TABLE people (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT '2021-01-01Z', tags text[] NOT NULL)",
        );
        let differences = changed.differs_in(&catalog(GOOD)).join("\n");
        for words in [
            "people lacks: constraint people_at_check",
            "people has besides: column at",
            "pets lacks: column name",
        ] {
            assert!(differences.contains(words), "{words} in {differences}");
        }
    }
}
