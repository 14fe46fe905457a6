//! Files from strangers, and what a person is told about each. Made here, so that their meaning
//! can be read; the tests of the library and of the page go through all of them.

/// The one file of most cases.
pub const NAME: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
const FIRST: &str = "model-00001-of-00002.safetensors";
const SECOND: &str = "model-00002-of-00002.safetensors";

/// What a stranger gives as one model.
pub struct Case {
    /// What is odd about it.
    pub what: &'static str,
    /// Names and contents.
    pub files: Vec<(String, Vec<u8>)>,
    /// The one problem in full; none for a model that is valid.
    pub told: Option<String>,
}

/// A file of a header and so many bytes of tensors.
fn file(header: impl AsRef<[u8]>, data: usize) -> Vec<u8> {
    let header = header.as_ref();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header);
    bytes.resize(bytes.len() + data, 0);
    bytes
}

/// A header of entries.
fn header(entries: &[String]) -> String {
    format!("{{{}}}", entries.join(","))
}

/// An entry of a header; name and shape as they stand in JSON.
fn entry(name: &str, dtype: &str, shape: &str, begin: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
}

/// A file with one F32 tensor of this name (as it stands in JSON) and one element.
fn one(name: &str) -> Vec<u8> {
    file(header(&[entry(name, "F32", "[1]", 0, 4)]), 4)
}

fn case(what: &'static str, files: &[(&str, Vec<u8>)], told: Option<&str>) -> Case {
    let files = files.iter().cloned();
    Case {
        what,
        files: files
            .map(|(name, bytes)| (name.to_owned(), bytes))
            .collect(),
        told: told.map(str::to_owned),
    }
}

/// A single file that is refused: what is told after its name.
fn bad(what: &'static str, bytes: Vec<u8>, told: &str) -> Case {
    case(what, &[(NAME, bytes)], Some(&format!("`{NAME}`: {told}")))
}

/// A header that is refused while it is read, for this reason.
fn unreadable(what: &'static str, header: &str, data: usize, reason: &str) -> Case {
    let told = format!(
        "its header can't be read ({reason}): the file is damaged, or no safetensors file. \
         Download it again, or give another file."
    );
    bad(what, file(header, data), &told)
}

/// A header whose one tensor has this shape, refused for this reason.
fn bad_shape(what: &'static str, shape: &str, reason: &str) -> Case {
    let header = header(&[entry("a", "F32", shape, 0, 4)]);
    unreadable(what, &header, 4, &format!("tensor `a`: {reason}"))
}

fn valid(what: &'static str, bytes: Vec<u8>) -> Case {
    case(what, &[(NAME, bytes)], None)
}

/// Two shards with an index whose `weight_map` this is.
fn indexed(what: &'static str, weight_map: &str, told: &str) -> Case {
    let index = format!(r#"{{"metadata":{{}},"weight_map":{weight_map}}}"#);
    let files = [
        (INDEX, index.into_bytes()),
        (FIRST, one("a")),
        (SECOND, one("b")),
    ];
    case(what, &files, Some(told))
}

fn bad_index(what: &'static str, weight_map: &str, reason: &str) -> Case {
    let told = format!("`{INDEX}` can't be read as an index ({reason}). Download it again.");
    indexed(what, weight_map, &told)
}

/// Another format under the name of a safetensors file.
fn foreign(what: &'static str, start: &[u8], told: &str) -> Case {
    let mut bytes = start.to_vec();
    bytes.resize(200, b' ');
    bad(what, bytes, told)
}

/// Another format under its own name.
fn named(what: &'static str, name: &str, told: &str) -> Case {
    let told = format!("`{name}`: {told}");
    case(what, &[(name, b"anything".to_vec())], Some(&told))
}

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lengths(),
        texts(),
        offsets(),
        shapes(),
        names(),
        indexes(),
        formats(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The first 8 bytes.
fn lengths() -> Vec<Case> {
    let over = |len: u64| {
        let mut bytes = len.to_le_bytes().to_vec();
        bytes.extend_from_slice(b"{}");
        let told = format!(
            "its first 8 bytes say that the header is {len} bytes long, over the format's limit \
             of 100 MB: this is not a safetensors file, or it is damaged. Download it again, or \
             give another file."
        );
        (bytes, told)
    };
    let (over_100_mb, told_100_mb) = over(100_000_001);
    let (over_2_63, told_2_63) = over(1 << 63);
    let whole = one("a");
    vec![
        bad(
            "an empty file",
            Vec::new(),
            "the file is empty. Download it again.",
        ),
        bad(
            "7 bytes",
            vec![2, 0, 0, 0, 0, 0, 0],
            "the file has only 7 bytes; a safetensors file starts with 8 bytes that give the \
             length of its header. Download it again.",
        ),
        bad(
            "a header that ends after the file",
            file("{}", 0)[..9].to_vec(),
            "its header should be 2 bytes long, but the file ends after 9 bytes: the download was \
             cut short. Download it again.",
        ),
        bad("a header over 100 MB", over_100_mb, &told_100_mb),
        bad("a header of 2⁶³ bytes", over_2_63, &told_2_63),
        bad(
            "a file that ends after its header",
            whole[..whole.len() - 4].to_vec(),
            "its tensors end at byte 66, but the file has only 62 bytes (62 bytes): the download \
             was cut short. Download it again.",
        ),
        bad(
            "bytes after the last tensor",
            file(header(&[entry("a", "F32", "[1]", 0, 4)]), 5),
            "its tensors end at byte 66, but the file goes on to byte 67: it is damaged, or \
             something was appended to it. Download it again.",
        ),
    ]
}

/// The header as text.
fn texts() -> Vec<Case> {
    let twice = header(&[entry("a", "U8", "[1]", 0, 1), entry("a", "U8", "[1]", 0, 1)]);
    let nested = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    vec![
        bad(
            "a header that is not UTF-8",
            file(b"{\"\xff\":1}", 0),
            "its header is not text (UTF-8): the file is damaged. Download it again.",
        ),
        unreadable(
            "a header that is no JSON",
            "{nonsense",
            0,
            "key must be a string at line 1 column 2",
        ),
        unreadable(
            "a header that is no object",
            "[]",
            0,
            "invalid type: sequence, expected an object with one entry per tensor at line 1 column 0",
        ),
        unreadable(
            "a header of brackets in brackets",
            &nested,
            0,
            "tensor `a`: expected value at line 1 column 7",
        ),
        unreadable(
            "a name that comes twice",
            &twice,
            1,
            "the key `a` comes twice at line 1 column 56",
        ),
        unreadable(
            "metadata that are no text",
            r#"{"__metadata__":{"format":1}}"#,
            0,
            "invalid type: integer `1`, expected a string at line 1 column 27",
        ),
        unreadable(
            "a tensor that is no object",
            r#"{"__proto__":null}"#,
            0,
            "tensor `__proto__`: invalid type: null, expected struct RawTensor at line 1 column 17",
        ),
    ]
}

/// Where tensors lie.
fn offsets() -> Vec<Case> {
    let two = |begin: u64, end: u64, data: usize| {
        let second = format!("[{}]", end.saturating_sub(begin));
        let entries = [
            entry("a", "U8", "[4]", 0, 4),
            entry("b", "U8", &second, begin, end),
        ];
        file(header(&entries), data)
    };
    let size = two(4, 8, 8).len();
    vec![
        bad(
            "tensors that overlap",
            two(3, 7, 7),
            "the bytes of tensor `b` overlap another tensor's: the header is damaged. Download the \
             file again.",
        ),
        bad(
            "a hole between tensors",
            two(5, 9, 9),
            "there are bytes before tensor `b` that belong to no tensor: the header is damaged. \
             Download the file again.",
        ),
        bad(
            "a tensor that ends before it begins",
            two(8, 4, 8),
            "tensor `b` ends before it begins: the header is damaged. Download the file again.",
        ),
        bad(
            "a tensor that ends after the file",
            two(4, 8, 7),
            &format!(
                "its tensors end at byte {size}, but the file has only {} bytes ({} bytes): the \
                 download was cut short. Download it again.",
                size - 1,
                size - 1
            ),
        ),
        bad(
            "offsets near 2⁶⁴",
            two(u64::MAX - 1, u64::MAX, 8),
            "there are bytes before tensor `b` that belong to no tensor: the header is damaged. \
             Download the file again.",
        ),
        unreadable(
            "offsets over 2⁶⁴",
            r#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551616]}}"#,
            1,
            "tensor `a`: invalid type: floating point `1.8446744073709552e+19`, expected u64 at \
             line 1 column 69",
        ),
        unreadable(
            "a tensor without offsets",
            r#"{"a":{"dtype":"U8","shape":[1]}}"#,
            1,
            "tensor `a`: missing field `data_offsets` at line 1 column 31",
        ),
    ]
}

/// Dimensions and dtypes.
fn shapes() -> Vec<Case> {
    let overflow = |shape: &str| {
        bad(
            "a shape whose size overflows",
            file(header(&[entry("a", "F32", shape, 0, 4)]), 4),
            "tensor `a` has a shape so large that its size overflows: the header is damaged. \
             Download the file again.",
        )
    };
    let zero = [
        entry("scalar", "F32", "[]", 0, 4),
        entry("empty", "F32", "[0,7]", 4, 4),
        entry("wide", "F32", "[9007199254740993,0]", 4, 4),
        entry("flat", "F32", &format!("[{}0]", "1,".repeat(1000)), 4, 4),
    ];
    vec![
        overflow("[4294967296,4294967296,4294967296]"),
        overflow("[2305843009213693951]"),
        overflow("[9223372036854775807,3,0]"),
        bad(
            "a shape that does not fill the offsets",
            file(header(&[entry("a", "F32", "[2]", 0, 4)]), 4),
            "tensor `a` takes 4 bytes by its offsets but 8 by its shape and dtype: the header is \
             damaged. Download the file again.",
        ),
        bad(
            "half a byte",
            file(header(&[entry("a", "F4", "[3]", 0, 2)]), 2),
            "tensor `a` does not fill whole bytes: the header is damaged. Download the file again.",
        ),
        bad_shape(
            "a negative dimension",
            "[-1]",
            "invalid value: integer `-1`, expected u64 at line 1 column 31",
        ),
        bad_shape(
            "a fractional dimension",
            "[1.5]",
            "invalid type: floating point `1.5`, expected u64 at line 1 column 32",
        ),
        bad_shape(
            "a dimension of 2⁶⁴",
            "[18446744073709551616]",
            "invalid type: floating point `1.8446744073709552e+19`, expected u64 at line 1 column \
             49",
        ),
        unreadable(
            "an unknown dtype",
            &header(&[entry("a", "F33", "[1]", 0, 4)]),
            4,
            "tensor `a`: unknown variant `F33`, expected one of `BOOL`, `F4`, `F6_E2M3`, `F6_E3M2`, \
             `U8`, `I8`, `F8_E5M2`, `F8_E4M3`, `F8_E8M0`, `F8_E4M3FNUZ`, `F8_E5M2FNUZ`, `I16`, `U16`, \
             `F16`, `BF16`, `I32`, `U32`, `F32`, `C64`, `F64`, `I64`, `U64` at line 1 column 19",
        ),
        valid(
            "a scalar, and tensors without elements",
            file(header(&zero), 4),
        ),
        valid("no tensors", file("{}", 0)),
    ]
}

/// Names that would do harm if they were anything but text.
fn names() -> Vec<Case> {
    let odd = [
        "__proto__",
        "constructor",
        "<img src=x onerror=alert(1)>",
        "a\\u0000b\\n\\u001b[31mc",
        "a\\u202egnp.b",
        "../../etc/passwd",
        "",
    ];
    let odd: Vec<String> = odd
        .iter()
        .map(|name| entry(name, "F32", "[0]", 0, 0))
        .collect();
    let million: Vec<String> = (0..1_000_000)
        .map(|i| entry(&format!("t{i}"), "F32", "[0]", 0, 0))
        .collect();
    let long = "n".repeat(1_000_000);
    let told_long = format!(
        "there are bytes before tensor `{} … {}` that belong to no tensor: the header is damaged. \
         Download the file again.",
        "n".repeat(80),
        "n".repeat(40)
    );
    vec![
        valid("odd names", file(header(&odd), 0)),
        valid("a name of 1 MB", one(&long)),
        valid("a million tensors", file(header(&million), 0)),
        bad(
            "a problem with a name of 1 MB",
            file(header(&[entry(&long, "U8", "[1]", 1, 2)]), 2),
            &told_long,
        ),
        bad(
            "a problem with a name of markup",
            file(header(&[entry("<b>\\u202e</b>", "U8", "[1]", 1, 2)]), 2),
            "there are bytes before tensor `<b>\\u{202e}</b>` that belong to no tensor: the header \
             is damaged. Download the file again.",
        ),
    ]
}

/// An index that two shards come with; `a` is in the first, `b` in the second.
fn indexes() -> Vec<Case> {
    vec![
        indexed(
            "an index that names a missing file",
            &format!(r#"{{"a":"{FIRST}","b":"{SECOND}","c":"other.safetensors"}}"#),
            "A shard is missing: `other.safetensors`. Give all shards of the model together.",
        ),
        bad_index(
            "an index that leads elsewhere",
            &format!(r#"{{"a":"{FIRST}","b":"../{SECOND}"}}"#),
            &format!("it puts tensor `b` into `../{SECOND}`, which is no file beside it"),
        ),
        bad_index(
            "an index that names a tensor twice",
            &format!(r#"{{"a":"{FIRST}","b":"{SECOND}","a":"{SECOND}"}}"#),
            "it names tensor `a` twice at line 1 column 146",
        ),
        bad_index("an index without tensors", "{}", "it names no tensor"),
        bad_index(
            "an index that is no map",
            "[]",
            "invalid type: sequence, expected an object with a file name for each tensor at line 1 \
             column 28",
        ),
        indexed(
            "an index of other shards",
            &format!(r#"{{"a":"{SECOND}","b":"{SECOND}"}}"#),
            &format!(
                "The index says that tensor `a` is in `{SECOND}`, but it is not. The index and the \
                 shards belong to different checkpoints, or one is damaged: download them again."
            ),
        ),
        case(
            "the same tensor in two shards",
            &[(FIRST, one("a")), (SECOND, one("a"))],
            Some(&format!(
                "Tensor `a` is in both `{FIRST}` and `{SECOND}`: these are not the shards of one \
                 checkpoint. Give the files of one only."
            )),
        ),
    ]
}

/// What is no safetensors file at all.
fn formats() -> Vec<Case> {
    let archive = "this is an archive. Unpack it, and give the model's `.safetensors` files.";
    let pytorch = "this is a PyTorch file or a zip archive. Take the model's `.safetensors` files, \
                   or load it in Python and call `save_pretrained`.";
    let gguf = "this is a GGUF file (llama.cpp), which is quantised. Take the model's original \
                `.safetensors` files.";
    let pdf = "this is a PDF, not a model. Give the model's `.safetensors` files.";
    vec![
        foreign("a renamed PyTorch file", b"PK\x03\x04\0\0\x08\x08", pytorch),
        foreign("a renamed zip archive", b"PK\x03\x04\0\0\0\0", pytorch),
        foreign("a renamed pickle", b"\x80\x02}q\0X\x0c\0", pytorch),
        foreign("a renamed GGUF file", b"GGUF\x03\0\0\0", gguf),
        foreign("a renamed gzip archive", b"\x1f\x8b\x08\0abcd", archive),
        foreign("a renamed 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04", archive),
        foreign("a renamed PDF", b"%PDF-1.7", pdf),
        foreign(
            "a renamed HDF5 file",
            b"\x89HDF\r\n\x1a\n",
            "this is an HDF5 file (Keras, TensorFlow). Take the model's `.safetensors` files.",
        ),
        foreign(
            "a Git LFS pointer",
            b"version https://git-lfs.github.com/spec/v1",
            "this is a Git LFS pointer, not the weights themselves. Run `git lfs pull`, or \
             download the file from the model's page.",
        ),
        foreign(
            "a web page",
            b"<!DOCTYPE html>",
            "this is a web page (perhaps an error or a login page), not the weights. Download the \
             file again.",
        ),
        named("a PyTorch file", "pytorch_model.bin", pytorch),
        named("a GGUF file", "model.Q4_K_M.gguf", gguf),
        named("an archive", "model.tar.gz", archive),
        named("a PDF", "paper.PDF", pdf),
        case(
            "any other file",
            &[("notes.txt", b"anything".to_vec())],
            Some(
                "There is no `.safetensors` file here (`notes.txt` is none). Give the model's \
                 `.safetensors` file, or all of its shards.",
            ),
        ),
    ]
}
