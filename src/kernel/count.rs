//! Counts what is not a finite number.

use crate::dtype::Float;
use serde::{Deserialize, Serialize};

/// How many elements are no finite numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// NaNs.
    pub nan: u64,
    /// +∞ and −∞.
    pub infinite: u64,
}

impl Counts {
    /// Adds what was counted in more elements.
    pub fn add(&mut self, more: Counts) {
        self.nan += more.nan;
        self.infinite += more.infinite;
    }
}

/// Counts the NaNs and infinities among elements of dtype `float`.
pub fn nonfinite(float: Float, bytes: &[u8]) -> Counts {
    match float {
        Float::BF16 => words(bytes, |word| u16::from_le_bytes(word) & 0x7fff, 0x7f80),
        Float::F16 => words(bytes, |word| u16::from_le_bytes(word) & 0x7fff, 0x7c00),
        Float::F32 => words(
            bytes,
            |word| u32::from_le_bytes(word) << 1 >> 1,
            0x7f80_0000,
        ),
        Float::F64 => words(
            bytes,
            |word| u64::from_le_bytes(word) << 1 >> 1,
            0x7ff << 52,
        ),
    }
}

/// `magnitude` reads a word without its sign; over `infinity` are the NaNs.
fn words<const WIDTH: usize, T: Copy + Ord>(
    bytes: &[u8],
    magnitude: impl Fn([u8; WIDTH]) -> T,
    infinity: T,
) -> Counts {
    let mut counts = Counts::default();
    let (words, _) = bytes.as_chunks::<WIDTH>();
    for block in words.chunks(1024) {
        // Nearly every block is all finite: one pass without a branch sees that.
        let any = block
            .iter()
            .fold(false, |any, &word| any | (magnitude(word) >= infinity));
        if any {
            for &word in block {
                counts.nan += u64::from(magnitude(word) > infinity);
                counts.infinite += u64::from(magnitude(word) == infinity);
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_dtype() {
        let bytes = |values: &[f32]| {
            values
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .collect::<Vec<_>>()
        };
        let mut values = vec![1.0f32; 5000];
        values[7] = f32::NAN;
        values[4000] = f32::INFINITY;
        values[4999] = f32::NEG_INFINITY;
        let expected = Counts {
            nan: 1,
            infinite: 2,
        };
        assert_eq!(nonfinite(Float::F32, &bytes(&values)), expected);
        for float in [Float::BF16, Float::F16, Float::F64] {
            let source = bytes(&values);
            let mut out = vec![0; values.len() * float.width()];
            super::super::convert(
                super::super::Operand {
                    float: Float::F32,
                    bytes: &source,
                },
                super::super::Output {
                    float,
                    bytes: &mut out,
                },
            );
            assert_eq!(nonfinite(float, &out), expected, "{float:?}");
        }
        assert_eq!(nonfinite(Float::BF16, &[]), Counts::default());
    }
}
