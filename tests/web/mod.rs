//! What the tests of the browser's sources and sinks share.
#![allow(dead_code, reason = "each test file uses a part of it")]

use chat_vector::journal::{InputModel, Journal};
use chat_vector::recipe::Recipe;
use chat_vector::report::FileSummary;
use chat_vector::sink::{Sink, WriteError};
use chat_vector::web::file::{ByteStreams, WebFile};
use chat_vector::web::sinks::WebSink;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

pub const SIZE: usize = 10 * 1024 * 1024 + 3;

/// Bytes of which no two neighbourhoods are alike.
pub fn content() -> Vec<u8> {
    let word = |i: u32| i.wrapping_mul(2_654_435_761).to_le_bytes();
    (0..SIZE as u32 / 4 + 1).flat_map(word).take(SIZE).collect()
}

pub fn web_file(content: &[u8]) -> WebFile {
    web_file_through(content, streams())
}

pub fn web_file_through(content: &[u8], streams: ByteStreams) -> WebFile {
    let parts = Array::of1(&Uint8Array::from(content));
    let file = web_sys::File::new_with_u8_array_sequence(&parts, "f.bin").unwrap();
    WebFile::new(file, "folder/f.bin".into(), streams)
}

/// A twin of the page's byte streams, without a worker; none where the browser has none.
pub fn streams() -> ByteStreams {
    let streams = "({
        open(file, start, end) {
            let reader;
            try {
                reader = file.slice(start, end).stream().getReader({ mode: 'byob' });
            } catch {
                return null;
            }
            return {
                read: (buffer, len) => reader.read(new Uint8Array(buffer, 0, len), { min: len }),
                cancel: () => void reader.cancel(),
            };
        },
    })";
    js_sys::eval(streams).unwrap().unchecked_into()
}

pub async fn bytes_of(file: &web_sys::File) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(file.array_buffer()).await.unwrap()).to_vec()
}

pub fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

/// A twin of the page's writer, without a worker: takes at most 1 MiB at once,
/// and fails where a file is called `full`.
const WRITER: &str = "({
    async create(output, directory, name, size, done) {
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
    write(output, bytes) {
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

pub async fn sink(fields: &[(&str, &JsValue)]) -> WebSink<'static> {
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
        differing: Vec::new(),
    };
    let sink = WebSink::open(
        &destination,
        writer,
        offer.unchecked_into(),
        &journal,
        (0, 1),
    )
    .await;
    sink.unwrap()
}

pub const NAMES: [&str; 2] = ["model-1.safetensors", "model-2.safetensors"];

/// Two files in several writes each.
pub async fn write_two(sink: &mut WebSink<'_>, content: &[u8]) -> Result<(), WriteError> {
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
