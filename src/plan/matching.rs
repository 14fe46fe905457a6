//! Finds each target tensor's counterparts and decides what happens to it.

use super::tokens::{Origin, Other, Tokens};
use super::{ChatPart, Extent, Lane, Models, Part, Segment, output_dtype, problem};
use crate::checkpoint::{Checkpoint, Located};
use crate::dtype::Float;
use crate::header::Tensor;
use crate::message::{Message, say};
use crate::recipe::{
    EMBEDDINGS, EmbeddingRows, Goal, HEADS, NORMS, Recipe, TOKEN_ROWS, Unmatched, name_matches,
};
use crate::report::{Action, Problem, Role, RuleCount, TokenTable, shape_text, shown};
use crate::source::Source;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What happens to a tensor, and why.
pub(super) struct Decision {
    /// λ per chat model.
    pub weights: Vec<f64>,
    /// In a few words.
    pub why: Message,
    /// Its bytes in the output, or what is wrong.
    pub outcome: Outcome,
}

type Outcome = Result<Vec<Segment>, Problem>;

impl Decision {
    pub fn action(&self) -> Action {
        let adds = |segment: &Segment| match segment {
            Segment::Copy(_) => false,
            Segment::Merge { lane, chats, .. } => !chats.is_empty() || *lane != Lane::Target,
        };
        match &self.outcome {
            Err(_) => Action::Refused,
            Ok(segments) if segments.iter().any(adds) => Action::Merged,
            Ok(_) => Action::Copied,
        }
    }
}

/// The kinds of things worth a notice, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    Tied,
    Alone,
    NotFloat,
    Scale,
    Unmatched,
    RowsKept,
    RowsMerged,
    TokensKept,
    NotInVector,
}

/// Applies a recipe to one tensor after the other.
pub(super) struct Matcher<'a, S> {
    models: &'a Models<'a, S>,
    recipe: &'a Recipe,
    /// Where rows are matched by token.
    tokens: Option<Tokens<'a>>,
    /// What becomes of rows that are matched by token.
    pub token_tables: Vec<TokenTable>,
    /// For each rule, the tensors that it was about so far.
    pub rule_counts: Vec<RuleCount>,
    /// The tensors that each remark is about, in the order of the remarks.
    remarks: Vec<((Remark, Message), Vec<&'a str>)>,
    /// Counterparts that go by another name than the target's tensor.
    lent: HashSet<(Role, &'a str)>,
}

impl<'a, S: Source> Matcher<'a, S> {
    pub fn new(models: &'a Models<'a, S>, recipe: &'a Recipe, tokens: Option<Tokens<'a>>) -> Self {
        Self {
            models,
            recipe,
            tokens,
            token_tables: Vec::new(),
            rule_counts: vec![RuleCount::default(); recipe.rules.len()],
            remarks: Vec::new(),
            lent: HashSet::new(),
        }
    }

    /// Decides about one tensor of the target.
    pub fn decide(&mut self, target: &'a Located) -> Decision {
        let name = &target.tensor.name;
        let rule = self.first_match(name);
        let rule = rule.map(|at| &self.recipe.rules[at]);
        let weights = match rule {
            Some(rule) => Cow::Borrowed(&rule.weights[..]),
            None => self.recipe.weights_of(name),
        };
        let by_rule = |why: Message| match rule {
            Some(rule) => {
                let rule = shown(&rule.pattern);
                say!("{why} (rule `{rule}`)", why, rule)
            }
            None => why,
        };
        let (why, outcome) = match Float::new(target.tensor.dtype) {
            None => {
                let dtype = target.tensor.dtype.to_string();
                let why = say!("{dtype} does not merge: copied byte for byte", dtype);
                self.remark(Remark::NotFloat, say!("{dtype}", dtype), name);
                (why, Ok(vec![Segment::Copy(extent(target))]))
            }
            Some(float) if !weights.iter().any(|&weight| takes_part(weight)) => {
                if self.tokens.as_ref().is_some_and(Tokens::takes_over) && has_token_rows(target) {
                    let (why, outcome) = self.by_token(target, float, &[]);
                    let cause = by_rule(say!("every λ is 0"));
                    (say!("{cause}; {why}", cause, why), outcome)
                } else {
                    let cause = by_rule(say!("every λ is 0"));
                    self.copied(say!("{cause}: copied", cause), target, float)
                }
            }
            Some(float) => {
                let (why, outcome) = self.decide_merge(target, float, &weights);
                (by_rule(why), outcome)
            }
        };
        Decision {
            weights: weights.into_owned(),
            why,
            outcome,
        }
    }

    /// The rule that decides about a tensor; counts all that match.
    fn first_match(&mut self, name: &str) -> Option<usize> {
        let mut first = None;
        for (at, rule) in self.recipe.rules.iter().enumerate() {
            if rule.matches(name) {
                self.rule_counts[at].matches += 1;
                first = first.or(Some(at));
            }
        }
        if let Some(at) = first {
            self.rule_counts[at].decides += 1;
        }
        first
    }

    /// Decides about a tensor that should be merged.
    fn decide_merge(
        &mut self,
        target: &'a Located,
        float: Float,
        weights: &[f64],
    ) -> (Message, Outcome) {
        let tensor = &target.tensor;
        let models = self.models;
        let is_vector = |&i: &usize| models.chats[i].is_vector;
        // A chat vector may leave tensors out.
        let has = |&i: &usize| {
            !is_vector(&i)
                || models.chats[i].get(&tensor.name).is_some()
                || self.tied_embeddings(Role::Chat(i), &tensor.name).is_some()
        };
        let chats = (0..weights.len()).filter(|&i| takes_part(weights[i]));
        let chats: Vec<usize> = chats.filter(has).collect();
        if chats.is_empty() {
            self.remark(Remark::NotInVector, Message::default(), &tensor.name);
            return self.copied(say!("no chat vector has it: copied"), target, float);
        }
        let base = (!chats.iter().all(is_vector)).then_some(Role::Base);
        let counterparts: Vec<(Role, Option<&'a Located>)> = base
            .into_iter()
            .chain(chats.into_iter().map(Role::Chat))
            .map(|role| (role, self.counterpart(role, &tensor.name)))
            .collect();
        if counterparts.iter().all(|(_, found)| found.is_none()) {
            self.remark(Remark::Alone, Message::default(), &tensor.name);
            return self.copied(say!("only the target has it: copied"), target, float);
        }

        let mut found = Vec::new();
        for (role, counterpart) in counterparts {
            match counterpart {
                None => {
                    let mismatch = say!("{role} has no such tensor", role);
                    let advice = match tensor.name.ends_with("lm_head.weight") {
                        true => say!(
                            "If {role} ties it to its embeddings, give its config.json too",
                            role
                        ),
                        false => check_family(role),
                    };
                    return self.unmatched(role, target, float, mismatch, advice);
                }
                Some(other) if Float::new(other.tensor.dtype).is_none() => {
                    let mismatch = does_not_merge(role, &other.tensor);
                    let advice = say!("Give {role} in BF16, F16 or F32", role);
                    return self.unmatched(role, target, float, mismatch, advice);
                }
                Some(other) => found.push((role, other)),
            }
        }

        let rows_only = |(_, other): &(Role, &Located)| same_but_rows(tensor, &other.tensor);
        if self.tokens.is_some() && has_token_rows(target) && found.iter().all(rows_only) {
            return self.by_token(target, float, &found);
        }
        let differs = |(_, other): &&(Role, &Located)| other.tensor.shape != tensor.shape;
        let differs_more = |other: &&(Role, &Located)| differs(other) && !rows_only(other);
        let odd = found.iter().find(differs_more);
        let Some(&(role, other)) = odd.or_else(|| found.iter().find(differs)) else {
            if name_matches(SCALES, &tensor.name) {
                self.remark(Remark::Scale, Message::default(), &tensor.name);
            }
            let all = 0..tensor.elements();
            let segments = vec![self.merged(target, float, &found, all, &[])];
            return (say!("all models have it"), Ok(segments));
        };
        let mismatch = self.other_shape(tensor, role, &other.tensor);
        if !(is_token_table(&tensor.name) && found.iter().all(rows_only)) {
            return self.unmatched(role, target, float, mismatch, check_family(role));
        }
        match self.recipe.embedding_rows {
            // What is left to match by token has rows that are something else, such as positions.
            EmbeddingRows::CopyTarget | EmbeddingRows::MatchByToken => {
                self.remark(Remark::RowsKept, Message::default(), &tensor.name);
                self.copied(say!("{mismatch}: copied", mismatch), target, float)
            }
            EmbeddingRows::MergeShared => {
                self.remark(Remark::RowsMerged, Message::default(), &tensor.name);
                self.merge_shared_rows(target, float, &found)
            }
        }
    }

    /// Merges the first rows, which all models have, and copies the others.
    fn merge_shared_rows(
        &self,
        target: &Located,
        float: Float,
        found: &[(Role, &Located)],
    ) -> (Message, Outcome) {
        let shape = &target.tensor.shape;
        let rows = shape[0];
        let shared = found
            .iter()
            .map(|(_, other)| other.tensor.shape[0])
            .fold(rows, u64::min);
        let split = shared * shape[1..].iter().product::<u64>();
        let mut segments = vec![self.merged(target, float, found, 0..split, &[])];
        let why = match rows - shared {
            0 => say!("merged with the first {shared} rows of the others", shared),
            rest => {
                let rest_elements = split..target.tensor.elements();
                segments.push(self.converted(target, float, rest_elements));
                say!(
                    "the first {shared} rows merged, the other {rest} copied",
                    shared,
                    rest
                )
            }
        };
        (why, Ok(segments))
    }

    /// Merges each row with the rows of the same token, and takes over those that were asked for.
    fn by_token(
        &mut self,
        target: &'a Located,
        float: Float,
        found: &[(Role, &'a Located)],
    ) -> (Message, Outcome) {
        let lenders = match self.lenders(target, found) {
            Ok(lenders) => lenders,
            Err(why) => {
                let name = &target.tensor.name;
                let message = say!(
                    "Rows of `{tensor}` can't be taken over: {why}. Remove the tokens from the \
                     list of those that are taken over.",
                    tensor = shown(name),
                    why
                );
                let refused = problem(self.models.target_role(), Some(name), message);
                return (why, Err(refused));
            }
        };
        let Some(tokens) = &self.tokens else {
            return self.copied(say!("copied"), target, float);
        };
        let shape = &target.tensor.shape;
        let columns = shape[1..].iter().product::<u64>();
        let rows_of = |&(role, other): &(Role, &'a Located)| {
            let rows: Other = (tokens.rows_of(role), other.tensor.shape[0]);
            rows
        };
        let others: Vec<Other> = found.iter().map(rows_of).collect();
        let mut segments = Vec::new();
        let (table, kept) = tokens.runs(shape[0], &others, |rows, origin, starts| {
            let elements = rows.start * columns..rows.end * columns;
            let starts: Vec<u64> = starts.iter().map(|row| row * columns).collect();
            segments.push(match origin {
                Origin::Kept => self.converted(target, float, elements),
                Origin::Matched => self.merged(target, float, found, elements, &starts),
                Origin::Chat(chat) => {
                    let count = elements.end - elements.start;
                    let lender = lenders.iter().find(|(of, _)| *of == chat);
                    let lender = lender.map_or(target, |(_, lender)| lender);
                    let of = Float::new(lender.tensor.dtype).unwrap_or(float);
                    Segment::Merge {
                        vector_alone: false,
                        to: self.output(target, float),
                        elements: count,
                        lane: Lane::Chat(chat),
                        target: part(lender, of, &(starts[0]..starts[0] + count)),
                        base: None,
                        chats: Vec::new(),
                    }
                }
            });
        });
        let why = say!(
            "by token: {merged} rows merged, {copied} copied, {taken} taken over",
            merged = table.matched,
            copied = table.kept + table.padding,
            taken = table.taken_over
        );
        let kept = (!kept.is_empty() && !found.is_empty()).then(|| names_text(&kept));
        self.token_tables.push(TokenTable {
            tensor: shown(&target.tensor.name).to_string(),
            ..table
        });
        if let Some(kept) = kept {
            self.remark(Remark::TokensKept, kept, &target.tensor.name);
        }
        (why, Ok(segments))
    }

    /// The chat models' tensors that rows are taken over from.
    ///
    /// # Errors
    /// Why they can't be, in a few words.
    fn lenders(
        &mut self,
        target: &'a Located,
        found: &[(Role, &'a Located)],
    ) -> Result<Vec<(usize, &'a Located)>, Message> {
        let (name, tensor) = (&target.tensor.name, &target.tensor);
        let mut lenders: Vec<(usize, &Located)> = Vec::new();
        let chats = (0..self.models.chats.len()).filter(|&chat| {
            let of = |tokens: &Tokens| tokens.taken.iter().any(|taken| taken.chat == chat);
            self.tokens.as_ref().is_some_and(of)
        });
        for chat in chats.collect::<Vec<_>>() {
            let role = Role::Chat(chat);
            let known = found.iter().find(|(other, _)| *other == role);
            let known = known.map(|(_, other)| *other);
            let Some(lender) = known.or_else(|| self.counterpart(role, name)) else {
                return Err(say!("{role} has no such tensor", role));
            };
            if Float::new(lender.tensor.dtype).is_none() {
                return Err(does_not_merge(role, &lender.tensor));
            }
            if !same_but_rows(tensor, &lender.tensor) {
                return Err(self.other_shape(tensor, role, &lender.tensor));
            }
            lenders.push((chat, lender));
        }
        for taken in self.tokens.iter().flat_map(|tokens| &tokens.taken) {
            let lender = lenders.iter().find(|(chat, _)| *chat == taken.chat);
            let rows = lender.map_or(0, |(_, lender)| lender.tensor.shape[0]);
            let lacks = |role: Role, token: &str| {
                let token = shown(token);
                Err(say!(
                    "{role} has no row for the token `{token}`",
                    role,
                    token
                ))
            };
            if u64::from(taken.row) >= tensor.shape[0] {
                let token = &self.recipe.take_over[taken.at].target_token;
                return lacks(self.models.target_role(), token);
            }
            if u64::from(taken.chat_row) >= rows {
                let token = &self.recipe.take_over[taken.at].chat_token;
                return lacks(Role::Chat(taken.chat), token);
            }
        }
        Ok(lenders)
    }

    /// A tensor without a counterpart: copied if the person chose so, else a problem.
    fn unmatched(
        &mut self,
        role: Role,
        target: &'a Located,
        float: Float,
        mismatch: Message,
        advice: Message,
    ) -> (Message, Outcome) {
        let name = &target.tensor.name;
        if self.recipe.unmatched == Unmatched::Copy {
            self.remark(Remark::Unmatched, Message::default(), name);
            let why = say!("{mismatch}: copied, as you chose", mismatch);
            return self.copied(why, target, float);
        }
        let message = say!(
            "Tensor `{tensor}` can't be merged: {mismatch}. {advice}; or leave the tensor out with \
             a rule of weight 0, or choose \u{201c}Copy what does not match\u{201d}.",
            tensor = shown(name),
            mismatch,
            advice
        );
        let refused = problem(role, Some(name), message);
        (mismatch, Err(refused))
    }

    fn other_shape(&self, tensor: &Tensor, role: Role, other: &Tensor) -> Message {
        say!(
            "its shape is {shape} in {target} but {other} in {role}",
            shape = shape_text(&tensor.shape),
            target = self.models.target_role(),
            other = shape_text(&other.shape),
            role
        )
    }

    /// The model's tensor of this name, or the embeddings that stand in for a
    /// tied output head.
    fn counterpart(&mut self, role: Role, name: &'a str) -> Option<&'a Located> {
        if let Some(found) = self.model(role).get(name) {
            return Some(found);
        }
        let lender = self.tied_embeddings(role, name)?;
        let lent = lender.tensor.name.as_str();
        self.lent.insert((role, lent));
        self.remark(
            Remark::Tied,
            say!("{role} ties it to `{tensor}`", role, tensor = shown(lent)),
            name,
        );
        Some(lender)
    }

    fn model(&self, role: Role) -> &'a Checkpoint<S> {
        match role {
            Role::Base => self.models.base,
            Role::Target => self.models.target(),
            Role::Chat(i) => self.models.chats[i],
        }
    }

    /// The input embeddings of a model that lacks the output head `name`, if
    /// its config, another model's config or another model without a head
    /// shows that the two are one tensor.
    fn tied_embeddings(&self, role: Role, name: &str) -> Option<&'a Located> {
        let prefix = name.strip_suffix("lm_head.weight")?;
        let model = self.model(role);
        let mut others = [Role::Base, Role::Target]
            .into_iter()
            .chain((0..self.models.chats.len()).map(Role::Chat))
            .filter(|&other| other != role)
            .map(|other| self.model(other));
        let tied = model.tied.unwrap_or_else(|| {
            others.any(|other| other.tied == Some(true) || other.get(name).is_none())
        });
        let mut candidates = model.tensors.iter().filter(|located| {
            let name = &located.tensor.name;
            name.starts_with(prefix) && INPUT_EMBEDDINGS.iter().any(|end| name.ends_with(end))
        });
        match (tied, candidates.next(), candidates.next()) {
            (true, Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// The whole of the target's tensor; `why` goes on with what becomes of it
    /// where another output dtype was asked for.
    fn copied(&self, mut why: Message, target: &Located, float: Float) -> (Message, Outcome) {
        let to = self.output(target, float);
        if to != float {
            let dtype = to.dtype().to_string();
            why = say!("{why}, converted to {dtype}", why, dtype);
        }
        let all = 0..target.tensor.elements();
        (why, Ok(vec![self.converted(target, float, all)]))
    }

    /// The target's elements, rounded to the output dtype where that differs.
    fn converted(&self, target: &Located, float: Float, elements: Range<u64>) -> Segment {
        let part = part(target, float, &elements);
        match self.output(target, float) {
            to if to == float => Segment::Copy(part.extent),
            to => Segment::Merge {
                vector_alone: false,
                to,
                elements: elements.end - elements.start,
                lane: Lane::Target,
                target: part,
                base: None,
                chats: Vec::new(),
            },
        }
    }

    /// Elements of all models together; `starts` are those of the others, where they differ.
    fn merged(
        &self,
        target: &Located,
        float: Float,
        found: &[(Role, &Located)],
        elements: Range<u64>,
        starts: &[u64],
    ) -> Segment {
        let mut base = None;
        let mut chats = Vec::new();
        for (at, &(role, other)) in found.iter().enumerate() {
            let float = Float::new(other.tensor.dtype).unwrap_or(float);
            let start = starts.get(at).copied().unwrap_or(elements.start);
            let part = part(
                other,
                float,
                &(start..start + (elements.end - elements.start)),
            );
            match role {
                Role::Chat(chat) => chats.push(ChatPart {
                    chat,
                    is_vector: self.models.chats[chat].is_vector,
                    part,
                }),
                Role::Base | Role::Target => base = Some(part),
            }
        }
        Segment::Merge {
            vector_alone: self.recipe.goal == Goal::Vector,
            to: self.output(target, float),
            elements: elements.end - elements.start,
            lane: Lane::Target,
            target: part(target, float, &elements),
            base: base.filter(|_| self.models.target.is_some()),
            chats,
        }
    }

    fn output(&self, target: &Located, float: Float) -> Float {
        Float::new(output_dtype(self.recipe, target.tensor.dtype)).unwrap_or(float)
    }

    fn remark(&mut self, remark: Remark, detail: Message, name: &'a str) {
        let key = (remark, detail);
        match self.remarks.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(at) => self.remarks[at].1.push(name),
            Err(at) => self.remarks.insert(at, (key, vec![name])),
        }
    }

    /// Models of different families have no tensor in common.
    pub fn check_common(&self) -> Option<Problem> {
        let unmatched = |remark| matches!(remark, Remark::Alone | Remark::Unmatched);
        let any_unmatched = self
            .remarks
            .iter()
            .any(|((remark, _), _)| unmatched(*remark));
        let shared = self.models.target().tensors.iter().any(|located| {
            let has = |model: &&Checkpoint<S>| model.get(&located.tensor.name).is_some();
            has(&self.models.base) && self.models.chats.iter().any(has)
        });
        let is_foreign = |(_, chat): &(usize, &&Checkpoint<S>)| {
            let mut tensors = self.models.target().tensors.iter();
            chat.is_vector && !tensors.any(|located| chat.get(&located.tensor.name).is_some())
        };
        if let Some((i, _)) = self.models.chats.iter().enumerate().find(is_foreign) {
            let role = Role::Chat(i);
            let message = say!(
                "The chat vector that is given as {role} has no tensor of the target: it was made \
                 of models of another family. Give another one.",
                role
            );
            return Some(problem(role, None, message));
        }
        (any_unmatched && !shared).then(|| {
            let message = say!(
                "No tensor of the target is in base and chat models too, so nothing would be \
                 merged. Check that all models are of one family."
            );
            problem(Role::Base, None, message)
        })
    }

    /// What a person should know about the plan, in sentences.
    pub fn notices(&self) -> Vec<Message> {
        let quantised = self
            .remarks
            .iter()
            .any(|((r, _), _)| *r == Remark::NotFloat);
        let worth_telling = |(remark, _): &(Remark, Message)| *remark != Remark::Scale || quantised;
        let remarks = self
            .remarks
            .iter()
            .filter(|(remark, _)| worth_telling(remark));
        let told = remarks.map(|((remark, detail), names)| {
            let which = names_text(names);
            let in_vector = matches!(remark, Remark::Tied | Remark::Scale);
            if self.recipe.goal == Goal::Vector && !in_vector {
                return say!(
                    "{which}: not in the chat vector, or not in all rows: where it is added, these \
                     stay the target's.",
                    which
                );
            }
            match remark {
                Remark::Scale => say!(
                    "{which}: merged, but it looks like the scale of a quantised tensor, which is \
                     copied. If it is, leave it out with a rule of weight 0 for `{pattern}`.",
                    which,
                    pattern = SCALES
                ),
                Remark::Tied => {
                    say!(
                        "{which}: {detail}, whose rows stand in for it.",
                        which,
                        detail
                    )
                }
                Remark::Alone => say!(
                    "{which}: only the target has it, copied from the target.",
                    which
                ),
                Remark::NotFloat => say!(
                    "{which}: {detail} does not merge, copied from the target byte for byte.",
                    which,
                    detail
                ),
                Remark::Unmatched => say!(
                    "{which}: does not match, copied from the target as you chose.",
                    which
                ),
                Remark::NotInVector => say!(
                    "{which}: no chat vector has it, copied from the target.",
                    which
                ),
                Remark::RowsKept => say!(
                    "{which}: the number of rows differs (an extended vocabulary), the target's \
                     rows are kept.",
                    which
                ),
                Remark::RowsMerged => say!(
                    "{which}: the number of rows differs (an extended vocabulary); the rows that \
                     all models have are merged, the target's other rows copied.",
                    which
                ),
                Remark::TokensKept => say!(
                    "{which}: the target's rows are kept for tokens that another model lacks: \
                     {detail}.",
                    which,
                    detail
                ),
            }
        });
        let by_token = self.tokens.iter().flat_map(|tokens| &tokens.notices);
        told.chain(self.tied_target())
            .chain(self.left_out())
            .chain(by_token.cloned())
            .collect()
    }

    /// Says what becomes of a head that the target lacks.
    fn tied_target(&self) -> Option<Message> {
        const HEAD: &str = "lm_head.weight";
        let target = self.models.target();
        let elsewhere = std::iter::once(self.models.base)
            .chain(self.models.chats.iter().copied())
            .any(|model| model.get(HEAD).is_some());
        match target.tied {
            _ if target.get(HEAD).is_some() => None,
            Some(false) if elsewhere => Some(say!(
                "The target has no `{head}`, although its config.json says that it is not tied to \
                 the embeddings: the output has none either.",
                head = HEAD
            )),
            Some(true) => Some(say!(
                "The target has no `{head}`: its embeddings take that part (tied), and so they do \
                 in the output.",
                head = HEAD
            )),
            None if elsewhere => Some(say!(
                "The target has no `{head}`, so the output has none either. That is right if the \
                 target ties it to its embeddings: its config.json would tell.",
                head = HEAD
            )),
            _ => None,
        }
    }

    /// Tensors of base and chat models that nothing in the target asks for.
    fn left_out(&self) -> Vec<Message> {
        let target = self.models.target();
        let left_out = |role: Role| {
            let extra: Vec<&str> = self
                .model(role)
                .tensors
                .iter()
                .map(|located| located.tensor.name.as_str())
                .filter(|&name| target.get(name).is_none() && !self.lent.contains(&(role, name)))
                .collect();
            let which = names_text(&extra);
            (!extra.is_empty()).then(|| {
                say!(
                    "{which}: {role} has it, the target has not; left out.",
                    which,
                    role
                )
            })
        };
        std::iter::once(Role::Base)
            .chain((0..self.models.chats.len()).map(Role::Chat))
            .filter_map(left_out)
            .collect()
    }
}

/// Ends of the names of input embeddings that can be tied to an output head.
const INPUT_EMBEDDINGS: [&str; 5] = [
    "embed_tokens.weight",
    "wte.weight",
    "word_embeddings.weight",
    "embed_in.weight",
    "tok_embeddings.weight",
];

/// Names of the numbers that give quantised tensors their size.
const SCALES: &str = "*{scale,zero_point,qzeros}*";

/// Whether a chat model of this λ, which is rounded to f32, adds anything.
pub(super) fn takes_part(weight: f64) -> bool {
    weight as f32 != 0.0
}

/// Whether the first dimension of a tensor of this name counts tokens.
fn is_token_table(name: &str) -> bool {
    (name_matches(EMBEDDINGS, name) && !name_matches(NORMS, name)) || name_matches(HEADS, name)
}

/// Whether a tensor has a row for each token of the vocabulary.
fn has_token_rows(located: &Located) -> bool {
    !located.tensor.shape.is_empty() && name_matches(TOKEN_ROWS, &located.tensor.name)
}

fn check_family(role: Role) -> Message {
    say!("Check that {role} is of the same family", role)
}

fn does_not_merge(role: Role, tensor: &Tensor) -> Message {
    say!(
        "it is {dtype} in {role}, which does not merge",
        dtype = tensor.dtype.to_string(),
        role
    )
}

fn same_but_rows(a: &Tensor, b: &Tensor) -> bool {
    match (a.shape.split_first(), b.shape.split_first()) {
        (Some((_, a)), Some((_, b))) => a == b,
        _ => false,
    }
}

fn extent(located: &Located) -> Extent {
    Extent {
        file: located.file,
        range: located.tensor.range.clone(),
    }
}

fn part(located: &Located, float: Float, elements: &Range<u64>) -> Part {
    let at = |element: u64| located.tensor.range.start + element * float.width() as u64;
    Part {
        float,
        extent: Extent {
            file: located.file,
            range: at(elements.start)..at(elements.end),
        },
    }
}

/// The first few names, and how many more there are.
fn names_text(names: &[&str]) -> Message {
    let first = names.iter().take(3);
    let first: Vec<String> = first.map(|name| format!("`{}`", shown(name))).collect();
    let more = names.len() - first.len();
    let names = first.join(", ");
    match more {
        0 => say!("{names}", names),
        _ => say!("{names} and {more} more", names, more),
    }
}
