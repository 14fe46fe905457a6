//! JSON of other people, read and changed in one place: all the rest stays as it was, byte for
//! byte, so that a number keeps its digits and a file its layout.

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// Whether a text is JSON.
///
/// # Errors
/// Where it is not.
pub fn check(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<IgnoredAny>(text).map(drop)
}

/// The value of a key of an object, as it is written.
pub fn get<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    place(object, key).map(|place| &object[place])
}

/// A text value of a key of an object.
pub fn get_text(object: &str, key: &str) -> Option<String> {
    serde_json::from_str(get(object, key)?).ok()
}

/// The object with another value of a key, or with the key as its first.
///
/// `value` is JSON. What is no object stays as it is.
pub fn set(object: &str, key: &str, value: &str) -> String {
    if let Some(place) = place(object, key) {
        return [&object[..place.start], value, &object[place.end..]].concat();
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
    format!("{before}{{\n  {key}: {value}{comma}{after}")
}

/// A text as JSON.
pub fn text(text: &str) -> String {
    serde_json::to_string(text).expect("text is always valid JSON")
}

/// Where the value of a key stands; of one that comes twice, the last, as every reader has it.
fn place(object: &str, key: &str) -> Option<Range<usize>> {
    struct Find<'k>(&'k str);

    impl<'de> Visitor<'de> for Find<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key::<String>()? {
                if key == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    let mut json = serde_json::Deserializer::from_str(object);
    let found = serde::Deserializer::deserialize_map(&mut json, Find(key));
    let value = found.ok()??.get();
    let start = value.as_ptr().addr() - object.as_ptr().addr();
    Some(start..start + value.len())
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
        assert_eq!(get_text(r#"{"a":"b\n"}"#, "a").as_deref(), Some("b\n"));
        assert_eq!(get_text(r#"{"a":1}"#, "a"), None);
    }

    #[test]
    fn one_value_changes_and_all_else_stays() {
        assert_eq!(
            set(CONFIG, "ids", "2"),
            "{\n  \"eps\": 1e-05,\n  \"theta\": 1000000.0,\n  \"ids\": 2\n}\n"
        );
        let with = set(CONFIG, "new", "\"x\"");
        assert_eq!(with, format!("{{\n  \"new\": \"x\",{}", &CONFIG[1..]));
        check(&with).unwrap();
        assert_eq!(set("{ }", "a", "1"), "{\n  \"a\": 1\n }");
        assert_eq!(set("[]", "a", "1"), "[]");
    }
}
