//! The engine: runs a plan from sources to a sink, chunk by chunk.
//!
//! Memory is a few buffers of fixed size, however large the model: one chunk
//! per input, and one block of each output.

pub(crate) mod lane;

use crate::dtype::Float;
use crate::inspect::Inspection;
use crate::journal::Mark;
use crate::kernel::count::Counts;
use crate::kernel::{self, Chat, Operand, Output};
use crate::message::{self, Message, say};
use crate::plan::series::{Cut, jobs_at};
use crate::plan::{ChatPart, Extent, Job, Lane, Models, OutputFile, Part, Plan, Segment};
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
/// Bytes that go to the sinks at once, of all outputs together …
const BLOCK: usize = 1024 * 1024;
/// … unless there are so many that each would have less than this, …
const SMALL_BLOCK: usize = 256 * 1024;
/// … in multiples of this.
const STEP: usize = 64 * 1024;

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
#[derive(Debug, PartialEq, Eq)]
pub enum EngineError {
    /// An input could not be read.
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
    Write(WriteError),
    /// The person did not want it any more.
    Cancelled,
}

impl EngineError {
    /// What happened, what is left of the merge, and what to do.
    pub fn message(&self) -> Message {
        let stopped = |place: Message, error: &ReadError, kept: &bool| match kept {
            true => say!(
                "{place}: {error}. The merge was stopped, what is done so far is kept",
                place,
                error
            ),
            false => say!(
                "{place}: {error}. The merge was stopped, nothing was kept",
                place,
                error
            ),
        };
        match self {
            Self::Read {
                role,
                file,
                tensor,
                error,
                kept,
            } => stopped(place_in(*role, file, tensor.as_deref()), error, kept),
            Self::Changed {
                role,
                file,
                error,
                kept,
            } => stopped(place_in(*role, file, None), error, kept),
            Self::Write(error) => error.message(),
            Self::Cancelled => say!("the merge was cancelled, nothing was kept"),
        }
    }
}

message::error!(EngineError);

impl From<WriteError> for EngineError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

/// A model's file, and the tensor of it that is in hand.
pub(crate) fn place_in(role: Role, file: &str, tensor: Option<&str>) -> Message {
    let file = shown(file);
    match tensor {
        Some(tensor) => {
            let tensor = shown(tensor);
            say!("`{file}` of {role}, tensor `{tensor}`", file, role, tensor)
        }
        None => say!("`{file}` of {role}", file, role),
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

/// [`run`], with what is merged handed to an inspection on the way. An inspection of what is left after
/// a mark would be one of half a model: give none then.
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
    let making = Making::new(plan, after, sink, inspection);
    let mut made = run_several(models, vec![making], observe, cancel).await?;
    Ok(made.pop().unwrap_or_default())
}

/// One of the outputs of [`run_several`].
#[derive(Debug)]
pub struct Making<'a, K> {
    plan: &'a Plan,
    sink: &'a mut K,
    inspection: Option<&'a mut Inspection>,
    /// Output; what is used of it has not gone to the sink yet.
    block: Vec<u8>,
    /// How many bytes of the file in hand have gone to the sink.
    written: u64,
    /// What is not finite, in the tensors that are done and in the one in hand.
    nonfinite: Vec<NonFinite>,
    in_hand: Counts,
}

impl<'a, K> Making<'a, K> {
    /// By a plan without problems, or what is left of one after a mark.
    ///
    /// The inspection sums up what is merged for this output. One tells of the models what all would,
    /// but for what rounding loses, which depends on λ; and each costs as much as the first.
    pub fn new(
        plan: &'a Plan,
        after: Mark<'_>,
        sink: &'a mut K,
        inspection: Option<&'a mut Inspection>,
    ) -> Self {
        Self {
            plan,
            sink,
            inspection,
            block: Vec::new(),
            written: 0,
            nonfinite: after.nonfinite.into_owned(),
            in_hand: after.in_hand,
        }
    }
}

/// [`run`] for several outputs at once, by plans of [`crate::plan::series`]: each chunk of input is
/// read once. What is returned is in the order of the outputs, [`Step::done`] counts all of them, and
/// what stops one stops all.
///
/// # Errors
/// As [`run`], for each sink.
///
/// # Panics
/// If the plans do not go together.
pub async fn run_several<S: Source, K: Sink>(
    models: &Models<'_, S>,
    outputs: Vec<Making<'_, K>>,
    observe: impl FnMut(Step),
    cancel: impl Future<Output = ()>,
) -> Result<Vec<Vec<NonFinite>>, EngineError> {
    let cancel = pin!(cancel);
    let mut engine = Engine::new(models, outputs, observe, cancel);
    let checked = engine.check_inputs().await;
    let untouched = checked.is_err();
    let mut error = match checked {
        Err(error) => error,
        Ok(()) => match engine.run().await {
            Err(error) => error,
            Ok(()) => return Ok(engine.nonfinite()),
        },
    };
    let can_go_on = match &error {
        EngineError::Read { .. } => true,
        // What was made is not in doubt because of a disk that is gone.
        EngineError::Changed { error, .. } => untouched || matches!(error, ReadError::Platform(_)),
        EngineError::Write(_) | EngineError::Cancelled => false,
    };
    let is_kept = engine.stop(can_go_on).await;
    if let EngineError::Read { kept, .. } | EngineError::Changed { kept, .. } = &mut error {
        *kept = is_kept;
    }
    Err(error)
}

struct Engine<'a, S: Source, K, F, C> {
    models: &'a Models<'a, S>,
    lanes: Vec<LaneReader<'a, S>>,
    outputs: Vec<Making<'a, K>>,
    observe: F,
    cancel: Pin<&'a mut C>,
    /// The size of each output's block.
    block: usize,
    /// Of each block the first `used` bytes have not gone to its sink yet.
    used: usize,
    /// One chunk per lane, reused, and whether it holds the one in hand.
    chunks: Vec<(Vec<u8>, bool)>,
    /// A chunk of −0 as F32: what a sum begins with that changes nothing, not even the sign of 0.
    nothing: Vec<u8>,
    done: u64,
    /// The file in hand.
    file: usize,
}

impl<'a, S: Source, K: Sink, F: FnMut(Step), C: Future<Output = ()>> Engine<'a, S, K, F, C> {
    fn new(
        models: &'a Models<'a, S>,
        mut outputs: Vec<Making<'a, K>>,
        observe: F,
        cancel: Pin<&'a mut C>,
    ) -> Self {
        let chats = (0..models.chats.len()).map(Lane::Chat);
        let lanes = [Lane::Target, Lane::Base].into_iter().chain(chats);
        let lanes = lanes.map(|lane| LaneReader::new(&models.lane(lane).files));
        let share = BLOCK / outputs.len().max(1);
        let block = (share / STEP * STEP).max(SMALL_BLOCK);
        for output in &mut outputs {
            output.block.resize(block, 0);
        }
        let mut engine = Self {
            models,
            lanes: lanes.collect(),
            outputs,
            observe,
            cancel,
            block,
            used: 0,
            chunks: vec![(Vec::new(), false); 2 + models.chats.len()],
            nothing: (-0.0f32).to_le_bytes().repeat(CHUNK),
            done: 0,
            file: 0,
        };
        engine.announce_reads();
        engine
    }

    /// Tells the lanes what will be read.
    fn announce_reads(&mut self) {
        for number in 0..self.files() {
            let files = self.files_of(number);
            for at in 0..files.first().map_or(0, |file| file.jobs.len()) {
                let mut cut = Cut::new(&jobs_at(&files, at));
                while cut.next() {
                    let reads = cut.reads().expect("plans of a series read the same");
                    for (lane, extent) in reads {
                        self.lanes[place(lane)].will_read(extent);
                    }
                }
            }
        }
    }

    /// How many files each output has.
    fn files(&self) -> usize {
        let first = self.outputs.first();
        first.map_or(0, |output| output.plan.files.len())
    }

    /// The same file of all outputs.
    fn files_of(&self, number: usize) -> Vec<&'a OutputFile> {
        let outputs = self.outputs.iter();
        outputs.map(|output| &output.plan.files[number]).collect()
    }

    async fn run(&mut self) -> Result<(), EngineError> {
        for output in &mut self.outputs {
            output.sink.begin(&output.plan.report.files).await?;
        }
        for number in 0..self.files() {
            let files = self.files_of(number);
            self.done += files.iter().map(|file| file.done).sum::<u64>();
            if files.iter().any(|file| file.done < file.size) {
                self.file = number;
                self.write(&files).await?;
            }
        }
        self.check_inputs().await?;
        for output in &mut self.outputs {
            output.sink.commit().await?;
        }
        Ok(())
    }

    /// What is not finite, output by output.
    fn nonfinite(self) -> Vec<Vec<NonFinite>> {
        let mut nonfinite = Vec::new();
        for output in self.outputs {
            nonfinite.push(output.nonfinite);
        }
        nonfinite
    }

    /// Keeps what can be kept, if it is to be kept, and says whether anything is.
    async fn stop(&mut self, keep: bool) -> bool {
        let mut kept = false;
        for output in &mut self.outputs {
            match keep {
                true => kept |= output.sink.suspend().await,
                false => output.sink.discard().await,
            }
        }
        kept
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

    /// Writes a file of each output.
    async fn write(&mut self, files: &[&'a OutputFile]) -> Result<(), EngineError> {
        for (output, file) in self.outputs.iter_mut().zip(files) {
            let sink = &mut output.sink;
            sink.create(&file.name, file.size, file.done).await?;
            sink.write(&file.start).await?;
            self.done += file.start.len() as u64;
            output.written = file.done + file.start.len() as u64;
        }
        let Some(first) = files.first() else {
            return Ok(());
        };
        for at in 0..first.jobs.len() {
            self.job(&first.name, &jobs_at(files, at)).await?;
        }
        self.flush().await?;
        self.observe(&first.name, None);
        for output in &mut self.outputs {
            output.sink.finish().await?;
            output.written = 0;
        }
        self.file += 1;
        self.mark().await;
        Ok(())
    }

    /// Makes a tensor of each output.
    async fn job(&mut self, file: &str, jobs: &[&'a Job]) -> Result<(), EngineError> {
        let Some(first) = jobs.first() else {
            return Ok(());
        };
        let tensor = first.tensor.as_deref();
        for (output, job) in self.outputs.iter_mut().zip(jobs) {
            if let Some(inspection) = &mut output.inspection {
                inspection.begin(job.segments.iter().map(Segment::merged).sum());
            }
        }
        let mut cut = Cut::new(jobs);
        while cut.next() {
            let mut at = 0;
            while at < cut.len() {
                let made = self.chunk(jobs, &cut, at).await? as u64;
                at += made;
                self.done += made * jobs.len() as u64;
                self.observe(file, tensor);
            }
        }
        let tensor = tensor.unwrap_or_default();
        for output in &mut self.outputs {
            if let Some(inspection) = &mut output.inspection {
                inspection.end(tensor);
            }
            let counts = std::mem::take(&mut output.in_hand);
            if counts != Counts::default() {
                output.nonfinite.push(NonFinite {
                    tensor: shown(tensor).to_string(),
                    nan: counts.nan,
                    infinite: counts.infinite,
                });
            }
        }
        Ok(())
    }

    /// Makes the next bytes of a piece, in each output, and says how many.
    async fn chunk(
        &mut self,
        jobs: &[&'a Job],
        cut: &Cut<'a>,
        at: u64,
    ) -> Result<usize, EngineError> {
        let left = cut.len() - at;
        let (job, float) = (jobs[0], Float::new(jobs[0].dtype));
        let mut copies = cut.segments().map(|(segment, start)| match segment {
            Segment::Copy(extent) => Some((extent, start)),
            Segment::Merge { .. } => None,
        });
        let copy = copies.next().flatten();
        let copy = copy.filter(|_| copies.all(|copy| copy.is_some()));
        if let Some((extent, start)) = copy {
            return self.copy(job, float, extent, start + at, left).await;
        }

        // Only floats merge.
        let float = float.unwrap_or(Float::F32);
        let width = float.width();
        let len = self.room(width, left.min((CHUNK * width) as u64)).await?;
        let elements = len / width;
        for (_, is_filled) in &mut self.chunks {
            *is_filled = false;
        }
        for (segment, start) in cut.segments() {
            let first = (start + at) / width as u64;
            let (lane, target, base, chats): (_, _, _, &[ChatPart]) = match segment {
                Segment::Copy(extent) => {
                    let extent = extent.clone();
                    (Lane::Target, &Part { float, extent }, None, &[])
                }
                Segment::Merge {
                    lane,
                    target,
                    base,
                    chats,
                    ..
                } => (*lane, target, base.as_ref(), chats),
            };
            self.fill(lane, target, first, elements, job).await?;
            if let Some(base) = base {
                self.fill(Lane::Base, base, first, elements, job).await?;
            }
            for chat in chats {
                self.fill(Lane::Chat(chat.chat), &chat.part, first, elements, job)
                    .await?;
            }
        }
        for (number, (output, job)) in self.outputs.iter_mut().zip(jobs).enumerate() {
            let bytes = &mut output.block[self.used..][..len];
            let out = Output { float, bytes };
            let inspection = output.inspection.as_deref_mut();
            let segment = cut.segment_of(number);
            let counts = merge(segment, job, &self.chunks, &self.nothing, inspection, out);
            output.in_hand.add(counts);
        }
        self.used += len;
        Ok(len)
    }

    /// Makes the next bytes of what is copied in all outputs.
    async fn copy(
        &mut self,
        job: &Job,
        float: Option<Float>,
        extent: &Extent,
        at: u64,
        left: u64,
    ) -> Result<usize, EngineError> {
        let len = self.room(float.map_or(1, Float::width), left).await?;
        let used = self.used;
        let read = match self.outputs.first_mut() {
            None => Ok(()),
            Some(first) => {
                let out = &mut first.block[used..][..len];
                let reader = &mut self.lanes[place(Lane::Target)];
                let read = reader.read(extent.file, extent.range.start + at, out);
                unless_cancelled(self.cancel.as_mut(), read).await?
            }
        };
        read.map_err(|error| self.read_error(Lane::Target, extent, job, error))?;
        if let [first, others @ ..] = &mut self.outputs[..] {
            let bytes = &first.block[used..][..len];
            let nonfinite = |float| kernel::nonfinite(Operand { float, bytes });
            let counts = float.map_or(Counts::default(), nonfinite);
            for other in others {
                other.block[used..][..len].copy_from_slice(bytes);
                other.in_hand.add(counts);
            }
            first.in_hand.add(counts);
        }
        self.used += len;
        Ok(len)
    }

    /// How many bytes, whole elements of `width`, the blocks take next; empties
    /// them first when they are full.
    async fn room(&mut self, width: usize, wanted: u64) -> Result<usize, EngineError> {
        if self.block - self.used < width {
            self.flush().await?;
        }
        let room = (self.block - self.used) / width * width;
        Ok(usize::try_from(wanted).map_or(room, |wanted| wanted.min(room)))
    }

    /// Reads elements of a part into its lane's chunk, unless they are there.
    async fn fill(
        &mut self,
        lane: Lane,
        part: &Part,
        first: u64,
        elements: usize,
        job: &Job,
    ) -> Result<(), EngineError> {
        let (chunk, is_filled) = &mut self.chunks[place(lane)];
        if std::mem::replace(is_filled, true) {
            return Ok(());
        }
        let width = part.float.width();
        chunk.resize(elements * width, 0);
        let reader = &mut self.lanes[place(lane)];
        let offset = part.extent.range.start + first * width as u64;
        let read = reader.read(part.extent.file, offset, chunk);
        let read = unless_cancelled(self.cancel.as_mut(), read).await?;
        read.map_err(|error| self.read_error(lane, &part.extent, job, error))
    }

    async fn flush(&mut self) -> Result<(), EngineError> {
        if self.used > 0 {
            for output in &mut self.outputs {
                output.sink.write(&output.block[..self.used]).await?;
                output.written += self.used as u64;
            }
            self.used = 0;
            self.mark().await;
        }
        Ok(())
    }

    async fn mark(&mut self) {
        for output in &mut self.outputs {
            let mark = Mark {
                file: self.file,
                bytes: output.written,
                nonfinite: Cow::Borrowed(&output.nonfinite),
                in_hand: output.in_hand,
            };
            output.sink.mark(&mark).await;
        }
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
        let file = self.lanes[place(lane)].file_name(extent.file);
        EngineError::Read {
            role,
            file: file.to_owned(),
            tensor: job.tensor.clone(),
            error,
            kept: false,
        }
    }
}

/// Where a lane stands among all.
fn place(lane: Lane) -> usize {
    match lane {
        Lane::Target => 0,
        Lane::Base => 1,
        Lane::Chat(chat) => 2 + chat,
    }
}

/// Makes elements of one output of what the lanes' chunks hold.
fn merge(
    segment: &Segment,
    job: &Job,
    chunks: &[(Vec<u8>, bool)],
    nothing: &[u8],
    inspection: Option<&mut Inspection>,
    out: Output,
) -> Counts {
    let operand = |lane: Lane, float: Float| Operand {
        float,
        bytes: &chunks[place(lane)].0,
    };
    let Segment::Merge {
        vector_alone,
        lane,
        target,
        base,
        chats: parts,
        ..
    } = segment
    else {
        return copy(operand(Lane::Target, out.float), out);
    };
    let mut target = operand(*lane, target.float);
    let own_target = base.is_some().then_some(target);
    let base = base
        .as_ref()
        .map_or(target, |base| operand(Lane::Base, base.float));
    if *vector_alone {
        let elements = out.bytes.len() / out.float.width();
        target = Operand {
            float: Float::F32,
            bytes: &nothing[..elements * Float::F32.width()],
        };
    }
    let chat = |part: &ChatPart| Chat {
        is_vector: part.is_vector,
        ..Chat::new(
            operand(Lane::Chat(part.chat), part.part.float),
            job.weights[part.chat],
        )
    };
    let chats: Vec<Chat> = parts.iter().map(chat).collect();
    let is_plain = !vector_alone && parts.iter().all(|part| !part.is_vector);
    if chats.is_empty() && out.float == target.float {
        return copy(target, out);
    }
    let Output { float, bytes } = out;
    let reborrowed = Output {
        float,
        bytes: &mut *bytes,
    };
    let counts = kernel::merge(target, base, &chats, reborrowed);
    // Of vectors there is no base to compare with.
    if let Some(inspection) = inspection
        && !chats.is_empty()
        && is_plain
    {
        let merged = Operand { float, bytes };
        inspection.add(own_target, base, parts, &chats, (merged, counts));
    }
    counts
}

fn copy(from: Operand, out: Output) -> Counts {
    out.bytes.copy_from_slice(from.bytes);
    kernel::nonfinite(from)
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
