//! Plans of several outputs that differ in λ alone: they are made in one go, and the inputs are read
//! once.

use super::{Extent, Job, Lane, Models, Plan, Segment, plan, problem};
use crate::recipe::Recipe;
use crate::source::Source;
use std::rc::Rc;

/// Applies recipes that differ in their weights alone: a plan for each, as [`plan`] makes it. What
/// plans have in common is kept once, so that many take little more memory than one.
///
/// A plan whose output can't be made along with those before has a problem that says so.
pub fn series<S: Source>(models: &Models<'_, S>, recipes: &[Recipe]) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::with_capacity(recipes.len());
    for recipe in recipes {
        let mut plan = plan(models, recipe);
        share(&plans, &mut plan);
        let whole = plans.iter().filter(|plan| plan.report.problems.is_empty());
        let together: Vec<&Plan> = whole.chain([&plan]).collect();
        if plan.report.problems.is_empty() && !line_up(&together) {
            let message = "With these weights the output has other tensors or files than with the \
                           first ones, so the two can't be made in one go. Merge it on its own.";
            let refused = problem(None, None, message.to_owned());
            plan.report.problems.push(refused);
            plan.files.clear();
        }
        plans.push(plan);
    }
    plans
}

/// Lets a plan have the segments of those before, where they are the same.
fn share(plans: &[Plan], plan: &mut Plan) {
    for (number, file) in plan.files.iter_mut().enumerate() {
        for (at, job) in file.jobs.iter_mut().enumerate() {
            let others = plans.iter().filter_map(|plan| plan.files.get(number));
            let mut others = others.filter_map(|file| file.jobs.get(at));
            if let Some(same) = others.find(|other| other.segments == job.segments) {
                job.segments = Rc::clone(&same.segments);
            }
        }
    }
}

/// Whether the outputs have the same tensors in the same places of their files' data, and read the
/// same bytes for them, as far as they do.
fn line_up(plans: &[&Plan]) -> bool {
    let Some((first, others)) = plans.split_first() else {
        return true;
    };
    let same = |a: &Job, b: &Job| (&a.tensor, a.dtype, len(a)) == (&b.tensor, b.dtype, len(b));
    let alike = |other: &&Plan| {
        let mut files = first.files.iter().zip(&other.files);
        first.files.len() == other.files.len()
            && files.all(|(a, b)| {
                let mut jobs = a.jobs.iter().zip(&b.jobs);
                a.jobs.len() == b.jobs.len() && jobs.all(|(a, b)| same(a, b))
            })
    };
    others.iter().all(alike)
        && first.files.iter().enumerate().all(|(number, file)| {
            (0..file.jobs.len()).all(|at| {
                let mut cut = Cut::new(plans.iter().map(|plan| &plan.files[number].jobs[at]));
                let mut agree = true;
                while cut.next() {
                    agree &= cut.reads().is_some();
                }
                agree
            })
        })
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
    pub fn new(jobs: impl Iterator<Item = &'p Job>) -> Self {
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
