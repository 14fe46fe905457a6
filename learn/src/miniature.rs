//! A cast of tiny models, and what the library makes of them: merged by its own plan and engine, from
//! memory to memory.

use crate::model::{Config, Model, ModelError};
use chat_vector::checkpoint::{self, Checkpoint};
use chat_vector::document::Document;
use chat_vector::engine::{self, EngineError};
use chat_vector::journal::Mark;
use chat_vector::message::Message;
use chat_vector::plan::{self, Models};
use chat_vector::recipe::{Preset, Recipe, Rule};
use chat_vector::report::Problem;
use chat_vector::{sink, source};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::future::pending;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// One of the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// What the chat models were tuned from.
    Base,
    /// What the chat vectors are added to.
    Target,
    /// The base, tuned to chat.
    Chat,
    /// The base, tuned to something else.
    Second,
    /// The target with the chat vectors added.
    Merged,
}

impl Which {
    const ALL: [Self; 5] = [
        Self::Base,
        Self::Target,
        Self::Chat,
        Self::Second,
        Self::Merged,
    ];
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "the base",
            Self::Target => "the target",
            Self::Chat => "the chat model",
            Self::Second => "the second chat model",
            Self::Merged => "the merged model",
        })
    }
}

/// What of a model a chat vector is added to: which kinds of modules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Everything.
    #[default]
    All,
    /// Attention alone: no MLPs, no norms, no embeddings, no output head.
    Attention,
    /// MLPs alone.
    Mlp,
}

/// What a person has chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct State {
    /// λ of each chat vector: the chat model's, and the second's where there is one.
    pub weights: Vec<f64>,
    /// Whether embeddings and output head take part; they do only with [`Part::All`].
    pub embeddings: bool,
    /// Which modules take part.
    pub part: Part,
    /// Which layers take part, the first and the last, counted from 0; none means all. Embeddings,
    /// output head and the last norm are in no layer, and it is not about them.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "[first: number, last: number] | null")
    )]
    pub layers: Option<(u32, u32)>,
}

impl State {
    /// The plain chat vector with these λ.
    pub fn new(weights: Vec<f64>) -> Self {
        Self {
            weights,
            embeddings: true,
            part: Part::All,
            layers: None,
        }
    }

    /// The recipe for a model of so many layers, in the library's own language.
    pub fn recipe(&self, layers: u32) -> Recipe {
        let chats = self.weights.len();
        let rule = |pattern: &str, weights: Vec<f64>| Rule {
            pattern: pattern.to_owned(),
            weights,
        };
        let mut rules = Vec::new();
        // The first rule that matches a tensor wins, so what is left out comes first.
        if let Some((first, last)) = self.layers {
            let outside = (0..layers).filter(|layer| !(first..=last).contains(layer));
            let outside: Vec<String> = outside.map(|layer| layer.to_string()).collect();
            let pattern = match &outside[..] {
                [] => None,
                [layer] => Some(format!("model.layers.{layer}.*")),
                _ => Some(format!("model.layers.{{{}}}.*", outside.join(","))),
            };
            rules.extend(pattern.map(|pattern| rule(&pattern, vec![0.0; chats])));
        }
        let only = match self.part {
            Part::All => None,
            Part::Attention => Some("*.self_attn.*"),
            Part::Mlp => Some("*.mlp.*"),
        };
        match only {
            Some(pattern) => {
                rules.push(rule(pattern, self.weights.clone()));
                rules.push(rule("*", vec![0.0; chats]));
            }
            None if !self.embeddings => rules.extend(Preset::SkipEmbeddings.rules(chats)),
            None => {}
        }
        let mut recipe = Recipe::new(self.weights.clone());
        recipe.rules = rules;
        recipe
    }
}

/// Why there is no cast, or no merge of it.
#[derive(Clone, Debug, PartialEq)]
pub enum MiniatureError {
    /// The config can't be read.
    Config(ModelError),
    /// A model can't be run.
    Model(Which, ModelError),
    /// A model's file breaks the rules of safetensors; the library's sentences.
    File(Which, Vec<Message>),
    /// There is no such model in this cast.
    Absent(Which),
    /// Another number of λ than there are chat vectors.
    Weights {
        /// How many chat vectors there are.
        expected: usize,
        /// How many λ were given.
        found: usize,
    },
    /// Layers that the models do not have, or in the wrong order.
    Layers {
        /// The layers that were asked for.
        asked: (u32, u32),
        /// How many there are.
        count: u32,
    },
    /// The models can't be merged; the library's problems.
    Plan(Vec<Problem>),
    /// The merge has failed; the library's sentence.
    Engine(Message),
    /// The library has made no weights.
    NoOutput,
}

impl fmt::Display for MiniatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |messages: &mut dyn Iterator<Item = &Message>| {
            let messages: Vec<String> = messages.map(Message::to_string).collect();
            messages.join(" ")
        };
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Model(which, error) => write!(f, "{which} can't be run: {error}"),
            Self::File(which, messages) => {
                write!(
                    f,
                    "{which} can't be opened: {}",
                    joined(&mut messages.iter())
                )
            }
            Self::Absent(Which::Merged) => write!(f, "nothing was merged yet"),
            Self::Absent(which) => write!(f, "{which} is not there"),
            Self::Weights { expected, found } => write!(
                f,
                "{found} λ were given, and there are {expected} chat vectors"
            ),
            Self::Layers {
                asked: (first, last),
                count,
            } => write!(
                f,
                "there are no layers {first} to {last} in a model of {count}"
            ),
            Self::Plan(problems) => {
                let messages = &mut problems.iter().map(|problem| &problem.message);
                write!(f, "the models can't be merged: {}", joined(messages))
            }
            Self::Engine(message) => write!(f, "the merge has failed: {message}"),
            Self::NoOutput => write!(f, "the merge has made no weights"),
        }
    }
}

impl std::error::Error for MiniatureError {}

/// The bytes of a cast's files.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Weights of the base: a safetensors file.
    pub base: Vec<u8>,
    /// Weights of the target.
    pub target: Vec<u8>,
    /// Weights of the chat model.
    pub chat: Vec<u8>,
    /// Weights of the second chat model, if there is one.
    pub second: Option<Vec<u8>>,
    /// The text of the `config.json` that all of them have.
    pub config: String,
}

/// Tensors that a merge has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// To how many tensors a chat vector was added.
    pub merged: usize,
    /// How many are the target's as they were.
    pub copied: usize,
}

/// Models of one shape: base, target, one or two chat models, and what was merged of them last.
#[derive(Debug)]
pub struct Miniature {
    config: Config,
    base: Checkpoint<source::Memory>,
    target: Checkpoint<source::Memory>,
    chats: Vec<Checkpoint<source::Memory>>,
    /// Ready to run, in the order of [`Which::ALL`].
    models: [Option<Rc<Model>>; 5],
    /// The bytes of the last merge's `model.safetensors`.
    merged: Vec<u8>,
}

impl Miniature {
    /// Opens the models and makes all of them ready to run.
    ///
    /// # Errors
    /// The first of the files that is not what it should be.
    pub fn open(files: Files) -> Result<Self, MiniatureError> {
        let config = Config::parse(&files.config).map_err(MiniatureError::Config)?;
        let mut models = [const { None }; 5];
        let mut open = |which, bytes: Vec<u8>| -> Result<_, MiniatureError> {
            let checkpoint = opened(which, bytes.clone())?;
            models[which as usize] = Some(loaded(which, &config, &bytes)?);
            Ok(checkpoint)
        };
        let base = open(Which::Base, files.base)?;
        let target = open(Which::Target, files.target)?;
        let mut chats = vec![open(Which::Chat, files.chat)?];
        if let Some(bytes) = files.second {
            chats.push(open(Which::Second, bytes)?);
        }
        Ok(Self {
            base,
            target,
            chats,
            models,
            merged: Vec::new(),
            config,
        })
    }

    /// The sizes that all models have.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many chat vectors there are.
    pub fn vectors(&self) -> usize {
        self.chats.len()
    }

    /// A model that is ready to run; a newer merge makes another one.
    ///
    /// # Errors
    /// If there is none such.
    pub fn model(&self, which: Which) -> Result<&Rc<Model>, MiniatureError> {
        let model = self.models[which as usize].as_ref();
        model.ok_or(MiniatureError::Absent(which))
    }

    /// The models that there are, the merged one only after a merge.
    pub fn there(&self) -> impl Iterator<Item = Which> {
        let is_there = |which: &Which| self.models[*which as usize].is_some();
        Which::ALL.into_iter().filter(is_there)
    }

    /// The last merge's `model.safetensors`; empty before the first.
    pub fn merged(&self) -> &[u8] {
        &self.merged
    }

    /// The models as the library has them.
    pub fn cast(&self) -> Models<'_, source::Memory> {
        Models {
            base: &self.base,
            target: Some(&self.target),
            chats: self.chats.iter().collect(),
        }
    }

    /// The recipe of what a person has chosen.
    ///
    /// # Errors
    /// For another number of λ than there are chat vectors, and for layers that there are not.
    pub fn recipe(&self, state: &State) -> Result<Recipe, MiniatureError> {
        let (expected, found) = (self.chats.len(), state.weights.len());
        if expected != found {
            return Err(MiniatureError::Weights { expected, found });
        }
        let count = self.config.num_hidden_layers as u32;
        if let Some(asked @ (first, last)) = state.layers
            && (first > last || last >= count)
        {
            return Err(MiniatureError::Layers { asked, count });
        }
        Ok(state.recipe(count))
    }

    /// The recipe as a file that the library's own page opens.
    ///
    /// # Errors
    /// As [`Miniature::recipe`].
    pub fn recipe_file(&self, state: &State) -> Result<String, MiniatureError> {
        Ok(Document::without_models(&self.recipe(state)?).to_file())
    }

    /// Merges by the library's plan and engine, and makes the result ready to run. What was merged
    /// before stays where this fails.
    ///
    /// # Errors
    /// If the state is none, or the plan has problems.
    pub fn merge(&mut self, state: &State) -> Result<Made, MiniatureError> {
        let recipe = self.recipe(state)?;
        let models = self.cast();
        let plan = plan::plan(&models, &recipe);
        if !plan.report.problems.is_empty() {
            return Err(MiniatureError::Plan(plan.report.problems));
        }
        let made = Made {
            merged: plan.report.merged,
            copied: plan.report.copied,
        };
        let mut sink = sink::Memory::default();
        let mark = Mark::default();
        let run = engine::run(&models, &plan, mark, &mut sink, |_| {}, pending());
        run_now(run).map_err(|error: EngineError| MiniatureError::Engine(error.message()))?;
        let is_weights = |(name, _): &(String, Vec<u8>)| name.ends_with(".safetensors");
        let output = sink.files.into_iter().find(is_weights);
        let (_, bytes) = output.ok_or(MiniatureError::NoOutput)?;
        self.models[Which::Merged as usize] = Some(loaded(Which::Merged, &self.config, &bytes)?);
        self.merged = bytes;
        Ok(made)
    }
}

fn opened(which: Which, bytes: Vec<u8>) -> Result<Checkpoint<source::Memory>, MiniatureError> {
    let file = source::Memory::new("model.safetensors", Rc::<[u8]>::from(bytes));
    run_now(checkpoint::open(vec![file])).map_err(|errors| {
        let messages = errors.iter().map(|error| error.message().sentence());
        MiniatureError::File(which, messages.collect())
    })
}

fn loaded(which: Which, config: &Config, bytes: &[u8]) -> Result<Rc<Model>, MiniatureError> {
    let model = Model::load(config, bytes);
    let model = model.map_err(|error| MiniatureError::Model(which, error))?;
    Ok(Rc::new(model))
}

/// Runs what only ever waits for memory, which is there: nothing has to wake it.
pub(crate) fn run_now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
