//! A checkpoint: one safetensors file, or shards with or without an index, as
//! one table of tensors, and what lies beside it. Only headers and small texts are read.

mod companions;

pub use companions::{AddedToken, AddedTokens, TOKENIZER};
pub(crate) use companions::{is_text, is_vocabulary, text_of};

use crate::document;
use crate::dtype::Dtype;
use crate::header::{self, HeaderError, Tensor};
use crate::json;
use crate::message::{self, Fill as _, Filling, Message, say};
use crate::report::{FileSummary, ModelSummary, Problem, parameter_count, shown, shown_reason};
use crate::source::{self, ReadError, Source};
use crate::vocabulary::{Vocabulary, VocabularyError};
use futures_util::stream::{self, StreamExt};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The largest index that is read.
const MAX_JSON: u64 = 100_000_000;

/// Headers that are read at once: one may be as large as 100 MB.
const HEADERS: usize = 4;
/// So many names or errors of one kind are told; a person reads no more.
const TOLD: usize = 10;

/// A checkpoint whose headers obey every rule.
#[derive(Debug)]
pub struct Checkpoint<S> {
    /// Its safetensors files, in the order of their names, and then its companions.
    pub files: Vec<S>,
    /// The SHA-256 of each safetensors file's header, in hexadecimal.
    pub headers: Vec<String>,
    /// The tensors of all files, in the order of files and bytes.
    pub tensors: Vec<Located>,
    /// Whether its `config.json` says that output head and embeddings are one
    /// tensor; none where there is no such file or it does not say.
    pub tied: Option<bool>,
    /// The small texts among its companions, by name; all that end with `.json` are JSON.
    pub texts: Vec<(String, String)>,
    /// The tokens that its tokenizer has beside the vocabulary, as far as its files tell.
    pub added_tokens: AddedTokens,
    /// Whether it is a chat vector, by the recipe that its files hold.
    pub is_vector: bool,
    /// What was left out or assumed, in sentences.
    pub notices: Vec<Message>,
    by_name: HashMap<String, usize>,
    /// Once it was loaded.
    vocabulary: OnceCell<Result<Vocabulary, VocabularyError>>,
}

/// A tensor and the file that it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The place of its file in [`Checkpoint::files`].
    pub file: usize,
    /// Its name, dtype, shape and place in the file.
    pub tensor: Tensor,
}

impl<S: Source> Checkpoint<S> {
    /// The tensor of this name.
    pub fn get(&self, name: &str) -> Option<&Located> {
        self.by_name.get(name).map(|&at| &self.tensors[at])
    }

    /// Its safetensors files.
    pub fn weights(&self) -> &[S] {
        &self.files[..self.headers.len()]
    }

    /// The files beside the weights that belong to the model: config, tokenizer and the like.
    pub fn companions(&self) -> &[S] {
        &self.files[self.headers.len()..]
    }

    /// Reads its `tokenizer.json`, which may be large, unless that was done before.
    pub async fn load_vocabulary(&self) {
        let tokenizer = |file: &&S| file.name() == TOKENIZER;
        if let (None, Some(file)) = (
            self.vocabulary.get(),
            self.companions().iter().find(tokenizer),
        ) {
            let read = Vocabulary::read(file).await;
            self.vocabulary.get_or_init(|| read);
        }
    }

    /// Which token has which row of its embeddings, once that is loaded.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn vocabulary(&self) -> Result<&Vocabulary, &VocabularyError> {
        let loaded = self.vocabulary.get();
        loaded.map_or(Err(&VocabularyError::Missing), Result::as_ref)
    }

    /// The SHA-256 of a small text among the companions; empty for all else.
    pub(crate) fn text_hash(&self, name: &str) -> String {
        let text = self.text(name);
        text.map_or(String::new(), |text| hex(&Sha256::digest(text)))
    }

    /// A small text among the companions.
    pub fn text(&self, name: &str) -> Option<&str> {
        text_of(&self.texts, name)
    }

    /// Reads the headers and the last bytes once more: not every browser sees that a file was cut
    /// short or replaced.
    ///
    /// # Errors
    /// The first file that can't be read, or has another header.
    pub async fn check_unchanged(&self) -> Result<(), (&S, ReadError)> {
        for (file, header) in self.files.iter().zip(&self.headers) {
            match header_text(file).await {
                Ok(json) if hex(&Sha256::digest(&json)) == *header => {}
                Err(CheckpointError::Read { error, .. }) => return Err((file, error)),
                Ok(_) | Err(_) => return Err((file, ReadError::Changed)),
            }
            let end = file.size();
            let last = source::read(file, end - 1..end).await;
            last.map_err(|error| (file, error))?;
        }
        Ok(())
    }

    /// What a person is shown of it.
    pub fn summary(&self) -> ModelSummary {
        ModelSummary {
            files: self.file_summaries(),
            tensors: self.tensors.len(),
            label: label(
                self.tensors
                    .iter()
                    .map(|t| (t.tensor.dtype, t.tensor.elements())),
            ),
            bytes: self.tensors.iter().map(|t| t.tensor.len()).sum(),
            is_vector: self.is_vector,
            notices: self.notices.clone(),
        }
    }

    /// Names and sizes of its safetensors files.
    pub fn file_summaries(&self) -> Vec<FileSummary> {
        let summary = |file: &S| FileSummary {
            name: file.name().to_owned(),
            size: file.size(),
        };
        self.weights().iter().map(summary).collect()
    }
}

/// Parameters and dtypes as Hugging Face shows them: `7.24B params · F32`.
pub fn label(tensors: impl Iterator<Item = (Dtype, u64)>) -> Message {
    let mut sums: Vec<(Dtype, u64)> = Vec::new();
    for (dtype, elements) in tensors {
        match sums.iter_mut().find(|(other, _)| *other == dtype) {
            Some((_, sum)) => *sum += elements,
            None => sums.push((dtype, elements)),
        }
    }
    let total = sums.iter().map(|(_, sum)| sum).sum();
    let mut dtypes = String::new();
    // The most frequent first.
    while let Some(&(dtype, _)) = sums
        .iter()
        .max_by_key(|(dtype, sum)| (*sum, Reverse(*dtype)))
    {
        sums.retain(|(other, _)| *other != dtype);
        dtypes.push_str(" · ");
        dtypes.push_str(&dtype.to_string());
    }
    say!(
        "{count} params{dtypes}",
        count = parameter_count(total),
        dtypes
    )
}

/// Why the given files are no checkpoint.
#[derive(Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// Nothing ends with `.safetensors`.
    NoWeights(Option<String>),
    /// Only a LoRA adapter.
    Adapter(String),
    /// Models in several folders.
    SeveralFolders(Vec<String>),
    /// Several indexes and none with the usual name.
    SeveralIndexes(Vec<String>),
    /// Shards of one checkpoint beside files that are not.
    SeveralCheckpoints(String, String),
    /// The same file name twice.
    DoubledFile(String),
    /// Shards that the index or the other shards' names ask for.
    MissingShards(Vec<String>),
    /// A tensor that lies in two files.
    DoubledTensor {
        /// The tensor.
        tensor: String,
        /// A file that holds it.
        first: String,
        /// Another one.
        second: String,
    },
    /// The index puts a tensor where it is not.
    IndexMismatch {
        /// The tensor.
        tensor: String,
        /// Where it should be.
        file: String,
    },
    /// The index is not what it should be.
    BadIndex {
        /// The index.
        file: String,
        /// Why.
        reason: Filling,
    },
    /// A file is no valid safetensors file.
    Header {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: HeaderError,
    },
    /// A file could not be read.
    Read {
        /// The file.
        file: String,
        /// What went wrong.
        error: ReadError,
    },
}

impl CheckpointError {
    /// What is wrong with the files, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NoWeights(None) => say!(
                "there is no `.safetensors` file here. Give the model's `.safetensors` file, or \
                 all of its shards"
            ),
            Self::NoWeights(Some(other)) => say!(
                "there is no `.safetensors` file here (`{other}` is none). Give the model's \
                 `.safetensors` file, or all of its shards",
                other = shown(other)
            ),
            Self::Adapter(file) => say!(
                "`{file}` is a LoRA adapter, not a whole model. Merge it into its base model first \
                 (`merge_and_unload` in PEFT), then give the result",
                file = shown(file)
            ),
            Self::SeveralFolders(folders) => say!(
                "there are `.safetensors` files in several folders ({folders}). Give the folder of \
                 one model",
                folders = folders.join(", ")
            ),
            Self::SeveralIndexes(names) => say!(
                "there are several indexes ({names}). Give the files of one checkpoint only",
                names = names.join(", ")
            ),
            Self::SeveralCheckpoints(first, second) => say!(
                "there is more than one checkpoint here: the shards `{first}` and `{second}`. Give \
                 the files of one only, or add its `model.safetensors.index.json`",
                first = shown(first),
                second = shown(second)
            ),
            Self::DoubledFile(file) => say!(
                "`{file}` was given twice. Give each file once",
                file = shown(file)
            ),
            Self::MissingShards(names) => match &names[..] {
                [name] => say!(
                    "a shard is missing: {name}. Give all shards of the model together",
                    name
                ),
                names => say!(
                    "shards are missing: {names}. Give all shards of the model together",
                    names = names.join(", ")
                ),
            },
            Self::DoubledTensor {
                tensor,
                first,
                second,
            } => say!(
                "tensor `{tensor}` is in both `{first}` and `{second}`: these are not the shards \
                 of one checkpoint. Give the files of one only",
                tensor = shown(tensor),
                first = shown(first),
                second = shown(second)
            ),
            Self::IndexMismatch { tensor, file } => say!(
                "the index says that tensor `{tensor}` is in `{file}`, but it is not. The index \
                 and the shards belong to different checkpoints, or one is damaged: download them \
                 again",
                tensor = shown(tensor),
                file = shown(file)
            ),
            Self::BadIndex { file, reason } => say!(
                "`{file}` can't be read as an index ({reason}). Download it again",
                file = shown(file),
                reason
            ),
            Self::Header { file, error } => {
                say!("`{file}`: {error}", file = shown(file), error)
            }
            Self::Read { file, error } => say!("`{file}`: {error}", file = shown(file), error),
        }
    }
}

message::error!(CheckpointError);

impl From<CheckpointError> for Problem {
    fn from(error: CheckpointError) -> Self {
        use CheckpointError as E;
        let (file, tensor) = match &error {
            E::Header { file, .. } | E::Read { file, .. } | E::BadIndex { file, .. } => {
                (Some(file.clone()), None)
            }
            E::DoubledFile(file) | E::Adapter(file) => (Some(file.clone()), None),
            E::DoubledTensor { tensor, second, .. } => (Some(second.clone()), Some(tensor.clone())),
            E::IndexMismatch { tensor, file } => (Some(file.clone()), Some(tensor.clone())),
            _ => (None, None),
        };
        Problem {
            model: None,
            file,
            tensor,
            message: error.message().sentence(),
        }
    }
}

/// Reads the headers of a model given as files or as all that a folder holds.
///
/// # Errors
/// Every problem that was found, file by file.
pub async fn open<S: Source>(given: Vec<S>) -> Result<Checkpoint<S>, Vec<CheckpointError>> {
    let selection = select(&given.iter().map(S::path).collect::<Vec<_>>()).map_err(one)?;
    let mut notices = Vec::new();

    let index = match selection.index {
        Some(at) => Some(read_index(&given[at]).await.map_err(one)?),
        None => None,
    };
    let wanted = match &index {
        Some(index) => indexed_files(index, &selection, &given, &mut notices).map_err(one)?,
        None => unindexed_files(&selection, &given).map_err(one)?,
    };
    let mut given: Vec<Option<S>> = given.into_iter().map(Some).collect();
    let mut take = |all: Vec<usize>| -> Vec<S> {
        let files = all.into_iter();
        files.filter_map(|at| given[at].take()).collect()
    };
    let mut files = take(wanted);
    let (companions, empty): (Vec<S>, Vec<S>) = take(selection.companions)
        .into_iter()
        .partition(|file| file.size() > 0);
    notices.extend(empty.iter().map(|file| {
        let name = shown(file.name());
        say!("`{name}` was left out: it is empty.", name)
    }));
    let texts = companions::read_texts(&companions, &mut notices).await;
    let texts = texts.map_err(one)?;
    let added_tokens = companions::added_tokens(&companions, &texts).await;
    let added_tokens = added_tokens.map_err(one)?;
    notices.extend(selection.notices);

    let headers: Vec<_> = stream::iter(files.iter().map(read_header))
        .buffered(HEADERS)
        .collect()
        .await;

    let mut errors = Vec::new();
    let mut tensors = Vec::new();
    let mut hashes = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut is_vector = false;
    for (file, header) in headers.into_iter().enumerate() {
        let header = match header {
            Ok((header, hash)) => {
                hashes.push(hash);
                header
            }
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        is_vector |= document::is_vector(&header.metadata);
        for tensor in header.tensors {
            if let Some(&earlier) = by_name.get(&tensor.name) {
                let earlier: &Located = &tensors[earlier];
                errors.push(CheckpointError::DoubledTensor {
                    first: files[earlier.file].name().to_owned(),
                    second: files[file].name().to_owned(),
                    tensor: tensor.name,
                });
                break; // the same pair of files would repeat this for every tensor
            }
            by_name.insert(tensor.name.clone(), tensors.len());
            tensors.push(Located { file, tensor });
        }
    }
    if let (true, Some(index)) = (errors.is_empty(), &index) {
        check_index(index, &files, &tensors, &by_name, &mut errors, &mut notices);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    files.extend(companions);
    let mut checkpoint = Checkpoint {
        files,
        headers: hashes,
        tensors,
        tied: None,
        texts,
        added_tokens,
        is_vector,
        notices,
        by_name,
        vocabulary: OnceCell::new(),
    };
    checkpoint.tied = checkpoint.text(CONFIG).and_then(tied);
    Ok(checkpoint)
}

/// The `__metadata__` of a safetensors file.
///
/// # Errors
/// If it can't be read, or its header breaks a rule.
pub async fn metadata<S: Source>(file: &S) -> Result<HashMap<String, String>, CheckpointError> {
    Ok(read_header(file).await?.0.metadata)
}

fn one(error: CheckpointError) -> Vec<CheckpointError> {
    vec![error]
}

/// Which of the given files make up the model, by their paths alone.
#[derive(Debug, Default)]
struct Selection {
    weights: Vec<usize>,
    index: Option<usize>,
    /// In the order of their names.
    companions: Vec<usize>,
    notices: Vec<Message>,
}

fn select<'a>(paths: &[&'a str]) -> Result<Selection, CheckpointError> {
    let split = |path: &'a str| path.rsplit_once('/').unwrap_or(("", path));
    // macOS puts a `._name` with attributes beside each file on foreign disks.
    let attributes = |path: &'a str| split(path).1.starts_with("._");
    let is_model = |path: &'a str| {
        (path.ends_with(".safetensors") || path.ends_with(INDEX)) && !attributes(path)
    };
    let depth = |folder: &str| folder.split('/').filter(|part| !part.is_empty()).count();

    let mut folders = ByName::new();
    for path in paths.iter().filter(|path| is_model(path)) {
        let (folder, _) = split(path);
        folders.insert(folder, depth(folder));
    }
    let Some(&top) = folders.values().min() else {
        let names = paths.iter().map(|path| split(path).1);
        let foreign = |name| Some((header::foreign_name(name)?, name));
        let foreign = names.clone().filter_map(foreign);
        if let Some((what, file)) = foreign.min_by(|(_, a), (_, b)| a.cmp(b)) {
            let (file, error) = (file.to_owned(), HeaderError::Foreign(what));
            return Err(CheckpointError::Header { file, error });
        }
        let other = names.filter(|name| !name.ends_with(".json")).min();
        return Err(CheckpointError::NoWeights(other.map(str::to_owned)));
    };
    folders.retain(|_, depth| *depth == top);
    if folders.len() > 1 {
        let all = folders.keys().map(|&folder| folder.to_owned()).collect();
        return Err(CheckpointError::SeveralFolders(all));
    }
    let folder = folders.keys().next().copied().unwrap_or_default();

    let mut selection = Selection::default();
    let mut seen = ByName::new();
    let mut companions = ByName::new();
    let mut indexes = Vec::new();
    let mut adapter = None;
    let mut deeper = 0;
    for (at, path) in paths.iter().enumerate() {
        let (in_folder, name) = split(path);
        if attributes(path) {
            continue;
        }
        if in_folder != folder {
            deeper += usize::from(path.ends_with(".safetensors"));
            continue;
        }
        let belongs = companions::belongs(name);
        let matters = name.ends_with(".safetensors") || name.ends_with(INDEX) || belongs;
        if matters && seen.insert(name, at).is_some() {
            return Err(CheckpointError::DoubledFile(name.to_owned()));
        }
        if name.ends_with(INDEX) {
            indexes.push((at, name));
        } else if belongs {
            companions.insert(name, at);
        } else if name == "adapter_model.safetensors" {
            adapter = Some(name);
        } else if name.ends_with(".safetensors") {
            selection.weights.push(at);
        }
    }
    selection.companions = companions.into_values().collect();
    if deeper > 0 {
        selection.notices.push(match deeper {
            1 => say!("Left out: 1 `.safetensors` file in folders further down."),
            _ => say!(
                "Left out: {deeper} `.safetensors` files in folders further down.",
                deeper
            ),
        });
    }
    if let Some(name) = adapter {
        if selection.weights.is_empty() && indexes.is_empty() {
            return Err(CheckpointError::Adapter(name.to_owned()));
        }
        selection.notices.push(say!(
            "`{name}` was left out: it is a LoRA adapter.",
            name = shown(name)
        ));
    }
    let usual = indexes
        .iter()
        .find(|(_, name)| *name == "model.safetensors.index.json");
    selection.index = match (&indexes[..], usual) {
        (_, Some((at, _))) | ([(at, _)], None) => Some(*at),
        ([], None) => None,
        (_, None) => {
            let names = indexes.iter().map(|(_, name)| (*name).to_owned()).collect();
            return Err(CheckpointError::SeveralIndexes(names));
        }
    };
    Ok(selection)
}

const INDEX: &str = ".safetensors.index.json";
const CONFIG: &str = "config.json";

/// A number for each name, in the order of the names.
pub(crate) type ByName<'a> = BTreeMap<&'a str, usize>;

/// The files with weights; no two have one name.
fn by_name<'a, S: Source>(selection: &Selection, given: &'a [S]) -> ByName<'a> {
    let mut files = ByName::new();
    for &at in &selection.weights {
        files.insert(given[at].name(), at);
    }
    files
}

/// The files that an index names, in the order of their names.
fn indexed_files<S: Source>(
    index: &Index,
    selection: &Selection,
    given: &[S],
    notices: &mut Vec<Message>,
) -> Result<Vec<usize>, CheckpointError> {
    let mut by_name = by_name(selection, given);
    let mut tensors_in = ByName::new();
    for name in index.weight_map.values() {
        *tensors_in.entry(name).or_default() += 1;
    }
    let mut files = Vec::new();
    let mut missing = Vec::new();
    for name in tensors_in.into_keys() {
        match by_name.remove(name) {
            Some(at) => files.push(at),
            None => missing.push(format!("`{}`", shown(name))),
        }
    }
    if !missing.is_empty() {
        return Err(missing_shards(missing));
    }
    for name in by_name.keys() {
        notices.push(say!(
            "`{name}` was left out: the index does not name it.",
            name = shown(name)
        ));
    }
    Ok(files)
}

/// All files, in the order of their names, if they can be one checkpoint.
fn unindexed_files<S: Source>(
    selection: &Selection,
    given: &[S],
) -> Result<Vec<usize>, CheckpointError> {
    let files: Vec<usize> = by_name(selection, given).into_values().collect();

    let names = || files.iter().map(|&at| given[at].name());
    if let Some((stem, _, count)) = names().find_map(shard_name) {
        let mut numbers = Vec::new();
        for name in names() {
            match shard_name(name) {
                Some((other, number, of)) if (other, of) == (stem, count) => numbers.push(number),
                other => {
                    let pattern = |stem, count: u64| format!("{stem}-…-of-{count:05}.safetensors");
                    let second = other.map(|(stem, _, count)| pattern(stem, count));
                    return Err(CheckpointError::SeveralCheckpoints(
                        pattern(stem, count),
                        second.unwrap_or_else(|| name.to_owned()),
                    ));
                }
            }
        }
        // The count is a stranger's word, and may be huge.
        let missing: Vec<String> = (1..=count)
            .filter(|number| !numbers.contains(number))
            .map(|number| format!("`{stem}-{number:05}-of-{count:05}.safetensors`"))
            .take(TOLD + 1)
            .collect();
        if !missing.is_empty() {
            return Err(missing_shards(missing));
        }
    }
    Ok(files)
}

fn missing_shards(mut names: Vec<String>) -> CheckpointError {
    if names.len() > TOLD {
        names.truncate(TOLD);
        names.push("…".to_owned());
    }
    CheckpointError::MissingShards(names)
}

/// Splits `model-00002-of-00003.safetensors` into `model`, 2 and 3.
fn shard_name(name: &str) -> Option<(&str, u64, u64)> {
    let (rest, count) = name.strip_suffix(".safetensors")?.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    Some((stem, number.parse().ok()?, count.parse().ok()?))
}

/// A header, and the SHA-256 of its text.
async fn read_header<S: Source>(file: &S) -> Result<(header::Header, String), CheckpointError> {
    let json = header_text(file).await?;
    let header = header::parse(&json, file.size());
    let header = header.map_err(|error| CheckpointError::Header {
        file: file.name().to_owned(),
        error,
    })?;
    Ok((header, hex(&Sha256::digest(&json))))
}

/// The header's JSON.
async fn header_text<S: Source>(file: &S) -> Result<Vec<u8>, CheckpointError> {
    let read_error = |error| CheckpointError::Read {
        file: file.name().to_owned(),
        error,
    };
    let size = file.size();
    let start = source::read(file, 0..header::PREFIX.min(size))
        .await
        .map_err(read_error)?;
    let len = header::json_len(&start, size).map_err(|error| CheckpointError::Header {
        file: file.name().to_owned(),
        error,
    })?;
    source::read(file, header::PREFIX..header::PREFIX + len)
        .await
        .map_err(read_error)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `model.safetensors.index.json`: which shard holds which tensor.
#[derive(Deserialize)]
struct Index {
    #[serde(deserialize_with = "without_doubles")]
    weight_map: BTreeMap<String, String>,
}

/// A map of text to text, in which no key comes twice.
fn without_doubles<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with a file name for each tensor")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = BTreeMap::new();
            while let Some((tensor, file)) = map.next_entry::<String, String>()? {
                match entries.entry(tensor) {
                    Entry::Vacant(entry) => entry.insert(file),
                    Entry::Occupied(entry) => {
                        let name = shown(entry.key());
                        return Err(A::Error::custom(format_args!(
                            "it names tensor `{name}` twice"
                        )));
                    }
                };
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_map(Entries)
}

async fn read_index<S: Source>(file: &S) -> Result<Index, CheckpointError> {
    let bad = |reason: Filling| CheckpointError::BadIndex {
        file: file.name().to_owned(),
        reason,
    };
    let bytes = read_small(file).await?;
    let index: Index = serde_json::from_slice(&bytes)
        .map_err(|error| bad(shown_reason(&error.to_string()).filling()))?;
    if index.weight_map.is_empty() {
        return Err(bad(say!("it names no tensor").into()));
    }
    let elsewhere = |(_, name): &(&String, &String)| name.contains(['/', '\\']);
    if let Some((tensor, name)) = index.weight_map.iter().find(elsewhere) {
        let (tensor, name) = (shown(tensor), shown(name));
        let why = say!(
            "it puts tensor `{tensor}` into `{name}`, which is no file beside it",
            tensor,
            name
        );
        return Err(bad(why.into()));
    }
    Ok(index)
}

/// Whether a config says that output head and embeddings are one tensor.
fn tied(config: &str) -> Option<bool> {
    let tied = |config: &str| match json::get(config, "tie_word_embeddings")? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    tied(config).or_else(|| tied(json::get(config, "text_config")?))
}

async fn read_small<S: Source>(file: &S) -> Result<Vec<u8>, CheckpointError> {
    if file.size() > MAX_JSON {
        let reason = say!("it is over 100 MB large").into();
        return Err(CheckpointError::BadIndex {
            file: file.name().to_owned(),
            reason,
        });
    }
    companions::read(file, file.size()).await
}

/// Compares what the index says with what the shards hold.
fn check_index<S: Source>(
    index: &Index,
    files: &[S],
    tensors: &[Located],
    by_name: &HashMap<String, usize>,
    errors: &mut Vec<CheckpointError>,
    notices: &mut Vec<Message>,
) {
    for (tensor, file) in &index.weight_map {
        let found = by_name
            .get(tensor)
            .map(|&at| files[tensors[at].file].name());
        if found != Some(file) && errors.len() < TOLD {
            errors.push(CheckpointError::IndexMismatch {
                tensor: tensor.clone(),
                file: file.clone(),
            });
        }
    }
    let unnamed = tensors.len().saturating_sub(index.weight_map.len());
    if errors.is_empty() && unnamed > 0 {
        notices.push(match unnamed {
            1 => say!("1 tensor of the shards is not in the index; it is used all the same."),
            _ => say!(
                "{unnamed} tensors of the shards are not in the index; they are used all the same.",
                unnamed
            ),
        });
    }
}
