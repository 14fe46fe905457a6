//! Any bytes as a `tokenizer.json`: no panic, memory in proportion, and a token for each row of one.
#![no_main]

use chat_vector::vocabulary::Vocabulary;
use chat_vector_fuzz::in_proportion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(vocabulary) = in_proportion(bytes.len(), || Vocabulary::parse(bytes)) else {
        return;
    };
    let mut tokens = 0;
    for row in 0..vocabulary.rows() as u64 {
        if let Some(token) = vocabulary.token_of(row) {
            assert_eq!(vocabulary.row(token).map(u64::from), Some(row));
            tokens += 1;
        }
    }
    assert_eq!(tokens, vocabulary.len());
});
