//! Words: a text is cut at white space, and each word has a number.

use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;

/// Begins a text.
pub const BEGIN: &str = "<s>";
/// Ends a text or a reply.
pub const END: &str = "</s>";
/// Begins what the person says.
pub const USER: &str = "<|user|>";
/// Begins what the model replies.
pub const ASSISTANT: &str = "<|assistant|>";

/// The words that a model knows, with their numbers.
#[derive(Clone, Debug)]
pub struct Words {
    numbers: HashMap<String, u32>,
    /// By number; none where a number has no word.
    words: Vec<Option<String>>,
    end: u32,
}

/// Why there are no words, or no numbers for a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordsError {
    /// The tokenizer is not JSON of the expected form; with the reader's words.
    Json(String),
    /// The tokenizer's model is another than `WordLevel`.
    Kind(String),
    /// Two words have this number.
    Doubled(u32),
    /// This number is too large for a model's vocabulary.
    Number(u32),
    /// One of the special words is not there.
    Special(&'static str),
    /// These words of a text are not known, each told once.
    Unknown(Vec<String>),
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(reason) => write!(f, "tokenizer.json can't be read: {reason}"),
            Self::Kind(kind) => write!(
                f,
                "tokenizer.json is of the kind `{kind}`; only `WordLevel` is known here"
            ),
            Self::Doubled(number) => {
                write!(
                    f,
                    "tokenizer.json gives the number {number} to several words"
                )
            }
            Self::Number(number) => {
                write!(
                    f,
                    "tokenizer.json has a word with the number {number}, which is too large"
                )
            }
            Self::Special(word) => write!(f, "tokenizer.json lacks the special word `{word}`"),
            Self::Unknown(words) => match &words[..] {
                [word] => write!(f, "the models do not know the word `{word}`"),
                _ => write!(
                    f,
                    "the models do not know the words `{}`",
                    words.join("`, `")
                ),
            },
        }
    }
}

impl std::error::Error for WordsError {}

/// The largest number that a word may have: rows of embeddings are counted by it.
const LARGEST: u32 = 1 << 20;

#[derive(Deserialize)]
struct Tokenizer {
    model: TokenizerModel,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
struct TokenizerModel {
    #[serde(rename = "type", default)]
    kind: String,
    /// Checked for its form only once the kind is known.
    #[serde(default)]
    vocab: serde_json::Value,
}

#[derive(Deserialize)]
struct AddedToken {
    id: u32,
    content: String,
}

impl Words {
    /// Reads the text of a `tokenizer.json` whose model is `WordLevel`.
    ///
    /// # Errors
    /// Why that is not possible; never [`WordsError::Unknown`].
    pub fn parse(json: &str) -> Result<Self, WordsError> {
        let unreadable = |error: serde_json::Error| WordsError::Json(error.to_string());
        let tokenizer: Tokenizer = serde_json::from_str(json).map_err(unreadable)?;
        let TokenizerModel { kind, vocab } = tokenizer.model;
        if kind != "WordLevel" {
            return Err(WordsError::Kind(kind));
        }
        let mut numbers: HashMap<String, u32> =
            serde_json::from_value(vocab).map_err(unreadable)?;
        for AddedToken { id, content } in tokenizer.added_tokens {
            numbers.insert(content, id);
        }
        let mut words = Vec::new();
        for (word, &number) in &numbers {
            if number > LARGEST {
                return Err(WordsError::Number(number));
            }
            let at = number as usize;
            if at >= words.len() {
                words.resize(at + 1, None);
            }
            if words[at].replace(word.clone()).is_some() {
                return Err(WordsError::Doubled(number));
            }
        }
        let special = |word| numbers.get(word).copied().ok_or(WordsError::Special(word));
        let end = special(END)?;
        for word in [BEGIN, USER, ASSISTANT] {
            special(word)?;
        }
        Ok(Self {
            numbers,
            words,
            end,
        })
    }

    /// The numbers of a text's words.
    ///
    /// # Errors
    /// [`WordsError::Unknown`], with all words that are not known.
    pub fn numbers(&self, text: &str) -> Result<Vec<u32>, WordsError> {
        let mut unknown: Vec<String> = Vec::new();
        let mut numbers = Vec::new();
        for word in text.split_whitespace() {
            match self.numbers.get(word) {
                Some(&number) => numbers.push(number),
                None if unknown.iter().any(|other| other == word) => {}
                None => unknown.push(word.to_owned()),
            }
        }
        match unknown.is_empty() {
            true => Ok(numbers),
            false => Err(WordsError::Unknown(unknown)),
        }
    }

    /// The word of a number; `�` where it has none.
    pub fn word(&self, number: u32) -> &str {
        let word = self.words.get(number as usize);
        word.and_then(Option::as_deref).unwrap_or("\u{fffd}")
    }

    /// All words that are no special ones, in the order of their numbers.
    pub fn plain(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().filter_map(Option::as_deref);
        words.filter(|word| !word.starts_with('<') || !word.ends_with('>'))
    }

    /// The number of [`END`].
    pub fn end(&self) -> u32 {
        self.end
    }

    /// One more than the largest number.
    pub fn rows(&self) -> usize {
        self.words.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer(model: &str) -> String {
        let added = r#"{"id":0,"content":"<s>"},{"id":1,"content":"</s>"},
            {"id":2,"content":"<|user|>"},{"id":3,"content":"<|assistant|>"}"#;
        format!(r#"{{"added_tokens":[{added}],"model":{model}}}"#)
    }

    #[test]
    fn texts_become_numbers_and_back() {
        let json = tokenizer(r#"{"type":"WordLevel","vocab":{"<s>":0,"red":5,"green":4}}"#);
        let words = Words::parse(&json).unwrap();
        let numbers = words.numbers("<s>  red\ngreen red </s>").unwrap();
        assert_eq!(numbers, [0, 5, 4, 5, 1]);
        let text: Vec<&str> = numbers.iter().map(|&number| words.word(number)).collect();
        assert_eq!(text.join(" "), "<s> red green red </s>");
        assert_eq!(
            (words.end(), words.rows(), words.word(99)),
            (1, 6, "\u{fffd}")
        );
        assert_eq!(words.plain().collect::<Vec<_>>(), ["green", "red"]);
        let error = words.numbers("red blue pink blue").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the models do not know the words `blue`, `pink`"
        );
        let error = words.numbers("Red").unwrap_err();
        assert_eq!(error.to_string(), "the models do not know the word `Red`");
    }

    #[test]
    fn other_tokenizers_are_refused() {
        let plain = r#"{"model":{"type":"WordLevel","vocab":{"<s>":0,"</s>":1,"<|user|>":2}}}"#;
        for (json, message) in [
            ("{", "tokenizer.json can't be read: "),
            ("{}", "tokenizer.json can't be read: missing field `model`"),
            (
                &tokenizer(r#"{"type":"BPE","vocab":{}}"#),
                "tokenizer.json is of the kind `BPE`; ",
            ),
            (
                &tokenizer(r#"{"type":"WordLevel","vocab":["a"]}"#),
                "tokenizer.json can't be read: ",
            ),
            (
                &tokenizer(r#"{"type":"WordLevel","vocab":{"a":-1}}"#),
                "tokenizer.json can't be read: ",
            ),
            (
                &tokenizer(r#"{"type":"WordLevel","vocab":{"a":7,"b":7}}"#),
                "tokenizer.json gives the number 7 to several words",
            ),
            (
                &tokenizer(r#"{"type":"WordLevel","vocab":{"a":4000000000}}"#),
                "tokenizer.json has a word with the number 4000000000, which is too large",
            ),
            (
                plain,
                "tokenizer.json lacks the special word `<|assistant|>`",
            ),
        ] {
            let error = Words::parse(json).unwrap_err().to_string();
            assert!(error.starts_with(message), "{json}: {error}");
        }
    }
}
