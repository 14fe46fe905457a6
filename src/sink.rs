//! Where merged files go: a small trait, and its twins in memory and on disk.

use crate::journal::Mark;
use crate::message::{self, Filling, Message, say};
use crate::report::{FileSummary, shown};

/// A place for the files of one merge, written one after the other.
///
/// Nothing that a sink holds counts as finished before [`Sink::commit`]; what
/// it held is gone after [`Sink::discard`]. The engine lets every call run to
/// its end, also when the person cancels.
#[allow(async_fn_in_trait)] // the whole pipeline runs on one thread
pub trait Sink {
    /// Is told of all files before the first one is written, to refuse then
    /// what could not be written later.
    async fn begin(&mut self, files: &[FileSummary]) -> Result<(), WriteError>;

    /// Begins a file of `size` bytes, the first `done` of which are there from a merge that was
    /// interrupted: 0 in a sink that keeps none.
    async fn create(&mut self, name: &str, size: u64, done: u64) -> Result<(), WriteError>;

    /// Appends to the file that was begun last.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError>;

    /// Ends the file that was begun last; all its bytes are on their way to disk.
    async fn finish(&mut self) -> Result<(), WriteError>;

    /// Takes note of how far the merge is. A sink that can keep what an interrupted merge has
    /// written does so from the last mark on that it has brought to the disk; it chooses which.
    async fn mark(&mut self, _mark: &Mark<'_>) {}

    /// All files are whole: keeps them.
    async fn commit(&mut self) -> Result<(), WriteError>;

    /// Keeps what was written up to the last mark, for a merge that goes on later, and says
    /// whether it does: a sink that can't discards it.
    async fn suspend(&mut self) -> bool {
        self.discard().await;
        false
    }

    /// Removes everything that was written. Never fails: what can't be removed
    /// is left without its final name.
    async fn discard(&mut self);
}

/// Throws everything away.
#[derive(Debug)]
pub struct Nowhere;

impl Sink for Nowhere {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, _name: &str, _size: u64, _done: u64) -> Result<(), WriteError> {
        Ok(())
    }

    async fn write(&mut self, _bytes: &[u8]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn discard(&mut self) {}
}

/// Why bytes could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// No room.
    Full(String),
    /// A file of that name is there already and is not ours to replace.
    Exists(String),
    /// The platform's own words.
    Platform {
        /// The file.
        file: String,
        /// What the platform says.
        reason: Filling,
    },
}

impl WriteError {
    /// What happened, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Full(file) => say!(
                "there is no room left for `{file}`. Free some space, or choose another place in \
                 \u{201c}Save to\u{201d}; nothing was kept",
                file = shown(file)
            ),
            Self::Exists(file) => say!(
                "`{file}` exists already in that folder. Choose an empty folder: nothing was \
                 replaced",
                file = shown(file)
            ),
            Self::Platform { file, reason } => say!(
                "`{file}` could not be written ({reason}). Nothing was kept",
                file = shown(file),
                reason
            ),
        }
    }
}

message::error!(WriteError);

/// Files in memory.
#[derive(Debug, Default)]
pub struct Memory {
    pending: Vec<(String, Vec<u8>)>,
    /// The files of a committed merge, in the order in which they were written.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Sink for Memory {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, name: &str, _size: u64, _done: u64) -> Result<(), WriteError> {
        self.pending.push((name.to_owned(), Vec::new()));
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if let Some((_, content)) = self.pending.last_mut() {
            content.extend_from_slice(bytes);
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        self.files.append(&mut self.pending);
        Ok(())
    }

    async fn discard(&mut self) {
        self.pending.clear();
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use native::Folder;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::{Sink, WriteError};
    use crate::report::FileSummary;
    use std::fs::{self, File};
    use std::io::{self, Write};
    use std::path::PathBuf;

    /// A folder on disk. A file bears its final name only once all are whole.
    #[derive(Debug)]
    pub struct Folder {
        folder: PathBuf,
        names: Vec<String>,
        open: Option<File>,
    }

    impl Folder {
        /// Files go into `folder`, which exists.
        pub fn new(folder: impl Into<PathBuf>) -> Self {
            Self {
                folder: folder.into(),
                names: Vec::new(),
                open: None,
            }
        }

        fn partial(&self, name: &str) -> PathBuf {
            self.folder.join(format!("{name}.partial"))
        }

        fn error(&self, error: io::Error) -> WriteError {
            let file = self.names.last().cloned().unwrap_or_default();
            match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => WriteError::Full(file),
                _ => WriteError::Platform {
                    file,
                    reason: error.to_string().into(),
                },
            }
        }
    }

    impl Sink for Folder {
        async fn begin(&mut self, files: &[FileSummary]) -> Result<(), WriteError> {
            match files.iter().find(|f| self.folder.join(&f.name).exists()) {
                Some(file) => Err(WriteError::Exists(file.name.clone())),
                None => Ok(()),
            }
        }

        async fn create(&mut self, name: &str, size: u64, _done: u64) -> Result<(), WriteError> {
            self.names.push(name.to_owned());
            let file = File::create(self.partial(name)).map_err(|e| self.error(e))?;
            file.set_len(size).map_err(|e| self.error(e))?;
            self.open = Some(file);
            Ok(())
        }

        async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
            match &mut self.open {
                Some(file) => file.write_all(bytes).map_err(|e| self.error(e)),
                None => Ok(()),
            }
        }

        async fn finish(&mut self) -> Result<(), WriteError> {
            match self.open.take() {
                Some(file) => file.sync_all().map_err(|e| self.error(e)),
                None => Ok(()),
            }
        }

        async fn commit(&mut self) -> Result<(), WriteError> {
            for name in &self.names {
                fs::rename(self.partial(name), self.folder.join(name))
                    .map_err(|e| self.error(e))?;
            }
            Ok(())
        }

        async fn discard(&mut self) {
            self.open = None;
            for name in std::mem::take(&mut self.names) {
                // Already renamed or never made: either way nothing is left.
                let _ = fs::remove_file(self.partial(&name));
                let _ = fs::remove_file(self.folder.join(&name));
            }
        }
    }
}
