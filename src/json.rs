//! JSON of other people, read and changed in one place: all the rest stays as it was, byte for
//! byte, so that a number keeps its digits and a file its layout.

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Error};
use std::fmt;

/// The keys of an object and their values, as they are written.
///
/// # Errors
/// If it is no object, or no JSON.
pub fn fields(object: &str) -> Result<Vec<(String, &str)>, Error> {
    let mut fields = Vec::new();
    read(object, &mut fields)?;
    Ok(fields)
}

/// The values of an array, as they are written; none if it is something else.
pub fn items(array: &str) -> Option<Vec<&str>> {
    if !array.trim_start().starts_with('[') {
        return None;
    }
    let mut items = Vec::new();
    read(array, &mut items).ok()?;
    Some(items)
}

/// The value of a key of an object, as it is written; of a key that comes twice the last, as every
/// reader has it.
pub fn get<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let fields = fields(object).ok()?.into_iter();
    let mut values = fields.filter(|(other, _)| other == key);
    values.next_back().map(|(_, value)| value)
}

/// A value that is text.
pub fn as_text(value: &str) -> Option<String> {
    serde_json::from_slice(value.as_bytes()).ok()
}

/// The object with another value of a key, or with the key as its first.
///
/// `value` is JSON. What is no object stays as it is.
pub fn set(object: &str, key: &str, value: &str) -> String {
    if let Some(old) = get(object, key) {
        let start = old.as_ptr().addr() - object.as_ptr().addr();
        let (before, after) = (&object[..start], &object[start + old.len()..]);
        return [before, value, after].concat();
    }
    let Some((before, after)) = object.split_once('{') else {
        return object.to_owned();
    };
    let comma = if after.trim_start().starts_with('}') {
        "\n"
    } else {
        ","
    };
    let key = text(key);
    [before, "{\n  ", &key, ": ", value, comma, after].concat()
}

/// A key in some JSON that is not in the same place of other JSON.
pub fn unknown_key(json: &str, known: &str) -> Option<String> {
    if let (Some(items), Some(known)) = (items(json), items(known)) {
        let mut pairs = items.into_iter().zip(known);
        return pairs.find_map(|(item, known)| unknown_key(item, known));
    }
    if !json.trim_start().starts_with('{') {
        return None;
    }
    let mut fields = fields(json).ok()?.into_iter();
    fields.find_map(|(key, value)| match get(known, &key) {
        Some(known) => unknown_key(value, known),
        None => Some(key),
    })
}

/// Compact JSON line by line, for people.
pub fn pretty(json: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        let newline = |out: &mut String, depth| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        if !in_text && matches!(c, '}' | ']') {
            depth -= 1;
            if !out.ends_with(['{', '[']) {
                newline(&mut out, depth);
            }
        }
        out.push(c);
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' | '[' => {
                depth += 1;
                if !matches!(chars.peek(), Some('}' | ']')) {
                    newline(&mut out, depth);
                }
            }
            ',' => newline(&mut out, depth),
            ':' => out.push(' '),
            _ => {}
        }
    }
    out.push('\n');
    out
}

/// A text as JSON.
pub fn text(text: &str) -> String {
    serde_json::to_string(text).expect("text is always valid JSON")
}

/// Where values go as they are read.
pub trait Place<'a> {
    /// Takes a value, and its key if it has one; says whether to go on.
    fn take(&mut self, key: Option<String>, value: &'a str) -> bool;
}

impl<'a> Place<'a> for Vec<(String, &'a str)> {
    fn take(&mut self, key: Option<String>, value: &'a str) -> bool {
        self.extend(key.map(|key| (key, value)));
        true
    }
}

impl<'a> Place<'a> for Vec<&'a str> {
    fn take(&mut self, key: Option<String>, value: &'a str) -> bool {
        if key.is_none() {
            self.push(value);
        }
        true
    }
}

/// Reads the values of an object or array.
///
/// # Errors
/// If it is neither, or no JSON; and where `place` has enough before the end.
pub fn read<'a>(json: &'a str, place: &mut dyn Place<'a>) -> Result<(), Error> {
    struct Each<'p, 'a>(&'p mut dyn Place<'a>);

    impl<'de> Visitor<'de> for Each<'_, 'de> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object or an array")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                if !self.0.take(Some(key), value.get()) {
                    break;
                }
            }
            Ok(())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while let Some(value) = seq.next_element::<&RawValue>()? {
                if !self.0.take(None, value.get()) {
                    break;
                }
            }
            Ok(())
        }
    }

    let mut json = Deserializer::from_slice(json.as_bytes());
    serde::Deserializer::deserialize_any(&mut json, Each(place))?;
    json.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str =
        "{\n  \"eps\": 1e-05,\n  \"theta\": 1000000.0,\n  \"ids\": [1,\n    2]\n}\n";

    #[test]
    fn values_are_read_as_they_are_written() {
        assert_eq!(get(CONFIG, "eps"), Some("1e-05"));
        assert_eq!(get(CONFIG, "ids"), Some("[1,\n    2]"));
        assert_eq!(get(CONFIG, "other"), None);
        assert_eq!(get("[1]", "eps"), None);
        assert_eq!(get(r#"{"a":1,"a":2}"#, "a"), Some("2"));
        assert_eq!(get(r#"{"\u0061":1}"#, "a"), Some("1"));
        assert_eq!(as_text(r#""b\n""#).as_deref(), Some("b\n"));
        assert_eq!(as_text("1"), None);
        assert_eq!(items("[1, [2],\"x\"]").unwrap(), ["1", "[2]", "\"x\""]);
        assert_eq!(items("[1,"), None);
        assert_eq!(items("{}"), None);
        for broken in ["", "{", "{} x", "null", "{\"a\":1,}"] {
            assert!(fields(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn compact_json_becomes_lines() {
        let compact = r#"{"a":[1,{"b":"x, {\"y\": [z]}"}],"c":{},"d":[]}"#;
        let lines = pretty(compact);
        assert_eq!(
            lines,
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, {\\\"y\\\": [z]}\"\n    }\n  ],\n  \
             \"c\": {},\n  \"d\": []\n}\n"
        );
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&lines), value(compact));
    }

    #[test]
    fn one_value_changes_and_all_else_stays() {
        assert_eq!(
            set(CONFIG, "ids", "2"),
            "{\n  \"eps\": 1e-05,\n  \"theta\": 1000000.0,\n  \"ids\": 2\n}\n"
        );
        let with = set(CONFIG, "new", "\"x\"");
        assert_eq!(with, format!("{{\n  \"new\": \"x\",{}", &CONFIG[1..]));
        fields(&with).unwrap();
        assert_eq!(set("{ }", "a", "1"), "{\n  \"a\": 1\n }");
        assert_eq!(set("[]", "a", "1"), "[]");
    }
}
