//! Where merged files go in a browser.

mod blob;
mod chosen;
mod opfs;

use super::js;
use super::messages::{Failure, Saved};
use crate::report::FileSummary;
use crate::sink::{Sink, WriteError};
use blob::BlobSink;
use chosen::ChosenSink;
use opfs::OpfsSink;
use wasm_bindgen::prelude::*;

/// One of the destinations that the page offers.
pub enum WebSink {
    /// The browser's private disk.
    Opfs(OpfsSink),
    /// A file or folder that the person chose.
    Chosen(ChosenSink),
    /// Blobs.
    Blob(BlobSink),
}

#[wasm_bindgen]
extern "C" {
    /// The page's `Destination`.
    type Destination;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &Destination) -> String;
    #[wasm_bindgen(method, getter)]
    fn directory(this: &Destination) -> String;
    #[wasm_bindgen(method, getter)]
    fn handle(this: &Destination) -> JsValue;
}

impl WebSink {
    /// Opens the page's `Destination`.
    ///
    /// # Errors
    /// If the private disk can't be used.
    pub async fn open(destination: &JsValue) -> Result<Self, Failure> {
        let destination: &Destination = destination.unchecked_ref();
        match destination.kind().as_str() {
            "downloads" => Ok(Self::Opfs(OpfsSink::open(destination.directory()).await?)),
            "file" => Ok(Self::Chosen(ChosenSink::file(
                destination.handle().unchecked_into(),
            ))),
            "folder" => Ok(Self::Chosen(ChosenSink::folder(
                destination.handle().unchecked_into(),
            ))),
            "blob" => Ok(Self::Blob(BlobSink::default())),
            other => Err(Failure::internal(&format!("No destination is `{other}`."))),
        }
    }

    /// The files of a committed merge.
    ///
    /// # Errors
    /// The browser's exception, if a file can't be opened again.
    pub async fn saved(self) -> Result<Vec<Saved>, JsValue> {
        match self {
            Self::Opfs(sink) => sink.saved().await,
            Self::Chosen(sink) => Ok(sink.saved()),
            Self::Blob(sink) => Ok(sink.saved()),
        }
    }
}

/// Calls the same method of whichever sink it is.
macro_rules! each {
    ($self:ident, $sink:ident => $call:expr) => {
        match $self {
            WebSink::Opfs($sink) => $call,
            WebSink::Chosen($sink) => $call,
            WebSink::Blob($sink) => $call,
        }
    };
}

impl Sink for WebSink {
    async fn begin(&mut self, files: &[FileSummary]) -> Result<(), WriteError> {
        each!(self, sink => sink.begin(files).await)
    }

    async fn create(&mut self, name: &str, size: u64) -> Result<(), WriteError> {
        each!(self, sink => sink.create(name, size).await)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        each!(self, sink => sink.write(bytes).await)
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        each!(self, sink => sink.finish().await)
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        each!(self, sink => sink.commit().await)
    }

    async fn discard(&mut self) {
        each!(self, sink => sink.discard().await);
    }
}

/// A browser's exception as an error about `file`.
fn write_error(file: &str, error: &JsValue) -> WriteError {
    let (name, message) = js::exception(error);
    match name.as_str() {
        // Firefox has its own name for a full disk.
        "QuotaExceededError" | "NS_ERROR_FILE_NO_DEVICE_SPACE" => WriteError::Full(file.to_owned()),
        _ => WriteError::Platform {
            file: file.to_owned(),
            reason: format!("{name}: {message}"),
        },
    }
}
