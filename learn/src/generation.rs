//! How texts go on by a model, token by token.

use crate::model::{Cache, Model, ModelError};
use candle_core::{Device, Tensor};
use std::borrow::Borrow;
use std::iter::zip;

/// Texts that go on by a model, in one batch: by the most likely token each time, up to and including
/// an end, but no more than was asked for, and no more than the model's longest text has room for.
///
/// It goes a step at a time: whoever holds it may do something else in between, or let it go.
#[derive(Debug)]
pub struct Generation<M> {
    model: M,
    cache: Cache,
    /// What the model is given next of each text that goes on: `[texts, tokens]`.
    tokens: Tensor,
    /// Which texts these are.
    going: Vec<usize>,
    /// How many tokens each of them may still get.
    left: usize,
    end: u32,
}

impl<M: Borrow<Model>> Generation<M> {
    /// Of texts of one length; each gets at most so many tokens. Nothing is computed yet.
    ///
    /// # Errors
    /// As [`Model::logits`].
    pub fn begin(model: M, texts: &[&[u32]], most: usize, end: u32) -> Result<Self, ModelError> {
        let length = texts.first().map_or(0, |text| text.len());
        let of = model.borrow();
        let cache = of.cache(length.saturating_add(most));
        let tokens = of.tokens(texts, &cache)?;
        let left = most.min(of.config().max_position_embeddings - length);
        Ok(Self {
            model,
            cache,
            tokens,
            going: (0..texts.len()).collect(),
            left,
            end,
        })
    }

    /// The next token of each text that has not ended: which text, which token. There are none once
    /// all texts are whole.
    ///
    /// # Errors
    /// If the model can't be computed.
    pub fn step(&mut self) -> Result<Vec<(usize, u32)>, ModelError> {
        if self.left == 0 || self.going.is_empty() {
            return Ok(Vec::new());
        }
        self.left -= 1;
        let model = self.model.borrow();
        let next = model.likeliest_next(&self.tokens, &mut self.cache)?;
        let said: Vec<(usize, u32)> = zip(self.going.iter().copied(), next).collect();
        let end = self.end;
        let going = zip(0.., &said).filter(|(_, (_, token))| *token != end);
        let rows: Vec<u32> = going.clone().map(|(row, _)| row).collect();
        let tokens: Vec<u32> = going.clone().map(|(_, &(_, token))| token).collect();
        self.going = going.map(|(_, &(text, _))| text).collect();
        if rows.is_empty() {
            return Ok(said);
        }
        if rows.len() < said.len() {
            self.cache.keep(&rows)?;
        }
        self.tokens = Tensor::from_vec(tokens, (rows.len(), 1), &Device::Cpu)?;
        Ok(said)
    }
}

impl Model {
    /// How texts of one length go on to their ends, as [`Generation`] says.
    ///
    /// # Errors
    /// As [`Model::logits`].
    pub fn generate(
        &self,
        texts: &[&[u32]],
        most: usize,
        end: u32,
    ) -> Result<Vec<Vec<u32>>, ModelError> {
        let mut generation = Generation::begin(self, texts, most, end)?;
        let mut replies = vec![Vec::new(); texts.len()];
        loop {
            let said = generation.step()?;
            if said.is_empty() {
                return Ok(replies);
            }
            for (text, token) in said {
                replies[text].push(token);
            }
        }
    }
}
