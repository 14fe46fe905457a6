//! Arithmetic in f64, for tensors where an operand is F64.

use super::generic::{Lanes, Loads};
use super::{Chat, Operand, Output};
use crate::dtype::Float;

/// Merges in f64, one rounding at the end. Lengths have been checked.
pub(super) fn merge(target: Operand, base: Operand, chats: &[Chat], out: Output) {
    let width = out.float.width();
    for (i, out_bytes) in out.bytes.chunks_exact_mut(width).enumerate() {
        let mut sum = load(target, i);
        if !chats.is_empty() {
            let base = load(base, i);
            for chat in chats {
                let element = load(chat.operand, i);
                let difference = if chat.is_vector {
                    element
                } else {
                    element - base
                };
                sum += chat.weight * difference;
            }
        }
        store(sum, out.float, out_bytes);
    }
}

/// An element, widened exactly.
pub(super) fn load(operand: Operand, i: usize) -> f64 {
    let width = operand.float.width();
    let bytes = &operand.bytes[i * width..][..width];
    match operand.float {
        Float::BF16 => f32::load_bf16(bytes).into(),
        Float::F16 => f32::load_f16(bytes).into(),
        Float::F32 => f32::load_f32(bytes).into(),
        Float::F64 => {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            f64::from_le_bytes(word)
        }
    }
}

fn store(value: f64, float: Float, bytes: &mut [u8]) {
    match float {
        Float::BF16 => round_to_odd(value).store_bf16(bytes),
        Float::F16 => round_to_odd(value).store_f16(bytes),
        Float::F32 => (value as f32).store_f32(bytes),
        Float::F64 => {
            let bits = if value.is_nan() {
                0x7ff8_0000_0000_0000
            } else {
                value.to_bits()
            };
            bytes.copy_from_slice(&bits.to_le_bytes());
        }
    }
}

/// f64 → f32 such that rounding the result to 16 bits equals rounding `value`
/// at once: an inexact result is truncated and its last bit set, so that it
/// is never mistaken for a tie (Boldo & Melquiond 2008, "Emulation of FMA and
/// correctly rounded sums: proved algorithms using rounding to odd").
fn round_to_odd(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest) == value || value.is_nan() {
        return nearest;
    }
    let rounded_away = f64::from(nearest).abs() > value.abs();
    let truncated = nearest.to_bits() - u32::from(rounded_away);
    f32::from_bits(truncated | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: f64, float: Float) -> u16 {
        let mut bytes = [0; 2];
        store(value, float, &mut bytes);
        u16::from_le_bytes(bytes)
    }

    /// Values just beside a tie of the 16-bit dtype, which rounding to f32
    /// first would take for the tie.
    #[test]
    fn f64_is_rounded_once() {
        let tie = 1.0 + 2f64.powi(-8); // halfway between bfloat16s
        assert_eq!(round(tie, Float::BF16), 0x3f80);
        assert_eq!(round(tie + 2f64.powi(-40), Float::BF16), 0x3f81);
        assert_eq!(round(tie - 2f64.powi(-40), Float::BF16), 0x3f80);
        let tie = 1.0 + 2f64.powi(-11); // halfway between f16s
        assert_eq!(round(tie, Float::F16), 0x3c00);
        assert_eq!(round(tie + 2f64.powi(-40), Float::F16), 0x3c01);
        let up = 1.0 + 3.0 * 2f64.powi(-11); // a tie that goes up to even
        assert_eq!(round(up, Float::F16), 0x3c02);
        assert_eq!(round(up - 2f64.powi(-40), Float::F16), 0x3c01);
        assert_eq!(round(-up + 2f64.powi(-40), Float::F16), 0xbc01);
    }

    #[test]
    fn f64_at_the_edges_of_16_bits() {
        assert_eq!(round(1e300, Float::BF16), 0x7f80);
        assert_eq!(round(-1e300, Float::F16), 0xfc00);
        assert_eq!(round(65519.999, Float::F16), 0x7bff);
        assert_eq!(round(65520.0, Float::F16), 0x7c00);
        assert_eq!(round(1e-300, Float::BF16), 0);
        assert_eq!(round(2f64.powi(-25), Float::F16), 0);
        assert_eq!(round(2f64.powi(-25) * 1.000000001, Float::F16), 1);
        assert_eq!(round(f64::NAN, Float::BF16), 0x7fc0);
    }
}
