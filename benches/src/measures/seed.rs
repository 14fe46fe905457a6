//! stub
use crate::{Bench, table::Table};
use anyhow::Result;
pub async fn run(_: &Bench, _: &mut Table) -> Result<()> {
    Ok(())
}
