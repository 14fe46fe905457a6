//! The one loop that every f32 backend runs.

use super::{Chat, Operand, Output};
use crate::dtype::Float;
use std::slice::ChunksExact;

/// A group of f32 lanes, loaded from little-endian bytes.
pub(super) trait Loads: Copy {
    /// How many lanes a group has.
    const COUNT: usize;

    fn splat(value: f32) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;

    /// `bytes` holds [`Self::COUNT`] elements of 2 bytes; widening is exact.
    fn load_bf16(bytes: &[u8]) -> Self;
    /// `bytes` holds [`Self::COUNT`] elements of 2 bytes; widening is exact.
    fn load_f16(bytes: &[u8]) -> Self;
    /// `bytes` holds [`Self::COUNT`] elements of 4 bytes.
    fn load_f32(bytes: &[u8]) -> Self;
}

/// A group of f32 lanes that can be stored, too.
pub(super) trait Lanes: Loads {
    /// Rounds to nearest even; every NaN becomes `0x7fc0`.
    fn store_bf16(self, bytes: &mut [u8]);
    /// Rounds to nearest even, overflow to infinity; every NaN becomes `0x7e00`.
    fn store_f16(self, bytes: &mut [u8]);
    /// Every NaN becomes `0x7fc00000`.
    fn store_f32(self, bytes: &mut [u8]);

    /// [`Self::store_bf16`] for lanes that round to finite numbers; of others it stores anything.
    #[inline(always)]
    fn store_finite_bf16(self, bytes: &mut [u8]) {
        self.store_bf16(bytes);
    }
    /// [`Self::store_f32`] for finite lanes; of others it stores anything.
    #[inline(always)]
    fn store_finite_f32(self, bytes: &mut [u8]) {
        self.store_f32(bytes);
    }

    /// Merges a group of f16 elements if they and the results are all normal numbers, as nearly
    /// always; if not, or if this backend has no such way, it says `false` and stores nothing.
    #[inline(always)]
    fn merge_normal_f16(
        _target: &[u8],
        _base: &[u8],
        _chat: &[u8],
        _weight: Self,
        _out: &mut [u8],
    ) -> bool {
        false
    }

    /// The larger magnitude in each lane, with a NaN's above infinity's. `self` is a peak already
    /// or zero.
    fn peak(self, lanes: Self) -> Self;
    /// Whether each lane of a peak has bits that are below `limit` as integers.
    fn is_below(self, limit: u32) -> bool;
}

/// A dtype known when the loop is compiled.
pub(super) trait Format {
    const FLOAT: Float;
    /// Bits of the least f32 that rounds to infinity.
    const OVERFLOW: u32;
    fn load<L: Loads>(bytes: &[u8]) -> L;
    fn store<L: Lanes>(lanes: L, bytes: &mut [u8]);
    /// [`Format::store`] for lanes below [`Format::OVERFLOW`]; of others it stores anything.
    fn store_finite<L: Lanes>(lanes: L, bytes: &mut [u8]);
}

macro_rules! format {
    ($name:ident, $overflow:literal, $load:ident, $store:ident, $store_finite:ident) => {
        pub(super) struct $name;

        impl Format for $name {
            const FLOAT: Float = Float::$name;
            const OVERFLOW: u32 = $overflow;

            #[inline(always)]
            fn load<L: Loads>(bytes: &[u8]) -> L {
                L::$load(bytes)
            }

            #[inline(always)]
            fn store<L: Lanes>(lanes: L, bytes: &mut [u8]) {
                lanes.$store(bytes);
            }

            #[inline(always)]
            fn store_finite<L: Lanes>(lanes: L, bytes: &mut [u8]) {
                lanes.$store_finite(bytes);
            }
        }
    };
}

format!(BF16, 0x7f7f_8000, load_bf16, store_bf16, store_finite_bf16);
// The fast path of `store_f16` needs all lanes to be finite anyway.
format!(F16, 0x477f_f000, load_f16, store_f16, store_f16);
format!(F32, 0x7f80_0000, load_f32, store_f32, store_finite_f32);

/// How an operand's dtype is found.
trait Access {
    /// The dtype of all, if it is known when the loop is compiled.
    const KNOWN: Option<Float>;

    /// How many bytes a group of an operand has.
    fn len<L: Loads>(operand: Operand) -> usize;

    /// Loads a group of an operand of dtype `float`.
    fn load<L: Loads>(float: Float, group: &[u8]) -> L;
}

/// All operands have the dtype `F`: no branch in the loop.
struct Same<F>(F);

impl<F: Format> Access for Same<F> {
    const KNOWN: Option<Float> = Some(F::FLOAT);

    #[inline(always)]
    fn len<L: Loads>(_: Operand) -> usize {
        L::COUNT * F::FLOAT.width()
    }

    #[inline(always)]
    fn load<L: Loads>(_: Float, group: &[u8]) -> L {
        F::load(group)
    }
}

/// Dtypes differ: one well-predicted branch per group.
struct Mixed;

impl Access for Mixed {
    const KNOWN: Option<Float> = None;

    #[inline(always)]
    fn len<L: Loads>(operand: Operand) -> usize {
        L::COUNT * operand.float.width()
    }

    #[inline(always)]
    fn load<L: Loads>(float: Float, group: &[u8]) -> L {
        match float {
            Float::BF16 => L::load_bf16(group),
            Float::F16 => L::load_f16(group),
            Float::F32 => L::load_f32(group),
            Float::F64 => unreachable!("f64 has a loop of its own"),
        }
    }
}

/// Merges in f32 and says whether all results are finite. The caller has checked that all lengths
/// agree and that nothing is F64.
pub(super) fn merge<L: Lanes>(target: Operand, base: Operand, chats: &[Chat], out: Output) -> bool {
    match out.float {
        Float::BF16 => merge_into::<L, BF16>(target, base, chats, out.bytes),
        Float::F16 => merge_into::<L, F16>(target, base, chats, out.bytes),
        Float::F32 => merge_into::<L, F32>(target, base, chats, out.bytes),
        Float::F64 => unreachable!("f64 has a loop of its own"),
    }
}

/// Whether all elements are finite. They are not F64.
pub(super) fn are_finite<L: Lanes>(operand: Operand) -> bool {
    match operand.float {
        Float::BF16 => are_finite_in::<L, BF16>(operand.bytes),
        Float::F16 => are_finite_in::<L, F16>(operand.bytes),
        Float::F32 => are_finite_in::<L, F32>(operand.bytes),
        Float::F64 => unreachable!("f64 has a loop of its own"),
    }
}

fn are_finite_in<L: Lanes, F: Format>(bytes: &[u8]) -> bool {
    let groups = bytes.chunks_exact(L::COUNT * F::FLOAT.width());
    let mut last = vec![0; L::COUNT * F::FLOAT.width()];
    last[..groups.remainder().len()].copy_from_slice(groups.remainder());
    groups
        .chain([&last[..]])
        .fold(L::splat(0.0), |peak, group| peak.peak(F::load(group)))
        .is_below(f32::INFINITY.to_bits())
}

fn merge_into<L: Lanes, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let whole = out.len() / (L::COUNT * F::FLOAT.width()) * L::COUNT;
    let (out, rest) = out.split_at_mut(whole * F::FLOAT.width());
    let (first_target, first_base) = (target.slice(0, whole), base.slice(0, whole));
    let first_chats: Vec<Chat> = chats
        .iter()
        .map(|chat| chat.map(|operand| operand.slice(0, whole)))
        .collect();
    let finite = groups_of::<L, F>(first_target, first_base, &first_chats, out);
    let rest_finite = rest.is_empty() || padded::<L, F>(whole, target, base, chats, rest);
    finite && rest_finite
}

/// Whole groups: at first as if all results were finite, which nearly always they are, and if not,
/// once more.
fn groups_of<L: Lanes, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let float = target.float;
    let same = base.float == float && chats.iter().all(|chat| chat.operand.float == float);
    let finite = match (same, float) {
        (true, Float::BF16) => groups::<L, Same<BF16>, F, true>(target, base, chats, out),
        (true, Float::F16) => groups::<L, Same<F16>, F, true>(target, base, chats, out),
        (true, Float::F32) => groups::<L, Same<F32>, F, true>(target, base, chats, out),
        _ => groups::<L, Mixed, F, true>(target, base, chats, out),
    };
    finite || groups::<L, Mixed, F, false>(target, base, chats, out)
}

/// What does not fill a group, from element `first` on: padded to one with zeros.
fn padded<L: Lanes, F: Format>(
    first: usize,
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let elements = out.len() / F::FLOAT.width();
    let pad = |operand: Operand| {
        let mut group = operand.slice(first, elements).bytes.to_vec();
        group.resize(L::COUNT * operand.float.width(), 0);
        group
    };
    let (target_group, base_group) = (pad(target), pad(base));
    let chat_groups: Vec<_> = chats.iter().map(|chat| pad(chat.operand)).collect();
    let chats: Vec<Chat> = chats
        .iter()
        .zip(&chat_groups)
        .map(|(chat, group)| chat.map(|operand| operand.with(group)))
        .collect();
    let mut group = vec![0; L::COUNT * F::FLOAT.width()];
    let finite = groups::<L, Mixed, F, false>(
        target.with(&target_group),
        base.with(&base_group),
        &chats,
        &mut group,
    );
    out.copy_from_slice(&group[..out.len()]);
    finite
}

/// Each λ in all lanes, with its operand and whether that is a vector already. Not inlined: it is
/// the same in every loop.
#[inline(never)]
fn vectors<'a, L: Lanes>(chats: &[Chat<'a>]) -> Vec<(L, Operand<'a>, bool)> {
    let vector = |chat: &Chat<'a>| {
        let weight = L::splat(chat.weight as f32);
        (weight, chat.operand, chat.is_vector)
    };
    chats.iter().map(vector).collect()
}

/// Merges whole groups and says whether all results are finite. With `FINITE` that is taken for
/// granted, and what is stored is only right if it is so.
// A function of its own for each pair of formats: inlined into the engine's
// future, browsers compile it late and badly.
#[inline(never)]
fn groups<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    fn split<L: Lanes, A: Access>(operand: Operand<'_>) -> ChunksExact<'_, u8> {
        operand.bytes.chunks_exact(A::len::<L>(operand))
    }
    let mut peak = L::splat(0.0);
    let mut store = |sum: L, out: &mut [u8]| {
        peak = peak.peak(sum);
        if FINITE {
            F::store_finite(sum, out);
        } else {
            F::store(sum, out);
        }
    };
    let vector = |chat: &Chat| L::splat(chat.weight as f32);
    let targets = split::<L, A>(target).zip(out.chunks_exact_mut(L::COUNT * F::FLOAT.width()));
    match chats {
        [] => {
            for (group, out) in targets {
                store(A::load(target.float, group), out);
            }
        }
        // The most frequent numbers: without an inner loop.
        [chat] if !chat.is_vector => {
            let (weight, float) = (vector(chat), chat.operand.float);
            let others = split::<L, A>(base).zip(split::<L, A>(chat.operand));
            for ((group, out), (base_group, chat_group)) in targets.zip(others) {
                if A::KNOWN == Some(Float::F16)
                    && F::FLOAT == Float::F16
                    && L::merge_normal_f16(group, base_group, chat_group, weight, out)
                {
                    continue;
                }
                let base: L = A::load(base.float, base_group);
                let difference = A::load::<L>(float, chat_group).sub(base);
                store(
                    A::load::<L>(target.float, group).add(weight.mul(difference)),
                    out,
                );
            }
        }
        // Where dtypes differ, the general loop is as good.
        [first, second] if A::KNOWN.is_some() && !first.is_vector && !second.is_vector => {
            let (first_weight, second_weight) = (vector(first), vector(second));
            let (first, second) = (first.operand, second.operand);
            let chat_groups = split::<L, A>(first).zip(split::<L, A>(second));
            let others = split::<L, A>(base).zip(chat_groups);
            for ((group, out), (base_group, (first_group, second_group))) in targets.zip(others) {
                let base: L = A::load(base.float, base_group);
                let first = A::load::<L>(first.float, first_group).sub(base);
                let second = A::load::<L>(second.float, second_group).sub(base);
                let sum = A::load::<L>(target.float, group).add(first_weight.mul(first));
                store(sum.add(second_weight.mul(second)), out);
            }
        }
        _ => {
            let vectors = vectors::<L>(chats);
            for (i, ((group, out), base_group)) in targets.zip(split::<L, A>(base)).enumerate() {
                let mut sum: L = A::load(target.float, group);
                let base: L = A::load(base.float, base_group);
                for &(weight, chat, is_vector) in &vectors {
                    let len = A::len::<L>(chat);
                    let chat: L = A::load(chat.float, &chat.bytes[i * len..][..len]);
                    let difference = if is_vector { chat } else { chat.sub(base) };
                    sum = sum.add(weight.mul(difference));
                }
                store(sum, out);
            }
        }
    }
    peak.is_below(F::OVERFLOW)
}
