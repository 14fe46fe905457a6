//! Several λ at once: each output is what a merge of its own makes, and the inputs are read once.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::engine::{self, EngineError, Making};
use chat_vector::inspect::Inspection;
use chat_vector::journal::{Journal, Mark};
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{EmbeddingRows, Goal, OutputDtype, Recipe, Rule, Shards};
use chat_vector::report::{FileSummary, NonFinite};
use chat_vector::sink::{self, Sink, WriteError};
use chat_vector::source::{Memory, ReadError, Source, Stream};
use common::{T, file, of_values, open, raw, shards, single, tokenizer, weights};
use safetensors::Dtype;
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::ops::Range;
use std::rc::Rc;

/// Recipes that differ in λ alone.
fn recipes(recipe: &Recipe, series: &[&[f64]]) -> Vec<Recipe> {
    let with = |weights: &&[f64]| Recipe {
        weights: weights.to_vec(),
        ..recipe.clone()
    };
    series.iter().map(with).collect()
}

/// The plans of such recipes.
fn series<S: Source>(models: &Models<S>, recipes: &[Recipe]) -> Vec<Plan> {
    let weights = recipes.iter().map(|recipe| recipe.weights.clone());
    plan::series(models, &recipes[0], &weights.collect::<Vec<_>>())
}

fn plans<S: Source>(models: &Models<S>, recipes: &[Recipe]) -> Vec<Plan> {
    let plans = series(models, recipes);
    for plan in &plans {
        assert_eq!(plan.report.problems, []);
    }
    plans
}

/// Makes all outputs at once.
fn run<'a, S: Source, K: Sink>(
    models: &Models<S>,
    plans: &'a [Plan],
    sinks: &'a mut [K],
    inspection: Option<&'a mut Inspection>,
) -> Result<Vec<Vec<NonFinite>>, EngineError> {
    let mut inspection = inspection;
    let making = |(plan, sink): (&'a Plan, &'a mut K)| {
        Making::new(plan, Mark::default(), sink, inspection.take())
    };
    let outputs = plans.iter().zip(sinks).map(making).collect();
    pollster::block_on(engine::run_several(models, outputs, |_| {}, pending()))
}

/// Compares all outputs with merges of their own, and the inspection with that of the first.
fn same_as_alone<S: Source>(models: &Models<S>, recipe: &Recipe, weights: &[&[f64]]) {
    let recipes = recipes(recipe, weights);
    let plans = plans(models, &recipes);
    let mut sinks: Vec<sink::Memory> = weights.iter().map(|_| sink::Memory::default()).collect();
    let mut inspection = Inspection::new(models);
    let nonfinite = run(models, &plans, &mut sinks, Some(&mut inspection)).unwrap();
    for (i, (recipe, sink)) in recipes.iter().zip(&sinks).enumerate() {
        let mut alone = common::merge(models, recipe);
        if i > 0 {
            alone.plan.rows.clear();
        }
        assert!(alone.plan == plans[i], "{:?}", weights[i]);
        assert!(alone.files == sink.files, "{:?}", weights[i]);
        assert_eq!(alone.nonfinite, nonfinite[i], "{:?}", weights[i]);
    }
    let mut first = Inspection::new(models);
    let mut nowhere = sink::Nowhere;
    let (plan, never) = (&plans[0], pending());
    let (after, inspected) = (Mark::default(), Some(&mut first));
    let alone = engine::run_inspected(models, plan, after, inspected, &mut nowhere, |_| {}, never);
    pollster::block_on(alone).unwrap();
    let (alone, here) = (first.report(), inspection.report());
    assert_eq!(alone.warnings.len(), here.warnings.len());
    assert_eq!(alone.tensors.len(), here.tensors.len());
    for (alone, here) in alone.tensors.iter().zip(&here.tensors) {
        assert_eq!(
            (&alone.tensor, alone.elements),
            (&here.tensor, here.elements)
        );
        assert_eq!(alone.base_nonfinite, here.base_nonfinite);
        // Sums are those of chunks, which end where the smaller blocks do.
        assert!((alone.base - here.base).abs() <= 1e-6 * alone.base);
        assert_eq!(alone.chats.len(), here.chats.len());
    }
}

/// NaN, infinities, zeros of both signs, and usual numbers, in another order for another seed.
fn odd(name: &str, dtype: Dtype, count: usize, seed: usize) -> T {
    let odd = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        0.0,
        0.25,
        -1e-7,
        3.5,
        -60000.0,
    ];
    let values = (0..count).map(|i| odd[(i * (seed + 1) + i / 11) % odd.len()]);
    of_values(name, dtype, &[count], values)
}

/// Tensors of all kinds, of which some are longer than a block.
fn tensors(seed: usize, rows: usize) -> Vec<T> {
    let of = seed as u64;
    vec![
        weights("model.embed_tokens.weight", Dtype::BF16, &[rows, 8], of),
        weights("model.layers.0.up.weight", Dtype::BF16, &[300_001], of + 10),
        raw("ids", Dtype::U8, &[70_003], &[seed as u8; 70_003]),
        odd("odd.bf16", Dtype::BF16, 40_000, seed),
        odd("odd.f16", Dtype::F16, 501, seed),
        odd("odd.f32", Dtype::F32, 20_011, seed),
        odd("odd.f64", Dtype::F64, 9_001, seed),
        weights("empty", Dtype::F32, &[0, 3], of),
        weights("model.norm.weight", Dtype::F32, &[8], of + 20),
    ]
}

fn in_two(tensors: &[T]) -> Checkpoint<Memory> {
    shards(&[&tensors[..4], &tensors[4..]])
}

const SERIES: [&[f64]; 6] = [
    &[0.5, 1.0],
    &[0.0, 1.0],
    &[-0.123456789, 0.0],
    &[0.0, 0.0],
    &[1.0, 1.0],
    &[1e-50, -2.0],
];

#[test]
fn every_output_is_byte_for_byte_that_of_a_merge_of_its_own() {
    let base = in_two(&tensors(1, 40));
    let target = in_two(&tensors(2, 45));
    let chats = [in_two(&tensors(3, 40)), single(&tensors(4, 43))];
    for target in [None, Some(&target)] {
        let models = Models {
            base: &base,
            target,
            chats: chats.iter().collect(),
        };
        for (output_dtype, shards, embedding_rows) in [
            (
                OutputDtype::SameAsTarget,
                Shards::AsTarget,
                EmbeddingRows::MergeShared,
            ),
            (
                OutputDtype::F32,
                Shards::AtMost { bytes: 500_000 },
                EmbeddingRows::CopyTarget,
            ),
            (OutputDtype::F16, Shards::One, EmbeddingRows::MergeShared),
        ] {
            let mut recipe = Recipe::new(Vec::new());
            (recipe.output_dtype, recipe.shards) = (output_dtype, shards);
            recipe.embedding_rows = embedding_rows;
            recipe.rules = vec![Rule {
                pattern: "odd.f16".to_owned(),
                weights: vec![0.0, 0.5],
            }];
            same_as_alone(&models, &recipe, &SERIES);
        }
    }
}

/// Where λ of 0 leaves a model out, its tokens do not count: other rows are merged.
#[test]
fn rows_by_token_are_those_of_each_output() {
    let model = |seed: u64, tokens: &[&str]| {
        let rows = tokens.len();
        let table = weights("model.embed_tokens.weight", Dtype::BF16, &[rows, 5], seed);
        let vocab: Vec<(&str, usize)> = tokens.iter().copied().zip(0..).collect();
        open(vec![
            Memory::new("model.safetensors", file(&[table])),
            Memory::new("tokenizer.json", tokenizer(&vocab, &[])),
        ])
        .unwrap()
    };
    let base = model(1, &["a", "b", "c", "d", "e"]);
    let target = model(2, &["e", "d", "x", "b", "a", "y"]);
    let first = model(3, &["b", "a", "d", "e"]);
    let second = model(4, &["y", "d", "a"]);
    for model in [&base, &target, &first, &second] {
        pollster::block_on(model.load_vocabulary());
    }
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&first, &second],
    };
    let mut recipe = Recipe::new(Vec::new());
    recipe.embedding_rows = EmbeddingRows::MatchByToken;
    for output_dtype in [OutputDtype::SameAsTarget, OutputDtype::F32] {
        recipe.output_dtype = output_dtype;
        same_as_alone(&models, &recipe, &SERIES);
    }
    let segments = |plan: &Plan| plan.files[0].jobs[0].segments.clone();
    let plans = plans(&models, &recipes(&recipe, &SERIES));
    assert_ne!(segments(&plans[0]), segments(&plans[1]), "nothing was cut");
    assert!(
        Rc::ptr_eq(&segments(&plans[0]), &segments(&plans[4])),
        "what is the same is kept twice"
    );
}

/// A file in memory that counts how often each byte was read.
#[derive(Clone, Debug)]
struct Counted {
    inner: Memory,
    reads: Rc<RefCell<Vec<u32>>>,
    /// Reads fail from so many on.
    left: Rc<Cell<usize>>,
}

impl Counted {
    fn new(name: &str, bytes: Vec<u8>, left: &Rc<Cell<usize>>) -> Self {
        Self {
            reads: Rc::new(RefCell::new(vec![0; bytes.len()])),
            inner: Memory::new(name, bytes),
            left: left.clone(),
        }
    }
}

impl Source for Counted {
    type Stream = CountedStream;

    fn path(&self) -> &str {
        self.inner.path()
    }

    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn stream(&self, range: Range<u64>) -> CountedStream {
        let at = range.start as usize;
        CountedStream(self.inner.stream(range), self.clone(), at)
    }
}

struct CountedStream(<Memory as Source>::Stream, Counted, usize);

impl Stream for CountedStream {
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let Self(inner, file, at) = self;
        let left = file.left.get().checked_sub(1);
        file.left
            .set(left.ok_or_else(|| ReadError::Platform("unplugged".into()))?);
        for reads in &mut file.reads.borrow_mut()[*at..][..buffer.len()] {
            *reads += 1;
        }
        *at += buffer.len();
        inner.fill(buffer).await
    }
}

/// A model in one file, with the length of its header.
fn counted(seed: usize, left: &Rc<Cell<usize>>) -> (Checkpoint<Counted>, Counted, usize) {
    let bytes = file(&tensors(seed, 40));
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let file = Counted::new("model.safetensors", bytes, left);
    (open(vec![file.clone()]).unwrap(), file, header)
}

#[test]
fn each_byte_of_the_inputs_is_read_once() {
    let plenty = Rc::new(Cell::new(usize::MAX));
    let [base, target, chat, other] = [1, 2, 3, 4].map(|seed| counted(seed, &plenty));
    let models = Models {
        base: &base.0,
        target: Some(&target.0),
        chats: vec![&chat.0, &other.0],
    };
    let plans = plans(&models, &recipes(&Recipe::new(Vec::new()), &SERIES));
    // Before and after a merge files are looked at, to see whether they are the same still.
    let all = [&base, &target, &chat, &other];
    let looks = all.map(|(model, file, _)| {
        file.reads.borrow_mut().fill(0);
        pollster::block_on(model.check_unchanged()).unwrap();
        file.reads.borrow().clone()
    });
    for ((_, file, _), looks) in all.iter().zip(&looks) {
        *file.reads.borrow_mut() = vec![0; looks.len()];
    }
    let mut sinks: Vec<sink::Memory> = SERIES.iter().map(|_| sink::Memory::default()).collect();
    run(&models, &plans, &mut sinks, None).unwrap();
    for ((_, file, header), looks) in all.iter().zip(&looks) {
        let reads = file.reads.borrow();
        let reads = reads.iter().zip(looks);
        let reads: Vec<u32> = reads.map(|(reads, looks)| reads - 2 * looks).collect();
        let is_target = Rc::ptr_eq(&file.reads, &target.1.reads);
        // What does not merge is read of the target alone.
        let unread = reads[*header..].iter().filter(|&&reads| reads == 0).count();
        assert_eq!(unread, if is_target { 0 } else { 70_003 });
        assert!(reads[*header..].iter().all(|&reads| reads <= 1));
    }
}

/// What is there of an output: files by name, whether whole, and the last mark.
#[derive(Default)]
struct Kept {
    files: Vec<(String, Vec<u8>)>,
    committed: bool,
    discarded: bool,
    mark: Option<Mark<'static>>,
}

/// Keeps what a merge has written, fails before a certain write, and can be told to keep nothing.
struct Frail {
    kept: Rc<RefCell<Kept>>,
    writes_left: usize,
}

impl Frail {
    fn new(writes_left: usize) -> Self {
        Self {
            kept: Rc::default(),
            writes_left,
        }
    }
}

impl Sink for Frail {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, name: &str, _size: u64, done: u64) -> Result<(), WriteError> {
        let files = &mut self.kept.borrow_mut().files;
        match files.iter_mut().find(|(other, _)| other == name) {
            Some((_, bytes)) => bytes.truncate(done as usize),
            None => files.push((name.to_owned(), Vec::new())),
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let full = WriteError::Full("model.safetensors".to_owned());
        self.writes_left = self.writes_left.checked_sub(1).ok_or(full)?;
        let files = &mut self.kept.borrow_mut().files;
        files.last_mut().unwrap().1.extend_from_slice(bytes);
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn mark(&mut self, mark: &Mark<'_>) {
        self.kept.borrow_mut().mark = Some(Mark {
            nonfinite: mark.nonfinite.to_vec().into(),
            ..*mark
        });
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        self.kept.borrow_mut().committed = true;
        Ok(())
    }

    async fn suspend(&mut self) -> bool {
        true
    }

    async fn discard(&mut self) {
        let mut kept = self.kept.borrow_mut();
        kept.files.clear();
        (kept.committed, kept.discarded) = (false, true);
    }
}

fn two(series: &[&[f64]]) -> (Checkpoint<Memory>, Checkpoint<Memory>, Vec<Recipe>) {
    let mut recipe = Recipe::new(Vec::new());
    recipe.output_dtype = OutputDtype::F32;
    let (base, chat) = (in_two(&tensors(1, 40)), in_two(&tensors(3, 40)));
    (base, chat, recipes(&recipe, series))
}

#[test]
fn a_failure_in_one_output_leaves_nothing_in_any() {
    let (base, chat, recipes) = two(&[&[0.5], &[0.0], &[1.0]]);
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let plans = plans(&models, &recipes);
    for frail in 0..3 {
        for writes in 0..8 {
            let mut sinks: Vec<Frail> = (0..3).map(|_| Frail::new(usize::MAX)).collect();
            sinks[frail].writes_left = writes;
            let failed = run(&models, &plans, &mut sinks, None).unwrap_err();
            assert!(matches!(failed, EngineError::Write(WriteError::Full(_))));
            for sink in &sinks {
                let kept = sink.kept.borrow();
                assert!(kept.discarded && !kept.committed && kept.files.is_empty());
            }
        }
    }
}

#[test]
fn a_cancelled_merge_leaves_nothing_in_any_output() {
    let (base, chat, recipes) = two(&[&[0.5], &[1.0]]);
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let plans = plans(&models, &recipes);
    let folders = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let mut sinks = folders
        .each_ref()
        .map(|folder| sink::Folder::new(folder.path()));
    let making = |(plan, sink)| Making::new(plan, Mark::default(), sink, None);
    let outputs = plans.iter().zip(&mut sinks).map(making);
    let cancelled = Cell::new(false);
    let cancel = std::future::poll_fn(|_| match cancelled.get() {
        true => std::task::Poll::Ready(()),
        false => std::task::Poll::Pending,
    });
    let half = plans[0].report.bytes;
    let observe = |step: engine::Step| cancelled.set(step.done > half);
    let run = engine::run_several(&models, outputs.collect(), observe, cancel);
    assert_eq!(pollster::block_on(run), Err(EngineError::Cancelled));
    for folder in &folders {
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    }
}

/// Each goes on by itself, by its own journal, and the others need not be there any more.
#[test]
fn an_interrupted_output_goes_on_alone_to_the_same_bytes() {
    const SERIES: [&[f64]; 3] = [&[0.5], &[0.0], &[1.0]];
    let plenty = Rc::new(Cell::new(usize::MAX));
    let [base, chat] = [1, 3].map(|seed| counted(seed, &plenty).0);
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let mut recipe = Recipe::new(Vec::new());
    recipe.shards = Shards::AtMost { bytes: 200_000 };
    let recipes = recipes(&recipe, &SERIES);
    let plans = plans(&models, &recipes);
    plenty.set(usize::MAX);
    let mut whole: Vec<Frail> = SERIES.iter().map(|_| Frail::new(usize::MAX)).collect();
    let nonfinite = run(&models, &plans, &mut whole, None).unwrap();
    let reads = usize::MAX - plenty.get();
    assert!(reads > 40, "{reads} reads");
    for after in (6..reads).step_by(reads / 17) {
        plenty.set(after);
        let mut sinks: Vec<Frail> = SERIES.iter().map(|_| Frail::new(usize::MAX)).collect();
        let failed = run(&models, &plans, &mut sinks, None).unwrap_err();
        plenty.set(usize::MAX);
        if !failed.to_string().contains("what is done so far is kept") {
            panic!("{failed}");
        }
        for (i, sink) in sinks.iter_mut().enumerate() {
            let journal = Journal::new(&models, &recipes[i], &plans[i], false);
            journal.check_models(&models).unwrap();
            let mark = sink.kept.borrow_mut().mark.take().unwrap_or_default();
            let again = plan::plan(&models, &journal.recipe);
            let rest = journal.rest(&again, &mark).unwrap();
            let run = engine::run(&models, &rest, mark, sink, |_| {}, pending());
            assert_eq!(pollster::block_on(run).unwrap(), nonfinite[i]);
            let (kept, right) = (sink.kept.borrow(), whole[i].kept.borrow());
            assert!(kept.committed && kept.files == right.files, "{after}, {i}");
        }
    }
}

/// A header has the recipe in it, whose λ may be short or long.
#[test]
fn tensors_go_to_the_same_shards_whatever_λ() {
    let tensors: Vec<T> = (0..6)
        .map(|i| weights(&format!("{i}"), Dtype::BF16, &[500], i))
        .collect();
    let (base, chat) = (single(&tensors), single(&tensors));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let mut recipe = Recipe::new(Vec::new());
    let recipes_of = |recipe: &Recipe| recipes(recipe, &[&[1.0], &[-2.2250738585072014e-308]]);
    for bytes in 2000..3600 {
        recipe.shards = Shards::AtMost { bytes };
        let plans = plans(&models, &recipes_of(&recipe));
        assert_eq!(plans[0].files.len(), plans[1].files.len(), "{bytes}");
        let is_over = |file: &plan::OutputFile| file.size > bytes && file.jobs.len() > 1;
        assert!(!plans.iter().flat_map(|plan| &plan.files).any(is_over));
    }
}

/// A chat vector with λ of 0 takes its tensors out of the sum, and so out of the file.
#[test]
fn outputs_with_other_tensors_are_refused_in_words() {
    let both = |seed: u64| {
        single(&[
            weights("a", Dtype::F32, &[9], seed),
            weights("b", Dtype::F32, &[7], seed + 1),
        ])
    };
    let (base, chat) = (both(1), both(5));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let vector_of = |left_out: &str| {
        let mut recipe = Recipe::new(vec![1.0]);
        recipe.goal = Goal::Vector;
        recipe.rules = vec![Rule {
            pattern: left_out.to_owned(),
            weights: vec![0.0],
        }];
        let mut files = common::merge(&models, &recipe).files;
        let (name, bytes) = files.remove(0);
        open(vec![Memory::new(name, bytes)]).unwrap()
    };
    let (a, b) = (vector_of("b"), vector_of("a"));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&a, &b],
    };
    let mut recipe = Recipe::new(Vec::new());
    recipe.goal = Goal::Vector;
    let plans = series(
        &models,
        &recipes(&recipe, &[&[1.0, 1.0], &[1.0, 0.0], &[0.5, 2.0]]),
    );
    assert_eq!(plans[0].report.problems, []);
    assert_eq!(plans[2].report.problems, []);
    let told = &plans[1].report.problems[0].message.to_string();
    assert!(told.contains("can't be made in one go"), "{told}");
    assert!(plans[1].files.is_empty());
}
