//! What a tree of processes takes, on Linux: memory, as the sum of proportional set sizes (PSS), in
//! which a page that several share counts once, and processor time.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};

/// Linux counts processor time for programs in hundredths of a second.
const TICKS: f64 = 100.0;
const PAUSE: Duration = Duration::from_millis(50);
/// Until a browser that has just started is idle.
pub const SETTLE: Duration = Duration::from_secs(4);

/// Bytes of PSS of all that descends from a process, itself left out.
pub fn pss_below(root: u32) -> Result<u64> {
    let pids = descendants(root)?;
    // A process that has just ended has nothing to count.
    let of = |pid| rollup(pid, "Pss:");
    Ok(pids.into_iter().filter_map(of).sum())
}

/// Bytes of PSS of a process and all that descends from it.
pub fn pss_from(root: u32) -> Result<u64> {
    Ok(pss_below(root)? + rollup(root, "Pss:").unwrap_or(0))
}

/// The same without files that are mapped into memory.
pub fn anonymous_from(root: u32) -> Result<u64> {
    let pids = descendants(root)?.into_iter().chain([root]);
    let of = |pid| rollup(pid, "Pss_Anon:");
    Ok(pids.filter_map(of).sum())
}

/// A figure of `smaps_rollup`, in bytes.
fn rollup(pid: u32, figure: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find(|line| line.starts_with(figure))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Seconds of processor time that all living descendants of a process have used.
pub fn cpu_below(root: u32) -> Result<f64> {
    let used = |pid: u32| -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // User and system time are the 14th and 15th fields; the 2nd may hold spaces.
        let mut times = stat.rsplit(')').next()?.split_whitespace().skip(11);
        Some(times.next()?.parse::<u64>().ok()? + times.next()?.parse::<u64>().ok()?)
    };
    let ticks: u64 = descendants(root)?.into_iter().filter_map(used).sum();
    Ok(ticks as f64 / TICKS)
}

fn descendants(root: u32) -> Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").context("/proc is needed to measure memory")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // `pid (name) state parent …`; the name may hold spaces and brackets.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        let parent = after.split_whitespace().nth(1);
        if let Some(parent) = parent.and_then(|parent| parent.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(pid) = waiting.pop() {
        let below = children.remove(&pid).unwrap_or_default();
        found.extend_from_slice(&below);
        waiting.extend(below);
    }
    Ok(found)
}

/// Watches a tree of processes from a thread of its own.
pub struct Watch {
    over: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: JoinHandle<Result<()>>,
}

impl Watch {
    /// `measure` is [`pss_below`], [`pss_from`] or [`anonymous_from`] of some process.
    pub fn start(measure: impl Fn() -> Result<u64> + Send + 'static) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let peak = Arc::new(AtomicU64::new(0));
        let (stop, highest) = (Arc::clone(&over), Arc::clone(&peak));
        let thread = thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                highest.fetch_max(measure()?, Ordering::Relaxed);
                thread::sleep(PAUSE);
            }
            Ok(())
        });
        Self { over, peak, thread }
    }

    /// Stops watching and returns the peak in bytes.
    pub fn peak(self) -> Result<u64> {
        self.over.store(true, Ordering::Relaxed);
        let ended = self.thread.join();
        ended.map_err(|_| anyhow!("the watch on memory panicked"))??;
        let peak = self.peak.load(Ordering::Relaxed);
        ensure!(peak > 0, "no memory was seen");
        Ok(peak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_memory_that_is_touched() {
        let me = std::process::id();
        let before = pss_from(me).unwrap();
        let watch = Watch::start(move || pss_from(me));
        let touched = vec![1u8; 64 << 20];
        thread::sleep(4 * PAUSE);
        std::hint::black_box(&touched);
        let grown = watch.peak().unwrap() - before;
        assert!(grown > 50 << 20, "{grown}");
    }
}
