//! The arithmetic: `out = target + Σ λᵢ·(chatᵢ − base)`, element by element.
//!
//! One loop (`generic`) over groups of lanes; one thin file per way to hold
//! lanes (`scalar`, `simd128`); `double` for tensors of 64 bits, and
//! [`count`] for what is not a finite number in the result.
//!
//! Every backend gives the same bits. Arithmetic is in f32, in the order of
//! the chat models, each operation rounded once and never fused; the sum is
//! rounded once more to the output dtype, to nearest, ties to even. Payloads
//! of NaNs are no part of IEEE arithmetic and differ between processors, so
//! each NaN that comes out is the one canonical quiet NaN of its dtype.

use crate::dtype::Float;

pub mod count;
mod double;
mod generic;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128::V128x2 as Best;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Best = f32;

/// Elements of one tensor as they lie in a file: little-endian, unaligned.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// What the bytes mean.
    pub float: Float,
    /// The elements.
    pub bytes: &'a [u8],
}

impl Operand<'_> {
    /// Other elements of the same dtype.
    fn with(self, bytes: &[u8]) -> Operand<'_> {
        Operand {
            float: self.float,
            bytes,
        }
    }
}

/// A chat model's elements and how much of its vector is added.
#[derive(Clone, Copy, Debug)]
pub struct Chat<'a> {
    /// The chat model's elements.
    pub operand: Operand<'a>,
    /// λ. Rounded to f32 unless the arithmetic is in f64.
    pub weight: f64,
}

/// Room for the result.
#[derive(Debug)]
pub struct Output<'a> {
    /// The dtype to round to.
    pub float: Float,
    /// The elements.
    pub bytes: &'a mut [u8],
}

/// Merges with the fastest backend of this build.
///
/// All operands and the output hold the same number of elements. Where one of
/// them is F64 the arithmetic is in f64, otherwise in f32.
///
/// # Panics
/// If the numbers of elements differ.
pub fn merge(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    run::<Best>(target, base, chats, out);
}

/// [`merge`] with the plain scalar backend, which all others must equal.
///
/// # Panics
/// If the numbers of elements differ.
pub fn merge_scalar(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    run::<f32>(target, base, chats, out);
}

/// Rounds elements to another dtype, with the fastest backend of this build.
///
/// # Panics
/// If the numbers of elements differ.
pub fn convert(from: Operand, out: Output) {
    run::<Best>(from, from, &[], out);
}

fn run<L: generic::Lanes>(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    let elements = out.bytes.len() / out.float.width();
    let operands = || chats.iter().map(|chat| chat.operand).chain([target, base]);
    for operand in operands() {
        assert_eq!(
            operand.bytes.len(),
            elements * operand.float.width(),
            "operands of one length"
        );
    }
    if operands().any(|operand| operand.float == Float::F64) || out.float == Float::F64 {
        double::merge(target, base, chats, out);
    } else {
        generic::merge::<L>(target, base, chats, out);
    }
}
