//! The checkpoints that the learn page ships: what `miniature/reference.py` found with transformers and
//! PyTorch, found again natively and as wasm.

#[cfg(not(target_arch = "wasm32"))]
use chat_vector_learn::measure::Measures;
#[cfg(not(target_arch = "wasm32"))]
use chat_vector_learn::miniature::State;
use chat_vector_learn::miniature::{Files, Miniature, Which};
use chat_vector_learn::words::Words;
use serde::Deserialize;
use std::collections::BTreeMap;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! shipped {
    ($include:ident, $path:literal) => {
        $include!(concat!("../../www/public/miniature/", $path))
    };
}

#[derive(Deserialize)]
struct Found {
    logits: Vec<Logits>,
    measures: Vec<Row>,
}

/// Those after a prompt's last word.
#[derive(Deserialize)]
struct Logits {
    model: Which,
    prompt: String,
    logits: Vec<f32>,
}

#[derive(Deserialize)]
struct Row {
    model: Which,
    lambda: Option<f64>,
    measures: BTreeMap<String, f64>,
}

fn found() -> Found {
    serde_json::from_str(include_str!("fixture/miniature.json")).unwrap()
}

fn words() -> Words {
    Words::parse(shipped!(include_str, "tokenizer.json")).unwrap()
}

fn cast() -> Miniature {
    Miniature::open(Files {
        base: shipped!(include_bytes, "base/model.safetensors").to_vec(),
        target: shipped!(include_bytes, "target/model.safetensors").to_vec(),
        chat: shipped!(include_bytes, "chat/model.safetensors").to_vec(),
        second: Some(shipped!(include_bytes, "second/model.safetensors").to_vec()),
        config: shipped!(include_str, "config.json").to_owned(),
    })
    .unwrap()
}

#[test]
fn logits_are_those_of_transformers() {
    let (cast, words, found) = (cast(), words(), found());
    assert_eq!(found.logits.len(), 8);
    for case in found.logits {
        let model = cast.model(case.model).unwrap();
        let tokens = words.numbers(&case.prompt).unwrap();
        let logits = model.logits(&[&tokens], &mut model.cache(tokens.len()));
        let logits: Vec<Vec<f32>> = logits.unwrap().get(0).unwrap().to_vec2().unwrap();
        let last = logits.last().unwrap();
        assert_eq!(last.len(), case.logits.len());
        for (ours, theirs) in last.iter().zip(&case.logits) {
            let distance = (ours - theirs).abs();
            assert!(distance < 1e-4, "{}: {ours}, {theirs}", case.prompt);
        }
    }
}

/// Replies are compared by their measures: two words may be so equally likely that rounding decides.
/// Natively only: unoptimised, browsers would take minutes.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn models_do_what_they_did_in_pytorch() {
    let (mut cast, words) = (cast(), words());
    let measures = Measures::parse(shipped!(include_str, "prompts.json"), &words).unwrap();
    for row in found().measures {
        if let Some(lambda) = row.lambda {
            cast.merge(&State::new(vec![lambda, 0.0])).unwrap();
        }
        let model = cast.model(row.model).unwrap();
        let measured = measures.run(model, &words).unwrap();
        assert_eq!(measured.len(), row.measures.len());
        for measure in measured {
            let theirs = row.measures[&measure.name];
            let distance = (measure.value - theirs).abs();
            // One prompt of 24.
            let (name, value, lambda) = (&measure.name, measure.value, row.lambda);
            assert!(
                distance < 0.05,
                "{} {lambda:?} {name}: {value}, {theirs}",
                row.model
            );
        }
    }
}

/// What the page is there to show, on the models that it shows it with.
#[test]
fn a_chat_vector_brings_the_skill_and_keeps_the_language() {
    let rows = found().measures;
    let row = |model: Which, lambda: Option<f64>| {
        let found = rows
            .iter()
            .find(|row| row.model == model && row.lambda == lambda);
        &found.unwrap().measures
    };
    let (target, chat) = (row(Which::Target, None), row(Which::Chat, None));
    let merged = row(Which::Merged, Some(1.0));
    for skill in ["instructions", "turns", "refusals"] {
        assert!(merged[skill] > target[skill] + 0.2, "{skill}");
    }
    assert!(merged["language"] > chat["language"] + 0.3);
    assert!(merged["loss"] < chat["loss"] - 0.1);
    let too_much = row(Which::Merged, Some(2.0));
    assert!(too_much["loss"] > merged["loss"] + 0.3);
}
