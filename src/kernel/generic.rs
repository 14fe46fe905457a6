//! The one loop that every f32 backend runs.

use super::{Chat, Operand, Output};
use crate::dtype::Float;

/// A group of f32 lanes, loaded from and stored to little-endian bytes.
pub(super) trait Lanes: Copy {
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

    /// Rounds to nearest even; every NaN becomes `0x7fc0`.
    fn store_bf16(self, bytes: &mut [u8]);
    /// Rounds to nearest even, overflow to infinity; every NaN becomes `0x7e00`.
    fn store_f16(self, bytes: &mut [u8]);
    /// Every NaN becomes `0x7fc00000`.
    fn store_f32(self, bytes: &mut [u8]);
}

/// A dtype known when the loop is compiled.
trait Format {
    const FLOAT: Float;
    fn load<L: Lanes>(bytes: &[u8]) -> L;
    fn store<L: Lanes>(lanes: L, bytes: &mut [u8]);
}

macro_rules! format {
    ($name:ident, $load:ident, $store:ident) => {
        struct $name;

        impl Format for $name {
            const FLOAT: Float = Float::$name;

            #[inline(always)]
            fn load<L: Lanes>(bytes: &[u8]) -> L {
                L::$load(bytes)
            }

            #[inline(always)]
            fn store<L: Lanes>(lanes: L, bytes: &mut [u8]) {
                lanes.$store(bytes);
            }
        }
    };
}

format!(BF16, load_bf16, store_bf16);
format!(F16, load_f16, store_f16);
format!(F32, load_f32, store_f32);

/// How an operand's dtype is found.
trait Access {
    /// Loads the `group`-th group of lanes.
    fn load<L: Lanes>(operand: Operand, group: usize) -> L;
}

/// All operands have the dtype `F`: no branch in the loop.
struct Same<F>(F);

impl<F: Format> Access for Same<F> {
    #[inline(always)]
    fn load<L: Lanes>(operand: Operand, group: usize) -> L {
        let len = L::COUNT * F::FLOAT.width();
        F::load(&operand.bytes[group * len..][..len])
    }
}

/// Dtypes differ: one well-predicted branch per group.
struct Mixed;

impl Access for Mixed {
    #[inline(always)]
    fn load<L: Lanes>(operand: Operand, group: usize) -> L {
        match operand.float {
            Float::BF16 => Same::<BF16>::load(operand, group),
            Float::F16 => Same::<F16>::load(operand, group),
            Float::F32 => Same::<F32>::load(operand, group),
            Float::F64 => unreachable!("f64 has a loop of its own"),
        }
    }
}

/// Merges in f32. The caller has checked that all lengths agree and that
/// nothing is F64.
pub(super) fn merge<L: Lanes>(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    let first = target.float;
    let same = base.float == first && chats.iter().all(|chat| chat.operand.float == first);
    match (same, first) {
        (true, Float::BF16) => into::<L, Same<BF16>>(target, base, chats, out),
        (true, Float::F16) => into::<L, Same<F16>>(target, base, chats, out),
        (true, Float::F32) => into::<L, Same<F32>>(target, base, chats, out),
        _ => into::<L, Mixed>(target, base, chats, out),
    }
}

fn into<L: Lanes, A: Access>(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    match out.float {
        Float::BF16 => groups::<L, A, BF16>(target, base, chats, out.bytes),
        Float::F16 => groups::<L, A, F16>(target, base, chats, out.bytes),
        Float::F32 => groups::<L, A, F32>(target, base, chats, out.bytes),
        Float::F64 => unreachable!("f64 has a loop of its own"),
    }
}

fn groups<L: Lanes, A: Access, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) {
    let vectors: Vec<(L, Operand)> = chats
        .iter()
        .map(|chat| (L::splat(chat.weight as f32), chat.operand))
        .collect();
    let width = F::FLOAT.width();
    let mut out_groups = out.chunks_exact_mut(L::COUNT * width);
    for (group, out) in out_groups.by_ref().enumerate() {
        let mut sum: L = A::load(target, group);
        if let Some((first, others)) = vectors.split_first() {
            let base: L = A::load(base, group);
            sum = sum.add(first.0.mul(A::load::<L>(first.1, group).sub(base)));
            for &(weight, chat) in others {
                sum = sum.add(weight.mul(A::load::<L>(chat, group).sub(base)));
            }
        }
        F::store(sum, out);
    }

    // What does not fill a group, one element at a time.
    let rest = out_groups.into_remainder();
    if L::COUNT > 1 && !rest.is_empty() {
        let done = target.bytes.len() / target.float.width() - rest.len() / width;
        let chats: Vec<Chat> = chats
            .iter()
            .map(|chat| Chat {
                operand: chat.operand.skip(done),
                weight: chat.weight,
            })
            .collect();
        groups::<f32, A, F>(target.skip(done), base.skip(done), &chats, rest);
    }
}
