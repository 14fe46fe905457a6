//! A file or a folder that the person chose in a dialog, streamed straight to
//! disk. The browser writes beside the file and swaps at the end, so that an
//! unfinished one never bears the name.

use super::write_error;
use crate::message::say;
use crate::report::FileSummary;
use crate::sink::{Sink, WriteError};
use crate::web::js;
use crate::web::messages::Saved;
use js_sys::Uint8Array;
use std::mem;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

/// Bytes that are written at once: 1 MiB takes a fifth longer in Chromium,
/// more than this gains nothing. Several outputs share them, …
const BLOCK: u32 = 4 * 1024 * 1024;
/// … but for so many each.
const SMALL_BLOCK: u32 = 1024 * 1024;

enum Place {
    File(FileSystemFileHandle),
    Folder(FileSystemDirectoryHandle),
}

/// What the dialog returned, and what has been written to it.
pub struct ChosenSink {
    place: Place,
    files: Vec<(FileSummary, FileSystemFileHandle)>,
    open: Option<FileSystemWritableFileStream>,
    /// What the browser was told last and has not done yet: to write the last
    /// block, while the next one is made, or to close the file.
    pending: Option<JsFuture>,
    /// Two buffers in turn: the first is being filled, the other written.
    buffers: [Uint8Array; 2],
    /// Their size.
    block: u32,
    /// How much of the first is filled.
    used: u32,
}

#[wasm_bindgen]
extern "C" {
    /// Chromium's `FileSystemHandle.remove`, which web-sys has not.
    type Removable;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Removable) -> Result<js_sys::Promise, JsValue>;
}

impl ChosenSink {
    /// One file, chosen in the save dialog. `of`: how many sinks share the memory.
    pub fn file(handle: FileSystemFileHandle, of: u32) -> Self {
        Self::new(Place::File(handle), of)
    }

    /// A folder, chosen in the directory dialog, or one within it.
    pub fn folder(handle: FileSystemDirectoryHandle, of: u32) -> Self {
        Self::new(Place::Folder(handle), of)
    }

    fn new(place: Place, of: u32) -> Self {
        let block = (BLOCK / of.max(1)).max(SMALL_BLOCK);
        Self {
            place,
            files: Vec::new(),
            open: None,
            pending: None,
            buffers: [
                Uint8Array::new_with_length(block),
                Uint8Array::new_with_length(block),
            ],
            block,
            used: 0,
        }
    }

    /// The files of a committed merge; they lie on disk.
    pub fn saved(self) -> Vec<Saved> {
        let saved = |(file, handle): (FileSummary, FileSystemFileHandle)| Saved {
            name: handle.name(),
            size: file.size,
            file: None,
        };
        self.files.into_iter().map(saved).collect()
    }

    fn error(&self, error: &JsValue) -> WriteError {
        let name = self.files.last().map_or("", |(file, _)| &file.name);
        write_error(name, error)
    }

    async fn try_create(&mut self, name: &str, size: u64) -> Result<(), JsValue> {
        let handle = match &self.place {
            Place::File(handle) => handle.clone(),
            Place::Folder(folder) => {
                let options = FileSystemGetFileOptions::new();
                options.set_create(true);
                js::wait(folder.get_file_handle_with_options(name, &options)).await?
            }
        };
        let file = FileSummary {
            name: name.to_owned(),
            size,
        };
        self.files.push((file, handle.clone()));
        self.open = Some(js::wait(handle.create_writable()).await?);
        self.used = 0;
        Ok(())
    }

    /// Hands what is filled to the browser, once it has done what came before.
    async fn send(&mut self) -> Result<(), WriteError> {
        self.settle().await?;
        let filled = self.buffers[0].subarray(0, mem::take(&mut self.used));
        if let Some(open) = &self.open
            && filled.length() > 0
        {
            let promise = open.write_with_buffer_source(&filled);
            let promise = promise.map_err(|error| self.error(&error))?;
            self.pending = Some(promise.into());
            self.buffers.swap(0, 1);
        }
        Ok(())
    }

    /// Waits for what is pending. It stays pending when the wait is given up.
    async fn settle(&mut self) -> Result<(), WriteError> {
        let settled = match &mut self.pending {
            Some(pending) => pending.await.map(drop),
            None => Ok(()),
        };
        self.pending = None;
        settled.map_err(|error| self.error(&error))
    }
}

impl Sink for ChosenSink {
    /// Refuses to replace what is in a folder: it may be an input.
    async fn begin(&mut self, files: &[FileSummary]) -> Result<(), WriteError> {
        if let (Place::File(_), [first, _, ..]) = (&self.place, files) {
            let count = files.len();
            return Err(WriteError::Platform {
                file: first.name.clone(),
                reason: say!("the result has {count} files, and this place is one", count).into(),
            });
        }
        if let Place::Folder(folder) = &self.place {
            for file in files {
                let found: Result<JsValue, _> = js::wait(folder.get_file_handle(&file.name)).await;
                match found {
                    Ok(_) => return Err(WriteError::Exists(file.name.clone())),
                    Err(error) if js::exception(&error).0 == "NotFoundError" => {}
                    Err(error) => return Err(write_error(&file.name, &error)),
                }
            }
        }
        Ok(())
    }

    async fn create(&mut self, name: &str, size: u64, _done: u64) -> Result<(), WriteError> {
        let created = self.try_create(name, size).await;
        created.map_err(|error| write_error(name, &error))
    }

    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), WriteError> {
        while !bytes.is_empty() {
            let room = (self.block - self.used) as usize;
            let (now, rest) = bytes.split_at(bytes.len().min(room));
            let end = self.used + now.len() as u32;
            self.buffers[0].subarray(self.used, end).copy_from(now);
            self.used = end;
            bytes = rest;
            if self.used == self.block {
                self.send().await?;
            }
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        self.send().await?;
        self.settle().await?;
        if let Some(open) = &self.open {
            self.pending = Some(open.close().into());
            self.settle().await?;
            self.open = None;
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn discard(&mut self) {
        // Each step may fail on its own without harm: an unfinished file has
        // no content under its name. One that is just being closed gets it,
        // and is removed then.
        let _ = self.settle().await;
        if let Some(open) = self.open.take() {
            let _: Result<JsValue, _> = js::wait(open.abort()).await;
        }
        for (file, handle) in mem::take(&mut self.files) {
            let removed = match &self.place {
                Place::Folder(folder) => Ok(folder.remove_entry(&file.name)),
                Place::File(_) => handle.unchecked_ref::<Removable>().remove(),
            };
            if let Ok(removed) = removed {
                let _: Result<JsValue, _> = js::wait(removed).await;
            }
        }
    }
}
