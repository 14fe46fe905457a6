//! Files on the browser's private disk (OPFS), through a writer in a worker of
//! its own: a disk that is busy holds up no reads. Beside them lies a journal, by
//! which an interrupted merge can go on.

use super::{is_full, write_error};
use crate::journal::{Journal, JournalError, Mark};
use crate::message::say;
use crate::report::FileSummary;
use crate::sink::{Sink, WriteError};
use crate::web::js;
use crate::web::messages::{Failure, FailureKind, Saved};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, WorkerGlobalScope,
};

/// What was asked for, of which files.
const JOURNAL: &str = "journal.json";
/// Bytes of output between two marks that are brought to the disk: so much is
/// merged again at most. Each waits for the disk.
const MARK: u64 = 1 << 30;

/// What the writer takes at once, at most.
const JOURNAL_BLOCK: usize = 1024 * 1024;

/// A directory of its own for each merge.
pub struct OpfsSink {
    root: FileSystemDirectoryHandle,
    directory: FileSystemDirectoryHandle,
    name: String,
    files: Vec<(String, FileSystemFileHandle)>,
    /// Has the file that was begun last, as that of this output.
    writer: DiskWriter,
    output: u32,
    marks: Marks,
    /// Files that were handed over and are not here any more.
    handed: Vec<String>,
}

/// How far the merge is, and how far it is by what the disk has.
#[derive(Default)]
struct Marks {
    last: Mark<'static>,
    kept: Mark<'static>,
    /// How many were brought to the disk.
    count: u32,
}

/// A mark as it is kept: in one of two files in turns, so that one is whole.
#[derive(Serialize, Deserialize)]
pub struct KeptMark {
    /// The one with the larger number is the later one.
    pub number: u32,
    /// How far the merge was.
    pub mark: Mark<'static>,
    /// Files that were handed over by then, and have been removed or will be.
    pub handed: Vec<String>,
}

#[wasm_bindgen]
extern "C" {
    /// The page's `DiskWriter`.
    pub type DiskWriter;
    #[wasm_bindgen(method, catch)]
    async fn create(
        this: &DiskWriter,
        output: u32,
        directory: &str,
        name: &str,
        size: f64,
        done: f64,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn mark(this: &DiskWriter, output: u32, directory: &str, name: &str, text: &str);
    #[wasm_bindgen(method, catch)]
    async fn ready(this: &DiskWriter) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn write(this: &DiskWriter, output: u32, bytes: &[u8]) -> u32;
    #[wasm_bindgen(method, catch)]
    async fn finish(this: &DiskWriter, output: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn close(this: &DiskWriter, output: u32) -> Result<JsValue, JsValue>;
}

impl OpfsSink {
    /// Makes the directory and begins the journal of a merge.
    pub async fn open(
        name: String,
        writer: DiskWriter,
        output: u32,
        journal: &Journal,
    ) -> Result<Self, Failure> {
        let mut sink = Self::in_directory(name, writer, true).await?;
        sink.output = output;
        let text = serde_json::to_string(journal).expect("plain data is always valid JSON");
        let begun = async {
            let (writer, text) = (&sink.writer, text.as_bytes());
            writer
                .create(output, &sink.name, JOURNAL, text.len() as f64, 0.0)
                .await?;
            for block in text.chunks(JOURNAL_BLOCK) {
                writer.ready().await?;
                writer.write(output, block);
            }
            writer.finish(output).await
        };
        match begun.await {
            Ok(_) => Ok(sink),
            Err(error) => {
                sink.discard().await;
                Err(unusable(&error))
            }
        }
    }

    /// Goes on with a merge whose files are there up to its last mark.
    pub async fn go_on(
        name: String,
        writer: DiskWriter,
        files: &[FileSummary],
        kept: KeptMark,
    ) -> Result<Self, Failure> {
        let mut sink = Self::in_directory(name, writer, false).await?;
        sink.marks = Marks {
            last: kept.mark.clone(),
            kept: kept.mark,
            count: kept.number + 1,
        };
        for file in files
            .iter()
            .filter(|file| !kept.handed.contains(&file.name))
        {
            let handle = js::wait(sink.directory.get_file_handle(&file.name)).await;
            let saved = match &handle {
                Ok(handle) => saved_file(&file.name, handle).await.ok(),
                Err(_) => None,
            };
            match (handle, saved) {
                (Ok(handle), Some(saved)) if saved.size == file.size => {
                    sink.files.push((file.name.clone(), handle));
                }
                _ => return Err(JournalError::Output(file.name.clone()).into()),
            }
        }
        sink.handed = kept.handed;
        Ok(sink)
    }

    async fn in_directory(name: String, writer: DiskWriter, create: bool) -> Result<Self, Failure> {
        let open = async {
            let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
            let storage = scope.navigator().storage();
            let root: FileSystemDirectoryHandle = js::wait(storage.get_directory()).await?;
            let options = FileSystemGetDirectoryOptions::new();
            options.set_create(create);
            let directory = root.get_directory_handle_with_options(&name, &options);
            Ok((root, js::wait(directory).await?))
        };
        let (root, directory) = open.await.map_err(|error: JsValue| unusable(&error))?;
        Ok(Self {
            root,
            directory,
            name,
            files: Vec::new(),
            writer,
            output: 0,
            marks: Marks::default(),
            handed: Vec::new(),
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
            self.handed.push(name.clone());
            self.write_mark();
            // Noted before it goes: the writer carries its commands out in order.
            let _: Result<JsValue, _> = self.writer.close(self.output).await;
            let removed = self.directory.remove_entry(&name);
            // What stays goes with the directory.
            let _: Result<JsValue, _> = js::wait(removed).await;
        }
    }

    fn error(&self, error: &JsValue) -> WriteError {
        let name = self.files.last().map_or("", |(name, _)| name);
        write_error(name, error)
    }

    /// Has the writer bring all that was written to the disk, and then note it.
    fn keep_mark(&mut self) {
        if self.marks.last != self.marks.kept {
            self.write_mark();
        }
    }

    fn write_mark(&mut self) {
        let Marks { last, kept, count } = &mut self.marks;
        kept.clone_from(last);
        let mark = KeptMark {
            number: *count,
            mark: last.clone(),
            handed: self.handed.clone(),
        };
        let text = serde_json::to_string(&mark).expect("plain data is always valid JSON");
        let name = format!("mark-{}.json", *count % 2);
        *count += 1;
        self.writer.mark(self.output, &self.name, &name, &text);
    }

    async fn try_create(&mut self, name: &str, size: u64, done: u64) -> Result<(), JsValue> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = self.directory.get_file_handle_with_options(name, &options);
        let handle: FileSystemFileHandle = js::wait(handle).await?;
        self.files.push((name.to_owned(), handle));
        let created = self
            .writer
            .create(self.output, &self.name, name, size as f64, done as f64);
        created.await?;
        Ok(())
    }
}

fn unusable(error: &JsValue) -> Failure {
    let (name, message) = js::exception(error);
    match is_full(&name) {
        true => Failure {
            kind: FailureKind::Full,
            message: say!(
                "There is no room left for the merged files. Free some space, or choose another \
                 place in \u{201c}Save to\u{201d}; nothing was kept."
            ),
        },
        false => Failure::internal(say!(
            "The browser's private disk can't be used ({name}: {message}).",
            name,
            message
        )),
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

    async fn create(&mut self, name: &str, size: u64, done: u64) -> Result<(), WriteError> {
        let created = self.try_create(name, size, done).await;
        created.map_err(|error| write_error(name, &error))
    }

    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), WriteError> {
        while !bytes.is_empty() {
            let ready = self.writer.ready().await;
            ready.map_err(|error| self.error(&error))?;
            let written = self.writer.write(self.output, bytes);
            bytes = &bytes[written as usize..];
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        self.keep_mark();
        let finished = self.writer.finish(self.output).await;
        finished.map(drop).map_err(|error| self.error(&error))
    }

    async fn mark(&mut self, mark: &Mark<'_>) {
        let Marks { last, kept, .. } = &mut self.marks;
        *last = Mark {
            nonfinite: mark.nonfinite.to_vec().into(),
            ..*mark
        };
        // The mark at a file's end is kept when it is finished.
        if last.bytes > 0 && last.bytes - kept.bytes_of(last.file) >= MARK {
            self.keep_mark();
        }
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        // The result needs no journal, and without one it is no interrupted merge.
        let removed = self.directory.remove_entry(JOURNAL);
        let _: Result<JsValue, _> = js::wait(removed).await;
        Ok(())
    }

    async fn suspend(&mut self) -> bool {
        self.keep_mark();
        if self.marks.count == 0 {
            self.discard().await;
            return false;
        }
        // The writer carries its commands out in order.
        let closed = self.writer.close(self.output).await;
        closed.is_ok()
    }

    async fn discard(&mut self) {
        // A file that is still open can't be removed.
        let _: Result<JsValue, _> = self.writer.close(self.output).await;
        // First: should the rest stay, it is no interrupted merge.
        let journal = self.directory.remove_entry(JOURNAL);
        let _: Result<JsValue, _> = js::wait(journal).await;
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        let removed = self.root.remove_entry_with_options(&self.name, &options);
        // What stays is never offered, and is removed when the page is next opened.
        let _: Result<JsValue, _> = js::wait(removed).await;
    }
}
