//! The browser's drivers: as many as tests run at the same time, each lent to one test after another.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

/// A running driver.
#[derive(Clone, Debug, Deserialize)]
pub struct Driver {
    /// Where it listens.
    pub url: String,
    /// Where its browsers look for a person's settings.
    pub config: PathBuf,
}

/// Those that no test has; `None` before the first test of the program.
static FREE: Mutex<Option<Vec<Driver>>> = Mutex::new(None);
static GIVEN_BACK: Condvar = Condvar::new();

/// A driver in a test's hands; others may have it once this is dropped.
pub struct Lent(Driver);

/// Takes a driver of those that are not in use, and waits for one if need be.
pub fn take(all: &[Driver]) -> Lent {
    let mut free = lock();
    free.get_or_insert_with(|| all.to_vec());
    loop {
        if let Some(driver) = free.as_mut().and_then(Vec::pop) {
            return Lent(driver);
        }
        free = GIVEN_BACK
            .wait(free)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

fn lock() -> MutexGuard<'static, Option<Vec<Driver>>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deref for Lent {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        lock().get_or_insert_default().push(self.0.clone());
        GIVEN_BACK.notify_one();
    }
}
