//! What lies beside the merged weights, so that the output is a folder that loads: the target's
//! config and tokenizer with the output's dtype; chat template, end of turn and generation settings
//! of the last chat model, as the authors of the paper have it, or of the target; a model card; and
//! the recipe.

use super::{Extent, Job, Models, OutputFile, Segment, card};
use crate::checkpoint::{Checkpoint, is_text, is_vocabulary, text_of as text};
use crate::document::{self, Document};
use crate::dtype::{Dtype, Float};
use crate::json;
use crate::message::{Fill as _, Filling, Message, say};
use crate::recipe::{ChatSettings, Goal, OutputFolder, Recipe};
use crate::report::{PlanReport, Role, shown};
use crate::source::Source;

/// Small files by name.
type Texts = Vec<(String, String)>;

const CONFIG: &str = "config.json";
const GENERATION: &str = "generation_config.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const SPECIAL_TOKENS: &str = "special_tokens_map.json";
/// Newer versions of transformers read the chat template from here before anywhere else.
const TEMPLATE: &str = "chat_template.jinja";
/// Models with images have it here.
const TEMPLATE_JSON: &str = "chat_template.json";

const TEMPLATE_KEY: &str = "chat_template";
const EOS: &str = "eos_token";
const EOS_ID: &str = "eos_token_id";
const TEXT_CONFIG: &str = "text_config";

/// Files beside the weights, and where they come from.
#[derive(Default)]
pub(super) struct Folder {
    pub files: Vec<OutputFile>,
    pub told: Vec<Message>,
}

/// What goes beside these weights.
pub(super) fn files<S: Source>(
    models: &Models<'_, S>,
    recipe: &Recipe,
    weights: &[OutputFile],
    report: &PlanReport,
) -> Folder {
    let target = models.target();
    if recipe.output == OutputFolder::Weights || recipe.goal == Goal::Vector {
        return Folder::default();
    }
    let role = models.target_role();
    let mut folder = Folder::default();
    if target.text(CONFIG).is_none() {
        let is_config = |file: &S| file.name() == CONFIG;
        folder.told.push(match target.companions().iter().any(is_config) {
            true => say!(
                "The output is weights alone: the config.json of {role} can't be read. Put it \
                 beside the weights yourself.",
                role
            ),
            false => say!(
                "The output is weights alone: {role} was given without its config.json. Give its \
                 whole folder to get a folder that loads.",
                role
            ),
        });
        return folder;
    }

    let mut texts = target.texts.clone();
    let has_tokenizer = |file: &S| is_vocabulary(file.name());
    let what = match target.companions().iter().any(has_tokenizer) {
        true => say!("Config and tokenizer"),
        false => say!("Config, without a tokenizer since none was given"),
    };
    let model = called(role, recipe);
    let mut told = say!("{what}: {model}.", what, model);
    if let Some((dtype, name)) = torch_dtype(weights) {
        let config = text(&texts, CONFIG).map(|config| with_dtype(config, name));
        replace(&mut texts, CONFIG, config.unwrap_or_default());
        let dtype = dtype.to_string();
        told = say!("{what}: {model}, with dtype {dtype}.", what, model, dtype);
    }
    folder.told.push(told);
    let last = models.chats.iter().enumerate().next_back();
    match (recipe.chat_settings, last) {
        (ChatSettings::LastChat, Some((i, chat))) => {
            let name = called(Role::Chat(i), recipe);
            let settings = Settings {
                chat,
                target,
                target_name: called(role, recipe),
                name,
            };
            settings.apply(&mut texts, &mut folder.told);
        }
        _ => folder.told.push(say!(
            "Chat template, end of turn and generation settings: {model}, as you chose.",
            model
        )),
    }

    for (name, text) in texts {
        folder.files.push(OutputFile::of_text(&name, text));
    }
    let first = target.weights().len();
    for (i, file) in target.companions().iter().enumerate() {
        if !is_text(file.name()) {
            folder.files.push(copy(file, first + i));
        }
    }
    let recipe_text = Document::new(models, recipe).to_file();
    folder
        .files
        .push(OutputFile::of_text(document::FILE, recipe_text));
    let card = card::card(models, recipe, report);
    folder.files.push(OutputFile::of_text("README.md", card));
    folder
        .told
        .push(say!("Model card and recipe: of this merge."));
    folder
}

/// A model in a sentence: by its part, and its name where it has one.
fn called(role: Role, recipe: &Recipe) -> Filling {
    match recipe.models.of(role) {
        Some(name) => Filling::Message(say!("{role} (`{name}`)", role, name = shown(name))),
        None => role.filling(),
    }
}

/// A file of the target, byte for byte.
fn copy<S: Source>(source: &S, file: usize) -> OutputFile {
    let size = source.size();
    let range = 0..size;
    OutputFile {
        name: source.name().to_owned(),
        size,
        done: 0,
        start: Vec::new(),
        jobs: vec![Job {
            tensor: None,
            dtype: Dtype::U8,
            weights: Vec::new(),
            segments: vec![Segment::Copy(Extent { file, range })].into(),
        }],
    }
}

/// Sets the value of a key in a text, if there is that text.
fn update(texts: &mut Texts, name: &str, key: &str, value: &str) {
    if let Some((_, text)) = texts.iter_mut().find(|(other, _)| other == name) {
        *text = json::set(text, key, value);
    }
}

fn replace(texts: &mut Texts, name: &str, text: String) {
    match texts.iter_mut().find(|(other, _)| other == name) {
        Some((_, old)) => *old = text,
        None => texts.push((name.to_owned(), text)),
    }
}

/// The dtype of most elements that merge, and what configs call it.
fn torch_dtype(weights: &[OutputFile]) -> Option<(Dtype, &'static str)> {
    let bytes = |float: Float| -> u64 {
        let jobs = weights.iter().flat_map(|file| &file.jobs);
        let jobs = jobs.filter(|job| job.dtype == float.dtype());
        let segments = jobs.flat_map(|job| job.segments.iter());
        segments.map(Segment::len).sum::<u64>() / float.width() as u64
    };
    let most = Float::ALL.into_iter().max_by_key(|float| bytes(*float))?;
    let name = match most {
        Float::BF16 => "bfloat16",
        Float::F16 => "float16",
        Float::F32 => "float32",
        Float::F64 => "float64",
    };
    (bytes(most) > 0).then_some((most.dtype(), name))
}

/// A config with another dtype, by the name that its version of transformers has for it; in the
/// parts of a model of several as well.
fn with_dtype(config: &str, dtype: &str) -> String {
    const KEYS: [&str; 2] = ["dtype", "torch_dtype"];
    let dtype = json::text(dtype);
    let mut config = config.to_owned();
    let mut known = false;
    for key in KEYS {
        if json::get(&config, key).is_some() {
            config = json::set(&config, key, &dtype);
            known = true;
        }
    }
    if !known {
        config = json::set(&config, "torch_dtype", &dtype);
    }
    for part in ["text_config", "vision_config", "audio_config"] {
        for key in KEYS {
            if let Some(inner) = json::get(&config, part)
                && json::get(inner, key).is_some()
            {
                let inner = json::set(inner, key, &dtype);
                config = json::set(&config, part, &inner);
            }
        }
    }
    config
}

/// What became of a chat model's end of turn.
enum End {
    Taken,
    /// It was taken, without a look at the texts of its tokens.
    Unchecked,
    /// There is nothing to take.
    None,
    /// The target has no such token.
    Lacks(String),
}

/// What makes a model chat beside its weights, on its way from a chat model to the target's files.
struct Settings<'a, S> {
    chat: &'a Checkpoint<S>,
    target: &'a Checkpoint<S>,
    name: Filling,
    target_name: Filling,
}

impl<S: Source> Settings<'_, S> {
    fn apply(&self, texts: &mut Texts, told: &mut Vec<Message>) {
        let Self {
            name, target_name, ..
        } = self;
        if self.chat.texts.is_empty() {
            told.push(say!(
                "Chat template, end of turn and generation settings: {target}, since {chat} was \
                 given without its config and tokenizer. Give its whole folder to have them of it.",
                target = target_name,
                chat = name
            ));
            return;
        }
        told.push(if self.apply_template(texts) {
            say!("Chat template: {model}.", model = name)
        } else if template(texts).is_some() {
            say!(
                "Chat template: {target}, since {chat} has none.",
                target = target_name,
                chat = name
            )
        } else {
            say!(
                "Chat template: none, for neither {chat} nor {target} has one.",
                chat = name,
                target = target_name
            )
        });
        told.push(match self.apply_end(texts) {
            End::Taken => say!("End of turn (eos): {model}.", model = name),
            End::Unchecked => say!(
                "End of turn (eos): {model}. Its tokens could not be compared with the target's by \
                 their texts.",
                model = name
            ),
            End::None => say!(
                "End of turn (eos): {target}, since {chat} says none.",
                target = target_name,
                chat = name
            ),
            End::Lacks(token) => {
                told.push(say!(
                    "End of turn (eos) and generation settings: {target}, since {chat} ends its \
                     turns with `{token}`, which the target's tokenizer has not. The merged model \
                     may not know when to stop.",
                    target = target_name,
                    chat = name,
                    token = shown(&token)
                ));
                return;
            }
        });
        told.push(match self.chat.text(GENERATION) {
            Some(_) => say!("Generation settings: {model}.", model = name),
            None => say!(
                "Generation settings: {target}, since {chat} has none.",
                target = target_name,
                chat = name
            ),
        });
    }

    /// Puts the chat model's template wherever a reader may look for one; says whether it has one.
    fn apply_template(&self, texts: &mut Texts) -> bool {
        let value = match template(&self.chat.texts) {
            Some(value) => value,
            None => return false,
        };
        let plain = json::as_text(&value);
        // Several templates by name: only the tokenizer's config can hold them.
        if plain.is_none() && text(texts, TOKENIZER_CONFIG).is_none() {
            return false;
        }
        let has_key = |texts: &Texts, name| {
            text(texts, name).is_some_and(|text| json::get(text, TEMPLATE_KEY).is_some())
        };
        let had_file = text(texts, TEMPLATE).is_some() || self.chat.text(TEMPLATE).is_some();
        let to_config = text(texts, TOKENIZER_CONFIG).is_some()
            && (!had_file || plain.is_none() || has_key(texts, TOKENIZER_CONFIG));
        texts.retain(|(name, _)| name != TEMPLATE);
        if to_config {
            update(texts, TOKENIZER_CONFIG, TEMPLATE_KEY, &value);
        }
        if has_key(texts, TEMPLATE_JSON) {
            update(texts, TEMPLATE_JSON, TEMPLATE_KEY, &value);
        }
        if let Some(plain) = plain
            && (had_file || !to_config)
        {
            replace(texts, TEMPLATE, plain);
        }
        true
    }

    /// Takes over what ends a turn, and the generation settings.
    fn apply_end(&self, texts: &mut Texts) -> End {
        let chat = self.chat;
        let mut checked = true;
        let token = value_of(&chat.texts, TOKENIZER_CONFIG, EOS)
            .and_then(|value| Some((value, token_text(value)?)));
        let id_of_token = match token.as_ref().map(|(_, token)| self.in_target(token)) {
            Some(Err(token)) => return End::Lacks(token),
            Some(Ok(id)) => id,
            None => None,
        };
        let mut end_of = |name| {
            let ids = value_of(&chat.texts, name, EOS_ID);
            ids.map(|ids| self.ids(ids, &mut checked)).transpose()
        };
        let (in_config, in_generation) = match (end_of(CONFIG), end_of(GENERATION)) {
            (Err(token), _) | (_, Err(token)) => return End::Lacks(token),
            (Ok(in_config), Ok(in_generation)) => (in_config, in_generation),
        };
        if let Some(generation) = chat.text(GENERATION) {
            let mut text = generation.to_owned();
            for key in ["bos_token_id", "pad_token_id"] {
                if let Some(ids) = json::get(&text, key).filter(|ids| *ids != "null") {
                    let ids = self.ids(ids, &mut checked);
                    text = json::set(&text, key, &ids.unwrap_or_else(|_| "null".to_owned()));
                }
            }
            replace(texts, GENERATION, text);
        }
        // What only the tokenizer names has an id by the target's.
        let id = id_of_token.map(|id| id.to_string());
        let in_config = in_config.or_else(|| in_generation.clone()).or(id);
        let in_generation = in_generation.or_else(|| in_config.clone());
        if let Some(ids) = &in_config {
            let inner = text(texts, CONFIG).and_then(|config| json::get(config, TEXT_CONFIG));
            if let Some(inner) = inner.filter(|inner| json::get(inner, EOS_ID).is_some()) {
                let inner = json::set(inner, EOS_ID, ids);
                update(texts, CONFIG, TEXT_CONFIG, &inner);
            }
            update(texts, CONFIG, EOS_ID, ids);
        }
        if let Some(ids) = &in_generation {
            update(texts, GENERATION, EOS_ID, ids);
        }
        let is_known = in_config.is_some();
        if let Some((value, _)) = token {
            update(texts, TOKENIZER_CONFIG, EOS, value);
            update(texts, SPECIAL_TOKENS, EOS, value);
        } else if !is_known {
            return End::None;
        }
        if checked && is_known {
            End::Taken
        } else {
            End::Unchecked
        }
    }

    /// The id of a token in the target; none where its files don't tell.
    ///
    /// # Errors
    /// The token, if they tell that there is none.
    fn in_target(&self, content: &str) -> Result<Option<u64>, String> {
        let known = &self.target.added_tokens;
        match known.tokens.iter().find(|token| token.content == content) {
            Some(token) => Ok(Some(token.id)),
            None if known.are_all => Err(content.to_owned()),
            None => Ok(None),
        }
    }

    /// Ids of tokens in the chat model as those of the same tokens in the target.
    fn ids(&self, value: &str, checked: &mut bool) -> Result<String, String> {
        let all = json::items(value).unwrap_or_else(|| vec![value]);
        let all: Option<Vec<u64>> = all.into_iter().map(|id| id.parse().ok()).collect();
        let Some(ids) = all else {
            return Ok(value.to_owned());
        };
        let mut same = true;
        let mut found = Vec::new();
        for id in ids {
            let tokens = &self.chat.added_tokens.tokens;
            let there = match tokens.iter().find(|token| token.id == id) {
                Some(token) => self.in_target(&token.content)?,
                None => None,
            };
            *checked &= there.is_some();
            let there = there.unwrap_or(id);
            same &= there == id;
            found.push(there);
        }
        Ok(match &found[..] {
            _ if same => value.to_owned(),
            [one] if !value.starts_with('[') => one.to_string(),
            all => {
                let all: Vec<String> = all.iter().map(u64::to_string).collect();
                format!("[{}]", all.join(", "))
            }
        })
    }
}

/// A model's chat template as JSON: a text, or several by name. From where transformers looks first.
fn template(texts: &Texts) -> Option<String> {
    if let Some(plain) = text(texts, TEMPLATE) {
        return Some(json::text(plain));
    }
    let value = |name| value_of(texts, name, TEMPLATE_KEY);
    let value = value(TOKENIZER_CONFIG).or_else(|| value(TEMPLATE_JSON))?;
    Some(value.to_owned())
}

/// A value that is not null, of a key in one of the texts; also where a model of several parts has
/// its language model.
fn value_of<'a>(texts: &'a Texts, name: &str, key: &str) -> Option<&'a str> {
    let text = text(texts, name)?;
    let own = |text| json::get(text, key).filter(|value| *value != "null");
    own(text).or_else(|| own(json::get(text, TEXT_CONFIG)?))
}

/// The text of a token, which is given as such or as an object.
fn token_text(value: &str) -> Option<String> {
    json::as_text(value).or_else(|| json::as_text(json::get(value, "content")?))
}
