//! Eight lanes in two WebAssembly vectors.

use super::generic::{Lanes, Loads};
use super::sums::Folds;
use core::arch::wasm32::*;

/// Lanes 0–3 and 4–7.
#[derive(Clone, Copy)]
pub(super) struct V128x2(v128, v128);

impl Loads for V128x2 {
    const COUNT: usize = 8;
    type Narrow = [u8; 16];
    type Wide = [u8; 32];

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(f32x4_splat(value), f32x4_splat(value))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0), f32x4_add(self.1, other.1))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0), f32x4_sub(self.1, other.1))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0), f32x4_mul(self.1, other.1))
    }

    #[inline(always)]
    fn load_bf16(bytes: &[u8]) -> Self {
        let zero = u32x4_splat(0);
        let halves = load(bytes, 0);
        // A bfloat16 is the upper half of an f32.
        Self(
            i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(zero, halves),
            i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(zero, halves),
        )
    }

    #[inline(always)]
    fn load_f16(bytes: &[u8]) -> Self {
        let halves = load(bytes, 0);
        if u16x8_all_true(normal_f16(halves)) {
            widen_normal_f16(halves)
        } else {
            Self(
                widen_f16(u32x4_extend_low_u16x8(halves)),
                widen_f16(u32x4_extend_high_u16x8(halves)),
            )
        }
    }

    #[inline(always)]
    fn load_f32(bytes: &[u8]) -> Self {
        Self(load(bytes, 0), load(bytes, 16))
    }
}

impl Lanes for V128x2 {
    #[inline(always)]
    fn store_bf16(self, bytes: &mut [u8]) {
        store(
            upper_halves(round_bf16(self.0), round_bf16(self.1)),
            bytes,
            0,
        );
    }

    #[inline(always)]
    fn store_f16(self, bytes: &mut [u8]) {
        let (low, high) = (round_normal_f16(self.0), round_normal_f16(self.1));
        let halves = if are_normal_f16(low, high) {
            let sign = u32x4_splat(0x8000_0000);
            upper_halves(
                v128_bitselect(self.0, u32x4_shl(low, 3), sign),
                v128_bitselect(self.1, u32x4_shl(high, 3), sign),
            )
        } else {
            upper_halves(round_f16(self.0), round_f16(self.1))
        };
        store(halves, bytes, 0);
    }

    #[inline(always)]
    fn store_f32(self, bytes: &mut [u8]) {
        let canonical = |x| or_nan(x, x, 0x7fc0_0000);
        store(canonical(self.0), bytes, 0);
        store(canonical(self.1), bytes, 16);
    }

    #[inline(always)]
    fn store_finite_bf16(self, bytes: &mut [u8]) {
        store(
            upper_halves(round_finite_bf16(self.0), round_finite_bf16(self.1)),
            bytes,
            0,
        );
    }

    #[inline(always)]
    fn store_finite_f32(self, bytes: &mut [u8]) {
        store(self.0, bytes, 0);
        store(self.1, bytes, 16);
    }

    #[inline(always)]
    fn merge_normal_f16(
        target: &[u8],
        base: &[u8],
        chat: &[u8],
        weight: Self,
        out: &mut [u8],
    ) -> bool {
        let (target, base, chat) = (load(target, 0), load(base, 0), load(chat, 0));
        let normal = u16x8_min(
            normal_f16(target),
            u16x8_min(normal_f16(base), normal_f16(chat)),
        );
        let difference = widen_normal_f16(chat).sub(widen_normal_f16(base));
        let sum = widen_normal_f16(target).add(weight.mul(difference));

        let magnitudes = i16x8_narrow_i32x4(
            i32x4_shr(round_normal_f16(sum.0), 13),
            i32x4_shr(round_normal_f16(sum.1), 13),
        );
        // Too large or too small for a normal f16: from 0x7c00 on, or below 0x400.
        let result_normal = i16x8_gt(
            i16x8_add(magnitudes, i16x8_splat(0x0400)),
            i16x8_splat(0x07ff),
        );
        if !u16x8_all_true(v128_and(normal, result_normal)) {
            return false;
        }
        // As integers all are out of an i16's range: its least number where the sign is set.
        let signs = v128_and(i16x8_narrow_i32x4(sum.0, sum.1), u16x8_splat(0x8000));
        store(v128_or(magnitudes, signs), out, 0);
        true
    }

    #[inline(always)]
    fn peak(self, lanes: Self) -> Self {
        let larger = |peak, lanes| i32x4_max(peak, v128_and(lanes, u32x4_splat(0x7fff_ffff)));
        Self(larger(self.0, lanes.0), larger(self.1, lanes.1))
    }

    #[inline(always)]
    fn is_below(self, limit: u32) -> bool {
        let limit = u32x4_splat(limit);
        i32x4_all_true(i32x4_lt(i32x4_max(self.0, self.1), limit))
    }
}

impl Folds for V128x2 {
    type Quad = v128;

    #[inline(always)]
    fn none() -> v128 {
        f32x4_splat(0.0)
    }

    #[inline(always)]
    fn fold_sum(self, sum: v128) -> v128 {
        f32x4_add(sum, f32x4_add(self.0, self.1))
    }

    #[inline(always)]
    fn fold_peak(self, peak: v128) -> v128 {
        f32x4_pmax(peak, f32x4_pmax(self.0, self.1))
    }

    #[inline(always)]
    fn lanes(quad: v128) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(quad),
            f32x4_extract_lane::<1>(quad),
            f32x4_extract_lane::<2>(quad),
            f32x4_extract_lane::<3>(quad),
        ]
    }
}

/// Sixteen bytes from `at` on.
#[inline(always)]
fn load(bytes: &[u8], at: usize) -> v128 {
    let bytes = &bytes[at..at + 16];
    // SAFETY: the slice has 16 bytes, and `v128.load` needs no alignment.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}

/// Sixteen bytes from `at` on.
#[inline(always)]
fn store(vector: v128, bytes: &mut [u8], at: usize) {
    let bytes = &mut bytes[at..at + 16];
    // SAFETY: the slice has 16 bytes, and `v128.store` needs no alignment.
    unsafe { v128_store(bytes.as_mut_ptr().cast(), vector) }
}

/// `rounded` where `x` is a number, `nan` where it is none.
#[inline(always)]
fn or_nan(x: v128, rounded: v128, nan: u32) -> v128 {
    v128_bitselect(rounded, u32x4_splat(nan), f32x4_eq(x, x))
}

/// The upper 16 bits of each lane. (`u16x8_narrow_i32x4` would take the lower
/// ones, but LLVM puts a minimum and a maximum before it.)
#[inline(always)]
fn upper_halves(low: v128, high: v128) -> v128 {
    i16x8_shuffle::<1, 3, 5, 7, 9, 11, 13, 15>(low, high)
}

/// f32 → bfloat16, in the upper half of each lane.
#[inline(always)]
fn round_bf16(x: v128) -> v128 {
    or_nan(x, round_finite_bf16(x), 0x7fc0_0000)
}

/// [`round_bf16`] of numbers.
#[inline(always)]
fn round_finite_bf16(x: v128) -> v128 {
    let odd = v128_and(u32x4_shr(x, 16), u32x4_splat(1));
    i32x4_add(i32x4_add(x, u32x4_splat(0x7fff)), odd)
}

/// Not zero where a lane is a normal number, as nearly all weights are: neither
/// zero nor subnormal (exponent 0), neither infinite nor NaN (exponent 31).
#[inline(always)]
fn normal_f16(halves: v128) -> v128 {
    // One more makes 1 of the one exponent and 0 of the other.
    let exponents = u16x8_add(halves, u16x8_splat(0x0400));
    v128_and(exponents, u16x8_splat(0x7800))
}

/// Normal f16 → f32: the sign stays, the exponent moves down three places and
/// gets its new bias.
#[inline(always)]
fn widen_normal_f16(halves: v128) -> V128x2 {
    let moved = v128_and(i16x8_shr(halves, 3), u16x8_splat(0x8fff));
    let upper = i16x8_add(moved, u16x8_splat(112 << 7));
    let lower = i16x8_shl(halves, 13);
    V128x2(
        i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(lower, upper),
        i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(lower, upper),
    )
}

/// The magnitude of an f32, rounded to f16 with its exponent at bit 23. Right
/// where [`are_normal_f16`].
#[inline(always)]
fn round_normal_f16(x: v128) -> v128 {
    let magnitude = v128_and(x, u32x4_splat(0x7fff_ffff));
    let odd = v128_and(u32x4_shr(x, 13), u32x4_splat(1));
    let rebase = 0xfff_u32.wrapping_sub(112 << 23);
    i32x4_add(i32x4_add(magnitude, u32x4_splat(rebase)), odd)
}

/// Whether all results of [`round_normal_f16`] have an exponent that a normal
/// f16 has. What is too small for one has become negative.
#[inline(always)]
fn are_normal_f16(low: v128, high: v128) -> bool {
    let least = i32x4_ge(i32x4_min(low, high), i32x4_splat(1 << 23));
    let most = i32x4_lt(i32x4_max(low, high), i32x4_splat(31 << 23));
    u32x4_all_true(v128_and(least, most))
}

/// f16, in the lower half of each lane → f32.
#[inline(always)]
fn widen_f16(halves: v128) -> v128 {
    let magnitude = u32x4_shl(v128_and(halves, u32x4_splat(0x7fff)), 13);
    let sign = u32x4_shl(v128_and(halves, u32x4_splat(0x8000)), 16);

    // Exponent and mantissa are in place, the exponent gets its new bias; that
    // of infinities and NaNs twice, to become 255.
    let bias = u32x4_splat(112 << 23);
    let special = i32x4_ge(magnitude, i32x4_splat(0x7c00 << 13));
    let normal = i32x4_add(i32x4_add(magnitude, bias), v128_and(special, bias));

    // Below 2^-14 the mantissa has no leading one: it is put before it as
    // 2^-14, and taken away again. (A factor of 2^112 would do it too, but
    // processors take their time over subnormal operands.)
    let least = u32x4_splat(113 << 23);
    let subnormal = f32x4_sub(i32x4_add(magnitude, least), least);

    let is_subnormal = i32x4_lt(magnitude, i32x4_splat(1 << 23));
    v128_or(v128_bitselect(subnormal, normal, is_subnormal), sign)
}

/// f32 → f16, in the upper half of each lane.
#[inline(always)]
fn round_f16(x: v128) -> v128 {
    let magnitude = v128_and(x, u32x4_splat(0x7fff_ffff));
    let sign = v128_and(x, u32x4_splat(0x8000_0000));

    // Normal in f16: rebase the exponent and round away 13 bits of mantissa.
    // What is too large rounds to infinity's bits or past them.
    let odd = v128_and(u32x4_shr(x, 13), u32x4_splat(1));
    let rebase = 0xfff_u32.wrapping_sub(112 << 23);
    let normal = i32x4_add(i32x4_add(magnitude, u32x4_splat(rebase)), odd);
    let normal = i32x4_min(i32x4_shr(normal, 13), i32x4_splat(0x7c00));

    // Subnormal in f16: the last place of 0.5 is worth 2^-24, f16's smallest
    // number, so that adding 0.5 rounds to it.
    let half = f32x4_splat(0.5);
    let subnormal = i32x4_sub(f32x4_add(magnitude, half), half);

    let is_subnormal = i32x4_lt(magnitude, i32x4_splat((127 - 14) << 23));
    let rounded = v128_bitselect(subnormal, normal, is_subnormal);
    or_nan(x, v128_or(u32x4_shl(rounded, 16), sign), 0x7e00_0000)
}
