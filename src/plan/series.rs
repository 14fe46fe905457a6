//! Plans of several outputs that differ in λ alone: they are made in one go, and the inputs are read
//! once.

use super::matching::takes_part;
use super::{Extent, Job, Lane, Models, OutputFile, Plan, Segment, plan, problem};
use crate::message::say;
use crate::recipe::Recipe;
use crate::source::Source;
use std::rc::Rc;

/// Applies a recipe with each of a series of weights: a plan for each, as [`plan`] makes it, but that
/// only the first has rows. Segments that plans have in common are kept once.
///
/// A plan whose output can't be made along with those before has a problem that says so.
pub fn series<S: Source>(
    models: &Models<'_, S>,
    recipe: &Recipe,
    series: &[Vec<f64>],
) -> Vec<Plan> {
    let mut recipe = recipe.clone();
    let mut plans: Vec<Plan> = Vec::with_capacity(series.len());
    for weights in series {
        recipe.weights.clone_from(weights);
        let mut plan = plan(models, &recipe);
        if !plans.is_empty() {
            plan.rows = Vec::new();
        }
        for other in &plans {
            share(other, &mut plan);
        }
        plans.push(plan);
        if plans.len() > 1
            && !line_up(&plans)
            && let Some(last) = plans.last_mut()
        {
            let message = say!(
                "With these weights the output has other tensors or files than with the first \
                 ones, so the two can't be made in one go. Merge it on its own."
            );
            last.report.problems.push(problem(None, None, message));
            last.files.clear();
        }
    }
    plans
}

/// Lets a plan have the segments of another one where they are the same: where the same chat models
/// take part.
fn share(other: &Plan, plan: &mut Plan) {
    for (other, file) in other.files.iter().zip(&mut plan.files) {
        for (other, job) in other.jobs.iter().zip(&mut file.jobs) {
            let mut weights = other.weights.iter().zip(&job.weights);
            let is_tensor = job.tensor.is_some() && other.tensor == job.tensor;
            if is_tensor && weights.all(|(a, b)| takes_part(*a) == takes_part(*b)) {
                job.segments = Rc::clone(&other.segments);
            }
        }
    }
}

/// Whether the outputs have the same tensors in the same places of their files' data, and read the
/// same bytes for them, as far as they do. Plans with problems have no files, and do not count.
fn line_up(plans: &[Plan]) -> bool {
    let mut whole: Vec<&[OutputFile]> = Vec::new();
    for plan in plans {
        if plan.report.problems.is_empty() {
            whole.push(&plan.files);
        }
    }
    let Some((last, others)) = whole.split_last() else {
        return true;
    };
    if others.iter().any(|other| other.len() != last.len()) {
        return false;
    }
    for number in 0..last.len() {
        let mut files = Vec::new();
        for plan in &whole {
            files.push(&plan[number]);
        }
        let count = last[number].jobs.len();
        if files.iter().any(|file| file.jobs.len() != count) {
            return false;
        }
        for at in 0..count {
            let jobs = jobs_at(&files, at);
            let is_like = |job: &&Job| {
                let last = &last[number].jobs[at];
                (&job.tensor, job.dtype, len(job)) == (&last.tensor, last.dtype, len(last))
            };
            let mut cut = Cut::new(&jobs);
            let mut agree = jobs.iter().all(is_like);
            while agree && cut.next() {
                agree = cut.reads().is_some();
            }
            if !agree {
                return false;
            }
        }
    }
    true
}

/// The same job of each of these files.
pub(crate) fn jobs_at<'p>(files: &[&'p OutputFile], at: usize) -> Vec<&'p Job> {
    files.iter().map(|file| &file.jobs[at]).collect()
}

fn len(job: &Job) -> u64 {
    job.segments.iter().map(Segment::len).sum()
}

/// A tensor of several outputs in pieces, each of which is within one segment of every output.
pub(crate) struct Cut<'p> {
    /// Lists of segments, each once, with the segment in hand and where in it the piece begins.
    shapes: Vec<(&'p [Segment], usize, u64)>,
    /// Which of them each output has.
    outputs: Vec<usize>,
    /// Bytes of the piece in hand, of each output.
    len: u64,
}

impl<'p> Cut<'p> {
    /// Of the same tensor's jobs, one for each output; before its first piece.
    pub fn new(jobs: &[&'p Job]) -> Self {
        let mut shapes: Vec<(&[Segment], usize, u64)> = Vec::new();
        let mut outputs = Vec::new();
        for job in jobs {
            let segments = &job.segments[..];
            let known = shapes
                .iter()
                .position(|(known, _, _)| std::ptr::eq(*known, segments));
            outputs.push(known.unwrap_or(shapes.len()));
            if known.is_none() {
                shapes.push((segments, 0, 0));
            }
        }
        Self {
            shapes,
            outputs,
            len: 0,
        }
    }

    /// Goes to the next piece, if there is one.
    pub fn next(&mut self) -> bool {
        let done = self.len;
        self.len = u64::MAX;
        for (segments, at, start) in &mut self.shapes {
            *start += done;
            while let Some(segment) = segments.get(*at)
                && *start >= segment.len()
            {
                *start -= segment.len();
                *at += 1;
            }
            let left = segments
                .get(*at)
                .map_or(0, |segment| segment.len() - *start);
            self.len = self.len.min(left);
        }
        self.len > 0 && !self.shapes.is_empty()
    }

    /// Bytes of the piece in hand.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// What makes the piece in hand: each segment once, and where in it the piece begins.
    pub fn segments(&self) -> impl Iterator<Item = (&'p Segment, u64)> {
        let shapes = self.shapes.iter();
        shapes.map(|&(segments, at, start)| (&segments[at], start))
    }

    /// What makes the piece in hand of an output.
    pub fn segment_of(&self, output: usize) -> &'p Segment {
        let (segments, at, _) = self.shapes[self.outputs[output]];
        &segments[at]
    }

    /// What is read for the piece in hand, each lane once; none if a lane would have to be read in two
    /// places.
    pub fn reads(&self) -> Option<Vec<(Lane, Extent)>> {
        let mut reads: Vec<(Lane, Extent)> = Vec::new();
        for (segment, start) in self.segments() {
            for (lane, extent) in segment.reads_for(start..start + self.len) {
                match reads.iter().find(|(other, _)| *other == lane) {
                    None => reads.push((lane, extent)),
                    Some((_, known)) if *known == extent => {}
                    Some(_) => return None,
                }
            }
        }
        Some(reads)
    }
}
