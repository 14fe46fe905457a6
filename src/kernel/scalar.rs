//! One lane at a time: the reference for every other backend.

use super::generic::Lanes;
use half::{bf16, f16};

impl Lanes for f32 {
    const COUNT: usize = 1;

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
