//! Medians and spreads, and two things measured in turns.

use anyhow::Result;

/// What a number of runs came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub median: f64,
    pub least: f64,
    pub most: f64,
    pub runs: usize,
}

/// Of at least one value.
pub fn summary(values: &[f64]) -> Summary {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    };
    Summary {
        median,
        least: sorted[0],
        most: sorted[sorted.len() - 1],
        runs: sorted.len(),
    }
}

/// The least that 95 of 100 values do not exceed, of at least one value.
pub fn percentile_95(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * 95).div_ceil(100) - 1]
}

/// Two things measured in one run, in turns.
#[derive(Debug, Default)]
pub struct Pairs {
    pub ours: Vec<f64>,
    pub theirs: Vec<f64>,
}

impl Pairs {
    /// Measures both `runs` times, each pair in the other order than the one before. The first
    /// pair warms up and is not counted.
    pub async fn measure(
        runs: usize,
        mut ours: impl AsyncFnMut() -> Result<f64>,
        mut theirs: impl AsyncFnMut() -> Result<f64>,
    ) -> Result<Self> {
        let mut pairs = Self::default();
        for run in 0..=runs {
            let (our, their);
            if run % 2 == 0 {
                our = ours().await?;
                their = theirs().await?;
            } else {
                their = theirs().await?;
                our = ours().await?;
            }
            if run > 0 {
                pairs.ours.push(our);
                pairs.theirs.push(their);
            }
        }
        Ok(pairs)
    }

    /// Ours ÷ theirs, of each pair: what slows the machine for a while slows both.
    pub fn ratio(&self) -> Summary {
        let ratios: Vec<f64> = self
            .ours
            .iter()
            .zip(&self.theirs)
            .map(|(our, their)| our / their)
            .collect();
        summary(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let odd = summary(&[3.0, 1.0, 2.0]);
        assert_eq!(
            (odd.median, odd.least, odd.most, odd.runs),
            (2.0, 1.0, 3.0, 3)
        );
        assert_eq!(summary(&[4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }

    #[test]
    fn percentiles() {
        let to = |most: u32| (1..=most).rev().map(f64::from).collect::<Vec<_>>();
        assert_eq!(percentile_95(&to(100)), 95.0);
        assert_eq!(percentile_95(&to(20)), 19.0);
        assert_eq!(percentile_95(&to(3)), 3.0);
        assert_eq!(percentile_95(&[7.0]), 7.0);
    }

    #[tokio::test]
    async fn pairs_alternate_and_the_first_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let ours = async || {
            order.borrow_mut().push('o');
            Ok(2.0)
        };
        let theirs = async || {
            order.borrow_mut().push('t');
            Ok(1.0)
        };
        let pairs = Pairs::measure(3, ours, theirs).await.unwrap();
        assert_eq!(*order.borrow(), "ottootto");
        assert_eq!((pairs.ratio().median, pairs.ratio().runs), (2.0, 3));
    }
}
