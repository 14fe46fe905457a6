//! A File as a [`Source`].
//!
//! Chunks that the browser returns as fresh buffers pile up as garbage, up to
//! the size of the whole input. So long ranges are read through byte streams
//! ("bring your own buffer") with three buffers that go back and forth: while
//! one is emptied, the browser fills the others. The page reads these streams
//! in a worker of its own: Firefox reads hardly ahead of a worker that
//! computes. Short ranges, and all of them where the browser has no such
//! streams, are read as slices.

use super::js::{self, Sleep};
use crate::message::say;
use crate::source::{ReadError, Source, Stream};
use futures_util::future::{Either, FutureExt, select};
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Bytes that are asked for at once.
const BLOCK: u64 = 2 * 1024 * 1024;
/// Blocks that are on their way, beside the one in hand.
const AHEAD: usize = 2;
/// Bytes of a block that small reads share: each call into JavaScript costs as
/// much as some KiB.
const PIECE: usize = 64 * 1024;
/// Reads from this length on take their bytes from the block themselves.
const DIRECT: usize = 16 * 1024;
/// Ranges up to this length are read as a slice.
const SLICE: u64 = 256 * 1024;
/// Chromium's byte streams were seen to stall for good. When this many
/// milliseconds, at most twice as many, have brought no answer, the stream is
/// opened anew; a disk may be slow to wake, so each time in a row it is given
/// twice as long as before.
const STALL: f64 = 4000.0;
/// So many times in a row; then the disk is to blame.
const STALLS: u32 = 4;

thread_local! {
    /// Buffers that wait to be filled again, by whichever stream is next.
    static SPARE: RefCell<Vec<ArrayBuffer>> = const { RefCell::new(Vec::new()) };
}

/// Gives the buffers of finished streams back to the browser.
pub fn release_buffers() {
    SPARE.with_borrow_mut(Vec::clear);
}

/// A File that a person gave.
#[derive(Clone, Debug)]
pub struct WebFile {
    path: String,
    file: web_sys::File,
    streams: ByteStreams,
}

impl WebFile {
    /// `path` is its name with the folders below the one that was given;
    /// `streams` is how the page reads long ranges.
    pub fn new(file: web_sys::File, path: String, streams: ByteStreams) -> Self {
        Self {
            path,
            file,
            streams,
        }
    }
}

impl Source for WebFile {
    type Stream = WebStream;

    fn path(&self) -> &str {
        &self.path
    }

    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn modified(&self) -> u64 {
        self.file.last_modified() as u64
    }

    fn stream(&self, range: Range<u64>) -> WebStream {
        let reader = if range.end - range.start > SLICE {
            open(&self.streams, &self.file, &range)
        } else {
            None
        };
        let mut stream = WebStream {
            file: self.file.clone(),
            streams: self.streams.clone(),
            unread: range,
            reader,
            pending: VecDeque::new(),
            block: None,
            piece: Vec::new(),
            taken: 0,
            watchdog: None,
            alive: false,
            stalls: 0,
        };
        stream.request();
        stream
    }
}

#[wasm_bindgen]
extern "C" {
    /// The page's `ByteStreams`.
    #[derive(Clone, Debug)]
    pub type ByteStreams;
    #[wasm_bindgen(method)]
    fn open(this: &ByteStreams, file: &web_sys::File, start: f64, end: f64) -> Option<ByteReader>;

    /// The page's `ByteReader`.
    type ByteReader;
    #[wasm_bindgen(method)]
    fn read(this: &ByteReader, buffer: &ArrayBuffer, len: u32) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &ByteReader);

    type ReadResult;
    #[wasm_bindgen(method, getter)]
    fn value(this: &ReadResult) -> Option<Uint8Array>;
}

/// None where the browser has no byte streams of Files.
fn open(streams: &ByteStreams, file: &web_sys::File, range: &Range<u64>) -> Option<ByteReader> {
    streams.open(file, range.start as f64, range.end as f64)
}

/// The bytes of a range, as an ArrayBuffer.
///
/// Through a Response: `Blob.arrayBuffer` of WebKit gives zeros for what a file that was cut short
/// has no more.
pub(super) fn slice(file: &web_sys::File, range: Range<u64>) -> Result<js_sys::Promise, JsValue> {
    let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64)?;
    web_sys::Response::new_with_opt_blob(Some(&slice))?.array_buffer()
}

/// The bytes of a range of a [`WebFile`].
pub struct WebStream {
    file: web_sys::File,
    streams: ByteStreams,
    /// What has not arrived yet.
    unread: Range<u64>,
    reader: Option<ByteReader>,
    /// The blocks that the browser is fetching, and how long they are.
    pending: VecDeque<(JsFuture, u64)>,
    /// The block in hand, and how much of it is used up.
    block: Option<(Uint8Array, u32)>,
    /// Bytes of the block that small reads have not taken yet.
    piece: Vec<u8>,
    /// How many of the piece's bytes are used up.
    taken: usize,
    /// Runs while blocks are waited for: one timer for many of them.
    watchdog: Option<Sleep>,
    /// Whether a block has arrived since the watchdog was set.
    alive: bool,
    /// How many times in a row the browser did not answer.
    stalls: u32,
}

impl WebStream {
    /// Asks the browser for the next blocks.
    fn request(&mut self) {
        let on_their_way: u64 = self.pending.iter().map(|(_, len)| len).sum();
        let mut start = self.unread.start + on_their_way;
        while self.pending.len() < AHEAD && start < self.unread.end {
            let len = (self.unread.end - start).min(BLOCK);
            let block = self.fetch(start, len);
            self.pending.push_back((block, len));
            start += len;
        }
    }

    /// The bytes of a stream come in their order, those of slices from `start`.
    fn fetch(&self, start: u64, len: u64) -> JsFuture {
        let promise = match &self.reader {
            Some(reader) => {
                let buffer = SPARE.with_borrow_mut(Vec::pop);
                let buffer = buffer.unwrap_or_else(|| ArrayBuffer::new(BLOCK as u32));
                reader.read(&buffer, len as u32)
            }
            None => {
                let bytes = slice(&self.file, start..start + len);
                bytes.unwrap_or_else(|error| js_sys::Promise::reject(&error))
            }
        };
        promise.into()
    }

    /// Waits for the next block, and asks for others.
    async fn next_block(&mut self) -> Result<(), ReadError> {
        self.hand_back();
        let (arrived, len) = loop {
            let Some((mut pending, len)) = self.pending.pop_front() else {
                return Err(ReadError::EndedEarly);
            };
            // What has arrived already needs no watchdog.
            if let Some(arrived) = (&mut pending).now_or_never() {
                break (arrived, len);
            }
            let patience = STALL * f64::from(1 << self.stalls);
            let watchdog = (self.watchdog).get_or_insert_with(|| Sleep::new(patience));
            match select(pending, watchdog).await {
                Either::Left((arrived, _)) => break (arrived, len),
                Either::Right((_, pending)) => {
                    self.watchdog = None;
                    if mem::take(&mut self.alive) {
                        self.pending.push_front((pending, len));
                    } else {
                        self.reopen()?;
                    }
                }
            }
        };
        self.alive = true;
        if mem::take(&mut self.stalls) > 0 {
            // It was set with more patience.
            self.watchdog = None;
        }
        let arrived = arrived.map_err(|error| {
            let (name, message) = js::exception(&error);
            ReadError::Platform(match name.as_str() {
                // What a Response says of a File: that it could not be fetched.
                "TypeError" => say!("the browser does not say why").into(),
                _ => format!("{name}: {message}").into(),
            })
        })?;
        // A stream may give less and go on after it; what a slice lacks is not in the file.
        let (block, least) = match &self.reader {
            Some(_) => (arrived.unchecked_into::<ReadResult>().value(), 1),
            None => (Some(Uint8Array::new(&arrived)), len),
        };
        let block = block.filter(|block| u64::from(block.length()) >= least);
        let block = block.ok_or(ReadError::EndedEarly)?;
        self.unread.start += u64::from(block.length());
        self.block = Some((block, 0));
        self.request();
        Ok(())
    }

    /// Takes as many bytes as the block in hand has for the buffer, at least
    /// one, and says how many.
    async fn take(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        loop {
            if let Some((block, used)) = &mut self.block
                && *used < block.length()
            {
                let len = (block.length() - *used).min(buffer.len() as u32);
                let bytes = block.subarray(*used, *used + len);
                bytes.copy_to(&mut buffer[..len as usize]);
                *used += len;
                return Ok(len as usize);
            }
            self.next_block().await?;
        }
    }

    /// Gives up a stream that does not answer, together with its buffers.
    fn reopen(&mut self) -> Result<(), ReadError> {
        self.stalls += 1;
        if self.stalls == STALLS {
            let reason = say!("the disk does not answer").into();
            return Err(ReadError::Platform(reason));
        }
        self.pending.clear();
        if self.reader.is_some() {
            self.close();
            self.reader = open(&self.streams, &self.file, &self.unread);
        }
        self.request();
        Ok(())
    }

    /// Keeps the used block's buffer for the next one.
    fn hand_back(&mut self) {
        if let (Some((block, _)), Some(_)) = (self.block.take(), &self.reader) {
            SPARE.with_borrow_mut(|spare| spare.push(block.buffer().unchecked_into()));
        }
    }

    fn close(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.cancel();
        }
    }
}

impl Drop for WebStream {
    fn drop(&mut self) {
        self.hand_back();
        self.close();
    }
}

impl Stream for WebStream {
    async fn fill(&mut self, mut buffer: &mut [u8]) -> Result<(), ReadError> {
        loop {
            let len = buffer.len().min(self.piece.len() - self.taken);
            let (now, rest) = buffer.split_at_mut(len);
            now.copy_from_slice(&self.piece[self.taken..][..len]);
            self.taken += len;
            buffer = rest;
            if buffer.is_empty() {
                return Ok(());
            }
            if buffer.len() >= DIRECT {
                let len = self.take(buffer).await?;
                buffer = &mut buffer[len..];
            } else {
                let mut piece = mem::take(&mut self.piece);
                piece.resize(PIECE, 0);
                let len = self.take(&mut piece).await?;
                piece.truncate(len);
                (self.piece, self.taken) = (piece, 0);
            }
        }
    }
}
