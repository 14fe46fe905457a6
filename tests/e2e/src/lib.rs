//! Drives the real page in a real browser.
