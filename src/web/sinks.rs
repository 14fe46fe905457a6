//! Where merged files go in a browser.

mod blob;
mod chosen;
mod opfs;

use super::file::WebFile;
use super::js;
use super::messages::{Failure, Saved};
use crate::journal::{Journal, Mark};
use crate::message::say;
use crate::plan::{OutputFile, Plan};
use crate::report::FileSummary;
use crate::sink::{Nowhere, Sink, WriteError};
use crate::verify::Verification;
use blob::BlobSink;
use chosen::ChosenSink;
pub use opfs::KeptMark;
use opfs::OpfsSink;
use wasm_bindgen::prelude::*;

/// One of the destinations that the page offers, or the files that are there, to be verified.
pub struct WebSink<'a> {
    place: Place<'a>,
    hand_over: Option<HandOver>,
}

enum Place<'a> {
    /// The browser's private disk.
    Opfs(OpfsSink),
    /// A file or folder that the person chose.
    Chosen(ChosenSink),
    /// Blobs.
    Blob(BlobSink),
    /// Nowhere: it compares.
    Verify(Verification<'a, WebFile>),
    /// Nowhere: only what is told on the way is wanted.
    Nowhere(Nowhere),
}

/// What becomes of a shard when another one follows and the browser may not
/// have room for both: the page offers it, and says when it can go.
struct HandOver {
    /// `(file: SavedFile) => Promise<void>`.
    offer: js_sys::Function,
    /// How many files were whole before this merge went on.
    whole: usize,
    /// Shards that are not finished yet.
    to_come: usize,
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
    fn each(this: &Destination) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn handle(this: &Destination) -> JsValue;
}

/// Whether the page's `Destination` asks for each shard to be saved before the next is written.
pub fn saves_each(destination: &JsValue) -> bool {
    let destination: &Destination = destination.unchecked_ref();
    destination.each() == Some(true)
}

impl<'a> WebSink<'a> {
    /// Opens the page's `Destination`; its `DiskWriter` is for the private
    /// disk. Where that asks for each shard to be
    /// saved before the next is written, `offer` is called with it and returns
    /// a promise. It is that of an output of a merge, by its number, of so many.
    ///
    /// # Errors
    /// If the private disk can't be used.
    pub async fn open(
        destination: &JsValue,
        writer: JsValue,
        offer: js_sys::Function,
        journal: &Journal,
        (number, of): (u32, u32),
    ) -> Result<Self, Failure> {
        let each = saves_each(destination);
        let destination: &Destination = destination.unchecked_ref();
        let handle = || destination.handle();
        let place = match destination.kind().as_str() {
            "downloads" => {
                let writer = writer.unchecked_into();
                let directory = destination.directory();
                Place::Opfs(OpfsSink::open(directory, writer, number, journal).await?)
            }
            "file" => Place::Chosen(ChosenSink::file(handle().unchecked_into(), of)),
            "folder" => Place::Chosen(ChosenSink::folder(handle().unchecked_into(), of)),
            "blob" => Place::Blob(BlobSink::default()),
            other => {
                return Err(Failure::internal(say!(
                    "No destination is `{other}`.",
                    other
                )));
            }
        };
        let each = each && !matches!(place, Place::Chosen(_));
        let hand_over = each.then_some(HandOver {
            offer,
            whole: 0,
            to_come: 0,
        });
        Ok(Self { place, hand_over })
    }

    /// Goes on in a directory of the private disk, `each` shard after the other or not.
    ///
    /// # Errors
    /// If the private disk can't be used.
    pub async fn go_on(
        directory: String,
        plan: &Plan,
        kept: KeptMark,
        each: bool,
        writer: JsValue,
        offer: js_sys::Function,
    ) -> Result<Self, Failure> {
        let is_whole = |file: &&OutputFile| file.done == file.size;
        let whole = plan.files.iter().take_while(is_whole).count();
        let writer = writer.unchecked_into();
        let files = &plan.report.files[..whole];
        let sink = OpfsSink::go_on(directory, writer, files, kept).await?;
        let hand_over = each.then_some(HandOver {
            offer,
            whole,
            to_come: 0,
        });
        Ok(Self {
            place: Place::Opfs(sink),
            hand_over,
        })
    }

    /// The files of a committed merge, but those that were handed over.
    ///
    /// # Errors
    /// The browser's exception, if a file can't be opened again.
    pub async fn saved(self) -> Result<Vec<Saved>, JsValue> {
        match self.place {
            Place::Opfs(sink) => sink.saved().await,
            Place::Chosen(sink) => Ok(sink.saved()),
            Place::Blob(sink) => Ok(sink.saved()),
            Place::Verify(_) | Place::Nowhere(_) => Ok(Vec::new()),
        }
    }

    /// A sink that compares.
    pub fn verify(verification: Verification<'a, WebFile>) -> Self {
        Self {
            place: Place::Verify(verification),
            hand_over: None,
        }
    }

    /// A sink that throws everything away.
    pub fn nowhere() -> Self {
        Self {
            place: Place::Nowhere(Nowhere),
            hand_over: None,
        }
    }

    /// The sink that compares, if it is one.
    pub fn into_verification(self) -> Option<Verification<'a, WebFile>> {
        match self.place {
            Place::Verify(verification) => Some(verification),
            _ => None,
        }
    }

    /// Hands the shard over that was finished last, if another one is to come.
    async fn hand_over(&mut self) -> Result<(), WriteError> {
        if let Some(hand_over) = &mut self.hand_over {
            hand_over.to_come = hand_over.to_come.saturating_sub(1);
            if hand_over.to_come > 0 {
                self.offer_last().await?;
            }
        }
        Ok(())
    }

    /// Offers the shard that was finished last and lets it go; says whether there was one.
    async fn offer_last(&mut self) -> Result<bool, WriteError> {
        let saved = match &self.place {
            Place::Opfs(sink) => sink.last().await?,
            Place::Blob(sink) => sink.last(),
            Place::Chosen(_) | Place::Verify(_) | Place::Nowhere(_) => None,
        };
        let (Some(saved), Some(hand_over)) = (saved, &self.hand_over) else {
            return Ok(false);
        };
        let name = saved.name.clone();
        let taken = async {
            let file = saved.to_js()?;
            let promise = hand_over.offer.call1(&JsValue::NULL, &file)?;
            js::wait::<JsValue>(promise.unchecked_into()).await
        };
        taken.await.map_err(|error| write_error(&name, &error))?;
        match &mut self.place {
            Place::Opfs(sink) => sink.release_last().await,
            Place::Blob(sink) => sink.release_last(),
            Place::Chosen(_) | Place::Verify(_) | Place::Nowhere(_) => {}
        }
        Ok(true)
    }
}

/// Calls the same method of whichever sink it is.
macro_rules! each {
    ($self:ident, $sink:ident => $call:expr) => {
        match &mut $self.place {
            Place::Opfs($sink) => $call,
            Place::Chosen($sink) => $call,
            Place::Blob($sink) => $call,
            Place::Verify($sink) => $call,
            Place::Nowhere($sink) => $call,
        }
    };
}

impl Sink for WebSink<'_> {
    async fn begin(&mut self, files: &[FileSummary]) -> Result<(), WriteError> {
        if let Some(hand_over) = &mut self.hand_over {
            let left = files.iter().skip(hand_over.whole);
            hand_over.to_come = left.filter(|file| file.is_weights()).count();
        }
        each!(self, sink => sink.begin(files).await)?;
        // Whole shards of an interrupted merge go first, or there would be two at a time.
        while self
            .hand_over
            .as_ref()
            .is_some_and(|shards| shards.to_come > 0)
            && self.offer_last().await?
        {}
        Ok(())
    }

    async fn create(&mut self, name: &str, size: u64, done: u64) -> Result<(), WriteError> {
        each!(self, sink => sink.create(name, size, done).await)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        each!(self, sink => sink.write(bytes).await)
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        each!(self, sink => sink.finish().await)?;
        self.hand_over().await
    }

    async fn mark(&mut self, mark: &Mark<'_>) {
        each!(self, sink => sink.mark(mark).await);
    }

    async fn suspend(&mut self) -> bool {
        each!(self, sink => sink.suspend().await)
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        each!(self, sink => sink.commit().await)
    }

    async fn discard(&mut self) {
        each!(self, sink => sink.discard().await);
    }
}

/// Whether an exception of this name says that there is no room left.
fn is_full(name: &str) -> bool {
    // Firefox has its own name for a full disk.
    matches!(name, "QuotaExceededError" | "NS_ERROR_FILE_NO_DEVICE_SPACE")
}

/// What the writer of the private disk says of a file to go on with (`writer-worker.ts`).
const LEFT_OTHERWISE: &str = "it is not as the interrupted merge left it";

/// A browser's exception as an error about `file`.
fn write_error(file: &str, error: &JsValue) -> WriteError {
    let (name, message) = js::exception(error);
    match is_full(&name) {
        true => WriteError::Full(file.to_owned()),
        false => WriteError::Platform {
            file: file.to_owned(),
            reason: match &*message {
                // The page's own writer says it.
                LEFT_OTHERWISE => say!("it is not as the interrupted merge left it").into(),
                _ => format!("{name}: {message}").into(),
            },
        },
    }
}
