//! Any bytes as the small texts beside two models: no panic, and the files of the output are there
//! once each, JSON where their names say so.
#![no_main]

use chat_vector::recipe::Recipe;
use chat_vector::source::Memory;
use chat_vector_fuzz::{file, merge, open};
use libfuzzer_sys::fuzz_target;

const HEADER: &str = r#"{"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}"#;
const NAMES: [&str; 7] = [
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer.json",
    "chat_template.jinja",
];

// The texts of one model after the other, each up to a byte that is no text.
fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.split(|byte| *byte == 0xff);
    let mut model = || {
        let mut files = vec![Memory::new("model.safetensors", file(HEADER.as_bytes(), 4))];
        for (name, text) in NAMES.iter().zip(texts.by_ref()) {
            files.push(Memory::new(*name, text));
        }
        open(files).expect("texts are no reason to refuse a model")
    };
    let (base, chat) = (model(), model());
    merge(&base, vec![&chat], &Recipe::new(vec![1.0]));
});
