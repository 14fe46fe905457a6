//! What the fuzz targets share: a bound on memory, and merges in memory.

use chat_vector::checkpoint::{self, Checkpoint, CheckpointError};
use chat_vector::journal::Mark;
use chat_vector::plan::{self, Models};
use chat_vector::recipe::Recipe;
use chat_vector::source::Memory;
use chat_vector::{engine, sink};
use safetensors::SafeTensors;

#[path = "../../tests/counting/mod.rs"]
mod counting;

/// Does something with a file of so many bytes, which must take memory in proportion: whatever its
/// numbers claim, they are no reason to allocate.
pub fn in_proportion<T>(file: usize, act: impl FnOnce() -> T) -> T {
    let (result, used) = counting::peak_of(act);
    // The smallest entry of a header has about 50 bytes, the table row of it a few hundred.
    let allowed = 64 * 1024 + 20 * file;
    assert!(used <= allowed, "{used} bytes for a file of {file}");
    result
}

/// Opens files as one model, and reads its vocabulary.
pub fn open(files: Vec<Memory>) -> Result<Checkpoint<Memory>, Vec<CheckpointError>> {
    pollster::block_on(async {
        let checkpoint = checkpoint::open(files).await?;
        checkpoint.load_vocabulary().await;
        Ok(checkpoint)
    })
}

/// A `tokenizer.json` of tokens and their rows.
pub fn tokenizer(tokens: impl Iterator<Item = (String, usize)>) -> Memory {
    let vocab = tokens.map(|(token, row)| (token, row.into()));
    let vocab: serde_json::Map<_, _> = vocab.collect();
    let json = serde_json::json!({ "model": { "vocab": vocab } });
    Memory::new("tokenizer.json", json.to_string().into_bytes())
}

/// A file of a header and zeros up to a size.
pub fn file(header: &[u8], data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header);
    bytes.resize(bytes.len() + data, 0);
    bytes
}

/// Plans a merge, and if the plan has no problems, carries it out: all files must have the sizes
/// that the plan says, and be valid.
pub fn merge(base: &Checkpoint<Memory>, chats: Vec<&Checkpoint<Memory>>, recipe: &Recipe) {
    let models = Models {
        base,
        target: None,
        chats,
    };
    let plan = plan::plan(&models, recipe);
    let report = &plan.report;
    assert_eq!(
        report.merged + report.copied + report.left_out + report.refused,
        plan.rows.len()
    );
    if !report.problems.is_empty() {
        return;
    }
    let mut sink = sink::Memory::default();
    let never = std::future::pending();
    let run = engine::run(&models, &plan, Mark::default(), &mut sink, |_| {}, never);
    pollster::block_on(run).expect("a plan without problems is carried out");
    assert_eq!(report.files.len(), sink.files.len());
    let mut names: Vec<&String> = sink.files.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), sink.files.len(), "a file is there twice");
    for (file, (name, bytes)) in report.files.iter().zip(&sink.files) {
        assert_eq!((&file.name, file.size), (name, bytes.len() as u64));
        if file.is_weights() {
            SafeTensors::deserialize(bytes).expect("the output is valid");
        } else if name.ends_with(".json") && name != "tokenizer.json" {
            serde_json::from_slice::<Box<serde_json::value::RawValue>>(bytes)
                .expect("the output is JSON");
        }
    }
}
