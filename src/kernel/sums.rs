//! Sums over the elements of a tensor, for what is told about chat vectors: squares, products of
//! differences, the largest change, and what is lost in rounding.
//!
//! Blocks of 1024 elements are summed in f32, in four lanes, and the lanes are added to totals in
//! f64. A lane's sum is that of 128 rounded pairs of rounded products, so each is wrong by less
//! than 130 · 2⁻²⁴ < 8·10⁻⁶ of the sum of the products' magnitudes, whatever the elements; by chance
//! the errors of the lanes of many blocks cancel, and 10⁻⁷ is usual.
//!
//! That is so as long as squares are in f32's range. A block with a sum that is not finite, or so
//! small that squares were lost, is summed once more in plain f64; so are tensors with F64
//! operands. An element that is not finite in some model is counted, and left out of all sums.

use super::generic::{BF16, F16, F32, Format, Group, Loads};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use super::simd128::V128x2 as BestFolds;
use super::{Chat, Operand, count::Counts, double, scalar::Eight};
use crate::dtype::Float;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use Eight as BestFolds;

/// Elements that are summed in f32.
pub(crate) const BLOCK: usize = 1024;
/// Below this a sum of squares may lack some: those below 2⁻¹²⁶ lose bits, by at most 2⁻¹⁵⁰ each.
const LEAST: f64 = 1.0 / (1u128 << 100) as f64;

/// What is summed of one chat model. τ is its vector: chat − base.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChatSums {
    /// Σ τ².
    pub square: f64,
    /// Σ τ·(target − base); 0 without a target.
    pub along: f64,
    /// The largest |τ|, exact but for F64 chat models.
    pub largest: f64,
    /// What is not finite in the chat model.
    pub nonfinite: Counts,
}

/// Sums over elements of one tensor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// How many elements are in the sums: those that are finite in all models.
    pub elements: u64,
    /// Σ base².
    pub base: f64,
    /// Σ (target − base)²; 0 without a target.
    pub target: f64,
    /// Σ (out − exact)², where `exact` is the result before it is rounded to the output dtype.
    /// Elements whose result is not finite are left out.
    pub rounding: f64,
    /// Of each chat model.
    pub chats: Vec<ChatSums>,
    /// Σ τᵢ·τⱼ of each two chat models, i < j: of the second with the first, of the third with the
    /// first, of the third with the second, and so on.
    pub pairs: Vec<f64>,
    /// What is not finite in the base.
    pub base_nonfinite: Counts,
    /// What is not finite in the target, where there is one.
    pub target_nonfinite: Counts,
}

impl Sums {
    /// Of no elements yet, with so many chat models.
    pub fn new(chats: usize) -> Self {
        Self {
            chats: vec![ChatSums::default(); chats],
            pairs: vec![0.0; chats * chats.saturating_sub(1) / 2],
            ..Self::default()
        }
    }

    /// Adds elements, with the fastest backend of this build. `target` is none where the base takes
    /// its part; `out` is what [`super::merge`] made of them.
    ///
    /// # Panics
    /// If the numbers of elements or of chat models differ.
    pub fn add(&mut self, target: Option<Operand>, base: Operand, chats: &[Chat], out: Operand) {
        self.add_by::<BestFolds>(target, base, chats, out);
    }

    /// [`Sums::add`] with the plain scalar backend, which all others must equal.
    ///
    /// # Panics
    /// If the numbers of elements or of chat models differ.
    pub fn add_scalar(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        chats: &[Chat],
        out: Operand,
    ) {
        self.add_by::<Eight>(target, base, chats, out);
    }

    /// Counts what is not finite, and sums nothing.
    pub fn count(&mut self, target: Option<Operand>, base: Operand, chats: &[Chat]) {
        self.base_nonfinite.add(super::nonfinite(base));
        if let Some(target) = target {
            self.target_nonfinite.add(super::nonfinite(target));
        }
        for (sums, chat) in self.chats.iter_mut().zip(chats) {
            sums.nonfinite.add(super::nonfinite(chat.operand));
        }
    }

    /// What the sums of `all` elements are, as far as those of the `taken` ones among them tell.
    /// Counts of what is not finite, and the largest, stay.
    pub fn of_sample(mut self, taken: u64, all: u64) -> Self {
        if taken == 0 || taken == all {
            return self;
        }
        let by = all as f64 / taken as f64;
        self.elements = (self.elements as f64 * by).round() as u64;
        let sums = [&mut self.base, &mut self.target, &mut self.rounding];
        let chats = self.chats.iter_mut();
        let of_chats = chats.flat_map(|chat| [&mut chat.square, &mut chat.along]);
        for sum in sums.into_iter().chain(of_chats).chain(&mut self.pairs) {
            *sum *= by;
        }
        self
    }

    fn check<'a>(
        &self,
        elements: usize,
        chats: &[Chat],
        operands: impl Iterator<Item = Operand<'a>>,
    ) {
        assert_eq!(chats.len(), self.chats.len(), "as many chat models");
        for operand in operands {
            let len = elements * operand.float.width();
            assert_eq!(operand.bytes.len(), len, "operands of one length");
        }
    }

    fn add_by<L: Folds>(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        chats: &[Chat],
        out: Operand,
    ) {
        let elements = base.bytes.len() / base.float.width();
        let all = || inputs(target, base, chats).chain([out]);
        self.check(elements, chats, all());
        let double = all().any(|operand| operand.float == Float::F64);
        // Nothing is lost otherwise.
        let rounds = matches!(out.float, Float::BF16 | Float::F16) || double;
        let whole = if double { 0 } else { elements / 8 * 8 };
        let (mut part, mut more) = (chats.to_vec(), Sums::new(chats.len()));
        let mut scratch: Vec<L> = Vec::new();
        let mut first = 0;
        while first < elements {
            let len = match whole - first.min(whole) {
                0 => elements - first,
                left => left.min(BLOCK),
            };
            let target = target.map(|target| target.slice(first, len));
            let base = base.slice(first, len);
            slices(chats, first, len, &mut part);
            let out = rounds.then(|| out.slice(first, len));
            let told = first < whole && {
                one_by_one(target, base, &part, out, &mut scratch, &mut more);
                self.take(&more, target, base, &part)
            };
            if !told {
                self.carefully(target, base, &part, out, double);
            }
            first += len;
        }
    }

    /// Adds the sums of a block, unless they say too little; then it adds nothing and says `false`.
    fn take(
        &mut self,
        more: &Sums,
        target: Option<Operand>,
        base: Operand,
        chats: &[Chat],
    ) -> bool {
        let told = |sum: f64, none: &dyn Fn() -> bool| {
            sum >= LEAST && sum.is_finite() || sum == 0.0 && none()
        };
        let told = told(more.base, &|| base.bytes.iter().all(|&byte| byte == 0))
            && target.is_none_or(|target| told(more.target, &|| target.equals(base)))
            && chats
                .iter()
                .zip(&more.chats)
                .all(|(chat, sums)| told(sums.square, &|| chat.operand.equals(base)))
            && more.rounding.is_finite();
        if told {
            self.elements += (base.bytes.len() / base.float.width()) as u64;
            self.base += more.base;
            self.target += more.target;
            self.rounding += more.rounding;
            for (sums, more) in self.chats.iter_mut().zip(&more.chats) {
                sums.square += more.square;
                sums.along += more.along;
                sums.largest = sums.largest.max(more.largest);
            }
            for (sum, more) in self.pairs.iter_mut().zip(&more.pairs) {
                *sum += more;
            }
        }
        told
    }

    /// Adds elements of any kind in f64, one by one.
    fn carefully(
        &mut self,
        target: Option<Operand>,
        base: Operand,
        chats: &[Chat],
        out: Option<Operand>,
        double: bool,
    ) {
        let mut tuned = vec![0.0; chats.len()];
        for i in 0..base.bytes.len() / base.float.width() {
            let base = double::load(base, i);
            let mut finite = is_counted(base, &mut self.base_nonfinite);
            let difference = target.map_or(0.0, |target| {
                let target = double::load(target, i);
                finite &= is_counted(target, &mut self.target_nonfinite);
                target - base
            });
            for ((element, sums), chat) in tuned.iter_mut().zip(&mut self.chats).zip(chats) {
                *element = double::load(chat.operand, i);
                finite &= is_counted(*element, &mut sums.nonfinite);
            }
            if !finite {
                continue;
            }
            self.elements += 1;
            self.base += base * base;
            self.target += difference * difference;
            let mut pairs = self.pairs.iter_mut();
            for (j, sums) in self.chats.iter_mut().enumerate() {
                let vector = tuned[j] - base;
                sums.square += vector * vector;
                sums.along += vector * difference;
                sums.largest = sums.largest.max(vector.abs());
                for (other, pair) in tuned[..j].iter().zip(&mut pairs) {
                    *pair += (other - base) * vector;
                }
            }
            if let Some(out) = out {
                let target = target.map_or(base, |target| double::load(target, i));
                let exact = exact(target, base, &tuned, chats, double);
                let lost = double::load(out, i) - exact;
                if lost.is_finite() {
                    self.rounding += lost * lost;
                }
            }
        }
    }
}

fn inputs<'a>(
    target: Option<Operand<'a>>,
    base: Operand<'a>,
    chats: &[Chat<'a>],
) -> impl Iterator<Item = Operand<'a>> {
    let chats = chats.iter().map(|chat| chat.operand);
    chats.chain(target).chain([base])
}

/// So many elements of each chat model, from `first` on.
pub(crate) fn slices<'a>(chats: &[Chat<'a>], first: usize, len: usize, part: &mut [Chat<'a>]) {
    for (part, chat) in part.iter_mut().zip(chats) {
        *part = chat.map(|operand| operand.slice(first, len));
    }
}

/// The result before it is rounded to the output dtype, as [`super::merge`] computes it.
fn exact(target: f64, base: f64, tuned: &[f64], chats: &[Chat], double: bool) -> f64 {
    let chats = tuned.iter().zip(chats);
    if double {
        return chats.fold(target, |sum, (tuned, chat)| {
            sum + chat.weight * (tuned - base)
        });
    }
    let sum = chats.fold(target as f32, |sum, (&tuned, chat)| {
        sum + chat.weight as f32 * (tuned as f32 - base as f32)
    });
    sum.into()
}

/// Whether a number is finite; if it is not it is counted.
fn is_counted(x: f64, counts: &mut Counts) -> bool {
    counts.nan += u64::from(x.is_nan());
    counts.infinite += u64::from(x.is_infinite());
    x.is_finite()
}

/// Eight lanes that are folded to four.
pub(super) trait Folds: Loads {
    /// Four lanes.
    type Quad: Copy;

    /// Zeros.
    fn none() -> Self::Quad;
    /// Adds the sum of lanes `j` and `j + 4` to lane `j`.
    fn fold_sum(self, sum: Self::Quad) -> Self::Quad;
    /// The largest of lane `j`, and lanes `j` and `j + 4`; anything where one is NaN.
    fn fold_peak(self, peak: Self::Quad) -> Self::Quad;
    fn lanes(quad: Self::Quad) -> [f32; 4];
}

/// The lanes of a block's sum, together.
fn total<L: Folds>(sum: L::Quad) -> f64 {
    L::lanes(sum).iter().map(|&lane| f64::from(lane)).sum()
}

/// The number with the largest of some squares. (In f32 the root of a rounded square is the number
/// itself again, as long as the square is in range.)
fn root<L: Folds>(peak: L::Quad) -> f64 {
    let peak = L::lanes(peak).into_iter().fold(0.0, f32::max);
    peak.sqrt().into()
}

fn weight_of<L: Folds>(chat: &Chat) -> L {
    L::splat(chat.weight as f32)
}

/// The sums of a block, one after the other, from all its differences.
fn one_by_one<L: Folds>(
    target: Option<Operand>,
    base: Operand,
    chats: &[Chat],
    out: Option<Operand>,
    scratch: &mut Vec<L>,
    sums: &mut Sums,
) {
    let groups = base.bytes.len() / base.float.width() / L::COUNT;
    // The base, target − base, each vector, and the merged elements.
    scratch.resize((chats.len() + 3) * groups, L::splat(0.0));
    let mut rows = scratch.chunks_exact_mut(groups.max(1));
    let mut row = || rows.next().unwrap_or_default();
    let (of_base, of_target, merged) = (row(), row(), row());
    widen(base, None, of_base);
    sums.base = dot::<L, false>(of_base, of_base).0;
    if let Some(target) = target {
        widen(target, Some(of_base), of_target);
        sums.target = dot::<L, false>(of_target, of_target).0;
    }
    if out.is_some() {
        widen(target.unwrap_or(base), None, merged);
    }
    let mut vectors: Vec<&[L]> = Vec::with_capacity(chats.len());
    let mut pairs = sums.pairs.iter_mut();
    for (chat, sums) in chats.iter().zip(&mut sums.chats) {
        let vector = row();
        widen(chat.operand, Some(of_base), vector);
        (sums.square, sums.largest) = dot::<L, true>(vector, vector);
        if target.is_some() {
            sums.along = dot::<L, false>(vector, of_target).0;
        }
        for (other, pair) in vectors.iter().zip(&mut pairs) {
            *pair = dot::<L, false>(other, vector).0;
        }
        if out.is_some() {
            let weight = weight_of::<L>(chat);
            for (sum, &vector) in merged.iter_mut().zip(&*vector) {
                *sum = sum.add(weight.mul(vector));
            }
        }
        vectors.push(vector);
    }
    if let Some(out) = out {
        widen(out, Some(merged), of_base);
        sums.rounding = dot::<L, false>(of_base, of_base).0;
    }
}

/// Elements as f32, less others if there are any.
fn widen<L: Folds>(operand: Operand, less: Option<&[L]>, to: &mut [L]) {
    match operand.float {
        Float::BF16 => widen_in::<L, BF16>(operand.bytes, less, to),
        Float::F16 => widen_in::<L, F16>(operand.bytes, less, to),
        Float::F32 => widen_in::<L, F32>(operand.bytes, less, to),
        Float::F64 => unreachable!("f64 is summed element by element"),
    }
}

#[inline(never)]
fn widen_in<L: Folds, F: Format>(bytes: &[u8], less: Option<&[L]>, to: &mut [L]) {
    let groups = &F::Group::<L>::split(bytes)[..to.len()];
    match less {
        None => {
            for (i, to) in to.iter_mut().enumerate() {
                *to = F::load(groups[i].bytes());
            }
        }
        Some(less) => {
            let less = &less[..to.len()];
            for (i, to) in to.iter_mut().enumerate() {
                *to = F::load::<L>(groups[i].bytes()).sub(less[i]);
            }
        }
    }
}

/// Σ x·y; and the root of the largest product, if `PEAK`. Two sums side by side: one alone would
/// wait for itself.
#[inline(never)]
fn dot<L: Folds, const PEAK: bool>(x: &[L], y: &[L]) -> (f64, f64) {
    let [mut even, mut odd, mut peak] = [L::none(); 3];
    let (pairs, last) = x.as_chunks::<2>();
    let (other_pairs, other_last) = y.as_chunks::<2>();
    let other_pairs = &other_pairs[..pairs.len()];
    for (i, &[a, b]) in pairs.iter().enumerate() {
        let [other_a, other_b] = other_pairs[i];
        let (a, b) = (a.mul(other_a), b.mul(other_b));
        even = a.fold_sum(even);
        odd = b.fold_sum(odd);
        if PEAK {
            peak = b.fold_peak(a.fold_peak(peak));
        }
    }
    if let ([a], [other]) = (last, other_last) {
        let product = a.mul(*other);
        even = product.fold_sum(even);
        peak = product.fold_peak(peak);
    }
    (total::<L>(even) + total::<L>(odd), root::<L>(peak))
}
