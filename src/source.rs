//! Where bytes come from: a small trait, and its twins in memory and on disk.

use crate::message::{self, Filling, Message, say};
use std::ops::Range;

/// A file that can be read. Reading never changes it.
pub trait Source {
    /// The bytes of one range, read in order.
    type Stream: Stream;

    /// Its name, with the folders below the one that was given: `sub/a.safetensors`.
    fn path(&self) -> &str;

    /// Its size in bytes.
    fn size(&self) -> u64;

    /// When it was last changed, in milliseconds since 1970; 0 if that is not known.
    fn modified(&self) -> u64 {
        0
    }

    /// Starts to read a range that lies within the file.
    ///
    /// A platform whose reads take time begins the first at once and stays a
    /// bounded number of bytes ahead of [`Stream::fill`].
    fn stream(&self, range: Range<u64>) -> Self::Stream;

    /// Its name without folders.
    fn name(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }
}

/// The bytes of a range, in order.
pub trait Stream {
    /// Fills `buffer` with the next bytes.
    ///
    /// # Errors
    /// Any failure of the platform, and an end before the buffer is full.
    #[allow(async_fn_in_trait)] // the whole pipeline runs on one thread
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError>;
}

/// Why bytes could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file is shorter than it was when it was given.
    EndedEarly,
    /// Its header is not what it was when it was given.
    Changed,
    /// The platform's own words.
    Platform(Filling),
}

impl ReadError {
    /// What happened, without what to do.
    pub fn what(&self) -> Message {
        match self {
            Self::EndedEarly => say!("the file ended early: it was changed since it was given"),
            Self::Changed => say!("it was changed since it was given"),
            Self::Platform(reason) => say!(
                "it can't be read any more ({reason}); it may have been moved, changed or deleted, \
                 or its disk unplugged",
                reason
            ),
        }
    }

    /// What happened, and what to do.
    pub fn message(&self) -> Message {
        say!("{what}. Give it again", what = self.what())
    }
}

message::error!(ReadError);

/// Reads a whole range into memory. For headers and other small things.
pub async fn read<S: Source>(source: &S, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
    let len = usize::try_from(range.end - range.start)
        .map_err(|_| ReadError::Platform(say!("it does not fit into memory").into()))?;
    let mut bytes = vec![0; len];
    source.stream(range).fill(&mut bytes).await?;
    Ok(bytes)
}

/// A file in memory.
#[derive(Clone, Debug)]
pub struct Memory {
    path: String,
    bytes: std::rc::Rc<[u8]>,
}

impl Memory {
    /// A file of this path and content.
    pub fn new(path: impl Into<String>, bytes: impl Into<std::rc::Rc<[u8]>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }
}

impl Source for Memory {
    type Stream = MemoryStream;

    fn path(&self) -> &str {
        &self.path
    }

    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn stream(&self, range: Range<u64>) -> MemoryStream {
        MemoryStream {
            bytes: self.bytes.clone(),
            range,
        }
    }
}

/// The bytes of a range of a [`Memory`].
pub struct MemoryStream {
    bytes: std::rc::Rc<[u8]>,
    range: Range<u64>,
}

impl Stream for MemoryStream {
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let end = self.range.start + buffer.len() as u64;
        let bytes = (end <= self.range.end)
            .then(|| self.bytes.get(self.range.start as usize..end as usize))
            .flatten()
            .ok_or(ReadError::EndedEarly)?;
        buffer.copy_from_slice(bytes);
        self.range.start = end;
        Ok(())
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use native::{Disk, DiskStream};

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::{ReadError, Source, Stream};
    use std::fs::File;
    use std::io::{self, Read, Seek, SeekFrom};
    use std::ops::Range;
    use std::path::Path;
    use std::rc::Rc;

    /// A file on disk.
    #[derive(Clone, Debug)]
    pub struct Disk {
        path: String,
        size: u64,
        file: Rc<File>,
    }

    impl Disk {
        /// Opens a file for reading.
        pub fn open(path: &Path) -> io::Result<Self> {
            let file = File::open(path)?;
            Ok(Self {
                path: path.to_string_lossy().into_owned(),
                size: file.metadata()?.len(),
                file: Rc::new(file),
            })
        }
    }

    impl Source for Disk {
        type Stream = DiskStream;

        fn path(&self) -> &str {
            &self.path
        }

        fn size(&self) -> u64 {
            self.size
        }

        fn stream(&self, range: Range<u64>) -> DiskStream {
            DiskStream {
                file: self.file.clone(),
                range,
            }
        }
    }

    /// The bytes of a range of a [`Disk`] file.
    pub struct DiskStream {
        file: Rc<File>,
        range: Range<u64>,
    }

    impl Stream for DiskStream {
        async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
            let end = self.range.start + buffer.len() as u64;
            if end > self.range.end {
                return Err(ReadError::EndedEarly);
            }
            let mut file = &*self.file;
            file.seek(SeekFrom::Start(self.range.start))
                .and_then(|_| file.read_exact(buffer))
                .map_err(|error| match error.kind() {
                    io::ErrorKind::UnexpectedEof => ReadError::EndedEarly,
                    _ => ReadError::Platform(error.to_string().into()),
                })?;
            self.range.start = end;
            Ok(())
        }
    }
}
