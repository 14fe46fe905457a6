//! One lane at a time: the reference for every other backend.

use super::generic::{Lanes, Loads};
use super::sums::Folds;
use half::{bf16, f16};

impl Loads for f32 {
    const COUNT: usize = 1;
    type Narrow = [u8; 2];
    type Wide = [u8; 4];

    #[inline(always)]
    fn splat(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self - other
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self * other
    }

    #[inline(always)]
    fn load_bf16(bytes: &[u8]) -> Self {
        bf16::from_le_bytes([bytes[0], bytes[1]]).to_f32()
    }

    #[inline(always)]
    fn load_f16(bytes: &[u8]) -> Self {
        f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()
    }

    #[inline(always)]
    fn load_f32(bytes: &[u8]) -> Self {
        f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}

impl Lanes for f32 {
    #[inline(always)]
    fn store_bf16(self, bytes: &mut [u8]) {
        let rounded = if self.is_nan() {
            bf16::from_bits(0x7fc0)
        } else {
            bf16::from_f32(self)
        };
        bytes.copy_from_slice(&rounded.to_le_bytes());
    }

    #[inline(always)]
    fn store_f16(self, bytes: &mut [u8]) {
        let rounded = if self.is_nan() {
            f16::from_bits(0x7e00)
        } else {
            f16::from_f32(self)
        };
        bytes.copy_from_slice(&rounded.to_le_bytes());
    }

    #[inline(always)]
    fn store_f32(self, bytes: &mut [u8]) {
        let bits = if self.is_nan() {
            0x7fc0_0000
        } else {
            self.to_bits()
        };
        bytes.copy_from_slice(&bits.to_le_bytes());
    }

    #[inline(always)]
    fn peak(self, lanes: Self) -> Self {
        f32::from_bits(self.to_bits().max(lanes.abs().to_bits()))
    }

    #[inline(always)]
    fn is_below(self, limit: u32) -> bool {
        self.to_bits() < limit
    }
}

/// Eight lanes, one after the other: the reference for sums, whose order is that of eight lanes.
#[derive(Clone, Copy)]
pub(super) struct Eight([f32; 8]);

impl Eight {
    #[inline(always)]
    fn zip(self, other: Self, each: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| each(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn load(bytes: &[u8], each: impl Fn(&[u8]) -> f32) -> Self {
        let width = bytes.len() / 8;
        Self(std::array::from_fn(|i| each(&bytes[i * width..][..width])))
    }
}

impl Loads for Eight {
    const COUNT: usize = 8;
    type Narrow = [u8; 16];
    type Wide = [u8; 32];

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 8])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn load_bf16(bytes: &[u8]) -> Self {
        Self::load(bytes, f32::load_bf16)
    }

    #[inline(always)]
    fn load_f16(bytes: &[u8]) -> Self {
        Self::load(bytes, f32::load_f16)
    }

    #[inline(always)]
    fn load_f32(bytes: &[u8]) -> Self {
        Self::load(bytes, f32::load_f32)
    }
}

impl Folds for Eight {
    type Quad = [f32; 4];

    #[inline(always)]
    fn none() -> [f32; 4] {
        [0.0; 4]
    }

    #[inline(always)]
    fn fold_sum(self, sum: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| sum[i] + (self.0[i] + self.0[i + 4]))
    }

    #[inline(always)]
    fn fold_peak(self, peak: [f32; 4]) -> [f32; 4] {
        let larger = |a: f32, b: f32| if a < b { b } else { a };
        std::array::from_fn(|i| larger(peak[i], larger(self.0[i], self.0[i + 4])))
    }

    #[inline(always)]
    fn lanes(quad: [f32; 4]) -> [f32; 4] {
        quad
    }
}
