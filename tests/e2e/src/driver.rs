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

/// Whom a test leaves room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Company {
    Others,
    /// Nobody: it looks at what the page does within some time.
    Nobody,
}

/// Drivers in a test's hands, the first for its use; others may have them once this is dropped.
pub struct Lent(Vec<Driver>);

/// Takes a driver of those that are not in use, or all, and waits for them if need be.
pub fn take(all: &[Driver], company: Company) -> Lent {
    let least = match company {
        Company::Others => 1,
        Company::Nobody => all.len(),
    };
    let mut free = lock();
    loop {
        let drivers = free.get_or_insert_with(|| all.to_vec());
        if let Some(left) = drivers.len().checked_sub(least) {
            return Lent(drivers.split_off(left));
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
        &self.0[0]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        lock().get_or_insert_default().append(&mut self.0);
        GIVEN_BACK.notify_all();
    }
}
