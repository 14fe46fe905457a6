//! What a test asks the page for, in the words of the page's controls.

use serde::Serialize;

/// The choices of a merge; a test states only what is not the default.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// λ of each chat model.
    pub weights: Vec<f64>,
    /// Exceptions by name; the first that matches wins.
    pub rules: Vec<Rule>,
    pub output_dtype: &'static str,
    pub embedding_rows: &'static str,
    /// Rows that become a chat model's, with `BY_TOKEN`.
    pub take_over: Vec<TakeOver>,
    /// Whether `Copy what does not match` is ticked.
    pub copy_unmatched: bool,
}

/// A rule, and the tensors that it has to decide about.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    pub pattern: &'static str,
    pub weights: Vec<f64>,
    /// Written out, so that the oracle needs no pattern matching.
    pub matches: Vec<&'static str>,
}

/// A row of the target's that becomes a chat model's.
#[derive(Clone, Debug, Serialize)]
pub struct TakeOver {
    /// Which chat model, counted from 0.
    pub chat: usize,
    pub chat_token: &'static str,
    pub target_token: &'static str,
}

pub const SAME_AS_TARGET: &str = "same as target";
pub const COPY_ROWS: &str = "copy the target's";
pub const MERGE_ROWS: &str = "merge the rows both have";
pub const BY_TOKEN: &str = "match by token";

impl Recipe {
    pub fn new(weights: &[f64]) -> Self {
        Self {
            weights: weights.to_vec(),
            rules: Vec::new(),
            output_dtype: SAME_AS_TARGET,
            embedding_rows: COPY_ROWS,
            take_over: Vec::new(),
            copy_unmatched: false,
        }
    }

    /// λ of each chat model for a tensor.
    pub fn weights_of(&self, tensor: &str) -> &[f64] {
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.matches.contains(&tensor));
        rule.map_or(&self.weights, |rule| &rule.weights)
    }
}
