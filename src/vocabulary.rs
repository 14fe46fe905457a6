//! A tokenizer's vocabulary: which token has which row of the embeddings. Read from
//! `tokenizer.json`, whose size alone bounds the memory that it takes.

use crate::checkpoint::AddedToken;
use crate::json;
use crate::message::{self, Message, say};
use crate::report::{byte_size, shown, shown_reason};
use crate::source::{self, ReadError, Source};
use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

/// The largest `tokenizer.json` that is read; those of today's models have up to 40 MB.
pub const MAX_SIZE: u64 = 200_000_000;
/// Where nothing is: no row, or no token.
pub(crate) const NONE: u32 = u32::MAX;
/// The most tokens; the largest vocabularies have about a million.
const MAX_TOKENS: usize = 4 << 20;
/// A vocabulary has at most so many rows for each of its tokens, and a few more: what goes beyond
/// is damage, and no reason to make a table of it.
const SPREAD: usize = 8;
const FEW: usize = 4096;

/// Tokens and their rows, both ways.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// All tokens, one after the other.
    text: String,
    /// Where each of them ends.
    ends: Vec<u32>,
    /// The row of each; [`NONE`] for an added token that the model has too.
    rows: Vec<u32>,
    /// The token of each row, or [`NONE`].
    by_row: Vec<u32>,
    /// Tokens where their hashes say, or in the next free slot.
    slots: Vec<u32>,
    hashes: RandomState,
    /// How many tokens have a row.
    len: usize,
}

/// Why there is no vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VocabularyError {
    /// The model was given without `tokenizer.json`.
    Missing,
    /// The file is larger than any that is known.
    TooLarge(u64),
    /// The file could not be read.
    Read(ReadError),
    /// The file is no tokenizer.
    Json(String),
    /// The file has no tokens.
    Empty,
    /// A token with a row far beyond all others.
    Row(String),
    /// A token with two rows.
    DoubledToken(String),
    /// A row with two tokens.
    DoubledRow(String, String),
}

impl VocabularyError {
    /// What is wrong with the model's tokenizer.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing => say!("it was given without its `tokenizer.json`"),
            Self::TooLarge(size) => say!(
                "its `tokenizer.json` has {size}, more than the {most} that are read",
                size = byte_size(*size),
                most = byte_size(MAX_SIZE)
            ),
            Self::Read(error) => say!("its `tokenizer.json`: {what}", what = error.what()),
            Self::Json(reason) => say!(
                "its `tokenizer.json` can't be read as a tokenizer ({reason})",
                reason = shown_reason(reason)
            ),
            Self::Empty => say!("its `tokenizer.json` has no vocabulary"),
            Self::Row(token) => say!(
                "its `tokenizer.json` gives the token `{token}` a row far beyond all others",
                token = shown(token)
            ),
            Self::DoubledToken(token) => say!(
                "its `tokenizer.json` has the token `{token}` twice",
                token = shown(token)
            ),
            Self::DoubledRow(first, second) => say!(
                "its `tokenizer.json` gives one row to two tokens, `{first}` and `{second}`",
                first = shown(first),
                second = shown(second)
            ),
        }
    }
}

message::error!(VocabularyError);

impl Vocabulary {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// If it can't be read, or is no tokenizer.
    pub async fn read<S: Source>(file: &S) -> Result<Self, VocabularyError> {
        let size = file.size();
        if size > MAX_SIZE {
            return Err(VocabularyError::TooLarge(size));
        }
        let json = source::read(file, 0..size).await;
        Self::parse(&json.map_err(VocabularyError::Read)?)
    }

    /// The vocabulary of a tokenizer of any kind (BPE, WordPiece, WordLevel, Unigram) as the
    /// `tokenizers` library writes it. An added token that the model has too keeps its row in the
    /// model, as it does there.
    ///
    /// # Errors
    /// If it is no tokenizer, or says two things about a token or a row.
    pub fn parse(json: &[u8]) -> Result<Self, VocabularyError> {
        if json.len() as u64 > MAX_SIZE {
            return Err(VocabularyError::TooLarge(json.len() as u64));
        }
        let bad = |error: serde_json::Error| VocabularyError::Json(error.to_string());
        serde_json::from_slice::<IgnoredAny>(json).map_err(bad)?;
        let text = std::str::from_utf8(json).map_err(|_| bad(Error::custom("it is not UTF-8")))?;
        let model = json::get(text, "model");
        let vocab = model.and_then(|model| json::get(model, "vocab"));
        let vocab = vocab.unwrap_or("{}");
        let added = json::get(text, "added_tokens").unwrap_or("[]");

        let mut vocabulary = Self::default();
        let mut deserializer = serde_json::Deserializer::from_slice(vocab.as_bytes());
        let read = match vocab.starts_with('[') {
            true => deserializer.deserialize_seq(&mut vocabulary),
            false => deserializer.deserialize_map(&mut vocabulary),
        };
        read.map_err(bad)?;
        let own = vocabulary.rows.len();
        let not_tokens = || bad(Error::custom("its added tokens are none"));
        for token in json::items(added).ok_or_else(not_tokens)? {
            let token = AddedToken::of(token).ok_or_else(not_tokens)?;
            if token.content.is_empty() {
                continue;
            }
            vocabulary.push(&token.content, token.id).map_err(bad)?;
        }
        vocabulary.index(own)?;
        Ok(vocabulary)
    }

    fn push<E: Error>(&mut self, token: &str, row: u64) -> Result<(), E> {
        if self.rows.len() >= MAX_TOKENS {
            return Err(E::custom("it has more tokens than any vocabulary"));
        }
        self.text.push_str(token);
        self.ends.push(self.text.len() as u32); // the file is smaller than that
        self.rows.push(u32::try_from(row).unwrap_or(NONE));
        Ok(())
    }

    /// Makes the tables by name and by row; the first `own` tokens are the model's, the others
    /// added.
    fn index(&mut self, own: usize) -> Result<(), VocabularyError> {
        let tokens = self.rows.len();
        if tokens == 0 {
            return Err(VocabularyError::Empty);
        }
        let most = SPREAD * tokens + FEW;
        self.slots = vec![NONE; (2 * tokens).next_power_of_two()];
        for token in 0..tokens {
            let row = self.rows[token];
            if row as usize >= most {
                return Err(VocabularyError::Row(self.token(token).to_owned()));
            }
            if self.by_row.len() <= row as usize {
                self.by_row.resize(row as usize + 1, NONE);
            }
            let slot = self.slot(self.token(token));
            let named = self.slots[slot] as usize;
            let there = self.by_row[row as usize] as usize;
            let is_known = token >= own && (named < own || named < tokens && named == there);
            if is_known {
                self.rows[token] = NONE;
            } else if named != NONE as usize {
                return Err(VocabularyError::DoubledToken(self.token(token).to_owned()));
            } else if there != NONE as usize {
                let [first, second] = [there, token].map(|token| self.token(token).to_owned());
                return Err(VocabularyError::DoubledRow(first, second));
            } else {
                self.slots[slot] = token as u32;
                self.by_row[row as usize] = token as u32;
                self.len += 1;
            }
        }
        Ok(())
    }

    /// The slot that holds a token, or would.
    fn slot(&self, token: &str) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = self.hashes.hash_one(token) as usize & last;
        // Half of all slots are free.
        while self.slots[slot] != NONE && self.token(self.slots[slot] as usize) != token {
            slot = (slot + 1) & last;
        }
        slot
    }

    fn token(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..self.ends[at] as usize]
    }

    /// The row of a token.
    pub fn row(&self, token: &str) -> Option<u32> {
        let found = self.slots[self.slot(token)];
        self.rows.get(found as usize).copied()
    }

    /// The token of a row.
    pub fn token_of(&self, row: u64) -> Option<&str> {
        let token = *self.by_row.get(usize::try_from(row).ok()?)?;
        (token != NONE).then(|| self.token(token as usize))
    }

    /// How many tokens have a row.
    #[allow(clippy::len_without_is_empty)] // there is none without tokens
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many rows there are up to the last that has a token.
    pub fn rows(&self) -> usize {
        self.by_row.len()
    }

    /// For each row of this one, the row that another vocabulary gives to the same token, or
    /// [`NONE`]; and how many are found there.
    pub(crate) fn rows_in(&self, other: &Self) -> (Vec<u32>, usize) {
        let mut rows = vec![NONE; self.by_row.len()];
        let mut found = 0;
        for (row, &token) in rows.iter_mut().zip(&self.by_row) {
            if token != NONE
                && let Some(there) = other.row(self.token(token as usize))
            {
                *row = there;
                found += 1;
            }
        }
        (rows, found)
    }
}

/// `model.vocab`: rows by token, or (Unigram) tokens and their scores in the order of rows.
impl<'de> Visitor<'de> for &mut Vocabulary {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a vocabulary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(token) = map.next_key::<String>()? {
            self.push(&token, map.next_value()?)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        while let Some((token, _)) = all.next_element::<(String, IgnoredAny)>()? {
            self.push(&token, self.rows.len() as u64)?;
        }
        Ok(())
    }
}
