//! The learn page's tiny models in their page: how soon a move of the slider is merged and shown, how soon
//! a reply begins, and how fast its words come. Meanwhile the page's other worker measures the models, as
//! it does for everyone who has just opened them.

use anyhow::Result;
use e2e::page::Page;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Bench;
use crate::browser::Browser;
use crate::stats::{percentile_95, summary};
use crate::table::{Bar, Row, Table, Unit};

/// Defines `learnBench`.
const SCRIPT: &str = include_str!("learn.js");

const FOLLOWED: Bar = Bar::AtMost(100.0);
const FIRST_WORD: Bar = Bar::AtMost(200.0);
const PACE: Bar = Bar::AtLeast(100.0);

/// A move of the slider; in milliseconds from the move on, where nothing else is said.
#[derive(Deserialize)]
struct Move {
    /// Until the merge is on the screen.
    shown: f64,
    /// How long the engine took for it.
    engine: f64,
    /// From the merge's end until it is on the screen.
    redraw: f64,
    /// Until the reply's first word is on the screen.
    first: f64,
    /// Of the reply, in tokens per second, where it was heard to its end.
    pace: Option<f64>,
}

/// A question that all models answer, in milliseconds from when it was chosen.
#[derive(Deserialize)]
struct Question {
    /// Until the first word of the merged model is on the screen.
    first: f64,
    /// Until the first words of all of them are.
    last: f64,
    /// Of each reply, in tokens per second.
    paces: Vec<Option<f64>>,
    /// The tokens of all replies, by the time from the question until all were whole.
    together: f64,
}

#[derive(Default)]
struct Measured {
    moves: Vec<Move>,
    interruptions: Vec<Move>,
    drags: Vec<Move>,
    questions: Vec<Question>,
}

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .in_each_browser(async |browser| {
            let mut measured = Measured::default();
            for _ in 0..bench.runs {
                let page = browser.learn(&bench.setup).await?;
                page.script(SCRIPT).await?;
                measured.moves.extend(list(&page, "moves").await?);
                measured
                    .interruptions
                    .extend(list(&page, "interruptions").await?);
                measured.drags.extend(list(&page, "drags").await?);
                measured.questions.extend(list(&page, "questions").await?);
                page.client.close().await?;
            }
            measured.tell(browser, table);
            Ok(())
        })
        .await
}

/// What one of the functions of `learnBench` has seen.
async fn list<T: DeserializeOwned>(page: &Page, function: &str) -> Result<Vec<T>> {
    let script = format!("return await window.learnBench.{function}()");
    Ok(serde_json::from_value(page.script(&script).await?)?)
}

impl Measured {
    fn tell(&self, browser: &Browser, table: &mut Table) {
        let mut add = |measure: &str, bar: Bar, unit: Unit, values: &[f64], about: &str| {
            let detail = match bar {
                Bar::AtMost(_) => format!(
                    "95th percentile {}; {about}",
                    unit.show(percentile_95(values))
                ),
                _ => about.to_owned(),
            };
            table.add(Row {
                measure: format!("learn page: {measure}"),
                place: browser.name.clone(),
                bar,
                unit,
                figure: summary(values),
                detail,
            });
        };
        let mut time = |measure: &str, bar, values: &[f64], about: &str| {
            add(measure, bar, Unit::Milliseconds, values, about);
        };
        let (moves, drags, interruptions) = (&self.moves, &self.drags, &self.interruptions);
        time(
            "the merge alone",
            FOLLOWED,
            &each(moves, |moved| moved.engine),
            "0.44 M parameters; in its worker, until the merged model is ready to run",
        );
        time(
            "the redraw alone",
            FOLLOWED,
            &each(moves, |moved| moved.redraw),
            "from the merge's end until it is on the screen",
        );
        for (when, moves) in [
            ("", moves),
            (", right after a reply’s first word", interruptions),
            (", the last of a drag, a move for each frame", drags),
        ] {
            time(
                &format!("a move of λ until the merge is shown{when}"),
                FOLLOWED,
                &each(moves, |moved| moved.shown),
                "on the screen",
            );
            time(
                &format!("a move of λ until the reply’s first word is shown{when}"),
                FIRST_WORD,
                &each(moves, |moved| moved.first),
                "on the screen",
            );
        }
        let questions = &self.questions;
        time(
            "a question until the merged model’s first word is shown",
            FIRST_WORD,
            &each(questions, |question| question.first),
            "all four models are asked",
        );
        time(
            "a question until the first words of all four models are shown",
            FIRST_WORD,
            &each(questions, |question| question.last),
            "the last of the four",
        );
        let alone: Vec<f64> = moves.iter().filter_map(|moved| moved.pace).collect();
        add(
            "pace of a reply",
            PACE,
            Unit::TokensPerSecond,
            &alone,
            "in its worker, from the first word to the end",
        );
        let beside = questions.iter().flat_map(|question| &question.paces);
        let together = summary(&each(questions, |question| question.together));
        add(
            "pace of a reply while all four models answer",
            PACE,
            Unit::TokensPerSecond,
            &beside.flatten().copied().collect::<Vec<_>>(),
            &format!(
                "all four together {:.0} tokens/s, from the question to the last word",
                together.median
            ),
        );
    }
}

fn each<T>(of: &[T], value: impl Fn(&T) -> f64) -> Vec<f64> {
    of.iter().map(value).collect()
}
