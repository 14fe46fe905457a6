//! One input of a merge: the byte ranges that a plan needs of a model, in the
//! order in which it needs them, read ahead.

use crate::plan::Extent;
use crate::source::{ReadError, Source, Stream};
use std::collections::VecDeque;
use std::ops::Range;

/// Gaps up to this size are read over: cheaper than a new stream. Those of a run are together no
/// longer than what is needed of it, …
const GAP: u64 = 1024 * 1024;
/// … but for these, which cost less than to ask for anything.
const SMALL_GAP: u64 = 64 * 1024;
/// The next runs are opened early while less than this is left to read.
const AHEAD: u64 = 8 * 1024 * 1024;
/// Most runs that are open at once, …
const OPEN: usize = 4;
/// … but of those up to this length, such as rows of embeddings in another order, …
const SHORT: u64 = 256 * 1024;
/// … so many: each is a read of its own, and waiting for it is all that it costs.
const OPEN_SHORT: usize = 32;
/// Bytes of a gap that are read over at once.
const SKIP: usize = 64 * 1024;

/// Bytes of one file that are read as one stream.
struct Run {
    file: usize,
    range: Range<u64>,
}

struct OpenRun<S: Source> {
    run: Run,
    stream: S::Stream,
}

/// Reads the runs of a model one after the other.
pub(crate) struct LaneReader<'a, S: Source> {
    files: &'a [S],
    waiting: VecDeque<Run>,
    /// The run in hand first; those after it have been opened early.
    open: VecDeque<OpenRun<S>>,
    /// Of the last run, what is needed and what is read over.
    needed: u64,
    over: u64,
    /// Takes what lies in gaps.
    skipped: Vec<u8>,
}

impl<'a, S: Source> LaneReader<'a, S> {
    /// Of a model of which nothing is to be read yet.
    pub fn new(files: &'a [S]) -> Self {
        Self {
            files,
            waiting: VecDeque::new(),
            open: VecDeque::new(),
            needed: 0,
            over: 0,
            skipped: Vec::new(),
        }
    }

    /// This comes next of what will be read.
    pub fn will_read(&mut self, Extent { file, range }: Extent) {
        let len = range.end - range.start;
        if len == 0 {
            return;
        }
        if let Some(run) = self.waiting.back_mut()
            && run.file == file
            && let Some(gap) = range.start.checked_sub(run.range.end)
            && (gap <= SMALL_GAP || gap <= GAP && self.over + gap <= self.needed)
        {
            run.range.end = range.end;
            self.needed += len;
            self.over += gap;
        } else {
            self.waiting.push_back(Run { file, range });
            (self.needed, self.over) = (len, 0);
        }
    }

    /// The name of a file of this model.
    pub fn file_name(&self, file: usize) -> &'a str {
        self.files[file].name()
    }

    /// Fills `buffer` with the bytes at `offset` of a file. Calls follow the
    /// order in which they were announced.
    pub async fn read(
        &mut self,
        file: usize,
        mut offset: u64,
        buffer: &mut [u8],
    ) -> Result<(), ReadError> {
        if buffer.is_empty() {
            return Ok(());
        }
        while self
            .open
            .front()
            .is_some_and(|open| open.run.range.is_empty())
        {
            self.open.pop_front();
        }
        self.open_ahead();
        let Some(open) = self.open.front_mut() else {
            return Err(ReadError::EndedEarly);
        };
        debug_assert_eq!(open.run.file, file, "reads follow the plan");
        while open.run.range.start < offset {
            let gap = (offset - open.run.range.start).min(SKIP as u64);
            self.skipped.resize(gap as usize, 0);
            open.stream.fill(&mut self.skipped).await?;
            open.run.range.start += gap;
        }
        offset += buffer.len() as u64;
        open.stream.fill(buffer).await?;
        open.run.range.start = offset;
        Ok(())
    }

    fn open_ahead(&mut self) {
        let left = |open: &OpenRun<S>| open.run.range.end - open.run.range.start;
        let mut ahead: u64 = self.open.iter().map(left).sum();
        while ahead < AHEAD
            && let Some(run) = self.waiting.front()
        {
            let is_short = run.range.end - run.range.start <= SHORT;
            let most = if is_short { OPEN_SHORT } else { OPEN };
            if self.open.len() >= most {
                return;
            }
            let Some(run) = self.waiting.pop_front() else {
                return;
            };
            ahead += run.range.end - run.range.start;
            let stream = self.files[run.file].stream(run.range.clone());
            self.open.push_back(OpenRun { run, stream });
        }
    }
}
