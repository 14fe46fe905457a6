//! Merged files read back: what is right passes, and any byte that is not is found and named.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::engine::{self, EngineError};
use chat_vector::journal::Mark;
use chat_vector::plan::Models;
use chat_vector::recipe::{OutputDtype, Recipe};
use chat_vector::report::Role;
use chat_vector::source::{Memory, ReadError};
use chat_vector::verify::{Verification, Verified, VerifyError};
use common::{Merged, T, merge, open, raw, run, shards, single, weights};
use safetensors::Dtype;

const UP: &str = "model.layers.0.mlp.up_proj.weight";
const IDS: &str = "model.position_ids";

/// Two shards with a tensor that merges, in three dtypes, and one that is copied.
fn tensors(seed: u64) -> Vec<T> {
    vec![
        weights(UP, Dtype::BF16, &[9, 5], seed),
        weights("model.layers.0.norm.weight", Dtype::F32, &[7], seed + 1),
        raw(IDS, Dtype::I64, &[3], &[seed as u8; 24]),
        weights("model.norm.weight", Dtype::F16, &[11], seed + 2),
    ]
}

fn sharded(seed: u64) -> Checkpoint<Memory> {
    let tensors = tensors(seed);
    shards(&[&tensors[..2], &tensors[2..]])
}

/// The same with what makes the output a whole folder.
fn folder(seed: u64) -> Checkpoint<Memory> {
    let mut files = sharded(seed).files;
    files.push(Memory::new("config.json", *b"{}"));
    files.push(Memory::new("tokenizer.json", *br#"{"added_tokens":[]}"#));
    open(files).unwrap()
}

fn two<'a>(base: &'a Checkpoint<Memory>, chat: &'a Checkpoint<Memory>) -> Models<'a, Memory> {
    Models {
        base,
        target: None,
        chats: vec![chat],
    }
}

fn sources(files: &[(String, Vec<u8>)]) -> Vec<Memory> {
    let source = |(name, bytes): &(String, Vec<u8>)| Memory::new(name.clone(), &bytes[..]);
    files.iter().map(source).collect()
}

/// Verifies all of the files, or a sample.
fn verify(
    models: &Models<Memory>,
    merged: &Merged,
    files: &[(String, Vec<u8>)],
    random: Option<&mut dyn FnMut(u64) -> u64>,
) -> Result<Verified, VerifyError> {
    let outputs = sources(files);
    let (thin, mut verification) = Verification::new(&merged.plan, &outputs, random)?;
    let result = run(models, &thin, &mut verification);
    verification.conclude(result)
}

#[test]
fn what_was_merged_is_right() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    for output in [OutputDtype::SameAsTarget, OutputDtype::F32] {
        let mut recipe = Recipe::new(vec![0.7]);
        recipe.output_dtype = output;
        let merged = merge(&models, &recipe);
        assert_eq!(merged.files.len(), 3, "two shards and an index");
        let of = merged
            .files
            .iter()
            .map(|(_, bytes)| bytes.len() as u64)
            .sum();
        let verified = verify(&models, &merged, &merged.files, None);
        assert_eq!(verified, Ok(Verified { compared: of, of }));
        // Small tensors are a sample of themselves.
        let sample = verify(&models, &merged, &merged.files, Some(&mut |_| 0));
        assert_eq!(sample, Ok(Verified { compared: of, of }));
    }
}

#[test]
fn files_beside_the_weights_are_verified_too() {
    let (base, chat) = (folder(1), folder(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    let all = verify(&models, &merged, &merged.files, None).unwrap();
    assert_eq!(all.compared, all.of);
    for (name, place) in [("config.json", "its text"), ("tokenizer.json", "byte 7")] {
        let mut files = merged.files.clone();
        let (_, bytes) = files.iter_mut().find(|(file, _)| file == name).unwrap();
        bytes[7] ^= 1;
        let Err(VerifyError::Differs { file, place: told }) =
            verify(&models, &merged, &files, None)
        else {
            panic!("a byte of {name} was overlooked")
        };
        assert_eq!((file.as_str(), told.to_string().as_str()), (name, place));
    }
}

/// Each bit that could be wrong is found, and the place is named.
#[test]
fn any_wrong_byte_is_found() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    for number in 0..merged.files.len() {
        let (name, bytes) = &merged.files[number];
        let start = merged.plan.files[number].start.len();
        for at in 0..bytes.len() {
            let mut files = merged.files.clone();
            files[number].1[at] ^= 1 << (at % 8);
            let Err(VerifyError::Differs { file, place }) = verify(&models, &merged, &files, None)
            else {
                panic!("byte {at} of {name} was overlooked")
            };
            assert_eq!(&file, name);
            let before = ["its header", "its header", "its text"][number];
            assert_eq!(
                place.to_string() == before,
                at < start,
                "byte {at} of {name}: {place}"
            );
        }
    }
    // The first shard: F32 lies before BF16.
    let place = |number: usize, at: usize| {
        let mut files = merged.files.clone();
        files[number].1[merged.plan.files[number].start.len() + at] ^= 1;
        verify(&models, &merged, &files, None)
            .unwrap_err()
            .to_string()
    };
    assert!(place(0, 0).contains("tensor `model.layers.0.norm.weight`, element 0."));
    assert!(place(0, 27).contains("tensor `model.layers.0.norm.weight`, element 6."));
    assert!(place(0, 28 + 6).contains(&format!("tensor `{UP}`, element 3.")));
    assert!(place(1, 9).contains(&format!("tensor `{IDS}`, element 1.")));
}

/// The first and the last piece of each tensor are in every sample, and others by chance.
#[test]
fn a_sample_touches_every_tensor() {
    let long = |seed| {
        single(&[
            weights(UP, Dtype::BF16, &[1000, 1000], seed),
            tensors(seed)[3].clone(),
        ])
    };
    let (base, target, chat) = (long(1), long(2), long(3));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![1.0]));
    let start = merged.plan.files[0].start.len();
    let is_found = |at: usize, middle: u64| {
        let mut files = merged.files.clone();
        files[0].1[start + at] ^= 0x40;
        let sample = verify(
            &models,
            &merged,
            &files,
            Some(&mut |below| middle.min(below - 1)),
        );
        matches!(sample, Err(VerifyError::Differs { .. }))
    };
    let verified = verify(&models, &merged, &merged.files, Some(&mut |_| 0)).unwrap();
    let all = merged.files[0].1.len() as u64;
    assert_eq!(verified.of, all);
    assert_eq!(verified.compared, start as u64 + 3 * 64 * 1024 + 22);
    for at in [
        0,
        65_535,
        2_000_000 - 65_536,
        1_999_999,
        2_000_000,
        2_000_021,
    ] {
        assert!(is_found(at, 0), "byte {at}");
    }
    // In the middle it depends on the draw: a piece begins at so many times 8 bytes.
    for (draw, at) in [
        (0, 65_536),
        (0, 131_071),
        (1000, 73_536),
        (u64::MAX, 1_934_463),
    ] {
        assert!(is_found(at, draw), "byte {at} with {draw}");
    }
    assert!(!is_found(131_072, 0));
    assert!(!is_found(73_535, 1000));
}

#[test]
fn files_that_are_not_whole_are_refused_unread() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    let mut files = merged.files.clone();
    files[1].1.pop();
    let told = verify(&models, &merged, &files, None)
        .unwrap_err()
        .to_string();
    let size = files[1].1.len();
    assert_eq!(
        told,
        format!(
            "`model-00002-of-00002.safetensors` is not whole: it has {size} bytes, and {} were \
             written",
            size + 1
        )
    );
}

#[test]
fn a_file_of_another_merge_is_refused() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    let mut files = merged.files.clone();
    files[0].0 = "other.safetensors".to_owned();
    let refused = verify(&models, &merged, &files, None);
    assert_eq!(
        refused,
        Err(VerifyError::Foreign("other.safetensors".to_owned()))
    );
}

/// Shards that were saved and let go before are left out.
#[test]
fn files_that_are_gone_are_left_out() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    let verified = verify(&models, &merged, &merged.files[1..], None).unwrap();
    let of = merged.files[1..]
        .iter()
        .map(|(_, bytes)| bytes.len() as u64)
        .sum();
    assert_eq!(verified, Verified { compared: of, of });
}

#[test]
fn an_input_that_was_changed_is_named() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    // The file is shorter now than its header said.
    let mut cut = sharded(50);
    cut.files[1] = Memory::new("model-00002-of-00002.safetensors", &b"short"[..]);
    let models = Models {
        chats: vec![&cut],
        ..models
    };
    let failed = verify(&models, &merged, &merged.files, None).unwrap_err();
    assert_eq!(
        failed,
        VerifyError::Changed {
            role: Role::Chat(0),
            file: "model-00002-of-00002.safetensors".to_owned(),
            error: ReadError::Changed,
        }
    );
}

#[test]
fn it_can_be_stopped() {
    let (base, chat) = (sharded(1), sharded(50));
    let models = two(&base, &chat);
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    let outputs = sources(&merged.files);
    let (thin, mut verification) = Verification::new(&merged.plan, &outputs, None).unwrap();
    let at_once = std::future::ready(());
    let run = engine::run(
        &models,
        &thin,
        Mark::default(),
        &mut verification,
        |_| {},
        at_once,
    );
    let run = pollster::block_on(run);
    assert_eq!(run, Err(EngineError::Cancelled));
    assert_eq!(verification.conclude(run), Err(VerifyError::Cancelled));
}
