//! The header of a safetensors file, in 64-bit offsets: read, check, write.
//!
//! The format (<https://huggingface.co/docs/safetensors>): 8 bytes with the
//! length of the header (little-endian), the header as JSON, then the tensors'
//! bytes, without a gap. The rules here are those of the `safetensors` crate,
//! whose reader can't be used on wasm32 (its offsets are `usize`), and those
//! of the format that the crate does not check: no key twice.

use crate::dtype::Dtype;
use crate::message::{self, Message, say};
use crate::report::{byte_size, shown, shown_reason};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

/// Bytes before the JSON.
pub const PREFIX: u64 = 8;
/// The longest header that the format allows.
pub const MAX_LEN: u64 = 100_000_000;

const METADATA: &str = "__metadata__";

/// One tensor of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name, unique in the file.
    pub name: String,
    /// The dtype of its elements.
    pub dtype: Dtype,
    /// Its dimensions; empty for a scalar.
    pub shape: Vec<u64>,
    /// Where its bytes lie, from the start of the file.
    pub range: Range<u64>,
}

impl Tensor {
    /// Its number of elements.
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}

/// A header that obeys every rule of the format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The free-form `__metadata__`.
    pub metadata: HashMap<String, String>,
    /// The tensors, in the order of their bytes.
    pub tensors: Vec<Tensor>,
}

/// Why a file is not a valid safetensors file.
#[derive(Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// No bytes at all.
    Empty,
    /// Fewer bytes than the length of a header takes.
    TooSmall(u64),
    /// The first bytes are those of another format.
    Foreign(Message),
    /// The header's length is over what the format allows.
    TooLong(u64),
    /// The header would end after the file.
    PastEnd {
        /// What the prefix says.
        len: u64,
        /// The size of the file.
        file_size: u64,
    },
    /// The header is not UTF-8.
    NotUtf8,
    /// The header is not the JSON that the format asks for.
    Json(String),
    /// The number of elements or of bytes does not fit 64 bits.
    Overflow(String),
    /// A tensor of a sub-byte dtype does not fill whole bytes.
    PartialByte(String),
    /// Shape × width is not the length that the offsets give.
    WrongSize {
        /// The tensor.
        name: String,
        /// By `data_offsets`.
        given: u64,
        /// By shape and dtype.
        expected: u64,
    },
    /// A tensor's end lies before its begin.
    Backwards(String),
    /// A tensor begins before the one before it ends.
    Overlap(String),
    /// Bytes that belong to no tensor.
    Hole(String),
    /// The tensors end after the file.
    Truncated {
        /// Where the tensors end.
        expected: u64,
        /// The size of the file.
        file_size: u64,
    },
    /// The file goes on after its tensors.
    Trailing {
        /// Where the tensors end.
        expected: u64,
        /// The size of the file.
        file_size: u64,
    },
}

impl HeaderError {
    /// What is wrong, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => say!("the file is empty. Download it again"),
            Self::TooSmall(size) => say!(
                "the file has only {size} bytes; a safetensors file starts with 8 bytes that give \
                 the length of its header. Download it again",
                size
            ),
            Self::Foreign(what) => what.clone(),
            Self::TooLong(len) => say!(
                "its first 8 bytes say that the header is {len} bytes long, over the format's \
                 limit of 100 MB: this is not a safetensors file, or it is damaged. Download it \
                 again, or give another file",
                len
            ),
            Self::PastEnd { len, file_size } => say!(
                "its header should be {len} bytes long, but the file ends after {file_size} \
                 bytes: the download was cut short. Download it again",
                len,
                file_size
            ),
            Self::NotUtf8 => {
                say!("its header is not text (UTF-8): the file is damaged. Download it again")
            }
            Self::Json(reason) => say!(
                "its header can't be read ({reason}): the file is damaged, or no safetensors \
                 file. Download it again, or give another file",
                reason = shown_reason(reason)
            ),
            Self::Overflow(tensor) => say!(
                "tensor `{tensor}` has a shape so large that its size overflows: the header is \
                 damaged. Download the file again",
                tensor = shown(tensor)
            ),
            Self::PartialByte(tensor) => say!(
                "tensor `{tensor}` does not fill whole bytes: the header is damaged. Download the \
                 file again",
                tensor = shown(tensor)
            ),
            Self::WrongSize {
                name,
                given,
                expected,
            } => say!(
                "tensor `{tensor}` takes {given} bytes by its offsets but {expected} by its shape \
                 and dtype: the header is damaged. Download the file again",
                tensor = shown(name),
                given,
                expected
            ),
            Self::Backwards(tensor) => say!(
                "tensor `{tensor}` ends before it begins: the header is damaged. Download the \
                 file again",
                tensor = shown(tensor)
            ),
            Self::Overlap(tensor) => say!(
                "the bytes of tensor `{tensor}` overlap another tensor's: the header is damaged. \
                 Download the file again",
                tensor = shown(tensor)
            ),
            Self::Hole(tensor) => say!(
                "there are bytes before tensor `{tensor}` that belong to no tensor: the header is \
                 damaged. Download the file again",
                tensor = shown(tensor)
            ),
            Self::Truncated {
                expected,
                file_size,
            } => say!(
                "its tensors end at byte {expected}, but the file has only {size} ({file_size} \
                 bytes): the download was cut short. Download it again",
                expected,
                size = byte_size(*file_size),
                file_size
            ),
            Self::Trailing {
                expected,
                file_size,
            } => say!(
                "its tensors end at byte {expected}, but the file goes on to byte {file_size}: it \
                 is damaged, or something was appended to it. Download it again",
                expected,
                file_size
            ),
        }
    }
}

message::error!(HeaderError);

/// Reads the length of the JSON from the first bytes of a file.
///
/// `start` is the file's first [`PREFIX`] bytes, or all of a shorter file.
pub fn json_len(start: &[u8], file_size: u64) -> Result<u64, HeaderError> {
    if file_size == 0 {
        return Err(HeaderError::Empty);
    }
    let Some(prefix) = start.first_chunk::<8>() else {
        return Err(HeaderError::TooSmall(file_size));
    };
    let len = u64::from_le_bytes(*prefix);
    let error = if len > MAX_LEN {
        HeaderError::TooLong(len)
    } else if PREFIX + len > file_size {
        HeaderError::PastEnd { len, file_size }
    } else {
        return Ok(len);
    };
    Err(foreign(prefix).map_or(error, HeaderError::Foreign))
}

const GGUF: Message = say!(
    "this is a GGUF file (llama.cpp), which is quantised. Take the model's original \
    `.safetensors` files"
);
const PYTORCH: Message = say!(
    "this is a PyTorch file or a zip archive. Take the model's `.safetensors` \
    files, or load it in Python and call `save_pretrained`"
);
const ARCHIVE: Message =
    say!("this is an archive. Unpack it, and give the model's `.safetensors` files");
const HDF5: Message = say!(
    "this is an HDF5 file (Keras, TensorFlow). Take the model's `.safetensors` \
    files"
);
const PDF: Message = say!("this is a PDF, not a model. Give the model's `.safetensors` files");
const LFS_POINTER: Message = say!(
    "this is a Git LFS pointer, not the weights themselves. Run `git lfs \
    pull`, or download the file from the model's page"
);
const WEB_PAGE: Message = say!(
    "this is a web page (perhaps an error or a login page), not the weights. \
    Download the file again"
);

/// Names a format that is often given in place of safetensors, by its first bytes.
fn foreign(prefix: &[u8; 8]) -> Option<Message> {
    Some(match prefix {
        [b'G', b'G', b'U', b'F', ..] => GGUF,
        // A pickle, which is an old PyTorch file, or a zip archive, which is a newer one.
        [0x80, 2..=5, ..] | [b'P', b'K', 3, 4, ..] => PYTORCH,
        [0x1f, 0x8b, 8, ..] | [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', ..] => {
            ARCHIVE
        }
        [0x89, b'H', b'D', b'F', ..] => HDF5,
        [b'%', b'P', b'D', b'F', ..] => PDF,
        b"version " => LFS_POINTER,
        [b'<', b'!', b'D' | b'd', ..] | [b'<', b'h', b't', b'm', b'l', ..] => WEB_PAGE,
        _ => return None,
    })
}

/// Names a format that is often given in place of safetensors, by the end of a file's name.
pub fn foreign_name(name: &str) -> Option<Message> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "gguf" | "ggml" => GGUF,
        "bin" | "pt" | "pth" | "ckpt" | "pkl" => PYTORCH,
        "zip" | "gz" | "tgz" | "tar" | "7z" | "rar" | "xz" | "zst" => ARCHIVE,
        "h5" | "hdf5" | "keras" => HDF5,
        "pdf" => PDF,
        _ => return None,
    })
}

/// Reads and checks a header.
///
/// `json` is what lies between the prefix and the tensors; `file_size` is the
/// size of the whole file, which the tensors must fill exactly.
pub fn parse(json: &[u8], file_size: u64) -> Result<Header, HeaderError> {
    let text = std::str::from_utf8(json).map_err(|_| HeaderError::NotUtf8)?;
    let raw: RawHeader = serde_json::from_slice(text.as_bytes())
        .map_err(|error| HeaderError::Json(error.to_string()))?;
    let data_start = PREFIX + json.len() as u64;

    let mut tensors = raw.tensors;
    // Those without bytes lie anywhere among their like. (A stable sort is 1 KB more to load.)
    tensors.sort_unstable_by_key(|(_, info)| info.data_offsets);
    let mut end = 0;
    let tensors = tensors
        .into_iter()
        .map(|(name, info)| {
            check_offsets(&name, &info, end)?;
            end = info.data_offsets.1;
            let position = |offset: u64| {
                data_start
                    .checked_add(offset)
                    .ok_or_else(|| HeaderError::Overflow(name.clone()))
            };
            let range = position(info.data_offsets.0)?..position(info.data_offsets.1)?;
            Ok(Tensor {
                dtype: info.dtype,
                shape: info.shape,
                range,
                name,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;

    let expected = tensors.last().map_or(data_start, |last| last.range.end);
    match expected.cmp(&file_size) {
        std::cmp::Ordering::Equal => Ok(Header {
            metadata: raw.metadata,
            tensors,
        }),
        std::cmp::Ordering::Greater => Err(HeaderError::Truncated {
            expected,
            file_size,
        }),
        std::cmp::Ordering::Less => Err(HeaderError::Trailing {
            expected,
            file_size,
        }),
    }
}

/// Checks one tensor that should begin where the one before it ended.
fn check_offsets(name: &str, info: &RawTensor, previous_end: u64) -> Result<(), HeaderError> {
    let (begin, end) = info.data_offsets;
    let name = || name.to_owned();
    if end < begin {
        return Err(HeaderError::Backwards(name()));
    }
    match begin.cmp(&previous_end) {
        std::cmp::Ordering::Less => return Err(HeaderError::Overlap(name())),
        std::cmp::Ordering::Greater => return Err(HeaderError::Hole(name())),
        std::cmp::Ordering::Equal => {}
    }
    let expected = byte_len(info.dtype, &info.shape).map_err(|error| match error {
        SizeError::Overflow => HeaderError::Overflow(name()),
        SizeError::PartialByte => HeaderError::PartialByte(name()),
    })?;
    if end - begin != expected {
        return Err(HeaderError::WrongSize {
            name: name(),
            given: end - begin,
            expected,
        });
    }
    Ok(())
}

enum SizeError {
    Overflow,
    PartialByte,
}

/// The bytes of a tensor. Counted in bits as 64-bit builds of the
/// `safetensors` crate do, so that both refuse the same shapes.
fn byte_len(dtype: Dtype, shape: &[u64]) -> Result<u64, SizeError> {
    let elements = shape.iter().copied().try_fold(1u64, u64::checked_mul);
    let bits = elements.and_then(|n| n.checked_mul(dtype.bitsize() as u64));
    match bits {
        None => Err(SizeError::Overflow),
        Some(bits) if bits % 8 != 0 => Err(SizeError::PartialByte),
        Some(bits) => Ok(bits / 8),
    }
}

#[derive(Deserialize)]
struct RawTensor {
    dtype: Dtype,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

#[derive(Default)]
struct RawHeader {
    metadata: HashMap<String, String>,
    tensors: Vec<(String, RawTensor)>,
}

impl<'de> Deserialize<'de> for RawHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawHeaderVisitor)
    }
}

/// Reads the entries one by one, so that a key that comes twice is seen.
struct RawHeaderVisitor;

impl<'de> Visitor<'de> for RawHeaderVisitor {
    type Value = RawHeader;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one entry per tensor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawHeader, A::Error> {
        let mut header = RawHeader::default();
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!(
                    "the key `{}` comes twice",
                    shown(&key)
                )));
            }
            if key == METADATA {
                let metadata: Option<Metadata> = map.next_value()?;
                header.metadata = metadata.map(|m| m.0).unwrap_or_default();
            } else {
                let tensor = map.next_value().map_err(|error| {
                    A::Error::custom(format_args!("tensor `{}`: {error}", shown(&key)))
                })?;
                header.tensors.push((key, tensor));
            }
        }
        Ok(header)
    }
}

/// `__metadata__`: a flat map of strings. As in the crate, the last of two
/// equal keys counts: it is free text that no tensor depends on.
#[derive(Deserialize)]
struct Metadata(HashMap<String, String>);

/// A tensor to be written: its name, dtype and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its dtype.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: &'a [u64],
    /// Its size in bytes.
    pub len: u64,
}

/// Writes the prefix and the header of a file that holds `entries` one after
/// the other. The result is padded with spaces to a multiple of 8 bytes, so
/// that the tensors start aligned.
pub fn write(metadata: &[(&str, String)], entries: &[Entry<'_>]) -> Vec<u8> {
    let mut out = vec![0; PREFIX as usize];
    out.extend_from_slice(b"{\"__metadata__\":{");
    for (i, (key, value)) in metadata.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let pair = format!("{comma}{}:{}", json_string(*key), json_string(value));
        out.extend_from_slice(pair.as_bytes());
    }
    out.push(b'}');
    let mut offset = 0;
    for entry in entries {
        let end = offset + entry.len;
        out.extend_from_slice(entry_json(entry, offset, end).as_bytes());
        offset = end;
    }
    out.push(b'}');
    out.resize(out.len().next_multiple_of(8), b' ');
    let len = out.len() as u64 - PREFIX;
    out[..PREFIX as usize].copy_from_slice(&len.to_le_bytes());
    out
}

/// The most bytes that [`write()`] spends on an entry, wherever it lies.
pub fn entry_len_at_most(entry: &Entry<'_>) -> u64 {
    entry_json(entry, u64::MAX, u64::MAX).len() as u64
}

fn entry_json(entry: &Entry<'_>, begin: u64, end: u64) -> String {
    format!(
        ",{}:{{\"dtype\":{},\"shape\":{},\"data_offsets\":[{begin},{end}]}}",
        json_string(entry.name),
        json_string(&entry.dtype),
        json_string(entry.shape),
    )
}

fn json_string<T: serde::Serialize + ?Sized>(value: &T) -> String {
    // Strings, integers and arrays of them: nothing that JSON can't hold.
    serde_json::to_string(value).expect("plain data is always valid JSON")
}
