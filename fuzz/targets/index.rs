//! Any bytes as the index of two shards: no panic, and memory in proportion.
#![no_main]

use chat_vector::source::{Memory, Source};
use chat_vector_fuzz::{file, in_proportion, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let shard = |name: &str| {
        file(
            format!(r#"{{"{name}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}}}"#).as_bytes(),
            0,
        )
    };
    let files = vec![
        Memory::new("model.safetensors.index.json", bytes),
        Memory::new("a.safetensors", shard("a")),
        Memory::new("b.safetensors", shard("b")),
    ];
    if let Ok(opened) = in_proportion(bytes.len(), || open(files)) {
        assert!(
            opened
                .files
                .iter()
                .all(|file| file.path().ends_with(".safetensors"))
        );
    }
});
