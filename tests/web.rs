//! The browser's sources and sinks, in a browser's worker. The sink of the
//! pickers' handles is given handles of the private disk, which are alike.
#![cfg(target_arch = "wasm32")]

use chat_vector::journal::{InputModel, Journal};
use chat_vector::recipe::Recipe;
use chat_vector::report::FileSummary;
use chat_vector::sink::{Sink, WriteError};
use chat_vector::source::{ReadError, Source, Stream};
use chat_vector::web::Session;
use chat_vector::web::file::{ByteStreams, WebFile};
use chat_vector::web::sinks::WebSink;
use futures_util::FutureExt;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{FileSystemDirectoryHandle, FileSystemGetDirectoryOptions, WorkerGlobalScope};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const SIZE: usize = 10 * 1024 * 1024 + 3;

/// Bytes of which no two neighbourhoods are alike.
fn content() -> Vec<u8> {
    let word = |i: u32| i.wrapping_mul(2_654_435_761).to_le_bytes();
    (0..SIZE as u32 / 4 + 1).flat_map(word).take(SIZE).collect()
}

fn web_file(content: &[u8]) -> WebFile {
    web_file_through(content, streams())
}

fn web_file_through(content: &[u8], streams: ByteStreams) -> WebFile {
    let parts = Array::of1(&Uint8Array::from(content));
    let file = web_sys::File::new_with_u8_array_sequence(&parts, "f.bin").unwrap();
    WebFile::new(file, "folder/f.bin".into(), streams)
}

/// A twin of the page's byte streams, without a worker.
fn streams() -> ByteStreams {
    let streams = "({
        open(file, start, end) {
            const reader = file.slice(start, end).stream().getReader({ mode: 'byob' });
            return {
                read: (buffer, len) => reader.read(new Uint8Array(buffer, 0, len), { min: len }),
                cancel: () => void reader.cancel(),
            };
        },
    })";
    js_sys::eval(streams).unwrap().unchecked_into()
}

/// Through byte streams, and as slices where the browser has none.
#[wasm_bindgen_test]
async fn a_file_is_read_in_pieces_of_any_size() {
    let none = js_sys::eval("({ open: () => null })").unwrap();
    for streams in [streams(), none.unchecked_into()] {
        read_in_pieces_of_any_size(streams).await;
    }
}

async fn read_in_pieces_of_any_size(streams: ByteStreams) {
    let content = content();
    let file = web_file_through(&content, streams);
    assert_eq!((file.name(), file.size()), ("f.bin", SIZE as u64));
    // Across blocks, and as one slice.
    for range in [1..SIZE, 5..SIZE - 5, 100..70_000, 7..7] {
        let mut stream = file.stream(range.start as u64..range.end as u64);
        let mut at = range.start;
        for len in [1, 13, 65_536, 5 * 1024 * 1024, SIZE] {
            let mut buffer = vec![0; len.min(range.end - at)];
            stream.fill(&mut buffer).await.unwrap();
            assert!(
                buffer == content[at..at + buffer.len()],
                "{range:?} at {at}"
            );
            at += buffer.len();
        }
        assert_eq!(at, range.end);
        assert_eq!(stream.fill(&mut [0]).await, Err(ReadError::EndedEarly));
    }
    // Small reads, which share what was copied out of a block, and a large one now and then.
    let mut stream = file.stream(3..SIZE as u64);
    let mut rest = &content[3..];
    for len in [4099, 13, 4099, 16_383, 20_000].into_iter().cycle() {
        let mut buffer = vec![0; len.min(rest.len())];
        stream.fill(&mut buffer).await.unwrap();
        let (expected, after) = rest.split_at(buffer.len());
        assert!(buffer == expected, "{} bytes from the end", rest.len());
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
}

/// A checkpoint with one F32 tensor of one value.
fn checkpoint(value: f32) -> Vec<u8> {
    let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let prefix = (header.len() as u64).to_le_bytes();
    [&prefix, header.as_bytes(), &value.to_le_bytes()].concat()
}

async fn open(session: &Session, model: u32, value: f32) {
    let parts = Array::of1(&Uint8Array::from(&checkpoint(value)[..]));
    let name = format!("{model}.safetensors");
    let file = web_sys::File::new_with_u8_array_sequence(&parts, &name).unwrap();
    session.open(model, vec![file], vec![name]).await.unwrap();
}

/// The one value of a merge of model 1 into model 0, planned before as the page does.
async fn merged(session: &Session, weight: f64) -> f32 {
    let cast = js_sys::JSON::parse(r#"{"base":0,"target":null,"chats":[1]}"#).unwrap();
    let recipe = serde_json::to_string(&Recipe::new(vec![weight])).unwrap();
    let recipe = js_sys::JSON::parse(&recipe).unwrap();
    session.plan(cast.clone(), recipe.clone()).unwrap();
    let blob = object(&[("kind", &"blob".into())]);
    let ignore = js_sys::Function::new_no_args("");
    let merged = session.merge(cast, recipe, blob, JsValue::NULL, ignore.clone(), ignore);
    let saved = Reflect::get(&merged.await.unwrap(), &"saved".into()).unwrap();
    let file = Reflect::get(&Array::from(&saved).get(0), &"file".into()).unwrap();
    let file: web_sys::File = file.unchecked_into();
    let bytes = JsFuture::from(file.array_buffer()).await.unwrap();
    let bytes = Uint8Array::new(&bytes).to_vec();
    f32::from_le_bytes(*bytes.last_chunk().unwrap())
}

/// A plan is kept between its showing and the merge, and never for anything else.
#[wasm_bindgen_test]
async fn a_merge_follows_the_models_and_the_recipe_of_its_time() {
    let session = Session::new(streams().into());
    open(&session, 0, 1.0).await;
    open(&session, 1, 3.0).await;
    assert_eq!(merged(&session, 1.0).await, 3.0);
    assert_eq!(merged(&session, 0.5).await, 2.0, "another recipe");
    open(&session, 1, 9.0).await;
    assert_eq!(merged(&session, 0.5).await, 5.0, "another chat model");
    open(&session, 0, 5.0).await;
    assert_eq!(merged(&session, 0.5).await, 7.0, "another base");
}

#[wasm_bindgen_test]
async fn several_streams_of_one_file_do_not_mix() {
    let content = content();
    let file = web_file(&content);
    let half = SIZE / 2;
    let mut first = file.stream(0..half as u64);
    let mut second = file.stream(half as u64..SIZE as u64);
    let mut buffer = vec![0; 100_000];
    for i in 0..20 {
        let at = i * buffer.len();
        first.fill(&mut buffer).await.unwrap();
        assert!(buffer == content[at..at + buffer.len()]);
        second.fill(&mut buffer).await.unwrap();
        assert!(buffer == content[half + at..half + at + buffer.len()]);
    }
}

/// Makes the browser's byte streams stall, and timers run 20 times faster, until it is
/// dropped: reads from the `first` on, so `many`, never come back.
struct Stall;

impl Stall {
    fn new(first: u32, many: u32) -> Self {
        let patch = format!(
            "globalThis.stall = {{
               read: ReadableStreamBYOBReader.prototype.read,
               setTimeout: globalThis.setTimeout.bind(globalThis),
               reads: 0,
               stalled: 0,
             }};
             ReadableStreamBYOBReader.prototype.read = function (...given) {{
               const result = stall.read.apply(this, given);
               stall.reads += 1;
               if (stall.reads < {first} || stall.reads >= {first} + {many}) return result;
               stall.stalled += 1;
               result.catch(() => {{}});
               return new Promise(() => {{}});
             }};
             globalThis.setTimeout = (then, ms) => stall.setTimeout(then, ms / 20);"
        );
        js_sys::eval(&patch).unwrap();
        Self
    }

    fn count(&self) -> f64 {
        js_sys::eval("stall.stalled").unwrap().as_f64().unwrap()
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        let mend = "ReadableStreamBYOBReader.prototype.read = stall.read;
                    globalThis.setTimeout = stall.setTimeout;";
        js_sys::eval(mend).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_stalls_is_opened_anew_where_it_stood() {
    let content = content();
    let file = web_file(&content);
    for (first, many) in [(1, 1), (3, 1), (5, 3)] {
        let stall = Stall::new(first, many);
        let mut stream = file.stream(5..SIZE as u64);
        let mut bytes = vec![0; SIZE - 5];
        for piece in bytes.chunks_mut(700_000) {
            stream.fill(piece).await.unwrap();
        }
        assert!(bytes == content[5..], "after {many} stalls from {first} on");
        assert_eq!(stall.count(), f64::from(many));
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_always_stalls_is_an_error() {
    let file = web_file(&content());
    let stall = Stall::new(2, 1000);
    let mut stream = file.stream(0..SIZE as u64);
    let failed = stream.fill(&mut vec![0; SIZE]).await.unwrap_err();
    assert!(
        failed.to_string().contains("the disk does not answer"),
        "{failed}"
    );
    assert_eq!(stall.count(), 8.0, "two reads of each of four streams");
}

async fn root() -> FileSystemDirectoryHandle {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let root = scope.navigator().storage().get_directory();
    JsFuture::from(root).await.unwrap().unchecked_into()
}

async fn directory(name: &str) -> FileSystemDirectoryHandle {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let directory = root()
        .await
        .get_directory_handle_with_options(name, &options);
    JsFuture::from(directory).await.unwrap().unchecked_into()
}

async fn exists(directory: &FileSystemDirectoryHandle, name: &str) -> bool {
    JsFuture::from(directory.get_file_handle(name))
        .await
        .is_ok()
}

/// A file's bytes, read back through its handle.
async fn read_back(directory: &FileSystemDirectoryHandle, name: &str) -> Vec<u8> {
    let handle = JsFuture::from(directory.get_file_handle(name))
        .await
        .unwrap();
    let handle: web_sys::FileSystemFileHandle = handle.unchecked_into();
    let file: web_sys::File = JsFuture::from(handle.get_file())
        .await
        .unwrap()
        .unchecked_into();
    bytes_of(&file).await
}

async fn bytes_of(file: &web_sys::File) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(file.array_buffer()).await.unwrap()).to_vec()
}

fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

/// A twin of the page's writer, without a worker: takes at most 1 MiB at once,
/// and fails where a file is called `full`.
const WRITER: &str = "({
    async create(directory, name, size, done) {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle(directory);
        const file = await folder.getFileHandle(name, { create: true });
        this.handle = await file.createSyncAccessHandle();
        this.handle.truncate(size);
        this.at = done;
        this.full = name === 'full';
    },
    async ready() {
        if (this.full) throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
    },
    write(bytes) {
        const written = this.handle.write(bytes.subarray(0, 1 << 20), { at: this.at });
        this.at += written;
        return written;
    },
    mark() {},
    async finish() {
        this.handle.close();
    },
    async close() {
        this.handle.close();
    },
})";

async fn sink(fields: &[(&str, &JsValue)]) -> WebSink {
    let destination = object(fields);
    let writer = js_sys::eval(WRITER).unwrap();
    let offer = "async ({ name, size, file }) => {
        globalThis.offered = [name, size, await file.arrayBuffer()];
    }";
    let offer = js_sys::eval(offer).unwrap();
    let journal = Journal {
        version: String::new(),
        recipe: Recipe::new(vec![1.0]),
        base: InputModel {
            files: Vec::new(),
            tied: None,
        },
        target: None,
        chats: Vec::new(),
        files: Vec::new(),
        each: false,
    };
    let sink = WebSink::open(&destination, writer, offer.unchecked_into(), &journal).await;
    sink.unwrap()
}

const NAMES: [&str; 2] = ["model-1.safetensors", "model-2.safetensors"];

/// Two files in several writes each.
async fn write_two(sink: &mut WebSink, content: &[u8]) -> Result<(), WriteError> {
    let summary = |name: &str| FileSummary {
        name: name.to_owned(),
        size: content.len() as u64,
    };
    sink.begin(&NAMES.map(summary)).await?;
    for name in NAMES {
        sink.create(name, content.len() as u64, 0).await?;
        for block in content.chunks(4 * 1024 * 1024) {
            sink.write(block).await?;
        }
        sink.finish().await?;
    }
    Ok(())
}

#[wasm_bindgen_test]
async fn downloads_go_through_the_private_disk() {
    let content = content();
    let fields: [(&str, &JsValue); 2] = [
        ("kind", &"downloads".into()),
        ("directory", &"merge-a".into()),
    ];
    let mut merged = sink(&fields).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    let saved = merged.saved().await.unwrap();
    assert_eq!(saved.len(), 2);
    for (saved, name) in saved.iter().zip(NAMES) {
        assert_eq!((saved.name.as_str(), saved.size), (name, SIZE as u64));
        assert!(bytes_of(saved.file.as_ref().unwrap()).await == content);
    }

    let mut dropped = sink(&fields).await;
    write_two(&mut dropped, &content).await.unwrap();
    dropped.create("full", 100, 0).await.unwrap();
    let refused = dropped.write(&[0; 50]).await;
    assert_eq!(refused, Err(WriteError::Full("full".into())));
    dropped.discard().await;
    let gone = JsFuture::from(root().await.get_directory_handle("merge-a")).await;
    assert!(gone.is_err(), "its directory should be removed");
}

/// With `each`, the first of two shards is offered and gone before the second
/// is there.
#[wasm_bindgen_test]
async fn a_shard_is_handed_over_before_the_next_is_written() {
    let content = content();
    let disk: [(&str, &JsValue); 3] = [
        ("kind", &"downloads".into()),
        ("directory", &"merge-each".into()),
        ("each", &true.into()),
    ];
    let memory: [(&str, &JsValue); 2] = [("kind", &"blob".into()), ("each", &true.into())];
    for fields in [&disk[..], &memory[..]] {
        js_sys::eval("globalThis.offered = []").unwrap();
        let mut merged = sink(fields).await;
        write_two(&mut merged, &content).await.unwrap();
        let offered: Array = js_sys::eval("offered").unwrap().unchecked_into();
        assert_eq!(offered.get(0), NAMES[0]);
        assert_eq!(offered.get(1), SIZE as f64);
        assert!(Uint8Array::new(&offered.get(2)).to_vec() == content);
        if fields.len() == disk.len() {
            let folder = directory("merge-each").await;
            assert!(!exists(&folder, NAMES[0]).await, "its space is given back");
            assert!(exists(&folder, NAMES[1]).await);
        }
        merged.commit().await.unwrap();
        let saved = merged.saved().await.unwrap();
        let names: Vec<_> = saved.iter().map(|saved| saved.name.as_str()).collect();
        assert_eq!(names, [NAMES[1]]);
    }
}

#[wasm_bindgen_test]
async fn a_chosen_folder_is_written_and_never_overwritten() {
    let content = content();
    let folder = directory("chosen").await;
    let fields: [(&str, &JsValue); 2] = [("kind", &"folder".into()), ("handle", &folder)];
    let mut merged = sink(&fields).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    let saved = merged.saved().await.unwrap();
    assert!(saved.iter().all(|saved| saved.file.is_none()));
    for name in NAMES {
        assert!(read_back(&folder, name).await == content);
    }

    let mut again = sink(&fields).await;
    let refused = write_two(&mut again, &[1, 2, 3]).await;
    assert_eq!(refused, Err(WriteError::Exists(NAMES[0].into())));
    again.discard().await;
    for name in NAMES {
        assert!(
            read_back(&folder, name).await == content,
            "what was there stays"
        );
    }
}

#[wasm_bindgen_test]
async fn a_merge_into_a_chosen_folder_that_fails_leaves_nothing() {
    let folder = directory("failed").await;
    let mut merged = sink(&[("kind", &"folder".into()), ("handle", &folder)]).await;
    write_two(&mut merged, &[7; 1000]).await.unwrap();
    merged.create("third", 1000, 0).await.unwrap();
    merged.write(&[7; 500]).await.unwrap();
    merged.discard().await;
    for name in [NAMES[0], NAMES[1], "third"] {
        assert!(!exists(&folder, name).await, "{name}");
    }
}

/// Cancelled while the browser swaps the file in: it would be whole and stay.
#[wasm_bindgen_test]
async fn a_merge_into_a_chosen_folder_can_be_cancelled_in_its_last_moment() {
    let folder = directory("last-moment").await;
    let mut merged = sink(&[("kind", &"folder".into()), ("handle", &folder)]).await;
    merged.create(NAMES[0], 8, 0).await.unwrap();
    merged.write(&[7; 8]).await.unwrap();
    // Polls it until it waits for the browser to close, and gives it up there.
    for _ in 0..2 {
        assert!(merged.finish().now_or_never().is_none());
        let tick = js_sys::Promise::resolve(&JsValue::NULL);
        JsFuture::from(tick).await.unwrap();
    }
    merged.discard().await;
    assert!(!exists(&folder, NAMES[0]).await);
}

#[wasm_bindgen_test]
async fn without_a_private_disk_files_are_blobs() {
    let content = content();
    let mut merged = sink(&[("kind", &"blob".into())]).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    for (saved, name) in merged.saved().await.unwrap().iter().zip(NAMES) {
        assert_eq!(saved.name, name);
        assert!(bytes_of(saved.file.as_ref().unwrap()).await == content);
    }
}
