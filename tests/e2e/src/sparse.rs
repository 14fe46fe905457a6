//! Safetensors files of many gigabytes that take hardly any disk: holes, and a few real tensors.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use safetensors::Dtype;
use serde_json::{Value, json};

use crate::models::Tensor;

/// A part of the file, in order.
pub enum Part<'a> {
    /// A tensor of zeros that is never written.
    Hole {
        name: &'a str,
        dtype: Dtype,
        shape: &'a [u64],
    },
    /// A tensor with its bytes.
    Real(&'a Tensor),
}

impl Part<'_> {
    fn len(&self) -> u64 {
        match self {
            Part::Hole { dtype, shape, .. } => {
                shape.iter().product::<u64>() * dtype.bitsize() as u64 / 8
            }
            Part::Real(tensor) => tensor.bytes.len() as u64,
        }
    }
}

/// Writes such a file and returns where its first tensor begins.
pub fn write(path: &Path, parts: &[Part]) -> Result<u64> {
    let mut header = serde_json::Map::new();
    let mut end = 0;
    for part in parts {
        let begin = end;
        end += part.len();
        let offsets = [begin, end];
        let (name, info) = match part {
            Part::Hole { name, dtype, shape } => (
                *name,
                json!({ "dtype": dtype.to_string(), "shape": shape, "data_offsets": offsets }),
            ),
            Part::Real(tensor) => (
                tensor.name.as_str(),
                json!({
                    "dtype": tensor.dtype.to_string(),
                    "shape": tensor.shape,
                    "data_offsets": offsets,
                }),
            ),
        };
        header.insert(name.to_owned(), info);
    }
    let mut header = serde_json::Value::from(header).to_string();
    while header.len() % 8 != 0 {
        header.push(' ');
    }

    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(path)?;
    let start = 8 + header.len() as u64;
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    file.set_len(start + end)?;
    let mut at = start;
    for part in parts {
        if let Part::Real(tensor) = part {
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&tensor.bytes)?;
        }
        at += part.len();
    }
    Ok(start)
}

/// Writes bytes somewhere into a file that is there.
pub fn write_at(path: &Path, at: u64, bytes: &[u8]) -> Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)?;
    Ok(())
}

/// Reads bytes from somewhere in a file.
pub fn read_at(path: &Path, at: u64, len: usize) -> Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    ensure!(at + len as u64 <= size, "{} ends at {size}", path.display());
    let mut bytes = vec![0; len];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// How long a file must be by its header.
pub fn size_by_header(path: &Path) -> Result<u64> {
    let prefix = read_at(path, 0, 8)?;
    let len = u64::from_le_bytes(prefix[..].try_into()?);
    let header: Value = serde_json::from_slice(&read_at(path, 8, usize::try_from(len)?)?)?;
    let tensors = header.as_object().context("the header is no object")?;
    let ends = tensors
        .values()
        .filter_map(|tensor| tensor["data_offsets"][1].as_u64());
    Ok(8 + len + ends.max().unwrap_or(0))
}
