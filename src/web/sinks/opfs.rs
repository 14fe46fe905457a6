//! Files on the browser's private disk (OPFS), through a writer in a worker of
//! its own: a disk that is busy holds up no reads.

use super::write_error;
use crate::report::FileSummary;
use crate::sink::{Sink, WriteError};
use crate::web::js;
use crate::web::messages::{Failure, Saved};
use wasm_bindgen::prelude::*;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, WorkerGlobalScope,
};

/// A directory of its own for each merge.
pub struct OpfsSink {
    root: FileSystemDirectoryHandle,
    directory: FileSystemDirectoryHandle,
    name: String,
    files: Vec<(String, FileSystemFileHandle)>,
    /// Has the file that was begun last.
    writer: DiskWriter,
}

#[wasm_bindgen]
extern "C" {
    /// The page's `DiskWriter`.
    pub type DiskWriter;
    #[wasm_bindgen(method, catch)]
    async fn create(
        this: &DiskWriter,
        directory: &str,
        name: &str,
        size: f64,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn ready(this: &DiskWriter) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn write(this: &DiskWriter, bytes: &[u8]) -> u32;
    #[wasm_bindgen(method, catch)]
    async fn finish(this: &DiskWriter) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn close(this: &DiskWriter) -> Result<JsValue, JsValue>;
}

impl OpfsSink {
    /// Makes the directory.
    pub async fn open(name: String, writer: DiskWriter) -> Result<Self, Failure> {
        let open = async {
            let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
            let storage = scope.navigator().storage();
            let root: FileSystemDirectoryHandle = js::wait(storage.get_directory()).await?;
            let options = FileSystemGetDirectoryOptions::new();
            options.set_create(true);
            let directory = root.get_directory_handle_with_options(&name, &options);
            Ok((root, js::wait(directory).await?))
        };
        let (root, directory) = open.await.map_err(|error: JsValue| {
            let (name, message) = js::exception(&error);
            Failure::internal(&format!(
                "The browser's private disk can't be used ({name}: {message})."
            ))
        })?;
        Ok(Self {
            root,
            directory,
            name,
            files: Vec::new(),
            writer,
        })
    }

    /// The files of a committed merge, as Files to be downloaded.
    pub async fn saved(self) -> Result<Vec<Saved>, JsValue> {
        let mut saved = Vec::new();
        for (name, handle) in &self.files {
            saved.push(saved_file(name, handle).await?);
        }
        Ok(saved)
    }

    /// The file that was finished last.
    pub async fn last(&self) -> Result<Option<Saved>, WriteError> {
        let Some((name, handle)) = self.files.last() else {
            return Ok(None);
        };
        let saved = saved_file(name, handle).await;
        saved.map(Some).map_err(|error| self.error(&error))
    }

    /// Gives the space of the file that was finished last back.
    pub async fn release_last(&mut self) {
        if let Some((name, _)) = self.files.pop() {
            let removed = self.directory.remove_entry(&name);
            // What stays goes with the directory.
            let _: Result<JsValue, _> = js::wait(removed).await;
        }
    }

    fn error(&self, error: &JsValue) -> WriteError {
        let name = self.files.last().map_or("", |(name, _)| name);
        write_error(name, error)
    }

    async fn try_create(&mut self, name: &str, size: u64) -> Result<(), JsValue> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = self.directory.get_file_handle_with_options(name, &options);
        let handle: FileSystemFileHandle = js::wait(handle).await?;
        self.files.push((name.to_owned(), handle));
        let created = self.writer.create(&self.name, name, size as f64);
        created.await?;
        Ok(())
    }
}

async fn saved_file(name: &str, handle: &FileSystemFileHandle) -> Result<Saved, JsValue> {
    let file: web_sys::File = js::wait(handle.get_file()).await?;
    Ok(Saved {
        name: name.to_owned(),
        size: file.size() as u64,
        file: Some(file),
    })
}

impl Sink for OpfsSink {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, name: &str, size: u64) -> Result<(), WriteError> {
        let created = self.try_create(name, size).await;
        created.map_err(|error| write_error(name, &error))
    }

    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), WriteError> {
        while !bytes.is_empty() {
            let ready = self.writer.ready().await;
            ready.map_err(|error| self.error(&error))?;
            let written = self.writer.write(bytes);
            bytes = &bytes[written as usize..];
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        let finished = self.writer.finish().await;
        finished.map(drop).map_err(|error| self.error(&error))
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn discard(&mut self) {
        // A file that is still open can't be removed.
        let _: Result<JsValue, _> = self.writer.close().await;
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        let removed = self.root.remove_entry_with_options(&self.name, &options);
        // What stays is never offered, and is removed when the page is next opened.
        let _: Result<JsValue, _> = js::wait(removed).await;
    }
}
