//! What is told to people: problems, summaries and the plan tensor by tensor.
//!
//! Plain data that crosses to the page as it is.

use crate::message::{Fill, Filling, Message, say};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The part that a model plays in a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The model that the chat models were tuned from.
    Base,
    /// The model that the chat vectors are added to.
    Target,
    /// A tuned model, counted from 0.
    Chat(usize),
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.filling().fmt(f)
    }
}

impl Fill for Role {
    fn filling(&self) -> Filling {
        Filling::Message(match self {
            Role::Base => say!("base"),
            Role::Target => say!("target"),
            Role::Chat(i) => say!("chat model {number}", number = i + 1),
        })
    }
}

impl Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something that stops a merge, in words that a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Problem {
    /// The model that it is about: `base`, `target`, `chat model 1`, …
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub model: Option<Role>,
    /// The file that it is about.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub file: Option<String>,
    /// The tensor that it is about.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub tensor: Option<String>,
    /// The whole sentence: what, where and what to do.
    pub message: Message,
}

/// A file's name and size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct FileSummary {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

impl FileSummary {
    /// Whether it holds tensors: what lies beside the weights of a merge does not.
    pub fn is_weights(&self) -> bool {
        self.name.ends_with(".safetensors")
    }
}

/// What the headers of one model say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ModelSummary {
    /// The safetensors files that make it up.
    pub files: Vec<FileSummary>,
    /// How many tensors it has.
    pub tensors: usize,
    /// Parameters and dtypes as Hugging Face shows them: `7.24B params · F32`.
    pub label: Message,
    /// The size of all its tensors in bytes.
    pub bytes: u64,
    /// Whether it is a chat vector, not a model.
    pub is_vector: bool,
    /// What was left out or assumed, in sentences.
    pub notices: Vec<Message>,
}

/// What happens to a tensor of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Chat vectors are added to it.
    Merged,
    /// It is taken from the target.
    Copied,
    /// It is no part of the chat vector that is made.
    #[serde(rename = "left out")]
    LeftOut,
    /// It stops the merge.
    Refused,
}

/// One tensor of the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TensorRow {
    /// Its name, [`shown`] to people.
    #[serde(serialize_with = "as_shown")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub name: String,
    /// Its shape in the target and so in the output.
    #[serde(serialize_with = "as_told")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "Filling"))]
    pub shape: Vec<u64>,
    /// Its dtype in the target.
    pub dtype: String,
    /// Its dtype in the output.
    pub output_dtype: String,
    /// What happens to it.
    pub action: Action,
    /// λ per chat model, after the rules.
    pub weights: Vec<f64>,
    /// Why, in a few words.
    pub why: Message,
}

/// The tensors of the target that a rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RuleCount {
    /// Those whose name it matches.
    pub matches: usize,
    /// Those of them that no earlier rule matches.
    pub decides: usize,
}

/// The plan as a whole, or what stands in its way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PlanReport {
    /// What stops the merge; empty when it can start.
    pub problems: Vec<Problem>,
    /// What a person should know, in sentences.
    pub notices: Vec<Message>,
    /// How many tensors are merged.
    pub merged: usize,
    /// How many are copied.
    pub copied: usize,
    /// How many are no part of the chat vector that is made.
    pub left_out: usize,
    /// How many are refused.
    pub refused: usize,
    /// For each rule, the tensors that it is about.
    pub rule_counts: Vec<RuleCount>,
    /// Parameters and dtypes of the output: `7.24B params · F32`.
    pub label: Message,
    /// What becomes of rows that are matched by token: the tables whose rows are not all copied.
    pub token_tables: Vec<TokenTable>,
    /// For each chat model, the special tokens that it has introduced and that the target has too;
    /// empty where rows are not matched by token, or no tokenizer says so.
    pub introduced: Vec<Vec<String>>,
    /// The files that will be written, in order.
    pub files: Vec<FileSummary>,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Where what lies beside the weights comes from, in sentences; empty where nothing does.
    pub folder: Vec<Message>,
    /// How many layers the target has, by the names of its tensors; 0 where they have no numbers.
    pub layers: u32,
}

/// The rows of a table of tokens, by what becomes of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TokenTable {
    /// The tensor's name, as it is [`shown`] to people.
    pub tensor: String,
    /// Rows that are merged with those of the same token.
    pub matched: u64,
    /// Rows of tokens that some other model lacks: the target's.
    pub kept: u64,
    /// Rows that a chat model's replace.
    pub taken_over: u64,
    /// Rows without a token: the target's.
    pub padding: u64,
}

/// How far a merge is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Progress {
    /// Bytes of output written.
    pub done: u64,
    /// Bytes of output in all.
    pub total: u64,
    /// The tensor in hand, as it is [`shown`] to people; none while a file is being closed,
    /// or where it has none.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | null"))]
    pub tensor: Option<String>,
    /// The file in hand.
    pub file: String,
}

/// The elements of a merged tensor that are not finite numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct NonFinite {
    /// The tensor's name, as it is [`shown`] to people.
    pub tensor: String,
    /// How many elements are NaN.
    pub nan: u64,
    /// How many are +∞ or −∞.
    pub infinite: u64,
}

/// The most characters of a name that are told; a header may hold one of 100 MB.
const NAME: usize = 120;
/// The most characters of a reason that are told.
const REASON: usize = 600;

/// A name from a file, as it is told to people: see [`shown`].
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    text: &'a str,
    most: usize,
}

/// A name that a stranger may have chosen, in a form that is safe to read: what is invisible or
/// changes the order of the text around it is written as its code (`\u{202e}`), and of a long one
/// the middle is left out.
pub fn shown(name: &str) -> Shown<'_> {
    Shown {
        text: name,
        most: NAME,
    }
}

/// The same for a reason, which may quote what a file holds.
pub fn shown_reason(reason: &str) -> Shown<'_> {
    Shown {
        text: reason,
        most: REASON,
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, most } = *self;
        let start_of = |(at, _): (usize, char)| at;
        let end = most / 3;
        match text.char_indices().nth(most).map(start_of) {
            None => escaped(f, text),
            Some(_) => {
                let head = text.char_indices().nth(most - end).map_or(0, start_of);
                let tail = text.char_indices().nth_back(end - 1).map_or(0, start_of);
                escaped(f, &text[..head])?;
                f.write_str(" … ")?;
                escaped(f, &text[tail..])
            }
        }
    }
}

impl Fill for Shown<'_> {
    fn filling(&self) -> Filling {
        Filling::Text(self.to_string())
    }
}

fn escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    text.chars().try_for_each(|c| match c {
        '\\' | '"' | '\'' => f.write_char(c),
        _ => write!(f, "{}", c.escape_debug()),
    })
}

fn as_shown<S: serde::Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&shown(name))
}

fn as_told<S: serde::Serializer>(shape: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    shape_text(shape).serialize(serializer)
}

/// The dimensions of a shape, as they are told; of very many the first.
pub fn shape_text(shape: &[u64]) -> Filling {
    const MOST: usize = 8;
    let first: Vec<String> = shape.iter().take(MOST).map(u64::to_string).collect();
    let first = first.join("×");
    match shape.len() {
        0 => Filling::Message(say!("scalar")),
        count if count > MOST => {
            Filling::Message(say!("{first}×… ({count} dimensions)", first, count))
        }
        _ => Filling::Text(first),
    }
}

/// A count of parameters as Hugging Face shows it: `7.24B`, `135M`, `1.1B`.
pub fn parameter_count(count: u64) -> String {
    // Three digits first, so that 999,999,999 rolls over to 1B.
    let unit = 10u64.pow(count.checked_ilog10().unwrap_or(0).saturating_sub(2));
    let rounded = (count as f64 / unit as f64).round() * unit as f64;
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];
    match units.into_iter().find(|(unit, _)| rounded >= *unit) {
        // At most two decimals are left, and Rust prints no more than needed.
        Some((unit, suffix)) => format!("{}{suffix}", rounded / unit),
        None => count.to_string(),
    }
}

/// A size in decimal units, as disks and Hugging Face count: `4.94 GB`.
pub fn byte_size(bytes: u64) -> Filling {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match units.into_iter().find(|(unit, _)| bytes as f64 >= *unit) {
        Some((unit, suffix)) => Filling::Text(format!("{:.2} {suffix}", bytes as f64 / unit)),
        None => Filling::Message(say!("{bytes} bytes", bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_so_that_a_person_can_read_them() {
        let long = "a".repeat(50) + &"b".repeat(1_000_000) + &"z".repeat(50);
        let short = format!("{}{} … {}", "a".repeat(50), "b".repeat(30), "z".repeat(40));
        for (name, told) in [
            ("model.norm.weight", "model.norm.weight"),
            ("層.0/'a' \"b\" \\c <b>", "層.0/'a' \"b\" \\c <b>"),
            (
                "a\u{202e}b\u{200b}c\u{feff}",
                "a\\u{202e}b\\u{200b}c\\u{feff}",
            ),
            ("a\0b\nc\x1b[31m", "a\\0b\\nc\\u{1b}[31m"),
            (&long, &short),
            (&"é".repeat(120), &"é".repeat(120)),
        ] {
            assert_eq!(shown(name).to_string(), told);
        }
    }

    #[test]
    fn shapes_are_told_in_short() {
        assert_eq!(shape_text(&[]).to_string(), "scalar");
        assert_eq!(
            shape_text(&[u64::MAX, 0]).to_string(),
            "18446744073709551615×0"
        );
        let many = shape_text(&vec![1; 1_000_000]).to_string();
        assert_eq!(many, "1×1×1×1×1×1×1×1×… (1000000 dimensions)");
    }

    #[test]
    fn counts_read_as_on_hugging_face() {
        for (count, text) in [
            (7_241_732_096, "7.24B"),
            (134_515_008, "135M"),
            (1_100_048_384, "1.1B"),
            (70_553_706_496, "70.6B"),
            (999_999_999, "1B"),
            (1_500, "1.5K"),
            (999, "999"),
            (0, "0"),
        ] {
            assert_eq!(parameter_count(count), text);
        }
    }
}
