//! What a database holds, from `pg_catalog`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use tokio_postgres::Client;

use super::{declared::Declared, table::Table};

/// Ours are all tables outside PostgreSQL's own schemas, without what extensions brought.
const OURS: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')";

#[derive(Debug)]
struct Constraint {
    table: String,
    name: String,
    kind: char,
    columns: Vec<i16>,
}

#[derive(Debug)]
struct Index {
    table: String,
    columns: Vec<i16>,
    /// It holds every row, or every row in which its columns are present.
    is_whole: bool,
}

/// A database after its migrations.
#[derive(Debug, Default)]
pub struct Catalog {
    tables: BTreeMap<String, Table>,
    constraints: Vec<Constraint>,
    indexes: Vec<Index>,
    /// Everything about a table in words: to compare it with the same table elsewhere.
    described: BTreeMap<String, BTreeSet<String>>,
}

impl Catalog {
    pub async fn read(database: &Client) -> Result<Self> {
        let mut catalog = Self::default();
        let name = "CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname";
        let columns = format!(
            "SELECT {name}, a.attname::text, format_type(a.atttypid, NULL), a.attnotnull, \
                    coalesce(pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text || a.attgenerated::text \
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
             WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {OURS} ORDER BY a.attnum"
        );
        for row in database.query(&columns, &[]).await? {
            let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let (present, rest): (bool, String) = (row.get(3), row.get(4));
            let diesel = diesel_type(&kind);
            let diesel = if present { diesel } else { format!("Nullable<{diesel}>") };
            let described = catalog.described.entry(table.clone()).or_default();
            described.insert(format!(
                "column {column} {kind} {} {rest}",
                if present { "NOT NULL" } else { "NULL" }
            ));
            catalog.tables.entry(table).or_default().columns.insert(column, diesel);
        }
        // PostgreSQL 18 lists NOT NULL here too ('n'); it has no name of ours.
        let constraints = format!(
            "SELECT {name}, k.conname::text, k.contype::text, coalesce(k.conkey, '{{}}'), pg_get_constraintdef(k.oid), \
                    ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (num, pos) \
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num ORDER BY u.pos) \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {OURS}"
        );
        for row in database.query(&constraints, &[]).await? {
            let (table, name, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let (columns, definition, names): (Vec<i16>, String, Vec<String>) =
                (row.get(3), row.get(4), row.get(5));
            let kind = kind.chars().next().unwrap_or_default();
            catalog
                .described
                .entry(table.clone())
                .or_default()
                .insert(format!("constraint {name} {definition}"));
            if kind == 'p' {
                catalog.tables.entry(table.clone()).or_default().key = names;
            }
            catalog.constraints.push(Constraint { table, name, kind, columns });
        }
        let indexes = format!(
            "SELECT {name}, i.indkey::int2[], pg_get_indexdef(i.indexrelid), \
                    i.indisvalid AND (i.indpred IS NULL OR pg_get_expr(i.indpred, c.oid) ~ '^\\(\\w+ IS NOT NULL\\)$') \
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE {OURS}"
        );
        for row in database.query(&indexes, &[]).await? {
            let (table, columns): (String, Vec<i16>) = (row.get(0), row.get(1));
            let (definition, is_whole): (String, bool) = (row.get(2), row.get(3));
            catalog.described.entry(table.clone()).or_default().insert(format!("index {definition}"));
            catalog.indexes.push(Index { table, columns, is_whole });
        }
        Ok(catalog)
    }

    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// Names, types and indexes that break a rule of docs/DATABASE.md.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (table, Table { columns, key }) in &self.tables {
            for (column, _) in
                columns.iter().filter(|(_, kind)| kind.contains("Timestamp") && !kind.contains("Timestamptz"))
            {
                faults.push(format!("{table}.{column} forgets the time zone: timestamptz"));
            }
            if key.is_empty() {
                faults.push(format!("{table} has no primary key"));
            }
        }
        for constraint in &self.constraints {
            let table = constraint.table.rsplit('.').next().unwrap_or_default();
            let suffix = match constraint.kind {
                'p' => "pkey",
                'u' => "key",
                'f' => "fkey",
                'c' => "check",
                _ => "excl",
            };
            let inside = constraint.name.strip_prefix(table).and_then(|name| name.strip_suffix(suffix));
            let named = inside.is_some_and(|columns| {
                columns == "_" && suffix == "pkey"
                    || columns.len() > 2 && columns.starts_with('_') && columns.ends_with('_')
            });
            if !named {
                faults.push(format!(
                    "{}: constraint {} is not {table}_<columns>_{suffix}",
                    constraint.table, constraint.name
                ));
            }
            if constraint.kind == 'f' && !self.is_indexed(constraint) {
                faults.push(format!(
                    "{}: no index begins with the columns of {}",
                    constraint.table, constraint.name
                ));
            }
        }
        faults
    }

    fn is_indexed(&self, key: &Constraint) -> bool {
        let wanted: BTreeSet<_> = key.columns.iter().collect();
        self.indexes.iter().filter(|index| index.table == key.table && index.is_whole).any(|index| {
            index
                .columns
                .get(..wanted.len())
                .is_some_and(|first| first.iter().collect::<BTreeSet<_>>() == wanted)
        })
    }

    /// Where the tables of `chassis` are not here, or not the same.
    pub fn differs_in(&self, chassis: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        for (table, expected) in &chassis.described {
            let present = self.described.get(table).cloned().unwrap_or_default();
            let missing =
                expected.difference(&present).map(|line| format!("chassis table {table} lacks: {line}"));
            let more =
                present.difference(expected).map(|line| format!("chassis table {table} has besides: {line}"));
            differences.extend(missing.chain(more));
        }
        differences
    }

    /// Where `table!` and the database say different things.
    pub fn differs_from(&self, declared: &BTreeMap<String, Declared>) -> Vec<String> {
        let mut differences = Vec::new();
        for (name, Declared { at, table, comment }) in declared {
            let Some(real) = self.tables.get(name) else {
                differences.push(format!("{at}: there is no table {name}"));
                continue;
            };
            if real.key != table.key {
                differences.push(format!(
                    "{at}: the key of {name} is ({}), not ({})",
                    real.key.join(", "),
                    table.key.join(", ")
                ));
            }
            let names: BTreeSet<_> = real.columns.keys().chain(table.columns.keys()).collect();
            for column in names {
                match (real.columns.get(column), table.columns.get(column)) {
                    (Some(real), Some(said)) if real == said => {}
                    (Some(real), Some(said)) => {
                        differences.push(format!("{at}: {name}.{column} is {real}, not {said}"));
                    }
                    (Some(_), None)
                        if comment.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|w| w == column) => {
                    }
                    (Some(real), None) => {
                        differences.push(format!("{at}: {name} lacks `{column} -> {real}`"));
                    }
                    (None, _) => differences.push(format!("{at}: {name} has no column {column}")),
                }
            }
        }
        differences
    }
}

/// What diesel calls a type of PostgreSQL; a type that it does not know keeps its own name.
fn diesel_type(kind: &str) -> String {
    if let Some(element) = kind.strip_suffix("[]") {
        return format!("Array<{}>", diesel_type(element));
    }
    match kind {
        "uuid" => "Uuid",
        "text" | "character varying" => "Text",
        "character" => "Bpchar",
        "smallint" => "SmallInt",
        "integer" => "Integer",
        "bigint" => "BigInt",
        "real" => "Float",
        "double precision" => "Double",
        "numeric" => "Numeric",
        "boolean" => "Bool",
        "bytea" => "Binary",
        "json" => "Json",
        "jsonb" => "Jsonb",
        "date" => "Date",
        "time without time zone" => "Time",
        "interval" => "Interval",
        "timestamp with time zone" => "Timestamptz",
        "timestamp without time zone" => "Timestamp",
        "tstzrange" => "Range<Timestamptz>",
        "int4range" => "Range<Integer>",
        "int8range" => "Range<BigInt>",
        "inet" => "Inet",
        "citext" => "Citext",
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
        assert_eq!(good.faults(), [""; 0]);
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
        let mut faults = bad.faults();
        faults.sort();
        assert_eq!(
            faults,
            [
                "people.at forgets the time zone: timestamptz",
                "people: constraint odd is not people_<columns>_key",
                "pets has no primary key",
                "pets: no index begins with the columns of pets_person_id_fkey",
            ]
        );
    }

    #[test]
    fn a_stale_schema_is_named() {
        let declared = schema(
            "table! { people { id -> Text, at -> Nullable<Timestamptz>, gone -> Text, } }\n\
             table! { pets (person_id) { id -> BigInt, name -> Nullable<Text>, person_id -> Uuid, } }\n\
             table! { plants { id -> Uuid, } }",
        );
        assert_eq!(
            catalog(GOOD).differs_from(&declared),
            [
                "schema.rs:1: people.at is Timestamptz, not Nullable<Timestamptz>",
                "schema.rs:1: people has no column gone",
                "schema.rs:1: people.id is Uuid, not Text",
                "schema.rs:1: people lacks `tags -> Array<Text>`",
                "schema.rs:2: the key of pets is (id), not (person_id)",
                "schema.rs:3: there is no table plants",
            ]
        );
    }

    #[test]
    fn a_column_may_be_left_out_with_a_reason() {
        let said = |comment: &str| {
            let text = format!("{comment}\ntable! {{ people {{ id -> Uuid, at -> Timestamptz, }} }}");
            catalog(GOOD).differs_from(&schema(&text)).len()
        };
        assert_eq!(said("// Without tags, which only a search reads."), 0);
        assert_eq!(said("// Without stage."), 1);
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
