//! What a model can do, in a few numbers, by a list of prompts.

use crate::model::{Model, ModelError};
use crate::words::{END, Words, WordsError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// The most tokens of a reply.
pub const MOST_TOKENS: usize = 24;

/// A list of measures, by its `prompts.json`: texts have become numbers of words.
#[derive(Clone, Debug)]
pub struct Measures(Vec<Measure>);

#[derive(Clone, Debug)]
struct Measure {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Prompts, and the replies that are right.
    Answer(Vec<(Vec<u32>, Vec<u32>)>),
    /// Words that replies may have, and prompts.
    Words(HashSet<u32>, Vec<Vec<u32>>),
    /// Texts.
    Text(Vec<Vec<u32>>),
}

/// The outcome of one measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Measured {
    /// What it is called.
    pub name: String,
    /// Of the kind `answer` the share of prompts whose reply is right, word for word, with its end;
    /// of `words` the share of replied words that are among those allowed; of `text` the mean
    /// negative log-likelihood of a token, in nats.
    pub value: f64,
    /// What it is the mean of so many of: prompts, words, tokens.
    pub count: usize,
}

/// Why there are no measures, or no outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureError {
    /// `prompts.json` is not JSON of the expected form; with the reader's words.
    Json(String),
    /// Words of a measure are not known.
    Words(String, WordsError),
    /// A measure has nothing to measure, or a case that is empty.
    Empty(String),
    /// An answer does not end with `</s>`, and no reply could be right.
    Endless(String),
    /// The model could not be run for a measure.
    Model(String, ModelError),
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(reason) => write!(f, "prompts.json can't be read: {reason}"),
            Self::Words(name, error) => write!(f, "the measure `{name}` of prompts.json: {error}"),
            Self::Empty(name) => write!(
                f,
                "the measure `{name}` of prompts.json has no cases, or an empty one"
            ),
            Self::Endless(name) => write!(
                f,
                "the measure `{name}` of prompts.json has an answer that does not end with `{END}`"
            ),
            Self::Model(name, error) => write!(f, "the measure `{name}`: {error}"),
        }
    }
}

impl std::error::Error for MeasureError {}

#[derive(Deserialize)]
struct Written {
    measures: Vec<WrittenMeasure>,
}

#[derive(Deserialize)]
struct WrittenMeasure {
    name: String,
    kind: WrittenKind,
    #[serde(default)]
    words: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenKind {
    Answer,
    Words,
    Text,
}

#[derive(Deserialize)]
struct Case {
    prompt: String,
    #[serde(default)]
    answer: String,
}

impl Measures {
    /// Reads the text of a `prompts.json`.
    ///
    /// # Errors
    /// If it is none, or has words that are not known.
    pub fn parse(json: &str, words: &Words) -> Result<Self, MeasureError> {
        let written: Written =
            serde_json::from_str(json).map_err(|error| MeasureError::Json(error.to_string()))?;
        let measures = written.measures.into_iter();
        let measures = measures.map(|measure| Measure::new(measure, words));
        Ok(Self(measures.collect::<Result<_, _>>()?))
    }

    /// What the measures are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|measure| measure.name.as_str())
    }

    /// Measures a model.
    ///
    /// # Errors
    /// If it can't be run.
    pub fn run(&self, model: &Model, words: &Words) -> Result<Vec<Measured>, MeasureError> {
        let run = |measure: &Measure| {
            let failed = |error| MeasureError::Model(measure.name.clone(), error);
            let (value, count) = measure.run(model, words).map_err(failed)?;
            Ok(Measured {
                name: measure.name.clone(),
                value,
                count,
            })
        };
        self.0.iter().map(run).collect()
    }
}

impl Measure {
    fn new(written: WrittenMeasure, words: &Words) -> Result<Self, MeasureError> {
        let name = written.name;
        let numbers = |text: &str| {
            let numbers = words.numbers(text);
            numbers.map_err(|error| MeasureError::Words(name.clone(), error))
        };
        let mut prompts = Vec::new();
        let mut answers = Vec::new();
        // A text says something of a model from its second token on.
        let least = match written.kind {
            WrittenKind::Answer | WrittenKind::Words => 1,
            WrittenKind::Text => 2,
        };
        for case in &written.cases {
            prompts.push(numbers(&case.prompt)?);
            answers.push(numbers(&case.answer)?);
        }
        if prompts.is_empty() || prompts.iter().any(|prompt| prompt.len() < least) {
            return Err(MeasureError::Empty(name));
        }
        let kind = match written.kind {
            WrittenKind::Answer => {
                if answers
                    .iter()
                    .any(|answer| answer.last() != Some(&words.end()))
                {
                    return Err(MeasureError::Endless(name));
                }
                Kind::Answer(prompts.into_iter().zip(answers).collect())
            }
            WrittenKind::Words => {
                let allowed = numbers(&written.words.join(" "))?;
                if allowed.is_empty() {
                    return Err(MeasureError::Empty(name));
                }
                Kind::Words(allowed.into_iter().collect(), prompts)
            }
            WrittenKind::Text => Kind::Text(prompts),
        };
        Ok(Self { name, kind })
    }

    /// The mean, and of how many.
    fn run(&self, model: &Model, words: &Words) -> Result<(f64, usize), ModelError> {
        let end = words.end();
        match &self.kind {
            Kind::Answer(cases) => {
                let prompts: Vec<&[u32]> = cases.iter().map(|(prompt, _)| &prompt[..]).collect();
                let replies = replies(model, &prompts, end)?;
                let cases = cases.iter().zip(&replies);
                let right = cases
                    .filter(|((_, answer), reply)| answer == *reply)
                    .count();
                Ok((share(right, replies.len()), replies.len()))
            }
            Kind::Words(allowed, prompts) => {
                let prompts: Vec<&[u32]> = prompts.iter().map(Vec::as_slice).collect();
                let (mut hits, mut count) = (0, 0);
                for reply in replies(model, &prompts, end)? {
                    let said = reply.iter().filter(|&&token| token != end);
                    hits += said.clone().filter(|token| allowed.contains(token)).count();
                    // Who says nothing has not spoken the language.
                    count += said.count().max(1);
                }
                Ok((share(hits, count), count))
            }
            Kind::Text(texts) => {
                let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
                let count = texts.iter().map(|text| text.len() - 1).sum();
                let each = by_length(&texts, |batch| model.surprise(batch))?;
                Ok((each.iter().sum::<f64>() / count as f64, count))
            }
        }
    }
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of as f64
}

/// The model's reply to each prompt, with its end if it came to one.
fn replies(model: &Model, prompts: &[&[u32]], end: u32) -> Result<Vec<Vec<u32>>, ModelError> {
    by_length(prompts, |batch| model.generate(batch, MOST_TOKENS, end))
}

/// What `run` gives for each text, which is given those of one length at a time.
fn by_length<T: Default + Clone>(
    texts: &[&[u32]],
    run: impl Fn(&[&[u32]]) -> Result<Vec<T>, ModelError>,
) -> Result<Vec<T>, ModelError> {
    let mut lengths: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, text) in texts.iter().enumerate() {
        lengths.entry(text.len()).or_default().push(place);
    }
    let mut results = vec![T::default(); texts.len()];
    for places in lengths.values() {
        let batch: Vec<&[u32]> = places.iter().map(|&place| texts[place]).collect();
        for (&place, result) in places.iter().zip(run(&batch)?) {
            results[place] = result;
        }
    }
    Ok(results)
}
