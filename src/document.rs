//! The recipe as a document: what was asked for, of which files, by which tool. It is saved beside
//! the merged weights and in their `__metadata__`, and can be opened again from either.
//!
//! `docs/recipe.schema.json` describes it.

use crate::checkpoint::{self, Checkpoint, CheckpointError};
use crate::json;
use crate::message::{self, Fill as _, Filling, Message, say};
use crate::plan::Models;
use crate::recipe::Recipe;
use crate::report::{FileSummary, shown, shown_reason};
use crate::source::{self, ReadError, Source};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The key of a safetensors file's `__metadata__` that holds it.
pub const KEY: &str = "chat_vector_recipe";
/// The name of its file beside the weights.
pub const FILE: &str = "chat_vector_recipe.json";
/// The version of its form; one that had none is the first. The second has a series.
const FORMAT: u32 = 2;
const WITHOUT_SERIES: u32 = 1;
/// The most outputs of a series.
pub const MOST_OUTPUTS: usize = 16;
const TOOL: &str = env!("CARGO_PKG_NAME");

/// Whether a safetensors file with this `__metadata__` is a chat vector.
pub(crate) fn is_vector(metadata: &HashMap<String, String>) -> bool {
    let goal = |document: &String| {
        let goal = json::get(json::get(document, "recipe")?, "goal")?;
        Some(goal == "\"chat vector\"")
    };
    metadata.get(KEY).and_then(goal) == Some(true)
}

/// A recipe and what it was made for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Document {
    /// The version of this form.
    #[serde(default = "first_format")]
    pub format: u32,
    /// What has written it.
    pub tool: String,
    /// The version of that.
    pub version: String,
    /// The arithmetic in one line.
    pub formula: String,
    /// The base's safetensors files; empty in a recipe that was saved without models.
    pub base: Vec<FileSummary>,
    /// The target's, where there is one.
    pub target: Option<Vec<FileSummary>>,
    /// Those of the chat models.
    pub chats: Vec<Vec<FileSummary>>,
    /// What was asked for.
    pub recipe: Recipe,
    /// λ of the chat models for each output, where several are made in one go: the first are the
    /// recipe's own. Empty in what a merged file holds, which is of that file alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Vec<f64>>,
}

fn first_format() -> u32 {
    WITHOUT_SERIES
}

/// Why a text is no recipe.
#[derive(Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// It is something else, or damaged.
    Foreign(Filling),
    /// A later version of this page has written it.
    Later(String),
    /// A merged file would have it, and this one has not.
    None,
    /// The file can't be read.
    File(CheckpointError),
    /// The same, where it has no header.
    Read(ReadError),
}

impl DocumentError {
    /// Why there is no recipe, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Foreign(reason) => say!(
                "this is no recipe of chat-vector ({reason}). Open a `chat_vector_recipe.json`, or \
                 a `.safetensors` file that was merged here",
                reason
            ),
            Self::Later(version) => say!(
                "this recipe is of a later version of the page ({version}): load the page again, \
                 or update it",
                version = shown(version)
            ),
            Self::None => {
                say!("this file holds no recipe: it was not merged here. Open one that was")
            }
            Self::File(error) => error.message(),
            Self::Read(error) => say!("the recipe can't be opened: {error}", error),
        }
    }
}

message::error!(DocumentError);

impl From<CheckpointError> for DocumentError {
    fn from(error: CheckpointError) -> Self {
        Self::File(error)
    }
}

impl From<ReadError> for DocumentError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

fn foreign(reason: impl Into<Filling>) -> DocumentError {
    DocumentError::Foreign(reason.into())
}

/// Makes a document of its JSON, or says why it is none. (The page has a reader of its own: this one
/// would be 10 KB more to load.)
pub type Reader = fn(&str) -> Result<Document, String>;

/// The reader for all who have no other.
pub fn from_json(text: &str) -> Result<Document, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The largest recipe that is read.
const MOST: u64 = 16_000_000;

/// Opens a recipe's file, or a safetensors file that was merged by one.
///
/// # Errors
/// If there is none in it, or it can't be read.
pub async fn open<S: Source>(file: &S, reader: Reader) -> Result<Document, DocumentError> {
    if file.name().ends_with(".safetensors") {
        let metadata = checkpoint::metadata(file).await?;
        return Document::read(metadata.get(KEY).ok_or(DocumentError::None)?, reader);
    }
    if file.size() > MOST {
        return Err(foreign(say!("it is too large for one")));
    }
    let bytes = source::read(file, 0..file.size()).await?;
    let text = String::from_utf8(bytes).map_err(|_| foreign(say!("it is not text")))?;
    Document::read(&text, reader)
}

impl Document {
    /// Of a merge of these models.
    pub fn new<S: Source>(models: &Models<'_, S>, recipe: &Recipe) -> Self {
        let chats = models.chats.iter();
        Self {
            base: models.base.file_summaries(),
            target: models.target.map(Checkpoint::file_summaries),
            chats: chats.map(|chat| chat.file_summaries()).collect(),
            ..Self::without_models(recipe)
        }
    }

    /// Of a recipe whose models were not given.
    pub fn without_models(recipe: &Recipe) -> Self {
        Self {
            format: WITHOUT_SERIES,
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            formula: "target + Σ weights[i] × (chats[i] − base), where no target means the base"
                .to_owned(),
            base: Vec::new(),
            target: None,
            chats: Vec::new(),
            recipe: recipe.clone(),
            series: Vec::new(),
        }
    }

    /// The same for several outputs, each with these λ; for one it is as it was.
    pub fn with_series(self, series: Vec<Vec<f64>>) -> Self {
        if series.len() < 2 {
            return self;
        }
        Self {
            format: FORMAT,
            series,
            ..self
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// If it is none, or of a later form.
    pub fn read(text: &str, reader: Reader) -> Result<Self, DocumentError> {
        let fields = json::fields(text)
            .map_err(|error| foreign(shown_reason(&error.to_string()).filling()))?;
        let stamp = |key| {
            let (_, value) = fields.iter().find(|(other, _)| other == key)?;
            Some(*value)
        };
        match stamp("tool").and_then(json::as_text) {
            Some(tool) if tool == TOOL => {}
            Some(tool) => return Err(foreign(say!("it is of `{tool}`", tool = shown(&tool)))),
            None => return Err(foreign(say!("it does not say what has written it"))),
        }
        let format = stamp("format").unwrap_or("1");
        if format.parse().is_ok_and(|format: u32| format > FORMAT) {
            let version = stamp("version").and_then(json::as_text);
            return Err(DocumentError::Later(version.unwrap_or_default()));
        }
        let document = reader(text).map_err(|error| foreign(shown_reason(&error).filling()))?;
        let chats = document.recipe.weights.len();
        let rules = &document.recipe.rules;
        let layers = document.recipe.layers.len();
        if chats == 0 || layers > chats || rules.iter().any(|rule| rule.weights.len() != chats) {
            return Err(foreign(say!("it does not have a λ for each chat model")));
        }
        let series = &document.series;
        if stamp("series").is_some()
            && (format.trim() == "1"
                || !(2..=MOST_OUTPUTS).contains(&series.len())
                || series[0] != document.recipe.weights
                || series.iter().any(|weights| weights.len() != chats))
        {
            return Err(foreign(say!("its series of λ is damaged")));
        }
        // Not every reader minds what it does not know.
        if let Some(key) = json::unknown_key(text, &document.to_line()) {
            return Err(foreign(say!(
                "it says `{key}`, which is unknown here",
                key = shown(&key)
            )));
        }
        Ok(document)
    }

    /// In one line, for `__metadata__`.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("plain data is always valid JSON")
    }

    /// As a file for people.
    pub fn to_file(&self) -> String {
        json::pretty(&self.to_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{ChatSettings, OutputFolder};

    fn document() -> Document {
        let mut recipe = Recipe::new(vec![1.0, -0.5]);
        recipe.models.chats = vec!["a/b".to_owned(), String::new()];
        Document::without_models(&recipe)
    }

    #[test]
    fn documents_survive_both_forms() {
        let document = document();
        assert_eq!(
            Document::read(&document.to_line(), from_json).unwrap(),
            document
        );
        assert_eq!(
            Document::read(&document.to_file(), from_json).unwrap(),
            document
        );
        assert!(document.to_file().ends_with("}\n"));
    }

    #[test]
    fn series_are_kept_and_say_so_in_their_format() {
        let series = vec![vec![1.0, -0.5], vec![0.0, -0.5]];
        let document = document().with_series(series.clone());
        let line = document.to_line();
        assert!(line.contains(r#""format":2"#), "{line}");
        let read = Document::read(&line, from_json).unwrap();
        assert_eq!((&read, &read.series), (&document, &series));
        for (place, other) in [
            ("[1.0,-0.5],[0.0,-0.5]", "[0.0,-0.5],[1.0,-0.5]"),
            (",[0.0,-0.5]", ",[0.0]"),
            (",[0.0,-0.5]", ""),
            (",[0.0,-0.5]", &",[0.0,-0.5]".repeat(16)),
            ("[[1.0,-0.5],[0.0,-0.5]]", "[]"),
            (r#""format":2"#, r#""format":1"#),
            (r#""format":2,"#, ""),
        ] {
            assert!(line.contains(place));
            let told = Document::read(&line.replace(place, other), from_json).unwrap_err();
            let told = told.to_string();
            assert!(told.contains("its series of λ is damaged"), "{told}");
        }
        // One output is no series.
        let one = self::document().with_series(vec![vec![1.0, -0.5]]);
        assert_eq!(one, self::document());
    }

    #[test]
    fn recipes_of_before_there_were_formats_can_be_opened() {
        let text = r#"{"tool":"chat-vector","version":"0.1.0","formula":"…",
            "base":[{"name":"model.safetensors","size":8}],"target":null,"chats":[[]],
            "recipe":{"weights":[0.5],"rules":[],"output_dtype":"F32",
            "embedding_rows":"copy the target's","unmatched":"refuse",
            "shards":{"kind":"as-target"}}}"#;
        let document = Document::read(text, from_json).unwrap();
        assert_eq!((document.format, document.base[0].size), (1, 8));
        assert_eq!(document.recipe.weights, [0.5]);
        assert_eq!(document.recipe.output, OutputFolder::Whole);
        assert_eq!(document.recipe.chat_settings, ChatSettings::LastChat);
    }

    /// The page's reader passes over what it does not know.
    #[test]
    fn fields_that_are_unknown_are_told_whatever_the_reader() {
        let patient: Reader = |_| Ok(document());
        let line = document().to_line();
        assert_eq!(Document::read(&line, patient).unwrap(), document());
        for (place, more) in [
            (r#""tool""#, r#""more":1,"tool""#),
            (r#""rules":[]"#, r#""rules":[],"outputDtype":"F32""#),
            (r#""kind":"as-target""#, r#""kind":"as-target","more":1"#),
        ] {
            let told = Document::read(&line.replace(place, more), patient).unwrap_err();
            assert!(told.to_string().contains("which is unknown here"), "{told}");
        }
    }

    #[test]
    fn what_is_no_recipe_is_told() {
        let line = document().to_line();
        let other = line.replace(r#""tool":"chat-vector""#, r#""tool":"mergekit""#);
        let later = line.replace(r#""format":1"#, r#""format":3,"more":{}"#);
        let unknown = line.replace(r#""rules":[]"#, r#""rules":[],"more":1"#);
        let lonely = line.replace(
            r#""rules":[]"#,
            r#""rules":[{"pattern":"*","weights":[1]}]"#,
        );
        let none = line.replace("[1.0,-0.5]", "[]");
        let layers = line.replace(r#""layers":[]"#, r#""layers":[[],[],[]]"#);
        for (text, told) in [
            ("{", "EOF while parsing"),
            ("1", "invalid type"),
            (&other, "it is of `mergekit`"),
            (&unknown, "unknown field `more`"),
            (&layers, "a λ for each chat model"),
            (&lonely, "a λ for each chat model"),
            (&none, "a λ for each chat model"),
            (
                &later,
                concat!(
                    "of a later version of the page (",
                    env!("CARGO_PKG_VERSION")
                ),
            ),
        ] {
            let error = Document::read(text, from_json).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
