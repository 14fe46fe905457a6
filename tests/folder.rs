//! The files beside the merged weights: which there are, and what they say.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::document::{self, Document, from_json};
use chat_vector::plan::Models;
use chat_vector::recipe::{ChatSettings, OutputDtype, OutputFolder, Recipe, Rule};
use chat_vector::source::Memory;
use common::{Merged, merge, open, single, texts, weights};
use safetensors::Dtype;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Model = Checkpoint<Memory>;

const CONFIG: &str = "{\n  \"eos_token_id\": 2,\n  \"rms_norm_eps\": 1e-05,\n  \
                      \"rope_theta\": 1000000.0,\n  \"torch_dtype\": \"bfloat16\"\n}\n";

/// A model of one tensor with files beside it.
fn model(seed: u64, beside: &[(&str, &str)]) -> Model {
    let tensors = [weights("w", Dtype::BF16, &[64, 4], seed)];
    let mut files = vec![Memory::new("m/model.safetensors", common::file(&tensors))];
    for (name, text) in beside {
        files.push(Memory::new(format!("m/{name}"), text.as_bytes().to_vec()));
    }
    open(files).unwrap()
}

fn tokenizer(added: &[(u64, &str)]) -> String {
    let added: Vec<Value> = added
        .iter()
        .map(|(id, content)| json!({"id": id, "content": content, "special": true}))
        .collect();
    json!({"version": "1.0", "added_tokens": added, "model": {"vocab": {"a": 0}}}).to_string()
}

/// The usual base and target.
fn plain(seed: u64) -> Model {
    model(
        seed,
        &[
            ("config.json", CONFIG),
            (
                "generation_config.json",
                r#"{"eos_token_id":2,"top_p":0.5}"#,
            ),
            (
                "tokenizer.json",
                &tokenizer(&[(1, "<s>"), (2, "</s>"), (7, "<|end|>")]),
            ),
            (
                "tokenizer_config.json",
                r#"{"eos_token":"</s>","model_max_length":1e30}"#,
            ),
            ("special_tokens_map.json", r#"{"eos_token":"</s>"}"#),
            ("LICENSE", "free"),
            ("README.md", "the target's own card"),
            ("training_args.bin", "x"),
        ],
    )
}

/// A chat model that ends its turns with `<|end|>`, which has another id with it than in `plain`.
fn chat(template: &[(&str, &str)]) -> Model {
    let added = tokenizer(&[(2, "</s>"), (9, "<|end|>")]);
    let mut beside = vec![
        ("config.json", r#"{"eos_token_id":9,"hidden_size":4}"#),
        (
            "generation_config.json",
            r#"{"eos_token_id":[2,9],"pad_token_id":9,"temperature":0.7}"#,
        ),
        ("tokenizer.json", &added),
        ("special_tokens_map.json", "{}"),
        (
            "tokenizer_config.json",
            r#"{"eos_token":{"content":"<|end|>"}}"#,
        ),
    ];
    beside.retain(|(name, _)| template.iter().all(|(other, _)| other != name));
    beside.extend(template);
    model(3, &beside)
}

fn merged(base: &Model, target: Option<&Model>, chats: &[&Model], recipe: &Recipe) -> Merged {
    let chats = chats.to_vec();
    let models = Models {
        base,
        target,
        chats,
    };
    merge(&models, recipe)
}

fn text(merged: &Merged, name: &str) -> String {
    let file = merged.files.iter().find(|(file, _)| file == name);
    let (_, bytes) = file.unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(bytes.clone()).unwrap()
}

fn value(merged: &Merged, name: &str) -> Value {
    serde_json::from_str(&text(merged, name)).unwrap()
}

fn names(merged: &Merged) -> Vec<&str> {
    merged.files.iter().map(|(name, _)| name.as_str()).collect()
}

fn told(merged: &Merged) -> String {
    texts(&merged.plan.report.folder).join("\n")
}

#[test]
fn the_output_is_a_folder_that_loads() {
    let (base, chat) = (plain(1), chat(&[("chat_template.jinja", "{{ chat }}")]));
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.output_dtype = OutputDtype::F16;
    let merged = merged(&base, None, &[&chat], &recipe);
    assert_eq!(
        names(&merged),
        [
            "model.safetensors",
            "config.json",
            "generation_config.json",
            "special_tokens_map.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "LICENSE",
            "tokenizer.json",
            "chat_vector_recipe.json",
            "README.md",
        ]
    );
    assert_eq!(
        text(&merged, "config.json"),
        CONFIG
            .replace("bfloat16", "float16")
            .replace(": 2,", ": 7,"),
        "all else stays as it was written"
    );
    assert_eq!(
        text(&merged, "tokenizer.json"),
        tokenizer(&[(1, "<s>"), (2, "</s>"), (7, "<|end|>")])
    );
    assert_eq!(
        text(&merged, "generation_config.json"),
        r#"{"eos_token_id":[2, 7],"pad_token_id":7,"temperature":0.7}"#
    );
    assert_eq!(
        text(&merged, "tokenizer_config.json"),
        r#"{"eos_token":{"content":"<|end|>"},"model_max_length":1e30}"#
    );
    assert_eq!(
        value(&merged, "special_tokens_map.json")["eos_token"]["content"],
        "<|end|>"
    );
    assert_eq!(text(&merged, "chat_template.jinja"), "{{ chat }}");
    assert_eq!(
        told(&merged),
        "Config and tokenizer: base, with dtype F16.\n\
         Chat template: chat model 1.\n\
         End of turn (eos): chat model 1.\n\
         Generation settings: chat model 1.\n\
         Model card and recipe: of this merge."
    );
}

#[test]
fn all_of_it_can_stay_the_targets() {
    let target = model(
        2,
        &[
            (
                "config.json",
                r#"{"dtype":"bfloat16","text_config":{"torch_dtype":"bfloat16"}}"#,
            ),
            ("chat_template.jinja", "own"),
            ("generation_config.json", r#"{"eos_token_id":2}"#),
        ],
    );
    let chat = chat(&[("chat_template.jinja", "other")]);
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.chat_settings = ChatSettings::Target;
    recipe.output_dtype = OutputDtype::F32;
    let merged = merged(&plain(1), Some(&target), &[&chat], &recipe);
    assert_eq!(text(&merged, "chat_template.jinja"), "own");
    assert_eq!(
        value(&merged, "generation_config.json"),
        json!({"eos_token_id": 2})
    );
    assert_eq!(
        value(&merged, "config.json"),
        json!({"dtype": "float32", "text_config": {"torch_dtype": "float32"}})
    );
    assert!(told(&merged).contains("settings: target, as you chose."));
}

#[test]
fn the_last_chat_models_settings_are_taken() {
    let first = chat(&[("chat_template.jinja", "first")]);
    let last = chat(&[(
        "tokenizer_config.json",
        r#"{"chat_template":"last","eos_token":"</s>"}"#,
    )]);
    let mut recipe = Recipe::new(vec![1.0, 0.5]);
    recipe.models.chats = vec![String::new(), "org/last".to_owned()];
    let merged = merged(&plain(1), None, &[&first, &last], &recipe);
    assert_eq!(
        value(&merged, "tokenizer_config.json")["chat_template"],
        "last"
    );
    assert_eq!(value(&merged, "tokenizer_config.json")["eos_token"], "</s>");
    assert!(!names(&merged).contains(&"chat_template.jinja"));
    assert!(told(&merged).contains("Chat template: chat model 2 (`org/last`)."));
}

/// Readers look for a template in two places: no place may hold another one than the chosen.
#[test]
fn no_other_template_is_left_anywhere() {
    let several = r#"{"chat_template":[{"name":"default","template":"x"}]}"#;
    for (target, own, jinja, config) in [
        // target's files, chat model's file, what is then in the two places
        (
            vec![("chat_template.jinja", "old")],
            ("chat_template.jinja", "new"),
            Some("new"),
            None,
        ),
        (
            vec![
                ("chat_template.jinja", "old"),
                ("tokenizer_config.json", "{\"chat_template\":\"old\"}"),
            ],
            ("tokenizer_config.json", "{\"chat_template\":\"new\"}"),
            Some("new"),
            Some(json!("new")),
        ),
        (
            vec![("tokenizer_config.json", "{\"chat_template\":\"old\"}")],
            ("chat_template.jinja", "new"),
            Some("new"),
            Some(json!("new")),
        ),
        (
            vec![("tokenizer_config.json", "{}")],
            ("chat_template.jinja", "new"),
            Some("new"),
            None,
        ),
        (
            vec![("tokenizer_config.json", "{}")],
            ("tokenizer_config.json", "{\"chat_template\":\"new\"}"),
            None,
            Some(json!("new")),
        ),
        (
            vec![],
            ("tokenizer_config.json", "{\"chat_template\":\"new\"}"),
            Some("new"),
            None,
        ),
        (
            vec![
                ("chat_template.jinja", "old"),
                ("tokenizer_config.json", "{}"),
            ],
            ("tokenizer_config.json", several),
            None,
            Some(json!([{"name": "default", "template": "x"}])),
        ),
        // It has none: the target's stays.
        (
            vec![("chat_template.jinja", "old")],
            ("tokenizer_config.json", "{\"chat_template\":null}"),
            Some("old"),
            None,
        ),
    ] {
        let mut beside = vec![("config.json", CONFIG)];
        beside.extend(&target);
        let base = model(1, &beside);
        let merged = merged(&base, None, &[&model(2, &[own])], &Recipe::new(vec![1.0]));
        let found = |name: &str| names(&merged).contains(&name).then(|| text(&merged, name));
        assert_eq!(
            found("chat_template.jinja").as_deref(),
            jinja,
            "{target:?} {own:?}"
        );
        let key = found("tokenizer_config.json").and_then(|text| {
            let value: Value = serde_json::from_str(&text).unwrap();
            value.get("chat_template").cloned()
        });
        assert_eq!(key, config, "{target:?} {own:?}");
    }
}

#[test]
fn an_end_of_turn_that_the_target_lacks_is_not_taken() {
    let added = tokenizer(&[(2, "</s>"), (9, "<|im_end|>")]);
    for own in [
        ("tokenizer_config.json", r#"{"eos_token":"<|im_end|>"}"#),
        ("config.json", r#"{"eos_token_id":9}"#),
        ("generation_config.json", r#"{"eos_token_id":[2,9]}"#),
    ] {
        let chat = model(2, &[own, ("tokenizer.json", &added)]);
        let merged = merged(&plain(1), None, &[&chat], &Recipe::new(vec![1.0]));
        assert_eq!(value(&merged, "config.json")["eos_token_id"], 2);
        assert_eq!(
            value(&merged, "generation_config.json"),
            json!({"eos_token_id": 2, "top_p": 0.5})
        );
        assert_eq!(value(&merged, "tokenizer_config.json")["eos_token"], "</s>");
        assert!(
            told(&merged)
                .contains("ends its turns with `<|im_end|>`, which the target's tokenizer has not"),
            "{}",
            told(&merged)
        );
    }
}

#[test]
fn what_is_not_known_of_tokens_is_told() {
    let unknown = model(2, &[("config.json", r#"{"eos_token_id":5}"#)]);
    let result = merged(&plain(1), None, &[&unknown], &Recipe::new(vec![1.0]));
    assert_eq!(value(&result, "config.json")["eos_token_id"], 5);
    assert_eq!(value(&result, "generation_config.json")["eos_token_id"], 5);
    let words = "Its tokens could not be compared with the target's by their texts.";
    assert!(told(&result).contains(words), "{}", told(&result));
    assert!(told(&result).contains("Generation settings: base, since chat model 1 has none."));

    let bare = model(2, &[]);
    let result = merged(&plain(1), None, &[&bare], &Recipe::new(vec![1.0]));
    assert!(told(&result).contains("since chat model 1 was given without its config"));

    let silent = model(2, &[("config.json", "{}")]);
    let result = merged(&plain(1), None, &[&silent], &Recipe::new(vec![1.0]));
    assert!(told(&result).contains("End of turn (eos): base, since chat model 1 says none."));
}

#[test]
fn a_list_of_additions_is_no_whole_list() {
    let tokenizer = r#"{"eos_token":"</s>"}"#;
    let beside = |seed, generation| {
        model(
            seed,
            &[
                ("config.json", r#"{"eos_token_id":2}"#),
                ("tokenizer.model", "sentencepiece"),
                ("added_tokens.json", r#"{"<pad>":32000}"#),
                ("tokenizer_config.json", tokenizer),
                ("generation_config.json", generation),
            ],
        )
    };
    let base = beside(1, r#"{"eos_token_id":2}"#);
    let chat = beside(2, r#"{"eos_token_id":2,"pad_token_id":32000,"top_p":0.9}"#);
    let merged = merged(&base, None, &[&chat], &Recipe::new(vec![1.0]));
    let generation = value(&merged, "generation_config.json");
    assert_eq!(
        generation,
        json!({"eos_token_id": 2, "pad_token_id": 32000, "top_p": 0.9})
    );
    assert!(told(&merged).contains("End of turn (eos): chat model 1. Its tokens could not"));
    assert!(
        told(&merged).contains("Chat template: none, for neither chat model 1 nor base has one.")
    );
}

/// The id that ends a turn is always that of the token that does.
#[test]
fn the_end_of_turn_has_its_id_wherever_it_is_named() {
    let added = tokenizer(&[(2, "</s>"), (9, "<|end|>")]);
    // Only the tokenizer names it: the id is the target's.
    let by_name = model(
        2,
        &[
            ("tokenizer.json", &added),
            ("tokenizer_config.json", r#"{"eos_token":"<|end|>"}"#),
        ],
    );
    let result = merged(&plain(1), None, &[&by_name], &Recipe::new(vec![1.0]));
    assert_eq!(value(&result, "config.json")["eos_token_id"], 7);
    assert_eq!(
        value(&result, "generation_config.json"),
        json!({"eos_token_id": 7, "top_p": 0.5})
    );
    assert!(told(&result).contains("End of turn (eos): chat model 1.\n"));

    // A null says nothing.
    let null = model(2, &[("config.json", r#"{"eos_token_id":null}"#)]);
    let result = merged(&plain(1), None, &[&null], &Recipe::new(vec![1.0]));
    assert_eq!(value(&result, "config.json")["eos_token_id"], 2);
    assert!(told(&result).contains("End of turn (eos): base, since chat model 1 says none."));

    // A model of several parts has it within.
    let nested = r#"{"text_config":{"eos_token_id":9}}"#;
    let chat = model(2, &[("config.json", nested), ("tokenizer.json", &added)]);
    let target = model(
        1,
        &[
            ("config.json", r#"{"text_config":{"eos_token_id":2}}"#),
            ("tokenizer.json", &tokenizer(&[(2, "</s>"), (7, "<|end|>")])),
        ],
    );
    let result = merged(&target, None, &[&chat], &Recipe::new(vec![1.0]));
    let config = value(&result, "config.json");
    assert_eq!(config["text_config"]["eos_token_id"], 7);
    assert_eq!(config["eos_token_id"], 7);
}

#[test]
fn a_template_of_a_processor_is_a_template() {
    let chat = model(
        2,
        &[("chat_template.json", r#"{"chat_template":"{{ x }}"}"#)],
    );
    let merged = merged(&plain(1), None, &[&chat], &Recipe::new(vec![1.0]));
    assert_eq!(
        value(&merged, "tokenizer_config.json")["chat_template"],
        "{{ x }}"
    );
}

/// What can't be read is left out, and the output has each file once.
#[test]
fn damaged_texts_are_not_passed_on() {
    let base = model(
        1,
        &[
            ("config.json", CONFIG),
            ("generation_config.json", "{bad"),
            ("tokenizer_config.json", "\u{feff}{}"),
            ("merges.txt", ""),
        ],
    );
    let left_out = texts(&base.notices).join("\n");
    for name in [
        "generation_config.json",
        "tokenizer_config.json",
        "merges.txt",
    ] {
        assert!(
            left_out.contains(&format!("`{name}` was left out")),
            "{left_out}"
        );
    }
    let result = merged(&base, None, &[&chat(&[])], &Recipe::new(vec![1.0]));
    let mut once = names(&result);
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), result.files.len());
    assert!(!once.contains(&"tokenizer_config.json") && !once.contains(&"merges.txt"));
    assert_eq!(value(&result, "generation_config.json")["temperature"], 0.7);
    assert!(told(&result).starts_with("Config, without a tokenizer since none was given: base"));

    let infinite = model(1, &[("config.json", r#"{"limit":[0.0,Infinity]}"#)]);
    let result = merged(&infinite, None, &[&chat(&[])], &Recipe::new(vec![1.0]));
    assert!(told(&result).contains("the config.json of base can't be read"));
}

/// A pad token that the target lacks is no reason to lose the end of turn.
#[test]
fn other_tokens_that_the_target_lacks_are_left_out() {
    let added = tokenizer(&[(2, "</s>"), (8, "<pad>")]);
    let generation = r#"{"eos_token_id":2,"pad_token_id":8}"#;
    let chat = model(
        2,
        &[
            ("generation_config.json", generation),
            ("tokenizer.json", &added),
        ],
    );
    let merged = merged(&plain(1), None, &[&chat], &Recipe::new(vec![1.0]));
    assert_eq!(
        value(&merged, "generation_config.json"),
        json!({"eos_token_id": 2, "pad_token_id": null})
    );
}

#[test]
fn weights_alone_where_that_is_asked_for_or_nothing_else_is_given() {
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.output = OutputFolder::Weights;
    let result = merged(&plain(1), None, &[&chat(&[])], &recipe);
    assert_eq!(names(&result), ["model.safetensors"]);
    assert_eq!(told(&result), "");

    let bare = single(&[weights("w", Dtype::BF16, &[64, 4], 1)]);
    let result = merged(
        &plain(1),
        Some(&bare),
        &[&chat(&[])],
        &Recipe::new(vec![1.0]),
    );
    assert_eq!(names(&result), ["model.safetensors"]);
    assert!(told(&result).starts_with("The output is weights alone: target was given without"));
}

#[test]
fn the_dtype_is_that_of_most_elements() {
    let config = r#"{"model_type":"llama"}"#;
    let tensors = [
        weights("norm", Dtype::F32, &[8], 1),
        weights("w", Dtype::F16, &[9], 1),
    ];
    let base = open(vec![
        Memory::new("model.safetensors", common::file(&tensors)),
        Memory::new("config.json", config.as_bytes().to_vec()),
    ])
    .unwrap();
    let merged = merged(&base, None, &[&base], &Recipe::new(vec![1.0]));
    assert_eq!(
        value(&merged, "config.json"),
        json!({"torch_dtype": "float16", "model_type": "llama"})
    );
}

#[test]
fn the_model_card_tells_how_it_was_made() {
    let mut recipe = Recipe::new(vec![1.0, -0.5]);
    recipe.models.base = "mistralai/Mistral-7B-v0.1".to_owned();
    recipe.models.chats = vec![
        "Intel/neural-chat-7b".to_owned(),
        "my | own\nmodel".to_owned(),
    ];
    recipe.rules = vec![Rule {
        pattern: "*norm*".to_owned(),
        weights: vec![0.0, 0.25],
    }];
    let chat = chat(&[]);
    let merged = merged(&plain(1), None, &[&chat, &chat], &recipe);
    let card = text(&merged, "README.md");
    let (_, rest) = card.split_once("---\n").unwrap();
    let (front, body) = rest.split_once("---\n").unwrap();
    assert_eq!(
        front,
        "base_model:\n- \"mistralai/Mistral-7B-v0.1\"\n- \"Intel/neural-chat-7b\"\n\
         base_model_relation: merge\nlibrary_name: transformers\ntags:\n- merge\n- chat-vector\n"
    );
    for line in [
        "    merged = base + 1 × (chat model 1 − base) - 0.5 × (chat model 2 − base)",
        "| chat model 2 | my \\| own\\nmodel | -0.5 |",
        "| `*norm*` | 0, 0.25 |",
        "- Parameters and tensor type: 256 params · BF16",
    ] {
        assert!(body.lines().any(|other| other == line), "{line}\n{body}");
    }
    assert!(!body.contains("the target's own card"));
}

#[test]
fn the_recipe_lies_beside_the_weights_and_in_them() {
    let recipe = Recipe::new(vec![0.75]);
    let (base, chat) = (plain(1), chat(&[]));
    let merged = merged(&base, None, &[&chat], &recipe);
    let beside = Document::read(&text(&merged, document::FILE), from_json).unwrap();
    let (_, weights) = &merged.files[0];
    let (_, header) = safetensors::SafeTensors::read_metadata(weights).unwrap();
    let metadata: BTreeMap<_, _> = header.metadata().clone().unwrap().into_iter().collect();
    assert_eq!(
        Document::read(&metadata[document::KEY], from_json).unwrap(),
        beside
    );
    for (name, bytes) in &merged.files {
        let file = Memory::new(name.clone(), &bytes[..]);
        let opened = pollster::block_on(document::open(&file, from_json));
        if ["model.safetensors", document::FILE].contains(&name.as_str()) {
            assert_eq!(opened.unwrap(), beside);
        } else {
            let told = opened.unwrap_err().to_string();
            assert!(
                told.starts_with("this is no recipe of chat-vector"),
                "{told}"
            );
        }
    }
    let foreign = Memory::new("x.safetensors", common::file(&[]));
    let told = pollster::block_on(document::open(&foreign, from_json)).unwrap_err();
    assert_eq!(told, document::DocumentError::None);
    assert_eq!(beside.recipe, recipe);
    assert_eq!(beside.base[0].name, "model.safetensors");
}
