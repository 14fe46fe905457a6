//! What lies beside a model's weights and belongs to it: config, tokenizer, chat template. Small
//! texts, which the merged model's are made from, are read with the headers; the others are only
//! noted, and copied by the engine.

use super::CheckpointError;
use crate::json;
use crate::message::{Fill as _, Filling, Message, say};
use crate::recipe::name_matches;
use crate::report::{byte_size, shown, shown_reason};
use crate::source::{self, Source};

/// Texts that a merged model's are made from, or that say something about the model.
const TEXTS: &str = "{config,generation_config,tokenizer_config,special_tokens_map,added_tokens,\
                     chat_template}.json";
const TEMPLATE: &str = "chat_template.jinja";
/// The vocabulary and the rules of a fast tokenizer.
pub const TOKENIZER: &str = "tokenizer.json";
/// Files that are taken over as they are: vocabularies, processors, a model's own code, licences.
const COPIED: &str = "{tokenizer.json,tekken.json,vocab.json,merges.txt,vocab.txt,*.model,*.spm,\
                      *.tiktoken,preprocessor_config.json,video_preprocessor_config.json,\
                      processor_config.json,*.py,LICENSE*,NOTICE*,USE_POLICY*}";
/// Those of them that hold a vocabulary.
const VOCABULARIES: &str = "{tokenizer.json,tekken.json,vocab.json,vocab.txt,*.model,*.spm,\
                            *.tiktoken}";

/// The largest text that is read.
const MAX_TEXT: u64 = 16_000_000;
/// So much of a `tokenizer.json` is looked at: its added tokens stand at its beginning.
const HEAD: u64 = 4 * 1024 * 1024;

/// Whether a file of this name belongs to a model, beside its weights.
pub(super) fn belongs(name: &str) -> bool {
    is_text(name) || name_matches(COPIED, name)
}

/// Whether a file of this name holds a tokenizer's vocabulary.
pub(crate) fn is_vocabulary(name: &str) -> bool {
    name_matches(VOCABULARIES, name)
}

/// Whether a file of this name is a text that is read, and never copied as it is.
pub(crate) fn is_text(name: &str) -> bool {
    name == TEMPLATE || name_matches(TEXTS, name)
}

/// A token with an id of its own beside the vocabulary, such as `<|im_end|>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedToken {
    /// Its row in the embeddings.
    pub id: u64,
    /// Its text.
    pub content: String,
    /// Whether it steers the model and is left out of what it says.
    pub special: bool,
}

/// The text of a name.
pub(crate) fn text_of<'a>(texts: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, text) = texts.iter().find(|(other, _)| other == name)?;
    Some(text)
}

/// Reads the small texts among companions. What can't be understood is left out with a notice.
pub(super) async fn read_texts<S: Source>(
    companions: &[S],
    notices: &mut Vec<Message>,
) -> Result<Vec<(String, String)>, CheckpointError> {
    let mut texts = Vec::new();
    for file in companions.iter().filter(|file| is_text(file.name())) {
        let name = file.name().to_owned();
        match read_text(file).await? {
            Ok(text) => texts.push((name, text)),
            Err(why) => notices.push(say!(
                "`{name}` was left out: it can't be read ({why}).",
                name = shown(&name),
                why
            )),
        }
    }
    Ok(texts)
}

async fn read_text<S: Source>(file: &S) -> Result<Result<String, Filling>, CheckpointError> {
    if file.size() > MAX_TEXT {
        let why = say!("it is over {size} large", size = byte_size(MAX_TEXT));
        return Ok(Err(why.into()));
    }
    let bytes = read(file, file.size()).await?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Err(say!("it is not text (UTF-8)").into()));
    };
    if file.name().ends_with(".json")
        && let Err(error) = json::fields(&text)
    {
        return Ok(Err(shown_reason(&error.to_string()).filling()));
    }
    Ok(Ok(text))
}

/// The first bytes of a file.
pub(super) async fn read<S: Source>(file: &S, bytes: u64) -> Result<Vec<u8>, CheckpointError> {
    let read = source::read(file, 0..bytes).await;
    read.map_err(|error| CheckpointError::Read {
        file: file.name().to_owned(),
        error,
    })
}

/// What is known of the tokens that a tokenizer has beside its vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddedTokens {
    /// Those that its files tell of.
    pub tokens: Vec<AddedToken>,
    /// Whether these are all: an older list has only what a model added to another's tokenizer.
    pub are_all: bool,
}

/// The added tokens that a tokenizer's files tell of.
pub(super) async fn added_tokens<S: Source>(
    companions: &[S],
    texts: &[(String, String)],
) -> Result<AddedTokens, CheckpointError> {
    let all = |tokens| AddedTokens {
        tokens,
        are_all: true,
    };
    if let Some(file) = companions.iter().find(|file| file.name() == TOKENIZER) {
        let head = read(file, file.size().min(HEAD)).await?;
        let tokens = head_tokens(&String::from_utf8_lossy(&head));
        if !tokens.is_empty() {
            return Ok(all(tokens));
        }
    }
    let config = text_of(texts, "tokenizer_config.json");
    if let Some(decoder) = config.and_then(|config| json::get(config, "added_tokens_decoder")) {
        let by_id = json::fields(decoder).unwrap_or_default().into_iter();
        let token = |(id, token): (String, &str)| AddedToken::new(&id, token);
        return Ok(all(by_id.filter_map(token).collect()));
    }
    let by_content = text_of(texts, "added_tokens.json").map(json::fields);
    let by_content = by_content.and_then(Result::ok).unwrap_or_default();
    let token = |(content, id): (String, &str)| {
        Some(AddedToken {
            id: id.parse().ok()?,
            content,
            special: true,
        })
    };
    Ok(AddedTokens {
        tokens: by_content.into_iter().filter_map(token).collect(),
        are_all: false,
    })
}

impl AddedToken {
    /// By an object of `added_tokens` in a `tokenizer.json`.
    pub(crate) fn of(token: &str) -> Option<Self> {
        Self::new(json::get(token, "id")?, token)
    }

    /// By its id, and an object with the rest.
    fn new(id: &str, token: &str) -> Option<Self> {
        Some(Self {
            id: id.parse().ok()?,
            content: json::as_text(json::get(token, "content")?)?,
            special: json::get(token, "special") == Some("true"),
        })
    }
}

/// `added_tokens` of a `tokenizer.json` of which only the beginning may be there.
fn head_tokens(head: &str) -> Vec<AddedToken> {
    struct Tokens<'a>(&'a str);

    impl<'a> json::Place<'a> for Tokens<'a> {
        fn take(&mut self, key: Option<String>, value: &'a str) -> bool {
            let found = key.as_deref() == Some("added_tokens");
            if found {
                self.0 = value;
            }
            !found
        }
    }

    let mut tokens = Tokens("");
    // It ends with an error as soon as the tokens are found.
    let _ = json::read(head, &mut tokens);
    let tokens = json::items(tokens.0).unwrap_or_default().into_iter();
    tokens.filter_map(AddedToken::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_model() {
        for name in [
            "config.json",
            "tokenizer.json",
            "tokenizer.model",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja",
            "modeling_own.py",
            "qwen.tiktoken",
            "sentencepiece.bpe.model",
            "tekken.json",
            "LICENSE",
            "LICENSE.txt",
        ] {
            assert!(belongs(name), "{name}");
        }
        for name in [
            "README.md",
            "training_args.bin",
            "trainer_state.json",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            ".gitattributes",
        ] {
            assert!(!belongs(name), "{name}");
        }
    }

    #[test]
    fn added_tokens_are_found_at_the_beginning_of_a_tokenizer() {
        let whole = r#"{"version":"1.0","truncation":null,"added_tokens":[
            {"id":2,"content":"</s>","special":true,"normalized":false},
            {"id":9,"content":"word"}],"model":{"vocab":{"a":0}}}"#;
        let end = AddedToken {
            id: 2,
            content: "</s>".to_owned(),
            special: true,
        };
        let tokens = head_tokens(whole);
        assert_eq!(tokens[0], end);
        assert_eq!((tokens[1].id, tokens[1].special), (9, false));
        assert_eq!(head_tokens(&whole[..whole.len() - 12]), tokens);
        assert_eq!(head_tokens(&whole[..90]), []);
        assert_eq!(head_tokens("[]"), []);
    }
}
