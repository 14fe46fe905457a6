//! What crosses between the session and the page, beside [`crate::report`].

use super::js;
use super::sinks::KeptMark;
use crate::document::DocumentError;
use crate::engine::EngineError;
use crate::inspect::{InspectError, Report, TensorReport};
use crate::journal::{InputModel, Journal, JournalError};
use crate::message::Message;
use crate::recipe::Preset;
use crate::report::{Action, NonFinite, Role, TensorRow, shown};
use crate::sink::WriteError;
use crate::verify::VerifyError;
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// What can't be derived from Rust structs: these hold the browser's objects.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where the merged files go. */
export type Destination =
  /** The browser's private disk (OPFS), then one download link per file; with `each`, a shard is
   * offered and let go before the next one is written. */
  | { kind: "downloads"; directory: string; each: boolean }
  /** One file chosen in the save dialog. */
  | { kind: "file"; handle: FileSystemFileHandle }
  /** A folder chosen in the directory dialog. */
  | { kind: "folder"; handle: FileSystemDirectoryHandle }
  /** Kept by the browser as a Blob: the last resort, limited by its memory. */
  | { kind: "blob"; each: boolean };

/** Opens byte streams of ranges of Files; null where the browser has none. */
export interface ByteStreams {
  open(file: File, start: number, end: number): ByteReader | null;
}

/** The bytes of a range, in order. */
export interface ByteReader {
  /** Fills the first `len` bytes of a buffer, which comes back in the result; less at the end. */
  read(buffer: ArrayBuffer, len: number): Promise<{ value: Uint8Array | undefined }>;
  /** Gives the stream up; reads under way end. */
  cancel(): void;
}

/** Writes files to the private disk, those of an output one after the other, while the merge goes on. */
export interface DiskWriter {
  /** Begins a file of so many bytes, or goes on with one of which `done` bytes are there, in a
   * directory that is there. Each output of a merge, by its number, has one file at a time. */
  create(output: number, directory: string, name: string, size: number, done: number): Promise<void>;
  /** Waits until there is room for some bytes; throws once anything has failed. */
  ready(): Promise<void>;
  /** Takes a copy of the first bytes, and says of how many. */
  write(output: number, bytes: Uint8Array): number;
  /** Brings what was written before to the disk, and then this text, as a file of its own. */
  mark(output: number, directory: string, name: string, text: string): void;
  /** Waits until all bytes have reached the disk, and closes the file. */
  finish(output: number): Promise<void>;
  /** Closes the file as it is, and forgets what has failed. */
  close(output: number): Promise<void>;
}

/** A finished file; `file` is null where it lies on the person's disk already. */
export type SavedFile = { name: string; size: number; file: File | null };

/** What a merge has made, output by output, but the files that were offered before. `inspected` is
 * null where the merge went on with one that was interrupted. */
export type Merged = {
  outputs: { saved: SavedFile[]; nonfinite: NonFinite[] }[];
  inspected: Inspected | null;
};

/** What is found out about the models. `taken` is the share of the elements that was summed: a merge
 * takes a sample of large tensors. In `values` lies a row of numbers for each tensor, and a last
 * one for all together; NaN is what is not known. A row is: elements, ‖base‖, ‖target − base‖,
 * rounding loss, NaNs and infinities of the base and of the target; for each chat model ‖τ‖,
 * ‖τ‖ / ‖base‖, largest |τ|, cosine with target − base, NaNs, infinities; and for each two chat
 * models (2 and 1, 3 and 1, 3 and 2, …) the cosine of their vectors. */
export type Inspected = {
  chats: number;
  hasTarget: boolean;
  taken: number;
  warnings: Message[];
  tensors: string[];
  values: Float64Array;
};
"#;

/// Which opened models play which part; no target means the base.
#[derive(Deserialize, Tsify)]
pub struct Cast {
    /// The base.
    pub base: u32,
    /// The target.
    #[tsify(type = "number | null")]
    pub target: Option<u32>,
    /// The chat models, in the order of the recipe's weights.
    pub chats: Vec<u32>,
}

/// A merge that was interrupted, as it is told to the page.
#[derive(Serialize, Tsify)]
pub struct InterruptedSummary {
    /// Which of its marks is the last.
    pub mark: usize,
    /// Bytes of output that are there, those that were handed over included.
    pub done: u64,
    /// Bytes of output in all.
    pub total: u64,
    /// What was merged.
    pub models: Vec<InterruptedModel>,
    /// Shards that were handed over, and are not kept any more.
    pub handed: Vec<String>,
    /// λ of each chat model.
    pub weights: Vec<f64>,
    /// The chat models whose λ told it from other outputs of the same merge.
    pub differing: Vec<usize>,
}

/// A model of an interrupted merge.
#[derive(Serialize, Tsify)]
pub struct InterruptedModel {
    /// Its part: `base`, `target`, `chat model 1`, …
    pub role: String,
    /// The names of its files.
    pub files: Vec<String>,
}

impl InterruptedSummary {
    /// Of a journal and its marks, some of which may be damaged; none if no mark is whole.
    pub fn new(journal: &Journal, marks: &[Option<KeptMark>]) -> Option<Self> {
        let marks = marks.iter().enumerate();
        let whole = marks.filter_map(|(i, kept)| Some((i, kept.as_ref()?)));
        let (last, kept) = whole.max_by_key(|(_, kept)| kept.number)?;
        let model = |role: Role, model: &InputModel| InterruptedModel {
            role: role.to_string(),
            files: model
                .files
                .iter()
                .map(|file| shown(&file.name).to_string())
                .collect(),
        };
        let mut models = vec![model(Role::Base, &journal.base)];
        models.extend(
            journal
                .target
                .iter()
                .map(|files| model(Role::Target, files)),
        );
        let chats = journal.chats.iter().enumerate();
        models.extend(chats.map(|(i, files)| model(Role::Chat(i), files)));
        let whole = journal.files.iter().take(kept.mark.file);
        Some(Self {
            mark: last,
            done: whole.map(|file| file.size).sum::<u64>() + kept.mark.bytes,
            total: journal.files.iter().map(|file| file.size).sum(),
            models,
            handed: kept.handed.clone(),
            weights: journal.recipe.weights.clone(),
            differing: journal.differing.clone(),
        })
    }
}

/// A preset of tensor rules: the names that it leaves alone.
#[derive(Serialize, Tsify)]
pub struct PresetRules {
    /// What the page calls it.
    pub name: Preset,
    /// Globs of tensor names.
    #[tsify(type = "string[]")]
    pub patterns: &'static [&'static str],
}

/// Which rows of a plan to show.
#[derive(Deserialize, Tsify)]
pub struct TensorQuery {
    /// The first row, among those that match.
    pub from: usize,
    /// The most rows to return.
    pub count: usize,
    /// Only tensors that this happens to.
    #[tsify(type = "Action | null")]
    pub action: Option<Action>,
    /// Only tensors whose name holds this text, whatever the case of its Latin letters.
    pub search: String,
}

/// Rows of a plan.
#[derive(Serialize, Tsify)]
pub struct TensorPage<'a> {
    /// How many rows match in all.
    pub total: usize,
    /// The rows that were asked for.
    #[tsify(type = "TensorRow[]")]
    pub rows: Vec<&'a TensorRow>,
}

impl<'a> TensorPage<'a> {
    /// Picks the rows that a query asks for.
    pub fn new(rows: &'a [TensorRow], query: &TensorQuery) -> Self {
        let search = query.search.to_ascii_lowercase();
        let wanted = |row: &&TensorRow| {
            query.action.is_none_or(|action| row.action == action)
                && row.name.to_ascii_lowercase().contains(&search)
        };
        let matching: Vec<&TensorRow> = rows.iter().filter(wanted).collect();
        Self {
            total: matching.len(),
            rows: matching
                .into_iter()
                .skip(query.from)
                .take(query.count)
                .collect(),
        }
    }
}

/// Why a merge did not finish.
#[derive(Debug, Serialize, Tsify)]
pub struct Failure {
    /// For the page to tell a cancellation from an error.
    pub kind: FailureKind,
    /// A sentence for people.
    pub message: Message,
}

/// What kind of thing stopped a merge.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    /// The person did not want it any more.
    Cancelled,
    /// An input could not be read.
    Read,
    /// The same, and the merge can go on once it is back.
    Resumable,
    /// An interrupted merge can't go on with what was given.
    Different,
    /// The output could not be written.
    Write,
    /// There was no room for it.
    Full,
    /// A file of its name was there already.
    Exists,
    /// A merged file is not what it should be.
    Wrong,
    /// Something that should not happen.
    Internal,
}

impl Failure {
    /// Something that should not happen.
    pub fn internal(message: Message) -> Self {
        Self {
            kind: FailureKind::Internal,
            message,
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let kind = match &error {
            EngineError::Cancelled => FailureKind::Cancelled,
            EngineError::Read { kept: true, .. } | EngineError::Changed { kept: true, .. } => {
                FailureKind::Resumable
            }
            EngineError::Read { .. } | EngineError::Changed { .. } => FailureKind::Read,
            EngineError::Write(WriteError::Full(_)) => FailureKind::Full,
            EngineError::Write(WriteError::Exists(_)) => FailureKind::Exists,
            EngineError::Write(WriteError::Platform { .. }) => FailureKind::Write,
        };
        Self {
            kind,
            message: error.message().sentence(),
        }
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let kind = match &error {
            VerifyError::Cancelled => FailureKind::Cancelled,
            VerifyError::Input { .. }
            | VerifyError::Changed { .. }
            | VerifyError::Output { .. } => FailureKind::Read,
            VerifyError::Foreign(_) | VerifyError::Size { .. } | VerifyError::Differs { .. } => {
                FailureKind::Wrong
            }
        };
        Self {
            kind,
            message: error.message().sentence(),
        }
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        Self {
            kind: FailureKind::Read,
            message: error.message().sentence(),
        }
    }
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        let kind = match &error {
            InspectError::Cancelled => FailureKind::Cancelled,
            InspectError::Input { .. } => FailureKind::Read,
        };
        Self {
            kind,
            message: error.message().sentence(),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self {
            kind: FailureKind::Different,
            message: error.message().sentence(),
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        js::from(&failure).unwrap_or_else(|_| JsValue::from_str(&failure.message.to_string()))
    }
}

/// A finished file.
pub struct Saved {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// None where it lies on the person's disk already.
    pub file: Option<web_sys::File>,
}

impl Saved {
    /// The page's `SavedFile`.
    ///
    /// # Errors
    /// Only if the browser can't set a property of a fresh object.
    pub fn to_js(self) -> Result<JsValue, JsValue> {
        let object = js_sys::Object::new();
        set(&object, "name", &self.name.into())?;
        set(&object, "size", &(self.size as f64).into())?;
        let file = self.file.map_or(JsValue::NULL, JsValue::from);
        set(&object, "file", &file)?;
        Ok(object.into())
    }
}

fn set(object: &js_sys::Object, key: &str, value: &JsValue) -> Result<bool, JsValue> {
    js_sys::Reflect::set(object, &key.into(), value)
}

/// What a merge has made.
pub struct Merged;

impl Merged {
    /// The page's `Merged`.
    ///
    /// # Errors
    /// Only if the browser can't set a property of a fresh object.
    pub fn to_js(
        outputs: Vec<(Vec<Saved>, Vec<NonFinite>)>,
        report: Option<&Report>,
    ) -> Result<JsValue, JsValue> {
        let all = js_sys::Array::new();
        for (saved, nonfinite) in outputs {
            let (output, files) = (js_sys::Object::new(), js_sys::Array::new());
            for saved in saved {
                files.push(&saved.to_js()?);
            }
            set(&output, "saved", &files)?;
            set(&output, "nonfinite", &js::from(&nonfinite)?)?;
            all.push(&output);
        }
        let merged = js_sys::Object::new();
        set(&merged, "outputs", &all)?;
        let inspected = report.map(inspected).transpose()?;
        set(&merged, "inspected", &inspected.unwrap_or(JsValue::NULL))?;
        Ok(merged.into())
    }
}

/// The page's `Inspected`: numbers as one array, which crosses at once however many tensors there
/// are.
///
/// # Errors
/// Only if the browser can't set a property of a fresh object.
pub fn inspected(report: &Report) -> Result<JsValue, JsValue> {
    let mut values = Vec::new();
    for tensor in report.tensors.iter().chain([&report.whole]) {
        push_row(&mut values, tensor);
    }
    let names = report.tensors.iter().map(|tensor| tensor.tensor.as_str());
    let object = js_sys::Object::new();
    set(&object, "chats", &(report.chats as f64).into())?;
    set(&object, "hasTarget", &report.has_target.into())?;
    set(&object, "taken", &report.taken.into())?;
    set(&object, "warnings", &js::from(&report.warnings)?)?;
    set(&object, "tensors", &js::from(&names.collect::<Vec<_>>())?)?;
    let values = js_sys::Float64Array::from(&values[..]);
    set(&object, "values", &values.into())?;
    Ok(object.into())
}

/// A row of `Inspected.values`.
fn push_row(values: &mut Vec<f64>, tensor: &TensorReport) {
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let (base, target) = (tensor.base_nonfinite, tensor.target_nonfinite);
    values.extend([
        tensor.elements as f64,
        tensor.base,
        known(tensor.target),
        known(tensor.loss),
        base.nan as f64,
        base.infinite as f64,
        target.nan as f64,
        target.infinite as f64,
    ]);
    for chat in &tensor.chats {
        values.extend(chat.map_or([f64::NAN; 6], |chat| {
            [
                chat.norm,
                known(chat.ratio),
                chat.largest,
                known(chat.cosine),
                chat.nonfinite.nan as f64,
                chat.nonfinite.infinite as f64,
            ]
        }));
    }
    values.extend(tensor.cosines.iter().map(|&cosine| known(cosine)));
}
