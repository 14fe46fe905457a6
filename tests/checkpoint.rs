//! Which files make up a checkpoint, and what is said when they don't.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::source::Memory;
use common::{T, file, open, texts, weights};
use safetensors::Dtype;

fn tensors(names: &[&str]) -> Vec<T> {
    let tensor = |name: &&str| weights(name, Dtype::BF16, &[2, 3], 1);
    names.iter().map(tensor).collect()
}

/// A file of this path that holds tensors of these names.
fn part(path: &str, names: &[&str]) -> Memory {
    Memory::new(path, file(&tensors(names)))
}

fn json(path: &str, text: &str) -> Memory {
    Memory::new(path, text.as_bytes().to_vec())
}

const INDEX: &str = "model.safetensors.index.json";

fn index(map: &[(&str, &str)]) -> Memory {
    let map: serde_json::Map<_, _> = map
        .iter()
        .map(|(tensor, file)| ((*tensor).to_owned(), (*file).into()))
        .collect();
    let index = serde_json::json!({"metadata": {"total_size": 1}, "weight_map": map});
    json(INDEX, &index.to_string())
}

fn names(checkpoint: &Checkpoint<Memory>) -> Vec<&str> {
    checkpoint
        .tensors
        .iter()
        .map(|t| t.tensor.name.as_str())
        .collect()
}

/// The one message that a person gets about these files.
fn refused(files: Vec<Memory>) -> String {
    let problems = open(files).map(|_| ()).expect_err("it should be refused");
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    problem.message.to_string()
}

#[test]
fn one_file_of_any_name() {
    let checkpoint = open(vec![part("my model.safetensors", &["a", "b"])]).unwrap();
    assert_eq!(names(&checkpoint), ["a", "b"]);
    let summary = checkpoint.summary();
    assert_eq!(summary.label.to_string(), "12 params · BF16");
    assert_eq!((summary.tensors, summary.bytes), (2, 24));
    assert_eq!(summary.files[0].name, "my model.safetensors");
}

#[test]
fn shards_without_an_index_in_any_order() {
    let checkpoint = open(vec![
        part("model-00002-of-00002.safetensors", &["b"]),
        part("model-00001-of-00002.safetensors", &["a"]),
    ])
    .unwrap();
    assert_eq!(names(&checkpoint), ["a", "b"]);
}

#[test]
fn parts_of_other_names_are_one_checkpoint() {
    let checkpoint = open(vec![
        part("y.safetensors", &["b"]),
        part("x.safetensors", &["a"]),
    ]);
    assert_eq!(names(&checkpoint.unwrap()), ["a", "b"]);
}

#[test]
fn shards_with_an_index_and_what_lies_beside_them() {
    let checkpoint = open(vec![
        index(&[
            ("a", "model-00001-of-00002.safetensors"),
            ("b", "model-00002-of-00002.safetensors"),
        ]),
        part("model-00001-of-00002.safetensors", &["a"]),
        part("model-00002-of-00002.safetensors", &["b"]),
        part("consolidated.safetensors", &["a", "b"]),
        json("config.json", r#"{"tie_word_embeddings": false}"#),
        json("tokenizer.json", "{}"),
    ])
    .unwrap();
    assert_eq!(names(&checkpoint), ["a", "b"]);
    assert_eq!(checkpoint.tied, Some(false));
    let notice = "`consolidated.safetensors` was left out: the index does not name it.";
    assert_eq!(texts(&checkpoint.notices), [notice]);
}

#[test]
fn a_folder_with_folders_below() {
    let checkpoint = open(vec![
        part("my-model/model.safetensors", &["a"]),
        json(
            "my-model/config.json",
            r#"{"text_config": {"tie_word_embeddings": true}}"#,
        ),
        part("my-model/onnx/other.safetensors", &["z"]),
    ])
    .unwrap();
    assert_eq!(names(&checkpoint), ["a"]);
    assert_eq!(checkpoint.tied, Some(true));
    let notice = "Left out: 1 `.safetensors` file in folders further down.";
    assert_eq!(texts(&checkpoint.notices), [notice]);
}

#[test]
fn a_broken_config_is_no_reason_to_stop() {
    let files = vec![part("m.safetensors", &["a"]), json("config.json", "{")];
    let checkpoint = open(files).unwrap();
    assert_eq!(checkpoint.tied, None);
    assert!(
        checkpoint.notices[0]
            .to_string()
            .contains("`config.json` was left out")
    );
}

/// macOS leaves such files on disks of other systems.
#[test]
fn files_of_attributes_are_no_shards() {
    let files = vec![json("._m.safetensors", "x"), part("m.safetensors", &["a"])];
    assert_eq!(names(&open(files).unwrap()), ["a"]);
}

#[test]
fn refuses_files_without_weights() {
    let message = refused(vec![
        json("pytorch_model.bin", "x"),
        json("config.json", "{}"),
    ]);
    assert!(
        message.contains("`pytorch_model.bin`: this is a PyTorch file"),
        "{message}"
    );
    assert!(refused(vec![]).contains("no `.safetensors` file"));
}

#[test]
fn refuses_a_lora_adapter() {
    let message = refused(vec![part("adapter_model.safetensors", &["a"])]);
    assert!(message.contains("LoRA adapter"), "{message}");
}

#[test]
fn refuses_several_models() {
    let message = refused(vec![
        part("all/a/model.safetensors", &["a"]),
        part("all/b/model.safetensors", &["a"]),
    ]);
    assert!(
        message.contains("several folders (all/a, all/b)"),
        "{message}"
    );

    let message = refused(vec![
        part("model.safetensors", &["a"]),
        part("model-00001-of-00001.safetensors", &["b"]),
    ]);
    assert!(message.contains("more than one checkpoint"), "{message}");

    let message = refused(vec![
        json("a.safetensors.index.json", "{}"),
        json("b.safetensors.index.json", "{}"),
    ]);
    assert!(message.contains("several indexes"), "{message}");
}

#[test]
fn refuses_missing_shards() {
    let message = refused(vec![part("model-00002-of-00003.safetensors", &["a"])]);
    assert!(message.contains("Shards are missing"), "{message}");
    assert!(
        message.contains("`model-00001-of-00003.safetensors`"),
        "{message}"
    );
    assert!(
        message.contains("`model-00003-of-00003.safetensors`"),
        "{message}"
    );

    let message = refused(vec![
        index(&[("a", "one.safetensors"), ("b", "two.safetensors")]),
        part("one.safetensors", &["a"]),
    ]);
    assert!(
        message.contains("A shard is missing: `two.safetensors`"),
        "{message}"
    );
}

/// A stranger's count of shards does not make the list long.
#[test]
fn names_a_few_of_very_many_missing_shards() {
    let message = refused(vec![part("m-00001-of-99999999999.safetensors", &["a"])]);
    assert!(message.len() < 1000 && message.contains('…'), "{message}");
}

#[test]
fn refuses_doubled_files_and_tensors() {
    let message = refused(vec![
        part("m.safetensors", &["a"]),
        part("m.safetensors", &["b"]),
    ]);
    assert!(
        message.contains("`m.safetensors` was given twice"),
        "{message}"
    );

    let message = refused(vec![
        part("x.safetensors", &["a"]),
        part("y.safetensors", &["a"]),
    ]);
    let expected = "Tensor `a` is in both `x.safetensors` and `y.safetensors`";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn refuses_an_index_of_another_checkpoint() {
    let shard = || part("one.safetensors", &["a"]);
    let message = refused(vec![index(&[("b", "one.safetensors")]), shard()]);
    assert!(
        message.contains("tensor `b` is in `one.safetensors`, but it is not"),
        "{message}"
    );
    let message = refused(vec![index(&[("a", "../one.safetensors")]), shard()]);
    assert!(
        message.contains("`../one.safetensors`, which is no file beside it"),
        "{message}"
    );
    let message = refused(vec![json(INDEX, "[1"), shard()]);
    assert!(message.contains("can't be read as an index"), "{message}");
    let message = refused(vec![index(&[]), shard()]);
    assert!(message.contains("names no tensor"), "{message}");
}

#[test]
fn names_each_broken_file() {
    let problems = open(vec![
        json("a.safetensors", "short"),
        part("b.safetensors", &["b"]),
        json("c.safetensors", ""),
    ])
    .unwrap_err();
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0].file.as_deref(), Some("a.safetensors"));
    assert!(
        problems[0]
            .message
            .to_string()
            .starts_with("`a.safetensors`: the file has only 5 bytes")
    );
    assert!(
        problems[1]
            .message
            .to_string()
            .starts_with("`c.safetensors`: the file is empty")
    );
}
