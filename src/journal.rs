//! What is needed to go on with a merge that was interrupted: what was asked for, of which files,
//! and how far it was. Plain data, kept as JSON beside the output.

use crate::checkpoint::Checkpoint;
use crate::kernel::count::Counts;
use crate::message::{self, Message, say};
use crate::plan::{Models, Plan};
use crate::recipe::Recipe;
use crate::report::{FileSummary, NonFinite, Role, shown};
use crate::source::Source;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A merge as it was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// The version of this tool: another one might do the rest in another way.
    pub version: String,
    /// What was asked for.
    pub recipe: Recipe,
    /// The base.
    pub base: InputModel,
    /// The target, where one was given.
    pub target: Option<InputModel>,
    /// The chat models.
    pub chats: Vec<InputModel>,
    /// The files that are to be written.
    pub files: Vec<FileSummary>,
    /// Whether each shard is handed over before the next one is written.
    pub each: bool,
    /// The chat models whose λ was another one in outputs that were made along with this one; none
    /// where it was alone.
    #[serde(default)]
    pub differing: Vec<usize>,
}

/// What a model is known again by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputModel {
    /// Its safetensors files and their companions.
    pub files: Vec<InputFile>,
    /// What its `config.json` says of tied embeddings: tensors are matched by it.
    pub tied: Option<bool>,
}

/// What an input file is known again by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: u64,
    /// The SHA-256 of its header, or of all of a small text; empty for other files.
    pub header: String,
}

/// How far a merge is. All before it is on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark<'a> {
    /// The file in hand, by its place in [`Journal::files`]; past the last once all are whole.
    pub file: usize,
    /// How many bytes of it are there, up to an element's end.
    pub bytes: u64,
    /// What is not finite in the tensors that are done.
    pub nonfinite: Cow<'a, [NonFinite]>,
    /// What is not finite in the tensor in hand, so far.
    pub in_hand: Counts,
}

impl Mark<'_> {
    /// How many bytes of a file are there by it, if that is the file in hand.
    pub fn bytes_of(&self, file: usize) -> u64 {
        if self.file == file { self.bytes } else { 0 }
    }
}

/// Why an interrupted merge can't go on with what was given.
#[derive(Debug, PartialEq, Eq)]
pub enum JournalError {
    /// Another version of this tool has begun it.
    Version(String),
    /// There was a target and is none, or there was none and is one.
    Target {
        /// Whether there was one.
        had: bool,
    },
    /// Chat models are missing, or there are too many: it had so many.
    Chats(usize),
    /// A model has other files.
    Files {
        /// The model.
        role: Role,
        /// What it had.
        names: String,
    },
    /// A model's `config.json` is not what it was, or not there any more.
    Config(Role),
    /// A file is not what it was.
    File {
        /// The model.
        role: Role,
        /// The file.
        file: String,
        /// What is not as it was.
        what: Aspect,
    },
    /// What was written is not there as it was.
    Output(String),
    /// The plan is another one, although the files are the same.
    Plan,
}

/// By what a file is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Its size.
    Size,
    /// The header of a safetensors file.
    Header,
    /// What is in another file.
    Content,
    /// When it was written last.
    Date,
}

impl JournalError {
    /// What differs, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Version(version) => say!(
                "the interrupted merge was begun by version {version} of this page, and this is \
                 {this}. Delete it and merge again",
                version = shown(version),
                this = env!("CARGO_PKG_VERSION")
            ),
            Self::Target { had: true } => {
                say!("the interrupted merge had a target. Give the same models as then")
            }
            Self::Target { had: false } => {
                say!("the interrupted merge had no target. Give the same models as then")
            }
            Self::Chats(1) => {
                say!("the interrupted merge had 1 chat model. Give the same models as then")
            }
            Self::Chats(count) => say!(
                "the interrupted merge had {count} chat models. Give the same models as then",
                count
            ),
            Self::Files { role, names } => say!(
                "{role} has other files than the interrupted merge had: {names}. Give the same \
                 files",
                role,
                names
            ),
            Self::Config(role) => say!(
                "{role}: its `config.json` does not say of tied embeddings what it said then. Give \
                 the same files, with `config.json` if it was there",
                role
            ),
            Self::File { role, file, what } => say!(
                "{role}: `{file}` is not the same file as then: its {what} differs. Give the same \
                 file, or delete the interrupted merge",
                role,
                file = shown(file),
                what = match what {
                    Aspect::Size => say!("size"),
                    Aspect::Header => say!("header"),
                    Aspect::Content => say!("content"),
                    Aspect::Date => say!("date"),
                }
            ),
            Self::Output(file) => say!(
                "`{file}`, which the interrupted merge has written, is not as it was. Delete it \
                 and merge again",
                file = shown(file)
            ),
            Self::Plan => say!(
                "the interrupted merge does not fit these files. Delete it and merge again: the \
                 record of it may be damaged"
            ),
        }
    }
}

message::error!(JournalError);

impl Journal {
    /// Of a merge that is about to begin.
    pub fn new<S: Source>(
        models: &Models<'_, S>,
        recipe: &Recipe,
        plan: &Plan,
        each: bool,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            recipe: recipe.clone(),
            base: input(models.base),
            target: models.target.map(input),
            chats: models.chats.iter().map(|chat| input(chat)).collect(),
            files: plan.report.files.clone(),
            each,
            differing: Vec::new(),
        }
    }

    /// Whether these are the models that it was begun with.
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn check_models<S: Source>(&self, models: &Models<'_, S>) -> Result<(), JournalError> {
        if self.version != env!("CARGO_PKG_VERSION") {
            return Err(JournalError::Version(self.version.clone()));
        }
        if self.target.is_some() != models.target.is_some() {
            let had = self.target.is_some();
            return Err(JournalError::Target { had });
        }
        let count = self.chats.len();
        if count != models.chats.len() {
            return Err(JournalError::Chats(count));
        }
        check(Role::Base, &self.base, models.base)?;
        if let (Some(then), Some(now)) = (&self.target, models.target) {
            check(Role::Target, then, now)?;
        }
        for (i, (then, now)) in self.chats.iter().zip(&models.chats).enumerate() {
            check(Role::Chat(i), then, now)?;
        }
        Ok(())
    }

    /// What is left to do of a plan that was made for it again.
    ///
    /// # Errors
    /// If the plan is another one, or has no such place.
    pub fn rest(&self, plan: &Plan, mark: &Mark) -> Result<Plan, JournalError> {
        if !plan.report.problems.is_empty() || plan.report.files != self.files {
            return Err(JournalError::Plan);
        }
        plan.after(mark.file, mark.bytes).ok_or(JournalError::Plan)
    }
}

fn input<S: Source>(model: &Checkpoint<S>) -> InputModel {
    let known = |file: &S, header| InputFile {
        name: file.name().to_owned(),
        size: file.size(),
        modified: file.modified(),
        header,
    };
    let weights = model.weights().iter().zip(&model.headers);
    let weights = weights.map(|(file, header)| known(file, header.clone()));
    let companions = model.companions().iter();
    let companions = companions.map(|file| known(file, model.text_hash(file.name())));
    InputModel {
        files: weights.chain(companions).collect(),
        tied: model.tied,
    }
}

fn check<S: Source>(
    role: Role,
    then: &InputModel,
    model: &Checkpoint<S>,
) -> Result<(), JournalError> {
    let now = input(model);
    if then.tied != now.tied {
        return Err(JournalError::Config(role));
    }
    let (then, now) = (&then.files[..], &now.files[..]);
    let names = |files: &[InputFile]| -> Vec<String> {
        let names = files.iter().map(|file| format!("`{}`", shown(&file.name)));
        names.collect()
    };
    if names(then) != names(now) {
        let names = names(then).join(", ");
        return Err(JournalError::Files { role, names });
    }
    for (then, now) in then.iter().zip(now) {
        let what = if then.size != now.size {
            Aspect::Size
        } else if then.header != now.header {
            if then.name.ends_with(".safetensors") {
                Aspect::Header
            } else {
                Aspect::Content
            }
        } else if then.modified != now.modified {
            Aspect::Date
        } else {
            continue;
        };
        let file = then.name.clone();
        return Err(JournalError::File { role, file, what });
    }
    Ok(())
}
