//! The one loop that every f32 backend runs.

use super::{Chat, Operand, Output};
use crate::dtype::Float;
use std::slice::ChunksExact;

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
    /// How many bytes a group of an operand has.
    fn len<L: Lanes>(operand: Operand) -> usize;

    /// Loads a group of an operand of dtype `float`.
    fn load<L: Lanes>(float: Float, group: &[u8]) -> L;
}

/// All operands have the dtype `F`: no branch in the loop.
struct Same<F>(F);

impl<F: Format> Access for Same<F> {
    #[inline(always)]
    fn len<L: Lanes>(_: Operand) -> usize {
        L::COUNT * F::FLOAT.width()
    }

    #[inline(always)]
    fn load<L: Lanes>(_: Float, group: &[u8]) -> L {
        F::load(group)
    }
}

/// Dtypes differ: one well-predicted branch per group.
struct Mixed;

impl Access for Mixed {
    #[inline(always)]
    fn len<L: Lanes>(operand: Operand) -> usize {
        L::COUNT * operand.float.width()
    }

    #[inline(always)]
    fn load<L: Lanes>(float: Float, group: &[u8]) -> L {
        match float {
            Float::BF16 => L::load_bf16(group),
            Float::F16 => L::load_f16(group),
            Float::F32 => L::load_f32(group),
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

// A function of its own for each pair of formats: inlined into the engine's
// future, browsers compile it late and badly.
#[inline(never)]
fn groups<L: Lanes, A: Access, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) {
    let width = F::FLOAT.width();
    let mut out_groups = out.chunks_exact_mut(L::COUNT * width);
    fn split<L: Lanes, A: Access>(operand: Operand<'_>) -> ChunksExact<'_, u8> {
        operand.bytes.chunks_exact(A::len::<L>(operand))
    }
    let vector = |chat: &Chat| L::splat(chat.weight as f32);
    let targets = split::<L, A>(target).zip(out_groups.by_ref());
    match chats {
        [] => {
            for (group, out) in targets {
                F::store(A::load::<L>(target.float, group), out);
            }
        }
        // By far the most frequent: without an inner loop.
        [chat] => {
            let (weight, float) = (vector(chat), chat.operand.float);
            let others = split::<L, A>(base).zip(split::<L, A>(chat.operand));
            for ((group, out), (base_group, chat_group)) in targets.zip(others) {
                let base: L = A::load(base.float, base_group);
                let difference = A::load::<L>(float, chat_group).sub(base);
                let sum = A::load::<L>(target.float, group).add(weight.mul(difference));
                F::store(sum, out);
            }
        }
        _ => {
            let vectors: Vec<(L, Operand)> = chats.iter().map(|c| (vector(c), c.operand)).collect();
            for (i, ((group, out), base_group)) in targets.zip(split::<L, A>(base)).enumerate() {
                let mut sum: L = A::load(target.float, group);
                let base: L = A::load(base.float, base_group);
                for &(weight, chat) in &vectors {
                    let len = A::len::<L>(chat);
                    let chat: L = A::load(chat.float, &chat.bytes[i * len..][..len]);
                    sum = sum.add(weight.mul(chat.sub(base)));
                }
                F::store(sum, out);
            }
        }
    }

    // What does not fill a group is padded to one with zeros.
    let rest = out_groups.into_remainder();
    if !rest.is_empty() {
        let pad = |operand: Operand| {
            let mut group = vec![0; A::len::<L>(operand)];
            let last = split::<L, A>(operand).remainder();
            group[..last.len()].copy_from_slice(last);
            group
        };
        let padded: Vec<Vec<u8>> = chats.iter().map(|chat| pad(chat.operand)).collect();
        let chats: Vec<Chat> = chats
            .iter()
            .zip(&padded)
            .map(|(chat, bytes)| Chat {
                operand: chat.operand.with(bytes),
                weight: chat.weight,
            })
            .collect();
        let mut out = vec![0; L::COUNT * width];
        let (target_bytes, base_bytes) = (pad(target), pad(base));
        groups::<L, A, F>(
            target.with(&target_bytes),
            base.with(&base_bytes),
            &chats,
            &mut out,
        );
        rest.copy_from_slice(&out[..rest.len()]);
    }
}
