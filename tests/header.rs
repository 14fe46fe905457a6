//! The header's rules: one test per rejection, and properties against the
//! `safetensors` crate.
#![cfg(not(target_arch = "wasm32"))] // the oracle reads files as 64-bit programs do

use chat_vector::header::{self, Header, HeaderError};
use proptest::prelude::*;
use safetensors::SafeTensors;
use std::collections::BTreeMap;

/// A file: the header's length, the header, and so many bytes of tensors.
fn file(json: &str, data: usize) -> Vec<u8> {
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(json.as_bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

/// Reads a file as [`chat_vector::checkpoint`] does.
fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    let size = bytes.len() as u64;
    let len = header::json_len(&bytes[..bytes.len().min(8)], size)? as usize;
    header::parse(&bytes[8..8 + len], size)
}

/// Both readers refuse it; ours with this error.
fn refused(bytes: &[u8]) -> HeaderError {
    assert!(
        SafeTensors::deserialize(bytes).is_err(),
        "the crate accepts it"
    );
    read(bytes).expect_err("it should be refused")
}

fn tensor(name: &str, dtype: &str, shape: &str, begin: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
}

#[test]
fn a_plain_file_is_read() {
    let json = format!(
        r#"{{"__metadata__":{{"format":"pt"}},{},{}}}"#,
        tensor("b", "F32", "[2,3]", 0, 24),
        tensor("a", "BF16", "[4]", 24, 32),
    );
    let bytes = file(&json, 32);
    let header = read(&bytes).unwrap();
    let start = 8 + json.len() as u64;
    assert_eq!(header.metadata["format"], "pt");
    assert_eq!(header.tensors[0].name, "b");
    assert_eq!(header.tensors[0].shape, [2, 3]);
    assert_eq!(header.tensors[0].range, start..start + 24);
    assert_eq!(header.tensors[1].range, start + 24..start + 32);
    assert!(SafeTensors::deserialize(&bytes).is_ok());
}

#[test]
fn scalars_and_empty_tensors_are_valid() {
    let json = format!(
        "{{{},{},{}}}",
        tensor("scalar", "F32", "[]", 0, 4),
        tensor("empty", "F32", "[0,7]", 4, 4),
        tensor("last", "F16", "[1]", 4, 6),
    );
    let bytes = file(&json, 6);
    assert_eq!(read(&bytes).unwrap().tensors.len(), 3);
    assert!(SafeTensors::deserialize(&bytes).is_ok());
}

#[test]
fn offsets_past_4_gib_are_read() {
    const BIG: u64 = 5 << 30;
    let json = format!(
        "{{{},{}}}",
        tensor("big", "U8", &format!("[{BIG}]"), 0, BIG),
        tensor("far", "F32", "[2]", BIG, BIG + 8),
    );
    let start = 8 + json.len() as u64;
    let header = header::parse(json.as_bytes(), start + BIG + 8).unwrap();
    assert_eq!(header.tensors[1].range, start + BIG..start + BIG + 8);
}

#[test]
fn refuses_an_empty_file() {
    assert_eq!(refused(b""), HeaderError::Empty);
}

#[test]
fn refuses_a_file_of_7_bytes() {
    assert_eq!(refused(b"\x02\0\0\0\0\0\0"), HeaderError::TooSmall(7));
}

#[test]
fn refuses_a_header_longer_than_the_file() {
    let mut bytes = file("{}", 0);
    bytes[0] = 3;
    let error = HeaderError::PastEnd {
        len: 3,
        file_size: 10,
    };
    assert_eq!(refused(&bytes), error);
}

#[test]
fn refuses_a_header_over_100_mb() {
    let mut bytes = 100_000_001u64.to_le_bytes().to_vec();
    bytes.extend_from_slice(b"{}");
    assert_eq!(refused(&bytes), HeaderError::TooLong(100_000_001));
}

#[test]
fn refuses_a_length_of_2_to_the_63() {
    let bytes = (1u64 << 63).to_le_bytes();
    assert_eq!(refused(&bytes), HeaderError::TooLong(1 << 63));
}

#[test]
fn names_other_formats() {
    for (start, words) in [
        (&b"GGUF\x03\0\0\0"[..], "GGUF"),
        (b"PK\x03\x04\0\0\x08\x08", "zip archive"),
        (b"\x80\x02}q\0X\x0c\0", "PyTorch file"),
        (
            b"version https://git-lfs.github.com/spec/v1",
            "Git LFS pointer",
        ),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html>", "web page"),
    ] {
        let message = refused(start).to_string();
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn refuses_a_header_that_is_not_utf8() {
    let mut bytes = file("{\"a\":1}", 0);
    bytes[10] = 0xff;
    assert_eq!(refused(&bytes), HeaderError::NotUtf8);
}

fn refused_json(json: &str, data: usize) -> String {
    match refused(&file(json, data)) {
        HeaderError::Json(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_a_header_that_is_not_json() {
    refused_json("{", 0);
    refused_json("{} trailing", 0);
}

#[test]
fn refuses_a_header_that_is_no_object() {
    refused_json("[]", 0);
    refused_json("\"text\"", 0);
}

#[test]
fn refuses_deep_nesting() {
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    refused_json(&nested, 0);
}

/// The crate keeps the last of the two; the format forbids it.
#[test]
fn refuses_a_key_that_comes_twice() {
    let json = format!(
        "{{{},{}}}",
        tensor("a", "U8", "[1]", 0, 1),
        tensor("a", "U8", "[1]", 0, 1)
    );
    let bytes = file(&json, 1);
    assert!(SafeTensors::deserialize(&bytes).is_ok());
    let error = read(&bytes).unwrap_err().to_string();
    assert!(error.contains("`a` comes twice"), "{error}");
}

#[test]
fn refuses_an_unknown_dtype() {
    let reason = refused_json(&format!("{{{}}}", tensor("a", "F33", "[1]", 0, 4)), 4);
    assert!(
        reason.contains("tensor `a`") && reason.contains("F33"),
        "{reason}"
    );
}

#[test]
fn refuses_negative_fractional_and_huge_dimensions() {
    for shape in ["[-1]", "[1.5]", "[18446744073709551616]", "[\"1\"]", "{}"] {
        refused_json(&format!("{{{}}}", tensor("a", "F32", shape, 0, 4)), 4);
    }
}

#[test]
fn refuses_a_tensor_without_offsets() {
    refused_json(r#"{"a":{"dtype":"F32","shape":[1]}}"#, 4);
}

#[test]
fn refuses_metadata_that_is_not_text() {
    refused_json(r#"{"__metadata__":{"a":1}}"#, 0);
}

#[test]
fn refuses_a_shape_that_overflows() {
    for shape in [
        "[4294967296,4294967296,4294967296]",
        "[9223372036854775807,3]",
        "[2305843009213693951]", // fits as a number of elements, not of bits
        "[4294967296,4294967296,4294967296,0]",
    ] {
        let json = format!("{{{}}}", tensor("a", "F32", shape, 0, 4));
        assert_eq!(
            refused(&file(&json, 4)),
            HeaderError::Overflow("a".into()),
            "{shape}"
        );
    }
}

#[test]
fn refuses_offsets_that_overflow() {
    let json = format!("{{{}}}", tensor("a", "U8", "[1]", u64::MAX - 1, u64::MAX));
    assert_eq!(refused(&file(&json, 1)), HeaderError::Hole("a".into()));
}

#[test]
fn refuses_offsets_that_overlap() {
    let json = format!(
        "{{{},{}}}",
        tensor("a", "U8", "[4]", 0, 4),
        tensor("b", "U8", "[4]", 3, 7)
    );
    assert_eq!(refused(&file(&json, 7)), HeaderError::Overlap("b".into()));
}

#[test]
fn refuses_a_hole_between_tensors() {
    let json = format!(
        "{{{},{}}}",
        tensor("a", "U8", "[4]", 0, 4),
        tensor("b", "U8", "[4]", 5, 9)
    );
    assert_eq!(refused(&file(&json, 9)), HeaderError::Hole("b".into()));
}

#[test]
fn refuses_offsets_that_run_backwards() {
    let json = format!("{{{}}}", tensor("a", "U8", "[4]", 4, 0));
    assert_eq!(refused(&file(&json, 4)), HeaderError::Backwards("a".into()));
}

#[test]
fn refuses_a_size_that_is_not_the_shape_s() {
    let json = format!("{{{}}}", tensor("a", "F32", "[2]", 0, 4));
    let error = HeaderError::WrongSize {
        name: "a".into(),
        given: 4,
        expected: 8,
    };
    assert_eq!(refused(&file(&json, 4)), error);
}

#[test]
fn refuses_half_a_byte() {
    let json = format!("{{{}}}", tensor("a", "F4", "[3]", 0, 1));
    assert_eq!(
        refused(&file(&json, 1)),
        HeaderError::PartialByte("a".into())
    );
}

#[test]
fn refuses_a_truncated_file() {
    let json = format!("{{{}}}", tensor("a", "U8", "[4]", 0, 4));
    let bytes = file(&json, 3);
    let file_size = bytes.len() as u64;
    let error = HeaderError::Truncated {
        expected: file_size + 1,
        file_size,
    };
    assert_eq!(refused(&bytes), error);
}

#[test]
fn refuses_bytes_after_the_last_tensor() {
    let json = format!("{{{}}}", tensor("a", "U8", "[4]", 0, 4));
    let bytes = file(&json, 5);
    let file_size = bytes.len() as u64;
    let error = HeaderError::Trailing {
        expected: file_size - 1,
        file_size,
    };
    assert_eq!(refused(&bytes), error);
}

/// Headers that are nearly right: each field is mostly what it should be.
fn nearly_valid() -> impl Strategy<Value = Vec<u8>> {
    let dtype = prop_oneof![
        6 => prop::sample::select(vec!["F64", "F32", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "F4"]),
        1 => prop::sample::select(vec!["F33", "f32", ""]),
    ];
    let shape = prop::collection::vec(
        prop_oneof![20 => 0u64..5, 1 => Just(u64::MAX), 1 => Just(1 << 32)],
        0..4,
    );
    let one = (dtype, shape, "[a-c_]{1,3}", -1i64..20, any::<bool>());
    let metadata = prop::sample::select(vec![
        "",
        r#""__metadata__":{"format":"pt"},"#,
        r#""__metadata__":null,"#,
        r#""__metadata__":{"x":1},"#,
    ]);
    let tail = prop_oneof![8 => Just(0i64), 1 => -3i64..4];
    (prop::collection::vec(one, 0..5), metadata, tail, 0usize..9).prop_map(
        |(tensors, metadata, tail, padding)| {
            let mut end = 0u64;
            let mut entries = Vec::new();
            for (dtype, shape, name, jitter, sequence) in tensors {
                let width: u64 = match dtype {
                    "F64" | "I64" => 64,
                    "F32" => 32,
                    "F16" | "BF16" => 16,
                    "F4" => 4,
                    _ => 8,
                };
                let elements = shape.iter().fold(1u64, |n, d| n.wrapping_mul(*d));
                let len = elements.wrapping_mul(width) / 8 % 10_000;
                // One in ten begins a little off its place.
                let begin = end.saturating_add_signed(match jitter {
                    0 => 1,
                    -1 => -1,
                    _ => 0,
                });
                end = begin + len;
                entries.push(if sequence && jitter == 1 {
                    format!(r#""{name}":["{dtype}",{shape:?},[{begin},{end}]]"#)
                } else {
                    tensor(&name, dtype, &format!("{shape:?}"), begin, end)
                });
            }
            let json = format!("{{{metadata}{}}}", entries.join(","));
            let json = if entries.is_empty() {
                json.replace(",}", "}")
            } else {
                json
            };
            let json = json + &" ".repeat(padding);
            file(&json, end.saturating_add_signed(tail) as usize)
        },
    )
}

/// Whether a top-level key comes twice: the one thing that the crate accepts
/// and we refuse.
fn doubled_key(error: &HeaderError) -> bool {
    matches!(error, HeaderError::Json(reason) if reason.contains("comes twice"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// What the crate accepts we accept, with the same tensors, and the other
    /// way round; but for keys that come twice.
    #[test]
    fn agrees_with_the_crate(bytes in nearly_valid()) {
        match (SafeTensors::read_metadata(&bytes), read(&bytes)) {
            (Ok((len, theirs)), Ok(ours)) => {
                for tensor in &ours.tensors {
                    let info = theirs.info(&tensor.name).expect("the same names");
                    let shape: Vec<u64> = info.shape.iter().map(|&d| d as u64).collect();
                    let start = 8 + len as u64;
                    prop_assert_eq!(info.dtype, tensor.dtype);
                    prop_assert_eq!(shape, tensor.shape.clone());
                    prop_assert_eq!(info.data_offsets.0 as u64 + start, tensor.range.start);
                    prop_assert_eq!(info.data_offsets.1 as u64 + start, tensor.range.end);
                }
                prop_assert_eq!(theirs.tensors().len(), ours.tensors.len());
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) if doubled_key(&error) => {}
            (theirs, ours) => prop_assert!(false, "crate: {theirs:?}\nours: {ours:?}"),
        }
    }

    /// Arbitrary bytes never panic, and both readers agree on them.
    #[test]
    fn agrees_with_the_crate_on_noise(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(SafeTensors::deserialize(&bytes).is_ok(), read(&bytes).is_ok());
    }

    /// What we write, the crate reads, and we read back.
    #[test]
    fn writes_what_the_crate_reads(
        tensors in prop::collection::btree_map(".{0,12}", prop::collection::vec(0u64..5, 0..4), 0..6),
        metadata in prop::collection::hash_map(".{0,8}", ".{0,20}", 0..4),
    ) {
        let tensors: BTreeMap<_, _> = tensors
            .into_iter()
            .filter(|(name, _)| name != "__metadata__")
            .collect();
        let entries: Vec<header::Entry> = tensors
            .iter()
            .map(|(name, shape)| header::Entry {
                name,
                dtype: chat_vector::dtype::Dtype::BF16,
                shape,
                len: 2 * shape.iter().product::<u64>(),
            })
            .collect();
        let pairs: Vec<(&str, String)> =
            metadata.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let mut bytes = header::write(&pairs, &entries);
        prop_assert_eq!(bytes.len() % 8, 0);
        let data: u64 = entries.iter().map(|entry| entry.len).sum();
        bytes.resize(bytes.len() + data as usize, 0);

        let theirs = SafeTensors::deserialize(&bytes).unwrap();
        prop_assert_eq!(theirs.len(), tensors.len());
        let ours = read(&bytes).unwrap();
        prop_assert_eq!(&ours.metadata, &metadata);
        for ((name, shape), tensor) in tensors.iter().zip(&ours.tensors) {
            prop_assert_eq!((name, shape), (&tensor.name, &tensor.shape));
        }
    }
}
