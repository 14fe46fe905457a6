//! Any bytes as a file, and any bytes as its header: no panic, memory in proportion, and the
//! `safetensors` crate agrees.
#![no_main]

use chat_vector::checkpoint::CheckpointError;
use chat_vector::header::HeaderError;
use chat_vector::source::Memory;
use chat_vector_fuzz::{file, in_proportion, open};
use libfuzzer_sys::fuzz_target;
use safetensors::SafeTensors;

/// Tensors that are said to be larger than this are not made.
const MOST: u64 = 64 * 1024;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let truncated = check(&file(bytes, 0));
    // As many bytes of tensors as the header asks for.
    if let Some(missing) = truncated.filter(|&missing| missing <= MOST) {
        check(&file(bytes, missing as usize));
    }
});

/// Reads a file with both readers; returns how many bytes it lacks if that is all that is wrong.
fn check(bytes: &[u8]) -> Option<u64> {
    let file = Memory::new("model.safetensors", bytes);
    let opened = in_proportion(bytes.len(), || open(vec![file]));
    match (opened, SafeTensors::deserialize(bytes)) {
        (Ok(opened), theirs) => {
            let theirs = theirs.expect("the crate accepts what we accept");
            assert_eq!(opened.tensors.len(), theirs.len());
            for located in &opened.tensors {
                let ours = &located.tensor;
                let theirs = theirs.tensor(&ours.name).expect("both have it");
                let shape: Vec<u64> = theirs.shape().iter().map(|&n| n as u64).collect();
                assert_eq!(ours.dtype.to_string(), theirs.dtype().to_string());
                assert_eq!(ours.shape, shape);
                let range = ours.range.start as usize..ours.range.end as usize;
                assert_eq!(&bytes[range], theirs.data());
            }
            None
        }
        (Err(errors), theirs) => {
            // The format forbids what the crate lets pass: a key that comes twice.
            let told = format!("{errors:?}");
            assert!(theirs.is_err() || told.contains("comes twice"), "{told}");
            match &errors[..] {
                [
                    CheckpointError::Header {
                        error:
                            HeaderError::Truncated {
                                expected,
                                file_size,
                            },
                        ..
                    },
                ] => Some(expected - file_size),
                _ => None,
            }
        }
    }
}
