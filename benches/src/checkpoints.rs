//! Checkpoints to merge: the shapes of a Llama, weights that look real (normal, σ 0.02; a tuned
//! model is the base plus normal differences, σ 0.001), or holes where only the size matters.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use half::{bf16, f16};
use rand::SeedableRng as _;
use rand::distr::Distribution as _;
use rand::rngs::SmallRng;
use rand_distr::Normal;
use serde_json::{Map, json};

const WEIGHTS: f32 = 0.02;
const DIFFERENCES: f32 = 0.001;
/// Elements that are drawn and written at once.
const BLOCK: usize = 1 << 18;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dtype {
    BF16,
    F16,
    F32,
}

impl Dtype {
    pub fn name(self) -> &'static str {
        match self {
            Dtype::BF16 => "BF16",
            Dtype::F16 => "F16",
            Dtype::F32 => "F32",
        }
    }

    pub fn width(self) -> u64 {
        match self {
            Dtype::BF16 | Dtype::F16 => 2,
            Dtype::F32 => 4,
        }
    }

    fn encode(self, values: &[f32], bytes: &mut Vec<u8>) {
        bytes.clear();
        match self {
            Dtype::BF16 => {
                bytes.extend(values.iter().flat_map(|&x| bf16::from_f32(x).to_le_bytes()))
            }
            Dtype::F16 => bytes.extend(values.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes())),
            Dtype::F32 => bytes.extend(values.iter().flat_map(|x| x.to_le_bytes())),
        }
    }
}

/// A tensor's name and shape.
pub type Shape = (String, Vec<u64>);

/// The size of a Llama.
#[derive(Clone, Copy, Debug)]
pub struct Llama {
    pub vocabulary: u64,
    pub hidden: u64,
    pub intermediate: u64,
    /// Rows of `k_proj` and `v_proj`.
    pub key_rows: u64,
    pub layers: u64,
}

impl Llama {
    /// TinyLlama-1.1B with so many of its layers: 66 MB each in BF16, embeddings and head 262 MB.
    pub fn tiny(layers: u64) -> Self {
        Self {
            vocabulary: 32_000,
            hidden: 2048,
            intermediate: 5632,
            key_rows: 256,
            layers,
        }
    }

    /// Mistral-7B.
    pub fn mistral() -> Self {
        Self {
            vocabulary: 32_000,
            hidden: 4096,
            intermediate: 14_336,
            key_rows: 1024,
            layers: 32,
        }
    }

    /// Tensors as Hugging Face names them, in the order of their names.
    pub fn tensors(self) -> Vec<Shape> {
        let Self {
            vocabulary,
            hidden,
            intermediate,
            key_rows,
            layers,
        } = self;
        let mut tensors = vec![
            ("lm_head.weight".to_owned(), vec![vocabulary, hidden]),
            (
                "model.embed_tokens.weight".to_owned(),
                vec![vocabulary, hidden],
            ),
            ("model.norm.weight".to_owned(), vec![hidden]),
        ];
        for layer in 0..layers {
            let parts = [
                ("input_layernorm", vec![hidden]),
                ("mlp.down_proj", vec![hidden, intermediate]),
                ("mlp.gate_proj", vec![intermediate, hidden]),
                ("mlp.up_proj", vec![intermediate, hidden]),
                ("post_attention_layernorm", vec![hidden]),
                ("self_attn.k_proj", vec![key_rows, hidden]),
                ("self_attn.o_proj", vec![hidden, hidden]),
                ("self_attn.q_proj", vec![hidden, hidden]),
                ("self_attn.v_proj", vec![key_rows, hidden]),
            ];
            for (part, shape) in parts {
                tensors.push((format!("model.layers.{layer}.{part}.weight"), shape));
            }
        }
        tensors.sort();
        tensors
    }

    /// What `transformers` wants to know of it.
    pub fn config(self, dtype: Dtype) -> String {
        let torch_dtype = match dtype {
            Dtype::BF16 => "bfloat16",
            Dtype::F16 => "float16",
            Dtype::F32 => "float32",
        };
        let heads = self.hidden / 64;
        let config = json!({
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": self.vocabulary,
            "hidden_size": self.hidden,
            "intermediate_size": self.intermediate,
            "num_hidden_layers": self.layers,
            "num_attention_heads": heads,
            "num_key_value_heads": self.key_rows / 64,
            "tie_word_embeddings": false,
            "torch_dtype": torch_dtype,
        });
        format!("{config:#}\n")
    }
}

/// Cuts tensors into shards of at most so many bytes, layer by layer as `save_pretrained` does:
/// embeddings first, norm and head last.
pub fn shards(tensors: &[Shape], dtype: Dtype, most: u64) -> Vec<Vec<Shape>> {
    let place = |name: &str| {
        let layer = name
            .split('.')
            .nth(2)
            .and_then(|part| part.parse::<u64>().ok());
        match (name, layer) {
            ("model.embed_tokens.weight", _) => 0,
            (_, Some(layer)) => 1 + layer,
            ("model.norm.weight", _) => u64::MAX - 1,
            _ => u64::MAX,
        }
    };
    // Within a layer, attention before the rest.
    let key = |shape: &Shape| (place(&shape.0), !shape.0.contains("self_attn"));
    let mut ordered = tensors.to_vec();
    ordered.sort_by_key(key);
    let mut shards = vec![Vec::new()];
    let mut filled = 0;
    for shape in ordered {
        let bytes = elements(&shape.1) * dtype.width();
        if filled > 0 && filled + bytes > most {
            shards.push(Vec::new());
            filled = 0;
        }
        filled += bytes;
        if let Some(shard) = shards.last_mut() {
            shard.push(shape);
        }
    }
    shards
}

/// So many equal tensors.
pub fn equal_tensors(count: usize, elements: u64) -> Vec<Shape> {
    (0..count)
        .map(|i| (format!("model.experts.{i:05}.weight"), vec![elements]))
        .collect()
}

/// How many elements tensors have in all.
pub fn parameters(tensors: &[Shape]) -> u64 {
    tensors.iter().map(|(_, shape)| elements(shape)).sum()
}

fn elements(shape: &[u64]) -> u64 {
    shape.iter().product()
}

/// A safetensors header, and where each tensor begins in the file.
fn header(tensors: &[Shape], dtype: Dtype) -> (Vec<u8>, Vec<u64>, u64) {
    let mut map = Map::new();
    let mut end = 0;
    let mut begins = Vec::new();
    for (name, shape) in tensors {
        let begin = end;
        end += elements(shape) * dtype.width();
        let info = json!({ "dtype": dtype.name(), "shape": shape, "data_offsets": [begin, end] });
        map.insert(name.clone(), info);
        begins.push(begin);
    }
    map.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut json = serde_json::Value::from(map).to_string();
    while json.len() % 8 != 0 {
        json.push(' ');
    }
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(json.as_bytes());
    let start = bytes.len() as u64;
    let begins = begins.into_iter().map(|begin| start + begin).collect();
    (bytes, begins, start + end)
}

/// Writes a base and tuned models side by side, one file each, on all cores.
pub fn write_family(paths: &[PathBuf], tensors: &[Shape], dtype: Dtype) -> Result<()> {
    write_sparse_family(paths, tensors, dtype, |_| true)
}

/// The same, but only the tensors that `real` chooses are written. The others are holes: zeros
/// that take no disk.
pub fn write_sparse_family(
    paths: &[PathBuf],
    tensors: &[Shape],
    dtype: Dtype,
    real: impl Fn(&str) -> bool,
) -> Result<()> {
    let (head, begins, size) = header(tensors, dtype);
    let mut files = Vec::new();
    for path in paths {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(path).with_context(|| format!("no {}", path.display()))?;
        file.set_len(size)?;
        file.write_all_at(&head, 0)?;
        files.push(file);
    }
    // Large tensors in pieces, so that every core has something to do until the end.
    let mut pieces = Vec::new();
    for ((_, shape), begin) in tensors
        .iter()
        .zip(begins)
        .filter(|((name, _), _)| real(name))
    {
        let count = elements(shape);
        let starts = (0..count).step_by(BLOCK);
        pieces.extend(starts.map(|at| {
            let len = (count - at).min(BLOCK as u64) as usize;
            (begin + at * dtype.width(), len)
        }));
    }
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        let (mut base, mut tuned, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        let weights = Normal::new(0.0, WEIGHTS)?;
        let differences = Normal::new(0.0, DIFFERENCES)?;
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(&(offset, len)) = pieces.get(i) else {
                return Ok(());
            };
            let mut random = SmallRng::seed_from_u64(i as u64);
            base.clear();
            base.extend(weights.sample_iter(&mut random).take(len));
            for (model, file) in files.iter().enumerate() {
                tuned.clear();
                if model == 0 {
                    tuned.extend_from_slice(&base);
                } else {
                    let changes = differences.sample_iter(&mut random);
                    tuned.extend(
                        base.iter()
                            .zip(changes)
                            .map(|(x, change): (&f32, f32)| x + change),
                    );
                }
                dtype.encode(&tuned, &mut bytes);
                file.write_all_at(&bytes, offset)?;
            }
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().map_err(|_| anyhow!("a writer panicked"))??;
        }
        // The disk is not to be busy with them while something is measured.
        files.iter().try_for_each(|file| Ok(file.sync_all()?))
    })
}
