//! A tokenizer's vocabulary: which token has which row of the embeddings. Read from
//! `tokenizer.json`, whose size alone bounds the memory that it takes.

use crate::checkpoint::AddedToken;
use crate::report::{byte_size, shown, shown_reason};
use crate::source::{self, ReadError, Source};
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
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
    /// The row of each; [`NONE`] for one whose row or name an added token has taken.
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
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum VocabularyError {
    /// The model was given without `tokenizer.json`.
    #[error("it was given without its `tokenizer.json`")]
    Missing,
    /// The file is larger than any that is known.
    #[error(
        "its `tokenizer.json` has {}, more than the {} that are read",
        byte_size(*.0),
        byte_size(MAX_SIZE)
    )]
    TooLarge(u64),
    /// The file could not be read.
    #[error("its `tokenizer.json` can't be read: {}", .0.what())]
    Read(ReadError),
    /// The file is no tokenizer.
    #[error("its `tokenizer.json` can't be read as a tokenizer ({})", shown_reason(.0))]
    Json(String),
    /// The file has no tokens.
    #[error("its `tokenizer.json` has no vocabulary")]
    Empty,
    /// A token with a row far beyond all others.
    #[error(
        "its `tokenizer.json` gives row {row} to the token `{}`, although it has only {tokens} \
         tokens",
        shown(.token)
    )]
    Row {
        /// The token.
        token: String,
        /// Its row.
        row: u64,
        /// How many tokens there are.
        tokens: usize,
    },
    /// A token with two rows.
    #[error("its `tokenizer.json` has the token `{}` twice", shown(.0))]
    DoubledToken(String),
    /// A row with two tokens.
    #[error(
        "its `tokenizer.json` gives row {row} to two tokens, `{}` and `{}`",
        shown(.first),
        shown(.second)
    )]
    DoubledRow {
        /// The row.
        row: u32,
        /// A token of it.
        first: String,
        /// Another one.
        second: String,
    },
}

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
    /// `tokenizers` library writes it. Its added tokens win over those of the model, by row and
    /// by name, as they do there.
    ///
    /// # Errors
    /// If it is no tokenizer, or says two things about a token or a row.
    pub fn parse(json: &[u8]) -> Result<Self, VocabularyError> {
        if json.len() as u64 > MAX_SIZE {
            return Err(VocabularyError::TooLarge(json.len() as u64));
        }
        let mut vocabulary = Self::default();
        let mut added: Vec<AddedToken> = Vec::new();
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        Whole(&mut vocabulary, &mut added)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end())
            .map_err(|error| VocabularyError::Json(error.to_string()))?;
        let own = vocabulary.rows.len();
        let tokens = own + added.len();
        for AddedToken { id, content, .. } in added {
            let row = u32::try_from(id).map_err(|_| VocabularyError::Row {
                token: content.clone(),
                row: id,
                tokens,
            })?;
            vocabulary.push(&content);
            vocabulary.rows.push(row);
        }
        vocabulary.index(own)?;
        Ok(vocabulary)
    }

    fn push(&mut self, token: &str) {
        self.text.push_str(token);
        self.ends.push(self.text.len() as u32); // the file is smaller than that
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
        for token in (own..tokens).chain(0..own) {
            let row = self.rows[token];
            if row as usize >= most {
                return Err(VocabularyError::Row {
                    token: self.token(token).to_owned(),
                    row: row.into(),
                    tokens,
                });
            }
            if self.by_row.len() <= row as usize {
                self.by_row.resize(row as usize + 1, NONE);
            }
            let slot = self.slot(self.token(token));
            let named = self.slots[slot] as usize;
            let there = self.by_row[row as usize] as usize;
            let is_added = |other: usize| other >= own && other < tokens;
            if is_added(named) && named == there
                || token < own && (is_added(named) || is_added(there))
            {
                self.rows[token] = NONE;
            } else if named != NONE as usize {
                return Err(VocabularyError::DoubledToken(self.token(token).to_owned()));
            } else if there != NONE as usize {
                return Err(VocabularyError::DoubledRow {
                    row,
                    first: self.token(there).to_owned(),
                    second: self.token(token).to_owned(),
                });
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
        let mut found = 0;
        let rows = self.by_row.iter().map(|&token| {
            let row = (token != NONE).then(|| other.row(self.token(token as usize)));
            found += usize::from(row.flatten().is_some());
            row.flatten().unwrap_or(NONE)
        });
        let rows = rows.collect();
        (rows, found)
    }
}

/// `tokenizer.json`: of all that it says, the tokens.
struct Whole<'a>(&'a mut Vocabulary, &'a mut Vec<AddedToken>);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tokenizer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "added_tokens" => *self.1 = map.next_value()?,
                "model" => map.next_value_seed(Model(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Its `model`.
struct Model<'a>(&'a mut Vocabulary);

impl<'de> DeserializeSeed<'de> for Model<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Model<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the model of a tokenizer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "vocab" => map.next_value_seed(Tokens(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Its `vocab`: rows by token, or (Unigram) tokens and their scores in the order of rows.
struct Tokens<'a>(&'a mut Vocabulary);

impl<'de> DeserializeSeed<'de> for Tokens<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tokens<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a vocabulary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Token(self.0))?.is_some() {
            let row = map.next_value()?;
            self.0.rows.push(row);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        while all.next_element_seed(Scored(self.0))?.is_some() {
            let row = self.0.rows.len() as u32;
            self.0.rows.push(row);
        }
        Ok(())
    }
}

/// A token and its score.
struct Scored<'a>(&'a mut Vocabulary);

impl<'de> DeserializeSeed<'de> for Scored<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Scored<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token and its score")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<(), A::Error> {
        let token = pair.next_element_seed(Token(self.0))?;
        token.ok_or_else(|| serde::de::Error::invalid_length(0, &"a token and its score"))?;
        while pair.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// A token's text.
struct Token<'a>(&'a mut Vocabulary);

impl<'de> DeserializeSeed<'de> for Token<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Token<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }

    fn visit_str<E: serde::de::Error>(self, token: &str) -> Result<(), E> {
        if self.0.ends.len() >= MAX_TOKENS {
            return Err(E::custom("it has more tokens than any vocabulary"));
        }
        self.0.push(token);
        Ok(())
    }
}
