//! The whole pipeline without a browser: files in, merged files out, compared
//! with the formula computed plainly.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::engine::{self, EngineError};
use chat_vector::journal::Mark;
use chat_vector::plan::{self, Models};
use chat_vector::recipe::{EmbeddingRows, OutputDtype, Preset, Recipe, Rule, Shards};
use chat_vector::report::{FileSummary, Role};
use chat_vector::sink::{self, Sink, WriteError};
use chat_vector::source::{Disk, Memory, ReadError, Source, Stream};
use common::{T, file, formula, merge, of_values, open, raw, run, shards, single, texts, weights};
use safetensors::{Dtype, SafeTensors};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

/// A small model of one dtype.
fn model(dtype: Dtype, seed: u64) -> Vec<T> {
    vec![
        weights("lm_head.weight", dtype, &[40, 8], seed),
        weights("model.embed_tokens.weight", dtype, &[40, 8], seed + 1),
        weights(
            "model.layers.0.mlp.up_proj.weight",
            dtype,
            &[33, 7],
            seed + 2,
        ),
        weights("model.norm.weight", dtype, &[8], seed + 3),
    ]
}

fn find<'a>(tensors: &'a [T], name: &str) -> &'a T {
    tensors.iter().find(|t| t.name == name).unwrap()
}

#[test]
fn one_file_with_a_target() {
    let (b, c, t) = (
        model(Dtype::BF16, 1),
        model(Dtype::BF16, 20),
        model(Dtype::BF16, 40),
    );
    let (base, chat, target) = (single(&b), single(&c), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![0.7]));
    assert_eq!(merged.files.len(), 1);
    assert_eq!(merged.files[0].0, "model.safetensors");
    for t in &t {
        let expected = formula(t, find(&b, &t.name), &[(find(&c, &t.name), 0.7)], t.dtype);
        assert_eq!(
            merged.tensor(&t.name),
            (t.dtype, t.shape.clone(), expected),
            "{}",
            t.name
        );
    }
    assert_eq!(merged.nonfinite, []);
    assert_eq!(
        (merged.plan.report.merged, merged.plan.report.copied),
        (4, 0)
    );
}

/// The form of mistral_tv-neural-marconroni: no target, two chat models, F32.
#[test]
fn two_chat_models_without_a_target_in_shards_to_f32() {
    let (b, c, d) = (
        model(Dtype::BF16, 1),
        model(Dtype::BF16, 20),
        model(Dtype::BF16, 40),
    );
    let base = shards(&[&b[..1], &b[1..3], &b[3..]]);
    let chat = shards(&[&c[..2], &c[2..]]);
    let other = single(&d);
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat, &other],
    };
    let mut recipe = Recipe::new(vec![1.0, 1.0]);
    recipe.output_dtype = OutputDtype::F32;
    let merged = merge(&models, &recipe);
    let names: Vec<&str> = merged.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json",
        ]
    );
    for t in &b {
        let chats = [(find(&c, &t.name), 1.0), (find(&d, &t.name), 1.0)];
        let expected = formula(t, t, &chats, Dtype::F32);
        assert_eq!(
            merged.tensor(&t.name),
            (Dtype::F32, t.shape.clone(), expected),
            "{}",
            t.name
        );
    }
    let index: serde_json::Value = serde_json::from_slice(&merged.files[3].1).unwrap();
    assert_eq!(index["weight_map"]["lm_head.weight"], names[0]);
    assert_eq!(index["weight_map"]["model.norm.weight"], names[2]);
    let total: usize = b.iter().map(|t| t.bytes.len() * 2).sum();
    assert_eq!(index["metadata"]["total_size"], total);
    // What we wrote is a checkpoint that we read.
    let again = merged
        .files
        .iter()
        .map(|(name, bytes)| Memory::new(name, bytes.clone()));
    assert_eq!(open(again.collect()).unwrap().tensors.len(), 4);
}

#[test]
fn mixed_dtypes_among_models_and_tensors() {
    let b = [
        weights("a", Dtype::F32, &[9, 5], 1),
        weights("b", Dtype::BF16, &[70], 2),
    ];
    let c = [
        weights("a", Dtype::F16, &[9, 5], 3),
        weights("b", Dtype::F32, &[70], 4),
    ];
    let t = [
        weights("a", Dtype::BF16, &[9, 5], 5),
        weights("b", Dtype::F16, &[70], 6),
    ];
    let (base, chat, target) = (single(&b), single(&c), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    for (choice, dtype) in [
        (OutputDtype::SameAsTarget, None),
        (OutputDtype::F32, Some(Dtype::F32)),
        (OutputDtype::F16, Some(Dtype::F16)),
        (OutputDtype::BF16, Some(Dtype::BF16)),
    ] {
        let mut recipe = Recipe::new(vec![-0.3]);
        recipe.output_dtype = choice;
        let merged = merge(&models, &recipe);
        for i in 0..2 {
            let out = dtype.unwrap_or(t[i].dtype);
            let expected = formula(&t[i], &b[i], &[(&c[i], -0.3)], out);
            assert_eq!(
                merged.tensor(&t[i].name),
                (out, t[i].shape.clone(), expected)
            );
        }
    }
}

/// λ·(chat − base) with λ = 0.1 differs between f32 and f64: F64 is merged in f64.
#[test]
fn f64_is_merged_in_f64() {
    let values = |scale: f64| (0..50).map(move |i| scale * (1.0 + i as f64 / 7.0));
    let b = of_values("x", Dtype::F64, &[50], values(1.0));
    let c = of_values("x", Dtype::F64, &[50], values(1.1));
    let (base, chat) = (single(&[b]), single(&[c]));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![0.1]));
    let expected = values(1.0).zip(values(1.1)).map(|(b, c)| b + 0.1 * (c - b));
    let expected: Vec<u8> = expected.flat_map(f64::to_le_bytes).collect();
    assert_eq!(merged.tensor("x").2, expected);
}

#[test]
fn what_does_not_merge_is_copied_byte_for_byte() {
    let ids: Vec<u8> = (0..40).collect();
    let mask = [1, 0, 1];
    let t = [
        weights("w", Dtype::F16, &[5], 1),
        raw("ids", Dtype::I64, &[5], &ids),
        raw("mask", Dtype::BOOL, &[3], &mask),
        raw("fp8", Dtype::F8_E4M3, &[3], &[0x7f, 0x80, 1]),
    ];
    let other = [weights("w", Dtype::F16, &[5], 2)];
    let (base, target) = (single(&other), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&base],
    };
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.output_dtype = OutputDtype::F32;
    let merged = merge(&models, &recipe);
    assert_eq!(merged.tensor("ids"), (Dtype::I64, vec![5], ids));
    assert_eq!(merged.tensor("mask"), (Dtype::BOOL, vec![3], mask.to_vec()));
    assert_eq!(
        merged.tensor("fp8"),
        (Dtype::F8_E4M3, vec![3], vec![0x7f, 0x80, 1])
    );
    assert_eq!(merged.plan.report.copied, 3);
    let notices = texts(&merged.plan.report.notices).join("\n");
    assert!(notices.contains("`mask`: BOOL does not merge"), "{notices}");
}

/// A NaN with a payload and −0 survive where λ is 0; with λ ≠ 0 they would not.
#[test]
fn a_tensor_whose_every_weight_is_0_keeps_its_bytes() {
    let odd = |name: &str| {
        raw(
            name,
            Dtype::BF16,
            &[3],
            &[0x81, 0xff, 0x00, 0x80, 0x80, 0x7f],
        )
    };
    let plain = |name: &str, seed| weights(name, Dtype::BF16, &[3], seed);
    let t = [odd("model.norm.weight"), plain("w", 1)];
    let b = [plain("model.norm.weight", 2), plain("w", 3)];
    let (base, target) = (single(&b), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&base, &base],
    };
    let mut recipe = Recipe::new(vec![1.0, 2.0]);
    recipe.rules = vec![Rule {
        pattern: "*norm*".into(),
        weights: vec![0.0, 0.0],
    }];
    let merged = merge(&models, &recipe);
    assert_eq!(merged.tensor("model.norm.weight").2, t[0].bytes);
    assert_eq!(merged.plan.report.rule_counts[0].decides, 1);
    assert_eq!(
        (merged.nonfinite[0].nan, merged.nonfinite[0].infinite),
        (1, 1)
    );
    recipe.rules.clear();
    let merged = merge(&models, &recipe);
    assert_ne!(merged.tensor("model.norm.weight").2, t[0].bytes);
    let [nonfinite] = &merged.nonfinite[..] else {
        panic!("{:?}", merged.nonfinite)
    };
    assert_eq!((nonfinite.nan, nonfinite.infinite), (1, 1));
    assert_eq!(nonfinite.tensor, "model.norm.weight");
}

#[test]
fn overflow_of_f16_is_infinity_and_counted() {
    let b = [of_values("w", Dtype::F16, &[2], [-60000.0, 1.0])];
    let c = [of_values("w", Dtype::F16, &[2], [60000.0, 1.0])];
    let (base, chat) = (single(&b), single(&c));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![3.0]));
    assert_eq!(
        common::decode(Dtype::F16, &merged.tensor("w").2),
        [f64::INFINITY, 1.0]
    );
    assert_eq!(merged.nonfinite[0].infinite, 1);
}

#[test]
fn an_extended_vocabulary() {
    let embedding = |rows, seed| {
        [weights(
            "model.embed_tokens.weight",
            Dtype::BF16,
            &[rows, 4],
            seed,
        )]
    };
    let (b, c, t) = (embedding(10, 1), embedding(11, 2), embedding(15, 3));
    let (base, chat, target) = (single(&b), single(&c), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let mut recipe = Recipe::new(vec![1.0]);
    assert_eq!(merge(&models, &recipe).tensor(&t[0].name).2, t[0].bytes);

    recipe.embedding_rows = EmbeddingRows::MergeShared;
    let first_rows = |tensor: &T| {
        raw(
            &tensor.name,
            Dtype::BF16,
            &[10, 4],
            &tensor.bytes[..10 * 4 * 2],
        )
    };
    let [b, c, head] = [&b[0], &c[0], &t[0]].map(first_rows);
    let mut expected = formula(&head, &b, &[(&c, 1.0)], Dtype::BF16);
    expected.extend_from_slice(&t[0].bytes[expected.len()..]);
    assert_eq!(merge(&models, &recipe).tensor(&t[0].name).2, expected);

    // The other way round: the target has fewer rows than base and chat.
    let models = Models {
        base: &target,
        target: Some(&base),
        chats: vec![&chat],
    };
    let merged = merge(&models, &recipe);
    let [_, _, head] = [&b, &c, &head];
    let chat_head = raw(&c.name, Dtype::BF16, &[10, 4], &c.bytes);
    let expected = formula(&b, head, &[(&chat_head, 1.0)], Dtype::BF16);
    assert_eq!(merged.tensor(&t[0].name).2, expected);
}

/// A tied model's embeddings stand in for the head that it lacks.
#[test]
fn tied_embeddings_stand_in_for_a_missing_head() {
    let head = |seed| weights("lm_head.weight", Dtype::BF16, &[6, 4], seed);
    let embedding = |seed| weights("model.embed_tokens.weight", Dtype::BF16, &[6, 4], seed);
    let t = [head(1), embedding(2)];
    let (b, c) = ([embedding(3)], [embedding(4)]);
    let tied = |tensors: &[T]| {
        open(vec![
            Memory::new("model.safetensors", file(tensors)),
            Memory::new("config.json", *br#"{"tie_word_embeddings": true}"#),
        ])
        .unwrap()
    };
    let (base, chat, target) = (tied(&b), tied(&c), single(&t));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![1.0]));
    for t in &t {
        let expected = formula(t, &b[0], &[(&c[0], 1.0)], Dtype::BF16);
        assert_eq!(merged.tensor(&t.name).2, expected, "{}", t.name);
    }
    let notices = texts(&merged.plan.report.notices).join("\n");
    assert!(
        notices.contains("base ties it to `model.embed_tokens.weight`"),
        "{notices}"
    );

    // A tied target has no head, and its output needs none.
    let untied = single(&t);
    let models = Models {
        base: &untied,
        target: Some(&base),
        chats: vec![&untied],
    };
    let merged = merge(&models, &Recipe::new(vec![1.0]));
    assert_eq!(merged.plan.rows.len(), 1);
    let notices = texts(&merged.plan.report.notices).join("\n");
    assert!(
        notices.contains("The target has no `lm_head.weight`"),
        "{notices}"
    );
}

#[test]
fn shards_of_at_most_n_bytes() {
    let b: Vec<T> = (0..20)
        .map(|i| weights(&format!("w{i:02}"), Dtype::F32, &[100], i))
        .collect();
    let base = single(&b);
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&base],
    };
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.shards = Shards::AtMost { bytes: 3000 };
    let merged = merge(&models, &recipe);
    let shards: Vec<_> = merged
        .files
        .iter()
        .filter(|f| f.0.ends_with(".safetensors"))
        .collect();
    assert!(shards.len() > 3, "{}", shards.len());
    assert!(shards.iter().all(|(_, bytes)| bytes.len() <= 3000));
    assert_eq!(
        shards[0].0,
        format!("model-00001-of-{:05}.safetensors", shards.len())
    );
    for t in &b {
        assert_eq!(merged.tensor(&t.name).2, t.bytes);
    }
    // A tensor over the limit gets a file of its own.
    recipe.shards = Shards::AtMost { bytes: 10 };
    assert_eq!(merge(&models, &recipe).files.len(), 21);

    let many = common::shards(&[&b[..7], &b[7..]]);
    let models = Models {
        base: &many,
        target: None,
        chats: vec![&base],
    };
    recipe.shards = Shards::One;
    assert_eq!(merge(&models, &recipe).files.len(), 1);
}

/// Wide dtypes first, header padded: every tensor starts at a multiple of its width.
#[test]
fn tensors_of_the_output_are_aligned() {
    // Written by hand: the crate would align them.
    let json = br#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"F32","shape":[2],"data_offsets":[3,11]},"c":{"dtype":"BF16","shape":[1],"data_offsets":[11,13]}}"#;
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(json);
    bytes.extend_from_slice(&[7; 13]);
    let base = open(vec![Memory::new("m.safetensors", bytes)]).unwrap();
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&base],
    };
    let merged = merge(&models, &Recipe::new(vec![1.0]));
    let (_, bytes) = &merged.files[0];
    let (len, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    assert_eq!(len % 8, 0);
    for (name, info) in metadata.tensors() {
        assert_eq!(info.data_offsets.0 * 8 % info.dtype.bitsize(), 0, "{name}");
    }
    assert_eq!(merged.tensor("a").2, [7; 3]);
    assert_eq!(merged.tensor("b").2, [7; 8]);
}

#[test]
fn metadata_tells_how_the_file_was_made() {
    let base = single(&model(Dtype::F16, 1));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&base],
    };
    let mut recipe = Recipe::new(vec![0.25]);
    recipe.rules = Preset::SkipEmbeddings.rules(1);
    let merged = merge(&models, &recipe);
    let (_, metadata) = SafeTensors::read_metadata(&merged.files[0].1).unwrap();
    let metadata = metadata.metadata().as_ref().unwrap();
    assert_eq!(metadata["format"], "pt");
    let told: serde_json::Value = serde_json::from_str(&metadata["chat_vector_recipe"]).unwrap();
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["base"][0]["name"], "model.safetensors");
    assert_eq!(told["base"][0]["size"], base.files[0].size());
    assert_eq!(told["target"], serde_json::Value::Null);
    assert_eq!(told["recipe"], serde_json::to_value(&recipe).unwrap());
}

#[test]
fn the_same_inputs_and_recipe_give_the_same_bytes() {
    let (b, c) = (model(Dtype::BF16, 1), model(Dtype::BF16, 20));
    let merged = || {
        let (base, chat) = (shards(&[&b[..2], &b[2..]]), single(&c));
        let models = Models {
            base: &base,
            target: None,
            chats: vec![&chat],
        };
        merge(&models, &Recipe::new(vec![1.0])).files
    };
    assert_eq!(merged(), merged());
}

/// Tensors in another order, and ones that only some models have: reads jump.
#[test]
fn tensors_in_any_order_in_any_file() {
    // More than a chunk and more than a gap each, so that runs are split.
    let big = |i: u64, seed| {
        weights(
            &format!("w{i}"),
            Dtype::BF16,
            &[300_000 + i as usize * 7],
            seed + i,
        )
    };
    let b: Vec<T> = (0..6).map(|i| big(i, 10)).collect();
    let c: Vec<T> = (0..6).map(|i| big(i, 20)).collect();
    let pick =
        |from: &[T], order: &[usize]| order.iter().map(|&i| from[i].clone()).collect::<Vec<_>>();
    let base = shards(&[&pick(&b, &[5, 2]), &pick(&b, &[0, 4]), &pick(&b, &[1, 3])]);
    let extra = weights("extra", Dtype::F32, &[400_000], 3);
    let mut chat_second = pick(&c, &[4, 3, 2]);
    chat_second.push(extra);
    let chat = shards(&[&pick(&c, &[1, 0, 5]), &chat_second]);
    let target = single(&b);
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let merged = merge(&models, &Recipe::new(vec![0.5]));
    for i in 0..6 {
        let expected = formula(&b[i], &b[i], &[(&c[i], 0.5)], Dtype::BF16);
        assert!(merged.tensor(&b[i].name).2 == expected, "{}", b[i].name);
    }
}

/// From files on disk to a folder on disk.
#[test]
fn on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (b, c) = (model(Dtype::BF16, 1), model(Dtype::BF16, 20));
    std::fs::write(path("base.safetensors"), file(&b)).unwrap();
    std::fs::write(path("chat.safetensors"), file(&c)).unwrap();
    let from_disk = |name| open(vec![Disk::open(&path(name)).unwrap()]).unwrap();
    let (base, chat) = (from_disk("base.safetensors"), from_disk("chat.safetensors"));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let plan = plan::plan(&models, &Recipe::new(vec![1.0]));
    std::fs::create_dir(path("out")).unwrap();
    run(&models, &plan, &mut sink::Folder::new(path("out"))).unwrap();
    assert_eq!(names(&path("out")), ["model.safetensors"]);
    let bytes = std::fs::read(path("out").join("model.safetensors")).unwrap();
    let output = SafeTensors::deserialize(&bytes).unwrap();
    for t in &b {
        let expected = formula(t, t, &[(find(&c, &t.name), 1.0)], t.dtype);
        assert_eq!(output.tensor(&t.name).unwrap().data(), expected);
    }
    // A second merge does not replace the first.
    let again = run(&models, &plan, &mut sink::Folder::new(path("out")));
    let exists = WriteError::Exists("model.safetensors".into());
    assert_eq!(again, Err(EngineError::Write(exists)));
    assert_eq!(
        std::fs::read(path("out").join("model.safetensors")).unwrap(),
        bytes
    );
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// A source that answers a little later, and from some point on never again.
#[derive(Clone)]
struct Slow {
    inner: Memory,
    reads_left: Rc<Cell<u32>>,
    then: Option<ReadError>,
}

struct SlowStream {
    inner: <Memory as Source>::Stream,
    reads_left: Rc<Cell<u32>>,
    then: Option<ReadError>,
}

impl Source for Slow {
    type Stream = SlowStream;

    fn path(&self) -> &str {
        self.inner.path()
    }

    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn stream(&self, range: Range<u64>) -> SlowStream {
        SlowStream {
            inner: self.inner.stream(range),
            reads_left: self.reads_left.clone(),
            then: self.then.clone(),
        }
    }
}

impl Stream for SlowStream {
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        match (self.reads_left.get(), &self.then) {
            (0, Some(error)) => Err(error.clone()),
            (0, None) => std::future::pending().await,
            (left, _) => {
                self.reads_left.set(left - 1);
                self.inner.fill(buffer).await
            }
        }
    }
}

/// A merge of a [`Slow`] file that stops after the headers, read twice, and some reads.
fn stopped(then: Option<ReadError>, folder: &Path) -> EngineError {
    let tensors = [weights("w", Dtype::BF16, &[1_000_000], 1)];
    let reads_left = Rc::new(Cell::new(2 + 4 + 6));
    let slow = Slow {
        inner: Memory::new("slow.safetensors", file(&tensors)),
        reads_left: reads_left.clone(),
        then: then.clone(),
    };
    let base = open(vec![slow]).unwrap();
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&base],
    };
    let plan = plan::plan(&models, &Recipe::new(vec![1.0]));
    let mut sink = sink::Folder::new(folder);
    // Where reads hang, the person cancels as soon as nothing more can be read.
    let cancels = then.is_none();
    let cancel = std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        match reads_left.get() {
            0 if cancels => std::task::Poll::Ready(()),
            _ => std::task::Poll::Pending,
        }
    });
    let run = engine::run(&models, &plan, Mark::default(), &mut sink, |_| {}, cancel);
    pollster::block_on(run).unwrap_err()
}

/// A file in whose place another one may be put.
struct Swapped {
    size: u64,
    content: Rc<RefCell<Memory>>,
}

impl Source for Swapped {
    type Stream = <Memory as Source>::Stream;

    fn path(&self) -> &str {
        "swapped.safetensors"
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn stream(&self, range: Range<u64>) -> Self::Stream {
        self.content.borrow().stream(range)
    }
}

/// Not every browser sees that a file was replaced; that its header is another one is seen here.
#[test]
fn a_file_that_is_replaced_is_named_and_leaves_nothing_behind() {
    let content = |name: &str| {
        let tensors = [weights(name, Dtype::BF16, &[1_000_000], 1)];
        Memory::new("swapped.safetensors", file(&tensors))
    };
    for during in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let swapped = Swapped {
            size: content("v").size(),
            content: Rc::new(RefCell::new(content("v"))),
        };
        let current = Rc::clone(&swapped.content);
        let (base, chat) = (
            open(vec![swapped]).unwrap(),
            open(vec![Swapped {
                size: content("v").size(),
                content: Rc::new(RefCell::new(content("v"))),
            }])
            .unwrap(),
        );
        let models = Models {
            base: &base,
            target: None,
            chats: vec![&chat],
        };
        let plan = plan::plan(&models, &Recipe::new(vec![1.0]));
        let mut sink = sink::Folder::new(folder.path());
        if !during {
            current.replace(content("w"));
        }
        let mut steps = 0;
        let observe = |_: engine::Step| {
            steps += 1;
            current.replace(content("w"));
        };
        let never = std::future::pending();
        let run = engine::run(&models, &plan, Mark::default(), &mut sink, observe, never);
        let error = pollster::block_on(run).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`swapped.safetensors` of base: it was changed since it was given. Give it again. The \
             merge was stopped, nothing was kept"
        );
        assert_eq!(steps > 0, during, "merged or not");
        assert!(names(folder.path()).is_empty());
    }
}

#[test]
fn cancel_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stopped(None, folder.path()), EngineError::Cancelled);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_failed_read_is_named_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let error = stopped(Some(ReadError::EndedEarly), folder.path());
    let expected = EngineError::Read {
        role: Role::Base,
        file: "slow.safetensors".into(),
        tensor: Some("w".into()),
        error: ReadError::EndedEarly,
        kept: false,
    };
    assert_eq!(error, expected);
    assert!(names(folder.path()).is_empty());
}

/// A sink that has room for so many bytes.
struct Small {
    room: usize,
    discarded: bool,
}

impl Sink for Small {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, _name: &str, _size: u64, _done: u64) -> Result<(), WriteError> {
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        match self.room.checked_sub(bytes.len()) {
            Some(room) => self.room = room,
            None => return Err(WriteError::Full("model.safetensors".into())),
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        panic!("nothing whole to keep")
    }

    async fn discard(&mut self) {
        self.discarded = true;
    }
}

#[test]
fn a_full_disk_is_named_and_discards() {
    let base = single(&model(Dtype::BF16, 1));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&base],
    };
    let plan = plan::plan(&models, &Recipe::new(vec![1.0]));
    let mut sink = Small {
        room: 2000,
        discarded: false,
    };
    let error = run(&models, &plan, &mut sink).unwrap_err();
    assert!(error.to_string().contains("no room left"), "{error}");
    assert!(sink.discarded);
}
