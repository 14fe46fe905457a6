//! What the page's worker calls: a lesson, with plain objects across the border.

use crate::generation::Generation;
use crate::layers::TensorNorms;
use crate::measure::{MeasureError, Measured, Measures};
use crate::miniature::{Files, Miniature, MiniatureError, State, Which};
use crate::model::{Model, ModelError};
use crate::words::{Words, WordsError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::rc::Rc;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the worker was started.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Why something could not be done.
#[derive(Clone, Debug, Serialize, Deserialize, Tsify)]
pub struct LessonFailure {
    /// What a page may want to tell in words of its own.
    pub kind: FailureKind,
    /// What happened, in an English clause.
    pub message: String,
    /// The words that are not known, where it is about such.
    pub words: Vec<String>,
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A text has words that the models do not know.
    UnknownWords,
    /// A text is too long for the models.
    TooLong,
    /// Anything else: a file is damaged, a state is none, or the page is wrong.
    Internal,
}

/// How large the models are.
#[derive(Serialize, Tsify)]
pub struct LessonSummary {
    /// The models that there are, but for the merged one.
    pub models: Vec<Which>,
    /// How many λ a state has: 1, or 2 with a second chat model.
    pub vectors: usize,
    /// How many layers a model has.
    pub layers: usize,
    /// The words that can be said, in the order of their numbers, without the special ones.
    pub words: Vec<String>,
    /// What the measures are called.
    pub measures: Vec<String>,
}

/// What a merge has made.
#[derive(Serialize, Tsify)]
pub struct MergeSummary {
    /// To how many tensors a chat vector was added.
    pub merged: usize,
    /// How many are the target's as they were.
    pub copied: usize,
    /// How long it took until the merged model was ready to run.
    pub milliseconds: f64,
}

/// What a model has said.
#[derive(Default, Serialize, Tsify)]
pub struct Answer {
    /// The words of the reply, without its end.
    pub words: Vec<String>,
    /// Whether the model ended it, and not the limit.
    pub ended: bool,
    /// Until the first word, the end being one.
    pub first: f64,
    /// Until the last.
    pub milliseconds: f64,
}

/// The models of a lesson, and what can be tried with them.
///
/// Everything it throws is a plain object: `LessonFailure`.
#[wasm_bindgen]
pub struct Lesson {
    miniature: Miniature,
    words: Rc<Words>,
    measures: Measures,
}

#[wasm_bindgen]
impl Lesson {
    /// A lesson of the models' `model.safetensors` and the texts of the files beside them. All models
    /// have one `config.json` and one `tokenizer.json`.
    ///
    /// # Errors
    /// `LessonFailure`: the first of the files that is not what it should be.
    #[wasm_bindgen(constructor)]
    pub fn new(
        base: Vec<u8>,
        target: Vec<u8>,
        chat: Vec<u8>,
        second: Option<Vec<u8>>,
        config: String,
        tokenizer: &str,
        prompts: &str,
    ) -> Result<Self, JsValue> {
        let words = Words::parse(tokenizer).map_err(Failure::from)?;
        let measures = Measures::parse(prompts, &words).map_err(Failure::from)?;
        let files = Files {
            base,
            target,
            chat,
            second,
            config,
        };
        let miniature = Miniature::open(files).map_err(Failure::from)?;
        Ok(Self {
            miniature,
            words: Rc::new(words),
            measures,
        })
    }

    /// How large the models are, and what they know.
    ///
    /// # Errors
    /// Only if the browser can't make a plain object.
    #[wasm_bindgen(unchecked_return_type = "LessonSummary")]
    pub fn summary(&self) -> Result<JsValue, JsValue> {
        let is_given = |which: &Which| *which != Which::Merged;
        to_js(&LessonSummary {
            models: self.miniature.there().filter(is_given).collect(),
            vectors: self.miniature.vectors(),
            layers: self.miniature.config().num_hidden_layers,
            words: self.words.plain().map(str::to_owned).collect(),
            measures: self.measures.names().map(str::to_owned).collect(),
        })
    }

    /// Merges, and makes the result ready to run as `merged`.
    ///
    /// # Errors
    /// `LessonFailure`; what was merged before stays.
    #[wasm_bindgen(unchecked_return_type = "MergeSummary")]
    pub fn merge(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "State")] state: JsValue,
    ) -> Result<JsValue, JsValue> {
        let start = now();
        let state: State = from_js(state)?;
        let made = self.miniature.merge(&state).map_err(Failure::from)?;
        to_js(&MergeSummary {
            merged: made.merged,
            copied: made.copied,
            milliseconds: now() - start,
        })
    }

    /// The bytes of the last merge's `model.safetensors`; empty before the first.
    pub fn merged_file(&self) -> Vec<u8> {
        self.miniature.merged().to_vec()
    }

    /// The recipe of a state, as a file that the page of the library opens.
    ///
    /// # Errors
    /// `LessonFailure`, for a state that is none.
    pub fn recipe_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "State")] state: JsValue,
    ) -> Result<String, JsValue> {
        let file = self.miniature.recipe_file(&from_js(state)?);
        Ok(file.map_err(Failure::from)?)
    }

    /// Lets a model go on from a prompt, with special words: `<s> <|user|> … <|assistant|>`. The most
    /// likely word is taken each time.
    ///
    /// # Errors
    /// `LessonFailure`: words that are not known, a prompt that is too long, a model that is not there.
    pub fn ask(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Which")] which: JsValue,
        prompt: &str,
        most: usize,
    ) -> Result<Reply, JsValue> {
        let start = now();
        let model = self.miniature.model(from_js(which)?);
        let model = model.map_err(Failure::from)?;
        let prompt = self.words.numbers(prompt).map_err(Failure::from)?;
        let generation = Generation::begin(Rc::clone(model), &[&prompt], most, self.words.end());
        Ok(Reply {
            generation: generation.map_err(Failure::from)?,
            words: Rc::clone(&self.words),
            start,
            answer: Answer::default(),
        })
    }

    /// Measures a model by the list of prompts.
    ///
    /// # Errors
    /// `LessonFailure`, if it is not there.
    #[wasm_bindgen(unchecked_return_type = "Measured[]")]
    pub fn measure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Which")] which: JsValue,
    ) -> Result<JsValue, JsValue> {
        let model = self.miniature.model(from_js(which)?);
        let model = model.map_err(Failure::from)?;
        let measured: Vec<Measured> = self
            .measures
            .run(model, &self.words)
            .map_err(Failure::from)?;
        to_js(&measured)
    }

    /// How large the chat vectors are, tensor by tensor.
    ///
    /// # Errors
    /// `LessonFailure`, if the models can't be merged.
    #[wasm_bindgen(unchecked_return_type = "TensorNorms[]")]
    pub fn norms(&self) -> Result<JsValue, JsValue> {
        let norms: Vec<TensorNorms> = self.miniature.norms().map_err(Failure::from)?;
        to_js(&norms)
    }
}

/// A reply that is being said, by a model as it was when it was asked.
#[wasm_bindgen]
pub struct Reply {
    generation: Generation<Rc<Model>>,
    words: Rc<Words>,
    start: f64,
    answer: Answer,
}

#[wasm_bindgen]
impl Reply {
    /// The next word; none once the reply is whole.
    ///
    /// # Errors
    /// `LessonFailure`, if the model can't be computed.
    pub fn next_word(&mut self) -> Result<Option<String>, JsValue> {
        let said = self.generation.step().map_err(Failure::from)?;
        let Some(&(_, token)) = said.first() else {
            return Ok(None);
        };
        let answer = &mut self.answer;
        answer.milliseconds = now() - self.start;
        if answer.first == 0.0 {
            answer.first = answer.milliseconds;
        }
        if token == self.words.end() {
            answer.ended = true;
            return Ok(None);
        }
        let word = self.words.word(token).to_owned();
        answer.words.push(word.clone());
        Ok(Some(word))
    }

    /// What was said so far.
    ///
    /// # Errors
    /// Only if the browser can't make a plain object.
    #[wasm_bindgen(unchecked_return_type = "Answer")]
    pub fn answer(&self) -> Result<JsValue, JsValue> {
        to_js(&self.answer)
    }
}

/// A [`LessonFailure`] on its way to be thrown.
struct Failure(LessonFailure);

impl Failure {
    fn new(kind: FailureKind, error: &dyn fmt::Display) -> Self {
        Self(LessonFailure {
            kind,
            message: error.to_string(),
            words: Vec::new(),
        })
    }
}

impl From<Failure> for JsValue {
    fn from(Failure(failure): Failure) -> Self {
        to_js(&failure).unwrap_or_else(|_| JsValue::from_str(&failure.message))
    }
}

impl From<WordsError> for Failure {
    fn from(error: WordsError) -> Self {
        let mut failure = Self::new(FailureKind::Internal, &error);
        if let WordsError::Unknown(words) = error {
            failure.0.kind = FailureKind::UnknownWords;
            failure.0.words = words;
        }
        failure
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let kind = match &error {
            ModelError::TooLong { .. } => FailureKind::TooLong,
            _ => FailureKind::Internal,
        };
        Self::new(kind, &error)
    }
}

impl From<MiniatureError> for Failure {
    fn from(error: MiniatureError) -> Self {
        Self::new(FailureKind::Internal, &error)
    }
}

impl From<MeasureError> for Failure {
    fn from(error: MeasureError) -> Self {
        Self::new(FailureKind::Internal, &error)
    }
}

/// A plain object: `None` as `null`.
fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    value.map_err(|error| JsValue::from_str(&error.to_string()))
}

/// A value of the worker's.
fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    let value = serde_wasm_bindgen::from_value(value);
    value.map_err(|error| Failure::new(FailureKind::Internal, &error))
}
