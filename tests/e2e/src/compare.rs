//! Compares saved files with what they must be, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use safetensors::SafeTensors;
use serde_json::Value;

use crate::models::{INDEX, Tensor, shard_name};
use crate::oracle::Expected;
use crate::page::files_in;

/// A file of the output and its tensors, in the target's order.
pub type OutputFile<'a> = (String, Vec<&'a Tensor>);

/// The output as one file.
pub fn one_file(expected: &[Expected]) -> Vec<OutputFile<'_>> {
    let all = expected.iter().map(|expected| &expected.tensor).collect();
    vec![("model.safetensors".to_owned(), all)]
}

/// The output in the target's shards.
pub fn as_target(expected: &[Expected]) -> Vec<OutputFile<'_>> {
    let count = expected.iter().map(|expected| expected.shard + 1).max();
    let count = count.unwrap_or(0);
    if count == 1 {
        return one_file(expected);
    }
    let of_shard = |shard| expected.iter().filter(move |e| e.shard == shard);
    (0..count)
        .map(|shard| {
            let tensors = of_shard(shard).map(|expected| &expected.tensor);
            (shard_name(shard, count), tensors.collect())
        })
        .collect()
}

/// What may lie beside the weights where the target has a config.
const BESIDE: [&str; 7] = [
    "README.md",
    "chat_template.jinja",
    "chat_vector_recipe.json",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
];

/// The folder holds these files, their index if they are several, and nothing else but what may lie
/// beside them.
pub fn folder(folder: &Path, expected: &[OutputFile]) -> Result<()> {
    let mut names: Vec<_> = expected.iter().map(|(name, _)| name.clone()).collect();
    if names.len() > 1 {
        names.push(INDEX.to_owned());
    }
    names.sort();
    let mut there = files_in(folder)?;
    there.retain(|name| !BESIDE.contains(&name.as_str()));
    ensure!(there == names, "saved are {there:?}, not {names:?}");
    for (name, tensors) in expected {
        let bytes = fs::read(folder.join(name))?;
        file(&bytes, tensors).with_context(|| name.clone())?;
    }
    if expected.len() > 1 {
        let bytes = fs::read(folder.join(INDEX))?;
        index(&bytes, expected).context(INDEX)?;
    }
    Ok(())
}

/// One file: a header that the `safetensors` crate reads, then the tensors' bytes.
pub fn file(bytes: &[u8], tensors: &[&Tensor]) -> Result<()> {
    let (header_len, metadata) = SafeTensors::read_metadata(bytes)?;
    ensure!(header_len % 8 == 0, "the tensors are not aligned");
    let strings = metadata.metadata().as_ref().context("no metadata")?;
    let format = strings.get("format").map(String::as_str);
    ensure!(format == Some("pt"), "format is {format:?}");
    let recipe = strings.get("chat_vector_recipe").context("no recipe")?;
    let recipe: Value = serde_json::from_str(recipe)?;
    ensure!(recipe["recipe"]["weights"].is_array(), "recipe: {recipe}");

    let parsed = SafeTensors::deserialize(bytes)?;
    ensure!(parsed.len() == tensors.len(), "{:?}", parsed.names());
    for tensor in tensors {
        let name = &tensor.name;
        let view = parsed.tensor(name)?;
        ensure!(view.dtype() == tensor.dtype, "{name} is {}", view.dtype());
        ensure!(view.shape() == tensor.shape, "{name}: {:?}", view.shape());
        if let Some(at) = first_difference(view.data(), &tensor.bytes) {
            ensure!(false, "{name} ({}) differs at byte {at}", tensor.dtype);
        }
    }
    // Wide dtypes first, otherwise the target's order; not a byte between or after them.
    let mut in_order = tensors.to_vec();
    in_order.sort_by_key(|tensor| std::cmp::Reverse(tensor.dtype.bitsize()));
    let body: Vec<u8> = in_order.iter().flat_map(|t| t.bytes.clone()).collect();
    ensure!(bytes[8 + header_len..] == body, "the order differs");
    Ok(())
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let differs = a.iter().zip(b).position(|(a, b)| a != b);
    Some(differs.unwrap_or(a.len().min(b.len())))
}

/// The index names every tensor's file and the size of all tensors.
fn index(bytes: &[u8], expected: &[OutputFile]) -> Result<()> {
    let index: Value = serde_json::from_slice(bytes)?;
    let map: BTreeMap<String, String> = serde_json::from_value(index["weight_map"].clone())?;
    let right = expected
        .iter()
        .flat_map(|(file, tensors)| tensors.iter().map(|t| (t.name.clone(), file.clone())))
        .collect();
    ensure!(map == right, "weight_map is {map:?}, not {right:?}");
    let tensors = expected.iter().flat_map(|(_, tensors)| tensors);
    let total: usize = tensors.map(|tensor| tensor.bytes.len()).sum();
    let told = &index["metadata"]["total_size"];
    ensure!(told == total, "total_size is {told}, not {total}");
    Ok(())
}
