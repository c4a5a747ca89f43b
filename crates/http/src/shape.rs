//! Shapes for the OpenAPI documents that a Rust type does not tell by itself. For `#[schema(schema_with = …)]`.

use utoipa::openapi::schema::{Array, ArrayBuilder, KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};

/// One of these words.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// Parts of a text: [start, end) in UTF-16 code units.
pub fn spans() -> Array {
    let unit = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let span = ArrayBuilder::new().items(unit).min_items(Some(2)).max_items(Some(2));
    ArrayBuilder::new().items(span).build()
}

/// Two ids.
pub fn two_ids() -> Array {
    let id = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    ArrayBuilder::new().items(id).min_items(Some(2)).max_items(Some(2)).build()
}
