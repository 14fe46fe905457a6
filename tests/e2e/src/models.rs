//! Checkpoints to merge, written by the `safetensors` crate, with weights that are the same in
//! every run.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

use crate::page::files_in;

pub const INDEX: &str = "model.safetensors.index.json";
pub const TOKENIZER: &str = "tokenizer.json";
pub const EMBEDDINGS: &str = "model.embed_tokens.weight";
pub const HEAD: &str = "lm_head.weight";
pub const NORM: &str = "model.norm.weight";

/// A tensor of a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// Weights as they look in models; another `seed`, other weights.
pub fn weights(name: &str, dtype: Dtype, shape: &[usize], seed: u64) -> Tensor {
    let mut state = name.bytes().fold(seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let values = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 / 2f64.powi(53) - 0.5) * 0.08
    });
    let count = shape.iter().product();
    of_values(name, dtype, shape, values.take(count))
}

/// A tensor of these values, rounded to its dtype.
pub fn of_values(
    name: &str,
    dtype: Dtype,
    shape: &[usize],
    values: impl IntoIterator<Item = f64>,
) -> Tensor {
    let mut bytes = Vec::new();
    for value in values {
        match dtype {
            Dtype::BF16 => bytes.extend(bf16::from_f64(value).to_le_bytes()),
            Dtype::F16 => bytes.extend(f16::from_f64(value).to_le_bytes()),
            Dtype::F32 => bytes.extend((value as f32).to_le_bytes()),
            Dtype::F64 => bytes.extend(value.to_le_bytes()),
            other => panic!("{other} is no float that merges"),
        }
    }
    raw(name, dtype, shape, &bytes)
}

/// A tensor of these bytes.
pub fn raw(name: &str, dtype: Dtype, shape: &[usize], bytes: &[u8]) -> Tensor {
    Tensor {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        bytes: bytes.to_vec(),
    }
}

/// The size of a made-up model with the tensors of a Llama.
#[derive(Clone, Copy)]
pub struct Llama {
    pub dtype: Dtype,
    pub vocabulary: usize,
    pub hidden: usize,
    pub layers: usize,
}

impl Llama {
    /// A model of some hundred kilobytes.
    pub fn small(dtype: Dtype) -> Self {
        Self {
            dtype,
            vocabulary: 300,
            hidden: 40,
            layers: 2,
        }
    }

    /// Its tensors.
    pub fn tensors(self, seed: u64) -> Vec<Tensor> {
        let Self {
            dtype,
            vocabulary,
            hidden,
            layers,
        } = self;
        let wide = hidden * 11 / 4;
        let weight = |name: &str, shape: &[usize]| weights(name, dtype, shape, seed);
        let mut tensors = vec![
            weight(EMBEDDINGS, &[vocabulary, hidden]),
            weight(HEAD, &[vocabulary, hidden]),
            weight(NORM, &[hidden]),
        ];
        for layer in 0..layers {
            let part = |name: &str, shape: &[usize]| {
                weight(&format!("model.layers.{layer}.{name}.weight"), shape)
            };
            tensors.extend([
                part("input_layernorm", &[hidden]),
                part("mlp.down_proj", &[hidden, wide]),
                part("mlp.up_proj", &[wide, hidden]),
                part("self_attn.k_proj", &[hidden / 4, hidden]),
                part("self_attn.q_proj", &[hidden, hidden]),
            ]);
        }
        tensors
    }
}

/// A model as it lies on disk.
#[derive(Debug)]
pub struct Model {
    /// All that a person gives to the page.
    pub files: Vec<PathBuf>,
    /// Each shard's tensors, in the order of the bytes.
    pub shards: Vec<Vec<Tensor>>,
}

impl Model {
    /// Every tensor, shard after shard.
    pub fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.shards.iter().flatten()
    }

    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.tensors().find(|tensor| tensor.name == name)
    }

    /// A checkpoint in one file.
    pub fn one_file(folder: &Path, tensors: &[Tensor]) -> Result<Self> {
        Self::write(folder, &[("model.safetensors".to_owned(), tensors)])
    }

    /// A checkpoint in shards, without an index.
    pub fn shards(folder: &Path, shards: &[&[Tensor]]) -> Result<Self> {
        let count = shards.len();
        let named: Vec<_> = shards
            .iter()
            .enumerate()
            .map(|(i, tensors)| (shard_name(i, count), *tensors))
            .collect();
        Self::write(folder, &named)
    }

    /// A checkpoint in shards, with the index that names them.
    pub fn indexed(folder: &Path, shards: &[&[Tensor]]) -> Result<Self> {
        let mut model = Self::shards(folder, shards)?;
        let mut map = serde_json::Map::new();
        for (i, tensors) in shards.iter().enumerate() {
            for tensor in *tensors {
                let file = shard_name(i, shards.len());
                map.insert(tensor.name.clone(), file.into());
            }
        }
        let total: usize = model.tensors().map(|tensor| tensor.bytes.len()).sum();
        let index = json!({ "metadata": { "total_size": total }, "weight_map": map });
        model.add(folder, INDEX, index.to_string().as_bytes())?;
        Ok(model)
    }

    /// Puts a `tokenizer.json` beside the weights: tokens and their rows, those of the model and
    /// special ones that were added.
    pub fn add_tokenizer(
        &mut self,
        folder: &Path,
        tokens: &[(&str, usize)],
        special: &[(&str, usize)],
    ) -> Result<()> {
        let vocab = tokens
            .iter()
            .map(|(token, row)| ((*token).to_owned(), json!(row)));
        let vocab: serde_json::Map<_, _> = vocab.collect();
        let special = special.iter().map(|(token, row)| {
            json!({ "id": row, "content": token, "special": true, "normalized": false })
        });
        let special: Vec<_> = special.collect();
        let tokenizer = json!({
            "version": "1.0",
            "added_tokens": special,
            "model": { "type": "BPE", "vocab": vocab, "merges": ["a b"] },
        });
        self.add(folder, TOKENIZER, tokenizer.to_string().as_bytes())
    }

    /// Its tokens and their rows, by its `tokenizer.json`: added ones win.
    pub fn tokens(&self) -> Result<HashMap<String, usize>> {
        let file = self.files.iter().find(|file| file.ends_with(TOKENIZER));
        let tokenizer = fs::read(file.context("no tokenizer")?)?;
        let tokenizer: Value = serde_json::from_slice(&tokenizer)?;
        let vocab = tokenizer["model"]["vocab"].as_object();
        let vocab = vocab.into_iter().flatten();
        let vocab = vocab.map(|(token, row)| (token.as_str(), row));
        let added = tokenizer["added_tokens"].as_array().into_iter().flatten();
        let added = added.map(|token| (token["content"].as_str().unwrap_or(""), &token["id"]));
        let row = |(token, row): (&str, &Value)| {
            let row = row.as_u64().context("no row")?;
            Ok((token.to_owned(), usize::try_from(row)?))
        };
        vocab.chain(added).map(row).collect()
    }

    /// Puts another file beside the weights.
    pub fn add(&mut self, folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
        self.files.push(write(folder, name, bytes)?);
        Ok(())
    }

    /// A copy of the checkpoint in a folder: one file, and what lies beside it.
    pub fn copied(from: &Path, to: &Path) -> Result<Self> {
        let mut model = Self {
            files: Vec::new(),
            shards: Vec::new(),
        };
        for name in files_in(from)? {
            let bytes = fs::read(from.join(&name))?;
            if name.ends_with(".safetensors") {
                model.shards.push(in_order(&bytes)?);
            }
            model.add(to, &name, &bytes)?;
        }
        Ok(model)
    }

    fn write(folder: &Path, shards: &[(String, &[Tensor])]) -> Result<Self> {
        let mut model = Self {
            files: Vec::new(),
            shards: Vec::new(),
        };
        for (name, tensors) in shards {
            let bytes = file(tensors)?;
            model.files.push(write(folder, name, &bytes)?);
            model.shards.push(in_order(&bytes)?);
        }
        Ok(model)
    }
}

/// The name of a shard, as Hugging Face has it.
pub fn shard_name(shard: usize, count: usize) -> String {
    format!("model-{:05}-of-{count:05}.safetensors", shard + 1)
}

/// Writes a file into a folder that may have to be made.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(folder)?;
    fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

/// A safetensors file.
pub fn file(tensors: &[Tensor]) -> Result<Vec<u8>> {
    let mut views = Vec::new();
    for tensor in tensors {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes)?;
        views.push((&tensor.name, view));
    }
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// The tensors of a safetensors file in the order of their bytes.
pub fn in_order(file: &[u8]) -> Result<Vec<Tensor>> {
    let (_, metadata) = SafeTensors::read_metadata(file)?;
    let parsed = SafeTensors::deserialize(file)?;
    let mut tensors = Vec::new();
    for name in metadata.offset_keys() {
        let view = parsed.tensor(&name)?;
        tensors.push(raw(&name, view.dtype(), view.shape(), view.data()));
    }
    Ok(tensors)
}
