//! Numbers like those in models, which come out the same on every machine: sums and products only.

/// Numbers spread normally (near enough) around 0 with a deviation of 1.
pub struct Weights {
    state: u64,
}

impl Weights {
    /// Those of a tensor; another `seed`, other numbers.
    pub fn of(tensor: &str, seed: u64) -> Self {
        // FNV-1a.
        let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let offset = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            state: tensor.bytes().fold(offset, hash),
        }
    }

    /// Irwin and Hall: twelve even numbers add up to nearly a normal one.
    pub fn next(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }

    /// SplitMix64, in 0..1.
    fn even(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Finite numbers in BF16, rounded to nearest even.
pub fn to_bf16(values: &[f64]) -> Vec<u8> {
    let rounded = values
        .iter()
        .map(|&value| half::bf16::from_f32(value as f32));
    rounded.flat_map(half::bf16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_normally() {
        let mut weights = Weights::of("model.norm.weight", 1);
        let numbers: Vec<f64> = std::iter::repeat_with(|| weights.next())
            .take(10_000)
            .collect();
        let mean = numbers.iter().sum::<f64>() / 1e4;
        let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e4;
        assert!(
            mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05,
            "{mean}, {variance}"
        );
    }
}
