//! The engine: runs a plan from sources to a sink, chunk by chunk.
//!
//! Memory is a few buffers of fixed size, however large the model: one chunk
//! per input, and one block of output.

pub(crate) mod lane;

use crate::dtype::Float;
use crate::inspect::Inspection;
use crate::journal::Mark;
use crate::kernel::count::Counts;
use crate::kernel::{self, Chat, Operand, Output};
use crate::plan::{Extent, Job, Lane, Models, OutputFile, Part, Plan, Segment};
use crate::report::{NonFinite, Role, shown};
use crate::sink::{Sink, WriteError};
use crate::source::{ReadError, Source};
use futures_util::future::{Either, select};
use lane::LaneReader;
use std::borrow::Cow;
use std::pin::{Pin, pin};

/// Elements that go through the kernel at once: few enough for the chunks of
/// all inputs to stay in the processor's cache.
const CHUNK: usize = 16 * 1024;
/// Bytes that go to the sink at once.
const BLOCK: usize = 1024 * 1024;

/// How far a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Bytes of output made.
    pub done: u64,
    /// The file in hand.
    pub file: &'a str,
    /// The tensor in hand; none while the file is being closed, or where it has none.
    pub tensor: Option<&'a str>,
}

/// Why a merge did not finish.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EngineError {
    /// An input could not be read.
    #[error(
        "`{}` of {role}{}: {error}. The merge was stopped, {}",
        shown(.file),
        in_tensor(.tensor),
        kept_text(*.kept)
    )]
    Read {
        /// Whose file it is.
        role: Role,
        /// The file.
        file: String,
        /// The tensor in hand; none where the file has none.
        tensor: Option<String>,
        /// What went wrong.
        error: ReadError,
        /// Whether a later merge can go on where this one stopped.
        kept: bool,
    },
    /// An input is not what it was when it was given: what was made of it may be wrong.
    #[error("`{}` of {role}: {error}. The merge was stopped, {}", shown(.file), kept_text(*.kept))]
    Changed {
        /// Whose file it is.
        role: Role,
        /// The file.
        file: String,
        /// What is found in its place.
        error: ReadError,
        /// Whether a later merge can go on where an earlier one stopped.
        kept: bool,
    },
    /// The output could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The person did not want it any more.
    #[error("the merge was cancelled, nothing was kept")]
    Cancelled,
}

/// `, tensor x`, after a file's name.
pub(crate) fn in_tensor(tensor: &Option<String>) -> String {
    let text = |tensor: &String| format!(", tensor `{}`", shown(tensor));
    tensor.as_ref().map_or(String::new(), text)
}

fn kept_text(kept: bool) -> &'static str {
    if kept {
        "what is done so far is kept"
    } else {
        "nothing was kept"
    }
}

/// Carries out a plan that has no problems, or what is left of one after a mark.
///
/// Ends early, with the sink emptied, when `cancel` does: at the next read, so
/// that the sink is never left in the middle of something. Returns the tensors
/// that hold anything but finite numbers.
///
/// # Errors
/// Whatever stopped the merge. After a read that failed the sink may keep what
/// it holds, since the merge can go on once the file is back, and so it may
/// before anything was merged; after anything else it has discarded it.
pub async fn run<S: Source, K: Sink>(
    models: &Models<'_, S>,
    plan: &Plan,
    after: Mark<'_>,
    sink: &mut K,
    observe: impl FnMut(Step),
    cancel: impl Future<Output = ()>,
) -> Result<Vec<NonFinite>, EngineError> {
    run_inspected(models, plan, after, None, sink, observe, cancel).await
}

/// [`run`], with what is merged handed to an inspection on the way. An inspection of what is left after a mark
/// would be one of half a model: give none then.
///
/// # Errors
/// As [`run`].
pub async fn run_inspected<S: Source, K: Sink>(
    models: &Models<'_, S>,
    plan: &Plan,
    after: Mark<'_>,
    inspection: Option<&mut Inspection>,
    sink: &mut K,
    observe: impl FnMut(Step),
    cancel: impl Future<Output = ()>,
) -> Result<Vec<NonFinite>, EngineError> {
    let cancel = pin!(cancel);
    let mut engine = Engine::new(models, plan, after, sink, observe, cancel);
    engine.inspection = inspection;
    let checked = engine.check_inputs().await;
    let untouched = checked.is_err();
    let mut result = match checked {
        Ok(()) => engine.run(plan).await,
        Err(error) => Err(error),
    };
    match &mut result {
        Ok(_) => {}
        Err(EngineError::Read { kept, .. }) => *kept = sink.suspend().await,
        // What was made is not in doubt because of a disk that is gone.
        Err(EngineError::Changed { kept, error, .. })
            if untouched || matches!(error, ReadError::Platform(_)) =>
        {
            *kept = sink.suspend().await;
        }
        Err(_) => sink.discard().await,
    }
    result
}

struct Engine<'a, S: Source, K, F, C> {
    models: &'a Models<'a, S>,
    lanes: Vec<(Lane, LaneReader<'a, S>)>,
    sink: &'a mut K,
    observe: F,
    cancel: Pin<&'a mut C>,
    /// Output; the first `used` bytes have not gone to the sink yet.
    block: Vec<u8>,
    used: usize,
    /// One chunk per lane, reused.
    chunks: Vec<Vec<u8>>,
    /// A chunk of −0 as F32: what a sum begins with that changes nothing, not even the sign of 0.
    nothing: Vec<u8>,
    done: u64,
    /// The file in hand, and how many of its bytes have gone to the sink.
    file: usize,
    written: u64,
    /// What is not finite, in the tensors that are done and in the one in hand.
    nonfinite: Vec<NonFinite>,
    in_hand: Counts,
    inspection: Option<&'a mut Inspection>,
}

impl<'a, S: Source, K: Sink, F: FnMut(Step), C: Future<Output = ()>> Engine<'a, S, K, F, C> {
    fn new(
        models: &'a Models<'a, S>,
        plan: &Plan,
        after: Mark<'_>,
        sink: &'a mut K,
        observe: F,
        cancel: Pin<&'a mut C>,
    ) -> Self {
        let chats = (0..models.chats.len()).map(Lane::Chat);
        let lanes: Vec<_> = [Lane::Target, Lane::Base]
            .into_iter()
            .chain(chats)
            .map(|lane| {
                let segments = plan
                    .files
                    .iter()
                    .flat_map(|file| file.jobs.iter().flat_map(|job| &job.segments));
                let extents = segments
                    .flat_map(Segment::reads)
                    .filter(|(read_by, _)| *read_by == lane)
                    .map(|(_, extent)| extent);
                (lane, LaneReader::new(&models.lane(lane).files, extents))
            })
            .collect();
        Self {
            models,
            chunks: lanes.iter().map(|_| Vec::new()).collect(),
            nothing: (-0.0f32).to_le_bytes().repeat(CHUNK),
            lanes,
            sink,
            observe,
            cancel,
            block: vec![0; BLOCK],
            used: 0,
            done: 0,
            file: 0,
            written: 0,
            nonfinite: after.nonfinite.into_owned(),
            in_hand: after.in_hand,
            inspection: None,
        }
    }

    async fn run(mut self, plan: &Plan) -> Result<Vec<NonFinite>, EngineError> {
        self.sink.begin(&plan.report.files).await?;
        for (number, file) in plan.files.iter().enumerate() {
            self.done += file.done;
            if file.done < file.size {
                (self.file, self.written) = (number, file.done);
                self.write(file).await?;
            }
        }
        self.check_inputs().await?;
        self.sink.commit().await?;
        Ok(self.nonfinite)
    }

    /// Ends the merge if an input was replaced, or the person wants it to end.
    async fn check_inputs(&mut self) -> Result<(), EngineError> {
        let Models {
            base,
            target,
            chats,
        } = self.models;
        let base = std::iter::once((Role::Base, *base));
        let target = target.iter().map(|target| (Role::Target, *target));
        let chats = (0..).map(Role::Chat).zip(chats.iter().copied());
        for (role, model) in base.chain(target).chain(chats) {
            let check = unless_cancelled(self.cancel.as_mut(), model.check_unchanged());
            check.await?.map_err(|(file, error)| EngineError::Changed {
                role,
                file: file.name().to_owned(),
                error,
                kept: false,
            })?;
        }
        Ok(())
    }

    async fn write(&mut self, file: &OutputFile) -> Result<(), EngineError> {
        self.sink.create(&file.name, file.size, file.done).await?;
        self.sink.write(&file.start).await?;
        self.done += file.start.len() as u64;
        self.written += file.start.len() as u64;
        for job in &file.jobs {
            self.job(&file.name, job).await?;
        }
        self.flush().await?;
        self.observe(&file.name, None);
        self.sink.finish().await?;
        (self.file, self.written) = (self.file + 1, 0);
        self.mark().await;
        Ok(())
    }

    async fn job(&mut self, file: &str, job: &Job) -> Result<(), EngineError> {
        if let Some(inspection) = &mut self.inspection {
            inspection.begin(job.segments.iter().map(Segment::merged).sum());
        }
        for segment in &job.segments {
            let mut at = 0;
            while at < segment.len() {
                let made = self.chunk(job, segment, at).await?;
                at += made as u64;
                self.done += made as u64;
                self.observe(file, job.tensor.as_deref());
            }
        }
        if let Some(inspection) = &mut self.inspection {
            inspection.end(job.tensor.as_deref().unwrap_or_default());
        }
        let counts = std::mem::take(&mut self.in_hand);
        if counts != Counts::default() {
            self.nonfinite.push(NonFinite {
                tensor: shown(job.tensor.as_deref().unwrap_or_default()).to_string(),
                nan: counts.nan,
                infinite: counts.infinite,
            });
        }
        Ok(())
    }

    /// Makes the next bytes of a segment and says how many.
    async fn chunk(&mut self, job: &Job, segment: &Segment, at: u64) -> Result<usize, EngineError> {
        let left = segment.len() - at;
        let (vector_alone, to, lane, target, base, chats) = match segment {
            Segment::Copy(extent) => {
                let float = Float::new(job.dtype);
                let len = self.room(float.map_or(1, Float::width), left).await?;
                let out = &mut self.block[self.used..][..len];
                let (_, reader) = &mut self.lanes[0];
                let read = reader.read(extent.file, extent.range.start + at, out);
                let read = unless_cancelled(self.cancel.as_mut(), read).await?;
                read.map_err(|error| self.read_error(Lane::Target, extent, job, error))?;
                if let Some(float) = float {
                    let bytes = &self.block[self.used..][..len];
                    self.in_hand
                        .add(kernel::nonfinite(Operand { float, bytes }));
                }
                self.used += len;
                return Ok(len);
            }
            Segment::Merge {
                vector_alone,
                to,
                lane,
                target,
                base,
                chats,
                ..
            } => (*vector_alone, *to, *lane, target, base, chats),
        };
        let lane = match lane {
            Lane::Target => 0,
            Lane::Base => 1,
            Lane::Chat(chat) => 2 + chat,
        };

        let len = self
            .room(to.width(), left.min((CHUNK * to.width()) as u64))
            .await?;
        let first = at / to.width() as u64;
        let elements = len / to.width();
        self.fill(lane, target, first, elements, job).await?;
        if let Some(base) = base {
            self.fill(1, base, first, elements, job).await?;
        }
        for chat in chats {
            self.fill(2 + chat.chat, &chat.part, first, elements, job)
                .await?;
        }

        let operand = |lane: usize, part: &Part| Operand {
            float: part.float,
            bytes: &self.chunks[lane],
        };
        let mut target = operand(lane, target);
        let own_target = base.is_some().then_some(target);
        let base = base.as_ref().map_or(target, |base| operand(1, base));
        if vector_alone {
            target = Operand {
                float: Float::F32,
                bytes: &self.nothing[..elements * Float::F32.width()],
            };
        }
        let parts = chats;
        let chats: Vec<Chat> = parts
            .iter()
            .map(|chat| Chat {
                is_vector: chat.is_vector,
                ..Chat::new(operand(2 + chat.chat, &chat.part), chat.weight)
            })
            .collect();
        let is_plain = !vector_alone && parts.iter().all(|part| !part.is_vector);
        let bytes = &mut self.block[self.used..][..len];
        let out = Output { float: to, bytes };
        let counts = if chats.is_empty() && to == target.float {
            out.bytes.copy_from_slice(target.bytes);
            kernel::nonfinite(target)
        } else {
            kernel::merge(target, base, &chats, out)
        };
        // Of vectors there is no base to compare with.
        if let Some(inspection) = &mut self.inspection
            && !chats.is_empty()
            && is_plain
        {
            let bytes = &self.block[self.used..][..len];
            let made = (Operand { float: to, bytes }, counts);
            inspection.add(own_target, base, parts, &chats, made);
        }
        self.in_hand.add(counts);
        self.used += len;
        Ok(len)
    }

    /// How many bytes, whole elements of `width`, the block takes next; empties
    /// it first when it is full.
    async fn room(&mut self, width: usize, wanted: u64) -> Result<usize, EngineError> {
        if BLOCK - self.used < width {
            self.flush().await?;
        }
        let room = (BLOCK - self.used) / width * width;
        Ok(usize::try_from(wanted).map_or(room, |wanted| wanted.min(room)))
    }

    async fn fill(
        &mut self,
        lane: usize,
        part: &Part,
        first: u64,
        elements: usize,
        job: &Job,
    ) -> Result<(), EngineError> {
        let width = part.float.width();
        let chunk = &mut self.chunks[lane];
        chunk.resize(elements * width, 0);
        let (name, reader) = &mut self.lanes[lane];
        let name = *name;
        let offset = part.extent.range.start + first * width as u64;
        let read = reader.read(part.extent.file, offset, chunk);
        let read = unless_cancelled(self.cancel.as_mut(), read).await?;
        read.map_err(|error| self.read_error(name, &part.extent, job, error))
    }

    async fn flush(&mut self) -> Result<(), EngineError> {
        if self.used > 0 {
            self.sink.write(&self.block[..self.used]).await?;
            self.written += self.used as u64;
            self.used = 0;
            self.mark().await;
        }
        Ok(())
    }

    async fn mark(&mut self) {
        let mark = Mark {
            file: self.file,
            bytes: self.written,
            nonfinite: Cow::Borrowed(&self.nonfinite),
            in_hand: self.in_hand,
        };
        self.sink.mark(&mark).await;
    }

    fn observe(&mut self, file: &str, tensor: Option<&str>) {
        (self.observe)(Step {
            done: self.done,
            file,
            tensor,
        });
    }

    fn read_error(&self, lane: Lane, extent: &Extent, job: &Job, error: ReadError) -> EngineError {
        let role = match lane {
            Lane::Target if self.models.target.is_some() => Role::Target,
            Lane::Target | Lane::Base => Role::Base,
            Lane::Chat(i) => Role::Chat(i),
        };
        let reader = self.lanes.iter().find(|(of, _)| *of == lane);
        let file = reader.map_or("", |(_, reader)| reader.file_name(extent.file));
        EngineError::Read {
            role,
            file: file.to_owned(),
            tensor: job.tensor.clone(),
            error,
            kept: false,
        }
    }
}

/// Waits for `work`, but no longer than until `cancel` ends.
async fn unless_cancelled<T>(
    cancel: Pin<&mut impl Future<Output = ()>>,
    work: impl Future<Output = T>,
) -> Result<T, EngineError> {
    match select(cancel, pin!(work)).await {
        Either::Left(_) => Err(EngineError::Cancelled),
        Either::Right((result, _)) => Ok(result),
    }
}
