//! Files that the browser keeps as Blobs: for browsers without a private disk.

use super::write_error;
use crate::report::FileSummary;
use crate::sink::{Sink, WriteError};
use crate::web::file::slice;
use crate::web::js;
use crate::web::messages::Saved;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use web_sys::{Blob, File};

/// Parts of the file in hand, and the finished ones.
#[derive(Default)]
pub struct BlobSink {
    name: String,
    size: u64,
    parts: Array,
    files: Vec<File>,
}

impl BlobSink {
    /// The files of a committed merge.
    pub fn saved(self) -> Vec<Saved> {
        self.files.into_iter().map(saved_file).collect()
    }

    /// A browser that runs out of memory makes Blobs all the same, and says so when they are read.
    async fn check(&self, file: &File) -> Result<(), WriteError> {
        let last = slice(file, self.size.saturating_sub(1)..self.size);
        let read: Result<ArrayBuffer, _> = match last {
            Ok(last) => js::wait(last).await,
            Err(error) => Err(error),
        };
        if file.size() == self.size as f64 && read.is_ok_and(|last| last.byte_length() == 1) {
            return Ok(());
        }
        Err(WriteError::Full(self.name.clone()))
    }

    /// The file that was finished last.
    pub fn last(&self) -> Option<Saved> {
        self.files.last().cloned().map(saved_file)
    }

    /// Lets go of the file that was finished last.
    pub fn release_last(&mut self) {
        self.files.pop();
    }
}

fn saved_file(file: File) -> Saved {
    Saved {
        name: file.name(),
        size: file.size() as u64,
        file: Some(file),
    }
}

impl Sink for BlobSink {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, name: &str, size: u64, _done: u64) -> Result<(), WriteError> {
        name.clone_into(&mut self.name);
        self.size = size;
        self.parts = Array::new();
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        // A Blob of each block, so that the browser may move it out of memory.
        let block = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&block);
        let blob = blob.map_err(|error| write_error(&self.name, &error))?;
        self.parts.push(&blob);
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        let file = File::new_with_blob_sequence(&self.parts, &self.name);
        let file = file.map_err(|error| write_error(&self.name, &error))?;
        self.check(&file).await?;
        self.files.push(file);
        self.parts = Array::new();
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn discard(&mut self) {
        self.parts = Array::new();
        self.files.clear();
    }
}
