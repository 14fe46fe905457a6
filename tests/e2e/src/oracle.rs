//! What a merge must come to: the formula, computed plainly, tensor by tensor.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::Dtype;
use serde::Serialize;

use crate::models::{EMBEDDINGS, HEAD, Model, Tensor};
use crate::recipe::{BY_TOKEN, MERGE_ROWS, Recipe, SAME_AS_TARGET};

/// The models of a merge.
pub struct Models {
    pub base: Model,
    pub target: Option<Model>,
    pub chats: Vec<Model>,
}

impl Models {
    pub fn target(&self) -> &Model {
        self.target.as_ref().unwrap_or(&self.base)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Merged,
    Copied,
}

/// A tensor of the output.
#[derive(Clone, Debug)]
pub struct Expected {
    pub tensor: Tensor,
    pub action: Action,
    /// Which of the target's shards has it.
    pub shard: usize,
}

/// Every tensor of the output, in the target's order.
pub fn merge(models: &Models, recipe: &Recipe) -> Vec<Expected> {
    let shards = models.target().shards.iter().enumerate();
    shards
        .flat_map(|(shard, tensors)| tensors.iter().map(move |target| (shard, target)))
        .map(|(shard, target)| {
            let (bytes, action) = merge_tensor(models, recipe, target);
            let tensor = Tensor {
                dtype: output_dtype(recipe, target.dtype),
                bytes,
                ..target.clone()
            };
            Expected {
                tensor,
                action,
                shard,
            }
        })
        .collect()
}

fn merge_tensor(models: &Models, recipe: &Recipe, target: &Tensor) -> (Vec<u8>, Action) {
    let out = output_dtype(recipe, target.dtype);
    let kept = || (converted(target.dtype, &target.bytes, out), Action::Copied);
    let weights = recipe.weights_of(&target.name);
    if recipe.embedding_rows == BY_TOKEN && [EMBEDDINGS, HEAD].contains(&target.name.as_str()) {
        return by_token(models, recipe, target, weights);
    }
    if !is_float(target.dtype) || weights.iter().all(|&weight| weight == 0.0) {
        return kept();
    }
    let taking_part = || {
        weights
            .iter()
            .zip(&models.chats)
            .filter(|(w, _)| **w != 0.0)
    };
    let base = counterpart(&models.base, &target.name);
    let chats: Vec<_> = taking_part()
        .map(|(&weight, chat)| counterpart(chat, &target.name).map(|chat| (chat, weight)))
        .collect();
    let (Some(base), Some(chats)) = (base, chats.into_iter().collect::<Option<Vec<_>>>()) else {
        return kept(); // the plan refuses, unless no model has it or the person said to copy
    };
    let others = || std::iter::once(base).chain(chats.iter().map(|(chat, _)| *chat));
    if others().all(|other| other.shape == target.shape) {
        return (formula(target, base, &chats, out), Action::Merged);
    }
    let same_rows = others().all(|other| other.shape.get(1..) == target.shape.get(1..));
    if !same_rows || recipe.embedding_rows != MERGE_ROWS {
        return kept();
    }
    let shared = others()
        .map(|other| other.shape[0])
        .fold(target.shape[0], usize::min);
    let head = |tensor: &Tensor| rows(tensor, shared);
    let heads: Vec<_> = chats.iter().map(|(chat, w)| (head(chat), *w)).collect();
    let heads: Vec<_> = heads.iter().map(|(chat, w)| (chat, *w)).collect();
    let first = head(target);
    let mut bytes = formula(&first, &head(base), &heads, out);
    let rest = &target.bytes[first.bytes.len()..];
    bytes.extend(converted(target.dtype, rest, out));
    (bytes, Action::Merged)
}

/// A table of tokens, row by row: the formula for those that all models have, a chat model's for
/// those that are taken over, and the target's for the others.
fn by_token(
    models: &Models,
    recipe: &Recipe,
    target: &Tensor,
    weights: &[f64],
) -> (Vec<u8>, Action) {
    let out = output_dtype(recipe, target.dtype);
    let tokens = |model: &Model| model.tokens().expect("a tokenizer");
    let token_of: HashMap<usize, String> = tokens(models.target())
        .into_iter()
        .map(|(token, row)| (row, token))
        .collect();
    let in_model = |model: &Model, rows: &HashMap<String, usize>, token: &str| {
        let table = counterpart(model, &target.name)?;
        row(table, *rows.get(token)?)
    };
    let base_rows = tokens(&models.base);
    let chat_rows: Vec<_> = models.chats.iter().map(tokens).collect();
    let mut action = Action::Copied;
    let mut bytes = Vec::new();
    for at in 0..target.shape[0] {
        let own = row(target, at).expect("a row");
        let made = token_of.get(&at).and_then(|token| {
            let taken = recipe
                .take_over
                .iter()
                .find(|taken| taken.target_token == token);
            if let Some(taken) = taken {
                let (chat, rows) = (&models.chats[taken.chat], &chat_rows[taken.chat]);
                let taken = in_model(chat, rows, taken.chat_token).expect("a row to take over");
                return Some(converted(taken.dtype, &taken.bytes, out));
            }
            let chats = models.chats.iter().zip(&chat_rows).zip(weights);
            let chats: Option<Vec<_>> = chats
                .filter(|(_, weight)| **weight != 0.0)
                .map(|((chat, rows), weight)| Some((in_model(chat, rows, token)?, *weight)))
                .collect();
            let (base, chats) = (in_model(&models.base, &base_rows, token)?, chats?);
            let chats: Vec<_> = chats.iter().map(|(row, weight)| (row, *weight)).collect();
            (!chats.is_empty()).then(|| formula(&own, &base, &chats, out))
        });
        if made.is_some() {
            action = Action::Merged;
        }
        bytes.extend(made.unwrap_or_else(|| converted(own.dtype, &own.bytes, out)));
    }
    (bytes, action)
}

/// One row of a table that is long enough.
fn row(table: &Tensor, at: usize) -> Option<Tensor> {
    let len = table.bytes.len() / table.shape[0];
    Some(Tensor {
        shape: vec![1, table.shape[1]],
        bytes: table.bytes.get(at * len..(at + 1) * len)?.to_vec(),
        ..table.clone()
    })
}

/// The tensor of this name, or the embeddings that an output head is tied to.
fn counterpart<'a>(model: &'a Model, name: &str) -> Option<&'a Tensor> {
    model
        .get(name)
        .or_else(|| model.get(EMBEDDINGS).filter(|_| name == HEAD))
}

fn rows(tensor: &Tensor, count: usize) -> Tensor {
    let mut shape = tensor.shape.clone();
    let row = tensor.bytes.len() / shape[0];
    shape[0] = count;
    Tensor {
        shape,
        bytes: tensor.bytes[..row * count].to_vec(),
        ..tensor.clone()
    }
}

pub fn is_float(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::BF16 | Dtype::F16 | Dtype::F32 | Dtype::F64)
}

fn output_dtype(recipe: &Recipe, target: Dtype) -> Dtype {
    match recipe.output_dtype {
        _ if !is_float(target) => target,
        SAME_AS_TARGET => target,
        "F32" => Dtype::F32,
        "F16" => Dtype::F16,
        "BF16" => Dtype::BF16,
        other => panic!("{other} is no output dtype"),
    }
}

/// The target's elements in the output's dtype; the same bytes where it is the same.
fn converted(from: Dtype, bytes: &[u8], to: Dtype) -> Vec<u8> {
    if from == to {
        return bytes.to_vec();
    }
    decode(from, bytes)
        .into_iter()
        .flat_map(|x| encode(to, x))
        .collect()
}

/// `target + Σ λ·(chat − base)`: in f32, or in f64 where an operand is F64.
pub fn formula(target: &Tensor, base: &Tensor, chats: &[(&Tensor, f64)], out: Dtype) -> Vec<u8> {
    let doubles = [target, base]
        .into_iter()
        .chain(chats.iter().map(|(chat, _)| *chat))
        .any(|tensor| tensor.dtype == Dtype::F64);
    let (t, b) = (
        decode(target.dtype, &target.bytes),
        decode(base.dtype, &base.bytes),
    );
    let chats: Vec<(Vec<f64>, f64)> = chats
        .iter()
        .map(|(chat, weight)| (decode(chat.dtype, &chat.bytes), *weight))
        .collect();
    let mut bytes = Vec::with_capacity(target.bytes.len());
    for i in 0..t.len() {
        let sum = if doubles {
            let mut sum = t[i];
            for (c, weight) in &chats {
                sum += weight * (c[i] - b[i]);
            }
            sum
        } else {
            let mut sum = t[i] as f32;
            for (c, weight) in &chats {
                sum += *weight as f32 * (c[i] as f32 - b[i] as f32);
            }
            f64::from(sum)
        };
        bytes.extend(encode(out, sum));
    }
    bytes
}

/// Elements as f64, which holds them all exactly.
pub fn decode(dtype: Dtype, bytes: &[u8]) -> Vec<f64> {
    fn each<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        let (words, rest) = bytes.as_chunks();
        assert!(rest.is_empty());
        words.iter().map(|word| read(*word)).collect()
    }
    match dtype {
        Dtype::BF16 => each(bytes, |word| bf16::from_le_bytes(word).to_f64()),
        Dtype::F16 => each(bytes, |word| f16::from_le_bytes(word).to_f64()),
        Dtype::F32 => each(bytes, |word| f32::from_le_bytes(word).into()),
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        other => panic!("{other} does not merge"),
    }
}

/// One element, rounded to nearest even; every NaN is the quiet one without a payload.
fn encode(dtype: Dtype, x: f64) -> Vec<u8> {
    let nan = x.is_nan();
    match dtype {
        Dtype::BF16 if nan => 0x7fc0_u16.to_le_bytes().to_vec(),
        Dtype::BF16 => {
            let guess = bf16::from_f64(x).to_bits();
            let value = |bits| bf16::from_bits(bits).to_f64();
            nearest(x, guess, 0x7f80, value).to_le_bytes().to_vec()
        }
        Dtype::F16 if nan => 0x7e00_u16.to_le_bytes().to_vec(),
        Dtype::F16 => {
            let guess = f16::from_f64(x).to_bits();
            let value = |bits| f16::from_bits(bits).to_f64();
            nearest(x, guess, 0x7c00, value).to_le_bytes().to_vec()
        }
        Dtype::F32 if nan => 0x7fc0_0000_u32.to_le_bytes().to_vec(),
        Dtype::F32 => (x as f32).to_le_bytes().to_vec(),
        Dtype::F64 => x.to_le_bytes().to_vec(),
        other => panic!("{other} does not merge"),
    }
}

/// Of the guess and its neighbours the one nearest to `x`, the even one of two: a conversion by
/// way of f32 may be off by one where it rounds twice.
fn nearest(x: f64, guess: u16, infinity: u16, value: impl Fn(u16) -> f64) -> u16 {
    let magnitude = |bits: u16| match bits {
        // Where the next number would be if there was one.
        bits if bits == infinity => 2.0 * value(infinity - 1) - value(infinity - 2),
        bits => value(bits),
    };
    let sign = guess & 0x8000;
    let guess = guess & 0x7fff;
    let candidates = guess.saturating_sub(1)..=infinity.min(guess + 1);
    let best = candidates.min_by(|&a, &b| {
        let distance = |bits| (magnitude(bits) - x.abs()).abs();
        let even = |bits: u16| bits & 1;
        distance(a)
            .total_cmp(&distance(b))
            .then(even(a).cmp(&even(b)))
    });
    sign | best.unwrap_or(guess)
}
