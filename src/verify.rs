//! Verification: merged files are read back and compared with what their inputs give, computed
//! again; all of it, or a sample that touches every tensor.
//!
//! The engine does the computing. [`Verification`] thins its plan out, and is the sink of its
//! output: one that compares instead of writing.

use crate::engine::lane::LaneReader;
use crate::engine::{EngineError, place_in};
use crate::message::{self, Message, say};
use crate::plan::{Extent, OutputFile, Plan};
use crate::report::{FileSummary, NonFinite, Role, shown};
use crate::sink::{Sink, WriteError};
use crate::source::{ReadError, Source};
use serde::Serialize;
use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::rc::Rc;

/// A sample takes so many bytes at once, at least two such pieces of each longer tensor.
const PIECE: u64 = 64 * 1024;
/// Between its first piece and its last, a tensor gives one of each so many bytes.
const STRETCH: u64 = 16 * 1024 * 1024;
/// Where a piece may begin: between two elements of any dtype.
const STEP: u64 = 8;

/// Merged files that are all as they should be, as far as they were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Verified {
    /// Bytes that were compared.
    pub compared: u64,
    /// Bytes of the files.
    pub of: u64,
}

/// Why merged files are not known to be right.
#[derive(Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// A file is none of those that were written.
    Foreign(String),
    /// A file has another size than the one that was written.
    Size {
        /// The file.
        file: String,
        /// How many bytes it has.
        size: u64,
        /// How many it should have.
        right: u64,
    },
    /// A file holds something else.
    Differs {
        /// The file.
        file: String,
        /// Its header or text, or the first element that differs.
        place: Message,
    },
    /// A file can't be read back.
    Output {
        /// The file.
        file: String,
        /// What went wrong.
        error: ReadError,
    },
    /// An input can't be read any more.
    Input {
        /// Whose file it is.
        role: Role,
        /// The file.
        file: String,
        /// The tensor in hand; none where the file has none.
        tensor: Option<String>,
        /// What went wrong.
        error: ReadError,
    },
    /// An input is not what it was when the files were merged.
    Changed {
        /// Whose file it is.
        role: Role,
        /// The file.
        file: String,
        /// What is found in its place.
        error: ReadError,
    },
    /// The person did not want it any more.
    Cancelled,
}

impl VerifyError {
    /// What is wrong, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Foreign(file) => say!("`{file}` is no file of that merge", file = shown(file)),
            Self::Size { file, size, right } => say!(
                "`{file}` is not whole: it has {size} bytes, and {right} were written",
                file = shown(file),
                size,
                right
            ),
            Self::Differs { file, place } => say!(
                "`{file}` is not what the models give: it differs in {place}. Merge again; if that \
                 does not help, the disk may be failing",
                file = shown(file),
                place
            ),
            Self::Output { file, error } => say!(
                "`{file}`: {what}. Merge again",
                file = shown(file),
                what = error.what()
            ),
            Self::Input {
                role,
                file,
                tensor,
                error,
            } => put_back(place_in(*role, file, tensor.as_deref()), error),
            Self::Changed { role, file, error } => put_back(place_in(*role, file, None), error),
            Self::Cancelled => say!("the verification was stopped"),
        }
    }
}

fn put_back(place: Message, error: &ReadError) -> Message {
    say!(
        "{place}: {what}. Put it back as it was, or merge again",
        place,
        what = error.what()
    )
}

message::error!(VerifyError);

/// What is found out about merged files.
pub struct Verification<'a, S: Source> {
    /// What is compared of each file, in order.
    rest: VecDeque<Extent>,
    reader: LaneReader<'a, S>,
    /// The files as they were written.
    files: &'a [OutputFile],
    verified: Verified,
    /// What was read back.
    buffer: Vec<u8>,
    /// What is wrong, once something is.
    wrong: Option<VerifyError>,
}

impl<'a, S: Source> Verification<'a, S> {
    /// Of merged files by the plan that they were made by. Returns the plan to run with this as its
    /// sink: all of it, or a sample, whose pieces lie where `random` says: a number below the given
    /// one.
    ///
    /// Files of the plan that are not among `outputs`, by name, are left out.
    ///
    /// # Errors
    /// If a file is none of the plan's, or has not the size that was written.
    pub fn new(
        plan: &'a Plan,
        outputs: &'a [S],
        mut random: Option<&mut dyn FnMut(u64) -> u64>,
    ) -> Result<(Plan, Self), VerifyError> {
        let is_ours = |output: &&S| plan.files.iter().any(|file| file.name == output.name());
        if let Some(foreign) = outputs.iter().find(|output| !is_ours(output)) {
            return Err(VerifyError::Foreign(foreign.name().to_owned()));
        }
        let find = |file: &OutputFile| outputs.iter().position(|output| output.name() == file.name);
        let files = plan.files.iter().filter(|file| find(file).is_some());
        let mut thin = Plan {
            report: plan.report.clone(),
            rows: Vec::new(),
            files: files.cloned().collect(),
        };
        let mut extents = Vec::new();
        for file in &mut thin.files {
            let Some(output) = find(file) else { continue };
            if outputs[output].size() != file.size {
                return Err(VerifyError::Size {
                    file: file.name.clone(),
                    size: outputs[output].size(),
                    right: file.size,
                });
            }
            let mut compare = |range| {
                let file = output;
                extents.push(Extent { file, range });
            };
            let mut at = file.start.len() as u64;
            compare(0..at);
            for job in &mut file.jobs {
                let whole = mem::take(&mut job.segments);
                let thin = Rc::make_mut(&mut job.segments);
                for segment in &*whole {
                    pieces(segment.len(), &mut random, |piece| {
                        compare(at + piece.start..at + piece.end);
                        thin.extend(segment.clone().part(piece));
                    });
                    at += segment.len();
                }
            }
        }
        let mut reader = LaneReader::new(outputs);
        for extent in &extents {
            reader.will_read(extent.clone());
        }
        let bytes = |extent: &Extent| extent.range.end - extent.range.start;
        let verified = Verified {
            compared: extents.iter().map(bytes).sum(),
            of: thin.files.iter().map(|file| file.size).sum(),
        };
        thin.report.bytes = verified.compared;
        let verification = Self {
            reader,
            rest: extents.into(),
            files: &plan.files,
            verified,
            buffer: Vec::new(),
            wrong: None,
        };
        Ok((thin, verification))
    }

    /// What was found out, once the engine has run the plan.
    ///
    /// # Errors
    /// What is wrong, or why that is not known.
    pub fn conclude(
        self,
        run: Result<Vec<NonFinite>, EngineError>,
    ) -> Result<Verified, VerifyError> {
        match (self.wrong, run) {
            (Some(wrong), _) => Err(wrong),
            // Without anything wrong, no write has failed.
            (None, Ok(_) | Err(EngineError::Write(_))) => Ok(self.verified),
            (None, Err(EngineError::Cancelled)) => Err(VerifyError::Cancelled),
            (
                None,
                Err(EngineError::Changed {
                    role, file, error, ..
                }),
            ) => Err(VerifyError::Changed { role, file, error }),
            (
                None,
                Err(EngineError::Read {
                    role,
                    file,
                    tensor,
                    error,
                    ..
                }),
            ) => Err(VerifyError::Input {
                role,
                file,
                tensor,
                error,
            }),
        }
    }

    /// Compares the next bytes of the plan; what is wrong if they are not there.
    async fn compare(&mut self, mut right: &[u8]) -> Result<(), VerifyError> {
        while let Some(extent) = self.rest.front_mut()
            && !right.is_empty()
        {
            let file = self.reader.file_name(extent.file).to_owned();
            let at = extent.range.start;
            let left = usize::try_from(extent.range.end - at).unwrap_or(usize::MAX);
            let (now, later) = right.split_at(left.min(right.len()));
            self.buffer.resize(now.len(), 0);
            let read = self.reader.read(extent.file, at, &mut self.buffer).await;
            read.map_err(|error| VerifyError::Output {
                file: file.clone(),
                error,
            })?;
            if let Some(differs) = self.buffer.iter().zip(now).position(|(a, b)| a != b) {
                let place = self.place(&file, at + differs as u64);
                return Err(VerifyError::Differs { file, place });
            }
            extent.range.start += now.len() as u64;
            if extent.range.is_empty() {
                self.rest.pop_front();
            }
            right = later;
        }
        Ok(())
    }

    /// What lies at a place of a file, for people.
    fn place(&self, name: &str, at: u64) -> Message {
        let file = self.files.iter().find(|file| file.name == name);
        let Some(mut left) = file.and_then(|file| at.checked_sub(file.start.len() as u64)) else {
            let is_text = file.is_some_and(|file| file.jobs.is_empty());
            return match is_text {
                true => say!("its text"),
                false => say!("its header"),
            };
        };
        for job in file.map_or(&[][..], |file| &file.jobs) {
            let len = job.segments.iter().map(|segment| segment.len()).sum();
            if left < len {
                let element = left * 8 / job.dtype.bitsize().max(1) as u64;
                return match &job.tensor {
                    Some(tensor) => say!(
                        "tensor `{tensor}`, element {element}",
                        tensor = shown(tensor),
                        element
                    ),
                    None => say!("byte {element}", element),
                };
            }
            left -= len;
        }
        Message::default()
    }
}

/// Hands out all of a stretch of output, or a sample of it.
fn pieces(
    len: u64,
    random: &mut Option<&mut dyn FnMut(u64) -> u64>,
    mut take: impl FnMut(Range<u64>),
) {
    let Some(random) = random else {
        return take(0..len);
    };
    if len <= 3 * PIECE {
        return take(0..len);
    }
    let last = (len - PIECE) / STEP * STEP;
    take(0..PIECE);
    let mut from = PIECE;
    while from + PIECE <= last {
        let to = last.min(from + STRETCH);
        let places = (to - from).saturating_sub(PIECE) / STEP + 1;
        let start = from + random(places) * STEP;
        take(start..start + PIECE);
        from = to;
    }
    take(last..len);
}

impl<S: Source> Sink for Verification<'_, S> {
    async fn begin(&mut self, _files: &[FileSummary]) -> Result<(), WriteError> {
        Ok(())
    }

    async fn create(&mut self, _name: &str, _size: u64, _done: u64) -> Result<(), WriteError> {
        Ok(())
    }

    /// Ends the engine's run once something is wrong.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let compared = self.compare(bytes).await;
        compared.map_err(|wrong| {
            let reason = wrong.message().into();
            self.wrong = Some(wrong);
            WriteError::Platform {
                file: String::new(),
                reason,
            }
        })
    }

    async fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    async fn discard(&mut self) {}
}
