//! The model card: the `README.md` that Hugging Face shows of a model, with the front matter by
//! which it links a merge to the models it was made of
//! (<https://huggingface.co/docs/hub/model-cards#specifying-a-base-model>).

use super::Models;
use crate::document;
use crate::json;
use crate::recipe::{EmbeddingRows, OutputDtype, Recipe, Rule, Unmatched};
use crate::report::{PlanReport, Role, shown};
use std::fmt::{Display, Write};

/// The model card of what a recipe makes of models.
pub(super) fn card<S>(models: &Models<'_, S>, recipe: &Recipe, report: &PlanReport) -> String {
    let mut card = String::from("---\n");
    let ids: Vec<&str> = roles(models)
        .filter_map(|role| recipe.models.of(role))
        .filter(|name| is_repository(name))
        .collect();
    if !ids.is_empty() {
        card.push_str("base_model:\n");
        for (i, id) in ids.iter().enumerate() {
            if !ids[..i].contains(id) {
                line(&mut card, format_args!("- {}", json::text(id)));
            }
        }
        card.push_str("base_model_relation: merge\n");
    }
    card.push_str("library_name: transformers\ntags:\n- merge\n- chat-vector\n---\n\n");

    let name = |role| match recipe.models.of(role) {
        Some(name) => shown(name).to_string(),
        None => role.to_string(),
    };
    let chats = || (0..models.chats.len()).map(Role::Chat);
    let plus = chats().map(|chat| format!(" + {}", name(chat)));
    let target = models.target_role();
    line(
        &mut card,
        format_args!("# {}{}", name(target), plus.collect::<String>()),
    );
    line(
        &mut card,
        format_args!(
            "\nMerged by chat-vector arithmetic ([arXiv 2310.04799](https://arxiv.org/abs/2310.04799)), \
             in a browser tab, with chat-vector {}:\n",
            env!("CARGO_PKG_VERSION")
        ),
    );
    let terms = chats().zip(&recipe.weights).map(|(chat, weight)| {
        let sign = if *weight < 0.0 { '-' } else { '+' };
        let Role::Chat(i) = chat else {
            return String::new();
        };
        match models.chats[i].is_vector {
            true => format!(" {sign} {} × {chat}", weight.abs()),
            false => format!(" {sign} {} × ({chat} − base)", weight.abs()),
        }
    });
    line(
        &mut card,
        format_args!("    merged = {target}{}\n", terms.collect::<String>()),
    );
    let kind = |role| match role {
        Role::Chat(i) if models.chats[i].is_vector => " (a chat vector)",
        _ => "",
    };
    card.push_str("| part | model | λ |\n|---|---|---|\n");
    for role in roles(models) {
        let weight = match role {
            Role::Chat(i) => recipe.weights[i].to_string(),
            Role::Base | Role::Target => String::new(),
        };
        line(
            &mut card,
            format_args!(
                "| {role}{} | {} | {weight} |",
                kind(role),
                cell(&name(role))
            ),
        );
    }
    if recipe.layers.iter().any(|points| !points.is_empty()) {
        card.push_str("\nλ goes by layer, straight between these points:\n\n");
        card.push_str("| chat model | layer: λ |\n|---|---|\n");
        for (i, points) in recipe.layers.iter().enumerate() {
            let points: Vec<String> = points
                .iter()
                .map(|point| format!("{}: {}", point.layer, point.weight))
                .collect();
            if !points.is_empty() {
                let role = Role::Chat(i);
                line(
                    &mut card,
                    format_args!("| {role} | {} |", points.join(", ")),
                );
            }
        }
    }
    if !recipe.rules.is_empty() {
        card.push_str(
            "\nTensors whose names match a rule, the first that does, have λ of their own:\n\n",
        );
        card.push_str("| tensors | λ |\n|---|---|\n");
        for Rule { pattern, weights } in &recipe.rules {
            let weights: Vec<String> = weights.iter().map(f64::to_string).collect();
            line(
                &mut card,
                format_args!("| `{}` | {} |", cell(pattern), weights.join(", ")),
            );
        }
    }
    line(&mut card, format_args!("\n{}", about(recipe, report)));
    card
}

/// Numbers and choices.
fn about(recipe: &Recipe, report: &PlanReport) -> String {
    let dtype = match recipe.output_dtype {
        OutputDtype::SameAsTarget => "saved as the target is",
        OutputDtype::F32 => "saved as F32",
        OutputDtype::F16 => "saved as F16",
        OutputDtype::BF16 => "saved as BF16",
    };
    let rows = match recipe.embedding_rows {
        EmbeddingRows::CopyTarget => "where their number differs, the target's are kept",
        EmbeddingRows::MergeShared => {
            "where their number differs, those that all models have are merged"
        }
        EmbeddingRows::MatchByToken => "matched by token",
    };
    let taken: String = recipe
        .take_over
        .iter()
        .map(|taken| {
            format!(
                "- Row of `{}`: that of `{}` of {}\n",
                shown(&taken.target_token),
                shown(&taken.chat_token),
                Role::Chat(taken.chat)
            )
        })
        .collect();
    let unmatched = match recipe.unmatched {
        Unmatched::Refuse => "",
        Unmatched::Copy => "- Tensors that do not match in all models: the target's\n",
    };
    format!(
        "- Parameters and tensor type: {}\n\
         - Tensors: {} merged, {} copied from the target\n\
         - Arithmetic: F32 (F64 for F64 tensors), rounded once, to nearest even; {dtype}\n\
         - Rows of embeddings: {rows}\n\
         {taken}{unmatched}\
         - `{}` holds the whole recipe; so does `__metadata__` of each file of weights.",
        report.label,
        report.merged,
        report.copied,
        document::FILE,
    )
}

fn roles<S>(models: &Models<'_, S>) -> impl Iterator<Item = Role> {
    let target = models.target.map(|_| Role::Target);
    let chats = (0..models.chats.len()).map(Role::Chat);
    target.into_iter().chain([Role::Base]).chain(chats)
}

/// Whether a name is that of a repository, by the Hub's rules; with its owner, for a folder's name
/// is often enough none.
fn is_repository(name: &str) -> bool {
    let is_part = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !part.is_empty()
            && part.chars().all(plain)
            && !part.starts_with(['-', '.'])
            && !part.ends_with(['-', '.'])
    };
    let parts: Vec<&str> = name.split('/').collect();
    let odd = ["--", ".."].iter().any(|odd| name.contains(odd)) || name.ends_with(".git");
    parts.len() == 2 && name.len() <= 96 && !odd && parts.into_iter().all(is_part)
}

/// A text as it can stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn line(card: &mut String, text: impl Display) {
    writeln!(card, "{text}").expect("a String takes all text");
}

#[cfg(test)]
mod tests {
    use super::is_repository;

    #[test]
    fn names_that_the_hub_can_have() {
        for name in ["mistralai/Mistral-7B-v0.1", "a/b_c.d-e"] {
            assert!(is_repository(name), "{name}");
        }
        for name in [
            "", "a/", "/b", "a/b/c", "my model", "a/b\n- c", "../x", "層/a", "-a/b", "gpt2",
            "a/b-", "a/b.", "a/b--c", "a/b..c", "a/b.git",
        ] {
            assert!(!is_repository(name), "{name}");
        }
    }
}
