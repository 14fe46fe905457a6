//! Checkpoints to merge, and the arithmetic that they are compared with.
#![allow(dead_code)] // each test uses its part

use chat_vector::checkpoint::{self, Checkpoint};
use chat_vector::engine::{self, EngineError};
use chat_vector::journal::Mark;
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::Recipe;
use chat_vector::report::{NonFinite, Problem};
use chat_vector::sink;
use chat_vector::source::{Memory, Source};
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;

/// A tensor: name, dtype, shape, bytes.
#[derive(Clone, Debug)]
pub struct T {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// A tensor of weights as they look in models; another `seed`, other weights.
pub fn weights(name: &str, dtype: Dtype, shape: &[usize], seed: u64) -> T {
    let count: usize = shape.iter().product();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ name.len() as u64;
    let values = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 / 2f64.powi(31) - 0.5) * 0.08
    });
    of_values(name, dtype, shape, values.take(count))
}

/// A tensor of these values, rounded to its dtype.
pub fn of_values(
    name: &str,
    dtype: Dtype,
    shape: &[usize],
    values: impl IntoIterator<Item = f64>,
) -> T {
    T {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        bytes: values.into_iter().flat_map(|x| encode(dtype, x)).collect(),
    }
}

/// A tensor of bytes that are only ever copied.
pub fn raw(name: &str, dtype: Dtype, shape: &[usize], bytes: &[u8]) -> T {
    T {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        bytes: bytes.to_vec(),
    }
}

pub fn encode(dtype: Dtype, x: f64) -> Vec<u8> {
    match dtype {
        Dtype::BF16 => bf16::from_f32(x as f32).to_le_bytes().to_vec(),
        Dtype::F16 => f16::from_f32(x as f32).to_le_bytes().to_vec(),
        Dtype::F32 => (x as f32).to_le_bytes().to_vec(),
        Dtype::F64 => x.to_le_bytes().to_vec(),
        other => panic!("{other} is no float"),
    }
}

pub fn decode(dtype: Dtype, bytes: &[u8]) -> Vec<f64> {
    let width = dtype.bitsize() / 8;
    bytes
        .chunks_exact(width)
        .map(|b| match dtype {
            Dtype::BF16 => bf16::from_le_bytes(b.try_into().unwrap()).to_f64(),
            Dtype::F16 => f16::from_le_bytes(b.try_into().unwrap()).to_f64(),
            Dtype::F32 => f32::from_le_bytes(b.try_into().unwrap()).into(),
            Dtype::F64 => f64::from_le_bytes(b.try_into().unwrap()),
            other => panic!("{other} is no float"),
        })
        .collect()
}

/// A safetensors file, written by the `safetensors` crate.
pub fn file(tensors: &[T]) -> Vec<u8> {
    let views = tensors.iter().map(|t| {
        let view = TensorView::new(t.dtype, t.shape.clone(), &t.bytes).unwrap();
        (t.name.as_str(), view)
    });
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize(views, Some(metadata)).unwrap()
}

/// A checkpoint in one file.
pub fn single(tensors: &[T]) -> Checkpoint<Memory> {
    open(vec![Memory::new("model.safetensors", file(tensors))]).unwrap()
}

/// A checkpoint in shards without an index.
pub fn shards(shards: &[&[T]]) -> Checkpoint<Memory> {
    let count = shards.len();
    let name = |i: usize| format!("model-{:05}-of-{count:05}.safetensors", i + 1);
    let files = shards.iter().enumerate();
    open(
        files
            .map(|(i, tensors)| Memory::new(name(i), file(tensors)))
            .collect(),
    )
    .unwrap()
}

/// Opens files, or says what is wrong with them.
pub fn open<S: Source>(files: Vec<S>) -> Result<Checkpoint<S>, Vec<Problem>> {
    let opened = pollster::block_on(checkpoint::open(files));
    opened.map_err(|errors| errors.into_iter().map(Problem::from).collect())
}

/// A merge in memory: the output files, and what is not finite in them.
pub struct Merged {
    pub plan: Plan,
    pub files: Vec<(String, Vec<u8>)>,
    pub nonfinite: Vec<NonFinite>,
}

impl Merged {
    /// A tensor of the output as the `safetensors` crate reads it.
    pub fn tensor(&self, name: &str) -> (Dtype, Vec<usize>, Vec<u8>) {
        for (file, bytes) in &self.files {
            if !file.ends_with(".safetensors") {
                continue;
            }
            if let Ok(tensor) = SafeTensors::deserialize(bytes).unwrap().tensor(name) {
                let shape = tensor.shape().to_vec();
                return (tensor.dtype(), shape, tensor.data().to_vec());
            }
        }
        panic!("no tensor `{name}`");
    }
}

pub fn merge<S: Source>(models: &Models<S>, recipe: &Recipe) -> Merged {
    let plan = plan::plan(models, recipe);
    assert_eq!(plan.report.problems, [], "the plan should have no problems");
    let mut sink = sink::Memory::default();
    let nonfinite = run(models, &plan, &mut sink).unwrap();
    for (summary, (name, bytes)) in plan.report.files.iter().zip(&sink.files) {
        assert_eq!((&summary.name, summary.size), (name, bytes.len() as u64));
    }
    Merged {
        plan,
        files: sink.files,
        nonfinite,
    }
}

pub fn run<S: Source>(
    models: &Models<S>,
    plan: &Plan,
    sink: &mut impl sink::Sink,
) -> Result<Vec<NonFinite>, EngineError> {
    let never = std::future::pending();
    pollster::block_on(engine::run(
        models,
        plan,
        Mark::default(),
        sink,
        |_| {},
        never,
    ))
}

/// `target + Σ λ·(chat − base)` in f32, rounded to `out`: the formula, plainly.
pub fn formula(target: &T, base: &T, chats: &[(&T, f32)], out: Dtype) -> Vec<u8> {
    let (t, b) = (
        decode(target.dtype, &target.bytes),
        decode(base.dtype, &base.bytes),
    );
    let chats: Vec<(Vec<f64>, f32)> = chats
        .iter()
        .map(|(c, weight)| (decode(c.dtype, &c.bytes), *weight))
        .collect();
    t.iter()
        .zip(&b)
        .enumerate()
        .flat_map(|(i, (&t, &b))| {
            let mut sum = t as f32;
            for (c, weight) in &chats {
                sum += weight * (c[i] as f32 - b as f32);
            }
            encode(out, sum.into())
        })
        .collect()
}

/// A `tokenizer.json` of tokens and rows, and of special tokens beside them.
pub fn tokenizer(vocab: &[(&str, usize)], special: &[(&str, usize)]) -> Vec<u8> {
    let vocab = vocab
        .iter()
        .map(|&(token, row)| (token.to_owned(), row.into()));
    let vocab: serde_json::Map<_, _> = vocab.collect();
    let special = special.iter().map(|(token, row)| {
        serde_json::json!({"id": row, "content": token, "special": true, "normalized": false})
    });
    let special: Vec<_> = special.collect();
    serde_json::json!({"added_tokens": special, "model": {"type": "BPE", "vocab": vocab}})
        .to_string()
        .into_bytes()
}

/// What people are told, as English text.
pub fn texts<T: ToString>(told: &[T]) -> Vec<String> {
    told.iter().map(T::to_string).collect()
}
