//! The plan: a recipe applied to headers. Either everything that will be
//! written, byte by byte, or all that stands in its way.

mod card;
mod folder;
mod layout;
mod matching;
pub(crate) mod series;
mod tokens;

pub use series::series;

use crate::checkpoint::{Checkpoint, Located, label};
use crate::dtype::{Dtype, Float};
use crate::header;
use crate::message::{Message, say};
use crate::recipe::{EmbeddingRows, Goal, LayerWeight, OutputDtype, Recipe, Shards, layer_of};
use crate::report::{
    Action, FileSummary, PlanReport, Problem, Role, RuleCount, TensorRow, TokenTable, byte_size,
    shown,
};
use crate::source::Source;
use std::ops::Range;
use std::rc::Rc;

/// So many refused tensors are told in a sentence each; the rows tell of all.
const MAX_PROBLEMS: usize = 20;

/// The checkpoints of a merge and the parts that they play.
#[derive(Debug)]
pub struct Models<'a, S> {
    /// What the chat models were tuned from.
    pub base: &'a Checkpoint<S>,
    /// What the vectors are added to; the base when none is given.
    pub target: Option<&'a Checkpoint<S>>,
    /// The tuned models, in the order of [`Recipe::weights`].
    pub chats: Vec<&'a Checkpoint<S>>,
}

impl<'a, S> Models<'a, S> {
    /// The target, or the base in its place.
    pub fn target(&self) -> &'a Checkpoint<S> {
        self.target.unwrap_or(self.base)
    }

    /// The checkpoint that is read as `lane`.
    pub fn lane(&self, lane: Lane) -> &'a Checkpoint<S> {
        match lane {
            Lane::Target => self.target(),
            Lane::Base => self.base,
            Lane::Chat(i) => self.chats[i],
        }
    }

    /// Who plays the target, for messages.
    fn target_role(&self) -> Role {
        match self.target {
            Some(_) => Role::Target,
            None => Role::Base,
        }
    }
}

/// One of the models as the engine reads them, side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The target.
    Target,
    /// The base, where it is not the target.
    Base,
    /// A chat model, counted from 0.
    Chat(usize),
}

/// Bytes of a model's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The file's place in [`Checkpoint::files`].
    pub file: usize,
    /// From the start of the file.
    pub range: Range<u64>,
}

/// Elements of a tensor that merges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Their dtype.
    pub float: Float,
    /// Where they lie.
    pub extent: Extent,
}

/// A chat model's elements; its λ, which is not 0, is the job's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatPart {
    /// Which chat model, counted from 0.
    pub chat: usize,
    /// Whether the elements are those of a chat vector: the base is not subtracted from them.
    pub is_vector: bool,
    /// The elements.
    pub part: Part,
}

/// A stretch of output and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The target's bytes as they are.
    Copy(Extent),
    /// `target + Σ λᵢ·(chatᵢ − base)`; without chat models a mere rounding to `to`.
    Merge {
        /// Whether the target is left out of the sum, where the vector is all that is wanted.
        vector_alone: bool,
        /// The dtype of the output.
        to: Float,
        /// How many elements.
        elements: u64,
        /// Who plays the target: a chat model where its elements take the place of the target's.
        lane: Lane,
        /// The target's.
        target: Part,
        /// The base's; none where the target's elements are the base's.
        base: Option<Part>,
        /// Those of the chat models that take part.
        chats: Vec<ChatPart>,
    },
}

impl Segment {
    /// Bytes of output.
    pub fn len(&self) -> u64 {
        match self {
            Segment::Copy(extent) => extent.range.end - extent.range.start,
            Segment::Merge { to, elements, .. } => elements * to.width() as u64,
        }
    }

    /// To how many elements it adds a chat vector.
    pub(crate) fn merged(&self) -> u64 {
        match self {
            Segment::Merge {
                elements, chats, ..
            } if !chats.is_empty() => *elements,
            _ => 0,
        }
    }

    /// What makes these bytes of its output; none if they begin or end within an element.
    pub(crate) fn part(mut self, bytes: Range<u64>) -> Option<Segment> {
        match &mut self {
            Segment::Copy(extent) => {
                let start = extent.range.start;
                extent.range = start + bytes.start..start + bytes.end;
            }
            Segment::Merge {
                to,
                elements,
                target,
                base,
                chats,
                ..
            } => {
                let width = to.width() as u64;
                if !bytes.start.is_multiple_of(width) || !bytes.end.is_multiple_of(width) {
                    return None;
                }
                let (first, last) = (bytes.start / width, bytes.end / width);
                *elements = last - first;
                let chats = chats.iter_mut().map(|chat| &mut chat.part);
                for part in std::iter::once(target).chain(base).chain(chats) {
                    let (start, width) = (part.extent.range.start, part.float.width() as u64);
                    part.extent.range = start + first * width..start + last * width;
                }
            }
        }
        Some(self)
    }

    /// What is read for these bytes of its output, which begin and end between elements.
    pub(crate) fn reads_for(&self, bytes: Range<u64>) -> impl Iterator<Item = (Lane, Extent)> {
        let (to, elements) = match self {
            Segment::Copy(_) => (1, self.len()),
            Segment::Merge { to, elements, .. } => (to.width() as u64, *elements),
        };
        self.reads().map(move |(lane, Extent { file, range })| {
            let width = (range.end - range.start) / elements.max(1);
            let at = |byte: u64| range.start + byte / to * width;
            let range = at(bytes.start)..at(bytes.end);
            (lane, Extent { file: *file, range })
        })
    }

    /// Whether it makes no output.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is read for it, lane by lane.
    pub fn reads(&self) -> impl Iterator<Item = (Lane, &Extent)> {
        let (lane, target, base, chats): (_, _, _, &[ChatPart]) = match self {
            Segment::Copy(extent) => (Lane::Target, extent, None, &[]),
            Segment::Merge {
                lane,
                target,
                base,
                chats,
                ..
            } => {
                let base = base.as_ref().map(|base| &base.extent);
                (*lane, &target.extent, base, chats)
            }
        };
        std::iter::once((lane, target))
            .chain(base.map(|extent| (Lane::Base, extent)))
            .chain(chats.iter().map(|c| (Lane::Chat(c.chat), &c.part.extent)))
    }
}

/// A tensor of the output, or all of a file that holds none.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The tensor's name; none where it is a file that comes along.
    pub tensor: Option<String>,
    /// Its dtype in the output; bytes, where it is no tensor.
    pub dtype: Dtype,
    /// λ of each chat model for it; none where it is no tensor.
    pub weights: Vec<f64>,
    /// Its bytes, one segment after the other. Plans of several outputs share them.
    pub segments: Rc<Vec<Segment>>,
}

/// A file of the output, whole and in order.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputFile {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// How many of its bytes are there already, from a merge that was interrupted.
    pub done: u64,
    /// What comes next: a header, or all of a small file.
    pub start: Vec<u8>,
    /// The tensors that follow.
    pub jobs: Vec<Job>,
}

/// What will be done, tensor by tensor, and what is told about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The summary for people.
    pub report: PlanReport,
    /// One row for each tensor of the target, in its order.
    pub rows: Vec<TensorRow>,
    /// What the engine writes; empty while there are problems.
    pub files: Vec<OutputFile>,
}

impl Plan {
    /// What is left to do when the files before `file` are there, and `bytes` of that one.
    ///
    /// None if that is no place where a merge can stop.
    pub fn after(&self, file: usize, bytes: u64) -> Option<Plan> {
        let mut rest = self.clone();
        for whole in rest.files.get_mut(..file)? {
            whole.jobs.clear();
            whole.start.clear();
            whole.done = whole.size;
        }
        if bytes > 0 {
            rest.files.get_mut(file)?.skip(bytes)?;
        }
        Some(rest)
    }
}

impl OutputFile {
    /// A small file without tensors.
    fn of_text(name: &str, text: String) -> Self {
        Self {
            name: name.to_owned(),
            size: text.len() as u64,
            done: 0,
            start: text.into_bytes(),
            jobs: Vec::new(),
        }
    }

    /// Leaves the first bytes out.
    fn skip(&mut self, bytes: u64) -> Option<()> {
        let mut skip = bytes.checked_sub(self.start.len() as u64)?;
        for job in &mut self.jobs {
            for segment in Rc::make_mut(&mut job.segments) {
                let part = skip.min(segment.len());
                skip -= part;
                *segment = segment.clone().part(part..segment.len())?;
            }
        }
        let is_left = |job: &Job| job.segments.iter().any(|segment| !segment.is_empty());
        self.jobs.retain(is_left);
        self.start.clear();
        self.done = bytes;
        (skip == 0).then_some(())
    }
}

/// A tensor of the target after the recipe has been applied to it.
struct Planned<'a> {
    target: &'a Located,
    dtype: Dtype,
    weights: Vec<f64>,
    segments: Vec<Segment>,
}

/// Applies a recipe to the headers of the models, and to their vocabularies where it asks for them.
pub fn plan<S: Source>(models: &Models<'_, S>, recipe: &Recipe) -> Plan {
    let introduced = match recipe.embedding_rows {
        EmbeddingRows::MatchByToken => tokens::introduced(models),
        _ => Vec::new(),
    };
    let mut problems = check_recipe(recipe, models.chats.len(), models.target.is_some());
    let base = std::iter::once((Role::Base, models.base));
    let target = models.target.map(|target| (Role::Target, target));
    for (role, _) in base.chain(target).filter(|(_, model)| model.is_vector) {
        let message = say!(
            "What is given as {role} is a chat vector, not a model. Give it as a chat model.",
            role
        );
        problems.push(problem(role, None, message));
    }
    if !problems.is_empty() {
        return refused(problems, recipe, introduced);
    }

    let target = models.target();
    let mut matcher = match tokens::Tokens::new(models, recipe) {
        Ok(tokens) => matching::Matcher::new(models, recipe, tokens),
        Err(problems) => return refused(problems, recipe, introduced),
    };
    let mut rows = Vec::with_capacity(target.tensors.len());
    let mut planned = Vec::with_capacity(target.tensors.len());
    for located in &target.tensors {
        let decision = matcher.decide(located);
        let dtype = output_dtype(recipe, located.tensor.dtype);
        rows.push(TensorRow {
            name: located.tensor.name.clone(),
            shape: located.tensor.shape.clone(),
            dtype: located.tensor.dtype.to_string(),
            output_dtype: dtype.to_string(),
            action: decision.action(),
            weights: decision.weights.clone(),
            why: decision.why,
        });
        match decision.outcome {
            Ok(segments) => planned.push(Planned {
                target: located,
                dtype,
                weights: decision.weights,
                segments,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(more) = problems.len().checked_sub(MAX_PROBLEMS).filter(|&n| n > 0) {
        problems.truncate(MAX_PROBLEMS);
        let message = match more {
            1 => say!("1 more tensor can't be merged; the table of tensors lists it as refused."),
            _ => say!(
                "{more} more tensors can't be merged; the table of tensors lists them as refused.",
                more
            ),
        };
        problems.push(problem(None, None, message));
    }
    problems.extend(matcher.check_common());
    if target.tensors.is_empty() {
        let role = models.target_role();
        let message = say!(
            "Nothing can be merged: {role} has no tensors. Give other files.",
            role
        );
        problems.push(problem(role, None, message));
    }

    let is_taken = |table: &TokenTable| table.taken_over > 0;
    if !recipe.take_over.is_empty()
        && problems.is_empty()
        && !matcher.token_tables.iter().any(is_taken)
    {
        let message = say!(
            "No row was taken over: the target has no table of tokens that merges. Remove the \
             tokens from the list of those that are taken over."
        );
        problems.push(problem(None, None, message));
    }
    let makes_vector = recipe.goal == Goal::Vector;
    if makes_vector {
        leave_out(&mut rows, &mut planned);
    }
    let count = |action| rows.iter().filter(|row| row.action == action).count();
    let mut report = PlanReport {
        merged: count(Action::Merged),
        copied: count(Action::Copied),
        left_out: count(Action::LeftOut),
        refused: count(Action::Refused),
        label: match makes_vector {
            true => label(planned.iter().map(|planned| {
                let elements = planned.target.tensor.elements();
                (planned.dtype, elements)
            })),
            false => label(target.tensors.iter().map(|located| {
                let tensor = &located.tensor;
                (output_dtype(recipe, tensor.dtype), tensor.elements())
            })),
        },
        rule_counts: matcher.rule_counts.clone(),
        notices: matcher.notices(),
        token_tables: matcher.token_tables,
        introduced,
        problems,
        files: Vec::new(),
        bytes: 0,
        folder: Vec::new(),
        layers: layers(target),
    };
    let mut files = Vec::new();
    if makes_vector && planned.is_empty() && report.problems.is_empty() {
        let message = say!(
            "Nothing is left for the chat vector: no tensor is merged. Look at the rules and the \
             weights."
        );
        report.problems.push(problem(None, None, message));
    }
    if report.problems.is_empty() {
        if report.merged == 0 {
            let notice = say!("No tensor is merged: the output copies the target.");
            report.notices.insert(0, notice);
        }
        files = layout::files(models, recipe, planned);
        report.notices.extend(oversized(recipe, &files));
        if let Some(file) = files.iter().find(|file| {
            file.start.len() as u64 > header::PREFIX + header::MAX_LEN && !file.jobs.is_empty()
        }) {
            let message = say!(
                "The header of `{file}` would be {size}, over the format's limit of 100 MB. Choose \
                 smaller shards.",
                file = shown(&file.name),
                size = byte_size(file.start.len() as u64)
            );
            report
                .problems
                .push(problem(models.target_role(), None, message));
            files.clear();
        } else {
            let folder = folder::files(models, recipe, &files, &report);
            files.extend(folder.files);
            report.folder = folder.told;
        }
    }
    report.bytes = files.iter().map(|file| file.size).sum();
    report.files = files
        .iter()
        .map(|file| FileSummary {
            name: file.name.clone(),
            size: file.size,
        })
        .collect();
    Plan {
        report,
        rows,
        files,
    }
}

/// Leaves out of a chat vector what is no sum of vectors; where it is one in some rows only, the
/// others become zeros.
fn leave_out(rows: &mut [TensorRow], planned: &mut Vec<Planned<'_>>) {
    let is_sum = |segment: &Segment| match segment {
        Segment::Copy(_) => false,
        Segment::Merge { chats, .. } => !chats.is_empty(),
    };
    planned.retain(|planned| planned.segments.iter().any(is_sum));
    for planned in planned.iter_mut() {
        let (Some(to), Some(float)) = (
            Float::new(planned.dtype),
            Float::new(planned.target.tensor.dtype),
        ) else {
            continue;
        };
        for segment in &mut planned.segments {
            // Rows that are the target's own where the vector is added: zeros.
            let read = segment.reads().next().map(|(_, extent)| extent.clone());
            if let Some(extent) = read.filter(|_| !is_sum(segment)) {
                let part = Part { float, extent };
                *segment = Segment::Merge {
                    vector_alone: true,
                    to,
                    elements: (part.extent.range.end - part.extent.range.start)
                        / float.width() as u64,
                    lane: Lane::Target,
                    target: part,
                    base: None,
                    chats: Vec::new(),
                };
            }
        }
    }
    let mut kept = planned
        .iter()
        .map(|planned| &planned.target.tensor.name)
        .peekable();
    for row in rows.iter_mut().filter(|row| row.action != Action::Refused) {
        if kept.next_if(|name| **name == row.name).is_none() {
            row.action = Action::LeftOut;
            row.why = say!("{why}: left out of the chat vector", why = row.why);
        }
    }
}

/// The most layers that are counted: the deepest models have a few hundred.
const MAX_LAYERS: u32 = 1024;

/// How many layers a model has, by its tensors' names; 0 where these are no numbers of layers.
fn layers<S>(model: &Checkpoint<S>) -> u32 {
    let names = model.tensors.iter().map(|located| &located.tensor.name);
    let last = names.filter_map(|name| layer_of(name)).max();
    last.filter(|last| *last < MAX_LAYERS)
        .map_or(0, |last| last + 1)
}

/// Files over the size that was asked for: a tensor is never cut in two.
fn oversized(recipe: &Recipe, files: &[OutputFile]) -> Option<Message> {
    let Shards::AtMost { bytes } = recipe.shards else {
        return None;
    };
    let over = |file: &&OutputFile| file.size > bytes && !file.jobs.is_empty();
    let file = files.iter().filter(over).max_by_key(|file| file.size)?;
    let tensor = file.jobs.first()?.tensor.as_ref()?;
    Some(say!(
        "`{tensor}` alone makes a file of {size}, more than was asked for.",
        tensor = shown(tensor),
        size = byte_size(file.size)
    ))
}

/// A plan that says only why there is none.
fn refused(problems: Vec<Problem>, recipe: &Recipe, introduced: Vec<Vec<String>>) -> Plan {
    Plan {
        report: PlanReport {
            problems,
            notices: Vec::new(),
            merged: 0,
            copied: 0,
            left_out: 0,
            refused: 0,
            rule_counts: vec![RuleCount::default(); recipe.rules.len()],
            label: Message::default(),
            token_tables: Vec::new(),
            introduced,
            files: Vec::new(),
            bytes: 0,
            folder: Vec::new(),
            layers: 0,
        },
        rows: Vec::new(),
        files: Vec::new(),
    }
}

fn problem(model: impl Into<Option<Role>>, tensor: Option<&str>, message: Message) -> Problem {
    Problem {
        model: model.into(),
        file: None,
        tensor: tensor.map(str::to_owned),
        message,
    }
}

/// The dtype that a tensor of the target is saved in.
fn output_dtype(recipe: &Recipe, dtype: Dtype) -> Dtype {
    match (recipe.output_dtype, Float::new(dtype)) {
        // With the vector rounded as little as that, merges with it are those with its models.
        (OutputDtype::SameAsTarget, Some(float))
            if recipe.goal == Goal::Vector && float != Float::F64 =>
        {
            Dtype::F32
        }
        (OutputDtype::SameAsTarget, _) | (_, None) => dtype,
        (OutputDtype::F32, _) => Dtype::F32,
        (OutputDtype::F16, _) => Dtype::F16,
        (OutputDtype::BF16, _) => Dtype::BF16,
    }
}

/// What can be wrong with a recipe before any file is looked at.
fn check_recipe(recipe: &Recipe, chats: usize, has_target: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |model, message| {
        problems.push(problem(model, None, message));
    };
    if chats == 0 {
        refuse(None, say!("Give at least one chat model."));
    }
    let of_rules = recipe
        .rules
        .iter()
        .map(|rule| (&rule.weights, Some(shown(&rule.pattern))));
    for (weights, rule) in std::iter::once((&recipe.weights, None)).chain(of_rules) {
        if weights.len() != chats {
            let weights = weights.len();
            let message = match rule {
                None => say!(
                    "There are {chats} chat models but {weights} weights. Give each model one.",
                    chats,
                    weights
                ),
                Some(rule) => say!(
                    "There are {chats} chat models but {weights} weights in the rule `{rule}`. \
                     Give each model one.",
                    chats,
                    weights,
                    rule
                ),
            };
            refuse(None, message);
        }
        for (i, &weight) in weights.iter().enumerate() {
            if !(weight as f32).is_finite() {
                let role = Role::Chat(i);
                let message = match rule {
                    None => say!(
                        "The weight of {role} is not a finite 32-bit number. Give one such as 1 or \
                         0.5.",
                        role
                    ),
                    Some(rule) => say!(
                        "The weight of {role} in the rule `{rule}` is not a finite 32-bit number. \
                         Give one such as 1 or 0.5.",
                        role,
                        rule
                    ),
                };
                refuse(Some(role), message);
            }
        }
    }
    if recipe.goal == Goal::Vector && !recipe.take_over.is_empty() {
        let message = say!(
            "A chat vector holds no rows that are taken over: remove the tokens from the list, or \
             make a merged model."
        );
        refuse(None, message);
    }
    if recipe.goal == Goal::Vector && has_target {
        let message = say!(
            "A chat vector is made of chat models and their base: remove the target, or make a \
             merged model."
        );
        refuse(Some(Role::Target), message);
    }
    if recipe.layers.len() > chats {
        refuse(
            None,
            say!("There are curves of λ for more chat models than are given."),
        );
    }
    for (i, points) in recipe.layers.iter().enumerate() {
        let role = Role::Chat(i);
        let bad = |point: &&LayerWeight| !(point.weight as f32).is_finite();
        if let Some(point) = points.iter().find(bad) {
            let message = say!(
                "The weight of {role} at layer {layer} is not a finite 32-bit number. Give one \
                 such as 1 or 0.5.",
                role,
                layer = u64::from(point.layer)
            );
            refuse(Some(role), message);
        }
        if let Some(pair) = points
            .windows(2)
            .find(|pair| pair[0].layer >= pair[1].layer)
        {
            let message = say!(
                "The layers of the λ of {role} are not in order at layer {layer}. Give each layer \
                 once, the first first.",
                role,
                layer = u64::from(pair[1].layer)
            );
            refuse(Some(role), message);
        }
    }
    for rule in &recipe.rules {
        if rule.pattern.is_empty() {
            refuse(
                None,
                say!("A rule has no name pattern. Give one, such as `*norm*`, or remove the rule."),
            );
        } else if let Err(error) = fast_glob::validate(&rule.pattern) {
            let message = say!(
                "The name pattern `{pattern}` can't be read: {error}.",
                pattern = shown(&rule.pattern),
                error = error.to_string()
            );
            refuse(None, message);
        }
    }
    problems
}
