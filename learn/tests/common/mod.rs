//! The fixture of `reference.py`, and models like it.
#![allow(dead_code)] // each test uses its part

use chat_vector_learn::model::{Config, Model};
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

pub const CONFIG: &str = include_str!("../fixture/config.json");
pub const WEIGHTS: &[u8] = include_bytes!("../fixture/model.safetensors");

/// What transformers computes.
#[derive(Deserialize)]
pub struct Reference {
    pub end: u32,
    pub most: usize,
    pub cases: Vec<Case>,
    pub tied: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
pub struct Case {
    pub tokens: Vec<u32>,
    pub logits: Vec<Vec<f32>>,
    pub reply: Vec<u32>,
    pub surprise: f64,
}

pub fn reference() -> Reference {
    serde_json::from_str(include_str!("../fixture/reference.json")).unwrap()
}

pub fn config() -> Config {
    Config::parse(CONFIG).unwrap()
}

pub fn model() -> Model {
    Model::load(&config(), WEIGHTS).unwrap()
}

/// A tensor: name, dtype, shape, bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct T {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// The tensors of a file, by name.
pub fn tensors(bytes: &[u8]) -> Vec<T> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors: Vec<T> = file
        .iter()
        .map(|(name, view)| T {
            name: name.to_owned(),
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            bytes: view.data().to_vec(),
        })
        .collect();
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    tensors
}

pub fn file(tensors: &[T]) -> Vec<u8> {
    let views = tensors.iter().map(|t| {
        let view = TensorView::new(t.dtype, t.shape.clone(), &t.bytes).unwrap();
        (t.name.as_str(), view)
    });
    safetensors::serialize(views, None).unwrap()
}

/// The numbers of a tensor.
pub fn values(t: &T) -> Vec<f32> {
    let halves = || t.bytes.as_chunks::<2>().0.iter();
    match t.dtype {
        Dtype::BF16 => halves().map(|x| bf16::from_le_bytes(*x).to_f32()).collect(),
        Dtype::F16 => halves().map(|x| f16::from_le_bytes(*x).to_f32()).collect(),
        _ => {
            let words = t.bytes.as_chunks::<4>().0.iter();
            words.map(|x| f32::from_le_bytes(*x)).collect()
        }
    }
}

/// A tensor like another, of other numbers.
pub fn of_values(like: &T, dtype: Dtype, values: impl IntoIterator<Item = f32>) -> T {
    let bytes = |x: f32| match dtype {
        Dtype::BF16 => bf16::from_f32(x).to_le_bytes().to_vec(),
        Dtype::F16 => f16::from_f32(x).to_le_bytes().to_vec(),
        _ => x.to_le_bytes().to_vec(),
    };
    T {
        dtype,
        bytes: values.into_iter().flat_map(bytes).collect(),
        ..like.clone()
    }
}

/// The fixture's weights, each moved a little; another `seed`, other moves.
pub fn moved(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f32 / 2f32.powi(31) - 0.5) * 0.1
    };
    let moved = tensors(WEIGHTS).into_iter().map(|t| {
        let values: Vec<f32> = values(&t).into_iter().map(|x| x + noise()).collect();
        of_values(&t, t.dtype, values)
    });
    file(&moved.collect::<Vec<_>>())
}

/// A `tokenizer.json` of the special words and `w4` to `w39`.
pub fn tokenizer() -> String {
    let special = ["<s>", "</s>", "<|user|>", "<|assistant|>"].map(str::to_owned);
    let words = special.into_iter().chain((4..40).map(|i| format!("w{i}")));
    let vocab = words.enumerate().map(|(i, word)| format!("\"{word}\":{i}"));
    let vocab = vocab.collect::<Vec<_>>().join(",");
    format!(r#"{{"model":{{"type":"WordLevel","vocab":{{{vocab}}},"unk_token":"<unk>"}}}}"#)
}
