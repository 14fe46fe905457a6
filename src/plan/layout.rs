//! Lays planned tensors out in files: names, headers, order and sizes.

use super::{Job, Models, OutputFile, Planned};
use crate::checkpoint::ByName;
use crate::document::{self, Document};
use crate::dtype::alignment;
use crate::header::{self, Entry};
use crate::json;
use crate::recipe::{Goal, Recipe, Shards};
use crate::source::Source;
use serde::{Serialize, Serializer};

/// The files of the output, in the order in which they are written.
pub(super) fn files<S: Source>(
    models: &Models<'_, S>,
    recipe: &Recipe,
    planned: Vec<Planned<'_>>,
) -> Vec<OutputFile> {
    let metadata = metadata(&Document::new(models, recipe));
    let groups = group(recipe.shards, longest_header(models, recipe), planned);
    let count = groups.len();
    let stem = match recipe.goal {
        Goal::Model => "model",
        Goal::Vector => "chat_vector",
    };
    let mut files: Vec<OutputFile> = groups
        .into_iter()
        .enumerate()
        .map(|(i, group)| file(shard_name(stem, i, count), &metadata, group))
        .collect();
    if count > 1 {
        files.push(index(stem, &files));
    }
    files
}

/// Hugging Face's names.
fn shard_name(stem: &str, i: usize, count: usize) -> String {
    match count {
        1 => format!("{stem}.safetensors"),
        _ => format!("{stem}-{:05}-of-{count:05}.safetensors", i + 1),
    }
}

/// Deals the tensors, in the target's order, to the files; `empty` is the size of one without any.
fn group<'a>(shards: Shards, empty: u64, planned: Vec<Planned<'a>>) -> Vec<Vec<Planned<'a>>> {
    let mut groups: Vec<Vec<Planned>> = Vec::new();
    let mut size = 0;
    for planned in planned {
        let more = header::entry_len_at_most(&planned.entry()) + planned.len();
        let fits = |last: &Planned| match shards {
            Shards::One => true,
            Shards::AsTarget => last.target.file == planned.target.file,
            Shards::AtMost { bytes } => size + more <= bytes,
        };
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(fits) => group.push(planned),
            _ => {
                size = empty;
                groups.push(vec![planned]);
            }
        }
        size += more;
    }
    groups
}

impl Planned<'_> {
    fn len(&self) -> u64 {
        self.segments.iter().map(super::Segment::len).sum()
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            name: &self.target.tensor.name,
            dtype: self.dtype,
            shape: &self.target.tensor.shape,
            len: self.len(),
        }
    }
}

fn file(name: String, metadata: &[(&str, String)], mut rest: Vec<Planned<'_>>) -> OutputFile {
    // Wide dtypes first, so that every tensor starts aligned; otherwise the
    // target's order, so that its file is read from front to back.
    let mut group = Vec::with_capacity(rest.len());
    while let Some(widest) = rest.iter().map(|planned| alignment(planned.dtype)).max() {
        group.extend(rest.extract_if(.., |planned| alignment(planned.dtype) == widest));
    }
    let entries: Vec<Entry> = group.iter().map(Planned::entry).collect();
    let start = header::write(metadata, &entries);
    let size = start.len() as u64 + entries.iter().map(|entry| entry.len).sum::<u64>();
    let jobs = group
        .into_iter()
        .map(|planned| Job {
            tensor: Some(planned.target.tensor.name.clone()),
            dtype: planned.dtype,
            weights: planned.weights,
            segments: planned.segments.into(),
        })
        .collect();
    OutputFile {
        name,
        size,
        done: 0,
        start,
        jobs,
    }
}

/// `model.safetensors.index.json`, as transformers writes it.
fn index(stem: &str, shards: &[OutputFile]) -> OutputFile {
    #[derive(Serialize)]
    struct Index<'a> {
        metadata: Total,
        weight_map: WeightMap<'a>,
    }
    #[derive(Serialize)]
    struct Total {
        total_size: u64,
    }
    /// The file of each tensor, by its place.
    struct WeightMap<'a>(ByName<'a>, &'a [OutputFile]);

    impl Serialize for WeightMap<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Self(places, shards) = self;
            serializer.collect_map(places.iter().map(|(name, &at)| (name, &shards[at].name)))
        }
    }
    let mut index = Index {
        metadata: Total { total_size: 0 },
        weight_map: WeightMap(ByName::new(), shards),
    };
    for (at, file) in shards.iter().enumerate() {
        index.metadata.total_size += file.size - file.start.len() as u64;
        for job in &file.jobs {
            if let Some(tensor) = &job.tensor {
                index.weight_map.0.insert(tensor, at);
            }
        }
    }
    let text = serde_json::to_string(&index).expect("plain data is always valid JSON");
    let name = format!("{stem}.safetensors.index.json");
    OutputFile::of_text(&name, json::pretty(&text))
}

/// The length of a header without tensors, with the longest λ: which tensors go together is the same
/// whatever λ.
fn longest_header<S: Source>(models: &Models<'_, S>, recipe: &Recipe) -> u64 {
    let mut document = Document::new(models, recipe);
    document.recipe.weights.fill(-f64::MIN_POSITIVE);
    header::write(&metadata(&document), &[]).len() as u64 + header::PREFIX
}

/// `format`, which transformers asks for, and how the file was made.
fn metadata(document: &Document) -> [(&'static str, String); 2] {
    [
        (document::KEY, document.to_line()),
        ("format", "pt".to_owned()),
    ]
}
