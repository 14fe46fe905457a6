//! Any bytes as a recipe, for two small models: no panic, and what is planned can be carried out.
#![no_main]

use chat_vector::recipe::Recipe;
use chat_vector::source::Memory;
use chat_vector_fuzz::{file, merge, open, tokenizer};
use libfuzzer_sys::fuzz_target;

const HEADER: &str = r#"{
    "model.embed_tokens.weight": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]},
    "model.layers.0.mlp.up_proj.weight": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [24, 32]},
    "model.norm.weight": {"dtype": "F16", "shape": [2], "data_offsets": [32, 36]},
    "model.rotary": {"dtype": "I64", "shape": [], "data_offsets": [36, 44]}
}"#;

fuzz_target!(|bytes: &[u8]| {
    let Ok(recipe) = serde_json::from_slice::<Recipe>(bytes) else {
        return;
    };
    let model = |tokens: [&str; 3]| {
        let file = Memory::new("model.safetensors", file(HEADER.as_bytes(), 44));
        let tokens = tokens.iter().enumerate();
        let tokens = tokens.map(|(row, token)| ((*token).to_owned(), row));
        open(vec![file, tokenizer(tokens)]).expect("the model is valid")
    };
    let (base, chat) = (model(["a", "b", "c"]), model(["b", "a", "d"]));
    let chats = vec![&chat; recipe.weights.len().min(3)];
    merge(&base, chats, &recipe);
});
