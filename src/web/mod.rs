//! The browser: the only part of the crate that names it.
//!
//! [`Session`] is what the page's worker talks to. [`mod@file`] reads Files,
//! [`sinks`] write to OPFS, to what the person chose in a dialog, or to Blobs.

pub mod file;
mod js;
pub mod messages;
pub mod sinks;

use crate::checkpoint::{self, Checkpoint};
use crate::document::{self, Document};
use crate::engine::{self, EngineError, Making};
use crate::inspect::{self, InspectError, Inspection};
use crate::journal::{Journal, Mark};
use crate::message::say;
use crate::plan::{self, Models, Plan};
use crate::recipe::{EmbeddingRows, Preset, Recipe};
use crate::report::{NonFinite, Problem, Progress, shown};
use crate::verify::Verification;
use file::{ByteStreams, WebFile};
use futures_util::FutureExt;
use futures_util::future::{AbortHandle, Abortable, Pending, abortable, pending};
use messages::{Cast, Failure, InterruptedSummary, Merged, PresetRules, TensorPage, TensorQuery};
use sinks::{KeptMark, WebSink};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::mem;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Milliseconds between two reports of progress, at least.
const PROGRESS_INTERVAL: f64 = 100.0;
/// Bytes of output between two looks at the clock.
const PROGRESS_BYTES: u64 = 1024 * 1024;

/// The version of this tool.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The presets of tensor rules.
#[wasm_bindgen(unchecked_return_type = "PresetRules[]")]
pub fn presets() -> Result<JsValue, JsValue> {
    let rules = |preset: Preset| PresetRules {
        name: preset,
        patterns: preset.patterns(),
    };
    js::from(&Preset::ALL.map(rules))
}

/// What is told of a merge that was interrupted, by the journal and the marks that lie in its
/// directory, parsed from their JSON; nothing if none can go on there.
///
/// # Errors
/// Only if the browser can't make a plain object.
#[wasm_bindgen(unchecked_return_type = "InterruptedSummary | null")]
pub fn interrupted(journal: JsValue, marks: Vec<JsValue>) -> Result<JsValue, JsValue> {
    let marks: Vec<Option<KeptMark>> = marks.into_iter().map(|mark| js::to(mark).ok()).collect();
    let journal: Option<Journal> = js::to(journal).ok();
    js::from(&journal.and_then(|journal| InterruptedSummary::new(&journal, &marks)))
}

/// The models that a page has opened, and the merge that may be running.
///
/// Everything it throws is a plain object: `Problem[]` or `Failure`.
#[wasm_bindgen]
pub struct Session {
    streams: ByteStreams,
    models: RefCell<HashMap<u32, Rc<Checkpoint<WebFile>>>>,
    /// The last plans.
    planned: RefCell<Option<Rc<Planned>>>,
    /// How many plans were asked for.
    asked: Cell<u32>,
    /// The plans of the last merge that was done.
    merged: RefCell<Option<Rc<Planned>>>,
    running: RefCell<Option<AbortHandle>>,
}

#[wasm_bindgen]
impl Session {
    /// A session without models. It reads Files through `streams`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "ByteStreams")] streams: JsValue) -> Self {
        Self {
            streams: streams.unchecked_into(),
            models: RefCell::default(),
            planned: RefCell::default(),
            asked: Cell::default(),
            merged: RefCell::default(),
            running: RefCell::default(),
        }
    }

    /// Reads the headers of a model; `paths` are the files' names with folders.
    ///
    /// # Errors
    /// `Problem[]`: all that is wrong with the files.
    #[wasm_bindgen(unchecked_return_type = "ModelSummary")]
    pub async fn open(
        &self,
        model: u32,
        files: Vec<web_sys::File>,
        paths: Vec<String>,
    ) -> Result<JsValue, JsValue> {
        self.models.borrow_mut().remove(&model);
        let given = files.into_iter().zip(paths);
        let given = given.map(|(file, path)| WebFile::new(file, path, self.streams.clone()));
        let given = given.collect();
        match checkpoint::open(given).await {
            Ok(checkpoint) => {
                let summary = js::from(&checkpoint.summary());
                self.models.borrow_mut().insert(model, Rc::new(checkpoint));
                summary
            }
            Err(errors) => {
                let problems: Vec<Problem> = errors.into_iter().map(Problem::from).collect();
                Err(js::from(&problems)?)
            }
        }
    }

    /// Forgets a model.
    pub fn close(&self, model: u32) {
        self.models.borrow_mut().remove(&model);
    }

    /// Applies a recipe to opened models; with a series of weights, for an output of each that are to
    /// be merged in one go. Reads their tokenizers first where it asks for them.
    ///
    /// # Errors
    /// `Failure`, when a model of the cast is not open.
    #[wasm_bindgen(unchecked_return_type = "PlanReport[]")]
    pub async fn plan(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast")] cast: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Recipe")] recipe: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number[][]")] series: JsValue,
    ) -> Result<JsValue, JsValue> {
        let planned = self.planned(cast, recipe, series).await?;
        let reports = js_sys::Array::new();
        for plan in &planned.plans {
            reports.push(&js::from(&plan.report)?);
        }
        Ok(reports.into())
    }

    /// The recipe as a file to keep, with the models that it is for, where they are given, and the λ
    /// of each output, where there are several.
    ///
    /// # Errors
    /// `Failure`, when a model of the cast is not open.
    pub fn recipe_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast | null")] cast: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Recipe")] recipe: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number[][]")] series: JsValue,
    ) -> Result<String, JsValue> {
        let (cast, recipe): (Option<Cast>, Recipe) = (js::to(cast)?, js::to(recipe)?);
        let document = match cast {
            Some(cast) => Document::new(&self.actors(&cast)?.models(), &recipe),
            None => Document::without_models(&recipe),
        };
        Ok(document.with_series(js::to(series)?).to_file())
    }

    /// Reads a recipe's file, or the recipe that a merged file holds.
    ///
    /// # Errors
    /// `Failure`: why there is none.
    #[wasm_bindgen(unchecked_return_type = "Document")]
    pub async fn open_recipe(&self, file: web_sys::File) -> Result<JsValue, JsValue> {
        let name = file.name();
        let file = WebFile::new(file, name, self.streams.clone());
        let opened = document::open(&file, js::document).await;
        js::from(&opened.map_err(Failure::from)?)
    }

    /// Some rows of the last plan's tensors; of several outputs those of the first.
    ///
    /// # Errors
    /// `Failure`, for a query that is none.
    #[wasm_bindgen(unchecked_return_type = "TensorPage")]
    pub fn tensors(
        &self,
        #[wasm_bindgen(unchecked_param_type = "TensorQuery")] query: JsValue,
    ) -> Result<JsValue, JsValue> {
        let query: TensorQuery = js::to(query)?;
        let planned = self.planned.borrow();
        let rows = planned.as_ref().map_or(&[][..], |last| &last.plans[0].rows);
        js::from(&TensorPage::new(rows, &query))
    }

    /// Merges, by a recipe or by it with each of a series of weights, to a destination each.
    /// `writer` is for the private disk; `on_progress` is called about ten times a second; `offer`
    /// where the destination asks for it, and the merge goes on when the promise is resolved.
    ///
    /// Of the models what is found out is that of the first output in which all chat models take
    /// part, or else of the first: the others would say the same, but of what rounding loses.
    ///
    /// # Errors
    /// `Failure`: why nothing was kept.
    #[wasm_bindgen(unchecked_return_type = "Merged")]
    #[allow(clippy::too_many_arguments)] // what the page has to say
    pub async fn merge(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast")] cast: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Recipe")] recipe: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number[][]")] series: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Destination[]")] destinations: Vec<JsValue>,
        #[wasm_bindgen(unchecked_param_type = "DiskWriter")] writer: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(progress: Progress) => void")]
        on_progress: js_sys::Function,
        #[wasm_bindgen(unchecked_param_type = "(file: SavedFile) => Promise<void>")]
        offer: js_sys::Function,
    ) -> Result<JsValue, JsValue> {
        let planned = self.planned(cast, recipe, series).await?;
        planned.check()?;
        let Planned {
            actors,
            recipe,
            series,
            plans,
        } = &*planned;
        let running = self.start()?;
        let (models, count) = (actors.models(), plans.len() as u32);
        let mut sinks = Vec::new();
        let mut recipe = recipe.clone();
        let outputs = series.iter().zip(plans).zip(&destinations);
        let differs = |chat: &usize| series.iter().any(|of| of[*chat] != series[0][*chat]);
        let differing: Vec<usize> = (0..recipe.weights.len()).filter(differs).collect();
        for (number, ((weights, plan), destination)) in (0..count).zip(outputs) {
            recipe.weights.clone_from(weights);
            let each = sinks::saves_each(destination);
            let journal = Journal {
                differing: differing.clone(),
                ..Journal::new(&models, &recipe, plan, each)
            };
            let (writer, offer, part) = (writer.clone(), offer.clone(), (number, count));
            sinks.push(WebSink::open(destination, writer, offer, &journal, part).await?);
        }
        let mut inspection =
            inspect::can_inspect(&models, &recipe).then(|| Inspection::of_sample(&models));
        let is_full = |weights: &Vec<f64>| weights.iter().all(|&weight| weight as f32 != 0.0);
        let inspected = series.iter().position(is_full).unwrap_or_default();
        let inspected = inspection
            .as_mut()
            .map(|inspection| (inspected, inspection));
        let plans: Vec<&Plan> = plans.iter().collect();
        let after = Mark::default();
        let done = running.carry_out(actors, &plans, after, inspected, sinks, &on_progress);
        let merged = finished(done.await, inspection).await?;
        *self.merged.borrow_mut() = Some(planned);
        Ok(merged)
    }

    /// Goes on with a merge that was interrupted, by its journal and its last mark; the rest is as
    /// for `merge`.
    ///
    /// # Errors
    /// `Failure`: why it can't go on with these models, or what stopped it again.
    #[wasm_bindgen(unchecked_return_type = "Merged")]
    #[allow(clippy::too_many_arguments)] // what the page has to say
    pub async fn resume(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast")] cast: JsValue,
        directory: String,
        journal: JsValue,
        mark: JsValue,
        #[wasm_bindgen(unchecked_param_type = "DiskWriter")] writer: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(progress: Progress) => void")]
        on_progress: js_sys::Function,
        #[wasm_bindgen(unchecked_param_type = "(file: SavedFile) => Promise<void>")]
        offer: js_sys::Function,
    ) -> Result<JsValue, JsValue> {
        let (cast, journal): (Cast, Journal) = (js::to(cast)?, js::to(journal)?);
        let kept: KeptMark = js::to(mark)?;
        let actors = self.actors(&cast)?;
        let models = actors.models();
        journal.check_models(&models).map_err(Failure::from)?;
        // From now on it can be cancelled.
        let running = self.start()?;
        actors.prepare(&journal.recipe).await;
        let plan = plan::plan(&models, &journal.recipe);
        let rest = journal.rest(&plan, &kept.mark).map_err(Failure::from)?;
        let after = kept.mark.clone();
        let sink = WebSink::go_on(directory, &rest, kept, journal.each, writer, offer).await?;
        // What was merged before was summed up then, and the sums are gone: none are better than
        // those of half a model.
        let (rest, sinks) = ([&rest], vec![sink]);
        let done = running.carry_out(&actors, &rest, after, None, sinks, &on_progress);
        let merged = finished(done.await, None).await?;
        *self.merged.borrow_mut() = Some(Rc::new(Planned {
            actors,
            series: vec![journal.recipe.weights.clone()],
            recipe: journal.recipe,
            plans: vec![plan],
        }));
        Ok(merged)
    }

    /// Reads files of an output of the last merge back, which its plan knows by these names, and
    /// compares them with what its models give, computed again: all of it, or a sample. `on_progress`
    /// is as for `merge`.
    ///
    /// # Errors
    /// `Failure`: what is wrong, or why that is not known.
    #[wasm_bindgen(unchecked_return_type = "Verified")]
    pub async fn verify(
        &self,
        output: usize,
        files: Vec<web_sys::File>,
        names: Vec<String>,
        all: bool,
        #[wasm_bindgen(unchecked_param_type = "(progress: Progress) => void")]
        on_progress: js_sys::Function,
    ) -> Result<JsValue, JsValue> {
        let merged = self.merged.borrow().clone();
        let of_output = |merged: &Rc<Planned>| output < merged.plans.len();
        let Some(merged) = merged.filter(of_output) else {
            let message = say!("The models of that merge are not open any more. Merge again.");
            return Err(Failure::internal(message).into());
        };
        let files = files.into_iter().zip(names);
        let files = files.map(|(file, name)| WebFile::new(file, name, self.streams.clone()));
        let files: Vec<WebFile> = files.collect();
        let mut random = |below: u64| (js_sys::Math::random() * below as f64) as u64;
        let random: Option<&mut dyn FnMut(u64) -> u64> = if all { None } else { Some(&mut random) };
        let (thin, verification) =
            Verification::new(&merged.plans[output], &files, random).map_err(Failure::from)?;
        let running = self.start()?;
        let sinks = vec![WebSink::verify(verification)];
        let (thin, after) = ([&thin], Mark::default());
        let done = running.carry_out(&merged.actors, &thin, after, None, sinks, &on_progress);
        let (mut sinks, run) = done.await;
        let run = run.map(|mut nonfinite| nonfinite.pop().unwrap_or_default());
        let Some(verification) = sinks.pop().and_then(WebSink::into_verification) else {
            return Err(Failure::internal(say!("It was not verified.")).into());
        };
        js::from(&verification.conclude(run).map_err(Failure::from)?)
    }

    /// Reads the models through, writes nothing, and says what the chat vectors are like and what
    /// looks wrong: see [`crate::inspect`]. `on_progress` is as for `merge`.
    ///
    /// # Errors
    /// `Failure`: why it was not done to the end.
    #[wasm_bindgen(unchecked_return_type = "Inspected")]
    pub async fn inspect(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast")] cast: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Recipe")] recipe: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(progress: Progress) => void")]
        on_progress: js_sys::Function,
    ) -> Result<JsValue, JsValue> {
        let planned = self
            .planned(cast, recipe, js_sys::Array::new().into())
            .await?;
        planned.check()?;
        let (models, recipe) = (planned.actors.models(), &planned.recipe);
        if !inspect::can_inspect(&models, recipe) {
            let message = say!(
                "A chat vector has no base to compare it with: give the chat model and its base, and \
                 make a merged model."
            );
            return Err(Failure::internal(message).into());
        }
        let plan = inspect::plan(&models, recipe, &planned.plans[0]);
        if let Some(problem) = plan.report.problems.first() {
            return Err(Failure::internal(problem.message.clone()).into());
        }
        let running = self.start()?;
        let mut inspection = Inspection::new(&models);
        let (inspected, after) = (Some((0, &mut inspection)), Mark::default());
        let (plans, sinks) = ([&plan], vec![WebSink::nowhere()]);
        let actors = &planned.actors;
        let done = running.carry_out(actors, &plans, after, inspected, sinks, &on_progress);
        let (_, run) = done.await;
        run.map_err(|error| Failure::from(InspectError::from(error)))?;
        messages::inspected(&inspection.report())
    }

    /// Why an interrupted merge, by its journal, can't go on with these models; nothing if it can.
    ///
    /// # Errors
    /// `Failure`, when a model of the cast is not open.
    #[wasm_bindgen(unchecked_return_type = "Message | null")]
    pub fn differs(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Cast")] cast: JsValue,
        journal: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (cast, journal): (Cast, Journal) = (js::to(cast)?, js::to(journal)?);
        let actors = self.actors(&cast)?;
        let checked = journal.check_models(&actors.models());
        js::from(&checked.err().map(|error| error.message().sentence()))
    }

    /// Ends the running merge, if there is one; `merge` then throws.
    pub fn cancel(&self) {
        if let Some(running) = &*self.running.borrow() {
            running.abort();
        }
    }

    /// Sees to it that one thing runs at a time.
    fn start(&self) -> Result<Running<'_>, JsValue> {
        if self.running.borrow().is_some() {
            return Err(Failure::internal(say!("A merge is running already.")).into());
        }
        let (never, handle) = abortable(pending());
        *self.running.borrow_mut() = Some(handle);
        Ok(Running {
            session: self,
            never,
        })
    }

    /// The last plans, if they are of these models and this recipe with these weights, or new ones.
    async fn planned(
        &self,
        cast: JsValue,
        recipe: JsValue,
        series: JsValue,
    ) -> Result<Rc<Planned>, JsValue> {
        let (cast, recipe): (Cast, Recipe) = (js::to(cast)?, js::to(recipe)?);
        let mut series: Vec<Vec<f64>> = js::to(series)?;
        let actors = self.actors(&cast)?;
        self.asked.set(self.asked.get() + 1);
        let asked = self.asked.get();
        actors.prepare(&recipe).await;
        if series.is_empty() {
            series.push(recipe.weights.clone());
        }
        if let Some(last) = &*self.planned.borrow()
            && last.recipe == recipe
            && last.series == series
            && last.actors.are(&actors)
        {
            return Ok(Rc::clone(last));
        }
        let plans = plan::series(&actors.models(), &recipe, &series);
        let planned = Rc::new(Planned {
            actors,
            recipe,
            series,
            plans,
        });
        // Another one may have been asked for, and made, in the meantime.
        if asked == self.asked.get() {
            *self.planned.borrow_mut() = Some(Rc::clone(&planned));
        }
        Ok(planned)
    }

    fn actors(&self, cast: &Cast) -> Result<Actors, JsValue> {
        let models = self.models.borrow();
        let get = |model: &u32| {
            let found = models.get(model).cloned();
            found.ok_or_else(|| Failure::internal(say!("A model of the recipe is not open.")))
        };
        Ok(Actors {
            base: get(&cast.base)?,
            target: cast.target.as_ref().map(get).transpose()?,
            chats: cast.chats.iter().map(get).collect::<Result<_, _>>()?,
        })
    }
}

/// A run of the engine that [`Session::cancel`] can stop.
struct Running<'a> {
    session: &'a Session,
    never: Abortable<Pending<()>>,
}

impl Running<'_> {
    async fn carry_out<'a>(
        mut self,
        actors: &Actors,
        plans: &[&Plan],
        mut after: Mark<'static>,
        mut inspection: Option<(usize, &mut Inspection)>,
        mut sinks: Vec<WebSink<'a>>,
        on_progress: &js_sys::Function,
    ) -> Outcome<'a> {
        let cancelled = (&mut self.never).map(|_| ());
        let total = plans.iter().map(|plan| plan.report.bytes).sum();
        let observe = throttled(total, on_progress);
        let models = actors.models();
        let mut outputs = Vec::new();
        for (number, (plan, sink)) in plans.iter().zip(&mut sinks).enumerate() {
            let inspection = inspection.take_if(|(wanted, _)| *wanted == number);
            let inspection = inspection.map(|(_, inspection)| inspection);
            // Only one alone goes on after a mark.
            let after = mem::take(&mut after);
            outputs.push(Making::new(plan, after, sink, inspection));
        }
        let run = engine::run_several(&models, outputs, observe, cancelled).await;
        (sinks, run)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *self.session.running.borrow_mut() = None;
        file::release_buffers();
    }
}

/// The sink of each output, and what the engine says.
type Outcome<'a> = (Vec<WebSink<'a>>, Result<Vec<Vec<NonFinite>>, EngineError>);

/// What was merged, as the page's `Merged`.
async fn finished(
    (sinks, run): Outcome<'_>,
    inspection: Option<Inspection>,
) -> Result<JsValue, JsValue> {
    let nonfinite = run.map_err(Failure::from)?;
    let report = inspection.map(Inspection::report);
    let mut outputs = Vec::new();
    for (sink, nonfinite) in sinks.into_iter().zip(nonfinite) {
        outputs.push((sink.saved().await?, nonfinite));
    }
    Merged::to_js(outputs, report.as_ref())
}

/// Plans, one for each of a series of weights, and what they were made of.
struct Planned {
    actors: Actors,
    recipe: Recipe,
    series: Vec<Vec<f64>>,
    plans: Vec<Plan>,
}

impl Planned {
    /// # Errors
    /// The first problem; the page starts nothing while there is one.
    fn check(&self) -> Result<(), Failure> {
        let mut problems = self.plans.iter().flat_map(|plan| &plan.report.problems);
        let first = problems.next();
        first.map_or(Ok(()), |problem| {
            Err(Failure::internal(problem.message.clone()))
        })
    }
}

/// Opened models in their parts, kept alive while a merge runs.
struct Actors {
    base: Rc<Checkpoint<WebFile>>,
    target: Option<Rc<Checkpoint<WebFile>>>,
    chats: Vec<Rc<Checkpoint<WebFile>>>,
}

impl Actors {
    /// Whether they are the very same.
    fn are(&self, others: &Actors) -> bool {
        self.all().map(Rc::as_ptr).eq(others.all().map(Rc::as_ptr))
            && self.target.is_some() == others.target.is_some()
    }

    /// Reads what a recipe needs beside the headers; one file after the other, for they are large.
    async fn prepare(&self, recipe: &Recipe) {
        if recipe.embedding_rows == EmbeddingRows::MatchByToken {
            for model in self.all() {
                model.load_vocabulary().await;
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = &Rc<Checkpoint<WebFile>>> {
        [&self.base]
            .into_iter()
            .chain(&self.target)
            .chain(&self.chats)
    }

    fn models(&self) -> Models<'_, WebFile> {
        Models {
            base: &self.base,
            target: self.target.as_deref(),
            chats: self.chats.iter().map(Rc::as_ref).collect(),
        }
    }
}

/// Hands progress on, but not for every chunk.
fn throttled(total: u64, on_progress: &js_sys::Function) -> impl FnMut(engine::Step) {
    let (mut last, mut next) = (0.0, 0);
    move |step| {
        let closing = step.tensor.is_none();
        if step.done < next && !closing {
            return;
        }
        next = step.done + PROGRESS_BYTES;
        let now = js_sys::Date::now();
        if now - last < PROGRESS_INTERVAL && !closing {
            return;
        }
        last = now;
        let progress = Progress {
            done: step.done,
            total,
            tensor: step.tensor.map(|name| shown(name).to_string()),
            file: step.file.to_owned(),
        };
        if let Ok(progress) = js::from(&progress) {
            // A page that can't show progress is no reason to stop.
            let _ = on_progress.call1(&JsValue::NULL, &progress);
        }
    }
}
