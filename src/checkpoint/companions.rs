//! What lies beside a model's weights and belongs to it: config, tokenizer, chat template. Small
//! texts, which the merged model's are made from, are read with the headers; the others are only
//! noted, and copied by the engine.

use super::CheckpointError;
use crate::json;
use crate::recipe::name_matches;
use crate::report::{byte_size, shown, shown_reason};
use crate::source::{self, Source};
use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Texts that a merged model's are made from, or that say something about the model.
const TEXTS: &str = "{config,generation_config,tokenizer_config,special_tokens_map,added_tokens,\
                     chat_template}.json";
const TEMPLATE: &str = "chat_template.jinja";
/// The vocabulary and the rules of a fast tokenizer.
pub const TOKENIZER: &str = "tokenizer.json";
/// Files that are taken over as they are: vocabularies, processors, a model's own code, licences.
const COPIED: &str = "{tokenizer.json,vocab.json,preprocessor_config.json,processor_config.json,\
                      tokenizer.model,spiece.model,sentencepiece.bpe.model,merges.txt,vocab.txt,\
                      *.tiktoken,*.py,LICENSE*,NOTICE*,USE_POLICY*}";

/// The largest text that is read.
const MAX_TEXT: u64 = 16_000_000;
/// So much of a `tokenizer.json` is looked at: its added tokens stand at its beginning.
const HEAD: u64 = 4 * 1024 * 1024;

/// Whether a file of this name belongs to a model, beside its weights.
pub(super) fn belongs(name: &str) -> bool {
    is_text(name) || name_matches(COPIED, name)
}

fn is_text(name: &str) -> bool {
    name == TEMPLATE || name_matches(TEXTS, name)
}

/// A token with an id of its own beside the vocabulary, such as `<|im_end|>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AddedToken {
    /// Its row in the embeddings.
    pub id: u64,
    /// Its text.
    pub content: String,
    /// Whether it steers the model and is left out of what it says.
    #[serde(default)]
    pub special: bool,
}

/// The small texts among companions, by name.
pub(super) type Texts = BTreeMap<String, String>;

/// Reads the texts. What can't be understood is left out with a notice.
pub(super) async fn read_texts<S: Source>(
    companions: &[S],
    notices: &mut Vec<String>,
) -> Result<Texts, CheckpointError> {
    let mut texts = Texts::new();
    for file in companions.iter().filter(|file| is_text(file.name())) {
        let name = file.name();
        match read_text(file).await? {
            Ok(text) => {
                texts.insert(name.to_owned(), text);
            }
            Err(why) => notices.push(format!(
                "`{}` was left out: it can't be read ({why}).",
                shown(name)
            )),
        }
    }
    Ok(texts)
}

async fn read_text<S: Source>(file: &S) -> Result<Result<String, String>, CheckpointError> {
    if file.size() > MAX_TEXT {
        return Ok(Err(format!("it is over {} large", byte_size(MAX_TEXT))));
    }
    let bytes = read(file, file.size()).await?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Err("it is not text (UTF-8)".to_owned()));
    };
    if file.name().ends_with(".json")
        && let Err(error) = json::check(&text)
    {
        return Ok(Err(shown_reason(&error.to_string()).to_string()));
    }
    Ok(Ok(text))
}

async fn read<S: Source>(file: &S, bytes: u64) -> Result<Vec<u8>, CheckpointError> {
    let read = source::read(file, 0..bytes).await;
    read.map_err(|error| CheckpointError::Read {
        file: file.name().to_owned(),
        error,
    })
}

/// The added tokens that a tokenizer's files tell of; none where they don't.
pub(super) async fn added_tokens<S: Source>(
    companions: &[S],
    texts: &Texts,
) -> Result<Vec<AddedToken>, CheckpointError> {
    if let Some(file) = companions.iter().find(|file| file.name() == TOKENIZER) {
        let head = read(file, file.size().min(HEAD)).await?;
        let tokens = head_tokens(&head);
        if !tokens.is_empty() {
            return Ok(tokens);
        }
    }
    let by_id = |text: &String| -> Option<Vec<AddedToken>> {
        let decoder = json::get(text, "added_tokens_decoder")?;
        let fields: BTreeMap<String, NamedToken> = serde_json::from_str(decoder).ok()?;
        let token = |(id, token): (String, NamedToken)| {
            Some(AddedToken {
                id: id.parse().ok()?,
                content: token.content,
                special: token.special,
            })
        };
        Some(fields.into_iter().filter_map(token).collect())
    };
    let by_content = |text: &String| -> Option<Vec<AddedToken>> {
        let fields: BTreeMap<String, u64> = serde_json::from_str(text).ok()?;
        let token = |(content, id)| AddedToken {
            id,
            content,
            special: true,
        };
        Some(fields.into_iter().map(token).collect())
    };
    let config = texts.get("tokenizer_config.json").and_then(by_id);
    let other = || texts.get("added_tokens.json").and_then(by_content);
    Ok(config.or_else(other).unwrap_or_default())
}

#[derive(Deserialize)]
struct NamedToken {
    content: String,
    #[serde(default)]
    special: bool,
}

/// `added_tokens` of a `tokenizer.json` of which only the beginning may be there.
fn head_tokens(head: &[u8]) -> Vec<AddedToken> {
    struct Head<'a>(&'a mut Vec<AddedToken>);

    impl<'de> Visitor<'de> for Head<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a tokenizer")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<String>()? {
                if key == "added_tokens" {
                    *self.0 = map.next_value()?;
                    return Err(A::Error::custom("the rest does not matter"));
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }

    let mut tokens = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(head);
    // It ends with an error as soon as the tokens are found.
    let _ = serde::Deserializer::deserialize_map(&mut json, Head(&mut tokens));
    tokens
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
        let whole = br#"{"version":"1.0","truncation":null,"added_tokens":[
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
        assert_eq!(head_tokens(b"[]"), []);
    }
}
