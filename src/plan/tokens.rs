//! Which rows of embeddings and output heads are of one token: by the vocabularies of the models,
//! and by the list of those that are taken over from a chat model.

use super::matching::takes_part;
use super::{MAX_PROBLEMS, Models, problem};
use crate::message::{Message, say};
use crate::recipe::{EmbeddingRows, Recipe};
use crate::report::{Problem, Role, TokenTable, shown};
use crate::source::Source;
use crate::vocabulary::{NONE, Vocabulary};
use std::ops::Range;

/// The most tokens of a chat model that are suggested: models introduce a handful.
const MAX_INTRODUCED: usize = 1000;

/// The special tokens that chat models have introduced: those that the target has too, and the base
/// has not; for each chat model those that no earlier one has. The target's rows of them may be
/// taken over.
///
/// None where a vocabulary is not known.
pub(super) fn introduced<S: Source>(models: &Models<'_, S>) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let (Ok(base), Ok(target)) = (models.base.vocabulary(), models.target().vocabulary()) else {
        return found;
    };
    for model in &models.chats {
        let mut tokens = Vec::new();
        for added in &model.added_tokens.tokens {
            let token = &added.content;
            let knows = |vocabulary: &Vocabulary| vocabulary.row(token).is_some();
            let is_new = || found.iter().all(|earlier| !earlier.contains(token));
            if added.special
                && !model.is_vector
                && tokens.len() < MAX_INTRODUCED
                && model.vocabulary().is_ok_and(knows)
                && knows(target)
                && !knows(base)
                && is_new()
            {
                tokens.push(token.clone());
            }
        }
        found.push(tokens);
    }
    found
}

/// The rows of all models, seen from the target's.
pub(super) struct Tokens<'a> {
    target: &'a Vocabulary,
    /// For each row of the target, that of the same token in the base; [`NONE`] where it has none.
    base: Vec<u32>,
    /// The same for chat models; empty for those that need no vocabulary.
    chats: Vec<Vec<u32>>,
    /// In the order of the target's rows.
    pub taken: Vec<Taken>,
    /// Those whose rows are left out because the target does not have them, in sentences.
    pub notices: Vec<Message>,
}

/// A row that becomes a chat model's.
pub(super) struct Taken {
    pub row: u32,
    pub chat: usize,
    pub chat_row: u32,
    /// Its place in [`Recipe::take_over`].
    pub at: usize,
}

/// Where a run of rows comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The target alone.
    Kept,
    /// The target, merged with the others.
    Matched,
    /// A chat model alone.
    Chat(usize),
}

/// A model's rows as a table has them: those that it gives to the target's, and how many there are.
pub(super) type Other<'a> = (&'a [u32], u64);

impl<'a> Tokens<'a> {
    /// None where rows are not matched by token.
    ///
    /// # Errors
    /// The vocabularies that are missing, and what is wrong with the list of those taken over.
    pub fn new<S: Source>(
        models: &Models<'a, S>,
        recipe: &Recipe,
    ) -> Result<Option<Self>, Vec<Problem>> {
        if recipe.embedding_rows != EmbeddingRows::MatchByToken {
            if recipe.take_over.is_empty() {
                return Ok(None);
            }
            let message = say!(
                "There are tokens to be taken over, but rows are not matched by token. Choose \
                 \u{201c}match by token\u{201d} for embedding rows."
            );
            return Err(vec![problem(None, None, message)]);
        }
        let mut problems = Vec::new();
        let mut vocabulary = |role: Role| {
            let model = match role {
                Role::Base => models.base,
                Role::Target => models.target(),
                Role::Chat(chat) => models.chats[chat],
            };
            let known = model.vocabulary();
            known
                .map_err(|error| {
                    let message = match model.is_vector {
                        true => say!(
                            "Rows can't be matched by token: {role}: {error}. Give the \
                             `tokenizer.json` of the base that the vector was made of beside it, \
                             or choose another way for embedding rows.",
                            role,
                            error
                        ),
                        false => say!(
                            "Rows can't be matched by token: {role}: {error}. Give the whole \
                             folder of {role}, with its `tokenizer.json`, or choose another way for \
                             embedding rows.",
                            role,
                            error
                        ),
                    };
                    problems.push(problem(role, None, message));
                })
                .ok()
        };
        let target = vocabulary(models.target_role());
        // Vectors need nothing of the base.
        let needs_base = models.chats.iter().any(|chat| !chat.is_vector);
        let base = match models.target {
            Some(_) if needs_base => vocabulary(Role::Base),
            _ => target,
        };
        let chats: Vec<_> = (0..models.chats.len())
            .map(|chat| {
                let used = takes_part_anywhere(recipe, chat);
                used.then(|| vocabulary(Role::Chat(chat))).flatten()
            })
            .collect();
        let (Some(target), Some(base), true) = (target, base, problems.is_empty()) else {
            return Err(problems);
        };

        let mut notices = Vec::new();
        let mut rows_in = |role: Role, other: &Vocabulary| {
            let (rows, found) = target.rows_in(other);
            match other.len() - found {
                0 => {}
                left => notices.push(say!(
                    "{left} of the {all} tokens of {role} are left out: the target does not have \
                     them.",
                    left,
                    all = other.len(),
                    role
                )),
            }
            rows
        };
        let base = rows_in(Role::Base, base);
        let rows_in = |(chat, other): (usize, &Option<&Vocabulary>)| {
            other.map_or(Vec::new(), |other| rows_in(Role::Chat(chat), other))
        };
        let chat_rows = chats.iter().enumerate().map(rows_in).collect();
        let vectors: Vec<bool> = models.chats.iter().map(|chat| chat.is_vector).collect();
        let taken = taken(recipe, models.target_role(), target, &chats, &vectors)?;
        Ok(Some(Self {
            target,
            base,
            chats: chat_rows,
            taken,
            notices,
        }))
    }

    /// Whether any row becomes a chat model's.
    pub fn takes_over(&self) -> bool {
        !self.taken.is_empty()
    }

    /// The rows that a model gives to the target's.
    pub fn rows_of(&self, role: Role) -> &[u32] {
        match role {
            Role::Chat(chat) => &self.chats[chat],
            Role::Base | Role::Target => &self.base,
        }
    }

    /// Goes through the `rows` rows of a table in as few runs as possible: rows of the target, where
    /// they come from, and the row in each of the others (or of the chat model) that goes with the
    /// first. Rows past a table count as missing.
    ///
    /// Returns how many rows come to what, and the tokens whose rows are kept.
    pub fn runs(
        &self,
        rows: u64,
        others: &[Other],
        mut emit: impl FnMut(Range<u64>, Origin, &[u64]),
    ) -> (TokenTable, Vec<&'a str>) {
        let mut table = TokenTable::default();
        let mut kept = Vec::new();
        let mut taken = self.taken.iter().peekable();
        let mut run = (0..0, Origin::Kept);
        let (mut starts, mut here) = (Vec::new(), Vec::new());
        let known = rows.min(self.target.rows() as u64);
        for row in 0..known {
            here.clear();
            let origin = match taken.next_if(|taken| u64::from(taken.row) == row) {
                Some(taken) => {
                    here.push(taken.chat_row.into());
                    Origin::Chat(taken.chat)
                }
                None => {
                    here.extend(others.iter().map_while(|(rows_of, rows)| {
                        let row = rows_of.get(row as usize).filter(|&&row| row != NONE)?;
                        Some(u64::from(*row)).filter(|row| row < rows)
                    }));
                    match here.len() == others.len() && !others.is_empty() {
                        true => Origin::Matched,
                        false => {
                            here.clear();
                            Origin::Kept
                        }
                    }
                }
            };
            match origin {
                Origin::Matched => table.matched += 1,
                Origin::Chat(_) => table.taken_over += 1,
                Origin::Kept => match self.target.token_of(row) {
                    None => table.padding += 1,
                    Some(token) => {
                        table.kept += 1;
                        kept.push(token);
                    }
                },
            }
            let so_far = run.0.end - run.0.start;
            let follows = |(start, here): (&u64, &u64)| start + so_far == *here;
            if run.1 == origin && starts.iter().zip(&here).all(follows) && so_far > 0 {
                run.0.end += 1;
            } else {
                if so_far > 0 {
                    emit(run.0, run.1, &starts);
                }
                run = (row..row + 1, origin);
                std::mem::swap(&mut starts, &mut here);
            }
        }
        table.padding += rows - known;
        if run.1 == Origin::Kept {
            run.0.end = rows;
        } else if known < rows {
            emit(run.0, run.1, &starts);
            run = (known..rows, Origin::Kept);
        }
        emit(run.0, run.1, &starts);
        (table, kept)
    }
}

/// Whether a chat model adds anything to any tensor, or gives rows.
fn takes_part_anywhere(recipe: &Recipe, chat: usize) -> bool {
    let of_rules = recipe.rules.iter().map(|rule| &rule.weights);
    let mut weights = std::iter::once(&recipe.weights).chain(of_rules);
    let points = recipe.layers.get(chat).into_iter().flatten();
    weights.any(|weights| takes_part(weights[chat]))
        || points.into_iter().any(|point| takes_part(point.weight))
        || recipe.take_over.iter().any(|taken| taken.chat == chat)
}

/// The list of rows that are taken over, by row.
fn taken(
    recipe: &Recipe,
    target_role: Role,
    target: &Vocabulary,
    chats: &[Option<&Vocabulary>],
    vectors: &[bool],
) -> Result<Vec<Taken>, Vec<Problem>> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut problems = Vec::new();
    for (at, one) in recipe.take_over.iter().enumerate() {
        let mut refuse = |role: Role, token: &str, why: Message| {
            let message = say!(
                "The token `{token}` can't be taken over: {why}. Correct it, or remove it from the \
                 list.",
                token = shown(token),
                why
            );
            problems.push(problem(role, None, message));
        };
        let unknown = |role: Role| say!("the tokenizer of {role} does not have it", role);
        let role = Role::Chat(one.chat);
        let chat = chats.get(one.chat).copied().flatten();
        let Some(row) = target.row(&one.target_token) else {
            refuse(target_role, &one.target_token, unknown(target_role));
            continue;
        };
        if vectors.get(one.chat) == Some(&true) {
            let why = say!("{role} is a chat vector, and has no rows of its own", role);
            refuse(role, &one.chat_token, why);
            continue;
        }
        let Some(chat_row) = chat.and_then(|chat| chat.row(&one.chat_token)) else {
            refuse(role, &one.chat_token, unknown(role));
            continue;
        };
        match taken.binary_search_by_key(&row, |other| other.row) {
            Ok(_) => {
                let why = say!("its row in the target is taken over already");
                refuse(target_role, &one.target_token, why);
            }
            Err(place) => taken.insert(
                place,
                Taken {
                    row,
                    chat: one.chat,
                    chat_row,
                    at,
                },
            ),
        }
    }
    if problems.is_empty() {
        return Ok(taken);
    }
    problems.truncate(MAX_PROBLEMS);
    Err(problems)
}
