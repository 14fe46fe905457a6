//! A merge that was interrupted, wherever that was, goes on to the very same bytes.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::engine::{self, EngineError};
use chat_vector::journal::{Aspect, Journal, JournalError, Mark};
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{OutputDtype, Recipe, Shards};
use chat_vector::report::{FileSummary, NonFinite, Role};
use chat_vector::sink::{Sink, WriteError};
use chat_vector::source::{Memory, ReadError, Source, Stream};
use common::{T, file, of_values, open, raw, weights};
use safetensors::Dtype;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::ops::Range;
use std::rc::Rc;

/// A file in memory with a date, whose reads fail once there were too many.
#[derive(Clone)]
struct Dated {
    inner: Memory,
    modified: u64,
    reads_left: Rc<Cell<u32>>,
}

impl Source for Dated {
    type Stream = DatedStream;

    fn path(&self) -> &str {
        self.inner.path()
    }

    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn modified(&self) -> u64 {
        self.modified
    }

    fn stream(&self, range: Range<u64>) -> DatedStream {
        DatedStream(self.inner.stream(range), self.reads_left.clone())
    }
}

struct DatedStream(<Memory as Source>::Stream, Rc<Cell<u32>>);

impl Stream for DatedStream {
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let left = self.1.get().checked_sub(1);
        self.1
            .set(left.ok_or(ReadError::Platform("unplugged".into()))?);
        self.0.fill(buffer).await
    }
}

/// What stays when a program dies: files, and the last mark that was kept.
#[derive(Default)]
struct Disk {
    files: BTreeMap<String, Vec<u8>>,
    mark: Option<String>,
    committed: bool,
}

/// Writes to a disk and dies before a certain write; only some marks are kept.
struct Mortal {
    disk: Rc<RefCell<Disk>>,
    name: String,
    at: usize,
    writes_left: usize,
    marks: u32,
    /// Every so many marks one is kept.
    every: u32,
    last: Mark<'static>,
}

impl Mortal {
    fn new(disk: &Rc<RefCell<Disk>>, writes_left: usize) -> Self {
        Self {
            disk: disk.clone(),
            name: String::new(),
            at: 0,
            writes_left,
            marks: 0,
            every: 3,
            last: Mark::default(),
        }
    }

    fn keep(&self) {
        self.disk.borrow_mut().mark = Some(serde_json::to_string(&self.last).unwrap());
    }
}

impl Sink for Mortal {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, name: &str, size: u64, done: u64) -> Result<(), WriteError> {
        (self.name, self.at) = (name.to_owned(), done as usize);
        let mut disk = self.disk.borrow_mut();
        let file = disk.files.entry(name.to_owned()).or_default();
        // What lies after the mark may be anything.
        file.truncate(done as usize);
        file.resize(size as usize, 0xaa);
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let dead = WriteError::Full("dead".into());
        self.writes_left = self.writes_left.checked_sub(1).ok_or(dead)?;
        let mut disk = self.disk.borrow_mut();
        let file = disk.files.get_mut(&self.name).unwrap();
        file[self.at..][..bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn mark(&mut self, mark: &Mark<'_>) {
        self.last = Mark {
            nonfinite: mark.nonfinite.to_vec().into(),
            ..*mark
        };
        self.marks += 1;
        if self.marks.is_multiple_of(self.every) {
            self.keep();
        }
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        self.disk.borrow_mut().committed = true;
        Ok(())
    }

    /// As if the program had died: nothing is tidied up.
    async fn discard(&mut self) {}

    async fn suspend(&mut self) -> bool {
        self.keep();
        true
    }
}

/// A model's folder in two shards, with elements that are not finite, in blocks of output that cut tensors.
fn tensors(seed: u64) -> [Vec<T>; 2] {
    let mut bad: Vec<f64> = (0..700_001).map(|i| f64::from(i % 7)).collect();
    for at in [0, 300_000, 700_000] {
        bad[at] = f64::NAN;
    }
    bad[500_000] = f64::INFINITY;
    [
        vec![
            weights("a", Dtype::BF16, &[500_001], seed),
            raw("bytes", Dtype::U8, &[1_300_003], &[seed as u8; 1_300_003]),
        ],
        vec![
            of_values("bad", Dtype::F16, &[700_001], bad),
            weights("empty", Dtype::F32, &[0, 3], seed),
            weights("z", Dtype::F32, &[300_001], seed),
        ],
    ]
}

fn model_of(shards: &[Vec<T>; 2], modified: u64, reads: &Rc<Cell<u32>>) -> Checkpoint<Dated> {
    let weights = shards.iter().enumerate().map(|(i, tensors)| {
        let name = format!("model-{:05}-of-00002.safetensors", i + 1);
        (name, file(tensors))
    });
    let beside = [
        ("config.json".to_owned(), b"{}".to_vec()),
        ("tokenizer.json".to_owned(), vec![b' '; 1_200_000]),
    ];
    let dated = |(name, bytes): (String, Vec<u8>)| Dated {
        inner: Memory::new(name, bytes),
        modified,
        reads_left: reads.clone(),
    };
    open(weights.chain(beside).map(dated).collect()).unwrap()
}

fn unlimited() -> Rc<Cell<u32>> {
    Rc::new(Cell::new(u32::MAX))
}

fn model(seed: u64) -> Checkpoint<Dated> {
    model_of(&tensors(seed), 1000, &unlimited())
}

fn recipe() -> Recipe {
    let mut recipe = Recipe::new(vec![0.7]);
    recipe.output_dtype = OutputDtype::F32;
    recipe
}

fn run(
    models: &Models<Dated>,
    plan: &Plan,
    after: Mark<'static>,
    sink: &mut Mortal,
) -> Result<Vec<NonFinite>, EngineError> {
    pollster::block_on(engine::run(models, plan, after, sink, |_| {}, pending()))
}

/// What a merge makes that nothing interrupts.
fn whole(models: &Models<Dated>) -> (BTreeMap<String, Vec<u8>>, Vec<NonFinite>) {
    let plan = plan::plan(models, &recipe());
    let disk = Rc::default();
    let mut sink = Mortal::new(&disk, usize::MAX);
    let nonfinite = run(models, &plan, Mark::default(), &mut sink).unwrap();
    (disk.take().files, nonfinite)
}

/// Goes on with what lies on a disk, as a page does that was loaded again.
fn go_on(
    models: &Models<Dated>,
    journal: &str,
    disk: &Rc<RefCell<Disk>>,
    writes_left: usize,
) -> Result<Vec<NonFinite>, EngineError> {
    let journal: Journal = serde_json::from_str(journal).unwrap();
    journal.check_models(models).unwrap();
    let mark = disk.borrow().mark.clone();
    let mark: Mark = mark.map_or_else(Mark::default, |mark| serde_json::from_str(&mark).unwrap());
    let plan = plan::plan(models, &journal.recipe);
    let rest = journal.rest(&plan, &mark).unwrap();
    run(models, &rest, mark, &mut Mortal::new(disk, writes_left))
}

#[test]
fn a_merge_that_died_anywhere_goes_on_to_the_same_bytes() {
    let (base, chat) = (model(1), model(2));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let (files, nonfinite) = whole(&models);
    assert_eq!(nonfinite.len(), 1);
    assert_eq!(
        (nonfinite[0].nan, nonfinite[0].infinite),
        (4, 0),
        "∞ − ∞ too"
    );
    let plan = plan::plan(&models, &recipe());
    let journal = serde_json::to_string(&Journal::new(&models, &recipe(), &plan, false)).unwrap();
    let mut counting = Mortal::new(&Rc::default(), usize::MAX);
    run(&models, &plan, Mark::default(), &mut counting).unwrap();
    let writes = usize::MAX - counting.writes_left;
    assert!(writes > 10, "{writes} writes");
    for first in 0..=writes {
        for (every, second) in [(3, 0), (3, 1), (3, 5), (3, usize::MAX), (1, usize::MAX)] {
            let disk = Rc::default();
            let mut sink = Mortal::new(&disk, first);
            sink.every = every;
            let died = run(&models, &plan, Mark::default(), &mut sink);
            assert_eq!(died.is_ok(), first == writes);
            let mut ended = go_on(&models, &journal, &disk, second);
            if ended.is_err() {
                ended = go_on(&models, &journal, &disk, usize::MAX);
            }
            let what = format!("died before write {first}, then {second}");
            assert_eq!(ended.as_ref(), Ok(&nonfinite), "{what}");
            assert!(disk.borrow().committed, "{what}");
            assert!(disk.take().files == files, "{what}");
        }
    }
}

/// A disk that is gone before a merge goes on, or at its very end, is no reason to lose what is
/// there.
#[test]
fn a_disk_that_is_gone_before_or_after_keeps_what_is_done() {
    let (base, chat) = (model(1), model(2));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let (files, nonfinite) = whole(&models);
    let plan = plan::plan(&models, &recipe());
    let journal = serde_json::to_string(&Journal::new(&models, &recipe(), &plan, false)).unwrap();

    let reads = unlimited();
    let broken = model_of(&tensors(2), 1000, &reads);
    let while_broken = Models {
        base: &base,
        target: None,
        chats: vec![&broken],
    };
    let all = reads.get();
    let mut sink = Mortal::new(&Rc::default(), usize::MAX);
    run(&while_broken, &plan, Mark::default(), &mut sink).unwrap();
    let needed = all - reads.get();

    // The last read of all: everything is written.
    reads.set(needed - 1);
    let disk = Rc::default();
    let mut sink = Mortal::new(&disk, usize::MAX);
    let error = run(&while_broken, &plan, Mark::default(), &mut sink).unwrap_err();
    let told = "is kept";
    assert!(error.to_string().contains(told), "{error}");
    assert!(
        matches!(error, EngineError::Changed { kept: true, .. }),
        "{error}"
    );

    // The first, when it goes on.
    reads.set(0);
    let kept: Journal = serde_json::from_str(&journal).unwrap();
    let text = disk.borrow().mark.clone().unwrap();
    let mark: Mark = serde_json::from_str(&text).unwrap();
    let rest = kept.rest(&plan, &mark).unwrap();
    let mut sink = Mortal::new(&disk, usize::MAX);
    let error = run(&while_broken, &rest, mark, &mut sink).unwrap_err();
    assert!(
        matches!(error, EngineError::Changed { kept: true, .. }),
        "{error}"
    );

    assert_eq!(go_on(&models, &journal, &disk, usize::MAX), Ok(nonfinite));
    assert!(disk.take().files == files);
}

#[test]
fn a_read_that_fails_keeps_what_is_done() {
    let (base, chat) = (model(1), model(2));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let (files, nonfinite) = whole(&models);
    let plan = plan::plan(&models, &recipe());
    let journal = serde_json::to_string(&Journal::new(&models, &recipe(), &plan, false)).unwrap();

    let reads = unlimited();
    let broken = model_of(&tensors(2), 1000, &reads);
    let while_broken = Models {
        base: &base,
        target: None,
        chats: vec![&broken],
    };
    reads.set(60);
    let disk = Rc::default();
    let mut sink = Mortal::new(&disk, usize::MAX);
    let error = run(&while_broken, &plan, Mark::default(), &mut sink).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("chat model 1") && told.contains("is kept"),
        "{told}"
    );
    let mark: Mark = serde_json::from_str(disk.borrow().mark.as_ref().unwrap()).unwrap();
    assert!(mark.file > 0 || mark.bytes > 0, "{mark:?}");

    assert_eq!(go_on(&models, &journal, &disk, usize::MAX), Ok(nonfinite));
    assert!(disk.take().files == files);
}

/// A journal of a merge of these models.
fn journal(models: &Models<Dated>) -> Journal {
    Journal::new(models, &recipe(), &plan::plan(models, &recipe()), false)
}

#[test]
fn other_models_are_refused() {
    let (base, chat) = (model(1), model(2));
    let cast = |base, target, chats| Models {
        base,
        target,
        chats,
    };
    let journal = journal(&cast(&base, None, vec![&chat]));
    let refused = |models: &Models<Dated>| journal.check_models(models).unwrap_err();
    assert_eq!(
        journal.check_models(&cast(&base, None, vec![&chat])),
        Ok(())
    );

    let with_target = cast(&base, Some(&chat), vec![&chat]);
    assert_eq!(refused(&with_target), JournalError::Target { had: false });
    let two = cast(&base, None, vec![&chat, &chat]);
    assert_eq!(refused(&two), JournalError::Chats(1));

    let differs = |what| JournalError::File {
        role: Role::Chat(0),
        file: "model-00001-of-00002.safetensors".into(),
        what,
    };
    let later = model_of(&tensors(2), 1001, &unlimited());
    assert_eq!(
        refused(&cast(&base, None, vec![&later])),
        differs(Aspect::Date)
    );
    let mut changed = tensors(2);
    changed[0].push(weights("b", Dtype::F32, &[1], 1));
    let larger = model_of(&changed, 1000, &unlimited());
    assert_eq!(
        refused(&cast(&base, None, vec![&larger])),
        differs(Aspect::Size)
    );
    let mut changed = tensors(2);
    changed[0][0].name = "b".into();
    let renamed = model_of(&changed, 1000, &unlimited());
    assert_eq!(
        refused(&cast(&base, None, vec![&renamed])),
        differs(Aspect::Header)
    );

    let one = Dated {
        inner: Memory::new("model.safetensors", file(&tensors(2)[0])),
        modified: 1000,
        reads_left: unlimited(),
    };
    let one = open(vec![one]).unwrap();
    let told = refused(&cast(&base, None, vec![&one])).to_string();
    assert!(
        told.contains("`model-00002-of-00002.safetensors`"),
        "{told}"
    );

    let with_config = |text: &'static str| {
        let mut files = model_of(&tensors(2), 1000, &unlimited()).files;
        files.retain(|file| file.path() != "config.json");
        files.push(Dated {
            inner: Memory::new("config.json", text.as_bytes()),
            modified: 1000,
            reads_left: unlimited(),
        });
        open(files).unwrap()
    };
    let tied = with_config(r#"{"tie_word_embeddings":true}"#);
    let told = refused(&cast(&base, None, vec![&tied])).to_string();
    assert!(told.contains("chat model 1: its `config.json`"), "{told}");
    let other = with_config("[]");
    let told = refused(&cast(&base, None, vec![&other])).to_string();
    assert!(
        told.contains("`config.json` is not the same file as then: its content"),
        "{told}"
    );

    let mut old = journal.clone();
    old.version = "0.0.1".into();
    let told = old
        .check_models(&cast(&base, None, vec![&chat]))
        .unwrap_err();
    assert!(told.to_string().contains("version 0.0.1"), "{told}");
}

#[test]
fn marks_and_plans_that_do_not_fit_are_refused() {
    let (base, chat) = (model(1), model(2));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat],
    };
    let journal = journal(&models);
    let plan = plan::plan(&models, &recipe());
    let start = plan.files[0].start.len() as u64;
    let at = |file, bytes| {
        let mark = Mark {
            file,
            bytes,
            ..Mark::default()
        };
        journal.rest(&plan, &mark).is_ok()
    };
    let files = plan.files.len();
    assert!(at(0, 0) && at(0, start) && at(0, start + 4) && at(0, plan.files[0].size));
    assert!(at(1, 0) && at(files, 0));
    assert!(!at(0, start - 1), "within the header");
    assert!(!at(0, start + 2), "within an element");
    assert!(!at(0, plan.files[0].size + 1) && !at(0, u64::MAX) && !at(files + 1, 0));
    assert!(!at(files, 1) && !at(usize::MAX, 0));

    let mut other = recipe();
    other.shards = Shards::One;
    let other = plan::plan(&models, &other);
    assert_eq!(
        journal.rest(&other, &Mark::default()),
        Err(JournalError::Plan)
    );
}
