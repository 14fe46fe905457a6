//! Memory does not grow with the model, nor with what a tokenizer claims.
#![cfg(not(target_arch = "wasm32"))]

mod common;
mod counting;

use chat_vector::engine::{self, Making};
use chat_vector::inspect::Inspection;
use chat_vector::journal::Mark;
use chat_vector::plan::{self, Models};
use chat_vector::recipe::{OutputDtype, Recipe};
use chat_vector::report::FileSummary;
use chat_vector::sink::{Sink, WriteError};
use chat_vector::source::Disk;
use chat_vector::vocabulary::Vocabulary;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Tests that count are run one by one.
static COUNTING: Mutex<()> = Mutex::new(());

/// A sparse file with one BF16 tensor of zeros.
fn sparse(folder: &Path, name: &str, elements: u64) -> PathBuf {
    let end = elements * 2;
    let json =
        format!(r#"{{"w":{{"dtype":"BF16","shape":[{elements}],"data_offsets":[0,{end}]}}}}"#);
    let path = folder.join(name);
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&(json.len() as u64).to_le_bytes()).unwrap();
    file.write_all(json.as_bytes()).unwrap();
    file.set_len(8 + json.len() as u64 + end).unwrap();
    path
}

/// Counts the bytes and forgets them.
#[derive(Default)]
struct Nowhere(u64);

impl Sink for Nowhere {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }
    async fn create(&mut self, _name: &str, _size: u64, _done: u64) -> Result<(), WriteError> {
        Ok(())
    }
    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.0 += bytes.len() as u64;
        Ok(())
    }
    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }
    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }
    async fn discard(&mut self) {}
}

/// Peak of the heap above what is there before, while merging one tensor into so many outputs,
/// inspected or not.
fn peak(folder: &Path, elements: u64, inspects: bool, outputs: usize) -> usize {
    let paths = ["base", "chat"].map(|name| sparse(folder, name, elements));
    let paths = paths.map(|path| {
        let renamed = path.with_extension("safetensors");
        std::fs::rename(path, &renamed).unwrap();
        renamed
    });
    let [base, chat] = paths.map(|path| common::open(vec![Disk::open(&path).unwrap()]).unwrap());
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.output_dtype = OutputDtype::F32;
    let series: Vec<Vec<f64>> = (1..=outputs).map(|i| vec![i as f64]).collect();
    let plans = plan::series(&models, &recipe, &series);
    let mut sinks: Vec<Nowhere> = series.iter().map(|_| Nowhere::default()).collect();
    let mut inspection = Inspection::new(&models);
    let (ended, peak) = counting::peak_of(|| {
        let mut inspection = inspects.then_some(&mut inspection);
        let making = plans.iter().zip(&mut sinks).map(|(plan, sink)| {
            let inspection = inspection.take();
            Making::new(plan, Mark::default(), sink, inspection)
        });
        let never = std::future::pending();
        let run = engine::run_several(&models, making.collect(), |_| {}, never);
        pollster::block_on(run)
    });
    ended.unwrap();
    for (sink, plan) in sinks.iter().zip(&plans) {
        assert_eq!(sink.0, plan.report.bytes);
    }
    peak
}

#[test]
fn memory_does_not_grow_with_the_model() {
    let _alone = COUNTING.lock();
    let folder = tempfile::tempdir().unwrap();
    // Sums of zeros take their time natively.
    for (inspects, elements, outputs) in [
        (false, 256 << 20, 1),
        (true, 32 << 20, 1),
        (true, 32 << 20, 16),
    ] {
        let small = peak(folder.path(), elements / 32, inspects, outputs); // 2 or 16 MB a file
        let large = peak(folder.path(), elements, inspects, outputs); // 64 or 512 MB a file
        assert!(large < 8 << 20, "{large} bytes");
        assert!(
            large.abs_diff(small) < 64 << 10,
            "{small} and {large} bytes"
        );
    }
}

/// Deep nesting, long names, and numbers that claim much.
#[test]
fn hostile_tokenizers_take_memory_in_proportion() {
    let _alone = COUNTING.lock();
    let deep = format!(r#"{{"x":{}"#, "[".repeat(1_000_000));
    let deep_vocab = format!(r#"{{"model":{{"vocab":{}"#, "[".repeat(1_000_000));
    let long = json!({"model": {"vocab": {"a".repeat(1_000_000): 0}}}).to_string();
    let far = json!({"model": {"vocab": {"a": u32::MAX - 1}}}).to_string();
    let many: Vec<String> = (0..100_000).map(|i| format!(r#""{i:x}":{i}"#)).collect();
    let many = format!(r#"{{"model":{{"vocab":{{{}}}}}}}"#, many.join(","));
    let pieces = format!(r#"{{"model":{{"vocab":[{}"#, r#"["a"],"#.repeat(100_000));
    let added = format!(
        r#"{{"added_tokens":[{}"#,
        r#"{"id":1,"content":""},"#.repeat(100_000)
    );
    for json in [deep, deep_vocab, long, far, many, pieces, added] {
        let (_, used) = counting::peak_of(|| Vocabulary::parse(json.as_bytes()));
        let allowed = 64 * 1024 + 20 * json.len();
        assert!(used < allowed, "{used} bytes for {}", json.len());
    }
}
