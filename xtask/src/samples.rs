//! The models of `Try with sample models`: three small checkpoints of the Llama architecture, as
//! `transformers` loads them, made up of numbers that are the same in every run.
//!
//! Their weights say nothing: the target is the base moved a little everywhere, as more pretraining
//! would, and the chat model the base moved in its attention and MLPs, as tuning would.

mod tokenizer;
mod weights;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Value, json};

use crate::{paths, process};
use weights::Weights;

const VOCABULARY: usize = 384;
const HIDDEN: usize = 64;
const WIDE: usize = 172;
const LAYERS: usize = 2;
const HEADS: usize = 4;
const KEY_VALUE_HEADS: usize = 2;
const POSITIONS: usize = 512;

/// Of the base; each tensor has numbers of its own.
const SEED: u64 = 1;
/// How weights spread in models of this size.
const SPREAD: f64 = 0.05;

const CHAT_TEMPLATE: &str = "\
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}
";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Base,
    /// The base, pretrained further.
    Target,
    /// The base, tuned.
    Chat,
}

const ROLES: [(&str, Role); 3] = [
    ("base", Role::Base),
    ("target", Role::Target),
    ("chat", Role::Chat),
];

/// Where the page's sources keep them.
fn folder() -> PathBuf {
    paths::www().join("public/samples")
}

/// Writes them anew.
pub fn write() -> Result<()> {
    let mut total = 0;
    for (name, bytes) in files()? {
        let path = folder().join(&name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, &bytes).with_context(|| format!("could not write {}", path.display()))?;
        process::say(format_args!("{name}: {} bytes", bytes.len()));
        total += bytes.len();
    }
    process::say(format_args!("{total} bytes in all"));
    Ok(())
}

/// Every file by its path in [`folder`], and what it holds.
fn files() -> Result<Vec<(String, Vec<u8>)>> {
    let tokenizer = tokenizer::train(VOCABULARY)?;
    let mut files = Vec::new();
    for (name, role) in ROLES {
        let mut add = |file: &str, bytes| files.push((format!("{name}/{file}"), bytes));
        add("config.json", text(&config(role))?);
        add("generation_config.json", text(&generation_config(role))?);
        add("model.safetensors", checkpoint(role)?);
        add("tokenizer.json", text(&tokenizer)?);
        add("tokenizer_config.json", text(&tokenizer_config(role))?);
        if role == Role::Chat {
            add("chat_template.jinja", CHAT_TEMPLATE.into());
        }
    }
    Ok(files)
}

fn text(value: &Value) -> Result<Vec<u8>> {
    Ok((serde_json::to_string_pretty(value)? + "\n").into_bytes())
}

/// A chat model ends its turns with the template's token.
fn end_of_text(role: Role) -> Value {
    match role {
        Role::Chat => json!([tokenizer::END, tokenizer::TURN_END]),
        Role::Base | Role::Target => json!(tokenizer::END),
    }
}

fn config(role: Role) -> Value {
    json!({
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": false,
        "attention_dropout": 0.0,
        "bos_token_id": tokenizer::BEGIN,
        "dtype": "bfloat16",
        "eos_token_id": end_of_text(role),
        "head_dim": HIDDEN / HEADS,
        "hidden_act": "silu",
        "hidden_size": HIDDEN,
        "initializer_range": 0.02,
        "intermediate_size": WIDE,
        "max_position_embeddings": POSITIONS,
        "mlp_bias": false,
        "model_type": "llama",
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "num_key_value_heads": KEY_VALUE_HEADS,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-5,
        "rope_scaling": null,
        "rope_theta": 10000.0,
        "tie_word_embeddings": false,
        "use_cache": true,
        "vocab_size": VOCABULARY,
    })
}

fn generation_config(role: Role) -> Value {
    json!({
        "bos_token_id": tokenizer::BEGIN,
        "eos_token_id": end_of_text(role),
        "pad_token_id": tokenizer::END,
    })
}

fn tokenizer_config(role: Role) -> Value {
    json!({
        "bos_token": "<s>",
        "clean_up_tokenization_spaces": false,
        "eos_token": if role == Role::Chat { "<|im_end|>" } else { "</s>" },
        "model_max_length": POSITIONS,
        "pad_token": "</s>",
        "tokenizer_class": "PreTrainedTokenizerFast",
    })
}

/// `model.safetensors`, in BF16.
fn checkpoint(role: Role) -> Result<Vec<u8>> {
    let tensors: Vec<_> = shapes()
        .into_iter()
        .map(|(name, shape)| {
            let values = values(role, &name, shape.iter().product());
            (name, shape, weights::to_bf16(&values))
        })
        .collect();
    let mut views = Vec::new();
    for (name, shape, bytes) in &tensors {
        views.push((name, TensorView::new(Dtype::BF16, shape.clone(), bytes)?));
    }
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

fn shapes() -> Vec<(String, Vec<usize>)> {
    let key_value = HIDDEN / HEADS * KEY_VALUE_HEADS;
    let mut shapes = vec![
        (
            "model.embed_tokens.weight".to_owned(),
            vec![VOCABULARY, HIDDEN],
        ),
        ("model.norm.weight".to_owned(), vec![HIDDEN]),
        ("lm_head.weight".to_owned(), vec![VOCABULARY, HIDDEN]),
    ];
    for layer in 0..LAYERS {
        let parts = [
            ("self_attn.q_proj", vec![HIDDEN, HIDDEN]),
            ("self_attn.k_proj", vec![key_value, HIDDEN]),
            ("self_attn.v_proj", vec![key_value, HIDDEN]),
            ("self_attn.o_proj", vec![HIDDEN, HIDDEN]),
            ("mlp.gate_proj", vec![WIDE, HIDDEN]),
            ("mlp.up_proj", vec![WIDE, HIDDEN]),
            ("mlp.down_proj", vec![HIDDEN, WIDE]),
            ("input_layernorm", vec![HIDDEN]),
            ("post_attention_layernorm", vec![HIDDEN]),
        ];
        let named = |(part, shape)| (format!("model.layers.{layer}.{part}.weight"), shape);
        shapes.extend(parts.map(named));
    }
    shapes
}

fn values(role: Role, name: &str, count: usize) -> Vec<f64> {
    let is_norm = name.ends_with("norm.weight");
    let (middle, spread) = if is_norm { (1.0, 0.1) } else { (0.0, SPREAD) };
    let mut base = Weights::of(name, SEED);
    let mut moved = Weights::of(name, SEED + role as u64);
    let by = match role {
        Role::Base => 0.0,
        Role::Target => spread / 4.0,
        Role::Chat if name.contains("_proj") => spread / 8.0,
        Role::Chat => spread / 64.0,
    };
    let value = || middle + spread * base.next() + by * moved.next();
    std::iter::repeat_with(value).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Together, as they lie on the server.
    const MOST_BYTES: usize = 1_000_000;

    #[test]
    fn those_in_the_repository_are_what_this_makes() {
        let made = files().unwrap();
        for (name, bytes) in &made {
            let path = folder().join(name);
            let there = fs::read(&path).unwrap_or_default();
            assert!(
                there == *bytes,
                "{name} differs: `cargo xtask samples` writes it"
            );
        }
        for (role, _) in ROLES {
            for entry in fs::read_dir(folder().join(role)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let name = format!("{role}/{name}");
                assert!(
                    made.iter().any(|(made, _)| *made == name),
                    "{name} is left over"
                );
            }
        }
    }

    #[test]
    fn they_are_small() {
        let total: usize = files().unwrap().iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(total <= MOST_BYTES, "{total}");
    }

    #[test]
    fn models_differ_in_every_tensor() {
        for (name, _) in shapes() {
            let [base, target, chat] = [Role::Base, Role::Target, Role::Chat]
                .map(|role| weights::to_bf16(&values(role, &name, 64)));
            assert!(base != target && base != chat && target != chat, "{name}");
        }
    }
}
