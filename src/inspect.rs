//! Inspection: what chat vectors are like, tensor by tensor, and what looks wrong with them.
//!
//! The engine hands every chunk that it has merged to an [`Inspection`]: beside a merge, or alone, by a
//! plan of [`plan()`]'s and into a sink that throws all away. τᵢ is the vector of chat model i:
//! chatᵢ − base. Elements that are not finite are counted and left out of everything else;
//! [`crate::kernel::sums`] says how exact the sums are.
//!
//! Alone it takes every element. Beside a merge it would cost as much as the merge, so there it takes all
//! of small tensors only, an eighth of larger ones and a thirty-second of the largest: blocks that lie
//! all over them, not in step with their rows. What is not
//! finite is counted in all of them there, too; the largest change is that of the sample.

use crate::checkpoint::ByName;
use crate::engine::{EngineError, place_in};
use crate::kernel::count::Counts;
use crate::kernel::sums::{self, BLOCK, ChatSums, Sums};
use crate::kernel::{Chat, Operand};
use crate::message::{self, Message, say};
use crate::plan::{self, ChatPart, Models, Plan, Segment};
use crate::recipe::{EmbeddingRows, Goal, OutputFolder, Recipe, Unmatched};
use crate::report::{Action, Role, shown};
use crate::source::{ReadError, Source};
use std::mem;
use std::rc::Rc;

/// A vector so big, against its base, is that of two models that have nothing to do with each other:
/// without any correlation ‖chat − base‖² = ‖chat‖² + ‖base‖², so at least ‖base‖². Vectors of chat
/// models and their own base have 0.001 to 0.2 of it.
const UNRELATED: f64 = 0.8;
/// A target − base that points so much the way of a vector, and is about as long along it, holds the
/// vector. Models that were tuned apart from one base have cosines of a few hundredths.
const HOLDS: f64 = 0.5;
/// A target that went far from the base otherwise, and holds a vector all the same, has less of a
/// cosine, but is about as long along the vector as the vector is: nearer to it than …
const NEARLY: f64 = 0.75;
/// … from this cosine on.
const FAR: f64 = 0.1;
/// Chat vectors with such a cosine are one and the same, but for rounding.
const SAME: f64 = 0.99;
/// Rounding that takes more than this of what is added, as a norm, has most of it.
const LOST: f64 = 0.5;
/// Tensors of at most so many elements are never sampled.
const SMALL: u64 = 1 << 16;
/// Of those over so many, a smaller part says as much: at least 128 blocks, as many as of a tensor of a
/// million elements.
const LARGE: u64 = 1 << 22;
/// Sums that cancel to less than this share of their terms are known too badly to be told.
const CANCELLED: f64 = 1e-4;

/// What is found out about one tensor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorReport {
    /// Its name, as it is [`shown`] to people.
    pub tensor: String,
    /// How many elements are finite in all models; of a sampled tensor, as far as the sample tells.
    pub elements: u64,
    /// ‖base‖, the root of the sum of squares.
    pub base: f64,
    /// ‖target − base‖, where there is a target.
    pub target: Option<f64>,
    /// ‖out − exact‖ / ‖exact − target‖: which share of what is added is lost when it is rounded to
    /// the output dtype. None where nothing is added.
    pub loss: Option<f64>,
    /// What is not finite in the base.
    pub base_nonfinite: Counts,
    /// What is not finite in the target, where there is one.
    pub target_nonfinite: Counts,
    /// Of each chat model; none for one that takes no part.
    pub chats: Vec<Option<ChatReport>>,
    /// The cosines between two vectors: of the second with the first, of the third with the first,
    /// of the third with the second, and so on. None where a vector is zero or takes no part.
    pub cosines: Vec<Option<f64>>,
}

/// What is found out about one tensor of one chat model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChatReport {
    /// ‖τ‖.
    pub norm: f64,
    /// ‖τ‖ / ‖base‖; none where the base is zero.
    pub ratio: Option<f64>,
    /// The largest |τ|.
    pub largest: f64,
    /// The cosine between τ and target − base; none where one is zero, or there is no target.
    pub cosine: Option<f64>,
    /// What is not finite in the chat model.
    pub nonfinite: Counts,
}

/// What is found out about the models of a merge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How many chat models there are.
    pub chats: usize,
    /// Whether there is a target.
    pub has_target: bool,
    /// Which share of the elements was taken: 1 if there was no sampling.
    pub taken: f64,
    /// All tensors together, without a name.
    pub whole: TensorReport,
    /// Each tensor, in the order of the plan.
    pub tensors: Vec<TensorReport>,
    /// What looks wrong, in sentences.
    pub warnings: Vec<Message>,
}

/// Why models could not be inspected.
#[derive(Debug, PartialEq, Eq)]
pub enum InspectError {
    /// A file can't be read any more, or is not what it was.
    Input {
        /// Whose file it is.
        role: Role,
        /// The file.
        file: String,
        /// What went wrong.
        error: ReadError,
    },
    /// The person did not want it any more.
    Cancelled,
}

impl InspectError {
    /// What happened, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Input { role, file, error } => say!(
                "{place}: {what}. Put it back as it was, or give it again",
                place = place_in(*role, file, None),
                what = error.what()
            ),
            Self::Cancelled => say!("the inspection was stopped"),
        }
    }
}

message::error!(InspectError);

impl From<EngineError> for InspectError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Read {
                role, file, error, ..
            }
            | EngineError::Changed {
                role, file, error, ..
            } => Self::Input { role, file, error },
            // Nowhere is always room.
            EngineError::Cancelled | EngineError::Write(_) => Self::Cancelled,
        }
    }
}

/// Whether there is a base to compare all chat vectors with, and a model that they are added to.
pub fn can_inspect<S>(models: &Models<'_, S>, recipe: &Recipe) -> bool {
    recipe.goal == Goal::Model && !models.chats.iter().any(|chat| chat.is_vector)
}

/// The plan of an inspection alone: all tensors that match in all models, also those that the recipe
/// leaves out. `planned` is its plan, without problems. What rounding loses is told of tensors that
/// it merges, with their λ.
pub fn plan<S: Source>(models: &Models<'_, S>, recipe: &Recipe, planned: &Plan) -> Plan {
    let all = Recipe {
        weights: vec![1.0; models.chats.len()],
        layers: Vec::new(),
        rules: Vec::new(),
        output: OutputFolder::Weights,
        unmatched: Unmatched::Copy,
        embedding_rows: match recipe.embedding_rows {
            EmbeddingRows::MatchByToken => EmbeddingRows::MatchByToken,
            _ => EmbeddingRows::MergeShared,
        },
        take_over: Vec::new(),
        ..recipe.clone()
    };
    let mut plan = plan::plan(models, &all);
    let mut rows = ByName::new();
    // One by one: `collect` would bring a sort of its own.
    for (at, row) in planned.rows.iter().enumerate() {
        rows.insert(&row.name, at);
    }
    for file in &mut plan.files {
        file.start.clear();
        for job in &mut file.jobs {
            let tensor = job.tensor.as_deref().unwrap_or_default();
            let row = rows.get(tensor).map(|&at| &planned.rows[at]);
            let merged = row.filter(|row| row.action == Action::Merged);
            job.weights = merged.map_or(vec![0.0; models.chats.len()], |row| row.weights.clone());
            Rc::make_mut(&mut job.segments).retain(
                |segment| matches!(segment, Segment::Merge { chats, .. } if !chats.is_empty()),
            );
        }
        file.jobs.retain(|job| !job.segments.is_empty());
        let segments = file.jobs.iter().flat_map(|job| job.segments.iter());
        file.size = segments.map(Segment::len).sum();
    }
    plan.report.bytes = plan.files.iter().map(|file| file.size).sum();
    plan
}

/// Sums up tensors while they are merged. Its size is that of one [`TensorReport`] a tensor.
#[derive(Debug, Default)]
pub struct Inspection {
    report: Report,
    is_sample: bool,
    /// Elements of the tensor in hand that will be merged.
    elements: u64,
    /// What is known of it, once a chunk of it was merged.
    in_hand: Option<InHand>,
    whole: Whole,
    /// For each model, the first tensor with anything that is not finite: base, target, chat models.
    first_nonfinite: Vec<Option<String>>,
}

#[derive(Debug)]
struct InHand {
    /// The chat models that take part, and their λ.
    places: Vec<usize>,
    weights: Vec<f64>,
    share: Share,
    /// Elements that were merged, and those among them that are in the sums.
    merged: u64,
    taken: u64,
    sums: Sums,
}

/// Sums over all tensors.
#[derive(Debug, Default)]
struct Whole {
    sums: Sums,
    /// For each chat model, Σ base² and Σ (target − base)² of the tensors that it takes part in.
    against: Vec<(f64, f64)>,
    /// Which chat models have taken part at all.
    took_part: Vec<bool>,
    /// For each two of them, both Σ τ² of the tensors that both take part in.
    pairs: Vec<(f64, f64)>,
    /// Σ (out − exact)² and Σ (exact − target)² of the tensors to which something is added.
    rounding: (f64, f64),
    /// Elements that were merged, and those among them that are in the sums.
    merged: u64,
    taken: u64,
    /// Whether some element of the target is another one than the base's; the same for chat models.
    target_differs: bool,
    differ: Vec<bool>,
}

impl Inspection {
    /// Of every element of these models; nothing is summed yet.
    pub fn new<S>(models: &Models<'_, S>) -> Self {
        let chats = models.chats.len();
        let sums = Sums::new(chats);
        Self {
            report: Report {
                chats,
                has_target: models.target.is_some(),
                ..Report::default()
            },
            is_sample: false,
            elements: 0,
            whole: Whole {
                against: vec![(0.0, 0.0); chats],
                took_part: vec![false; chats],
                pairs: vec![(0.0, 0.0); sums.pairs.len()],
                differ: vec![false; chats],
                sums,
                ..Whole::default()
            },
            first_nonfinite: vec![None; 2 + chats],
            in_hand: None,
        }
    }

    /// Of a sample of their elements.
    pub fn of_sample<S>(models: &Models<'_, S>) -> Self {
        Self {
            is_sample: true,
            ..Self::new(models)
        }
    }

    /// A tensor comes of which so many elements will be merged.
    pub(crate) fn begin(&mut self, elements: u64) {
        self.elements = elements;
    }

    /// The next elements of it were merged to `out`; `counts` is what is not finite there.
    pub(crate) fn add(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        parts: &[ChatPart],
        chats: &[Chat],
        (out, counts): (Operand, Counts),
    ) {
        let share = if !self.is_sample || self.elements <= SMALL {
            Share::All
        } else if self.elements <= LARGE {
            Share::Eighth
        } else {
            Share::ThirtySecond
        };
        let in_hand = self.in_hand.get_or_insert_with(|| InHand {
            places: parts.iter().map(|part| part.chat).collect(),
            weights: chats
                .iter()
                .map(|chat| f64::from(chat.weight as f32))
                .collect(),
            share,
            merged: 0,
            taken: 0,
            sums: Sums::new(chats.len()),
        });
        if share != Share::All {
            self.whole.compare(target, base, parts, chats);
        }
        in_hand.add(target, base, chats, out, counts != Counts::default());
    }

    /// The tensor in hand is done.
    pub(crate) fn end(&mut self, tensor: &str) {
        let Some(in_hand) = self.in_hand.take() else {
            return;
        };
        let (merged, taken) = (in_hand.merged, in_hand.taken);
        let InHand {
            places, weights, ..
        } = in_hand;
        let part = in_hand.sums.of_sample(taken, merged);
        let name = shown(tensor).to_string();
        let chats = self.report.chats;
        // As if all took part: those that don't have sums of 0.
        let mut sums = Sums {
            chats: vec![ChatSums::default(); chats],
            pairs: vec![0.0; self.whole.pairs.len()],
            ..part
        };
        for (i, (&place, of)) in places.iter().zip(part.chats).enumerate() {
            sums.chats[place] = of;
            for (j, &other) in places[..i].iter().enumerate() {
                sums.pairs[pair(other, place)] = part.pairs[pair(j, i)];
            }
        }
        let added = added(&places, &weights, &sums);
        let takes_part = |chat: usize| places.contains(&chat);
        let against = (sums.base, sums.target);
        let report = TensorReport {
            tensor: name.clone(),
            elements: sums.elements,
            base: sums.base.sqrt(),
            target: self.report.has_target.then(|| sums.target.sqrt()),
            loss: added.map(|added| (sums.rounding / added).sqrt()),
            base_nonfinite: sums.base_nonfinite,
            target_nonfinite: sums.target_nonfinite,
            chats: (0..chats)
                .map(|i| takes_part(i).then(|| chat_report(&sums.chats[i], against)))
                .collect(),
            cosines: pairs(chats)
                .map(|(i, j)| {
                    let squares = sums.chats[i].square * sums.chats[j].square;
                    cosine(sums.pairs[pair(i, j)], squares)
                })
                .collect(),
        };

        let nonfinite = [sums.base_nonfinite, sums.target_nonfinite];
        let nonfinite = nonfinite
            .into_iter()
            .chain(sums.chats.iter().map(|chat| chat.nonfinite));
        for (first, counts) in self.first_nonfinite.iter_mut().zip(nonfinite) {
            if counts != Counts::default() && first.is_none() {
                *first = Some(name.clone());
            }
        }
        self.whole.add(&places, &sums, added);
        self.whole.merged += merged;
        self.whole.taken += taken;
        self.report.tensors.push(report);
    }

    /// What was found out.
    pub fn report(mut self) -> Report {
        let whole = &self.whole;
        let chats = self.report.chats;
        self.report.whole = TensorReport {
            tensor: String::new(),
            elements: whole.sums.elements,
            base: whole.sums.base.sqrt(),
            target: self.report.has_target.then(|| whole.sums.target.sqrt()),
            loss: (whole.rounding.1 > 0.0).then(|| (whole.rounding.0 / whole.rounding.1).sqrt()),
            base_nonfinite: whole.sums.base_nonfinite,
            target_nonfinite: whole.sums.target_nonfinite,
            chats: (0..chats)
                .map(|i| {
                    let report = || chat_report(&whole.sums.chats[i], whole.against[i]);
                    whole.took_part[i].then(report)
                })
                .collect(),
            cosines: pairs(chats)
                .map(|(i, j)| {
                    let (a, b) = whole.pairs[pair(i, j)];
                    cosine(whole.sums.pairs[pair(i, j)], a * b)
                })
                .collect(),
        };
        self.report.taken = whole.taken as f64 / whole.merged.max(1) as f64;
        self.report.warnings = self.warnings();
        mem::take(&mut self.report)
    }

    /// What looks wrong with the models as a whole.
    fn warnings(&self) -> Vec<Message> {
        let Report {
            whole, has_target, ..
        } = &self.report;
        let mut warnings = Vec::new();
        let mut warn = |clause: Message| warnings.push(clause.sentence());
        for (i, chat) in whole.chats.iter().enumerate() {
            let (role, Some(chat)) = (Role::Chat(i), chat) else {
                continue;
            };
            if chat.norm == 0.0 && !self.whole.differ[i] {
                warn(say!(
                    "{role} equals the base in every tensor that was looked at, so its vector is \
                     zero and adds nothing. Give the base that it was tuned from, or another chat \
                     model",
                    role
                ));
            }
            if let Some(ratio) = chat.ratio.filter(|&ratio| ratio >= UNRELATED) {
                warn(say!(
                    "the vector of {role} is as big as the base: {ratio} of its norm, where \
                     0.001 to 0.2 is usual. The two are not related, or one of them is in the place \
                     of another model. Give the base that {role} was tuned from",
                    role,
                    ratio = format!("{ratio:.2}")
                ));
            } else if let Some(cosine) = chat.cosine.filter(|&cosine| cosine >= FAR) {
                // The length of target − base along the vector, in vectors.
                let along = self.whole.sums.chats[i].along / self.whole.sums.chats[i].square;
                let range = if cosine >= HOLDS { HOLDS } else { NEARLY };
                if (range..=1.0 / range).contains(&along) {
                    warn(say!(
                        "the target differs from the base as {role} does (cosine {cosine}): \
                         either base and {role} are swapped, or the target has the vector of {role} \
                         already, and it comes on top. Check which model is which",
                        role,
                        cosine = format!("{cosine:.2}")
                    ));
                }
            }
        }
        let differs = self.whole.target_differs;
        if *has_target && whole.elements > 0 && whole.target == Some(0.0) && !differs {
            warn(say!(
                "the target equals the base in every tensor that was looked at. Give the model \
                 that the vector is for; if it is for the base, no target is needed"
            ));
        }
        for (i, j) in pairs(self.report.chats) {
            let cosine = whole.cosines[pair(i, j)].filter(|&cosine| cosine >= SAME);
            if let Some(cosine) = cosine {
                warn(say!(
                    "{first} and {second} have nearly the same vector (cosine {cosine}): together they \
                     add it by the sum of their weights. Remove one of them, or give them smaller \
                     weights",
                    first = Role::Chat(i),
                    second = Role::Chat(j),
                    cosine = format!("{cosine:.3}")
                ));
            }
        }
        let chats = (0..).map(Role::Chat).zip(&whole.chats);
        let chats = chats.map(|(role, chat)| (role, chat.unwrap_or_default().nonfinite));
        let counts = [
            (Role::Base, whole.base_nonfinite),
            (Role::Target, whole.target_nonfinite),
        ];
        let counts = counts.into_iter().chain(chats);
        for ((role, Counts { nan, infinite }), first) in counts.zip(&self.first_nonfinite) {
            if let Some(first) = first {
                warn(say!(
                    "{role} has elements that are not finite numbers: {nan} NaN and {infinite} \
                     infinite, the first of them in `{first}`. What is merged from them is not \
                     finite either. Get another copy of the model, or leave these tensors out with \
                     a rule of weight 0",
                    role,
                    nan,
                    infinite,
                    first
                ));
            }
        }
        if let Some(loss) = whole.loss.filter(|&loss| loss >= LOST) {
            warn(say!(
                "rounding to the output dtype loses {percent} % of what is added. Choose F32 as the \
                 output dtype to keep it",
                percent = format!("{:.0}", 100.0 * loss)
            ));
        }
        warnings
    }
}

impl InHand {
    /// Takes all elements, or blocks of them.
    fn add(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        chats: &[Chat],
        out: Operand,
        is_nonfinite: bool,
    ) {
        let elements = out.bytes.len() / out.float.width();
        if self.share == Share::All {
            self.sums.add(target, base, chats, out);
            self.merged += elements as u64;
            self.taken += elements as u64;
            return;
        }
        let mut part = chats.to_vec();
        let mut first = 0;
        while first < elements {
            let block = self.merged / BLOCK as u64;
            let within = (self.merged % BLOCK as u64) as usize;
            let len = (BLOCK - within).min(elements - first);
            let is_taken = self.share.takes(block);
            if is_taken || is_nonfinite {
                let target = target.map(|target| target.slice(first, len));
                let base = base.slice(first, len);
                sums::slices(chats, first, len, &mut part);
                if is_taken {
                    self.sums.add(target, base, &part, out.slice(first, len));
                    self.taken += len as u64;
                } else {
                    self.sums.count(target, base, &part);
                }
            }
            self.merged += len as u64;
            first += len;
        }
    }
}

/// Which of the blocks of a tensor are in the sums.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Share {
    All,
    Eighth,
    ThirtySecond,
}

impl Share {
    /// Spread by the golden ratio, so that they don't fall on the same columns of each row.
    fn takes(self, block: u64) -> bool {
        let spread = (block as u32).wrapping_mul(0x9e37_79b9);
        match self {
            Self::All => true,
            Self::Eighth => spread >> 29 == 0,
            Self::ThirtySecond => spread >> 27 == 0,
        }
    }
}

impl Whole {
    /// Sees whether models differ at all, which a sample can't tell.
    fn compare(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        parts: &[ChatPart],
        chats: &[Chat],
    ) {
        self.target_differs =
            self.target_differs || target.is_some_and(|target| !target.equals(base));
        for (part, chat) in parts.iter().zip(chats) {
            let differs = &mut self.differ[part.chat];
            *differs = *differs || !chat.operand.equals(base);
        }
    }

    fn add(&mut self, places: &[usize], sums: &Sums, added: Option<f64>) {
        let whole = &mut self.sums;
        whole.elements += sums.elements;
        whole.base += sums.base;
        whole.target += sums.target;
        whole.base_nonfinite.add(sums.base_nonfinite);
        whole.target_nonfinite.add(sums.target_nonfinite);
        for (i, &place) in places.iter().enumerate() {
            let (chat, of) = (&mut whole.chats[place], &sums.chats[place]);
            chat.square += of.square;
            chat.along += of.along;
            chat.largest = chat.largest.max(of.largest);
            chat.nonfinite.add(of.nonfinite);
            self.against[place].0 += sums.base;
            self.against[place].1 += sums.target;
            self.took_part[place] = true;
            for &other in &places[..i] {
                let at = pair(other, place);
                whole.pairs[at] += sums.pairs[at];
                self.pairs[at].0 += sums.chats[other].square;
                self.pairs[at].1 += of.square;
            }
        }
        if let Some(added) = added {
            self.rounding.0 += sums.rounding;
            self.rounding.1 += added;
        }
    }
}

/// Σ (Σ λᵢ·τᵢ)²: what is added to the target, before it is rounded; none if it is nothing, or about
/// nothing because vectors cancel each other.
fn added(places: &[usize], weights: &[f64], sums: &Sums) -> Option<f64> {
    let (mut sum, mut magnitudes) = (0.0, 0.0);
    let mut add = |term: f64| {
        sum += term;
        magnitudes += term.abs();
    };
    for (i, (&place, weight)) in places.iter().zip(weights).enumerate() {
        add(weight * weight * sums.chats[place].square);
        for (&other, other_weight) in places[..i].iter().zip(weights) {
            add(2.0 * weight * other_weight * sums.pairs[pair(other, place)]);
        }
    }
    (sum > CANCELLED * magnitudes).then_some(sum)
}

fn chat_report(sums: &ChatSums, (base, target): (f64, f64)) -> ChatReport {
    ChatReport {
        norm: sums.square.sqrt(),
        ratio: (base > 0.0).then(|| (sums.square / base).sqrt()),
        largest: sums.largest,
        cosine: cosine(sums.along, sums.square * target),
        nonfinite: sums.nonfinite,
    }
}

/// From a product and the product of the two squares.
fn cosine(product: f64, squares: f64) -> Option<f64> {
    (squares > 0.0).then(|| (product / squares.sqrt()).clamp(-1.0, 1.0))
}

/// Each two of so many, in the order of [`Sums::pairs`].
fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..count).flat_map(|j| (0..j).map(move |i| (i, j)))
}

/// The place of i < j among the pairs.
fn pair(i: usize, j: usize) -> usize {
    j * (j - 1) / 2 + i
}
