//! Two models of any names, dtypes and shapes: no panic, and what is planned can be carried out.
#![no_main]

use arbitrary::Arbitrary;
use chat_vector::checkpoint::Checkpoint;
use chat_vector::recipe::{
    EmbeddingRows, Goal, OutputDtype, Recipe, Rule, Shards, TakeOver, Unmatched,
};
use chat_vector::source::Memory;
use chat_vector_fuzz::{file, merge, open, tokenizer};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

#[derive(Arbitrary, Debug)]
struct Given {
    base: Vec<Tensor>,
    chat: Vec<Tensor>,
    /// Tensors that the chat model has as the base has them.
    alike: Vec<Tensor>,
    weight: f32,
    rule: Option<(String, f32)>,
    output_dtype: u8,
    embedding_rows: u8,
    /// The rows of the tokens 0, 1, … of base and chat model.
    tokens: [Vec<u8>; 2],
    /// Tokens of base and chat model.
    take_over: Vec<(u8, u8)>,
    copy_unmatched: bool,
    shard: Option<u16>,
}

#[derive(Arbitrary, Clone, Debug)]
struct Tensor {
    name: Name,
    dtype: u8,
    shape: Vec<u8>,
}

#[derive(Arbitrary, Clone, Debug)]
enum Name {
    Embeddings,
    Head,
    Norm,
    Layer(u8),
    Any(String),
}

impl Name {
    fn text(&self) -> String {
        match self {
            Name::Embeddings => "model.embed_tokens.weight".to_owned(),
            Name::Head => "lm_head.weight".to_owned(),
            Name::Norm => "model.norm.weight".to_owned(),
            Name::Layer(n) => format!("model.layers.{n}.mlp.up_proj.weight"),
            Name::Any(name) => name.clone(),
        }
    }
}

/// Names and bits of some dtypes.
const DTYPES: [(&str, usize); 8] = [
    ("F32", 32),
    ("BF16", 16),
    ("F16", 16),
    ("F64", 64),
    ("I64", 64),
    ("U8", 8),
    ("F8_E4M3", 8),
    ("F4", 4),
];
/// Elements that a tensor has at most, so that a merge takes no time.
const MOST: usize = 4096;

/// A valid model of these tensors, those left out that would not be, and of these tokens.
fn model<'a>(tensors: impl Iterator<Item = &'a Tensor>, tokens: &[u8]) -> Checkpoint<Memory> {
    let mut by_name = BTreeMap::new();
    for tensor in tensors.take(32) {
        by_name.insert(tensor.name.text(), tensor);
    }
    by_name.remove("__metadata__");
    let (mut entries, mut end) = (serde_json::Map::new(), 0);
    for (name, tensor) in by_name {
        let (dtype, bits) = DTYPES[tensor.dtype as usize % DTYPES.len()];
        let shape: Vec<usize> = tensor.shape.iter().take(4).map(|&n| n as usize).collect();
        let elements = shape.iter().product::<usize>();
        if elements > MOST || elements * bits % 8 != 0 {
            continue;
        }
        let begin = end;
        end += elements * bits / 8;
        let entry = serde_json::json!({
            "dtype": dtype, "shape": shape, "data_offsets": [begin, end],
        });
        entries.insert(name, entry);
    }
    let header = serde_json::Value::Object(entries).to_string();
    let file = Memory::new("model.safetensors", file(header.as_bytes(), end));
    let mut rows = BTreeMap::new();
    for (token, &row) in tokens.iter().enumerate() {
        rows.insert(usize::from(row), token.to_string());
    }
    let tokens = rows.into_iter().map(|(row, token)| (token, row));
    open(vec![file, tokenizer(tokens)]).expect("the model is valid")
}

fuzz_target!(|given: Given| {
    let base = model(given.base.iter().chain(&given.alike), &given.tokens[0]);
    let chat = model(given.chat.iter().chain(&given.alike), &given.tokens[1]);
    let by_token = given.embedding_rows % 3 == 2;
    let take_over = given.take_over.iter().filter(|_| by_token);
    let recipe = Recipe {
        goal: match given.output_dtype >= 128 {
            true => Goal::Vector,
            false => Goal::Model,
        },
        rules: Vec::from_iter(given.rule.map(|(pattern, weight)| Rule {
            pattern,
            weights: vec![weight.into()],
        })),
        output_dtype: match given.output_dtype % 4 {
            0 => OutputDtype::SameAsTarget,
            1 => OutputDtype::F32,
            2 => OutputDtype::F16,
            _ => OutputDtype::BF16,
        },
        embedding_rows: match given.embedding_rows % 3 {
            0 => EmbeddingRows::CopyTarget,
            1 => EmbeddingRows::MergeShared,
            _ => EmbeddingRows::MatchByToken,
        },
        take_over: take_over
            .map(|(target, chat)| TakeOver {
                chat: 0,
                target_token: target.to_string(),
                chat_token: chat.to_string(),
            })
            .collect(),
        unmatched: match given.copy_unmatched {
            true => Unmatched::Copy,
            false => Unmatched::Refuse,
        },
        shards: match given.shard {
            None => Shards::One,
            Some(bytes) => Shards::AtMost {
                bytes: bytes.into(),
            },
        },
        ..Recipe::new(vec![given.weight.into()])
    };
    merge(&base, vec![&chat], &recipe);
});
