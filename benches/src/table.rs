//! The one table: measure, bar, figure and verdict.

use std::fmt::{self, Write as _};

use crate::stats::Summary;

/// What is wished for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// Measured only to be known.
    None,
}

impl Bar {
    fn verdict(self, figure: f64) -> &'static str {
        let met = match self {
            Bar::AtMost(bar) => figure <= bar,
            Bar::AtLeast(bar) => figure >= bar,
            Bar::None => return "",
        };
        if met { "met" } else { "**missed**" }
    }
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// Ours ÷ theirs.
    Ratio,
    Megabytes,
    Kilobytes,
    Seconds,
    Milliseconds,
    TokensPerSecond,
}

impl Unit {
    pub fn show(self, value: f64) -> String {
        match self {
            Unit::Ratio => format!("{value:.2}"),
            Unit::Megabytes => format!("{value:.0} MB"),
            Unit::Kilobytes => format!("{value:.0} KB"),
            Unit::Seconds => format!("{value:.2} s"),
            Unit::Milliseconds => format!("{value:.0} ms"),
            Unit::TokensPerSecond => format!("{value:.0} tokens/s"),
        }
    }
}

/// One measure in one browser.
#[derive(Clone, Debug)]
pub struct Row {
    pub measure: String,
    pub place: String,
    pub bar: Bar,
    pub unit: Unit,
    pub figure: Summary,
    /// What lies behind the figure.
    pub detail: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            measure,
            place,
            bar,
            unit,
            figure,
            detail,
        } = self;
        let wished = match bar {
            Bar::AtMost(bar) => format!("≤ {}", unit.show(*bar)),
            Bar::AtLeast(bar) => format!("≥ {}", unit.show(*bar)),
            Bar::None => String::new(),
        };
        let spread = match figure.runs {
            1 => "1 run".to_owned(),
            runs => format!(
                "{} – {}, {runs} runs",
                unit.show(figure.least),
                unit.show(figure.most)
            ),
        };
        let median = unit.show(figure.median);
        let verdict = bar.verdict(figure.median);
        write!(
            f,
            "| {measure} | {place} | {wished} | {median} | {verdict} | {spread} | {detail} |"
        )
    }
}

/// The rows so far.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Takes a row, and shows it at once.
    pub fn add(&mut self, row: Row) {
        println!("{row}");
        self.rows.push(row);
    }

    /// In Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| measure | where | bar | figure | verdict | spread | behind it |\n\
             |---|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            // Writing to a string never fails.
            let _ = writeln!(text, "{row}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::summary;

    #[test]
    fn a_row_says_whether_its_bar_is_met() {
        let mut row = Row {
            measure: "merge ÷ copy".into(),
            place: "Chromium".into(),
            bar: Bar::AtMost(1.1),
            unit: Unit::Ratio,
            figure: summary(&[1.0, 1.1, 1.2]),
            detail: "2.0 s".into(),
        };
        assert_eq!(
            row.to_string(),
            "| merge ÷ copy | Chromium | ≤ 1.10 | 1.10 | met | 1.00 – 1.20, 3 runs | 2.0 s |"
        );
        row.figure = summary(&[1.11]);
        assert!(row.to_string().contains("| 1.11 | **missed** | 1 run |"));
        row.bar = Bar::AtLeast(1.1);
        assert!(row.to_string().contains("| met |"));
    }
}
