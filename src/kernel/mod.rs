//! The arithmetic: `out = target + Σ λᵢ·(chatᵢ − base)`, element by element.
//!
//! Loops (`generic`) over groups of lanes; one thin file per way to hold
//! lanes (`scalar`, `simd128`); `double` for tensors of 64 bits, [`count`] for
//! what is not a finite number in the result, and [`sums`] for what is told
//! about the vectors.
//!
//! Every backend gives the same bits. Arithmetic is in f32, in the order of
//! the chat models, each operation rounded once and never fused; the sum is
//! rounded once more to the output dtype, to nearest, ties to even. Payloads
//! of NaNs are no part of IEEE arithmetic and differ between processors, so
//! each NaN that comes out is the one canonical quiet NaN of its dtype.

use crate::dtype::Float;
use count::Counts;

pub mod count;
mod double;
mod generic;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[allow(unsafe_code)] // loads and stores of vectors
mod simd128;
pub mod sums;

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

impl<'a> Operand<'a> {
    /// Other elements of the same dtype.
    fn with(self, bytes: &[u8]) -> Operand<'_> {
        Operand {
            float: self.float,
            bytes,
        }
    }

    /// Whether as many elements have the same values. Bytes word by word, since a comparison of slices
    /// goes byte by byte in wasm, and takes longer than the merge; and where they differ, element by
    /// element: −0 is 0, and dtypes may differ.
    pub(crate) fn equals(self, other: Operand) -> bool {
        let count = |of: Operand| of.bytes.len() / of.float.width();
        let (words, rest) = self.bytes.as_chunks::<8>();
        let (other_words, other_rest) = other.bytes.as_chunks::<8>();
        let mut words = words.iter().zip(other_words);
        let same_bytes = self.float == other.float
            && words.all(|(&a, &b)| u64::from_le_bytes(a) == u64::from_le_bytes(b))
            && rest == other_rest;
        let same = |i| double::load(self, i) == double::load(other, i);
        count(self) == count(other) && (same_bytes || (0..count(self)).all(same))
    }

    /// So many elements from `first` on.
    pub(crate) fn slice(self, first: usize, elements: usize) -> Operand<'a> {
        let width = self.float.width();
        Operand {
            float: self.float,
            bytes: &self.bytes[first * width..][..elements * width],
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
    /// Whether the elements are those of the vector already: the base is not subtracted.
    pub is_vector: bool,
}

impl<'a> Chat<'a> {
    /// A chat model's elements, and λ.
    pub fn new(operand: Operand<'a>, weight: f64) -> Self {
        Self {
            operand,
            weight,
            is_vector: false,
        }
    }

    /// The same vector of other elements.
    fn map<'b>(&self, operand: impl FnOnce(Operand<'a>) -> Operand<'b>) -> Chat<'b> {
        Chat {
            operand: operand(self.operand),
            ..*self
        }
    }
}

/// Room for the result.
#[derive(Debug)]
pub struct Output<'a> {
    /// The dtype to round to.
    pub float: Float,
    /// The elements.
    pub bytes: &'a mut [u8],
}

/// Merges with the fastest backend of this build, and counts what is not finite in the result.
///
/// All operands and the output hold the same number of elements. Where one of
/// them is F64 the arithmetic is in f64, otherwise in f32.
///
/// # Panics
/// If the numbers of elements differ.
pub fn merge(target: Operand, base: Operand, chats: &[Chat], out: Output) -> Counts {
    run::<Best>(target, base, chats, out)
}

/// [`merge`] with the plain scalar backend, which all others must equal.
///
/// # Panics
/// If the numbers of elements differ.
pub fn merge_scalar(target: Operand, base: Operand, chats: &[Chat], out: Output) -> Counts {
    run::<f32>(target, base, chats, out)
}

/// Rounds elements to another dtype, with the fastest backend of this build.
///
/// # Panics
/// If the numbers of elements differ.
pub fn convert(from: Operand, out: Output) -> Counts {
    run::<Best>(from, from, &[], out)
}

/// Counts what is not finite, with the fastest backend of this build.
pub fn nonfinite(operand: Operand) -> Counts {
    if operand.float != Float::F64 && generic::are_finite::<Best>(operand) {
        return Counts::default();
    }
    count::nonfinite(operand.float, operand.bytes)
}

fn run<L: generic::Lanes>(target: Operand, base: Operand, chats: &[Chat], out: Output) -> Counts {
    let Output { float, bytes } = out;
    let elements = bytes.len() / float.width();
    let operands = || chats.iter().map(|chat| chat.operand).chain([target, base]);
    for operand in operands() {
        assert_eq!(
            operand.bytes.len(),
            elements * operand.float.width(),
            "operands of one length"
        );
    }
    let reborrowed = Output {
        float,
        bytes: &mut *bytes,
    };
    if operands().any(|operand| operand.float == Float::F64) || float == Float::F64 {
        double::merge(target, base, chats, reborrowed);
    } else if generic::merge::<L>(target, base, chats, reborrowed) {
        return Counts::default();
    }
    count::nonfinite(float, bytes)
}
